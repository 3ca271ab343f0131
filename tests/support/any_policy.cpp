#include "tests/support/any_policy.h"

#include <rapidcheck.h>

namespace satchel {

namespace {

int Number(int least, int most) {
  return *rc::gen::inRange(least, most + 1);
}

bool Coin() {
  return Number(0, 1) == 1;
}

template <class T>
T OneOf(std::initializer_list<T> choices) {
  return *rc::gen::elementOf(std::vector<T>(choices));
}

// Texts that a careless writer gets wrong.
std::string Text() {
  return OneOf<std::string>({"x",
                             "two words",
                             "0",
                             "007",
                             "1.5",
                             "-3",
                             "1e3",
                             "0x1F",
                             "true",
                             "No",
                             "off",
                             "null",
                             "~",
                             "",
                             " lead",
                             "trail ",
                             "a: b",
                             "a #b",
                             "#c",
                             "- d",
                             "[e]",
                             "{f}",
                             "g,h",
                             "\"quoted\"",
                             "it's",
                             "back\\slash",
                             "line\nbreak",
                             "tab\tbed",
                             "žluťoučký",
                             "東京",
                             "🚲",
                             "2026-11-23",
                             "2026-11-23T10:00:00Z",
                             "6f1d0c7e-1234-5678-9abc-def012345678",
                             "12345678-1234-1234-1234-1",
                             "%like%",
                             "a&b<c>",
                             "&x",
                             "*y",
                             "!z",
                             "@at",
                             "`tick",
                             "a\xC2\xA0z",
                             "\xE2\x80\xA8",
                             "x: ",
                             "ends:",
                             "\n",
                             "\r\n",
                             "1_000",
                             "12:30:45",
                             ".5",
                             "=",
                             "<<",
                             "y",
                             "jana@contoso.example",
                             "account/6f1d0c7e"});
}

std::string FieldName() {
  return OneOf<std::string>({"name", "statecode", "ownerid", "createdon", "revenue", "new_type",
                             "account_ID", "on", "no", "null"});
}

std::string EntityName() {
  return OneOf<std::string>({"account", "contact", "opportunity", "msdyn_workorder", "Books"});
}

std::string Alias() {
  return OneOf<std::string>({"", "a", "b1", "yes"});
}

std::vector<std::string> Texts(int most) {
  std::vector<std::string> texts;
  for (int i = Number(0, most); i > 0; --i) texts.push_back(Text());
  return texts;
}

std::string Notes(bool notes) {
  return notes && Number(0, 3) == 0 ? Text() : std::string();
}

struct Budget {
  int links = 15;
  int depth = 4;
  bool notes = true;
};

Condition AnyCondition(const Budget& budget) {
  Condition condition = {.entity = Alias(), .field = FieldName()};
  condition.op = static_cast<Operator>(Number(0, static_cast<int>(kOperatorCount) - 1));
  const OperatorInfo& info = Info(condition.op);
  if (TakesValueOf(condition.op) && Number(0, 3) == 0) {
    condition.value_of = OneOf<std::string>({"name", "a.revenue"});
  } else if (info.arity == Arity::kOne) {
    condition.values = {Text()};
  } else if (info.arity == Arity::kTwo) {
    condition.values = {Text(), Text()};
  } else if (info.arity == Arity::kMany) {
    condition.values = Texts(3);
    condition.values.push_back(Text());
  }
  condition.notes = Notes(budget.notes);
  return condition;
}

std::vector<OrderItem> AnyOrder() {
  std::vector<OrderItem> order;
  for (int i = Number(0, 2); i > 0; --i) order.push_back({Alias(), FieldName(), Coin()});
  return order;
}

Link AnyLink(Budget& budget, bool in_filter);

Group AnyGroup(Budget& budget, bool top) {
  Group group = {.conjunction = Coin() ? Conjunction::kOr : Conjunction::kAnd};
  if (!top) group.notes = Notes(budget.notes);
  if (budget.depth == 0) return group;
  --budget.depth;
  for (int i = Number(0, 3); i > 0; --i) {
    const int kind = Number(0, 5);
    if (kind == 0) {
      group.nodes.push_back({AnyGroup(budget, false)});
    } else if (kind == 1 && budget.links > 0) {
      group.nodes.push_back({AnyLink(budget, true)});
    } else {
      group.nodes.push_back({AnyCondition(budget)});
    }
  }
  ++budget.depth;
  return group;
}

Link AnyLink(Budget& budget, bool in_filter) {
  --budget.links;
  Link link = {.entity = EntityName(), .from = FieldName(), .to = FieldName()};
  link.type = static_cast<LinkType>(Number(in_filter ? 5 : 0, 8));
  link.alias = Alias();
  link.intersect = Number(0, 4) == 0;
  link.notes = Notes(budget.notes);
  if (budget.depth == 0) return link;
  --budget.depth;
  link.filter = AnyGroup(budget, true);
  link.order = AnyOrder();
  while (budget.links > 0 && Number(0, 4) == 0) link.links.push_back(AnyLink(budget, false));
  ++budget.depth;
  return link;
}

std::optional<Seconds> MaybeSeconds(int least) {
  if (Coin()) return std::nullopt;
  return Seconds(OneOf<int>({least, 60, 90, 900, 3600, 86400, 604800, 100000}));
}

std::optional<std::int64_t> MaybeCount() {
  if (Coin()) return std::nullopt;
  return OneOf<std::int64_t>({1, 512, 2000, 1536 << 10, 2 << 20, std::int64_t{1} << 30,
                              std::int64_t{1} << 40, 9007199254740993});
}

Reconcile AnyReconcile() {
  Reconcile reconcile = {.kind = static_cast<Reconcile::Kind>(Number(0, 4))};
  if (reconcile.kind == Reconcile::Kind::kSyncs) reconcile.syncs = Number(1, 50);
  if (reconcile.kind == Reconcile::Kind::kAfter) reconcile.after = Seconds(Number(1, 100000));
  return reconcile;
}

template <class E>
E Any(int count) {
  return static_cast<E>(Number(0, count - 1));
}

}  // namespace

Query AnyQuery() {
  Budget budget = {.notes = false};
  Query query = {.entity = EntityName()};
  query.filter = AnyGroup(budget, true);
  while (budget.links > 0 && Number(0, 2) == 0) query.links.push_back(AnyLink(budget, false));
  query.order = AnyOrder();
  query.top = Coin() ? 0 : Number(1, 5000);
  return query;
}

Entity AnyEntity(const std::string& name) {
  Budget budget;
  Entity entity = {.name = name, .mode = Any<DeviceMode>(2), .all_fields = Number(0, 4) == 0};
  for (int i = Number(0, 4); i > 0 && !entity.all_fields; --i) entity.fields.push_back(FieldName());
  entity.allow = {Coin(), Coin(), Coin()};
  entity.filter = AnyGroup(budget, false);
  while (budget.links > 0 && Number(0, 2) == 0) entity.links.push_back(AnyLink(budget, false));
  entity.order = AnyOrder();
  if (Coin()) entity.max_records = Number(1, 100000);
  entity.always_full = Coin();
  if (Coin()) entity.incremental.changes = Any<Changes>(3);
  if (Coin()) entity.incremental.reconcile = AnyReconcile();
  if (Coin()) entity.conflict = Any<ConflictRule>(4);
  if (Coin()) entity.attachments = AttachmentLimits{MaybeCount(), Texts(2), MaybeCount()};
  entity.notes = Notes(true);
  return entity;
}

Policy AnyPolicy() {
  Policy policy;
  if (Number(0, 3) == 0) {
    policy.published = {.version = Number(1, 99),
                        .at = "2026-11-23T10:00:00Z",
                        .by = Text(),
                        .content_hash = "sha256:ab12",
                        .structure_hash = Text(),
                        .note = Text()};
    if (Coin()) policy.published->acknowledged = {{"budget-records", Text()}, {Text() + "x", "y"}};
  }
  policy.project = {.name = OneOf<std::string>({"field-service", "x", "0", "no"}),
                    .title = Text(),
                    .notes = Text(),
                    .roles = Texts(3),
                    .priority = Number(-3, 10)};
  policy.sync = {.style = Any<SyncStyle>(2),
                 .incremental = {Any<Changes>(3), AnyReconcile()},
                 .conflict = Any<ConflictRule>(4),
                 .page_size = Number(1, 5000),
                 .include_labels = Coin()};
  if (Coin()) {
    policy.triggers.on_start.emplace().skip_if_synced_within = MaybeSeconds(1);
    if (Coin()) policy.triggers.on_start->style = Any<SyncStyle>(2);
  }
  if (Coin()) {
    policy.triggers.on_change = OnChange{Any<Watch>(3), MaybeSeconds(1), {}};
    if (Coin()) policy.triggers.on_change->entities = {EntityName(), EntityName()};
  }
  if (Coin()) policy.triggers.on_save = OnSave{MaybeSeconds(0)};
  policy.triggers.every = MaybeSeconds(60);
  policy.triggers.retry_on_reconnect = Coin();
  policy.triggers.style = Any<SyncStyle>(2);
  policy.triggers.network = Any<Network>(2);
  policy.modes = {Any<DeviceMode>(2), Coin(), Any<SwitchRule>(3), Any<SwitchRule>(3)};
  policy.budgets.records = MaybeCount();
  policy.budgets.bytes = MaybeCount();
  policy.budgets.first_sync = MaybeSeconds(1);
  if (Coin()) {
    policy.budgets.network = {OneOf<std::int64_t>({1, 512000, 10000000, 1000000000}),
                              Milliseconds(OneOf<int>({0, 60, 1000, 60000, 1500}))};
  }
  const int entities = Number(0, 3);
  for (int i = 0; i < entities; ++i) {
    policy.entities.push_back(
        AnyEntity(OneOf<std::string>({"account", "on", "žák"}) + std::to_string(i)));
  }
  for (int i = Number(0, 3); i > 0; --i) {
    Expectation expectation = {.as = Text()};
    const int kind = Number(0, 2);
    if (kind == 0) {
      expectation.includes = "account/6f1d0c7e-1234";
    } else if (kind == 1) {
      expectation.excludes = "account/" + Text() + "x";
    } else {
      expectation.entity = EntityName();
      expectation.at_most = MaybeCount();
      expectation.at_least = MaybeCount();
      expectation.exactly = Number(0, 9);
    }
    policy.expect.push_back(std::move(expectation));
  }
  return policy;
}

}  // namespace satchel
