#include "engine/server/dataverse/query_plan.h"

#include <algorithm>

#include "engine/filter/server_query.h"
#include "engine/http/url.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/support/text.h"

namespace satchel::dataverse {

namespace {

constexpr int kMostRowsPerPage = 5000;

// Types whose order on the server is the order of their stored values: choices with useraworderby
// (docs/decisions/0013). What a server does with yes and no nobody says.
constexpr FieldTypes kOrderedAlike = kNumberTypes | kDateTypes | kChoiceTypes;

bool JoinsRows(const Link& link) {
  return link.type == LinkType::kInner || link.type == LinkType::kOuter;
}

bool OrdersInside(const std::vector<Link>& links) {
  return std::any_of(links.begin(), links.end(), [](const Link& link) {
    return JoinsRows(link) && (!link.order.empty() || OrdersInside(link.links));
  });
}

bool OrdersByLink(const Query& query) {
  return OrdersInside(query.links) ||
         std::any_of(query.order.begin(), query.order.end(),
                     [](const OrderItem& item) { return !item.entity.empty(); });
}

// An order that cuts nothing decides nothing: the device keeps a set. Without it the server pages
// by key and always grants a cookie. The order of a matchfirst link decides which row it sees: it
// stays.
void DropOrder(std::vector<Link>& links) {
  for (Link& link : links) {
    if (!JoinsRows(link)) continue;
    link.order.clear();
    DropOrder(link.links);
  }
}

bool OrderedAlike(const Query& query, const EntitySchema& entity) {
  return !query.order.empty() && !OrdersByLink(query) &&
         std::all_of(query.order.begin(), query.order.end(), [&](const OrderItem& item) {
           const FieldSchema* field = entity.Find(item.field);
           return field && kOrderedAlike.Has(field->type);
         });
}

bool OrdersByChoice(const Query& query, const EntitySchema& entity) {
  return std::any_of(query.order.begin(), query.order.end(), [&](const OrderItem& item) {
    const FieldSchema* field = entity.Find(item.field);
    return item.entity.empty() && field && kChoiceTypes.Has(field->type);
  });
}

// Where the values are that rows were ordered by; fewer than asked where one is not read.
std::vector<std::size_t> ColumnsOf(const std::vector<OrderItem>& order,
                                   const std::vector<RowBatch::Column>& columns) {
  std::vector<std::size_t> found;
  for (const OrderItem& item : order) {
    const auto at = std::find_if(columns.begin(), columns.end(),
                                 [&](const auto& column) { return column.name == item.field; });
    if (at != columns.end()) found.push_back(static_cast<std::size_t>(at - columns.begin()));
  }
  return found;
}

std::string Annotations(const QueryPlan& plan, bool fetch) {
  std::vector<std::string> names;
  if (fetch) {
    names = {"Microsoft.Dynamics.CRM.fetchxmlpagingcookie", "Microsoft.Dynamics.CRM.morerecords"};
  }
  bool types = false;
  bool labels = false;
  for (const RowLayout::Slot& slot : plan.layout.slots()) {
    types = types || slot.property.find("lookuplogicalname") != std::string::npos;
    labels = labels || slot.label;
  }
  if (types) names.emplace_back("Microsoft.Dynamics.CRM.lookuplogicalname");
  if (labels) names.emplace_back("OData.Community.Display.V1.FormattedValue");
  return names.empty() ? "" : "odata.include-annotations=\"" + Join(names, ",") + "\"";
}

}  // namespace

Result<ReadPlan> MakePlan(const ReadRequest& request, const Schema& schema) {
  const EntitySchema* entity = schema.Find(request.query.entity);
  if (!entity) {
    return Fail(ErrorCode::kInvalid, "the server has no entity " + Quoted(request.query.entity) +
                                         ", or the user may not see it");
  }
  auto detail = std::make_shared<QueryPlan>();
  ReadPlan plan;
  plan.request = request;

  auto frozen = FreezeDates(request.query, schema, request.context);
  if (!frozen) return Fail(frozen.error().While(entity->name));
  detail->query = std::move(frozen->query);
  Query& query = detail->query;
  const bool distinct = std::any_of(query.links.begin(), query.links.end(), JoinsRows);
  RowLayout::Options options;
  options.labels = request.labels;
  if (!entity->version.empty()) options.version = entity->version;
  options.each_once = distinct;  // Whatever the server makes of distinct.
  auto layout = RowLayout::Make(*entity, request.fields, options);
  if (!layout) return Fail(layout.error());
  detail->layout = std::move(*layout);
  if (query.top > 0 && OrderedAlike(query, *entity)) {
    detail->order_columns = ColumnsOf(query.order, detail->layout.columns());
    plan.ordered_cut = detail->order_columns.size() == query.order.size();
  }
  detail->top = plan.ordered_cut ? query.top : 0;
  query.top = 0;
  if (!plan.ordered_cut) {
    query.order.clear();
    DropOrder(query.links);
  }
  detail->set_name = entity->set_name;
  detail->page_size = std::clamp(request.page_size, 1, kMostRowsPerPage);
  detail->as = LowerAscii(request.as);

  std::vector<std::string> properties;
  for (const RowBatch::Column& column : detail->layout.columns()) {
    if (const FieldSchema* field = entity->Find(column.name)) {
      detail->attributes.push_back(field->name);
      properties.push_back(field->wire());
    }
  }
  if (!entity->version.empty() &&
      std::find(properties.begin(), properties.end(), entity->version) == properties.end()) {
    detail->attributes.push_back(entity->version);
    properties.push_back(entity->version);
  }
  const bool plain = query.filter.empty() && query.links.empty() && query.order.empty();
  detail->prefer = Annotations(*detail, !plain);
  if (plain) {
    detail->plain_target = entity->set_name + "?$select=" + Join(properties, ",");
    detail->prefer += std::string(detail->prefer.empty() ? "" : ",") +
                      "odata.maxpagesize=" + std::to_string(detail->page_size);
    plan.first_cursor = Print({.kind = PageCursor::Kind::kLink});
  } else {
    if (distinct) detail->fetch_options += " distinct=\"true\"";
    if (OrdersByChoice(query, *entity)) detail->fetch_options += " useraworderby=\"true\"";
    // Ties by key, so that pages neither overlap nor skip; distinct needs an order anyhow.
    const bool keyed = std::any_of(query.order.begin(), query.order.end(), [&](const auto& item) {
      return item.entity.empty() && item.field == entity->key;
    });
    if (!keyed && (distinct || !query.order.empty())) query.order.push_back({.field = entity->key});
    if (distinct) {
      for (const OrderItem& item : query.order) {
        if (std::find(detail->attributes.begin(), detail->attributes.end(), item.field) ==
            detail->attributes.end()) {
          detail->attributes.push_back(item.field);
        }
      }
    }
    plan.first_cursor = Print({.kind = PageCursor::Kind::kFetch});
  }
  plan.detail = std::move(detail);
  return plan;
}

std::string TargetOf(const QueryPlan& plan, const PageCursor& cursor) {
  if (!plan.plain_target.empty()) return cursor.where.empty() ? plan.plain_target : cursor.where;
  FetchOptions options;
  options.attributes = plan.attributes;
  options.pretty = false;
  options.page = static_cast<int>(cursor.page);
  options.count = plan.page_size;
  options.paging_cookie = cursor.where;
  std::string xml = PrintFetch(plan.query, options);
  const std::size_t fetch = xml.find("<fetch");
  if (fetch != std::string::npos) xml.insert(fetch + 6, plan.fetch_options);
  return plan.set_name + "?fetchXml=" + EncodeQuery(xml);
}

}  // namespace satchel::dataverse
