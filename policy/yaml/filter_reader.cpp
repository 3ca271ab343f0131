#include "policy/yaml/filter_reader.h"

#include <array>

#include "policy/model/limits.h"
#include "policy/model/name.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using Keys = std::span<const std::string_view>;

constexpr std::array<std::string_view, 3> kGroupKeys = {"notes", "and", "or"};
constexpr std::array<std::string_view, 7> kConditionKeys = {"entity", "field",   "op",   "value",
                                                            "values", "valueof", "notes"};
constexpr std::array<std::string_view, 6> kLinkKeys = {"link", "notes", "and",
                                                       "or",   "order", "links"};
constexpr std::array<std::string_view, 6> kLinkHeaderKeys = {"entity", "from",  "to",
                                                             "type",   "alias", "intersect"};
constexpr std::array<std::string_view, 3> kOrderKeys = {"entity", "field", "descending"};

}  // namespace

void FilterReader::ReadFilter(const YamlNode& node, Group& filter) {
  const bool map = reader_.EachKey(
      node, "a filter group", kGroupKeys, [&](std::string_view key, const YamlNode& value) {
        if (key == "notes") {
          reader_.Text(value, filter.notes);
        } else {
          filter.conjunction = key == "or" ? Conjunction::kOr : Conjunction::kAnd;
          ReadNodes(value, filter);
        }
      });
  if (!map) return;
  CheckOneConjunction(node, "a filter group");
  if (!NodeReader::Has(node, "and") && !NodeReader::Has(node, "or")) {
    reader_.Fail(node.mark, "missing-key",
                 "a filter group needs 'and' or 'or' with its conditions");
  }
}

void FilterReader::CheckOneConjunction(const YamlNode& node, std::string_view what) {
  if (!NodeReader::Has(node, "and") || !NodeReader::Has(node, "or")) return;
  reader_.Fail(
      node.mark, "bad-value",
      std::string(what) + " has both 'and' and 'or'; put one of them as a group inside the other");
}

void FilterReader::ReadNodes(const YamlNode& node, Group& group) {
  reader_.EachItem(node, "conditions, groups and links",
                   [&](const YamlNode& item) { ReadNode(item, group); });
}

void FilterReader::ReadNode(const YamlNode& node, Group& group) {
  if (NodeReader::Has(node, "link")) {
    Link link;
    if (!Count(node, true)) return;
    ReadLink(node, true, link);
    group.nodes.push_back({std::move(link)});
  } else if (NodeReader::Has(node, "and") || NodeReader::Has(node, "or")) {
    Group nested;
    ReadFilter(node, nested);
    group.nodes.push_back({std::move(nested)});
  } else {
    Condition condition;
    if (!Count(node, false)) return;
    ReadCondition(node, condition);
    group.nodes.push_back({std::move(condition)});
  }
}

bool FilterReader::Count(const YamlNode& node, bool link) {
  ++conditions_;
  if (link) ++links_;
  if (link && links_ == kMaxLinks + 1) {
    reader_.Fail(node.mark, "too-many-links",
                 "more than 15 links in one entity, which no server accepts; remove some");
  }
  if (conditions_ == kMaxConditions + 1) {
    reader_.Fail(
        node.mark, "too-many-conditions",
        "more than 500 conditions and links in one entity, which no server accepts; use 'in' "
        "with a list of values, or remove some");
  }
  return conditions_ <= kMaxConditions && links_ <= kMaxLinks;
}

void FilterReader::ReadCondition(const YamlNode& node, Condition& condition) {
  const bool map = reader_.EachKey(
      node, "a condition", kConditionKeys, [&](std::string_view key, const YamlNode& value) {
        if (key == "entity") {
          reader_.Name(value, condition.entity);
        } else if (key == "field") {
          reader_.Name(value, condition.field);
        } else if (key == "op") {
          ReadOperator(value, condition.op);
        } else if (key == "value") {
          if (value.kind == YamlNode::Kind::kSequence) {
            reader_.Fail(value.mark, "wrong-type", "'value' holds one value; write 'values: […]'");
          } else if (value.kind == YamlNode::Kind::kNothing && !value.text.empty()) {
            reader_.Fail(
                value.mark, "no-value",
                Quoted(value.text) +
                    " is not a value: write 'op: null' to keep records without a value, or "
                    "put the text in quotes");
          } else if (std::string text; reader_.Text(value, text)) {
            condition.values.assign(1, std::move(text));
          }
        } else if (key == "values") {
          condition.values.clear();
          reader_.Texts(value, "values", condition.values);
        } else if (key == "valueof") {
          ReadValueOf(value, condition.value_of);
        } else {
          reader_.Text(value, condition.notes);
        }
      });
  if (!map) return;
  reader_.Require(node, "a condition", {"field", "op"});
  const int kinds = NodeReader::Has(node, "value") + NodeReader::Has(node, "values") +
                    NodeReader::Has(node, "valueof");
  if (kinds > 1) {
    reader_.Fail(node.mark, "bad-value",
                 "a condition has one of 'value', 'values' and 'valueof'; remove the others");
    condition.values.clear();
  }
}

void FilterReader::ReadOperator(const YamlNode& node, Operator& op) {
  std::string name;
  if (node.kind == YamlNode::Kind::kNothing && node.text == Info(Operator::kNull).name) {
    name = node.text;  // The operator is called null; quotes carry no meaning.
  } else if (!reader_.Text(node, name)) {
    return;
  }
  if (const auto found = FindOperator(name)) {
    op = *found;
    return;
  }
  std::vector<std::string> names;
  for (const OperatorInfo& info : Operators()) names.emplace_back(info.name);
  const std::string nearest = Nearest(name, names);
  reader_.Fail(node.mark, "unknown-operator",
               Quoted(name) + " is not a FetchXML operator; " +
                   (nearest.empty() ? "docs/policy-format.md lists them"
                                    : "did you mean " + Quoted(nearest) + "?"));
}

void FilterReader::ReadValueOf(const YamlNode& node, std::string& value_of) {
  std::string text;
  if (!reader_.Text(node, text)) return;
  const std::size_t dot = text.find('.');
  const std::string_view field =
      dot == std::string::npos ? text : std::string_view(text).substr(dot + 1);
  if (!IsName(field) ||
      (dot != std::string::npos && !IsName(std::string_view(text).substr(0, dot)))) {
    reader_.Fail(node.mark, "bad-value",
                 Quoted(text) + " does not name a field; write 'other_field' or 'alias.field'");
    return;
  }
  value_of = std::move(text);
}

void FilterReader::ReadLinks(const YamlNode& node, std::vector<Link>& links) {
  reader_.EachItem(node, "links", [&](const YamlNode& item) {
    Link link;
    if (!Count(item, true)) return;
    ReadLink(item, false, link);
    links.push_back(std::move(link));
  });
}

void FilterReader::ReadLink(const YamlNode& node, bool in_filter, Link& link) {
  const bool map =
      reader_.EachKey(node, "a link", kLinkKeys, [&](std::string_view key, const YamlNode& value) {
        if (key == "link") {
          ReadLinkHeader(value, in_filter, link);
        } else if (key == "notes") {
          reader_.Text(value, link.notes);
        } else if (key == "order") {
          ReadOrder(value, link.order);
        } else if (key == "links") {
          ReadLinks(value, link.links);
        } else {
          link.filter.conjunction = key == "or" ? Conjunction::kOr : Conjunction::kAnd;
          ReadNodes(value, link.filter);
        }
      });
  if (!map) return;
  reader_.Require(node, "a link", {"link"});
  CheckOneConjunction(node, "a link");
}

void FilterReader::ReadLinkHeader(const YamlNode& node, bool in_filter, Link& link) {
  const bool map = reader_.EachKey(
      node, "the header of a link", kLinkHeaderKeys,
      [&](std::string_view key, const YamlNode& value) {
        if (key == "entity") {
          reader_.Name(value, link.entity);
        } else if (key == "from") {
          reader_.Name(value, link.from);
        } else if (key == "to") {
          reader_.Name(value, link.to);
        } else if (key == "alias") {
          reader_.Name(value, link.alias);
        } else if (key == "intersect") {
          reader_.Bool(value, link.intersect);
        } else if (reader_.Choice(value, link.type) && in_filter && !IsTest(link.type)) {
          reader_.Fail(
              value.mark, "join-in-filter",
              "a link inside a filter is a test: write any, not any, all or not all, or move "
              "the link to 'links'");
        }
      });
  if (!map) return;
  reader_.Require(node, "the header of a link", {"entity", "from", "to"});
  // In links, FetchXML's own default applies: inner.
  if (in_filter) reader_.Require(node, "a link inside a filter", {"type"});
}

void FilterReader::ReadOrder(const YamlNode& node, std::vector<OrderItem>& order) {
  reader_.EachItem(node, "order items", [&](const YamlNode& item) {
    OrderItem read;
    const bool map = reader_.EachKey(item, "an order item", kOrderKeys,
                                     [&](std::string_view key, const YamlNode& value) {
                                       if (key == "entity") {
                                         reader_.Name(value, read.entity);
                                       } else if (key == "field") {
                                         reader_.Name(value, read.field);
                                       } else {
                                         reader_.Bool(value, read.descending);
                                       }
                                     });
    if (!map) return;
    reader_.Require(item, "an order item", {"field"});
    order.push_back(std::move(read));
  });
}

}  // namespace satchel
