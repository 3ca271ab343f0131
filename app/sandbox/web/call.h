// One request inside the Web API: what was asked, by whom, on which connection.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/sandbox/crm.h"
#include "app/sandbox/http/message.h"
#include "app/sandbox/web/prefer.h"
#include "app/sandbox/web/url.h"

namespace satchel::sandbox {

inline constexpr std::int64_t kMaxPageSize = 5000;
inline constexpr std::int64_t kCountLimit = 5000;

struct Call {
  Crm& crm;
  Database& database;
  std::shared_ptr<const Directory> directory;
  Actor actor = {};
  FilterContext context = {};
  std::string base_url = {};  // "http://127.0.0.1:1234/api/data/v9.2/"
  std::string method = {};
  Url url = {};
  HttpHeaders headers = {};
  std::string body = {};
  Preferences prefer = {};
  bool in_transaction = false;  // Inside a change set: its owner commits.
  bool people_changed = false;  // Set by writes that the directory depends on.

  [[nodiscard]] const Metadata& metadata() const { return crm.metadata(); }
  [[nodiscard]] const Security& security() const { return *directory->security; }
  [[nodiscard]] std::string ContextUrl(std::string_view fragment) const {
    return base_url + "$metadata#" + std::string(fragment);
  }
  // A conditional header; the literal "null" means none.
  [[nodiscard]] std::string_view Condition(std::string_view name) const {
    const std::string_view value = headers.Find(name);
    return value == "null" ? std::string_view() : value;
  }
};

// 200 with a JSON body.
[[nodiscard]] HttpResponse JsonAnswer(std::string body, int status = 200);
[[nodiscard]] HttpResponse NoContent();
// An error as the answer a client sees.
[[nodiscard]] HttpResponse ErrorAnswer(const ApiError& error);

}  // namespace satchel::sandbox
