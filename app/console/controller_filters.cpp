// The controller's part behind the Filters screen: records for lookups, SQL and OData.
#include "app/console/controller.h"
#include "policy/support/text.h"

namespace satchel {

void Controller::Handle(const FindRecords& c) {
  LookupState& lookup = state_.lookup;
  if (state_.connection.state != ServerConnection::State::kOnline) return;
  if (!c.again && lookup.entities == c.entities && lookup.text == c.text &&
      !lookup.entities.empty()) {
    return;
  }
  // Records of other entities are no answer to this.
  if (lookup.entities != c.entities) lookup.found.clear();
  lookup.entities = c.entities;
  lookup.text = c.text;
  lookup.searching = true;
  lookup.error.clear();
  // Whoever types on does not wait for the search before.
  if (lookup_job_ != 0) jobs_.Cancel(lookup_job_);
  lookup_job_ = AskServer(
      "Looking for records", false,
      [link = state_.connection.link, c](JobContext& job) {
        return link->FindRecords(c.entities, c.text, job.stop());
      },
      [this, epoch = connection_epoch_, c](Result<std::vector<FoundRecord>> found) {
        LookupState& now = state_.lookup;
        if (epoch != connection_epoch_ || now.text != c.text || now.entities != c.entities) return;
        // The same search, asked for again, has taken this one's place.
        if (!found && found.error().code == ErrorCode::kCancelled) return;
        now.searching = false;
        lookup_job_ = 0;
        now.error = found ? "" : found.error().message;
        if (!found) {
          now.found.clear();
          return;
        }
        for (const FoundRecord& record : *found) now.names[LowerAscii(record.id)] = record.name;
        now.found = std::move(*found);
      });
}

void Controller::Handle(const NameRecords& c) {
  if (state_.connection.state != ServerConnection::State::kOnline) return;
  std::vector<std::string> ids;
  for (const std::string& id : c.ids) {
    if (state_.lookup.asked.insert(id).second) ids.push_back(id);
  }
  if (ids.empty()) return;
  AskServer(
      "Reading names", false,
      [link = state_.connection.link, entities = c.entities, ids](JobContext& job) {
        return link->NameRecords(entities, ids, job.stop());
      },
      [this, epoch = connection_epoch_](const Result<std::vector<FoundRecord>>& found) {
        // Without a name the id stays on screen: nothing to report.
        if (epoch != connection_epoch_ || !found) return;
        for (const FoundRecord& record : *found) {
          state_.lookup.names[LowerAscii(record.id)] = record.name;
        }
      });
}

void Controller::Handle(const TranslateFilter& c) {
  const Entity* entity = state_.draft.current().Find(c.entity);
  TranslationState& translation = state_.translation;
  if (entity == nullptr || translation.running || schema() == nullptr ||
      state_.connection.state != ServerConnection::State::kOnline) {
    return;
  }
  translation.entity = c.entity;
  translation.of = QueryOf(*entity);
  translation.user = state_.user;
  translation.running = true;
  AskServer(
      "Translating the filter", false,
      [link = state_.connection.link, query = translation.of, schema = *schema(),
       user = state_.user](JobContext& job) {
        return link->Translate(query, schema, user, job.stop());
      },
      [this, epoch = connection_epoch_](Result<Translation> result) {
        if (epoch != connection_epoch_) return;
        TranslationState& now = state_.translation;
        now.running = false;
        now.error = result ? "" : result.error().message;
        now.result.reset();
        if (result) now.result = std::move(*result);
      });
}

}  // namespace satchel
