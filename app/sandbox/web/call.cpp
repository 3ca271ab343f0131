#include "app/sandbox/web/call.h"

#include "app/sandbox/web/error.h"

namespace satchel::sandbox {

HttpResponse JsonAnswer(std::string body, int status) {
  HttpResponse response;
  response.status = status;
  response.headers.Set("Content-Type", "application/json; odata.metadata=minimal");
  response.headers.Set("OData-Version", "4.0");
  response.body = std::move(body);
  return response;
}

HttpResponse NoContent() {
  HttpResponse response;
  response.status = 204;
  response.headers.Set("OData-Version", "4.0");
  return response;
}

HttpResponse ErrorAnswer(const ApiError& error) {
  return JsonAnswer(PrintError(error), error.status);
}

}  // namespace satchel::sandbox
