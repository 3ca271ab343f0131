#include "app/console/panels/duration_text.h"

#include <array>

#include "policy/support/text.h"

namespace satchel {
namespace {

struct Spelling {
  std::string_view written;
  std::string_view unit;  // In the policy file.
};

constexpr std::array<Spelling, 16> kDurationSpellings = {{{"s", "s"},
                                                          {"sec", "s"},
                                                          {"secs", "s"},
                                                          {"second", "s"},
                                                          {"seconds", "s"},
                                                          {"m", "m"},
                                                          {"min", "m"},
                                                          {"mins", "m"},
                                                          {"minute", "m"},
                                                          {"minutes", "m"},
                                                          {"h", "h"},
                                                          {"hour", "h"},
                                                          {"hours", "h"},
                                                          {"d", "d"},
                                                          {"day", "d"},
                                                          {"days", "d"}}};
constexpr std::array<Spelling, 10> kSpeedSpellings = {{{"bit", "bit"},
                                                       {"bit/s", "bit"},
                                                       {"kbit", "kbit"},
                                                       {"kbit/s", "kbit"},
                                                       {"kbps", "kbit"},
                                                       {"mbit", "mbit"},
                                                       {"mbit/s", "mbit"},
                                                       {"mbps", "mbit"},
                                                       {"gbit", "gbit"},
                                                       {"gbit/s", "gbit"}}};

// As the file writes it; the text itself where the unit is none of these.
template <std::size_t N>
std::string AsInTheFile(const std::string& text, const std::array<Spelling, N>& spellings) {
  const std::string_view trimmed = Trim(text);
  const std::size_t number = std::min(trimmed.find_first_not_of("0123456789."), trimmed.size());
  const std::string unit = LowerAscii(Trim(trimmed.substr(number)));
  for (const Spelling& spelling : spellings) {
    if (unit == spelling.written) {
      return std::string(trimmed.substr(0, number)) + std::string(spelling.unit);
    }
  }
  return text;
}

}  // namespace

Result<Seconds> ReadDuration(const std::string& text) {
  const auto read = ParseDuration(AsInTheFile(text, kDurationSpellings));
  if (read) return *read;
  return Fail(ErrorCode::kInvalid,
              Quoted(text) + " is not a duration: write 90 s, 15 min, 24 h or 7 days.");
}

Result<std::int64_t> ReadBandwidth(const std::string& text) {
  const auto read = ParseBandwidth(AsInTheFile(text, kSpeedSpellings));
  if (read) return *read;
  return Fail(ErrorCode::kInvalid,
              Quoted(text) + " is not a bandwidth: write 512 kbit/s, 10 Mbit/s or 1 Gbit/s.");
}

Result<Milliseconds> ReadLatency(const std::string& text) {
  if (const auto read = ParseLatency(text)) return *read;
  const auto read = ReadDuration(text);
  if (read) return Milliseconds(*read);
  return Fail(ErrorCode::kInvalid, Quoted(text) + " is not a latency: write 60 ms or 1 s.");
}

}  // namespace satchel
