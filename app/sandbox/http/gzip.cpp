#include "app/sandbox/http/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr int kWindow = 15;  // The largest.

class Compressor {
 public:
  // 16 more than the window: with a gzip header; less than 0: without any.
  Compressor(int level, int window) {
    if (deflateInit2(&stream_, level, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { deflateEnd(&stream_); }

  void Write(std::string_view bytes, int flush) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    char piece[16 * 1024];
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece);
      stream_.avail_out = sizeof piece;
      deflate(&stream_, flush);
      out_.append(piece, sizeof piece - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }
  std::string Take() { return std::move(out_); }

 private:
  z_stream stream_ = {};
  std::string out_;
};

void AppendLittleEndian(std::string& out, std::uint32_t value) {
  for (int byte = 0; byte < 4; ++byte) out += static_cast<char>(value >> (8 * byte) & 0xffu);
}

}  // namespace

bool AcceptsGzip(std::string_view accept_encoding) {
  for (const std::string_view item : Split(accept_encoding, ',')) {
    const std::vector<std::string_view> parts = Split(item, ';');
    const std::string coding = LowerAscii(Trim(parts.front()));
    if (coding != "gzip" && coding != "*") continue;
    for (const std::string_view parameter : parts) {
      const std::string_view quality = Trim(parameter);
      if (quality == "q=0" || quality.rfind("q=0.0", 0) == 0) return false;
    }
    return true;
  }
  return false;
}

std::string Gzip(std::string_view bytes) {
  // Level 1: on a loopback the time of the processor is what costs.
  Compressor compressor(1, kWindow + 16);
  constexpr std::size_t kPiece = 1u << 30;  // avail_in is 32 bits wide.
  while (bytes.size() > kPiece) {
    compressor.Write(bytes.substr(0, kPiece), Z_NO_FLUSH);
    bytes.remove_prefix(kPiece);
  }
  compressor.Write(bytes, Z_FINISH);
  return compressor.Take();
}

std::string GzipBomb(std::size_t megabytes) {
  // A flushed block stands for itself, so one is made and repeated; a gigabyte takes no seconds.
  const std::string zeros(1u << 20, '\0');
  Compressor compressor(9, -kWindow);
  compressor.Write(zeros, Z_FULL_FLUSH);
  const std::string block = compressor.Take();
  const uLong block_sum =
      crc32(0, reinterpret_cast<const Bytef*>(zeros.data()), static_cast<uInt>(zeros.size()));
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  uLong sum = crc32(0, nullptr, 0);
  for (std::size_t i = 0; i < megabytes; ++i) {
    out += block;
    sum = crc32_combine(sum, block_sum, static_cast<z_off_t>(zeros.size()));
  }
  out += std::string("\x03\0", 2);  // An empty last block.
  AppendLittleEndian(out, static_cast<std::uint32_t>(sum));
  AppendLittleEndian(out, static_cast<std::uint32_t>(megabytes << 20));
  return out;
}

}  // namespace satchel::sandbox
