#include <array>

#include "policy/check/check.h"

namespace satchel {

namespace {

constexpr Severity kError = Severity::kError;
constexpr Severity kWarning = Severity::kWarning;

// docs/rules.md is the same table with remedies; a test holds them together.
constexpr std::array<Rule, 46> kRules = {{
    {"syntax", kError, false, "The file is not the YAML a policy is written in."},
    {"encoding", kError, false, "The file is not UTF-8 or holds control characters."},
    {"limit", kError, false, "The file, its depth, its nodes or a text is too large."},
    {"not-allowed", kError, false,
     "Anchors, aliases, tags, merge keys, directives, a second document."},
    {"duplicate-key", kError, false, "A key is written twice in one map."},
    {"unknown-key", kError, false, "A key the format does not have."},
    {"missing-key", kError, false, "A key that is required is not there."},
    {"no-value", kError, false, "A key without a value."},
    {"wrong-type", kError, false, "A map, a list or a single value where another is expected."},
    {"bad-value", kError, false, "A value its key does not allow."},
    {"format-version", kError, false, "The file is of a newer format than this program reads."},
    {"unknown-operator", kError, false, "An operator FetchXML does not have."},
    {"join-in-filter", kError, false, "A joining link inside a filter."},
    {"too-many-links", kError, false, "More than 15 links in one entity."},
    {"too-many-conditions", kError, false, "More than 500 conditions and links in one entity."},
    {"too-deep", kError, false, "A filter nested deeper than a policy file can hold."},
    {"wrong-arity", kError, false, "An operator with too many or too few values."},
    {"bad-literal", kError, false, "A value that the operator or the field's type cannot have."},
    {"bad-valueof", kError, false, "Two columns compared by an operator that cannot."},
    {"unknown-alias", kError, false, "A condition or an order names a link that is not there."},
    {"duplicate-alias", kError, false, "Two links have one alias."},
    {"alias-not-joined", kError, false,
     "A condition on a link that only tests and returns no columns."},
    {"order-missing", kWarning, false,
     "max_records without an order: which records stay is chance."},
    {"slow-like", kWarning, false, "A pattern that begins with a wildcard reads every record."},
    {"unreachable", kWarning, false, "A branch of a filter that no record can pass."},
    {"always-true", kWarning, false, "A part of a filter that every record passes."},
    {"duplicate-condition", kWarning, false, "One condition twice in one group."},
    {"online-filter", kWarning, false, "A filter on an entity that is read live and never stored."},
    {"no-fields", kWarning, false, "An entity without fields."},
    {"duplicate-field", kWarning, false, "A field listed twice."},
    {"duplicate-entity", kError, false, "An entity listed twice."},
    {"reserved-name", kError, false,
     "An entity whose name the database on the device keeps to itself."},
    {"names-by-case", kError, false,
     "Two entities of a device, or two fields of one, whose names differ only in case."},
    {"trigger-entity", kError, false, "A trigger watches an entity the policy does not list."},
    {"expect-entity", kError, false,
     "An expectation about an entity the policy does not keep offline."},
    {"budget-network", kError, false, "A budget for the first sync without a network to assume."},
    {"no-entities", kWarning, false, "A policy that keeps nothing."},
    {"unknown-entity", kError, true, "An entity the server does not have."},
    {"unknown-field", kError, true, "A field the server's entity does not have."},
    {"operator-type", kError, true, "An operator that cannot be used with the field's type."},
    {"unknown-choice", kWarning, true, "A number that is none of the field's choices."},
    {"valueof-types", kError, true, "Two columns of different types compared."},
    {"no-hierarchy", kError, true, "A hierarchy operator on an entity without a hierarchy."},
    {"link-types", kError, true, "A link whose two fields are of different types."},
    {"no-key", kError, true, "An entity without a single key cannot be kept offline."},
    {"intersect-ends", kWarning, true, "An N:N entity whose ends the policy does not both list."},
}};

}  // namespace

std::span<const Rule> Rules() {
  return kRules;
}

}  // namespace satchel
