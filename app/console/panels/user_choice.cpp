#include "app/console/panels/user_choice.h"

#include "app/console/icons.h"
#include "app/console/panels/finding_words.h"

namespace satchel {
namespace {

std::string Detail(const UserInfo& user) {
  std::string text = user.domain_name.empty() ? user.email : user.domain_name;
  if (!user.business_unit.empty()) text += (text.empty() ? "" : "  ·  ") + user.business_unit;
  return text;
}

}  // namespace

std::vector<PickerItem> UserItems(const AppState& state) {
  std::vector<PickerItem> users = {
      {"", "The signed-in user", state.connection.identity.user_name, "", icon::kPerson, -1}};
  for (const UserInfo& info : state.connection.users) {
    if (!info.enabled) continue;
    users.push_back(
        {info.id, info.name, Detail(info), info.roles.empty() ? "" : info.roles[0], nullptr, 4});
  }
  return users;
}

std::string NoUserWords(const AppState& state) {
  if (state.connection.reading_users) return "Reading users";
  if (state.connection.state != ServerConnection::State::kOnline) {
    return "Connect to a server first";
  }
  return state.connection.users_error.empty() ? "No user matches"
                                              : ErrorWords(state, state.connection.users_error);
}

}  // namespace satchel
