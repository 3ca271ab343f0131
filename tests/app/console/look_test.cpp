// What the screens look like: pictures, and rules every picture obeys.
#include <stb/stb_image.h>

#include <algorithm>
#include <cctype>

#include "app/console/screens.h"
#include "tests/app/console/headless_console.h"

namespace satchel {
namespace {

// SATCHEL_UPDATE_GOLDEN=1 writes the pictures anew: look at them before committing.
// SATCHEL_LOOK_FOLDER=DIR writes every case there, also those of which no picture is kept.
void CompareWithGolden(const Picture& picture, const std::string& name) {
  const std::filesystem::path golden =
      std::filesystem::path(SATCHEL_SOURCE_DIR) / "tests/golden/console" / (name + ".png");
  if (std::getenv("SATCHEL_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(golden.parent_path());
    ASSERT_TRUE(WritePng(picture, golden));
    return;
  }
  int width = 0;
  int height = 0;
  int channels = 0;
  unsigned char* pixels = stbi_load(golden.c_str(), &width, &height, &channels, 3);
  ASSERT_NE(pixels, nullptr) << golden << " is missing: run with SATCHEL_UPDATE_GOLDEN=1";
  ASSERT_EQ(width, picture.width);
  ASSERT_EQ(height, picture.height);
  std::size_t different = 0;
  for (std::size_t i = 0; i + 2 < picture.rgb.size(); i += 3) {
    bool far = false;
    for (std::size_t c = 0; c < 3; ++c)
      far = far || std::abs(picture.rgb[i + c] - pixels[i + c]) > 8;
    different += far ? 1U : 0U;
  }
  stbi_image_free(pixels);
  EXPECT_LE(different, picture.rgb.size() / 3 / 1000) << "pixels differ from " << golden;
  if (testing::Test::HasFailure()) {
    (void)WritePng(picture, std::filesystem::temp_directory_path() / (name + ".actual.png"));
  }
}

struct Case {
  const char* screen;
  ThemeName theme;
  float width;
  float height;
  bool golden = true;      // Else only the rules are looked at.
  float scale = 1;         // Pixels per logical pixel, as zooming makes them.
  const char* popup = "";  // Of the screen: the control that opens it.
  const char* state = "";  // Of the screen, beside the one that has a picture.
};
std::string NameOf(const Case& c) {
  std::string name = std::string(c.screen) + "_" + std::string(Name(c.theme)) + "_" +
                     std::to_string(static_cast<int>(c.width));
  if (c.scale != 1) name += "_zoom" + std::to_string(static_cast<int>(c.scale * 100));
  if (c.popup[0] != '\0') name += std::string("_") + c.popup;
  if (c.state[0] != '\0') name += std::string("_") + c.state;
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; },
      '_');
  return name;
}
void PrintTo(const Case& c, std::ostream* out) {
  *out << NameOf(c);
}

// A filter with everything the builder draws: groups, values of several kinds, links, an error.
Entity FilteredAccount(Entity entity) {
  Group any{.conjunction = Conjunction::kOr};
  any.nodes = {Node{Condition{.field = "industry", .op = Operator::kIn, .values = {"1", "2"}}}};
  Link contact{.entity = "contact", .from = "parentid", .to = "accountid", .type = LinkType::kAny};
  contact.filter.nodes = {
      Node{Condition{.field = "statecode", .op = Operator::kEq, .values = {"0"}}},
      Node{Condition{.field = "revenue", .op = Operator::kGt, .values = {"10000"}}}};
  any.nodes.push_back(Node{contact});
  entity.filter.nodes = {Node{Condition{.field = "ownerid", .op = Operator::kEqUserOrUserTeams}},
                         Node{Condition{.field = "modifiedon",
                                        .op = Operator::kLastXDays,
                                        .values = {"90"},
                                        .notes = "Older accounts are looked up online"}},
                         Node{Condition{.field = "creditonhold", .op = Operator::kEq}}, Node{any}};
  return entity;
}

class Look : public HeadlessConsole, public testing::WithParamInterface<Case> {
 protected:
  void Arrange(const std::string& screen) {
    app_->controller().Apply(ShowScreen{FindScreen(screen).value()});
    if (screen == "filters") {
      bench_->finding = {Severity::kError,
                         "wrong-arity",
                         "account",
                         "entities.account.filter.and[2]",
                         {},
                         "Credit hold has no value; give one or remove the condition"};
      app_->controller().Apply(EditEntities{{FilteredAccount(account())}, "Filter", ""});
      app_->controller().Apply(CountWhileEditing{true});
    }
    if (screen == "preview") {
      app_->controller().Apply(EditEntities{{FilteredAccount(account())}, "Filter", ""});
      Preview();
      app_->controller().Apply(CompareWith{0});
      Settle();
      app_->controller().Apply(ShowRecords{"account"});
      Settle();
      app_->controller().Apply(SelectRecord{4});
      Resize(GetParam().width, GetParam().height);
      Settle();
      if (Shown("record/side/1")) Press("record/side/1");
    }
    if (screen == "triggers" || screen == "project") {
      Policy policy = state().draft.current();
      policy.project.roles = {"Technician", "Dispatcher"};
      policy.triggers.on_start = OnStart{.skip_if_synced_within = Seconds(900)};
      policy.triggers.on_change = OnChange{.entities = {"account", "incident", "msdyn_workorder"}};
      policy.triggers.every = Seconds(900);
      policy.modes.before_offline = SwitchRule::kForce;
      policy.expect = {{.as = "role/Technician", .entity = "contact", .at_most = 2000},
                       {.as = "jana@contoso.example", .includes = "account/6f1d0c7e"}};
      app_->controller().Apply(EditPolicy{policy, "Triggers", ""});
    }
    Settle();
    if (screen == "device") ArrangePhone();
    if (screen == "publish" || screen == "history") {
      std::filesystem::current_path(folder_);  // The picture shows the path.
      std::filesystem::create_directories("published");
      PublishRequest request{.draft = state().draft.current(),
                             .folder = "published",
                             .by = "Eva Kováčová",
                             .at = "2026-11-12T10:42:00Z",
                             .note = "First version for the pilot"};
      ASSERT_TRUE(satchel::Publish(request));
      request.draft.triggers.every = Seconds(1800);
      request.draft.entities.pop_back();
      request.at = "2026-11-19T08:05:00Z";
      request.note = "No marketing lists, every half hour";
      ASSERT_TRUE(satchel::Publish(request));
      app_->controller().Apply(SetPublishFolder{"published"});
      Policy policy = request.draft;
      policy.triggers.every = Seconds(900);
      policy.entities[0].fields.push_back("industry");
      policy.entities[4].max_records = 500;
      policy.expect = {{.as = "Jana Novák", .entity = "contact", .at_most = 6000}};
      app_->controller().Apply(EditPolicy{policy, "Edit", ""});
    }
  }
  // A phone in the middle of its life: a conflict met, changes waiting, no connection.
  void ArrangePhone() {
    const auto write = [this](const char* field, const char* text) {
      Press(std::string("phone/field/") + field);
      Key(compat::Key::kA, true);
      Type(text);
      Press("phone/save");
    };
    const auto open = [this](int number) {
      Press("phone/row/" + FakeCompany::IdOf("account", number));
    };
    Policy policy = state().draft.current();
    policy.sync.conflict = ConflictRule::kManual;
    policy.triggers.every = Seconds(900);
    policy.triggers.on_save = OnSave{};
    app_->controller().Apply(EditPolicy{policy, "Phones", ""});
    Settle();
    Press("device/make");
    Press("device/start");
    Press("device/sync");
    Press("device/network/0");
    open(0);
    write("city", "Olomouc");
    Press("phone/where/1");
    write("city", "Ostrava");
    Press("phone/back");
    Press("device/network/2");
    Press("device/sync");
    Press("device/network/0");
    open(2);
    write("city", "Linz");
    Press("phone/back");
    open(4);
    Press("phone/delete");
    Press("device/new");
    write("name", "Trey Research");
    Press("phone/back");
  }
  // What a screen shows on the way, or when something went wrong.
  void Bring(const std::string& wanted) {
    Controller& controller = app_->controller();
    if (wanted.starts_with("palette")) {
      Key(compat::Key::kK, true);
      if (wanted == "palette_typed") Type("acc");
    }
    if (wanted == "unfiltered") {
      Entity bare = account();
      bare.filter = {};
      bare.links.clear();
      controller.Apply(EditEntities{{bare}, "No filter", ""});
    }
    if (wanted == "opening") controller.Apply(AskForPath{});
    if (wanted == "exporting") controller.Apply(AskForPath{PathFor::kExportYaml});
    if (wanted == "changed") {  // By somebody else, while there was a draft.
      controller.Apply(SetField{"account", "city", false});
      Settle();
      Write("field-service.yaml", "small\n");
      controller.Apply(SaveFile{});
      Settle();
      ASSERT_TRUE(Shown("changed-file/mine"));
    }
    if (wanted == "adding") Press("profiles/add");
    if (wanted == "making") {
      Press("start/new");
      Press("new/server");
    }
    if (wanted == "projects") Press("project/part/1");
    if (wanted == "nowhere") controller.Apply(SetPublishFolder{folder_ / "not" / "there"});
    if (wanted == "unpublished") controller.Apply(SetPublishFolder{folder_ / "empty"});
    if (wanted == "running" || wanted == "cancelled") {
      bench_->wait_for_cancel = true;
      controller.Apply(ShowScreen{Screen::kPreview});
      controller.Apply(StartPreview{});
      bench_->half_way.acquire();
      app_->Deliver();
      for (int i = 0; i < 4; ++i) Frame();
      if (wanted == "running") return;  // It never comes to rest.
      controller.Apply(CancelPreview{});
    }
    if (wanted == "failed") {
      bench_->fail_preview = Error{ErrorCode::kOffline,
                                   "crm.contoso.example answers with 429: the server limits "
                                   "requests, and allows the next one in 30 seconds"};
      controller.Apply(StartPreview{});
    }
    if (wanted == "uncompared") {
      bench_->evidence.refuse =
          Error{ErrorCode::kOffline, "the server does not answer (try again in a few minutes)"};
      controller.Apply(CompareWith{0});
    }
    if (wanted == "drift") {
      controller.Apply(SetSince{"/home/eva/devices/jana.db"});
      controller.Apply(FindDrift{});
      Settle();
      Press("preview/side/" + std::to_string(state().comparison.result ? 2 : 1));
    }
    if (wanted == "question") {
      controller.Apply(LabCommand{lab::SetReach{Reach::kUnmetered}});
      Settle();
      Press("device/mode");
      ASSERT_TRUE(state().lab.life.question);
    }
    if (wanted == "conflict") {
      ASSERT_FALSE(state().lab.view.changes.empty());
      controller.Apply(LabCommand{lab::OpenChange{state().lab.view.changes.back().seq}});
    }
    if (wanted == "publishing") {
      Settle();
      controller.Apply(Acknowledge{"order-missing", "Any five hundred will do"});
      controller.Apply(PublishDraft{});
      ASSERT_TRUE(state().dialog);
    }
    if (wanted == "restoring") {
      Settle();
      controller.Apply(RestoreVersion{.version = 1});
      ASSERT_TRUE(state().dialog);
    }
    Settle();
  }
  Picture Draw() {
    Resize(GetParam().width, GetParam().height);
    if (GetParam().scale != 1) Rescale(GetParam().scale);
    Open();
    Connect();
    app_->controller().Apply(ChooseUser{"u1"});
    Preview();
    app_->controller().Apply(SetTheme{GetParam().theme});
    Arrange(GetParam().screen);
    Settle();
    if (GetParam().state[0] != '\0') Bring(GetParam().state);
    if (GetParam().popup[0] != '\0') {
      Press(GetParam().popup);
      compat::HideMouse();
      Settle();
    }
    compat::HideMouse();  // Where it last clicked, something may be said on hover.
    Frame();
    app_->record().keep_texts = true;
    app_->record().keep_views = true;
    Frame();
    Picture picture = Rasterise(*ImGui::GetDrawData(), atlas_);
    if (const char* folder = std::getenv("SATCHEL_LOOK_FOLDER"); folder != nullptr) {
      (void)WritePng(picture, std::filesystem::path(folder) / (NameOf(GetParam()) + ".png"));
    }
    return picture;
  }
};

TEST_P(Look, IsAsItWas) {
  if (!GetParam().golden) GTEST_SKIP() << "no picture is kept of this one";
  const Picture picture = Draw();
  CompareWithGolden(picture, std::string(GetParam().screen) + "_" +
                                 std::string(Name(GetParam().theme)) + "_" +
                                 std::to_string(picture.width));
}

TEST_P(Look, DrawsOnlyGlyphsItHasAndCutsNoText) {
  (void)Draw();
  ASSERT_GT(app_->record().texts.size(), 12U);
  for (const auto& text : app_->record().texts) {
    EXPECT_FALSE(text.missing_glyph) << text.text;
    // Scrolled lists cut lines at their top and bottom; nothing is cut at its sides.
    if (text.rect.y1 < text.clip.y0 || text.rect.y0 > text.clip.y1) continue;
    EXPECT_GE(text.rect.x0, text.clip.x0 - 1) << text.text;
    EXPECT_LE(text.rect.x1, text.clip.x1 + 1) << text.text;
  }
}

// Names that somebody gave may be longer than any place for them; what Satchel itself says is not.
TEST_P(Look, ShowsEverySettingWhole) {
  const std::string screen = GetParam().screen;
  if (screen != "project" && screen != "triggers") GTEST_SKIP() << "it shows data";
  (void)Draw();
  for (const auto& text : app_->record().texts) EXPECT_FALSE(text.cut) << text.text;
}

// Of cards within cards the smallest is a text's own.
TEST_P(Look, KeepsEveryTextInItsCard) {
  (void)Draw();
  for (const auto& text : app_->record().texts) {
    const Rect shown = text.rect.Clip(text.clip);
    if (shown.empty()) continue;
    const Rect* own = nullptr;
    for (const auto& [card, layer] : app_->record().cards) {
      if (layer != text.layer || !card.Contains({text.rect.x0 + 1, text.rect.cy()})) continue;
      if (own == nullptr || card.width() < own->width()) own = &card;
    }
    if (own == nullptr) continue;
    EXPECT_LE(shown.x1, own->x1) << text.text;
    EXPECT_LE(shown.y1, own->y1 + 1) << text.text;
  }
}

TEST_P(Look, LaysNoTextOverAnother) {
  (void)Draw();
  const auto& texts = app_->record().texts;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      if (texts[i].layer != texts[j].layer) continue;
      const Rect a = texts[i].rect.Clip(texts[i].clip).Inset(1, 3);
      const Rect b = texts[j].rect.Clip(texts[j].clip).Inset(1, 3);
      EXPECT_TRUE(a.empty() || b.empty() || a.Clip(b).empty())
          << "'" << texts[i].text << "' and '" << texts[j].text << "'";
    }
  }
}

TEST_P(Look, HasTargetsLargeEnoughToHit) {
  (void)Draw();
  for (const auto& [id, rect] : app_->record().controls) {
    // A row half scrolled out of a table is smaller only on screen.
    if (id.starts_with("records/row/")) continue;
    EXPECT_GE(rect.width(), kMinTarget) << id;
    EXPECT_GE(rect.height(), kMinTarget) << id;
  }
}

// What closes the inspector has its place to itself.
TEST_P(Look, LaysNothingOverTheWayOut) {
  (void)Draw();
  const auto way_out = app_->record().controls.find("inspector/close");
  if (way_out == app_->record().controls.end()) GTEST_SKIP() << "nothing lies on top";
  for (const auto& text : app_->record().texts) {
    if (text.layer != 1) continue;
    EXPECT_TRUE(text.rect.Clip(text.clip).Clip(way_out->second).empty()) << text.text;
  }
}

// What is out of view can be scrolled to. That brings nothing back that is cut at its side, or lies
// beyond the window itself.
TEST_P(Look, LeavesNoControlOutOfReach) {
  (void)Draw();
  const Rect window = {0, 0, GetParam().width, GetParam().height};
  for (const auto& [id, rect] : app_->record().controls) {
    if (id.starts_with("records/")) continue;  // Wide tables scroll to their sides, too.
    const Rect& view = app_->record().views.at(id);
    // The ground of a row may run on below the scrollbar.
    constexpr float kGround = 12;
    const float shown = std::min(rect.x1, view.x1) - std::max(rect.x0, view.x0);
    EXPECT_GE(shown, std::max(kMinTarget, rect.width() - kGround)) << id;
    if (view.height() < window.height()) continue;  // A part that scrolls.
    EXPECT_GE(rect.y0, window.y0) << id;
    EXPECT_LE(rect.y1, window.y1) << id;
  }
}

TEST_P(Look, KeepsEveryPopupInTheWindow) {
  const bool opened = GetParam().popup[0] != '\0';
  if (!opened && GetParam().state[0] == '\0') GTEST_SKIP() << "no popup is open";
  (void)Draw();
  for (const auto& [card, layer] : app_->record().cards) {
    if (layer == 0) continue;
    EXPECT_GE(card.x0, 0);
    EXPECT_GE(card.y0, 0);
    EXPECT_LE(card.x1, GetParam().width);
    EXPECT_LE(card.y1, GetParam().height);
  }
  int texts = 0;
  for (const auto& text : app_->record().texts) texts += text.layer > 0 ? 1 : 0;
  EXPECT_TRUE(!opened || texts > 0) << "nothing opened";
}

std::vector<Case> AllScreens() {
  std::vector<Case> cases;
  std::vector<const char*> screens = {"start"};
  for (const ScreenLook& screen : Screens()) screens.push_back(screen.id);
  for (const char* screen : screens) {
    for (const ThemeName theme : {ThemeName::kLight, ThemeName::kDark}) {
      cases.push_back({screen, theme, 1600, 1000});
      cases.push_back({screen, theme, 1280, 800});
    }
    cases.push_back({screen, ThemeName::kContrast, 1600, 1000, false});
    cases.push_back({screen, ThemeName::kLight, 1024, 700, false});
    cases.push_back({screen, ThemeName::kLight, 1920, 1080, false});
    // A screen of 1920 × 1080 at 150 %, and the smallest window at 200 %.
    cases.push_back({screen, ThemeName::kLight, 1280, 720, false, 1.5F});
    cases.push_back({screen, ThemeName::kDark, 1024, 700, false, 2});
  }
  return cases;
}

std::vector<Case> AllPopups() {
  std::vector<Case> cases;
  for (const auto& [screen, control] : {std::pair{"preview", "preview/server"},
                                        {"preview", "preview/user"},
                                        {"preview", "preview/compare"},
                                        {"preview", "preview/style"},
                                        {"preview", "records/columns"},
                                        {"preview", "records/export"},
                                        {"project", "project/role/add"},
                                        {"entities", "entities/add"},
                                        {"entities", "inspector/select"},
                                        {"filters", "filters/entity"},
                                        {"filters", "filters/views"}}) {
    cases.push_back({screen, ThemeName::kLight, 1600, 1000, false, 1, control});
    cases.push_back({screen, ThemeName::kDark, 1280, 720, false, 1.5F, control});
    // There the inspector is closed.
    if (std::string_view(control).starts_with("inspector/")) continue;
    cases.push_back({screen, ThemeName::kDark, 1024, 700, false, 2, control});
  }
  // The inspector, where it lies on top of the page.
  cases.push_back({"preview", ThemeName::kLight, 1024, 700, false, 2, "preview/details"});
  cases.push_back({"project", ThemeName::kLight, 1024, 700, false, 2, "project/details"});
  cases.push_back({"entities", ThemeName::kDark, 1024, 700, false, 2, "entities/details"});
  cases.push_back({"filters", ThemeName::kLight, 1024, 700, false, 2, "filters/details"});
  cases.push_back({"publish", ThemeName::kDark, 1024, 700, false, 2, "publish/details"});
  cases.push_back({"triggers", ThemeName::kDark, 1024, 700, false, 1, "triggers/details"});
  cases.push_back({"device", ThemeName::kDark, 1024, 700, false, 1, "device/details"});
  cases.push_back({"history", ThemeName::kLight, 1024, 700, false, 1, "history/details"});
  return cases;
}

std::vector<Case> AllStates() {
  std::vector<Case> cases;
  for (const auto& [screen, wanted] :
       {std::pair{"preview", "running"}, {"preview", "cancelled"},  {"preview", "failed"},
        {"preview", "uncompared"},       {"preview", "drift"},      {"device", "question"},
        {"device", "conflict"},          {"publish", "publishing"}, {"entities", "palette"},
        {"entities", "palette_typed"},   {"filters", "unfiltered"}, {"history", "unpublished"},
        {"publish", "nowhere"},          {"start", "opening"},      {"entities", "exporting"},
        {"entities", "changed"},         {"start", "adding"},       {"start", "making"},
        {"project", "projects"},         {"history", "restoring"}}) {
    cases.push_back({screen, ThemeName::kDark, 1280, 800, false, 1, "", wanted});
    cases.push_back({screen, ThemeName::kContrast, 1600, 1000, false, 1, "", wanted});
    cases.push_back({screen, ThemeName::kLight, 1024, 700, false, 2, "", wanted});
  }
  return cases;
}

const auto kNamed = [](const auto& tried) { return NameOf(tried.param); };
INSTANTIATE_TEST_SUITE_P(Screens, Look, testing::ValuesIn(AllScreens()), kNamed);
INSTANTIATE_TEST_SUITE_P(States, Look, testing::ValuesIn(AllStates()), kNamed);
INSTANTIATE_TEST_SUITE_P(Popups, Look, testing::ValuesIn(AllPopups()), kNamed);

TEST(Theme, KeepsTextReadableOnEverythingItStandsOn) {
  for (const ThemeName name : {ThemeName::kLight, ThemeName::kDark, ThemeName::kContrast}) {
    const Theme& t = ThemeOf(name);
    for (const Color under : {t.bg, t.rail, t.surface, t.raised, t.sunken, t.hover}) {
      for (const Color ink : {t.text, t.text2, t.text3, t.accent}) {
        EXPECT_GE(Contrast(ink, under), 4.5)
            << Name(name) << std::hex << " " << ink << " on " << under;
      }
    }
    EXPECT_GE(Contrast(t.text2, t.segment_track), 4.5) << Name(name);
    EXPECT_GE(Contrast(t.text3, t.accent_soft), 4.5) << Name(name);
    EXPECT_GE(Contrast(t.on_accent, t.accent_fill), 4.5) << Name(name);
    for (const Tone& tone : {t.ok, t.warn, t.err, t.info, t.neutral, t.violet, t.accents}) {
      EXPECT_GE(Contrast(tone.fg, tone.soft), 4.5) << Name(name);
      EXPECT_GE(Contrast(tone.fill, t.surface), 3.0) << Name(name) << std::hex << " " << tone.fill;
    }
  }
}

TEST(SoftRaster, DrawsSharedEdgesOnce) {
  ImGui::CreateContext();
  compat::SetUpWithoutWindow({64, 64});
  ImGui::GetIO().Fonts->AddFontDefault();
  const compat::Atlas atlas = compat::BuildAtlas();
  ImGui::NewFrame();
  ImGui::GetForegroundDrawList()->AddRectFilled({8, 8}, {40, 40}, Hex(0xFFFFFF, 0.5F));
  ImGui::Render();
  const Picture picture = Rasterise(*ImGui::GetDrawData(), atlas);
  const auto at = [&](int x, int y) {
    return picture.rgb[static_cast<std::size_t>(y * 64 + x) * 3];
  };
  EXPECT_EQ(at(7, 20), 0);
  EXPECT_EQ(at(40, 20), 0);
  // The diagonal belongs to one triangle: drawn twice it would be 191, not at all 0.
  for (int i = 8; i < 40; ++i) {
    EXPECT_NEAR(at(i, i), 128, 1) << i;
    EXPECT_NEAR(at(i, 47 - i), 128, 1) << i;
  }
  ImGui::DestroyContext();
}

}  // namespace
}  // namespace satchel
