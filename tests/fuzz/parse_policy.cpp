// Any bytes as a policy file: never a crash; what is accepted prints to bytes that read back as the
// same policy.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/check/check.h"
#include "policy/wording/sentence.h"
#include "policy/yaml/read_policy.h"
#include "policy/yaml/write_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const satchel::ReadPolicy read =
      satchel::ParsePolicy({reinterpret_cast<const char*>(bytes), size});
  static_cast<void>(satchel::CheckPolicy(read.policy, nullptr, &read.marks));
  if (!read.findings.empty()) return 0;
  static_cast<void>(satchel::DescribePolicy(read.policy));
  const satchel::ReadPolicy again = satchel::ParsePolicy(satchel::PrintPolicy(read.policy));
  if (!again.findings.empty() || !(again.policy == read.policy)) __builtin_trap();
  return 0;
}
