#include "engine/server/crm_server.h"

namespace satchel {

// What a server that cannot do these says; the capability is asked first.

Result<HighWater> CrmServer::NoteHighWater(const std::string&, const Schema&, const std::string&,
                                           std::stop_token) {
  return HighWater{};
}

Result<ChangePage> CrmServer::ReadChanges(const ReadPlan& plan, const std::string&,
                                          std::stop_token) {
  return Fail(ErrorCode::kUnsupported,
              plan.request.query.entity + ": this server does not track changes");
}

Result<std::vector<WriteResult>> CrmServer::Write(const WriteRequest&, const Schema&,
                                                  std::stop_token) {
  return Fail(ErrorCode::kUnsupported, "this server takes no changes");
}

Result<> CrmServer::ReadBody(const BodyRequest& request, const Schema&, const BodyPieces&,
                             std::stop_token) {
  return Fail(ErrorCode::kUnsupported, request.entity + ": this server has no attachments to read");
}

}  // namespace satchel
