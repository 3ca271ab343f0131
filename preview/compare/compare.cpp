#include "preview/compare/compare.h"

#include <algorithm>
#include <set>

#include "engine/store/local_schema.h"
#include "engine/store/many_to_many.h"
#include "policy/yaml/write_policy.h"
#include "preview/compare/compared_records.h"
#include "preview/run/record_text.h"

namespace satchel {

namespace {

// What decides an entity's records on a device, and their size, as one text.
std::string WhatIsRead(const Entity& entity) {
  Entity read = entity;
  read.allow = {};
  read.conflict.reset();
  read.always_full = false;
  read.incremental = {};
  Policy alone;
  alone.entities.push_back(std::move(read));
  return ContentHash(alone);
}

const Entity* FindOffline(const Policy& policy, const std::string& name) {
  const Entity* entity = policy.Find(name);
  return entity && entity->mode == DeviceMode::kOffline ? entity : nullptr;
}

std::vector<std::string> EndsOf(const std::string& name, const Schema& schema) {
  std::vector<std::string> ends;
  const EntitySchema* entity = schema.Find(name);
  if (!entity || !entity->intersect) return ends;
  for (const LinkEnd& end : LinkEndsOf(*entity, schema)) ends.push_back(end.entity);
  return ends;
}

std::vector<std::string> EntitiesOfBoth(const CompareRequest& request) {
  std::set<std::string> names;
  for (const Policy* policy : {&request.before, &request.after}) {
    for (const std::string& name : EntitiesNamed(*policy)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> FieldsOf(const Entity& entity, const Schema& schema) {
  const EntitySchema* known = schema.Find(entity.name);
  if (known) {
    if (auto fields = ResolveFields(entity, *known)) return *std::move(fields);
  }
  return entity.fields;
}

std::vector<std::string> Without(const std::vector<std::string>& all,
                                 const std::vector<std::string>& taken) {
  std::vector<std::string> rest;
  for (const std::string& each : all) {
    if (std::find(taken.begin(), taken.end(), each) == taken.end()) rest.push_back(each);
  }
  return rest;
}

const EntityPreview* Find(const PreviewResult& preview, const std::string& entity) {
  for (const EntityPreview& each : preview.entities) {
    if (each.name == entity) return &each;
  }
  return nullptr;
}

class Comparer {
 public:
  Comparer(const CompareRequest& request, CrmServer& server, const CompareSink& sink,
           std::stop_token stop)
      : request_(request), server_(server), sink_(sink), stop_(std::move(stop)) {}

  Result<Comparison> Run() {
    auto schema = server_.ReadSchema(EntitiesOfBoth(request_), stop_);
    if (!schema) return Fail(schema.error());
    schema_ = std::make_shared<const Schema>(*std::move(schema));
    const std::vector<std::string> again =
        EntitiesToReadAgain(request_.before, request_.after, *schema_);
    again_ = {again.begin(), again.end()};
    if (!request_.previewed) {
      for (const Entity& entity : request_.after.entities) {
        to_read_ += entity.mode == DeviceMode::kOffline ? 1 : 0;
      }
    }
    to_read_ += again.size();

    Comparison result;
    auto after = ReadAfter(result);
    if (!after) return Fail(after.error());
    result.after_preview = *std::move(after);
    if (!again.empty()) {
      auto before = ReadBefore(result);
      if (!before) return Fail(before.error());
      result.before_preview = *std::move(before);
    }
    Describe(result);
    if (auto counted = CountRecords(result); !counted) return Fail(counted.error());
    return result;
  }

 private:
  Result<PreviewResult> ReadAfter(Comparison& result) {
    if (request_.previewed) {
      result.findings.push_back(
          {.severity = Severity::kInfo,
           .rule = "previewed-earlier",
           .message = "the draft is compared as it was previewed on " +
                      MinuteText(request_.previewed->now) +
                      " UTC; what changed on the server since then shows as a difference, too"});
      return *request_.previewed;
    }
    return Read(request_.after, request_.now, false, result);
  }

  // Entities kept online are never stored: nothing to read.
  Result<PreviewResult> ReadBefore(Comparison& result) {
    Policy part = request_.before;
    std::erase_if(part.entities, [&](const Entity& each) { return !again_.contains(each.name); });
    return Read(part, result.after_preview.now, true, result);
  }

  Result<PreviewResult> Read(const Policy& policy, std::optional<Instant> now, bool before,
                             Comparison& result) {
    const PreviewRequest preview{
        .policy = policy, .as = request_.as, .now = now, .schema = schema_};
    const std::size_t done = read_;
    auto read = RunPreview(
        preview, server_,
        [&](const PreviewProgress& at) {
          if (!sink_) return;
          read_ = std::max(read_, done + at.index + (at.entity_done ? 1 : 0));
          sink_({.of_before = before,
                 .fraction = static_cast<double>(read_) / static_cast<double>(to_read_),
                 .preview = at});
        },
        stop_);
    if (!read) {
      const Error& error = read.error();
      if (error.code == ErrorCode::kCancelled) return read;
      return Fail(error.While(before ? "the policy before" : "the policy after"));
    }
    result.requests += read->requests;
    result.seconds += read->seconds;
    return read;
  }

  void Describe(Comparison& result) const {
    const PreviewResult& after = result.after_preview;
    result.server = after.server;
    result.as_id = after.as_id;
    result.as_name = after.as_name;
    result.now = after.now;
    result.exact = after.exact && (!result.before_preview || result.before_preview->exact);
    result.changes = Diff(request_.before, request_.after, schema_.get());
    result.before = {.name = request_.before.project.name,
                     .content_hash = ContentHash(request_.before)};
    result.after = {.name = after.policy_name,
                    .content_hash = after.content_hash,
                    .records = after.records,
                    .bytes_on_device = after.bytes_on_device};
    for (const Entity& entity : request_.after.entities) AddEntity(entity.name, result);
    for (const Entity& entity : request_.before.entities) {
      if (!request_.after.Find(entity.name)) AddEntity(entity.name, result);
    }
    result.findings.insert(result.findings.end(), after.findings.begin(), after.findings.end());
    if (!result.before_preview) return;
    for (Finding finding : result.before_preview->findings) {
      if (finding.rule == "not-exact" && !after.exact) continue;  // Said already.
      const std::string about = finding.entity + ": ";
      const bool named = !finding.entity.empty() && finding.message.starts_with(about);
      finding.message = (named ? about : "") + "with the policy before: " +
                        finding.message.substr(named ? about.size() : 0);
      result.findings.push_back(std::move(finding));
    }
  }

  void AddEntity(const std::string& name, Comparison& result) const {
    EntityComparison entity{.name = name};
    const Entity* before = request_.before.Find(name);
    const Entity* after = request_.after.Find(name);
    if (after) entity.after = *satchel::Find(result.after_preview, name);
    if (before) {
      const bool offline = before->mode == DeviceMode::kOffline;
      entity.read_once = offline && !again_.contains(name);
      entity.before = !offline           ? EntityPreview{.name = name, .mode = DeviceMode::kOnline}
                      : entity.read_once ? *entity.after
                                         : *satchel::Find(*result.before_preview, name);
      result.before.records += entity.before->records;
      result.before.bytes_on_device += entity.before->bytes_on_device;
    }
    if (before && after) {
      const std::vector<std::string> old_fields = FieldsOf(*before, *schema_);
      const std::vector<std::string> new_fields = FieldsOf(*after, *schema_);
      entity.fields_added = Without(new_fields, old_fields);
      entity.fields_removed = Without(old_fields, new_fields);
      for (const auto* fields : {&entity.fields_added, &entity.fields_removed}) {
        for (const std::string& field : *fields) {
          const FieldSchema* known = schema_->Find(name, field);
          if (known && !known->label.empty()) entity.labels[field] = known->label;
        }
      }
    }
    result.entities.push_back(std::move(entity));
  }

  static Result<> CountRecords(Comparison& result) {
    auto records = OpenComparedRecords(result);
    if (!records) return Fail(records.error());
    for (EntityComparison& entity : result.entities) {
      for (auto [change, count] : {std::pair(RecordChange::kAdded, &entity.added),
                                   std::pair(RecordChange::kRemoved, &entity.removed),
                                   std::pair(RecordChange::kKept, &entity.kept)}) {
        auto counted = (*records)->Count(entity.name, change);
        if (!counted) return Fail(counted.error());
        *count = *counted;
      }
      result.added += entity.added;
      result.removed += entity.removed;
      result.kept += entity.kept;
    }
    return {};
  }

  const CompareRequest& request_;
  CrmServer& server_;
  const CompareSink& sink_;
  std::stop_token stop_;
  std::shared_ptr<const Schema> schema_ = {};
  std::set<std::string> again_ = {};
  std::size_t to_read_ = 0;  // Entities, of both policies.
  std::size_t read_ = 0;
};

}  // namespace

std::vector<std::string> EntitiesToReadAgain(const Policy& before, const Policy& after,
                                             const Schema& schema) {
  // What these decide is the same for every entity: how much a page holds, and names of lookups.
  const bool all = before.sync.page_size != after.sync.page_size ||
                   before.sync.include_labels != after.sync.include_labels;
  std::set<std::string> again;
  for (const Entity& entity : before.entities) {
    if (entity.mode != DeviceMode::kOffline) continue;
    const Entity* other = FindOffline(after, entity.name);
    if (all || !other || WhatIsRead(entity) != WhatIsRead(*other)) again.insert(entity.name);
  }
  // A row of an N:N entity stays while both its ends do: where an end differs, so may the row, and
  // a row that is read again needs its ends beside it.
  for (std::size_t size = again.size() + 1; size != again.size();) {
    size = again.size();
    for (const Entity& entity : before.entities) {
      if (entity.mode != DeviceMode::kOffline) continue;
      const std::vector<std::string> ends = EndsOf(entity.name, schema);
      const bool ends_differ = std::any_of(ends.begin(), ends.end(), [&](const std::string& end) {
        return again.contains(end) ||
               (FindOffline(before, end) == nullptr) != (FindOffline(after, end) == nullptr);
      });
      if (ends_differ) again.insert(entity.name);
      if (!again.contains(entity.name)) continue;
      for (const std::string& end : ends) {
        if (FindOffline(before, end)) again.insert(end);
      }
    }
  }
  std::vector<std::string> in_order;
  for (const Entity& entity : before.entities) {
    if (again.contains(entity.name)) in_order.push_back(entity.name);
  }
  return in_order;
}

Result<Comparison> RunComparison(const CompareRequest& request, CrmServer& server,
                                 const CompareSink& sink, std::stop_token stop) {
  return Comparer(request, server, sink, std::move(stop)).Run();
}

}  // namespace satchel
