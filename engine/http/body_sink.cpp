#include "engine/http/body_sink.h"

#include <zlib.h>

#include "engine/http/broken_answer.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

constexpr std::size_t kChunk = 64 * 1024;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib's way to say: a gzip header, nothing else.

}  // namespace

struct BodySink::Inflater {
  z_stream stream = {};
  bool ended = false;  // At the end of a gzip member.
  Inflater() { inflateInit2(&stream, kGzipOnly); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

BodySink::BodySink(const HttpLimits& limits) : limits_(limits) {}
BodySink::~BodySink() = default;

Result<> BodySink::SetEncoding(std::string_view encoding) {
  const std::string name = LowerAscii(Trim(encoding));
  inflater_.reset();
  if (name.empty() || name == "identity") return {};
  if (name == "gzip" || name == "x-gzip") {
    inflater_ = std::make_unique<Inflater>();
    return {};
  }
  return BrokenAnswer("the server encoded its answer as " + Quoted(name) +
                      ", which nobody asked for");
}

void BodySink::StreamTo(std::function<Result<>(std::string_view)> pieces, std::size_t most) {
  pieces_ = std::move(pieces);
  limits_.body_bytes = most;
}

Result<> BodySink::PassOn() {
  if (!pieces_ || body_.empty()) return {};
  passed_on_ += body_.size();
  auto taken = pieces_(body_);
  body_.clear();
  return taken;
}

Result<> BodySink::CheckSize() const {
  const std::size_t size = passed_on_ + body_.size();
  if (size > limits_.body_bytes && pieces_) {
    return Fail(ErrorCode::kCorrupt, "the answer is larger than " +
                                         HumanSize(static_cast<std::int64_t>(limits_.body_bytes)) +
                                         ", more than was asked for");
  }
  if (size > limits_.body_bytes) {
    return Fail(ErrorCode::kCorrupt,
                "the answer is larger than " +
                    HumanSize(static_cast<std::int64_t>(limits_.body_bytes)) +
                    " (a smaller page_size in the policy makes smaller pages)");
  }
  // Received bytes are compared first, so that the product cannot overflow.
  if (inflater_ && size > limits_.ratio_from && size / limits_.ratio > received_) {
    return BrokenAnswer("the answer unpacks to more than " + std::to_string(limits_.ratio) +
                        " times its size, as no honest answer does");
  }
  return {};
}

Result<> BodySink::Write(std::string_view piece) {
  received_ += piece.size();
  if (inflater_) return Inflate(piece);
  body_.append(piece);
  if (const auto fine = CheckSize(); !fine) return fine;
  return PassOn();
}

Result<> BodySink::Inflate(std::string_view piece) {
  z_stream& stream = inflater_->stream;
  // zlib's interface is not const-correct; it does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  stream.avail_in = static_cast<uInt>(piece.size());
  bool more = stream.avail_in > 0;
  while (more) {
    if (inflater_->ended) {  // Another member follows: RFC 1952 allows several.
      inflateReset(&stream);
      inflater_->ended = false;
    }
    const std::size_t before = body_.size();
    body_.resize(before + kChunk);
    stream.next_out = reinterpret_cast<Bytef*>(body_.data() + before);
    stream.avail_out = kChunk;
    const int code = inflate(&stream, Z_NO_FLUSH);
    body_.resize(before + kChunk - stream.avail_out);
    if (code == Z_BUF_ERROR) return {};  // Wants more input.
    inflater_->ended = code == Z_STREAM_END;
    if (code != Z_OK && code != Z_STREAM_END) {
      return BrokenAnswer("the answer is broken gzip");
    }
    if (const auto fine = CheckSize(); !fine) return fine;
    if (const auto passed = PassOn(); !passed) return passed;
    // A full chunk may mean that zlib holds back more output.
    more = stream.avail_in > 0 || (stream.avail_out == 0 && !inflater_->ended);
  }
  return {};
}

Result<std::string> BodySink::Finish() {
  if (inflater_ && received_ > 0 && !inflater_->ended) {
    return BrokenAnswer("the answer is gzip that ends in the middle");
  }
  return std::move(body_);
}

}  // namespace satchel
