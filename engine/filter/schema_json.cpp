#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/filter/data_set.h"
#include "engine/filter/json_text.h"
#include "engine/filter/schema_json.h"
#include "policy/model/name.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostJsonDepth = 64;
constexpr int kMostPrecision = 10;  // Dataverse allows no more; ScaleOf relies on it.
constexpr int kMostLength = 1'073'741'823;

tl::unexpected<Error> Wrong(const std::string& place, const std::string& what) {
  return Fail(ErrorCode::kInvalid, place.empty() ? what : place + ": " + what);
}

// nlohmann-json throws, accepts repeated keys and any depth; none of that leaves this function.
// `part` is what is read, a piece of `whole`, in which places are counted.
Result<Json> ReadJson(std::string_view whole, std::string_view part) {
  struct Refused {
    std::string why;
  };
  std::vector<std::set<std::string, std::less<>>> open;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      if (open.size() == kMostJsonDepth) throw Refused{"it nests deeper than 64 levels"};
      open.emplace_back();
    } else if (event == Event::object_end || event == Event::array_end) {
      open.pop_back();
    } else if (event == Event::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!open.back().insert(key).second) throw Refused{"the key " + Quoted(key) + " comes twice"};
    }
    return true;
  };
  try {
    return Json::parse(part.begin(), part.end(), watch);
  } catch (const Refused& refused) {
    return Wrong("", refused.why);
  } catch (const Json::parse_error& error) {
    const auto start = static_cast<std::size_t>(part.data() - whole.data());
    return Wrong(PlaceInText(whole, start + error.byte - (error.byte > 0 ? 1 : 0)),
                 "this is not valid JSON");
  } catch (const Json::exception&) {
    return Wrong("", "this is not valid JSON");  // A number beyond every range.
  }
}

// Reads one object key by key; the first problem stays.
class ObjectReader {
 public:
  ObjectReader(const Json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) Complain(place_, "an object {…} is expected here");
  }

  void Text(const char* key, std::string& out) {
    if (const Json* value = Take(key)) {
      if (value->is_string()) {
        out = value->get<std::string>();
      } else {
        Complain(At(key), "text in quotes is expected here");
      }
    }
  }
  void Flag(const char* key, bool& out) {
    if (const Json* value = Take(key)) {
      if (value->is_boolean()) {
        out = value->get<bool>();
      } else {
        Complain(At(key), "true or false is expected here");
      }
    }
  }
  void Whole(const char* key, int least, int most, int& out) {
    if (const Json* value = Take(key)) {
      if (value->is_number_integer() && *value >= least && *value <= most) {
        out = value->get<int>();
      } else {
        Complain(At(key), "a whole number from " + std::to_string(least) + " to " +
                              std::to_string(most) + " is expected here");
      }
    }
  }
  void Texts(const char* key, std::vector<std::string>& out) {
    if (const Json* value = Take(key)) {
      out.clear();
      if (!value->is_array()) Complain(At(key), "a list […] is expected here");
      for (const Json& item : *value) {
        if (!item.is_string()) {
          Complain(At(key) + "[" + std::to_string(out.size()) + "]",
                   "text in quotes is expected here");
          return;
        }
        out.push_back(item.get<std::string>());
      }
    }
  }
  // The value of an optional key, for what the functions above cannot read.
  const Json* Take(const char* key) {
    known_.emplace_back(key);
    if (!object_.is_object()) return nullptr;
    const auto at = object_.find(key);
    return at == object_.end() ? nullptr : &*at;
  }
  [[nodiscard]] std::string At(std::string_view key) const {
    return place_.empty() ? std::string(key) : place_ + "." + std::string(key);
  }
  void Complain(const std::string& place, const std::string& what) {
    if (!problem_)
      problem_ = Error{ErrorCode::kInvalid, place.empty() ? what : place + ": " + what};
  }
  // Call last: also refuses keys that nobody took.
  Result<> Done() {
    if (!problem_ && object_.is_object()) {
      for (const auto& [key, value] : object_.items()) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        Complain(place_, UnknownKey(key, known_));
        break;
      }
    }
    if (problem_) return Fail(*problem_);
    return {};
  }

 private:
  const Json& object_;
  std::string place_;
  std::vector<std::string> known_;
  std::optional<Error> problem_;
};

std::string TypeList() {
  std::string list;
  for (int i = 0; i <= static_cast<int>(FieldType::kUniqueIdentifier); ++i) {
    if (i > 0) list += " ";
    list += Name(static_cast<FieldType>(i));
  }
  return list;
}

Result<FieldType> ReadType(const std::string& name, const std::string& place) {
  if (const auto type = FindFieldType(name)) return *type;
  return Wrong(place, Quoted(name) + " is not a type; the types are: " + TypeList());
}

Result<FieldSchema> ReadField(const std::string& name, const Json& json, const std::string& place) {
  FieldSchema field;
  field.name = name;
  if (name.empty()) return Wrong(place, "a field has no name");
  if (!IsName(name)) {
    return Wrong(place, Quoted(name) + " is not a field's name; write letters, digits and '_'");
  }
  if (json.is_string()) {
    const auto type = ReadType(json.get<std::string>(), place);
    if (!type) return Fail(type.error());
    field.type = *type;
    return field;
  }
  if (!json.is_object()) {
    return Wrong(place, "a type such as \"string\", or an object with a type, is expected here");
  }
  ObjectReader reader(json, place);
  std::string type_name;
  reader.Text("type", type_name);
  reader.Text("label", field.label);
  reader.Whole("precision", 0, kMostPrecision, field.precision);
  reader.Whole("max_length", 0, kMostLength, field.max_length);
  reader.Texts("targets", field.targets);
  reader.Text("wire_name", field.wire_name);
  reader.Text("navigation", field.navigation);
  reader.Flag("required", field.required);
  reader.Flag("creatable", field.creatable);
  reader.Flag("updatable", field.updatable);
  if (const Json* options = reader.Take("options")) {
    if (!options->is_object()) {
      reader.Complain(reader.At("options"), "an object such as {\"1\": \"Preferred\"} is expected");
    } else {
      for (const auto& [number, label] : options->items()) {
        const auto value = ParseWhole(number);
        if (!value) {
          reader.Complain(reader.At("options"), Quoted(number) + " is not a whole number");
        } else if (!label.is_string()) {
          reader.Complain(reader.At("options") + "." + number, "a label in quotes is expected");
        } else {
          field.choices.push_back({*value, label.get<std::string>()});
        }
      }
    }
  }
  if (auto done = reader.Done(); !done) return Fail(done.error());
  if (type_name.empty()) return Wrong(place, "the field has no type");
  const auto type = ReadType(type_name, place + ".type");
  if (!type) return Fail(type.error());
  field.type = *type;
  return field;
}

// A named field must be there; `types` says what it may be.
Result<> MustBeField(const EntitySchema& entity, const std::string& field, FieldTypes types,
                     const std::string& place, const std::string& kind) {
  if (field.empty()) return {};
  const FieldSchema* found = entity.Find(field);
  if (!found) return Wrong(place, Quoted(field) + " is not among the fields");
  if (!types.Has(found->type)) return Wrong(place, Quoted(field) + " is not " + kind);
  return {};
}

Result<EntitySchema> ReadEntity(const std::string& name, const Json& json,
                                const std::string& place) {
  EntitySchema entity;
  entity.name = name;
  if (name.empty()) return Wrong(place, "an entity has no name");
  if (!IsName(name)) {
    return Wrong(place, Quoted(name) + " is not an entity's name; write letters, digits and '_'");
  }
  ObjectReader reader(json, place);
  reader.Text("key", entity.key);
  reader.Text("label", entity.label);
  reader.Text("plural_label", entity.plural_label);
  reader.Text("set_name", entity.set_name);
  reader.Text("primary_name", entity.primary_name);
  reader.Text("hierarchy", entity.hierarchy);
  reader.Text("created", entity.created);
  reader.Text("modified", entity.modified);
  reader.Text("version", entity.version);
  reader.Flag("intersect", entity.intersect);
  reader.Flag("change_tracking", entity.change_tracking);
  reader.Flag("user_owned", entity.user_owned);
  const Json* fields = reader.Take("fields");
  const Json* collections = reader.Take("collections");
  const Json* many_to_many = reader.Take("many_to_many");
  if (!fields) reader.Complain(place, "the entity has no \"fields\"");
  if (auto done = reader.Done(); !done) return Fail(done.error());

  if (!fields->is_object()) return Wrong(place + ".fields", "an object {…} is expected here");
  for (const auto& [field_name, value] : fields->items()) {
    auto field = ReadField(field_name, value, place + ".fields." + field_name);
    if (!field) return Fail(field.error());
    entity.fields.emplace(field_name, std::move(*field));
  }
  if (collections) {
    if (!collections->is_array())
      return Wrong(place + ".collections", "a list […] is expected here");
    for (const Json& item : *collections) {
      Collection& collection = entity.collections.emplace_back();
      ObjectReader part(
          item, place + ".collections[" + std::to_string(entity.collections.size() - 1) + "]");
      part.Text("navigation", collection.navigation);
      part.Text("entity", collection.entity);
      part.Text("field", collection.field);
      if (auto done = part.Done(); !done) return Fail(done.error());
    }
  }
  if (many_to_many) {
    if (!many_to_many->is_array()) {
      return Wrong(place + ".many_to_many", "a list […] is expected here");
    }
    for (const Json& item : *many_to_many) {
      ManyToMany& relationship = entity.many_to_many.emplace_back();
      ObjectReader part(
          item, place + ".many_to_many[" + std::to_string(entity.many_to_many.size() - 1) + "]");
      part.Text("navigation", relationship.navigation);
      part.Text("intersect", relationship.intersect);
      part.Text("other_entity", relationship.other_entity);
      if (auto done = part.Done(); !done) return Fail(done.error());
    }
  }
  const FieldTypes keys = kIdTypes | kTextTypes | kNumberTypes;
  for (const auto& checked :
       {MustBeField(entity, entity.key, keys, place + ".key", "a type that can be a key"),
        MustBeField(entity, entity.hierarchy, kIdTypes, place + ".hierarchy", "a lookup"),
        MustBeField(entity, entity.primary_name, kTextTypes, place + ".primary_name", "text"),
        MustBeField(entity, entity.created, kDateTypes, place + ".created", "a date and time"),
        MustBeField(entity, entity.modified, kDateTypes, place + ".modified", "a date and time")}) {
    if (!checked) return Fail(checked.error());
  }
  return entity;
}

Json PrintField(const FieldSchema& field) {
  const FieldSchema plain{.name = field.name, .type = field.type};
  if (field == plain) return Name(field.type);
  Json json;
  json["type"] = Name(field.type);
  if (!field.label.empty()) json["label"] = field.label;
  if (field.precision >= 0) json["precision"] = field.precision;
  if (field.max_length != 0) json["max_length"] = field.max_length;
  if (!field.targets.empty()) json["targets"] = field.targets;
  if (!field.choices.empty()) {
    Json& options = json["options"];
    for (const Choice& choice : field.choices) options[std::to_string(choice.value)] = choice.label;
  }
  if (!field.wire_name.empty()) json["wire_name"] = field.wire_name;
  if (!field.navigation.empty()) json["navigation"] = field.navigation;
  if (field.required) json["required"] = true;
  if (!field.creatable) json["creatable"] = false;
  if (!field.updatable) json["updatable"] = false;
  return json;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// "name": value lines with commas between them.
class Lines {
 public:
  explicit Lines(std::string indent) : indent_(std::move(indent)) {}
  void Add(std::string_view key, const std::string& value) {
    text_ += (text_.empty() ? "\n" : ",\n") + indent_ + Dump(Json(key)) + ": " + value;
  }
  [[nodiscard]] std::string Braced() const {
    if (text_.empty()) return "{}";
    return "{" + text_ + "\n" + indent_.substr(2) + "}";
  }

 private:
  std::string indent_;
  std::string text_;
};

std::string PrintEntity(const EntitySchema& entity) {
  Lines lines("      ");
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) lines.Add(key, Dump(value));
  };
  const auto flag = [&](const char* key, bool value) {
    if (value) lines.Add(key, "true");
  };
  text("key", entity.key);
  text("label", entity.label);
  text("plural_label", entity.plural_label);
  text("set_name", entity.set_name);
  text("primary_name", entity.primary_name);
  text("hierarchy", entity.hierarchy);
  text("created", entity.created);
  text("modified", entity.modified);
  text("version", entity.version);
  flag("intersect", entity.intersect);
  flag("change_tracking", entity.change_tracking);
  flag("user_owned", entity.user_owned);
  Lines fields("        ");
  for (const auto& [name, field] : entity.fields) fields.Add(name, Dump(PrintField(field)));
  lines.Add("fields", fields.Braced());
  if (!entity.collections.empty()) {
    Json list = Json::array();
    for (const Collection& c : entity.collections) {
      list.push_back({{"navigation", c.navigation}, {"entity", c.entity}, {"field", c.field}});
    }
    lines.Add("collections", Dump(list));
  }
  if (!entity.many_to_many.empty()) {
    Json list = Json::array();
    for (const ManyToMany& m : entity.many_to_many) {
      list.push_back({{"navigation", m.navigation},
                      {"intersect", m.intersect},
                      {"other_entity", m.other_entity}});
    }
    lines.Add("many_to_many", Dump(list));
  }
  return lines.Braced();
}

// "04-01" as month and day; the day may be one that only leap years have.
bool ReadYearStart(const std::string& text, FiscalCalendar& fiscal) {
  if (text.size() != 5 || !ParseDay("2000-" + text)) return false;
  fiscal.start_month = (text[0] - '0') * 10 + (text[1] - '0');
  fiscal.start_day = (text[3] - '0') * 10 + (text[4] - '0');
  return true;
}

Result<Schema> SchemaOf(const Json& entities) {
  if (!entities.is_object()) return Wrong("schema", "an object {…} is expected here");
  Schema schema;
  for (const auto& [name, value] : entities.items()) {
    auto entity = ReadEntity(name, value, "schema." + name);
    if (!entity) return Fail(entity.error());
    schema.entities.emplace(name, std::move(*entity));
  }
  return schema;
}

}  // namespace

Result<Schema> ReadEntities(std::string_view whole, std::string_view part) {
  const auto json = ReadJson(whole, part);
  if (!json) return Fail(json.error());
  return SchemaOf(*json);
}

Result<Schema> ParseSchema(std::string_view text) {
  text = WithoutByteOrderMark(text);
  const auto json = ReadJson(text, text);
  if (!json) return Fail(json.error());
  if (!json->is_object()) return Wrong("", "a schema is an object {…}");
  const auto inner = json->find("schema");
  const bool wrapped =
      inner != json->end() &&
      std::all_of(json->items().begin(), json->items().end(), [](auto item) {
        return item.key() == "schema" || item.key() == "version" || item.key() == "rows";
      });
  if (!wrapped) return SchemaOf(*json);
  auto schema = SchemaOf(*inner);
  if (const auto version = json->find("version"); schema && version != json->end()) {
    if (!version->is_string()) return Wrong("version", "text in quotes is expected here");
    schema->version = version->get<std::string>();
  }
  return schema;
}

std::string PrintSchema(const Schema& schema) {
  Lines entities("    ");
  for (const auto& [name, entity] : schema.entities) entities.Add(name, PrintEntity(entity));
  Lines document("  ");
  if (!schema.version.empty()) document.Add("version", Dump(schema.version));
  document.Add("schema", entities.Braced());
  return document.Braced() + "\n";
}

Result<UserContext> ParseUser(std::string_view text, FiscalCalendar& fiscal) {
  text = WithoutByteOrderMark(text);
  const auto json = ReadJson(text, text);
  if (!json) return Fail(json.error());
  UserContext user;
  FiscalCalendar calendar = fiscal;
  std::string year_start;
  std::string period;
  ObjectReader reader(*json, "");
  reader.Text("id", user.id);
  reader.Text("business_unit", user.business_unit);
  reader.Texts("teams", user.teams);
  reader.Texts("reports", user.reports);
  reader.Texts("report_teams", user.report_teams);
  reader.Whole("language", -1, 0xFFFFF, user.language);
  reader.Text("fiscal_year_start", year_start);
  reader.Text("fiscal_period", period);
  if (!year_start.empty() && !ReadYearStart(year_start, calendar)) {
    reader.Complain(
        "fiscal_year_start",
        Quoted(year_start) + " is not a day of the year (write month-day, as in 04-01)");
  }
  if (!period.empty()) {
    constexpr std::string_view kPeriods[] = {"annual", "semiannual", "quarterly", "monthly",
                                             "fourweek"};
    const auto* found = std::find(std::begin(kPeriods), std::end(kPeriods), period);
    if (found == std::end(kPeriods)) {
      reader.Complain("fiscal_period",
                      Quoted(period) +
                          " is not a kind of period; the kinds are: annual semiannual "
                          "quarterly monthly fourweek");
    } else {
      calendar.period = static_cast<FiscalPeriod>(found - std::begin(kPeriods));
    }
  }
  if (auto done = reader.Done(); !done) return Fail(done.error());
  fiscal = calendar;
  return user;
}

IdKind IdKindOf(const Schema& schema, const FieldSchema& field) {
  if (!kLookupTypes.Has(field.type) || field.targets.empty()) return IdKind::kGuid;
  const EntitySchema* target = schema.Find(field.targets.front());
  const FieldSchema* key = target ? target->Find(target->key) : nullptr;
  if (!key) return IdKind::kGuid;
  if (kTextTypes.Has(key->type)) return IdKind::kText;
  if (key->type == FieldType::kInteger || key->type == FieldType::kBigInt) return IdKind::kInteger;
  return IdKind::kGuid;
}

}  // namespace satchel
