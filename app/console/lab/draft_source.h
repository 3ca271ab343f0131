// A policy source that hands out what the console gives it: the draft, as if it were published.
#pragma once

#include <mutex>
#include <string>

#include "engine/device/policy_source.h"

namespace satchel {

class DraftSource : public PolicySource {
 public:
  explicit DraftSource(std::string yaml) : yaml_(std::move(yaml)) {}

  // From any thread; the device meets it at its next sync.
  void Give(std::string yaml);
  [[nodiscard]] std::string tag() const;
  Result<std::optional<ArrivedPolicy>> Fetch(const std::string& known_tag,
                                             std::stop_token stop) override;

 private:
  mutable std::mutex mutex_;
  std::string yaml_;
};

}  // namespace satchel
