#include "tests/sim/fake_crm.h"

#include <algorithm>

#include "tests/sim/oracle.h"

namespace satchel::sim {

namespace {

bool HasLinks(const Group& group) {
  return std::any_of(group.nodes.begin(), group.nodes.end(), [](const Node& node) {
    if (const auto* inner = std::get_if<Group>(&node.item)) return HasLinks(*inner);
    return std::holds_alternative<Link>(node.item);
  });
}

std::vector<RowBatch::Column> ColumnsOf(const EntitySchema& schema,
                                        const std::vector<std::string>& fields) {
  std::vector<RowBatch::Column> columns = {{schema.key}};
  for (const std::string& name : fields) {
    if (name == schema.key) continue;
    columns.push_back({name});
    const FieldSchema* field = schema.Find(name);
    if (field && field->polymorphic()) columns.push_back({TypeColumn(name)});
  }
  columns.push_back({std::string(kVersionColumn)});
  return columns;
}

constexpr std::int64_t kRestoredBelow = 100'000;

}  // namespace

void CrmSite::Restore(const CrmState& backup) {
  const Instant now = state.now;
  const std::vector<User> users = state.users;
  const std::vector<Team> teams = state.teams;
  const std::vector<Written> journal = state.journal;
  const int restores = state.restores;
  state = backup;
  state.now = now;
  state.users = users;
  state.teams = teams;
  state.journal = journal;
  state.restores = restores + 1;
  for (auto& [name, table] : state.rows) {
    for (auto& [id, row] : table) row.version -= kRestoredBelow;
  }
  state.removals.clear();
  state.commit -= kRestoredBelow;
  replica.reset();
  places.clear();
  tokens.clear();
}

Capabilities FakeCrm::capabilities() const {
  const Traits& traits = site_.state.traits();
  return {.users = true,
          .change_tracking = traits.change_tracking,
          .row_versions = traits.row_versions,
          .writes = true,
          .conditional_create = traits.conditional_create};
}

Result<Fate> FakeCrm::Pass(Request request, std::stop_token stop) {
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  ++requests;
  const Fate fate = on_request ? on_request(request) : Fate::kServed;
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  lagged = lagged || site_.replica.has_value();
  switch (fate) {
    case Fate::kUnsent:
      return Fail(ErrorCode::kOffline, "the server cannot be reached (try again later)");
    case Fate::kDenied:
      return Fail(ErrorCode::kDenied, "the server refuses (sign in again)");
    case Fate::kBroken:
      return Fail(ErrorCode::kCorrupt, "the server's answer is broken");
    default:
      break;
  }
  if (request.kind == Request::Kind::kWrite) return fate;
  switch (fate) {
    case Fate::kAnswerLost:
    case Fate::kHalfLost:
    case Fate::kTryLater:
      return Fail(ErrorCode::kOffline, "the server did not answer (try again later)");
    case Fate::kGone:
      if (request.kind == Request::Kind::kPage || request.kind == Request::Kind::kChanges) {
        site_.places.clear();
        site_.tokens.clear();
        return Fail(ErrorCode::kExpired, "the server no longer knows this link");
      }
      return Fate::kServed;
    default:
      return fate;
  }
}

std::string FakeCrm::NewName(const char* prefix) {
  return prefix + std::to_string(site_.next_name++);
}

Result<Identity> FakeCrm::WhoAmI(std::stop_token stop) {
  if (auto fate = Pass({.kind = Request::Kind::kPeople}, stop); !fate) return Fail(fate.error());
  return Identity{
      .user_id = user_,
      .user_name = "User " + user_.substr(user_.size() - 2),
      .business_unit_id = MakeId('b', static_cast<std::uint64_t>(site_.state.UserOf(user_).unit)),
      .organization_id = site_.state.organization};
}

Result<std::vector<EntityName>> FakeCrm::Entities(std::stop_token stop) {
  if (auto fate = Pass({.kind = Request::Kind::kSchema}, stop); !fate) return Fail(fate.error());
  std::vector<EntityName> names;
  for (const auto& [name, entity] : site_.state.schema().entities) names.push_back({.name = name});
  return names;
}

Result<Schema> FakeCrm::ReadSchema(const std::vector<std::string>& names, std::stop_token stop) {
  if (auto fate = Pass({.kind = Request::Kind::kSchema}, stop); !fate) return Fail(fate.error());
  Schema schema;
  for (const auto& [name, entity] : site_.state.schema().entities) {
    if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
      schema.entities.emplace(name, entity);
    }
  }
  return schema;
}

Result<std::vector<UserInfo>> FakeCrm::Users(std::stop_token stop) {
  if (auto fate = Pass({.kind = Request::Kind::kPeople}, stop); !fate) return Fail(fate.error());
  std::vector<UserInfo> users;
  for (const User& user : site_.state.users) {
    std::vector<std::string> roles;
    for (const auto& [entity, depth] : user.depth) {
      roles.push_back(entity + std::to_string(static_cast<int>(depth)));
    }
    users.push_back({.id = user.id, .name = user.id, .domain_name = user.id, .roles = roles});
  }
  return users;
}

Result<UserInfo> FakeCrm::FindUser(const std::string& who, std::stop_token stop) {
  auto users = Users(stop);
  if (!users) return Fail(users.error());
  for (UserInfo& user : *users) {
    if (user.id == who) return std::move(user);
  }
  return Fail(ErrorCode::kNotFound, "no user " + who);
}

Result<FilterContext> FakeCrm::ContextOf(const std::string& user_id, std::stop_token stop) {
  if (auto fate = Pass({.kind = Request::Kind::kPeople}, stop); !fate) return Fail(fate.error());
  const User& user = site_.state.UserOf(user_id.empty() ? user_ : user_id);
  return FilterContext{.zone = user.zone,
                       .week_start = Weekday::kMonday,
                       .user = {.id = user.id,
                                .business_unit = MakeId('b', static_cast<std::uint64_t>(user.unit)),
                                .teams = site_.state.TeamsOf(user.id)}};
}

Result<ReadPlan> FakeCrm::Plan(const ReadRequest& request, const Schema&) {
  const Query& query = request.query;
  asked_at = request.context.now;
  const bool links = HasLinks(query.filter) || !query.links.empty();
  const bool exact = site_.state.traits().links_exact || !links;
  ReadPlan plan = {.request = request,
                   .first_cursor = "first",
                   .exact = exact,
                   .ordered_cut = exact && query.top > 0 && site_.state.traits().cuts};
  if (!exact) plan.unexpressed.push_back("this server cannot follow links");
  return plan;
}

void FakeCrm::Fill(RowBatch& batch, const EntitySchema& schema, const CrmState& crm,
                   const std::string& id) const {
  const Row& row = *crm.Find(schema.name, id);
  const auto columns = batch.columns();
  Cell* cells = batch.AddRow();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string& name = columns[i].name;
    Value value;
    if (name == kVersionColumn) {
      value = crm.VersionCell(row);
    } else if (name == schema.version) {
      value = row.version;
    } else if (const auto at = row.values.find(name); at != row.values.end()) {
      value = at->second;
    }
    Cell cell = ToCell(value);
    if (cell.kind == Cell::Kind::kText || cell.kind == Cell::Kind::kId) {
      cell.bytes = batch.Keep(cell.view()).data();
    }
    cells[i] = cell;
  }
}

// What is read for the sake of another entity's filter, or to learn whether there is any record, is
// not meant to be kept; what is read again after others were, because it was not as swept, is.
// Which of the two it is does not show here, so of a record that changed meanwhile nothing is said.
void FakeCrm::Tell(const CrmState& crm, const Query& query, const std::string& id) {
  if (query.top == 1) return;
  const Row& row = *crm.Find(query.entity, id);
  if (query.entity == noted_) {
    told[query.entity][id] = row;
    return;
  }
  const auto before = told.find(query.entity);
  if (before == told.end()) return;
  const auto at = before->second.find(id);
  if (at != before->second.end() && at->second.version != row.version) before->second.erase(at);
}

Result<Page> FakeCrm::ReadPage(const ReadPlan& plan, const std::string& cursor,
                               std::stop_token stop) {
  const std::string& entity = plan.request.query.entity;
  auto fate = Pass({.kind = Request::Kind::kPage, .entity = entity, .detail = cursor}, stop);
  if (!fate) return Fail(fate.error());
  const CrmState& crm = site_.read_side();
  CrmSite::Place place;
  if (cursor != plan.first_cursor) {
    const auto at = site_.places.find(cursor);
    if (at == site_.places.end()) {
      return Fail(ErrorCode::kExpired, entity + ": the server no longer knows this page");
    }
    place = at->second;
  }
  Query query = cursor == plan.first_cursor ? plan.request.query : place.query;
  place.query = query;
  if (!plan.exact) query.filter = {}, query.links = {};
  const bool ordered = plan.ordered_cut || (!query.order.empty() && query.top == 0);
  if (!plan.ordered_cut) query.top = 0;
  if (!ordered) query.order.clear();
  // A service without row versions knows no relative dates: the asker says what day it is.
  const FilterContext& context = plan.request.context;
  const Viewpoint view = {user_, context.now, crm.traits().row_versions ? "" : context.zone};
  const std::vector<std::string> all = Select(crm, view, query);
  std::vector<std::string> rest;
  for (const std::string& id : all) {
    if (ordered ? !place.delivered.contains(id) : id > place.last) rest.push_back(id);
  }
  if (plan.ordered_cut) {
    const auto left = static_cast<std::size_t>(query.top) -
                      std::min(static_cast<std::size_t>(query.top), place.delivered.size());
    if (rest.size() > left) rest.resize(left);
  }
  auto size = static_cast<std::size_t>(std::min(plan.request.page_size, crm.traits().page_size));
  if (*fate == Fate::kHugePage) size *= 5;
  if (*fate == Fate::kEmptyPage) size = 0;
  const EntitySchema& schema = *crm.schema().Find(entity);
  Page page;
  page.rows = RowBatch(ColumnsOf(schema, plan.request.fields));
  if (*fate == Fate::kRepeatRows) {
    std::size_t repeated = 0;
    for (const std::string& id : place.delivered) {
      if (++repeated > 2 || !crm.Find(entity, id)) continue;
      if (site_.changes_repeated && site_.state.Find(entity, id) && !schema.intersect) {
        const std::string text = "s-again-" + std::to_string(site_.state.commit) + ";";
        site_.state.Update(entity, id, {{TextField(entity), text}});
      }
      Fill(page.rows, schema, crm, id);
      Tell(crm, plan.request.query, id);
    }
    site_.changes_repeated = false;
  }
  const std::size_t count = std::min(size, rest.size());
  for (std::size_t i = 0; i < count; ++i) {
    Fill(page.rows, schema, crm, rest[i]);
    Tell(crm, plan.request.query, rest[i]);
    place.delivered.insert(rest[i]);
    place.last = rest[i];
  }
  if (*fate == Fate::kSamePage && cursor != plan.first_cursor) {
    page.next_cursor = cursor;
  } else if (count < rest.size()) {
    page.next_cursor = NewName("p");
    site_.places[page.next_cursor] = place;
  }
  page.bytes_received = 100 * static_cast<std::int64_t>(page.rows.rows());
  return page;
}

Result<HighWater> FakeCrm::NoteHighWater(const std::string& entity, const Schema&,
                                         const std::string&, std::stop_token stop) {
  if (auto fate = Pass({.kind = Request::Kind::kMark, .entity = entity}, stop); !fate) {
    return Fail(fate.error());
  }
  told[entity].clear();
  noted_ = entity;
  const CrmState& crm = site_.read_side();
  if (!crm.traits().row_versions) {
    if (crm.schema().Find(entity)->modified.empty()) return HighWater{};
    return HighWater{.kind = HighWater::Kind::kTime, .time = crm.now};
  }
  HighWater water = {.kind = HighWater::Kind::kVersion};
  const User& user = crm.UserOf(user_);
  for (const auto& [id, row] : crm.rows.at(entity)) {
    if (crm.MayRead(user, entity, id, row)) water.version = std::max(water.version, row.version);
  }
  return water;
}

Result<ChangePage> FakeCrm::ReadChanges(const ReadPlan& plan, const std::string& cursor,
                                        std::stop_token stop) {
  const std::string& entity = plan.request.query.entity;
  auto fate = Pass({.kind = Request::Kind::kChanges, .entity = entity, .detail = cursor}, stop);
  if (!fate) return Fail(fate.error());
  const CrmState& crm = site_.read_side();
  if (!crm.traits().change_tracking) {
    return Fail(ErrorCode::kUnsupported, entity + ": this server does not track changes");
  }
  const User& user = crm.UserOf(user_);
  if (!crm.ReadsAll(user, entity)) {
    return Fail(ErrorCode::kDenied, entity + ": tracking changes needs the right to read all");
  }
  CrmSite::Place place;
  if (cursor.empty()) {
    for (const auto& [id, row] : crm.rows.at(entity)) place.changed.push_back(id);
    place.token = crm.commit;
  } else if (const auto token = site_.tokens.find(cursor); token != site_.tokens.end()) {
    const std::int64_t life = crm.traits().token_life;
    if (life > 0 && crm.commit - token->second > life) {
      return Fail(ErrorCode::kExpired, entity + ": the delta link has expired");
    }
    for (const auto& [id, row] : crm.rows.at(entity)) {
      if (row.version > token->second) place.changed.push_back(id);
    }
    for (const CrmState::Removal& removal : crm.removals) {
      if (removal.entity == entity && removal.version > token->second) {
        place.removed.push_back(removal.id);
      }
    }
    place.token = crm.commit;
  } else if (const auto at = site_.places.find(cursor); at != site_.places.end()) {
    place = at->second;
  } else {
    return Fail(ErrorCode::kExpired, entity + ": the server no longer knows this link");
  }
  const auto size = static_cast<std::size_t>(crm.traits().page_size);
  const EntitySchema& schema = *crm.schema().Find(entity);
  ChangePage page;
  page.rows = RowBatch(ColumnsOf(schema, plan.request.fields));
  std::size_t count = 0;
  while (count < size && !place.changed.empty()) {
    if (crm.Find(entity, place.changed.front())) {
      Fill(page.rows, schema, crm, place.changed.front());
      Tell(crm, plan.request.query, place.changed.front());
    }
    place.changed.erase(place.changed.begin());
    ++count;
  }
  while (count < size && !place.removed.empty()) {
    // A record that was made again meanwhile is not removed.
    if (!crm.Find(entity, place.removed.front())) page.removed.push_back(place.removed.front());
    place.removed.erase(place.removed.begin());
    ++count;
  }
  if (!place.changed.empty() || !place.removed.empty()) {
    page.next_cursor = NewName("c");
    site_.places[page.next_cursor] = place;
  } else {
    page.delta_cursor = NewName("d");
    site_.tokens[page.delta_cursor] = crm.traits().late_token ? crm.commit : place.token;
  }
  page.bytes_received = 100 * static_cast<std::int64_t>(page.rows.rows());
  return page;
}

WriteResult FakeCrm::Carry(CrmState& crm, const WriteOperation& operation) {
  using Kind = WriteResult::Kind;
  const auto refuse = [](Kind kind, ErrorCode code, std::string words) {
    return WriteResult{.kind = kind, .error = {code, std::move(words)}};
  };
  const User& user = crm.UserOf(user_);
  Values values;
  for (const FieldValue& value : operation.values) {
    const FieldSchema* field = crm.schema().Find(operation.entity, value.field);
    const bool type = value.field.find('@') != std::string::npos;
    if (!field && !type) {
      return refuse(Kind::kRejected, ErrorCode::kInvalid, "no field " + value.field);
    }
    if (field && operation.kind == WriteOperation::Kind::kUpdate && !field->updatable) continue;
    values[value.field] = value.value;
  }
  if (const std::string why = crm.WhyRefused(operation.entity, values); !why.empty()) {
    return refuse(Kind::kRejected, ErrorCode::kInvalid, why);
  }
  if (operation.kind == WriteOperation::Kind::kAssociate ||
      operation.kind == WriteOperation::Kind::kDisassociate) {
    std::string existing;
    for (const auto& [id, found] : crm.rows.at(operation.entity)) {
      const Row& row = found;  // Clang 14 captures no structured binding.
      const bool same = std::all_of(values.begin(), values.end(), [&](const auto& value) {
        const auto at = row.values.find(value.first);
        return !crm.schema().Find(operation.entity, value.first) ||
               crm.schema().Find(operation.entity, value.first)->targets.empty() ||
               (at != row.values.end() && at->second == value.second);
      });
      if (same) existing = id;
    }
    if (operation.kind == WriteOperation::Kind::kAssociate) {
      if (existing.empty()) {
        values.erase(crm.schema().Find(operation.entity)->key);
        crm.Create(operation.entity, MakeId('e', site_.next_name++), values, user_);
      }
      return {};
    }
    if (existing.empty()) {
      return refuse(Kind::kGone, ErrorCode::kNotFound, "they are not connected");
    }
    crm.Delete(operation.entity, existing);
    return {};
  }
  const Row* row = crm.Find(operation.entity, operation.id);
  if (operation.kind == WriteOperation::Kind::kCreate) {
    if (row) return refuse(Kind::kConflict, ErrorCode::kConflict, "it already exists");
    crm.Create(operation.entity, operation.id, values, user_);
  } else {
    if (!row) return refuse(Kind::kGone, ErrorCode::kNotFound, "no such record");
    if (!crm.MayRead(user, operation.entity, operation.id, *row)) {
      return refuse(Kind::kRejected, ErrorCode::kDenied, "the user may not write it");
    }
    if (crm.traits().must_match && operation.if_match.empty()) {
      return refuse(Kind::kRejected, ErrorCode::kInvalid, "a precondition is required (428)");
    }
    if (!operation.if_match.empty() && operation.if_match != crm.ETag(*row)) {
      return refuse(Kind::kConflict, ErrorCode::kConflict, "somebody changed it first (412)");
    }
    if (operation.kind == WriteOperation::Kind::kDelete) {
      crm.Delete(operation.entity, operation.id);
      return {};
    }
    crm.Update(operation.entity, operation.id, values);
  }
  row = crm.Find(operation.entity, operation.id);
  return {.version = row ? crm.ETag(*row) : ""};
}

Result<std::vector<WriteResult>> FakeCrm::Write(const WriteRequest& request, const Schema&,
                                                std::stop_token stop) {
  ++writes;
  const std::string entity = request.operations.empty() ? "" : request.operations.front().entity;
  auto passed = Pass({.kind = Request::Kind::kWrite,
                      .entity = entity,
                      .detail = std::to_string(request.operations.size())},
                     stop);
  if (!passed) return Fail(passed.error());
  const Fate fate = *passed;
  std::vector<WriteResult> results;
  if (fate == Fate::kTryLater || fate == Fate::kGone) {
    for (std::size_t i = 0; i < request.operations.size(); ++i) {
      results.push_back({.kind = WriteResult::Kind::kTryLater,
                         .error = {ErrorCode::kOffline, "the server is busy"}});
    }
    return results;
  }
  ++mutating;
  std::optional<CrmState> copy;
  if (request.together) copy = site_.state;
  site_.state.actor = user_;
  std::size_t count = request.operations.size();
  if (fate == Fate::kHalfLost && !request.together) count = (count + 1) / 2;
  bool refused = false;
  for (std::size_t i = 0; i < count; ++i) {
    results.push_back(Carry(site_.state, request.operations[i]));
    refused |= results.back().kind != WriteResult::Kind::kDone;
  }
  if (copy && refused) {
    site_.state = *copy;
    for (WriteResult& result : results) {
      if (result.kind == WriteResult::Kind::kDone) {
        result = {.kind = WriteResult::Kind::kTryLater,
                  .error = {ErrorCode::kConflict, "another part was refused"}};
      }
    }
  }
  site_.state.actor.clear();
  if (on_written) on_written();
  if (fate == Fate::kAnswerLost || fate == Fate::kHalfLost) {
    results.assign(request.operations.size(),
                   {.kind = WriteResult::Kind::kUnknown,
                    .error = {ErrorCode::kOffline, "the answer was lost"}});
  }
  return results;
}

}  // namespace satchel::sim
