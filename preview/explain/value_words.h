// Values, and what a condition stands for at this moment and for this user, as people read them:
// labels of choices, names of lookups, dates on the user's clock.
#pragma once

#include <string>
#include <vector>

#include "engine/filter/context.h"
#include "engine/filter/user_clock.h"
#include "engine/filter/window.h"
#include "engine/server/crm_server.h"
#include "policy/model/filter.h"
#include "policy/schema/schema.h"
#include "policy/support/result.h"
#include "preview/explain/rows_around.h"

namespace satchel {

// How a record without a value in a field is spoken of.
inline constexpr const char* kNoValue = "(empty)";

class ValueWords {
 public:
  // `user` may know no more than an id. Fails for a time zone that is not known here. `schema` and
  // `context` outlive this.
  [[nodiscard]] static Result<ValueWords> Make(const Schema& schema, const FilterContext& context,
                                               UserInfo user);

  // "Active", "Petr Svoboda", "2026-11-12 08:00", "(empty)".
  [[nodiscard]] std::string Of(const FieldSchema& field, const Cell& cell,
                               const RowsAround& rows) const;
  // "2026-11-12 08:00" on the user's clock; with seconds only where there are some.
  [[nodiscard]] std::string Of(Instant moment) const;
  // Labels.
  [[nodiscard]] std::string EntityOf(const std::string& entity) const;
  [[nodiscard]] std::string FieldOf(const std::string& entity, const std::string& field) const;
  // What a relative date, the user or a record's id in a condition mean; empty: it says it itself.
  [[nodiscard]] std::string MeaningOf(const Condition& condition, const FieldSchema& field,
                                      const RowsAround& rows) const;

  [[nodiscard]] const std::string& user() const { return user_.name; }

 private:
  ValueWords(const Schema& schema, const FilterContext& context, UserInfo user, UserClock clock,
             Calendar calendar);

  [[nodiscard]] std::string WindowOf(const Condition& condition, FieldType type) const;
  [[nodiscard]] std::string PeopleOf(Operator op) const;
  [[nodiscard]] std::string EdgeOf(std::int64_t value, FieldType type) const;

  const Schema* schema_;
  const FilterContext* context_;
  UserInfo user_;
  UserClock clock_;
  Calendar calendar_;
};

}  // namespace satchel
