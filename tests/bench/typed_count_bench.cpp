// From a keystroke to the new count on screen, in the console itself: panels, history, job queue,
// counter, and the frame that shows the number. The records are those of a running server.
//
//   satchel-sandbox --port 8099 --accounts 100000 &
//   typed_count_bench http://127.0.0.1:8099/api/data/v9.2/
//
// Frames are built as the window builds them, at most 60 a second, and not drawn: a picture takes
// as long as the graphics card needs. Beside the clock stands the processor's time, which other
// programs do not lengthen. Exits with 1 when a count was shown later than after 300 ms, or a frame
// took longer to build than one of 60 a second may.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "app/console/application.h"
#include "app/console/engine_workbench.h"
#include "app/console/panels/live_count.h"
#include "app/console/script.h"
#include "policy/support/units.h"

namespace satchel {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kTargetMs = 300;
constexpr double kFrameMs = 1000.0 / 60;
constexpr const char* kRoot = "entities.account.filter";
constexpr const char* kPolicy = R"(satchel: 1
project: {name: bench}
entities:
  account:
    mode: offline
    fields: [name, statecode]
    filter:
      and:
        - {field: statecode, op: eq, value: 0}
        - {field: modifiedon, op: last-x-days, value: 400}
        - {field: name, op: begins-with, value: A}
        - link: {entity: contact, from: parentcustomerid, to: accountid, type: any}
          and:
            - {field: statecode, op: eq, value: 0}
)";

double Since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double ProcessorMs() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

class Bench {
 public:
  Bench() : app_(MakeEngineWorkbench(), {}, [this] { Wake(); }) {
    compat::SetUpWithoutWindow({1600, 1000});
    compat::TakeOverKeys();
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    fonts_ = LoadFonts(1);
    atlas_ = compat::BuildAtlas();
  }

  int Run(const std::string& url) {
    const auto file = std::filesystem::temp_directory_path() / "satchel-typed-count.yaml";
    std::ofstream(file) << kPolicy;
    app_.controller().Apply(OpenFile{file});
    std::filesystem::remove(file);
    if (!app_.state().open_error.empty()) return Failed(app_.state().open_error);
    app_.controller().Apply(ConnectTo{url});
    app_.controller().Apply(ShowScreen{Screen::kFilters});
    if (!Until([&] { return app_.state().connection.schema.has_value(); })) {
      return Failed(app_.state().connection.error);
    }
    const auto begin = Clock::now();
    app_.controller().Apply(CountWhileEditing{});
    if (!Until([&] { return Fresh(); })) return Failed(app_.state().live.error);
    const FilterCount& first = *app_.state().live.result;
    std::printf("%s records of the entity; read and counted for the first time in %.1f s%s\n",
                HumanCount(first.all).c_str(), Since(begin) / 1000,
                first.estimated ? " (more than are read: estimated)" : "");
    std::printf("   count shown     processor   longest frame\n");
    const std::string at = kRoot;
    Field("filter/" + at + ".and[2]/value/0");
    for (const char* letters : {"C", "o", "n"}) Type(letters, "a letter of a name");
    Field("filter/" + at + ".and[1]/value/0");
    for (const char* digits : {"3", "6", "5"}) Type(digits, "a digit of the days");
    Choose("filter/" + at + ".and[3]/type", "has no", "the link the other way round");
    std::printf("target %.0f ms, and no frame above %.1f ms: %s\n", kTargetMs, kFrameMs,
                within_ ? "met" : "MISSED");
    return within_ ? 0 : 1;
  }

 private:
  int Failed(const std::string& why) {
    std::fprintf(stderr, "typed_count_bench: %s\n",
                 why.empty() ? "it takes too long" : why.c_str());
    return 2;
  }
  void Wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    wake_.notify_one();
  }
  // A frame as the window makes one: when it is due, or as soon as a job has something to say.
  void Frame() {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_until(lock, next_, [this] { return woken_; });
      woken_ = false;
    }
    next_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double, std::milli>(kFrameMs));
    const auto start = Clock::now();
    app_.Deliver();
    now_ += 1.0 / 60;
    ImGui::GetIO().DeltaTime = 1.0F / 60;
    compat::SetDisplay({1600, 1000}, 1);
    ImGui::NewFrame();
    app_.Frame(now_, fonts_);
    ImGui::Render();
    longest_ = std::max(longest_, Since(start));
  }
  [[nodiscard]] bool Fresh() const {
    const Entity* entity = app_.state().draft.current().Find("account");
    // The draft changes at the end of a frame, and is counted from the next one on.
    return entity != nullptr && LiveCountFresh(app_.state(), *entity) &&
           app_.state().live.of == QueryOf(*entity);
  }
  [[nodiscard]] bool Until(const std::function<bool()>& true_now) {
    const auto start = Clock::now();
    while (!true_now()) {
      if (Since(start) > 600'000 || !app_.state().live.error.empty() ||
          app_.state().connection.state == ServerConnection::State::kFailed) {
        return false;
      }
      Frame();
    }
    return true;
  }
  void Field(const std::string& id) {
    if (!Click(id, app_, [this] { Frame(); })) std::exit(Failed("no control " + id));
    for (int i = 0; i < 4; ++i) Frame();
    TypeKey(compat::Key::kA, true, false, [this] { Frame(); });
  }
  void Type(const char* letters, const char* what) {
    Measure(what, [&] { ImGui::GetIO().AddInputCharactersUTF8(letters); });
  }
  void Choose(const std::string& id, const char* words, const char* what) {
    if (!Click(id, app_, [this] { Frame(); })) std::exit(Failed("no control " + id));
    for (int i = 0; i < 4; ++i) Frame();
    ImGui::GetIO().AddInputCharactersUTF8(words);
    for (int i = 0; i < 4; ++i) Frame();
    Measure(what, [&] { TypeKey(compat::Key::kEnter, false, false, [this] { Frame(); }); });
  }
  // Until the frame is built that shows the count of what stands there now.
  void Measure(const char* what, const std::function<void()>& act) {
    const std::int64_t before = app_.state().draft_serial;
    longest_ = 0;
    const auto start = Clock::now();
    const double processor = ProcessorMs();
    act();
    const bool counted = Until([&] { return app_.state().draft_serial != before && Fresh(); });
    if (!counted) std::exit(Failed(app_.state().live.error));
    Frame();  // What the job has brought is shown by the frame after it.
    const double took = Since(start);
    within_ = within_ && took <= kTargetMs && longest_ <= kFrameMs;
    std::printf("%10.1f ms  %9.1f ms  %10.1f ms    %s: %s of %s\n", took, ProcessorMs() - processor,
                longest_, what, HumanCount(app_.state().live.result->matched).c_str(),
                HumanCount(app_.state().live.result->all).c_str());
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;  // Guarded by mutex_.
  Clock::time_point next_ = Clock::now();
  double now_ = 0;
  double longest_ = 0;
  bool within_ = true;
  Fonts fonts_;
  compat::Atlas atlas_;
  Application app_;  // Last: its jobs wake the rest.
};

}  // namespace
}  // namespace satchel

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: typed_count_bench URL (of a running server)\n");
    return 2;
  }
  ImGui::CreateContext();
  const int exit = satchel::Bench().Run(argv[1]);
  ImGui::DestroyContext();
  return exit;
}
