#include "preview/explain/explain.h"

#include <algorithm>
#include <utility>

#include "engine/sync/full_sync_plan.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/sentence.h"
#include "preview/explain/cap_rank.h"
#include "preview/explain/filter_trace.h"
#include "preview/explain/nearest_fix.h"
#include "preview/explain/next_sync.h"
#include "preview/explain/record_name.h"
#include "preview/explain/rows_around.h"
#include "preview/explain/value_words.h"
#include "preview/run/subject.h"

namespace satchel {

namespace {

using Outcome = GateOutcome;

constexpr std::string_view kThereBut = "It is on the server, but ";

bool SameName(std::string_view a, std::string_view b) {
  return LowerAscii(a) == LowerAscii(b);
}

// A trace and what it speaks of, which it points into.
struct Traced {
  RowsAround rows;
  std::size_t row = 0;
  FilterPart root = {};
};

class Explainer {
 public:
  Explainer(const ExplainRequest& request, CrmServer& server, const ExplainSink& sink,
            std::stop_token stop)
      : request_(request), server_(server), sink_(sink), stop_(std::move(stop)) {}

  Result<Explanation> Run() {
    auto name = ParseRecordName(request_.record);
    if (!name) return Fail(name.error());
    if (auto known = Prepare(); !known) return Fail(known.error());
    if (name->entity.empty()) name->entity = request_.entity;
    auto placed = name->entity.empty() ? FindAnywhere(name->id) : Place(*name);
    if (!placed) return Fail(placed.error());
    out_.entity_label = EntityLabel(out_.entity, &schema_);
    for (std::size_t i = 0; i <= static_cast<std::size_t>(GateKind::kNextSync); ++i) {
      out_.gates.push_back({.kind = static_cast<GateKind>(i)});
    }
    ProjectGate();
    EntityGate();
    if (gate(GateKind::kEntity).outcome == Outcome::kPassed) {
      if (auto done = RecordGates(); !done) return Fail(done.error());
    }
    Conclude();
    return std::move(out_);
  }

 private:
  ExplainGate& gate(GateKind kind) { return out_.gates[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const ExplainGate& gate(GateKind kind) const { return out_.gate(kind); }
  void Say(const std::string& what) const {
    if (sink_) sink_(what);
  }
  void Set(GateKind kind, Outcome outcome, std::string sentence) {
    gate(kind).outcome = outcome;
    gate(kind).sentence = std::move(sentence);
  }
  [[nodiscard]] const std::string& who() const { return out_.as_name; }
  // "Contoso Ltd", or "This Account" where nobody can read its name.
  [[nodiscard]] std::string it() const {
    if (!out_.name.empty()) return out_.name;
    return schema_.Find(out_.entity) ? "This " + out_.entity_label : "The record";
  }

  Result<> Prepare();
  Result<> Place(const RecordName& name);
  Result<> FindAnywhere(const std::string& id);
  void ProjectGate();
  void EntityGate();
  Result<> RecordGates();
  Result<std::optional<Traced>> Trace(const std::string& as, std::string& refused);
  Result<> PermissionGate(std::optional<Traced>& as_user, std::optional<Traced>& as_caller);
  Result<std::optional<bool>> AskServer();
  Result<> FilterGate(const Traced& traced);
  Result<> CapGate();
  Result<> NextGate(const Traced* traced);
  void Conclude();
  [[nodiscard]] std::string Reason() const;

  [[nodiscard]] TraceSubject SubjectOf(const Traced& traced) const {
    return {query_, schema_, context_, traced.rows, *words_};
  }
  [[nodiscard]] std::string OwnerOf(const Traced& traced) const;

  const ExplainRequest& request_;
  CrmServer& server_;
  const ExplainSink& sink_;
  std::stop_token stop_;
  Subject subject_ = {};
  Schema schema_ = {};
  FilterContext context_ = {};
  UserInfo user_ = {};
  bool roles_known_ = false;
  std::string not_exact_ = {};
  std::optional<ValueWords> words_ = {};
  const Entity* entity_ = nullptr;  // Of the policy; null: it does not have it.
  Query query_ = {};                // Of entity_, neither ordered nor cut.
  Explanation out_ = {};
};

// Who asks, when, and what the server has.
Result<> Explainer::Prepare() {
  Say("reading the user's settings");
  auto subject = FindSubject(server_, request_.as, stop_);
  if (!subject) return Fail(subject.error());
  subject_ = *std::move(subject);
  auto context = server_.ContextOf(subject_.id, stop_);
  if (!context) return Fail(context.error());
  context_ = *std::move(context);
  context_.now = request_.now.value_or(SystemNow());
  user_ = {.id = subject_.id, .name = subject_.name};
  if (server_.capabilities().users) {
    auto user = server_.FindUser(subject_.id, stop_);
    if (user) {
      user_ = *std::move(user);
      roles_known_ = true;
    } else if (user.error().code != ErrorCode::kNotFound) {
      return Fail(user.error());
    }
  }
  Say("reading the server's entities");
  std::vector<std::string> names = EntitiesNamed(request_.policy);
  if (!request_.entity.empty()) names.push_back(request_.entity);
  auto schema = server_.ReadSchema(names, stop_);
  if (!schema) return Fail(schema.error());
  schema_ = *std::move(schema);
  if (!subject_.as.empty()) {
    auto why = server_.WhyNotExact(subject_.as, EntitiesNamed(request_.policy), stop_);
    if (!why) return Fail(why.error());
    not_exact_ = *std::move(why);
  }
  if (user_.name.empty()) user_.name = subject_.name;
  auto words = ValueWords::Make(schema_, context_, user_);
  if (!words) return Fail(words.error());
  words_ = *std::move(words);

  out_.policy_name = request_.policy.project.name;
  out_.server = server_.base_url();
  out_.as_id = subject_.id;
  out_.as_name = words_->user();
  out_.now = context_.now;
  out_.zone = context_.zone;
  out_.exact = not_exact_.empty();
  return {};
}

// The entity by its logical name, its set's, or its label.
Result<> Explainer::Place(const RecordName& name) {
  out_.id = name.id;
  out_.entity = name.entity;
  for (const Entity& entity : request_.policy.entities) {
    const EntitySchema* schema = schema_.Find(entity.name);
    if (SameName(entity.name, name.entity) || (schema && (SameName(schema->set_name, name.entity) ||
                                                          SameName(schema->label, name.entity)))) {
      entity_ = &entity;
      out_.entity = entity.name;
    }
  }
  const EntitySchema* schema = schema_.Find(out_.entity);
  if (!entity_ || !schema) return {};
  if (std::string why = WhyNoId(*schema, schema_, name.id); !why.empty()) {
    return Fail(ErrorCode::kInvalid, std::move(why));
  }
  query_ = QueryOf(*entity_);
  query_.order.clear();
  query_.top = 0;
  return {};
}

// A bare id is looked for in every entity of the policy.
Result<> Explainer::FindAnywhere(const std::string& id) {
  for (const Entity& entity : request_.policy.entities) {
    const EntitySchema* schema = schema_.Find(entity.name);
    if (!schema || !WhyNoId(*schema, schema_, id).empty()) continue;
    Say("looking for it in " + EntityLabel(entity.name, &schema_));
    const auto rows = RowsAround::Read({.entity = entity.name}, {id}, {},
                                       {server_, schema_, context_, std::string(), sink_, stop_});
    if (!rows) return Fail(rows.error());
    if (rows->Find(entity.name, id)) return Place({entity.name, id});
  }
  return Fail(ErrorCode::kNotFound,
              "no entity of the policy has a record with the id " + Quoted(id) +
                  " that the signed-in user may read (say whose it is: ENTITY/ID)");
}

void Explainer::ProjectGate() {
  const Project& project = request_.policy.project;
  const std::string roles = Join(project.roles, ", ");
  if (project.roles.empty()) {
    return Set(GateKind::kProject, Outcome::kPassed,
               "The project " + Quoted(project.name) + " is for everyone.");
  }
  if (!roles_known_) {
    return Set(GateKind::kProject, Outcome::kUnknown,
               "The project " + Quoted(project.name) + " is for " + roles +
                   ", and this server does not tell which roles " + who() + " has.");
  }
  for (const std::string& role : project.roles) {
    for (const std::string& held : user_.roles) {
      if (!SameName(role, held)) continue;
      return Set(GateKind::kProject, Outcome::kPassed,
                 "The project " + Quoted(project.name) + " is for " + roles + ", and " + who() +
                     " is " + held + ".");
    }
  }
  Set(GateKind::kProject, Outcome::kFailed,
      "The project " + Quoted(project.name) + " is for " + roles + ", and " + who() +
          (user_.roles.empty() ? " has no role." : " is " + Join(user_.roles, ", ") + "."));
}

void Explainer::EntityGate() {
  if (!entity_) {
    std::vector<std::string> names;
    for (const Entity& entity : request_.policy.entities) names.push_back(entity.name);
    const std::string near = Nearest(out_.entity, names);
    return Set(GateKind::kEntity, Outcome::kFailed,
               "The policy does not have the entity " + Quoted(out_.entity) +
                   (near.empty() ? "." : "; did you mean " + Quoted(near) + "?"));
  }
  if (!schema_.Find(entity_->name)) {
    return Set(GateKind::kEntity, Outcome::kFailed,
               "The policy has " + out_.entity_label + ", but the server has no such entity.");
  }
  if (entity_->mode == DeviceMode::kOnline) {
    return Set(GateKind::kEntity, Outcome::kFailed,
               out_.entity_label +
                   " is in online mode: its records are read from the server, none is kept.");
  }
  Set(GateKind::kEntity, Outcome::kPassed, "The policy keeps " + out_.entity_label + " offline.");
}

// The record as `as` reads it; nothing when it is not there for them. `refused`: what the server
// said where they may read no such record at all.
Result<std::optional<Traced>> Explainer::Trace(const std::string& as, std::string& refused) {
  const EntitySchema& schema = *schema_.Find(entity_->name);
  std::vector<std::string> beside = {schema.modified, "ownerid", schema.created};
  auto rows =
      RowsAround::Read(query_, {out_.id}, beside, {server_, schema_, context_, as, sink_, stop_});
  if (!rows) return Fail(rows.error());
  refused = rows->Unreadable(entity_->name);
  const auto row = rows->Find(entity_->name, out_.id);
  if (!row) return std::optional<Traced>();
  Traced traced{std::move(*rows), *row, {}};
  out_.name = traced.rows.NameOf(entity_->name, *row);
  auto root = TraceFilter(SubjectOf(traced), *row);
  if (!root) return Fail(root.error());
  traced.root = *std::move(root);
  return std::optional<Traced>(std::move(traced));
}

std::string Explainer::OwnerOf(const Traced& traced) const {
  const FieldSchema* owner = schema_.Find(entity_->name, "ownerid");
  if (!owner) return {};
  const Cell cell = traced.rows.At(entity_->name, traced.row, owner->name);
  return cell.null() ? std::string() : words_->Of(*owner, cell, traced.rows);
}

Result<> Explainer::PermissionGate(std::optional<Traced>& as_user,
                                   std::optional<Traced>& as_caller) {
  Say("reading the record as " + who());
  std::string refused;
  auto mine = Trace(subject_.as, refused);
  if (!mine) return Fail(mine.error());
  as_user = *std::move(mine);
  if (as_user) {
    const std::string owner = OwnerOf(*as_user);
    Set(GateKind::kPermission, Outcome::kPassed,
        "It is on the server, and " + who() + " may read it" +
            (owner.empty() ? "." : "; it belongs to " + owner + "."));
    return {};
  }
  const std::string unsure =
      not_exact_.empty() ? "" : " This may be wrong, because " + not_exact_ + ".";
  if (!subject_.as.empty()) {
    Say("reading the record as the signed-in user");
    std::string unused;
    auto theirs = Trace("", unused);
    if (!theirs) return Fail(theirs.error());
    as_caller = *std::move(theirs);
  }
  std::string sentence;
  if (!refused.empty()) {
    sentence = who() + " may read no " + out_.entity_label + " at all: " + refused + ".";
  } else if (as_caller) {
    const std::string owner = OwnerOf(*as_caller);
    sentence = std::string(kThereBut) + who() + " may not read it" +
               (owner.empty() ? "." : "; it belongs to " + owner + ".");
  } else if (subject_.as.empty() || !not_exact_.empty()) {
    sentence = "There is no " + out_.entity_label + " with this id that " +
               (subject_.as.empty() ? who() : "the signed-in user") + " may read.";
  } else {
    sentence = "There is no " + out_.entity_label + " with this id on the server.";
  }
  Set(GateKind::kPermission, Outcome::kFailed, sentence + unsure);
  return {};
}

// What the server says of record and filter; nothing where it cannot apply the filter.
Result<std::optional<bool>> Explainer::AskServer() {
  Query query = query_;
  Group both;
  both.nodes.push_back({Condition{
      .field = schema_.Find(entity_->name)->key, .op = Operator::kEq, .values = {out_.id}}});
  if (!query.filter.empty()) both.nodes.push_back({std::move(query.filter)});
  query.filter = std::move(both);
  const auto plan =
      server_.Plan({.query = std::move(query), .context = context_, .as = subject_.as}, schema_);
  if (!plan) return Fail(plan.error());
  if (!plan->exact) return std::optional<bool>();
  std::string cursor = plan->first_cursor;
  for (int pages = 0; pages < 100; ++pages) {
    const auto page = server_.ReadPage(*plan, cursor, stop_);
    if (!page) return Fail(page.error());
    if (page->rows.rows() > 0) return std::optional<bool>(true);
    if (page->next_cursor.empty()) break;
    cursor = page->next_cursor;
  }
  return std::optional<bool>(false);
}

Result<> Explainer::FilterGate(const Traced& traced) {
  out_.filter = traced.root;
  if (traced.root.parts.empty()) {
    Set(GateKind::kFilter, Outcome::kPassed,
        "There is no filter: every " + out_.entity_label + " that " + who() + " may read is kept.");
    return {};
  }
  Say("asking the server about the filter");
  const auto asked = AskServer();
  if (!asked && asked.error().code == ErrorCode::kDenied) {
    // A linked entity that the user may read nothing of: the device is refused just so.
    out_.filter.outcome = Outcome::kFailed;
    out_.filter.note = "the server refuses the filter to " + who() + ": " + asked.error().message;
    Set(GateKind::kFilter, Outcome::kFailed,
        "The server refuses the filter to " + who() + ": " + asked.error().message + ".");
    return {};
  }
  if (!asked) return Fail(asked.error().While(entity_->name));
  Outcome outcome = traced.root.outcome;
  if (*asked) {
    const Outcome said = **asked ? Outcome::kPassed : Outcome::kFailed;
    if (outcome != said && outcome != Outcome::kUnknown) {
      out_.filter.note =
          "The server decides otherwise than the conditions read here, and the server counts.";
    }
    outcome = said;
  }
  switch (outcome) {
    case Outcome::kPassed:
      Set(GateKind::kFilter, outcome, "It meets the filter.");
      break;
    case Outcome::kFailed:
      Set(GateKind::kFilter, outcome,
          traced.root.outcome == Outcome::kFailed
              ? std::string(kDoesNotMeetTheFilter) + " " + WhyFailed(traced.root) + "."
              : std::string("The server says that it does not meet the filter."));
      break;
    default:
      Set(GateKind::kFilter, Outcome::kUnknown,
          "It cannot be told here whether it meets the filter.");
      break;
  }
  out_.filter.outcome = outcome;
  return {};
}

Result<> Explainer::CapGate() {
  if (!entity_->max_records) {
    Set(GateKind::kCap, Outcome::kPassed, "There is no limit.");
    return {};
  }
  out_.max_records = *entity_->max_records;
  const FullSyncRequest sync = {.policy = request_.policy,
                                .schema = schema_,
                                .context = context_,
                                .as = subject_.as,
                                .organization = subject_.organization,
                                .user = subject_.id,
                                .note_marks = false};
  const auto rank = RankOf(sync, *entity_, out_.id, server_, sink_, stop_);
  if (!rank) return Fail(rank.error());
  out_.rank = rank->rank;
  out_.matched = rank->matched;
  std::vector<std::string> order;
  for (const OrderItem& item : entity_->order) {
    order.push_back(words_->FieldOf(entity_->name, item.field) +
                    (item.descending ? " descending" : ""));
  }
  const std::string by = order.empty() ? "id" : Join(order, ", then ");
  const std::string most = HumanCount(out_.max_records);
  const std::string sentence =
      rank->rank > 0
          ? "It is number " + HumanCount(rank->rank) + " of " + HumanCount(rank->matched) + " by " +
                by + (rank->kept ? "; the first " : "; only the first ") + most + " are kept."
      : rank->kept ? "It is among the first " + most + " by " + by + "."
                   : "It is not among the first " + most + " by " + by + ".";
  Set(GateKind::kCap, rank->kept ? Outcome::kPassed : Outcome::kFailed, sentence);
  return {};
}

Result<> Explainer::NextGate(const Traced* traced) {
  const FullSyncRequest sync = {.policy = request_.policy,
                                .schema = schema_,
                                .context = context_,
                                .as = subject_.as,
                                .organization = subject_.organization,
                                .user = subject_.id};
  std::optional<TraceSubject> record;
  if (traced) record.emplace(SubjectOf(*traced));
  auto notes = NextSyncNotes(
      {sync, *entity_, server_, record ? &*record : nullptr, traced ? traced->row : 0});
  if (!notes) return Fail(notes.error());
  gate(GateKind::kNextSync) = NextSyncGate(*notes);
  out_.next_sync = *std::move(notes);
  return {};
}

Result<> Explainer::RecordGates() {
  std::optional<Traced> as_user;
  std::optional<Traced> as_caller;
  if (auto done = PermissionGate(as_user, as_caller); !done) return done;
  const Traced* traced = as_user ? &*as_user : as_caller ? &*as_caller : nullptr;
  if (as_user) {
    if (auto done = FilterGate(*as_user); !done) return done;
    if (gate(GateKind::kFilter).outcome == Outcome::kPassed) {
      if (auto done = CapGate(); !done) return done;
    } else if (gate(GateKind::kFilter).outcome == Outcome::kFailed &&
               as_user->root.outcome == Outcome::kFailed) {
      if (out_.filter.note.empty()) {
        out_.fix = NearestFix(SubjectOf(*as_user), as_user->row, as_user->root);
      }
    }
  } else if (as_caller) {
    // What the signed-in user sees says what else would be in the way.
    out_.filter = as_caller->root;
    const Outcome would = as_caller->root.outcome;
    gate(GateKind::kFilter).sentence =
        would == Outcome::kPassed ? "It would meet the filter, as the signed-in user reads it:"
        : would == Outcome::kFailed
            ? "Nor would it meet the filter, as the signed-in user reads it: " +
                  WhyFailed(as_caller->root) + "."
            : std::string();
    if (would == Outcome::kPassed) {
      out_.fix.sentence = "It would be there if " + who() +
                          " might read it: by a share, its owner, a team or a role.";
    }
  }
  return NextGate(traced);
}

// Why, to go on after "because".
std::string Explainer::Reason() const {
  for (const ExplainGate& gate : out_.gates) {
    if (gate.kind == GateKind::kNextSync) break;
    if (gate.outcome != Outcome::kFailed) continue;
    if (gate.kind == GateKind::kFilter && out_.filter.outcome == Outcome::kFailed &&
        out_.filter.note.empty()) {
      return WhyFailed(out_.filter);
    }
    std::string reason = gate.sentence;
    while (!reason.empty() && reason.back() == '.') reason.pop_back();
    // A sentence of its own goes on in the middle of another one.
    if (reason.starts_with(kThereBut)) reason.erase(0, kThereBut.size());
    for (const std::string_view start : {"It ", "There ", "The "}) {
      if (reason.starts_with(start)) reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
    }
    return reason;
  }
  std::string reason = "the user may read it";
  const std::string held = out_.filter.parts.empty() ? std::string() : WhyPassed(out_.filter);
  if (!held.empty()) reason += " and it meets the filter: " + held;
  if (out_.max_records > 0) {
    reason += "; " + gate(GateKind::kCap).sentence;
    reason.pop_back();
    const std::size_t at = reason.find("; It ");
    if (at != std::string::npos) reason[at + 2] = 'i';
  }
  return reason;
}

void Explainer::Conclude() {
  const auto passes = [&](GateKind kind) {
    return gate(kind).outcome == Outcome::kPassed ||
           (kind == GateKind::kProject && gate(kind).outcome == Outcome::kUnknown);
  };
  out_.on_device = passes(GateKind::kProject) && passes(GateKind::kEntity) &&
                   passes(GateKind::kPermission) && passes(GateKind::kFilter) &&
                   passes(GateKind::kCap);
  out_.verdict = it() + (out_.on_device ? " is on " : " is not on ") + who() +
                 "'s device, because " + Reason() + ".";
  if (out_.on_device) return;

  const bool rest =
      passes(GateKind::kPermission) && passes(GateKind::kFilter) && passes(GateKind::kCap);
  if (!passes(GateKind::kProject)) {
    out_.fix = {};
    if (!passes(GateKind::kEntity) || !rest) return;
    out_.fix = {
        "It would be there if " + who() + " had the role " +
            Join(request_.policy.project.roles, " or ") +
            (user_.roles.empty() ? "." : ", or the project were for " + user_.roles[0] + "."),
        "project.roles"};
  } else if (!passes(GateKind::kEntity)) {
    return;  // Neither filter nor permission was looked at: nothing honest can be said.
  } else if (passes(GateKind::kFilter) && !passes(GateKind::kCap) && out_.rank > 0) {
    out_.fix = {"It would be there if the limit were " + HumanCount(out_.rank) + " or more.",
                "entities." + entity_->name + ".max_records", std::to_string(out_.rank),
                ExplainFix::Edit::kMaxRecords};
  } else if (!passes(GateKind::kFilter) && passes(GateKind::kPermission) && entity_->max_records &&
             !out_.fix.sentence.empty()) {
    out_.fix.sentence.pop_back();
    out_.fix.sentence +=
        ", and if it then were among the first " + HumanCount(*entity_->max_records) + ".";
  }
}

}  // namespace

Result<Explanation> Explain(const ExplainRequest& request, CrmServer& server,
                            const ExplainSink& sink, std::stop_token stop) {
  return Explainer(request, server, sink, std::move(stop)).Run();
}

}  // namespace satchel
