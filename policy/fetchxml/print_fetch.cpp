#include "policy/fetchxml/fetchxml.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void Open(std::string_view element) {
    Indent();
    out_ += '<';
    out_ += element;
    open_.push_back(element);
    in_tag_ = true;
  }
  void Attribute(std::string_view name, std::string_view value) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    Escape(value);
    out_ += '"';
  }
  void AttributeIfAny(std::string_view name, std::string_view value) {
    if (!value.empty()) Attribute(name, value);
  }
  void Value(std::string_view text) {
    Indent();
    out_ += "<value>";
    Escape(text);
    out_ += "</value>";
  }
  void Close() {
    const std::string_view element = open_.back();
    open_.pop_back();
    if (in_tag_) {
      out_ += " />";
      in_tag_ = false;
      return;
    }
    Indent();
    out_ += "</";
    out_ += element;
    out_ += '>';
  }
  void Write(const Group& group);
  void Write(const Condition& condition);
  void Write(const Link& link);
  void Write(const std::vector<OrderItem>& order);
  [[nodiscard]] std::string Take() { return std::move(out_); }

 private:
  void Indent() {
    if (in_tag_) out_ += '>';
    in_tag_ = false;
    if (!pretty_ || out_.empty()) return;
    out_ += '\n';
    out_.append(open_.size() * 2, ' ');
  }
  void Escape(std::string_view text);

  bool pretty_;
  bool in_tag_ = false;
  std::string out_;
  std::vector<std::string_view> open_;
};

void Writer::Escape(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = Utf8Length(text, at);
    const std::string_view character = text.substr(at, std::max<std::size_t>(length, 1));
    at += character.size();
    const auto c = static_cast<unsigned char>(character[0]);
    if (c == '&') {
      out_ += "&amp;";
    } else if (c == '<') {
      out_ += "&lt;";
    } else if (c == '>') {
      out_ += "&gt;";
    } else if (c == '"') {
      out_ += "&quot;";
    } else if (c == '\n' || c == '\r' || c == '\t') {
      out_ += "&#" + std::to_string(c) + ";";
    } else if (length == 0 || c < 0x20 || c == 0x7F || character == "\xEF\xBF\xBE" ||
               character == "\xEF\xBF\xBF") {
      out_ += "\xEF\xBF\xBD";  // XML cannot say it; policies and servers never hold it.
    } else {
      out_ += character;
    }
  }
}

void Writer::Write(const std::vector<OrderItem>& order) {
  for (const OrderItem& item : order) {
    Open("order");
    AttributeIfAny("entityname", item.entity);
    Attribute("attribute", item.field);
    if (item.descending) Attribute("descending", "true");
    Close();
  }
}

void Writer::Write(const Condition& condition) {
  Open("condition");
  AttributeIfAny("entityname", condition.entity);
  Attribute("attribute", condition.field);
  Attribute("operator", Info(condition.op).name);
  const Arity arity = Info(condition.op).arity;
  if (!condition.value_of.empty()) {
    Attribute("valueof", condition.value_of);
  } else if (arity == Arity::kOne && condition.values.size() == 1) {
    Attribute("value", condition.values[0]);
  } else {
    for (const std::string& value : condition.values) Value(value);
  }
  Close();
}

void Writer::Write(const Group& group) {
  Open("filter");
  Attribute("type", group.conjunction == Conjunction::kOr ? "or" : "and");
  for (const Node& node : group.nodes) {
    std::visit([this](const auto& item) { Write(item); }, node.item);
  }
  Close();
}

void Writer::Write(const Link& link) {
  Open("link-entity");
  Attribute("name", link.entity);
  Attribute("from", link.from);
  Attribute("to", link.to);
  AttributeIfAny("alias", link.alias);
  Attribute("link-type", Name(link.type));
  if (link.intersect) Attribute("intersect", "true");
  Write(link.order);
  if (!link.filter.empty() || link.filter.conjunction == Conjunction::kOr) Write(link.filter);
  for (const Link& nested : link.links) Write(nested);
  Close();
}

}  // namespace

std::string PrintFetch(const Query& query, const FetchOptions& options) {
  Writer writer(options.pretty);
  writer.Open("fetch");
  if (query.top > 0) writer.Attribute("top", std::to_string(query.top));
  if (options.count > 0) writer.Attribute("count", std::to_string(options.count));
  if (options.page > 0) writer.Attribute("page", std::to_string(options.page));
  writer.AttributeIfAny("paging-cookie", options.paging_cookie);
  writer.Open("entity");
  writer.Attribute("name", query.entity);
  for (const std::string& attribute : options.attributes) {
    writer.Open("attribute");
    writer.Attribute("name", attribute);
    writer.Close();
  }
  writer.Write(query.order);
  if (!query.filter.empty() || query.filter.conjunction == Conjunction::kOr) {
    writer.Write(query.filter);
  }
  for (const Link& link : query.links) writer.Write(link);
  writer.Close();
  writer.Close();
  return writer.Take();
}

}  // namespace satchel
