#include "policy/wording/sentence.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "policy/schema/choice_label.h"
#include "policy/support/text.h"
#include "policy/support/units.h"
#include "policy/wording/link_wording.h"
#include "policy/wording/operator_words.h"

namespace satchel {

namespace {

constexpr std::size_t kMostListed = 4;  // Values named before "or 7 more".

// Builds one sentence while walking a query.
class Speaker {
 public:
  // `subject`: what the sentence speaks of; empty: it is understood.
  Speaker(const Query& query, const Schema* schema, std::string subject = {})
      : schema_(schema), subject_(std::move(subject)) {
    CollectAliases(query.links);
    CollectAliases(query.filter);
  }

  Sentence Say(const Query& query) {
    const std::vector<const Link*> links = SpokenLinks(query.links);
    if (KeepsAll(query.filter) && links.empty()) {
      Plain(subject_.empty() ? "All records" : "All " + subject_);
    } else {
      if (!subject_.empty()) Plain(subject_ + " where ");
      // Filter and links must all hold; an "or" among several of them needs brackets.
      const bool bracket = !links.empty() && query.filter.conjunction == Conjunction::kOr &&
                           query.filter.nodes.size() > 1 && !KeepsAll(query.filter);
      if (bracket) Plain("(");
      if (!KeepsAll(query.filter)) {
        SayNodes(query.filter, query.entity, !bracket && !links.empty());
      }
      if (bracket) Plain(")");
      for (const Link* link : links) {
        if (link != links.front() || !KeepsAll(query.filter)) Plain(", and ");
        SayLink(*link, query.entity, link != links.back());
      }
    }
    SayCut(query);
    Capitalise();
    return std::move(sentence_);
  }

 private:
  void Add(Phrase::Kind kind, std::string text) {
    if (text.empty()) return;
    if (!sentence_.empty() && sentence_.back().kind == kind) {
      sentence_.back().text += text;
    } else {
      sentence_.push_back({kind, std::move(text)});
    }
  }
  void Plain(std::string text) { Add(Phrase::Kind::kPlain, std::move(text)); }

  void CollectAliases(const Group& group) {
    for (const Node& node : group.nodes) {
      if (const auto* inner = std::get_if<Group>(&node.item)) CollectAliases(*inner);
      if (const auto* link = std::get_if<Link>(&node.item)) CollectAliases({*link});
    }
  }
  void CollectAliases(const std::vector<Link>& links) {
    for (const Link& link : links) {
      if (!link.alias.empty()) aliases_[link.alias] = link.entity;
      CollectAliases(link.filter);
      CollectAliases(link.links);
    }
  }

  // Nothing can be said of an empty group: it keeps everything.
  static bool KeepsAll(const Group& group) {
    return std::all_of(group.nodes.begin(), group.nodes.end(), [](const Node& node) {
      const auto* inner = std::get_if<Group>(&node.item);
      return inner != nullptr && inner->empty();
    });
  }

  // An outer link keeps every record; it matters only through conditions on its alias.
  static std::vector<const Link*> SpokenLinks(const std::vector<Link>& links) {
    std::vector<const Link*> spoken;
    for (const Link& link : links) {
      if (link.type != LinkType::kOuter) spoken.push_back(&link);
    }
    return spoken;
  }

  // `more`: words follow that a "where" at the end would seem to cover.
  void SayNodes(const Group& group, const std::string& entity, bool more) {
    const std::string_view joint = group.conjunction == Conjunction::kAnd ? ", and " : " or ";
    std::vector<const Node*> spoken;
    for (const Node& node : group.nodes) {
      const auto* inner = std::get_if<Group>(&node.item);
      if (inner != nullptr && inner->empty()) continue;  // Keeps everything: nothing to say.
      spoken.push_back(&node);
    }
    for (const Node* node : spoken) {
      if (node != spoken.front()) Plain(std::string(joint));
      const bool more_here = more || node != spoken.back();
      if (const auto* condition = std::get_if<Condition>(&node->item)) {
        SayCondition(*condition, entity);
      } else if (const auto* inner = std::get_if<Group>(&node->item)) {
        const bool bracket = inner->nodes.size() > 1 && group.nodes.size() > 1;
        if (bracket) Plain("(");
        SayNodes(*inner, entity, !bracket && more_here);
        if (bracket) Plain(")");
      } else {
        SayLink(std::get<Link>(node->item), entity, more_here);
      }
    }
    if (spoken.empty() && !group.nodes.empty()) Plain("All records");
  }

  void SayCondition(const Condition& condition, const std::string& entity) {
    std::string owner = entity;
    if (!condition.entity.empty()) {
      const auto alias = aliases_.find(condition.entity);
      owner = alias == aliases_.end() ? condition.entity : alias->second;
      Add(Phrase::Kind::kLink, EntityLabel(owner, schema_));
      Plain(" › ");
    }
    if (condition.field.empty()) {
      Add(Phrase::Kind::kMissing, "a field");
    } else {
      Add(Phrase::Kind::kField, FieldLabel(owner, condition.field, schema_));
    }
    const OperatorInfo& info = Info(condition.op);
    const FieldSchema* field = schema_ ? schema_->Find(owner, condition.field) : nullptr;
    const std::string words(WordsOn(field, info));
    if (!condition.value_of.empty()) {
      Plain(" " + words + " ");
      SayOtherField(condition.value_of, owner);
    } else if (info.operand == Operand::kCount) {
      SayCount(info, condition);
    } else {
      Plain(" " + words);
      if (info.arity != Arity::kNone) SayValues(info, condition, owner);
    }
  }

  void SayOtherField(const std::string& value_of, const std::string& entity) {
    const std::size_t dot = value_of.find('.');
    if (dot == std::string::npos) {
      Add(Phrase::Kind::kField, FieldLabel(entity, value_of, schema_));
      return;
    }
    const auto alias = aliases_.find(value_of.substr(0, dot));
    const std::string owner = alias == aliases_.end() ? value_of.substr(0, dot) : alias->second;
    Add(Phrase::Kind::kLink, EntityLabel(owner, schema_));
    Plain(" › ");
    Add(Phrase::Kind::kField, FieldLabel(owner, value_of.substr(dot + 1), schema_));
  }

  // "is in the last N days": the number takes the place of N, and one day is no "days".
  void SayCount(const OperatorInfo& info, const Condition& condition) {
    std::string words(info.words);
    const std::size_t place = words.find(" N ");
    Plain(" " + words.substr(0, place + 1));
    if (condition.values.empty()) {
      Add(Phrase::Kind::kMissing, "a number of");
    } else {
      Add(Phrase::Kind::kValue, HumanNumber(condition.values.front()));
    }
    std::string unit = words.substr(place + 2);
    if (!condition.values.empty() && condition.values.front() == "1" && unit.back() == 's')
      unit.pop_back();
    if (condition.values.empty()) {
      Plain(unit);
    } else {
      Add(Phrase::Kind::kValue, unit);
    }
  }

  void SayValues(const OperatorInfo& info, const Condition& condition, const std::string& entity) {
    const std::vector<std::string>& values = condition.values;
    Plain(" ");
    if (values.empty()) {
      Add(Phrase::Kind::kMissing, "a value");
      return;
    }
    const FieldSchema* field = schema_ ? schema_->Find(entity, condition.field) : nullptr;
    const auto say = [&](const std::string& value) {
      // Not a year, and not what may be a text: without a schema nobody knows.
      const bool number =
          info.operand == Operand::kField && field != nullptr && kNumberTypes.Has(field->type);
      Add(Phrase::Kind::kValue, number ? HumanNumber(value) : ValueWords(value, field));
    };
    if (info.arity == Arity::kTwo && values.size() == 2) {
      say(values[0]);
      Plain(info.operand == Operand::kPeriodAndYear ? " of " : " and ");
      say(values[1]);
      return;
    }
    const std::size_t listed = values.size() > kMostListed + 1 ? kMostListed : values.size();
    for (std::size_t i = 0; i < listed; ++i) {
      if (i > 0) Plain(i + 1 == values.size() ? " or " : ", ");
      say(values[i]);
    }
    if (listed < values.size()) {
      Plain(" or ");
      Add(Phrase::Kind::kValue,
          HumanCount(static_cast<std::int64_t>(values.size() - listed)) + " more");
    }
  }

  static std::string ValueWords(const std::string& value, const FieldSchema* field) {
    if (value.empty()) return "“”";
    if (field == nullptr) return value;
    if (field->type == FieldType::kBoolean) {
      const bool yes = value == "1" || LowerAscii(value) == "true";
      const std::string label = ChoiceLabel(*field, yes ? 1 : 0);
      return !label.empty() ? label : yes ? "Yes" : "No";
    }
    std::int64_t number = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    if (parsed.ec == std::errc() && parsed.ptr == value.data() + value.size()) {
      if (std::string label = ChoiceLabel(*field, number); !label.empty()) return label;
    }
    return value;
  }

  // Whether the linked rows hang below this one (their lookup points at our key).
  [[nodiscard]] bool IsChild(const Link& link, const std::string& entity) const {
    const EntitySchema* parent = schema_ ? schema_->Find(entity) : nullptr;
    return parent != nullptr ? parent->key == link.to : link.to == entity + "id";
  }

  void SayLink(const Link& link, const std::string& entity, bool more) {
    const bool inside = !link.filter.empty() || !SpokenLinks(link.links).empty();
    const std::string label = EntityLabel(link.entity, schema_);
    const std::string article =
        !label.empty() && std::string_view("AEIOUaeiou").find(label[0]) != std::string_view::npos
            ? "an "
            : "a ";
    const bool child = IsChild(link, entity);
    const std::string by =
        FieldLabel(child ? link.entity : entity, child ? link.from : link.to, schema_);

    const LinkWording& wording = WordingOf(link.type);
    Plain(std::string(subject_.empty() ? wording.lead : wording.there) + " " +
          (wording.article ? article : ""));
    Add(Phrase::Kind::kLink, label);
    Plain(" (");
    Add(Phrase::Kind::kField, by);
    Plain(")");
    // "all" of FetchXML: there are related rows, and none of them meets the filter. Without one
    // every row would meet it.
    if (!inside && link.type == LinkType::kAll) Plain(", but none at all");
    if (!inside) return;
    Plain(link.type == LinkType::kAll ? ", but none where " : " where ");
    const std::vector<const Link*> links = SpokenLinks(link.links);
    const bool bracket = more || link.filter.nodes.size() + links.size() > 1;
    if (bracket) Plain("(");
    SayNodes(link.filter, link.entity, !links.empty());
    bool first = link.filter.empty();
    for (const Link* inner : links) {
      if (!first) Plain(", and ");
      first = false;
      if (subject_.empty()) Plain("it ");
      SayLink(*inner, link.entity, inner != links.back());
    }
    if (bracket) Plain(")");
  }

  void SayCut(const Query& query) {
    if (query.top <= 0) return;
    Plain("; only the first ");
    Add(Phrase::Kind::kValue, HumanCount(query.top));
    bool first = true;
    for (const OrderItem& item : query.order) {
      Plain(first ? " by " : ", then ");
      first = false;
      const auto alias = aliases_.find(item.entity);
      const std::string& owner = alias == aliases_.end() ? query.entity : alias->second;
      Add(Phrase::Kind::kField, FieldLabel(owner, item.field, schema_));
      if (item.descending) Plain(" descending");
    }
  }

  void Capitalise() {
    if (sentence_.empty()) return;
    char& first = sentence_.front().text.front();
    if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
  }

  const Schema* schema_;
  std::string subject_;
  std::map<std::string, std::string, std::less<>> aliases_;  // alias → entity
  Sentence sentence_;
};

}  // namespace

std::string ToString(const Sentence& sentence) {
  std::string text;
  for (const Phrase& phrase : sentence) text += phrase.text;
  return text;
}

Sentence Describe(const Query& query, const Schema* schema) {
  return Speaker(query, schema).Say(query);
}

Sentence DescribeRecords(const Query& query, const Schema* schema) {
  return Speaker(query, schema, EntitiesLabel(query.entity, schema)).Say(query);
}

}  // namespace satchel
