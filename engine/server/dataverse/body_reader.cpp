#include "engine/server/dataverse/body_reader.h"

#include <algorithm>

#include "engine/record/guid.h"
#include "engine/server/base64.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel::dataverse {

namespace {

// Decodes what comes and passes it on, up to `most` bytes.
class Decoding {
 public:
  Decoding(const BodyPieces& sink, std::int64_t most) : sink_(sink), most_(most) {}

  Result<> Take(std::string_view piece) {
    bytes_.clear();
    if (auto decoded = decoder_.Decode(piece, bytes_); !decoded) return decoded;
    total_ += static_cast<std::int64_t>(bytes_.size());
    if (total_ > most_) {
      return Fail(ErrorCode::kCorrupt, "it is larger than " + HumanSize(most_) +
                                           ", more than the server said or the policy keeps");
    }
    return bytes_.empty() ? Result<>() : sink_(bytes_);
  }
  Result<> Finish() const { return decoder_.Finish(); }

 private:
  const BodyPieces& sink_;
  std::int64_t most_ = 0;
  std::int64_t total_ = 0;
  Base64Decoder decoder_;
  std::string bytes_;
};

tl::unexpected<Error> NoBody(const BodyRequest& request) {
  return Fail(ErrorCode::kNotFound, request.entity + " " + request.id + " has no " + request.field);
}

}  // namespace

Result<> ReadBody(Connection& connection, const BodyRequest& request, const Schema& schema,
                  const std::vector<Header>& headers, const BodyPieces& sink,
                  std::stop_token stop) {
  const EntitySchema* entity = schema.Find(request.entity);
  const FieldSchema* field = entity ? entity->Find(request.field) : nullptr;
  const auto id = ParseGuid(request.id);
  if (!field || !id) {
    return Fail(ErrorCode::kInvalid, request.entity + ": there is no " + Quoted(request.field) +
                                         " of " + Quoted(request.id));
  }
  const std::string record = entity->set_name + "(" + ToString(*id) + ")";
  Decoding decoding(sink, request.most);
  // Four characters for three bytes, and line breaks where a server has them.
  const auto most =
      static_cast<std::size_t>(std::max<std::int64_t>(request.most, 0)) / 2 * 3 + 1024;
  std::vector<Header> plain = headers;
  plain.push_back({"Accept", "*/*"});
  const auto answer = connection.GetPieces(
      record + "/" + field->wire() + "/$value", plain,
      [&decoding](std::string_view piece) { return decoding.Take(piece); }, most, stop);
  if (!answer) return Fail(answer.error());
  if (answer->status == 200) return decoding.Finish();
  if (answer->status == 204) return NoBody(request);
  const bool cannot = answer->status == 400 || answer->status == 405 || answer->status == 406 ||
                      answer->status == 501;
  if (!cannot) return Fail(*ErrorOfStatus(*answer));
  const auto json = connection.GetJson(record + "?$select=" + field->wire(), headers, stop);
  if (!json) return Fail(json.error());
  const Json& value = (*json)[field->wire()];
  if (!value.Is(Json::Kind::kText) || value.text.empty()) return NoBody(request);
  if (auto taken = decoding.Take(value.text); !taken) return taken;
  return decoding.Finish();
}

}  // namespace satchel::dataverse
