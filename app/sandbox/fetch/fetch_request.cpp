#include "app/sandbox/fetch/fetch_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <pugixml.hpp>
#include <sstream>

#include "policy/fetchxml/fetchxml.h"
#include "policy/support/text.h"

namespace satchel::sandbox {

namespace {

constexpr std::size_t kMaxDocument = 1u << 20;
constexpr int kMaxLinks = 15;
constexpr int kMaxConditions = 500;  // Links count too.
constexpr int kMaxDepth = 64;

tl::unexpected<ApiError> BadFetch(const std::string& why) {
  return Refuse(400, kCodeBadQuery, "Invalid Query specified: " + why);
}

Answer<bool> Flag(const pugi::xml_node& node, const char* name) {
  const std::string value = LowerAscii(node.attribute(name).value());
  if (value.empty() || value == "false" || value == "0") return false;
  if (value == "true" || value == "1") return true;
  return BadFetch(std::string(name) + "=" + Quoted(value) + " is not true or false.");
}

Answer<std::int64_t> Number(const pugi::xml_node& node, const char* name, std::int64_t least) {
  const std::string_view text = node.attribute(name).value();
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < least) {
    return BadFetch(std::string(name) + "=" + Quoted(text) + " is not a number from " +
                    std::to_string(least) + ".");
  }
  return number;
}

bool IsTestLink(const pugi::xml_node& link) {
  const auto type = FindLinkType(link.attribute("link-type").as_string("inner"));
  return type && IsTest(*type);
}

class Reader {
 public:
  Answer<FetchRequest> Read(std::string_view xml) {
    pugi::xml_document document;
    const auto parsed =
        document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_doctype);
    if (!parsed)
      return BadFetch(std::string("the XML is malformed: ") + parsed.description() + ".");
    for (const pugi::xml_node& node : document.children()) {
      if (node.type() == pugi::node_doctype) return BadFetch("a DOCTYPE is not allowed.");
    }
    pugi::xml_node fetch = document.child("fetch");
    pugi::xml_node entity = fetch.child("entity");
    if (!entity) return BadFetch("a fetch with one entity is needed.");
    if (auto read = Head(fetch); !read) return Refuse(read.error());
    if (auto read = Level(entity, "", 0); !read) return Refuse(read.error());
    if (auto counted = Limits(); !counted) return Refuse(counted.error());

    // What is left decides which rows match; the policy layer knows what that means.
    std::ostringstream rest;
    fetch.print(rest, "", pugi::format_raw | pugi::format_no_declaration);
    auto parsed_query = ParseFetch(rest.str());
    if (!parsed_query) return BadFetch(parsed_query.error().message);
    request_.query = std::move(parsed_query->query);
    request_.query.top = 0;
    return std::move(request_);
  }

 private:
  Answer<> Head(pugi::xml_node& fetch) {
    const std::pair<const char*, bool*> flags[] = {
        {"distinct", &request_.distinct},
        {"aggregate", &request_.aggregate},
        {"useraworderby", &request_.user_raw_order_by},
        {"returntotalrecordcount", &request_.return_total_record_count}};
    for (const auto& [name, flag] : flags) {
      const auto value = Flag(fetch, name);
      if (!value) return Refuse(value.error());
      *flag = *value;
    }
    if (fetch.attribute("top") && (fetch.attribute("page") || fetch.attribute("count"))) {
      return BadFetch("the top attribute can't be specified with paging attribute page or count.");
    }
    std::int64_t page = 1;
    const std::pair<const char*, std::int64_t*> numbers[] = {
        {"top", &request_.top},
        {"count", &request_.count},
        {"page", &page},
        {"aggregatelimit", &request_.aggregate_limit}};
    for (const auto& [name, number] : numbers) {
      if (!fetch.attribute(name)) continue;
      const auto value = Number(fetch, name, 1);
      if (!value) return Refuse(value.error());
      *number = *value;
    }
    if (request_.top > 5000 || request_.count > 5000) {
      return BadFetch("top and count may be 5000 at most.");
    }
    request_.page = static_cast<int>(std::min<std::int64_t>(page, 1'000'000));
    request_.paging_cookie = fetch.attribute("paging-cookie").value();
    for (const char* name : {"distinct", "aggregate", "useraworderby", "returntotalrecordcount",
                             "top", "count", "page", "aggregatelimit", "paging-cookie"}) {
      fetch.remove_attribute(name);
    }
    return {};
  }

  // Takes columns and orders out of an entity or link, and names its links.
  Answer<> Level(pugi::xml_node& node, const std::string& alias, int depth) {
    if (depth > kMaxDepth) return BadFetch("it is nested too deeply.");
    const std::size_t index = request_.levels.size();
    request_.levels.push_back({alias, false, {}, {}});
    for (pugi::xml_node child = node.first_child(); child;) {
      const pugi::xml_node next = child.next_sibling();
      const std::string_view name = child.name();
      if (name == "all-attributes") {
        request_.levels[index].all_attributes = true;
        node.remove_child(child);
      } else if (name == "attribute") {
        auto attribute = ReadAttribute(child);
        if (!attribute) return Refuse(attribute.error());
        request_.levels[index].attributes.push_back(std::move(*attribute));
        node.remove_child(child);
      } else if (name == "order" && !IsMatchFirst(node)) {
        auto order = ReadOrder(child);
        if (!order) return Refuse(order.error());
        request_.levels[index].order.push_back(std::move(*order));
        node.remove_child(child);
      } else if (name == "filter") {
        Count(child, depth + 1);
      } else if (name == "link-entity") {
        if (auto link = LinkLevel(child, depth); !link) return link;
      }
      child = next;
    }
    return {};
  }

  Answer<> LinkLevel(pugi::xml_node& link, int depth) {
    if (IsTestLink(link)) {
      Count(link, depth + 1);
      return {};
    }
    ++links_;
    std::string alias = link.attribute("alias").value();
    if (alias.empty()) {
      // As the server does: the entity's name with a number.
      alias = link.attribute("name").value() + std::to_string(links_);
      link.append_attribute("alias").set_value(alias.c_str());
    }
    return Level(link, alias, depth + 1);
  }

  static bool IsMatchFirst(const pugi::xml_node& node) {
    return FindLinkType(node.attribute("link-type").as_string("inner")) == LinkType::kMatchFirst;
  }

  // Conditions and links inside a filter or a test.
  void Count(const pugi::xml_node& node, int depth) {
    if (std::string_view(node.name()) == "link-entity") ++links_;
    if (std::string_view(node.name()) == "condition") ++conditions_;
    if (depth > kMaxDepth) return;  // ParseFetch refuses what is deeper.
    for (const pugi::xml_node& child : node.children()) Count(child, depth + 1);
  }

  Answer<> Limits() const {
    if (links_ > kMaxLinks) {
      return Refuse(400, kCodeTooManyLinks,
                    "Number of link entities in query exceeded maximum limit.");
    }
    if (conditions_ + links_ > kMaxConditions) {
      return Refuse(400, kCodeTooManyConditions,
                    "Number of conditions in query exceeded maximum limit.");
    }
    return {};
  }

  Answer<FetchAttribute> ReadAttribute(const pugi::xml_node& node) {
    constexpr std::array<std::string_view, 9> kKnown = {"name",     "alias",        "aggregate",
                                                        "groupby",  "dategrouping", "usertimezone",
                                                        "distinct", "build",        "addedby"};
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      if (std::find(kKnown.begin(), kKnown.end(), attribute.name()) == kKnown.end()) {
        return BadFetch("the attribute element has no attribute " + Quoted(attribute.name()) + ".");
      }
    }
    FetchAttribute read;
    read.name = node.attribute("name").value();
    read.alias = node.attribute("alias").value();
    if (read.name.empty()) return BadFetch("an attribute element has no name.");
    const auto distinct = Flag(node, "distinct");
    const auto group_by = Flag(node, "groupby");
    if (!distinct) return Refuse(distinct.error());
    if (!group_by) return Refuse(group_by.error());
    read.distinct = *distinct;
    read.group_by = *group_by;
    if (const std::string_view name = node.attribute("aggregate").value(); !name.empty()) {
      constexpr std::array<std::string_view, 7> kNames = {"",    "count", "countcolumn", "sum",
                                                          "avg", "min",   "max"};
      const auto* at = std::find(kNames.begin() + 1, kNames.end(), name);
      if (at == kNames.end()) return BadFetch("the aggregate " + Quoted(name) + " is unknown.");
      read.aggregate = static_cast<Aggregate>(at - kNames.begin());
    }
    if (const std::string_view name = node.attribute("dategrouping").value(); !name.empty()) {
      constexpr std::array<std::string_view, 6> kNames = {"",      "day",     "week",
                                                          "month", "quarter", "year"};
      const auto* at = std::find(kNames.begin() + 1, kNames.end(), name);
      if (at == kNames.end()) {
        return BadFetch("the date grouping " + Quoted(name) + " isn't supported here.");
      }
      read.date_group = static_cast<DateGroup>(at - kNames.begin());
    }
    if (request_.aggregate && read.alias.empty()) {
      return BadFetch("the attribute " + Quoted(read.name) + " of an aggregate needs an alias.");
    }
    if (request_.aggregate != (read.aggregate != Aggregate::kNone || read.group_by)) {
      return BadFetch(request_.aggregate
                          ? "the attribute " + Quoted(read.name) +
                                " of an aggregate is neither aggregated nor grouped by."
                          : "aggregate='true' is missing on the fetch element.");
    }
    return read;
  }

  static Answer<FetchOrder> ReadOrder(const pugi::xml_node& node) {
    FetchOrder order;
    order.entity = node.attribute("entityname").value();
    order.attribute = node.attribute("attribute").value();
    order.alias = node.attribute("alias").value();
    const auto descending = Flag(node, "descending");
    if (!descending) return Refuse(descending.error());
    order.descending = *descending;
    if (order.attribute.empty() == order.alias.empty()) {
      return BadFetch("an order element needs either attribute or alias.");
    }
    return order;
  }

  FetchRequest request_;
  int links_ = 0;
  int conditions_ = 0;
};

}  // namespace

Answer<FetchRequest> ParseFetchRequest(std::string_view xml) {
  if (xml.size() > kMaxDocument) return BadFetch("the document is larger than 1 MB.");
  if (FirstInvalidUtf8(xml) != std::string_view::npos || xml.find('\0') != std::string_view::npos) {
    return BadFetch("the document is not valid UTF-8 text.");
  }
  return Reader().Read(xml);
}

}  // namespace satchel::sandbox
