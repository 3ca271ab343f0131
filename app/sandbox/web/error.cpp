#include "app/sandbox/web/error.h"

#include "app/sandbox/json/writer.h"

namespace satchel::sandbox {

tl::unexpected<ApiError> Refuse(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kUnsupported:
      return Refuse(400, kCodeBadQuery, error.message);
    case ErrorCode::kNotFound:
      return Refuse(404, kCodeNotFound, error.message);
    case ErrorCode::kConflict:
      return Refuse(412, kCodeDuplicate, error.message);
    case ErrorCode::kDenied:
      return Refuse(403, kCodePrivilege, error.message);
    case ErrorCode::kOffline:
    case ErrorCode::kExpired:
    case ErrorCode::kCancelled:
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
      break;
  }
  return Refuse(500, kCodeUnexpected, error.message);
}

std::string PrintError(const ApiError& error) {
  JsonWriter out;
  out.BeginObject().Key("error").BeginObject();
  out.Key("code").String(error.code).Key("message").String(error.message);
  out.EndObject().EndObject();
  return out.Take();
}

}  // namespace satchel::sandbox
