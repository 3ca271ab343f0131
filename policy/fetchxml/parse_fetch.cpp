#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <pugixml.hpp>

#include "policy/fetchxml/fetch_places.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/fetchxml/scan.h"
#include "policy/model/limits.h"
#include "policy/model/name.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using Xml = pugi::xml_node;
using Words = std::initializer_list<std::string_view>;

bool Contains(Words words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class FetchReader {
 public:
  explicit FetchReader(std::string_view xml) : xml_(xml), marks_(xml) {}

  void ReadRoot(const pugi::xml_document& document);
  [[nodiscard]] bool failed() const { return !error_.message.empty(); }
  FetchDocument document_ = {};
  FetchError error_ = {};

 private:
  void Fail(const Xml& node, std::string message);
  Mark MarkOf(const Xml& node);
  void Drop(std::string what);
  // Refuses every attribute in neither list, and repeated ones; lists the dropped ones.
  void CheckAttributes(const Xml& node, Words used, Words dropped = {});
  void CheckText(const Xml& node);
  std::string Attribute(const Xml& node, const char* name) { return node.attribute(name).value(); }
  std::string NameOf(const Xml& node, const char* attribute, bool required);
  bool Flag(const Xml& node, const char* name);
  std::int64_t Number(const Xml& node, const char* name);
  void ReadEntity(const Xml& node, bool distinct);
  void ReadFilter(const Xml& node, Group& group, FetchPlaces& places);
  // `places` holds those of the nodes of `whole`.
  void AddFilter(const Xml& node, Group& whole, FetchPlaces& places, int count);
  void ReadCondition(const Xml& node, Condition& condition);
  void CheckArity(const Xml& node, const Condition& condition);
  void ReadLink(const Xml& node, bool in_filter, Link& link, FetchPlaces& places);
  void ReadOrder(const Xml& node, std::vector<OrderItem>& order, FetchPlaces& places);
  void ReadAttribute(const Xml& node, bool of_entity);
  void Count(const Xml& node, bool link);

  std::string_view xml_;
  XmlMarks marks_;
  int links_ = 0;
  int conditions_ = 0;
};

void FetchReader::Fail(const Xml& node, std::string message) {
  if (failed()) return;
  error_ = {MarkOf(node), std::move(message)};
}

Mark FetchReader::MarkOf(const Xml& node) {
  const std::ptrdiff_t offset = node.offset_debug();
  return marks_.At(offset < 0 ? 0 : static_cast<std::size_t>(offset));
}

void FetchReader::Drop(std::string what) {
  auto& dropped = document_.dropped;
  if (std::find(dropped.begin(), dropped.end(), what) == dropped.end()) {
    dropped.push_back(std::move(what));
  }
}

void FetchReader::CheckAttributes(const Xml& node, Words used, Words dropped) {
  std::vector<std::string_view> seen;
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return Fail(node, Quoted(name) + " is written twice in one element; keep one of them");
    }
    seen.push_back(name);
    // Namespaces and what belongs to them speak to editors and tools: xmlns:generator, xsi:….
    const bool foreign = name == "xmlns" || name.find(':') != std::string_view::npos;
    if (foreign || Contains(dropped, name)) {
      Drop(std::string(node.name()) + "/@" + std::string(name));
    } else if (!Contains(used, name)) {
      return Fail(node, "<" + Shown(node.name()) + "> has no attribute " + Quoted(name) +
                            " in FetchXML; remove it");
    }
  }
}

void FetchReader::CheckText(const Xml& node) {
  for (const Xml& child : node.children()) {
    if ((child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) &&
        !Trim(child.value()).empty()) {
      return Fail(node, "text " + Quoted(Trim(child.value()), 20) + " does not belong within <" +
                            Shown(node.name()) + ">; remove it");
    }
  }
}

std::string FetchReader::NameOf(const Xml& node, const char* attribute, bool required) {
  std::string name = Attribute(node, attribute);
  if (name.empty() && !required) return name;
  if (name.empty()) {
    Fail(node,
         "<" + Shown(node.name()) + "> needs the attribute " + Quoted(attribute) + "; add it");
  } else if (!IsName(name)) {
    Fail(node, Quoted(name) + " is not a name; write letters, digits and '_'");
  }
  return name;
}

bool FetchReader::Flag(const Xml& node, const char* name) {
  const std::string text = Attribute(node, name);
  if (text.empty() || text == "false" || text == "0") return false;
  if (text != "true" && text != "1") {
    Fail(node, Quoted(name) + " is " + Quoted(text) + "; write true or false");
  }
  return true;
}

std::int64_t FetchReader::Number(const Xml& node, const char* name) {
  const std::string text = Attribute(node, name);
  if (text.empty() && !node.attribute(name)) return 0;
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || number < 1) {
    Fail(node, Quoted(name) + " is " + Quoted(text) + "; write a whole number from 1 upwards");
  }
  return number;
}

void FetchReader::ReadRoot(const pugi::xml_document& document) {
  const Xml root = document.document_element();
  for (const Xml& child : document.children()) {
    if (child.type() == pugi::node_element && child != root) {
      return Fail(child, "a second element after <fetch>; one document holds one fetch");
    }
  }
  if (std::string_view(root.name()) != "fetch") {
    return Fail(root, "a FetchXML document begins with <fetch>, not <" + Shown(root.name()) + ">");
  }
  CheckText(root);
  CheckAttributes(root, {"top", "distinct", "aggregate", "datasource"},
                  {"count", "page", "paging-cookie", "aggregatelimit", "returntotalrecordcount",
                   "useraworderby", "latematerialize", "no-lock", "options", "version", "mapping",
                   "output-format", "utc-offset", "min-active-row-version", "savedqueryid"});
  if (Flag(root, "aggregate")) {
    return Fail(root,
                "an aggregate returns sums, not records; remove aggregate and its attributes");
  }
  if (root.attribute("datasource")) {
    return Fail(root,
                "datasource reads long-term retained records, which no device keeps; remove it");
  }
  document_.query.top = Number(root, "top");
  Xml entity;
  for (const Xml& child : root.children()) {
    if (child.type() != pugi::node_element) continue;
    if (std::string_view(child.name()) != "entity" || entity) {
      return Fail(child, "<fetch> holds one <entity> and nothing else");
    }
    entity = child;
  }
  if (!entity) return Fail(root, "<fetch> needs an <entity>");
  ReadEntity(entity, Flag(root, "distinct"));
}

void FetchReader::ReadEntity(const Xml& node, bool distinct) {
  CheckText(node);
  CheckAttributes(node, {"name"}, {"enableprefiltering", "prefilterparametername"});
  Query& query = document_.query;
  query.entity = NameOf(node, "name", true);
  FetchPlaces places = {MarkOf(node), {}, {}, {}};
  int filters = 0;
  for (const Xml& child : node.children()) {
    if (failed()) return;
    if (child.type() != pugi::node_element) continue;
    const std::string_view name = child.name();
    if (name == "all-attributes") {
      CheckAttributes(child, {});
      document_.all_attributes = true;
    } else if (name == "no-attrs") {
      Drop("entity/no-attrs");
    } else if (name == "attribute") {
      ReadAttribute(child, true);
    } else if (name == "order") {
      ReadOrder(child, query.order, places);
    } else if (name == "filter") {
      AddFilter(child, query.filter, places, filters++);
    } else if (name == "link-entity") {
      ReadLink(child, false, query.links.emplace_back(), places.links.emplace_back());
    } else {
      return Fail(child, "<" + Shown(name) + "> does not belong within <entity>; remove it");
    }
  }
  if (failed()) return;
  document_.marks = MarksOf(query, places);
  if (!distinct) return;
  // With the key among the columns each row is a record, and each record counts once anyway.
  const auto& attributes = document_.attributes;
  const auto has = [&](const std::string& key) {
    return std::find(attributes.begin(), attributes.end(), key) != attributes.end();
  };
  if (attributes.empty() || has(query.entity + "id") || has("activityid")) {
    Drop("fetch/@distinct");
  } else {
    Fail(
        node.parent(),
        "distinct results are combinations of values, not records; remove distinct, or add the key "
        "of the entity to the attributes");
  }
}

void FetchReader::AddFilter(const Xml& node, Group& whole, FetchPlaces& places, int count) {
  Group part;
  FetchPlaces part_places;
  ReadFilter(node, part, part_places);
  if (failed()) return;
  if (count == 0) {
    whole = std::move(part);
    places.nodes = std::move(part_places.nodes);
    return;
  }
  // Several filters are ANDed.
  if (whole.conjunction == Conjunction::kOr) {
    Group outer;
    outer.nodes.push_back({std::move(whole)});
    whole = std::move(outer);
    FetchPlaces first = {places.nodes.empty() ? part_places.mark : places.nodes.front().mark,
                         std::move(places.nodes),
                         {},
                         {}};
    places.nodes.clear();
    places.nodes.push_back(std::move(first));
  }
  if (part.conjunction == Conjunction::kAnd) {
    for (Node& inner : part.nodes) whole.nodes.push_back(std::move(inner));
    for (FetchPlaces& inner : part_places.nodes) places.nodes.push_back(std::move(inner));
  } else {
    whole.nodes.push_back({std::move(part)});
    places.nodes.push_back(std::move(part_places));
  }
}

void FetchReader::ReadAttribute(const Xml& node, bool of_entity) {
  if (node.attribute("aggregate") || node.attribute("groupby") || node.attribute("dategrouping")) {
    return Fail(node, "an aggregate returns sums, not records; remove aggregate and groupby");
  }
  CheckAttributes(node, {"name"},
                  {"alias", "rowaggregate", "usertimezone", "distinct", "build", "addedby"});
  std::string name = NameOf(node, "name", true);
  if (of_entity) {
    document_.attributes.push_back(std::move(name));
  } else {
    Drop("link-entity/attribute");
  }
}

void FetchReader::ReadOrder(const Xml& node, std::vector<OrderItem>& order, FetchPlaces& places) {
  if (node.attribute("alias")) {
    return Fail(node, "order by alias belongs to aggregates; name an attribute instead");
  }
  CheckAttributes(node, {"attribute", "descending", "entityname"}, {"sorttype"});
  order.push_back({NameOf(node, "entityname", false), NameOf(node, "attribute", true),
                   Flag(node, "descending")});
  places.order.push_back(MarkOf(node));
}

void FetchReader::Count(const Xml& node, bool link) {
  ++conditions_;
  if (link && ++links_ > kMaxLinks) {
    Fail(node, "more than 15 links, which no server accepts; remove some");
  } else if (conditions_ > kMaxConditions) {
    Fail(node,
         "more than 500 conditions and links, which no server accepts; use 'in' or remove some");
  }
}

void FetchReader::ReadFilter(const Xml& node, Group& group, FetchPlaces& places) {
  places.mark = MarkOf(node);
  CheckText(node);
  CheckAttributes(node, {"type"}, {"hint", "isquickfindfields", "overridequickfindrecordlimit"});
  const std::string type = Attribute(node, "type");
  if (!type.empty() && type != "and" && type != "or") {
    return Fail(node, "a filter is of type and or or, not " + Quoted(type));
  }
  group.conjunction = type == "or" ? Conjunction::kOr : Conjunction::kAnd;
  for (const Xml& child : node.children()) {
    if (failed()) return;
    if (child.type() != pugi::node_element) continue;
    const std::string_view name = child.name();
    if (name == "condition") {
      Condition condition;
      ReadCondition(child, condition);
      group.nodes.push_back({std::move(condition)});
      places.nodes.emplace_back().mark = MarkOf(child);
    } else if (name == "filter") {
      Group nested;
      ReadFilter(child, nested, places.nodes.emplace_back());
      group.nodes.push_back({std::move(nested)});
    } else if (name == "link-entity") {
      Link link;
      ReadLink(child, true, link, places.nodes.emplace_back());
      group.nodes.push_back({std::move(link)});
    } else {
      return Fail(child, "<" + Shown(name) + "> does not belong within <filter>; remove it");
    }
  }
}

void FetchReader::ReadCondition(const Xml& node, Condition& condition) {
  Count(node, false);
  CheckText(node);
  CheckAttributes(node, {"attribute", "operator", "value", "valueof", "entityname"},
                  {"uiname", "uitype", "uihidden"});
  condition.entity = NameOf(node, "entityname", false);
  condition.field = NameOf(node, "attribute", true);
  const std::string name = Attribute(node, "operator");
  if (name.empty()) return Fail(node, "<condition> needs the attribute 'operator'; add it");
  const auto op = FindOperator(name);
  if (!op) {
    std::vector<std::string> names;
    for (const OperatorInfo& info : Operators()) names.emplace_back(info.name);
    const std::string nearest = Nearest(LowerAscii(name), names);
    return Fail(node, Quoted(name) + " is not a FetchXML operator" +
                          (nearest.empty() ? "; docs/policy-format.md lists them"
                                           : "; did you mean " + Quoted(nearest) + "?"));
  }
  condition.op = *op;
  condition.value_of = Attribute(node, "valueof");
  if (const pugi::xml_attribute value = node.attribute("value")) {
    condition.values.emplace_back(value.value());
    if (Info(*op).arity == Arity::kNone && condition.values[0].empty()) condition.values.clear();
  }
  for (const Xml& child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (std::string_view(child.name()) != "value") {
      return Fail(child, "<" + Shown(child.name()) + "> does not belong within <condition>");
    }
    if (node.attribute("value")) {
      return Fail(node, "a condition has a value attribute or <value> elements, not both");
    }
    CheckAttributes(child, {}, {"uiname", "uitype"});
    std::string text;
    for (const Xml& part : child.children()) {
      if (part.type() == pugi::node_element) {
        return Fail(part, "<value> holds a text and no elements");
      }
      if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text += part.value();
    }
    condition.values.push_back(std::move(text));
  }
  for (const std::string& value : condition.values) {
    if (value.size() > kMaxScalarBytes) return Fail(node, "a value longer than 64 KiB; shorten it");
  }
  CheckArity(node, condition);
}

void FetchReader::CheckArity(const Xml& node, const Condition& condition) {
  const OperatorInfo& info = Info(condition.op);
  const std::string op = Quoted(info.name);
  if (!condition.value_of.empty()) {
    const std::size_t dot = condition.value_of.find('.');
    const std::string_view field =
        std::string_view(condition.value_of).substr(dot == std::string::npos ? 0 : dot + 1);
    if (!TakesValueOf(condition.op)) {
      Fail(node, op + " cannot compare two columns; use eq, ne, gt, ge, lt or le with valueof");
    } else if (!condition.values.empty()) {
      Fail(node, "a condition has a value or valueof, not both");
    } else if (!IsName(field) || dot == 0) {
      Fail(node,
           Quoted(condition.value_of) + " does not name a column; write 'name' or 'alias.name'");
    }
    return;
  }
  const std::size_t count = condition.values.size();
  if (info.arity == Arity::kNone && count != 0) Fail(node, op + " takes no value; remove it");
  if (info.arity == Arity::kOne && count == 0) Fail(node, op + " takes one value; add value=\"…\"");
  if (info.arity == Arity::kOne && count > 1) {
    Fail(node, op + " takes one value; remove the others, or use 'in' for a list");
  }
  if (info.arity == Arity::kTwo && count != 2) Fail(node, op + " takes two <value> elements");
  if (info.arity == Arity::kMany && count == 0)
    Fail(node, op + " takes one or more <value> elements");
}

void FetchReader::ReadLink(const Xml& node, bool in_filter, Link& link, FetchPlaces& places) {
  places.mark = MarkOf(node);
  Count(node, true);
  CheckText(node);
  CheckAttributes(node, {"name", "from", "to", "alias", "link-type", "intersect"},
                  {"visible", "enableprefiltering", "prefilterparametername"});
  link.entity = NameOf(node, "name", true);
  link.from = NameOf(node, "from", true);
  link.to = NameOf(node, "to", true);
  link.alias = NameOf(node, "alias", false);
  link.intersect = Flag(node, "intersect");
  const std::string type = Attribute(node, "link-type");
  if (const auto found = type.empty() ? std::optional(LinkType::kInner) : FindLinkType(type)) {
    link.type = *found;
  } else {
    return Fail(node, Quoted(type) +
                          " is not a link type; write inner, outer, exists, in, "
                          "matchfirstrowusingcrossapply, any, not any, all or not all");
  }
  if (in_filter && !IsTest(link.type)) {
    return Fail(node, "a link inside a filter is of type any, not any, all or not all");
  }
  int filters = 0;
  for (const Xml& child : node.children()) {
    if (failed()) return;
    if (child.type() != pugi::node_element) continue;
    const std::string_view name = child.name();
    if (name == "all-attributes") {
      Drop("link-entity/all-attributes");
    } else if (name == "no-attrs") {
      Drop("link-entity/no-attrs");
    } else if (name == "attribute") {
      ReadAttribute(child, false);
    } else if (name == "order") {
      ReadOrder(child, link.order, places);
    } else if (name == "filter") {
      AddFilter(child, link.filter, places, filters++);
    } else if (name == "link-entity") {
      ReadLink(child, false, link.links.emplace_back(), places.links.emplace_back());
    } else {
      return Fail(child, "<" + Shown(name) + "> does not belong within <link-entity>; remove it");
    }
  }
}

}  // namespace

tl::expected<FetchDocument, FetchError> ParseFetch(std::string_view xml) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (xml.starts_with(kByteOrderMark)) xml.remove_prefix(kByteOrderMark.size());
  if (auto error = ScanXml(xml)) return tl::unexpected(std::move(*error));
  if (Trim(xml).empty()) {
    return tl::unexpected(FetchError{{1, 1}, "the document is empty; it begins with <fetch>"});
  }
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) {
    return tl::unexpected(FetchError{
        MarkInXml(xml, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0))),
        "this is not well-formed XML (" + LowerAscii(parsed.description()) +
            "); check the tags and quotes here"});
  }
  FetchReader reader(xml);
  reader.ReadRoot(document);
  if (reader.failed()) return tl::unexpected(std::move(reader.error_));
  return std::move(reader.document_);
}

}  // namespace satchel
