// The console in a GLFW window with OpenGL 3.3. Frames are drawn only when something happened.
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>

#include <GL/gl.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "app/console/application.h"
#include "app/console/first_size.h"
#include "app/console/input_queue.h"
#include "app/console/trace.h"

namespace satchel {
namespace {

// Frames still to draw. Dear ImGui needs two or three after an input for hover and focus to settle.
struct Pulse {
  int frames = 4;
  InputQueue input = {};
  InputCount count = {};
  void Beat() { frames = std::max(frames, 3); }
};

Pulse& PulseOf(GLFWwindow* window) {
  Pulse& pulse = *static_cast<Pulse*>(glfwGetWindowUserPointer(window));
  pulse.Beat();
  return pulse;
}

// All input goes through the queue: the backend's own callbacks are not installed.
void WatchInput(GLFWwindow* window) {
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
    PulseOf(w).input.Move({static_cast<float>(x), static_cast<float>(y)});
  });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
    Pulse& pulse = PulseOf(w);
    pulse.input.Button(button, action == GLFW_PRESS);
    if (action == GLFW_RELEASE) ++pulse.count.clicks;
  });
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int mods) {
    Pulse& pulse = PulseOf(w);
    const bool modifier = key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
    if (action != GLFW_RELEASE && !modifier) ++pulse.count.keys;
    if (action == GLFW_REPEAT) return;  // Dear ImGui repeats what is held.
    // A modifier counts from the moment it goes down until it goes up.
    const bool down = action == GLFW_PRESS;
    InputQueue::Modifiers held = {(mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0,
                                  (mods & GLFW_MOD_ALT) != 0};
    if (key == GLFW_KEY_LEFT_CONTROL || key == GLFW_KEY_RIGHT_CONTROL) held.ctrl = down;
    if (key == GLFW_KEY_LEFT_SHIFT || key == GLFW_KEY_RIGHT_SHIFT) held.shift = down;
    if (key == GLFW_KEY_LEFT_ALT || key == GLFW_KEY_RIGHT_ALT) held.alt = down;
    pulse.input.Key(key, down, held);
  });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned code) {
    Pulse& pulse = PulseOf(w);
    pulse.input.Character(code);
    ++pulse.count.characters;
  });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double, double notches) {
    Pulse& pulse = PulseOf(w);
    pulse.input.Wheel(static_cast<float>(notches));
    ++pulse.count.notches;
  });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int entered) {
    if (entered == 0) PulseOf(w).input.Leave();
  });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int focused) {
    if (focused == 0) PulseOf(w).input.LetGo();
    ImGui::GetIO().AddFocusEvent(focused != 0);
  });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { (void)PulseOf(w); });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { (void)PulseOf(w); });
}

int NoWindow(const std::string& why) {
  std::fprintf(stderr,
               "satchel-console: no window could be opened: %s (--shot FILE.png draws a picture "
               "without a display)\n",
               why.c_str());
  return 3;
}

std::optional<ScreenRoom> RoomOnScreen() {
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  if (monitor == nullptr) return std::nullopt;
  int left = 0, top = 0;
  ScreenRoom room;
  glfwGetMonitorWorkarea(monitor, &left, &top, &room.width, &room.height);
  return room;
}

std::string& LastGlfwError() {
  static std::string text;  // GLFW's callback has nowhere else to put it.
  return text;
}

}  // namespace

int RunWindow(const Options& options, std::shared_ptr<Workbench> workbench) {
  glfwSetErrorCallback([](int, const char* text) { LastGlfwError() = text; });
  if (glfwInit() == 0) return NoWindow(LastGlfwError());
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  const FirstSize size = FirstSizeOf(options, RoomOnScreen());
  if (size.fills_screen) glfwWindowHint(GLFW_MAXIMIZED, GLFW_TRUE);
  GLFWwindow* window = glfwCreateWindow(size.width, size.height, "Satchel", nullptr, nullptr);
  if (window == nullptr) {
    glfwTerminate();
    return NoWindow(LastGlfwError());
  }
  Pulse pulse;
  glfwSetWindowUserPointer(window, &pulse);
  glfwSetWindowSizeLimits(window, static_cast<int>(kMinWidth), static_cast<int>(kMinHeight),
                          GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(window);
  glfwSwapInterval(1);
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  WatchInput(window);
  ImGui_ImplGlfw_InitForOpenGL(window, false);
  ImGui_ImplOpenGL3_Init("#version 330");
  compat::TakeOverKeys();
  {
    Controller::Surroundings surroundings;
    surroundings.settings_folder = SettingsFolder();
    surroundings.copy = [window](const std::string& text) {
      glfwSetClipboardString(window, text.c_str());
    };
    Application app(std::move(workbench), std::move(surroundings), [] { glfwPostEmptyEvent(); });
    app.Start(options, false);
    if (!app.state().open_error.empty()) {
      std::fprintf(stderr, "satchel-console: %s\n", app.state().open_error.c_str());
    }
    Fonts fonts;
    float scale = 0;
    bool wants_fonts = false;
    double blink = 0;
    long frames = 0;
    bool ready = false;
    const char* trace = std::getenv("SATCHEL_TRACE_FRAMES");
    std::optional<Trace> widgets;
    if (!options.widgets.empty()) {
      widgets.emplace(options.widgets);
      app.record().keep_views = true;
    }
    std::string title;
    while (glfwWindowShouldClose(window) == 0) {
      const bool toasts =
          std::any_of(app.state().toasts.begin(), app.state().toasts.end(),
                      [](const Toast& toast) { return toast.until != 0; });  // Those that leave.
      const bool working = app.busy();
      if (pulse.frames > 0) {
        glfwPollEvents();
      } else {
        glfwWaitEventsTimeout(io.WantTextInput ? 0.4 : toasts ? 0.25 : working ? 0.1 : 30.0);
      }
      if (app.Deliver()) pulse.Beat();
      if (io.WantTextInput && glfwGetTime() - blink > 0.4) {
        blink = glfwGetTime();
        pulse.frames = std::max(pulse.frames, 1);
      }
      if (toasts || working) pulse.frames = std::max(pulse.frames, 1);
      if (pulse.frames == 0) continue;
      --pulse.frames;

      float content = 1;
      glfwGetWindowContentScale(window, &content, nullptr);
      int width = 0;
      int height = 0;
      glfwGetFramebufferSize(window, &width, &height);
      const float base = options.scale.value_or(std::max(content, 1.0F));
      // No further than what the screens are laid out for still fits.
      const float fits =
          std::min(static_cast<float>(width) / kMinWidth, static_cast<float>(height) / kMinHeight);
      const float wanted =
          std::min(base * static_cast<float>(app.state().zoom) / 100, std::max(base, fits));
      if (std::abs(wanted - scale) > 0.01F || wants_fonts) {
        scale = wanted;
        wants_fonts = false;
        io.Fonts->Clear();
        fonts = LoadFonts(scale, app.characters());
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
      }
      ImGui_ImplOpenGL3_NewFrame();
      ImGui_ImplGlfw_NewFrame();
      pulse.input.Feed();
      if (pulse.input.waiting()) pulse.Beat();
      const float ratio = io.DisplaySize.x > 0 ? static_cast<float>(width) / io.DisplaySize.x : 1;
      compat::SetDisplay({static_cast<float>(width) / scale, static_cast<float>(height) / scale},
                         scale);
      if (io.MousePos.x > -1e5F) {
        io.MousePos = {io.MousePos.x * ratio / scale, io.MousePos.y * ratio / scale};
      }
      ImGui::NewFrame();
      if (compat::Ctrl() && compat::Pressed(compat::Key::kQ)) {
        glfwSetWindowShouldClose(window, GLFW_TRUE);  // The draft is kept: nothing to ask.
      }
      app.Frame(glfwGetTime(), fonts);
      ImGui::Render();
      if (app.WantsFonts()) {
        wants_fonts = true;
        pulse.Beat();
      }
      glViewport(0, 0, width, height);
      glClearColor(0, 0, 0, 1);
      glClear(GL_COLOR_BUFFER_BIT);
      ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
      glfwSwapBuffers(window);
      ++frames;
      std::string wanted_title = "Satchel";
      if (app.state().file) {
        wanted_title = std::string(Unsaved(app.state()) ? "• " : "") +
                       app.state().file->path.filename().string() + " – Satchel";
      }
      if (wanted_title != title) glfwSetWindowTitle(window, (title = wanted_title).c_str());
      if (!ready && pulse.frames == 0) {
        ready = true;
        std::printf("READY\n");
        std::fflush(stdout);
      }
      if (widgets && pulse.frames == 0) widgets->Write(app, scale, pulse.count);
      if (trace != nullptr) {
        std::printf("frame %ld\n", frames);
        std::fflush(stdout);
      }
    }
  }
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
  ImGui::DestroyContext();
  glfwDestroyWindow(window);
  glfwTerminate();
  return 0;
}

}  // namespace satchel
