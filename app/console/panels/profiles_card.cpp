#include <algorithm>
#include <cmath>
#include <utility>

#include "app/console/panels/finding_words.h"
#include "app/console/panels/start_panel.h"
#include "app/console/start/host_name.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

constexpr float kRow = 68;
constexpr float kSecret = 44;

// "url: a URL begins with https://" stands below the field it is about.
std::string FormWords(const std::string& error) {
  constexpr std::string_view kUrl = "url: ";
  return Capitalised(error.starts_with(kUrl) ? error.substr(kUrl.size()) : error);
}

// What a profile needs and has not yet; empty: it is whole.
std::string Missing(const Profile& profile) {
  std::vector<std::string> missing;
  if (profile.name.empty()) missing.emplace_back("a name");
  if (profile.url.empty()) missing.emplace_back("an address");
  if (profile.auth == AuthKind::kClient) {
    if (profile.tenant.empty()) missing.emplace_back("a tenant");
    if (profile.client_id.empty()) missing.emplace_back("a client id");
  }
  if (missing.empty()) return {};
  return "It needs " + Enumerated(std::move(missing)) + " before it can be added.";
}

}  // namespace

float ProfilesCard::Height(const AppState& state) const {
  if (height_ > 0) return height_;
  return std::max(220.0F, 116 + static_cast<float>(state.start.profiles.size()) * kRow);
}

void ProfilesCard::Draw(Ui& ui, const AppState& state, CommandQueue& commands, const Rect& card) {
  const Theme& t = ui.theme;
  ui.Card(card);
  ui.Middle(ui.fonts.title, t.text, card.x0 + 16, card.y0 + 25, "Connection profiles");
  if (adding_ && state.start.profiles.size() > before_) {  // It was added.
    adding_ = false;
    typed_ = {};
  }
  if (adding_) {
    DrawForm(ui, state, commands, card);
    return;
  }
  const float add = ui.ButtonWidth("Add", true);
  if (ui.Button("profiles/add", {card.x1 - 12 - add, card.y0 + 9}, "Add", icon::kAdd,
                ButtonStyle::kGhost)) {
    adding_ = true;
    before_ = state.start.profiles.size();
  }
  float y = card.y0 + 50;
  if (!state.start.profiles_error.empty()) {
    y += ui.Wrapped(ui.fonts.small, t.err.fg, {card.x0 + 16, y}, card.width() - 32,
                    Capitalised(state.start.profiles_error)) +
         10;
  }
  if (state.start.profiles.empty()) {
    height_ = std::max(220.0F, y + 170 - card.y0);
    const float cy = (y + card.y1) / 2 - 30;
    ui.Icon(ui.fonts.icon28, t.text3, {card.cx(), cy}, icon::kDns);
    ui.Centre(ui.fonts.semibold, t.text, {card.cx(), cy + 32}, "No servers yet");
    ui.Centre(ui.fonts.small, t.text2, {card.cx(), cy + 54},
              Shortened(ui.fonts.small, "Add your CRM, or try the sandbox.", card.width() - 32));
    return;
  }
  for (const KnownProfile& known : state.start.profiles) {
    y = DrawProfile(ui, state, commands, known, At(card.x0 + 8, y, card.width() - 16, kRow));
  }
  constexpr std::string_view kSecrets =
      "Secrets come from the keyring or the environment, or are typed here and forgotten when the "
      "window closes.";
  y += 12;
  y += ui.Wrapped(ui.fonts.caption, t.text3, {card.x0 + 16, y}, card.width() - 32, kSecrets);
  height_ = std::max(220.0F, y + 16 - card.y0);
}

float ProfilesCard::DrawProfile(Ui& ui, const AppState& state, CommandQueue& commands,
                                const KnownProfile& known, Rect row) {
  const Theme& t = ui.theme;
  const std::string& name = known.profile.name;
  const std::string id = "profiles/" + name;
  const ServerConnection& connection = state.connection;
  const bool mine = connection.server == name;
  const auto test = state.start.tests.find(name);
  const bool tested = test != state.start.tests.end();
  // What is known of it, the newest first.
  const Tone* tone = known.signs_in ? &t.neutral : &t.warn;
  std::string said = known.sign_in;
  if (tested && test->second.running) {
    tone = &t.info;
    said = "Testing";
  } else if (tested) {
    tone = test->second.passed ? &t.ok : &t.err;
    said = test->second.text;
    if (test->second.seconds) {
      said += ", " + HumanDuration(std::chrono::duration<double>(*test->second.seconds));
    }
  }
  if (mine && connection.state == ServerConnection::State::kConnecting) {
    tone = &t.info;
    said = "Connecting";
  }
  if (mine && connection.state == ServerConnection::State::kOnline) {
    tone = connection.trouble_since ? &t.warn : &t.ok;
    said = connection.trouble_since ? TroubleWords(connection)
                                    : "Connected, signed in as " + connection.identity.user_name;
  }
  // The newest word counts.
  const bool newer = tested && !test->second.outdated;
  if (mine && connection.state == ServerConnection::State::kFailed && !newer) {
    tone = &t.err;
    said = connection.error;
  }
  said = Capitalised(said);
  // What went wrong is said whole, on as many lines as that takes.
  const float buttons = ui.ButtonWidth("Test", false) + 44;
  const float room = row.width() - 64 - buttons;
  const float words = Ui::WrappedHeight(ui.fonts.caption, said, room);
  row.y1 += std::max(0.0F, std::ceil(words) - std::ceil(ui.fonts.caption.size));
  const Press press = ui.Hit(id, row.Inset(0, 2), 8);
  if (press.hovered) ui.Fill(row.Inset(0, 2), t.hover, 8);
  if (press.clicked) commands.Push(ConnectTo{name});
  if (press.hovered && !mine) ui.Tooltip("Connect to it");
  ui.Fill(At(row.x0 + 10, row.y0 + 16, 36, 36), tone->soft, 9);
  ui.Icon(ui.fonts.icon20, tone->fg, {row.x0 + 28, row.y0 + 34}, icon::kDns);
  ui.Fit(ui.fonts.small_medium, t.text, row.x0 + 58, row.y0 + 16, room, name);
  ui.Fit(ui.fonts.caption, t.text3, row.x0 + 58, row.y0 + 34, room, HostOf(known.profile.url));
  ui.Wrapped(ui.fonts.caption, tone->fg, {row.x0 + 58, row.y0 + 45}, room, said);
  float x = row.x1 - 38;
  if (ui.IconButton(id + "/remove", {x, row.y0 + 19}, icon::kDelete, "Remove the profile", 30)) {
    commands.Push(RemoveProfile{name});
  }
  x -= 6 + ui.ButtonWidth("Test", false);
  // Also after it was refused: there may have been a slip of the finger.
  const bool refused = tested && !test->second.running && !test->second.passed;
  const bool wants = known.profile.auth != AuthKind::kNone && (!known.signs_in || refused);
  if (wants) {
    if (ui.Button(id + "/secret", {x, row.y0 + 18}, "Enter", nullptr, ButtonStyle::kPrimary, 0,
                  true, "What it signs in with")) {
      asking_ = asking_ == name ? "" : name;
      focus_ = true;
    }
  } else if (ui.Button(id + "/test", {x, row.y0 + 18}, "Test", nullptr, ButtonStyle::kSecondary, 0,
                       !(tested && test->second.running), "Signs in and says who it is")) {
    commands.Push(TestProfile{name});
  }
  float bottom = row.y1;
  if (asking_ == name && wants) {
    DrawSecret(ui, commands, known, At(row.x0 + 58, row.y1, row.width() - 66, 34));
    bottom += kSecret;
  }
  ui.LineH(row.x0 + 58, row.x1 - 8, bottom - 1, t.border);
  return bottom;
}

// What somebody knows by heart, or pastes: nothing keeps it.
void ProfilesCard::DrawSecret(Ui& ui, CommandQueue& commands, const KnownProfile& known,
                              const Rect& line) {
  const std::string id = "profiles/" + known.profile.name + "/secret";
  const char* hint = known.profile.auth == AuthKind::kBasic   ? "user:password"
                     : known.profile.auth == AuthKind::kToken ? "Token"
                                                              : "Client secret";
  const float use = ui.ButtonWidth("Use it", false);
  ui.SecretInput(id + "/text", {line.x0, line.y0, line.x1 - use - 8, line.y1}, &secret_, hint,
                 std::exchange(focus_, false));
  const bool enter = ImGui::IsItemDeactivated() && compat::Pressed(compat::Key::kEnter);
  const bool pressed =
      ui.Button(id + "/use", {line.x1 - use, line.y0 + 1}, "Use it", nullptr, ButtonStyle::kPrimary,
                0, !secret_.empty(), "Until the window closes; it is written nowhere");
  if ((!pressed && !enter) || secret_.empty()) return;
  commands.Push(GiveSecret{known.profile.name, secret_});
  std::fill(secret_.begin(), secret_.end(), '\0');
  secret_.clear();
  asking_.clear();
}

void ProfilesCard::DrawForm(Ui& ui, const AppState& state, CommandQueue& commands,
                            const Rect& card) {
  const Theme& t = ui.theme;
  float y = card.y0 + 56;
  const float x0 = card.x0 + 16;
  const float width = card.width() - 32;
  const auto field = [&](const char* id, const char* label, std::string* text, const char* hint) {
    ui.Text(ui.fonts.caption, t.text3, {x0, y}, label);
    ui.Input(id, At(x0, y + 20, width, 32), text, hint, nullptr);
    y += 62;
  };
  field("profiles/name", "Name", &typed_.name, "prod");
  field("profiles/url", "Address", &typed_.url, "https://org.crm4.dynamics.com/api/data/v9.2/");
  ui.Text(ui.fonts.caption, t.text3, {x0, y}, "Signs in by");
  const int auth = static_cast<int>(typed_.auth);
  typed_.auth = static_cast<AuthKind>(ui.Segments(
      "profiles/auth", {x0, y + 20}, {"Nothing", "Token", "Password", "Client"}, auth, width));
  y += 64;
  if (typed_.auth == AuthKind::kClient) {
    field("profiles/tenant", "Tenant", &typed_.tenant, "contoso.onmicrosoft.com");
    field("profiles/client", "Client id", &typed_.client_id, "Application (client) id");
  }
  if (!state.start.profiles_error.empty()) {
    y += ui.Wrapped(ui.fonts.small, t.err.fg, {x0, y}, width,
                    FormWords(state.start.profiles_error)) +
         10;
  }
  const std::string missing = Missing(typed_);
  if (!missing.empty()) {
    y += ui.Wrapped(ui.fonts.caption, t.text2, {x0, y}, width, missing) + 10;
  }
  const float save = ui.ButtonWidth("Add and test", false);
  if (ui.Button("profiles/save", {card.x1 - 16 - save, y}, "Add and test", nullptr,
                ButtonStyle::kPrimary, 0, missing.empty(), missing)) {
    Profile profile = typed_;
    // What is no address is said by whoever adds it.
    if (const auto root = ReadServiceRoot(typed_.url)) {
      profile.url = root->url;
      profile.kind = root->kind;
    }
    commands.Push(AddProfile{profile});
  }
  const float cancel = ui.ButtonWidth("Cancel", false);
  if (ui.Button("profiles/cancel", {card.x1 - 24 - save - cancel, y}, "Cancel", nullptr)) {
    adding_ = false;
  }
  height_ = y + 48 - card.y0;
}

}  // namespace satchel
