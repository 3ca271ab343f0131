#include "app/sandbox/query/render.h"

#include <array>
#include <charconv>

#include "app/sandbox/query/format.h"
#include "engine/record/guid.h"
#include "engine/record/instant.h"

namespace satchel::sandbox {

namespace {

Guid GuidOf(const Cell& cell) {
  Guid id;
  if (cell.size == id.bytes.size()) {
    for (std::size_t at = 0; at < id.bytes.size(); ++at) {
      id.bytes[at] = static_cast<std::uint8_t>(cell.bytes[at]);
    }
  }
  return id;
}

// Money goes out with at least four decimals, as the server's own numbers do.
std::string DecimalText(std::int64_t unscaled, int scale) {
  constexpr int kLeastDecimals = 4;
  const bool negative = unscaled < 0;
  auto magnitude = static_cast<unsigned long long>(negative ? -(unscaled + 1) : unscaled);
  if (negative) ++magnitude;
  std::string digits = std::to_string(magnitude);
  const auto places = static_cast<std::size_t>(scale);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  if (scale < kLeastDecimals) digits.append(static_cast<std::size_t>(kLeastDecimals - scale), '0');
  return (negative ? "-" : "") + digits;
}

std::string DoubleText(double value) {
  std::array<char, 40> text = {};
  const auto* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  std::string out(text.data(), static_cast<std::size_t>(end - text.data()));
  if (out.find_first_of(".eE") == std::string::npos) out += ".0";
  return out;
}

void RenderValue(JsonWriter& out, const Attribute& attribute, const Cell& cell) {
  switch (attribute.type) {
    case FieldType::kString:
    case FieldType::kMemo:
      out.String(cell.view());
      return;
    case FieldType::kMultiSelect: {
      std::string_view list = cell.view();
      if (!list.empty() && list.front() == ',') list.remove_prefix(1);
      if (!list.empty() && list.back() == ',') list.remove_suffix(1);
      out.String(list);
      return;
    }
    case FieldType::kInteger:
    case FieldType::kBigInt:
    case FieldType::kPicklist:
    case FieldType::kState:
    case FieldType::kStatus:
      out.Integer(cell.integer);
      return;
    case FieldType::kBoolean:
      out.Boolean(cell.integer != 0);
      return;
    case FieldType::kDecimal:
    case FieldType::kMoney: {
      FieldSchema field;
      field.type = attribute.type;
      field.precision = attribute.precision;
      out.Raw(DecimalText(cell.integer, ScaleOf(field)));
      return;
    }
    case FieldType::kDouble:
      out.Raw(DoubleText(cell.kind == Cell::Kind::kReal ? cell.real
                                                        : static_cast<double>(cell.integer)));
      return;
    case FieldType::kDateTime:
    case FieldType::kDateTimeTzi:
      out.String(ToString(Instant{cell.integer}));
      return;
    case FieldType::kDateOnly:
      out.String(ToString(Day{cell.integer}));
      return;
    case FieldType::kLookup:
    case FieldType::kOwner:
    case FieldType::kCustomer:
    case FieldType::kUniqueIdentifier:
      out.String(ToString(GuidOf(cell)));
      return;
  }
}

// Lookups of owners have one relationship for users and teams.
const Relationship* FindRelationship(const Metadata& metadata, std::string_view table,
                                     const Attribute& lookup, std::string_view target) {
  const Relationship* found = metadata.FindLookup(table, lookup.name, target);
  return found != nullptr ? found : metadata.FindLookup(table, lookup.name, "owner");
}

void RenderLookupAnnotations(JsonWriter& out, const Column& column, const Statement& row,
                             const RenderOptions& options) {
  const Attribute& lookup = *column.attribute;
  std::string target = lookup.targets.empty() ? std::string() : lookup.targets.front();
  if (column.type >= 0) target = row.Text(column.type);
  if (options.formatted && column.label >= 0 && !row.IsNull(column.label)) {
    out.Key(column.key + "@" + std::string(kFormattedValue)).String(row.Text(column.label));
  }
  if (options.navigation && column.key == lookup.wire_name()) {
    const Relationship* relationship =
        FindRelationship(*options.metadata, column.table->name, lookup, target);
    if (relationship != nullptr) {
      out.Key(column.key + "@" + std::string(kAssociatedNavigation))
          .String(relationship->referencing_navigation);
    }
  }
  if (options.target && !target.empty()) {
    out.Key(column.key + "@" + std::string(kLookupLogicalName)).String(target);
  }
}

}  // namespace

RenderOptions MakeRenderOptions(const Metadata& metadata, const Preferences& prefer,
                                std::string zone) {
  RenderOptions options;
  options.metadata = &metadata;
  options.zone = std::move(zone);
  options.formatted = prefer.Wants(kFormattedValue);
  options.target = prefer.Wants(kLookupLogicalName);
  options.navigation = prefer.Wants(kAssociatedNavigation);
  return options;
}

std::string JsonOf(const Attribute& attribute, const Cell& cell) {
  if (cell.null()) return "null";
  JsonWriter out;
  RenderValue(out, attribute, cell);
  return out.Take();
}

void RenderColumn(JsonWriter& out, const Column& column, const Statement& row,
                  const RenderOptions& options) {
  const Cell cell = row.At(column.value);
  if (cell.null()) {
    if (!options.omit_null) out.Key(column.key).Null();
    return;
  }
  if (column.attribute == nullptr) {
    if (options.formatted) {
      Attribute count;
      count.type = FieldType::kInteger;
      out.Key(column.key + "@" + std::string(kFormattedValue))
          .String(FormatValue(count, cell, options.zone, {}));
    }
    out.Key(column.key).Integer(cell.integer);
    return;
  }
  if (column.attribute->is_lookup()) {
    RenderLookupAnnotations(out, column, row, options);
  } else if (options.formatted) {
    const std::string text = FormatValue(*column.attribute, cell, options.zone,
                                         column.label >= 0 ? row.Text(column.label) : "");
    if (!text.empty()) out.Key(column.key + "@" + std::string(kFormattedValue)).String(text);
  }
  out.Key(column.key);
  RenderValue(out, *column.attribute, cell);
}

std::string ETagOf(std::int64_t version) {
  return "W/\"" + std::to_string(version) + "\"";
}

}  // namespace satchel::sandbox
