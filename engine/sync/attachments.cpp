#include "engine/sync/attachments.h"

#include <algorithm>
#include <optional>
#include <set>

#include "engine/record/cell.h"
#include "engine/store/local_schema.h"
#include "policy/support/text.h"
#include "policy/support/units.h"

namespace satchel {

namespace {

// Where the policy sets no limit of its own.
constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;

constexpr const char* kCreateTable =
    "CREATE TABLE IF NOT EXISTS \"@attachment\" (entity TEXT NOT NULL, id NOT NULL, version, "
    "PRIMARY KEY (entity, id)) WITHOUT ROWID";

std::string SuffixOf(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : LowerAscii(name.substr(dot + 1));
}

bool Allowed(const std::vector<std::string>& types, std::string_view name) {
  if (types.empty()) return true;
  const std::string suffix = SuffixOf(name);
  return std::any_of(types.begin(), types.end(), [&suffix](const std::string& type) {
    return LowerAscii(type.substr(type.find_first_not_of('.') == std::string::npos
                                      ? 0
                                      : type.find_first_not_of('.'))) == suffix;
  });
}

std::string TextOf(const Value& id) {
  if (const auto* guid = std::get_if<Guid>(&id)) return ToString(*guid);
  if (const auto* text = std::get_if<std::string>(&id)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&id)) return std::to_string(*number);
  return {};
}

// The version of the record when its file was fetched; nothing: it never was.
Result<std::optional<Value>> FetchedVersion(Database& database, const std::string& entity,
                                            const Value& id) {
  auto statement =
      database.Prepare("SELECT version FROM \"@attachment\" WHERE entity=?1 AND id=?2");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(entity));
  statement->Bind(2, ToCell(id));
  const auto row = statement->Step();
  if (!row) return Fail(row.error());
  if (!*row) return std::optional<Value>();
  return std::optional<Value>(ToValue(statement->At(0)));
}

Result<> NoteFetched(Database& database, const std::string& entity, const Attachment& attachment) {
  auto statement = database.Prepare(
      "INSERT OR REPLACE INTO \"@attachment\"(entity,id,version) VALUES(?1,?2,?3)");
  if (!statement) return Fail(statement.error());
  statement->Bind(1, std::string_view(entity));
  statement->Bind(2, ToCell(attachment.id));
  statement->Bind(3, ToCell(attachment.version));
  return statement->Run();
}

Result<> Fetch(const BodyRequest& request, const Schema& schema, CrmServer& server,
               const AttachmentFiles& files, std::stop_token stop, std::int64_t& bytes) {
  auto file = files.Begin(request.entity, request.id);
  if (!file) return Fail(file.error());
  auto read = server.ReadBody(
      request, schema, [&file](std::string_view piece) { return file->Append(piece); }, stop);
  if (!read) return read;
  bytes += file->bytes();
  return file->Commit();
}

// Whether a failure concerns the one attachment only.
bool OfThisOne(ErrorCode code) {
  return code == ErrorCode::kNotFound || code == ErrorCode::kDenied ||
         code == ErrorCode::kCorrupt || code == ErrorCode::kInvalid;
}

}  // namespace

std::string LeftOutSentence(const Entity& entity, const AttachmentChoice& choice) {
  const AttachmentLimits limits = entity.attachments.value_or(AttachmentLimits{});
  const bool one = choice.kept.size() == 1;
  std::string sentence = entity.name + ": " +
                         HumanCount(static_cast<std::int64_t>(choice.kept.size())) +
                         (one ? " attachment (" : " attachments (") + HumanSize(choice.kept_bytes) +
                         (one ? ") is kept as a file" : ") are kept as files");
  if (choice.left_out() == 0) return sentence + ", none is left out";
  std::vector<std::string> reasons;
  if (choice.too_large > 0) {
    reasons.push_back(HumanCount(choice.too_large) + " larger than " +
                      PrintSize(limits.max_size.value_or(0)));
  }
  if (choice.other_type > 0) {
    reasons.push_back(HumanCount(choice.other_type) + " of other types than " +
                      Join(limits.types, ", "));
  }
  if (choice.beyond_total > 0) {
    reasons.push_back(HumanCount(choice.beyond_total) + " beyond the total of " +
                      PrintSize(limits.total.value_or(0)));
  }
  return sentence + "; " + HumanCount(choice.left_out()) + " (" + HumanSize(choice.left_out_bytes) +
         (choice.left_out() == 1 ? ") is left out: " : ") are left out: ") + Join(reasons, "; ");
}

Result<AttachmentChoice> ChooseAttachments(Database& database, const Entity& entity,
                                           const EntitySchema& schema) {
  const auto fields = AttachmentFieldsOf(schema);
  if (!fields) {
    return Fail(ErrorCode::kUnsupported,
                entity.name +
                    ": its records carry no file whose name and size the server tells "
                    "(take attachments: out of the policy)");
  }
  const AttachmentLimits limits = entity.attachments.value_or(AttachmentLimits{});
  const auto kept_fields = ResolveFields(entity, schema);
  if (!kept_fields) return Fail(kept_fields.error());
  const bool dated =
      std::find(kept_fields->begin(), kept_fields->end(), schema.modified) != kept_fields->end();
  auto statement = database.Prepare(
      "SELECT " + SqlName(schema.key) + "," + SqlName(kVersionColumn) + "," +
      SqlName(fields->size) + "," + SqlName(fields->name) + " FROM " + SqlName(entity.name) +
      " WHERE " + SqlName(fields->size) + ">0 ORDER BY " +
      (dated ? SqlName(schema.modified) + " DESC," : std::string()) + SqlName(schema.key));
  if (!statement) return Fail(statement.error());
  AttachmentChoice choice;
  for (;;) {
    const auto row = statement->Step();
    if (!row) return Fail(row.error());
    if (!*row) return choice;
    const std::int64_t size = statement->Integer(2);
    std::int64_t* reason = nullptr;
    if (!Allowed(limits.types, statement->Text(3))) {
      reason = &choice.other_type;
    } else if (limits.max_size && size > *limits.max_size) {
      reason = &choice.too_large;
    } else if (limits.total && choice.kept_bytes + size > *limits.total) {
      reason = &choice.beyond_total;
    }
    if (reason) {
      ++*reason;
      choice.left_out_bytes += size;
      continue;
    }
    choice.kept_bytes += size;
    choice.kept.push_back({ToValue(statement->At(0)), ToValue(statement->At(1)), size});
  }
}

Result<AttachmentOutcome> FetchAttachments(const Policy& policy, const Schema& schema,
                                           const std::string& as, CrmServer& server,
                                           Database& database, const AttachmentFiles& files,
                                           std::stop_token stop) {
  if (auto made = database.Execute(kCreateTable); !made) return Fail(made.error());
  AttachmentOutcome outcome;
  std::set<std::string> with_files;
  for (const Entity& entity : policy.entities) {
    if (entity.mode == DeviceMode::kOffline && entity.attachments) with_files.insert(entity.name);
  }
  // What the policy keeps no longer leaves no bytes behind.
  const auto left = files.SweepOthers(with_files);
  if (!left) return Fail(left.error());
  outcome.removed += *left;
  for (const Entity& entity : policy.entities) {
    const EntitySchema* found = schema.Find(entity.name);
    if (entity.mode != DeviceMode::kOffline || !entity.attachments || !found) continue;
    const auto choice = ChooseAttachments(database, entity, *found);
    if (!choice) {
      outcome.warnings.push_back(choice.error().message);
      continue;
    }
    outcome.left_out += choice->left_out();
    if (choice->left_out() > 0) outcome.warnings.push_back(LeftOutSentence(entity, *choice));
    std::set<std::string> ids;
    for (const Attachment& attachment : choice->kept) ids.insert(TextOf(attachment.id));
    const auto swept = files.Sweep(entity.name, ids);
    if (!swept) return Fail(swept.error());
    outcome.removed += *swept;

    for (const Attachment& attachment : choice->kept) {
      const BodyRequest body = {.entity = entity.name,
                                .id = TextOf(attachment.id),
                                .field = AttachmentFieldsOf(*found)->body,
                                .as = as,
                                .most = entity.attachments->max_size.value_or(kMostBytes)};
      const auto fetched = FetchedVersion(database, entity.name, attachment.id);
      if (!fetched) return Fail(fetched.error());
      if (*fetched && **fetched == attachment.version && files.SizeOf(entity.name, body.id)) {
        ++outcome.kept;
        continue;
      }
      auto read = Fetch(body, schema, server, files, stop, outcome.bytes);
      if (!read && !OfThisOne(read.error().code)) return Fail(read.error().While(entity.name));
      if (!read) {
        ++outcome.failed;
        outcome.warnings.push_back(
            read.error().While(entity.name + " " + body.id + ": its attachment").message);
        continue;
      }
      if (auto noted = NoteFetched(database, entity.name, attachment); !noted) {
        return Fail(noted.error());
      }
      ++outcome.fetched;
      ++outcome.kept;
    }
  }
  return outcome;
}

}  // namespace satchel
