#include "policy/wording/operator_words.h"

namespace satchel {

std::string_view WordsOn(const FieldSchema* field, const OperatorInfo& info) {
  if (field == nullptr || !kDateTypes.Has(field->type)) return info.words;
  switch (info.op) {
    case Operator::kGt:
      return "is after";
    case Operator::kGe:
      return "is at or after";
    case Operator::kLt:
      return "is before";
    case Operator::kLe:
      return "is at or before";
    default:
      return info.words;
  }
}

}  // namespace satchel
