#include "engine/http/transport.h"

#include "policy/support/text.h"

namespace satchel {

std::string_view Name(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPatch:
      return "PATCH";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
  }
  return "";
}

std::string_view HttpResponse::Find(std::string_view name) const {
  const std::string wanted = LowerAscii(name);
  for (const Header& header : headers) {
    if (header.name.size() == wanted.size() && LowerAscii(header.name) == wanted) {
      return header.value;
    }
  }
  return {};
}

}  // namespace satchel
