// What the choices of the policy format are called on screen, and the lists to choose from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/console/selectors.h"
#include "app/console/widgets/picker.h"
#include "policy/model/policy.h"
#include "policy/schema/field_type.h"
#include "preview/compare/drift.h"

namespace satchel {

// One value of an enumeration, in words.
template <class T>
struct Named {
  T value = {};
  const char* words = "";
  const char* detail = "";
};

[[nodiscard]] const std::vector<Named<ConflictRule>>& ConflictRules();
[[nodiscard]] const std::vector<Named<Changes>>& ChangesRules();
[[nodiscard]] const std::vector<Named<Watch>>& Watches();

template <class T>
[[nodiscard]] std::string WordsOf(const std::vector<Named<T>>& all, T value) {
  for (const Named<T>& named : all) {
    if (named.value == value) return named.words;
  }
  return {};
}
template <class T>
[[nodiscard]] std::vector<PickerItem> ItemsOf(const std::vector<Named<T>>& all) {
  std::vector<PickerItem> items;
  for (const Named<T>& named : all) {
    items.push_back({std::to_string(static_cast<int>(named.value)), named.words, named.detail, "",
                     nullptr, -1});
  }
  return items;
}
template <class T>
[[nodiscard]] T FromItem(const std::string& item) {
  return static_cast<T>(std::stoi(item));
}

// What the policy file calls `reconcile` and `changes`.
inline constexpr const char* kReconcileName = "Look for moved records";
inline constexpr const char* kChangesName = "Incremental sync";

// auto, always, never, after so many syncs, after a time: "always", "10", "24h".
[[nodiscard]] std::string WordsOf(const Reconcile& reconcile);
// `typed` comes first where it says something: "12h" must not choose "Every 24 h".
[[nodiscard]] std::vector<PickerItem> ReconcileItems(const std::string& typed);
// "Look for moved records, “Every 24 h”, brings it right with the next sync".
[[nodiscard]] std::string WordsOf(const DriftTotal& total);
[[nodiscard]] std::optional<Reconcile> FindReconcile(const std::string& item);

// The fields of an entity to choose from: the server's where they are known, else the policy's.
[[nodiscard]] std::vector<PickerItem> FieldItems(const AppState& state, const std::string& entity);
// The icon of a field's type.
[[nodiscard]] const char* IconOf(FieldType type);
[[nodiscard]] std::vector<std::string> WithItem(std::vector<std::string> list,
                                                const std::string& item);
[[nodiscard]] std::vector<std::string> WithoutItem(std::vector<std::string> list,
                                                   const std::string& item);
[[nodiscard]] bool HasItem(const std::vector<std::string>& list, const std::string& item);

}  // namespace satchel
