#include "engine/sync/full_sync_plan.h"

#include <algorithm>
#include <functional>

#include "engine/filter/server_query.h"
#include "policy/support/sha256.h"
#include "policy/support/text.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

using Visit = std::function<void(const Link*, const Condition*)>;

void Walk(const Link& link, const Visit& visit);

void Walk(const Group& group, const Visit& visit) {
  for (const Node& node : group.nodes) {
    if (const auto* condition = std::get_if<Condition>(&node.item)) visit(nullptr, condition);
    if (const auto* inner = std::get_if<Group>(&node.item)) Walk(*inner, visit);
    if (const auto* link = std::get_if<Link>(&node.item)) Walk(*link, visit);
  }
}

void Walk(const Link& link, const Visit& visit) {
  visit(&link, nullptr);
  Walk(link.filter, visit);
  for (const Link& inner : link.links) Walk(inner, visit);
}

void Walk(const Query& query, const Visit& visit) {
  Walk(query.filter, visit);
  for (const Link& link : query.links) Walk(link, visit);
}

// Such a filter looks at rows of its own entity that it does not keep.
bool LooksAtItself(const Query& query) {
  bool found = false;
  Walk(query, [&](const Link* link, const Condition* condition) {
    if (link && link->entity == query.entity) found = true;
    if (condition && Info(condition->op).operand == Operand::kId) found = true;
  });
  return found;
}

std::string IdentityOf(const FullSyncRequest& request, const Entity& entity,
                       const EntitySchema& schema, const LocalTable& table,
                       const std::string& server) {
  // Only what decides which rows and which columns there are.
  Policy alone;
  alone.project.name = "identity";
  alone.entities.push_back({.name = entity.name,
                            .filter = entity.filter,
                            .links = entity.links,
                            .order = entity.order,
                            .max_records = entity.max_records});
  std::string text =
      Join({server, request.organization, request.user, entity.name, ContentHash(alone)}, "\n");
  for (const std::string& name : table.fields) {
    const FieldSchema* field = schema.Find(name);
    text +=
        "\n" + name + " " + std::string(Name(field->type)) + " " + std::to_string(field->precision);
  }
  return Sha256Hex(text);
}

}  // namespace

std::string RightsHash(const FullSyncRequest& request) {
  const FilterContext& context = request.context;
  const UserContext& user = context.user;
  return Sha256Hex(
      Join({request.as, request.rights, ContentHash(request.policy), context.zone,
            std::to_string(static_cast<int>(context.week_start)),
            std::to_string(context.fiscal.start_month), std::to_string(context.fiscal.start_day),
            std::to_string(static_cast<int>(context.fiscal.period)), user.id, user.business_unit,
            Join(user.teams, ","), Join(user.reports, ","), Join(user.report_teams, ","),
            std::to_string(user.language)},
           "\n"));
}

Result<EntityRead> PlanEntity(const FullSyncRequest& request, const Entity& entity,
                              CrmServer& server) {
  const EntitySchema* schema = request.schema.Find(entity.name);
  if (!schema) {
    return Fail(ErrorCode::kNotFound,
                "the server has no entity " + Quoted(entity.name) + " (remove it from the policy)");
  }
  auto fields = ResolveFields(entity, *schema);
  if (!fields) return Fail(fields.error());
  auto table = PlanTable(*schema, *fields);
  if (!table) return Fail(table.error());

  EntityRead read;
  read.staged.table = *table;
  read.staged.query = QueryOf(entity);
  read.staged.identity = IdentityOf(request, entity, *schema, *table, server.base_url());
  ReadRequest ask = {.query = read.staged.query,
                     .context = request.context,
                     .as = request.as,
                     .page_size = request.policy.sync.page_size,
                     .labels = request.policy.sync.include_labels};
  // To cut one must rank.
  const bool wants_cut = ask.query.top > 0;
  std::vector<std::string> more = *fields;
  for (const OrderItem& item : ask.query.order) {
    if (wants_cut && item.entity.empty()) more.push_back(item.field);
  }
  auto raw = PlanTable(*schema, more);
  if (!raw) return Fail(raw.error());
  read.staged.raw = *raw;
  ask.fields = read.staged.raw.FieldsWithoutKey();
  auto plan = server.Plan(ask, request.schema);
  if (!plan) return Fail(plan.error().While(entity.name));

  const bool order_elsewhere =
      std::any_of(ask.query.order.begin(), ask.query.order.end(),
                  [](const OrderItem& item) { return !item.entity.empty(); });
  read.staged.finish = !plan->exact || (wants_cut && !plan->ordered_cut && order_elsewhere);
  read.staged.cut = wants_cut;
  read.server_cut = wants_cut && plan->ordered_cut && !read.staged.finish;
  if (!read.staged.finish && (!wants_cut || read.server_cut)) {
    read.plan = std::move(*plan);
    return read;
  }

  if (read.staged.finish) {
    for (const NeededFields& needed : FieldsNeeded(ask.query, request.schema)) {
      if (needed.entity == entity.name) {
        more.insert(more.end(), needed.fields.begin(), needed.fields.end());
        continue;
      }
      const EntitySchema* linked = request.schema.Find(needed.entity);
      if (!linked) {
        return Fail(ErrorCode::kNotFound, entity.name + ": its filter needs the entity " +
                                              Quoted(needed.entity) +
                                              ", which the server does not have");
      }
      auto helper = PlanTable(*linked, needed.fields);
      if (!helper) return Fail(helper.error().While(entity.name + ": its filter"));
      auto all = server.Plan({.query = {.entity = needed.entity},
                              .fields = helper->FieldsWithoutKey(),
                              .context = request.context,
                              .as = request.as,
                              .page_size = request.policy.sync.page_size},
                             request.schema);
      if (!all) return Fail(all.error().While(entity.name));
      read.staged.helpers.push_back(std::move(*helper));
      read.helpers.push_back(std::move(*all));
    }
    if (LooksAtItself(ask.query)) ask.query = {.entity = entity.name};
  }
  ask.query.top = 0;
  ask.query.order.clear();
  raw = PlanTable(*schema, more);
  if (!raw) return Fail(raw.error());
  read.staged.raw = std::move(*raw);
  ask.fields = read.staged.raw.FieldsWithoutKey();
  std::vector<std::string> reasons = std::move(plan->unexpressed);
  plan = server.Plan(ask, request.schema);
  if (!plan) return Fail(plan.error().While(entity.name));
  read.plan = std::move(*plan);
  if (read.plan.unexpressed.empty()) read.plan.unexpressed = std::move(reasons);
  return read;
}

}  // namespace satchel
