// What goes wrong in the Web API: an HTTP status, Dataverse's code and one sentence.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "policy/support/result.h"

namespace satchel::sandbox {

struct ApiError {
  int status = 500;
  std::string code = {};
  std::string message = {};
};

template <class T = void>
using Answer = tl::expected<T, ApiError>;

inline constexpr const char* kCodeNotFound = "0x80040217";
inline constexpr const char* kCodeDuplicate = "0x80040237";
inline constexpr const char* kCodeVersionMismatch = "0x80060882";
inline constexpr const char* kCodeNoOptimisticConcurrency = "0x8006088D";
inline constexpr const char* kCodePrivilege = "0x80040220";
inline constexpr const char* kCodeAccess = "0x80048306";
inline constexpr const char* kCodeDeleteRestricted = "0x80040227";
inline constexpr const char* kCodeValidation = "0x80044331";
inline constexpr const char* kCodeBadQuery = "0x80060888";
inline constexpr const char* kCodeNoResource = "0x8006088A";
inline constexpr const char* kCodePayload = "0x80048d19";
inline constexpr const char* kCodeExpiredToken = "0x80044352";
inline constexpr const char* kCodeTooManyLinks = "0x8004430D";
inline constexpr const char* kCodeTooManyConditions = "0x8004430C";
inline constexpr const char* kCodeAggregateLimit = "0x8004E023";
inline constexpr const char* kCodeUnexpected = "0x80040216";

// return Refuse(404, kCodeNotFound, "…");
[[nodiscard]] inline tl::unexpected<ApiError> Refuse(int status, std::string code,
                                                     std::string message) {
  return tl::unexpected<ApiError>(ApiError{status, std::move(code), std::move(message)});
}
[[nodiscard]] inline tl::unexpected<ApiError> Refuse(ApiError error) {
  return tl::unexpected<ApiError>(std::move(error));
}
// 400 for a query that cannot be understood.
[[nodiscard]] inline tl::unexpected<ApiError> BadQuery(std::string message) {
  return Refuse(400, kCodeBadQuery, std::move(message));
}
// An error of policy or engine as the status it means here.
[[nodiscard]] tl::unexpected<ApiError> Refuse(const Error& error);

// {"error":{"code":…,"message":…}}
[[nodiscard]] std::string PrintError(const ApiError& error);

}  // namespace satchel::sandbox
