#include "app/sandbox/http/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

// One gzip stream, fed in pieces.
class Compressor {
 public:
  explicit Compressor(int level) {
    // 15 + 16: the largest window, with a gzip header.
    if (deflateInit2(&stream_, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor() { deflateEnd(&stream_); }

  void Write(std::string_view bytes, bool last) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    char piece[16 * 1024];
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece);
      stream_.avail_out = sizeof piece;
      deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out_.append(piece, sizeof piece - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }
  std::string Take() { return std::move(out_); }

 private:
  z_stream stream_ = {};
  std::string out_;
};

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
  Compressor compressor(1);
  constexpr std::size_t kPiece = 1u << 30;  // avail_in is 32 bits wide.
  while (bytes.size() > kPiece) {
    compressor.Write(bytes.substr(0, kPiece), false);
    bytes.remove_prefix(kPiece);
  }
  compressor.Write(bytes, true);
  return compressor.Take();
}

std::string GzipBomb(std::size_t size) {
  Compressor compressor(9);
  const std::string zeros(1u << 20, '\0');
  for (; size > zeros.size(); size -= zeros.size()) compressor.Write(zeros, false);
  compressor.Write(std::string_view(zeros).substr(0, size), true);
  return compressor.Take();
}

}  // namespace satchel::sandbox
