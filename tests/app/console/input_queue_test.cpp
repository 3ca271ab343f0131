// No input is lost, however slow a frame is and however fast a hand.
#include "app/console/input_queue.h"

#include <gtest/gtest.h>
#include <imgui.h>

#include <algorithm>
#include <iterator>

namespace satchel {
namespace {

constexpr int kTab = 258;

class Queue : public testing::Test {
 protected:
  Queue() { ImGui::CreateContext(); }
  ~Queue() override { ImGui::DestroyContext(); }
  [[nodiscard]] static ImGuiIO& io() { return ImGui::GetIO(); }
  void Write(char letter) {
    queue_.Key(letter - 'a' + 'A', true, {});
    queue_.Character(static_cast<unsigned char>(letter));
    queue_.Key(letter - 'a' + 'A', false, {});
  }
  // Frames until nothing waits; in how many `seen` was so.
  template <class Seen>
  int Frames(Seen seen) {
    int frames = 0;
    do {
      queue_.Feed();
      frames += seen() ? 1 : 0;
    } while (queue_.waiting());
    return frames;
  }
  InputQueue queue_;
};

TEST_F(Queue, KeepsAKeyThatWentDownAndUpBetweenTwoFrames) {
  queue_.Key(kTab, true, {.shift = true});
  queue_.Key(kTab, false, {});
  queue_.Feed();
  EXPECT_TRUE(io().KeysDown[kTab]);
  EXPECT_TRUE(io().KeyShift);
  EXPECT_TRUE(queue_.waiting());
  (void)Frames([] { return true; });
  EXPECT_FALSE(io().KeysDown[kTab]);
  EXPECT_FALSE(io().KeyShift);
}

TEST_F(Queue, PressesAKeyAsOftenAsItWasPressed) {
  for (int i = 0; i < 3; ++i) {
    queue_.Key(kTab, true, {});
    queue_.Key(kTab, false, {});
  }
  bool was = false;
  int presses = 0;
  (void)Frames([&] {
    presses += io().KeysDown[kTab] && !was ? 1 : 0;
    was = io().KeysDown[kTab];
    return true;
  });
  EXPECT_EQ(presses, 3);
}

TEST_F(Queue, HoldsTheModifierOfAShortcutWhileItIsLookedFor) {
  const std::size_t k = 'K';
  queue_.Key(341, true, {.ctrl = true});
  queue_.Key('K', true, {.ctrl = true});
  queue_.Key(341, false, {});
  queue_.Key('K', false, {});
  int seen = 0;
  EXPECT_GT(Frames([&] {
              seen += io().KeyCtrl && io().KeysDown[k] ? 1 : 0;
              return true;
            }),
            1);
  EXPECT_GE(seen, 1);
  EXPECT_FALSE(io().KeyCtrl);
  EXPECT_FALSE(io().KeysDown[k]);
}

TEST_F(Queue, ClicksWhereTheMouseWas) {
  queue_.Move({10, 10});
  queue_.Button(0, true);
  queue_.Button(0, false);
  queue_.Move({90, 90});
  queue_.Feed();
  EXPECT_TRUE(io().MouseDown[0]);
  EXPECT_EQ(io().MousePos.x, 10);
  float released_at = -1;
  (void)Frames([&] {
    if (!io().MouseDown[0] && released_at < 0) released_at = io().MousePos.x;
    return true;
  });
  EXPECT_EQ(released_at, 10);
  EXPECT_EQ(io().MousePos.x, 90);
}

TEST_F(Queue, WritesAWordInOneFrame) {
  for (const char letter : {'h', 'e', 'l', 'l', 'o'}) Write(letter);
  queue_.Feed();
  EXPECT_EQ(io().InputQueueCharacters.Size, 5);
}

TEST_F(Queue, LetsWhatAKeyOpensHaveWhatIsTypedNext) {
  Write('a');
  queue_.Key(257, true, {});
  queue_.Key(257, false, {});
  Write('b');
  queue_.Feed();  // The letter before Enter, by itself.
  EXPECT_EQ(io().InputQueueCharacters.Size, 1);
  EXPECT_FALSE(io().KeysDown[257]);
  queue_.Feed();
  EXPECT_TRUE(io().KeysDown[257]);
  int between = 0;
  while (io().InputQueueCharacters.Size == 1 && queue_.waiting()) {
    queue_.Feed();
    ++between;
  }
  EXPECT_EQ(io().InputQueueCharacters.Size, 2);
  EXPECT_GE(between, 3);
}

TEST_F(Queue, HoldsNothingAfterTheWindowLostTheKeyboard) {
  queue_.Key(kTab, true, {.ctrl = true});
  queue_.Button(0, true);
  queue_.Feed();
  queue_.LetGo();
  queue_.Feed();
  EXPECT_EQ(std::count(std::begin(io().KeysDown), std::end(io().KeysDown), true), 0);
  EXPECT_FALSE(io().MouseDown[0]);
  EXPECT_FALSE(io().KeyCtrl);
}

}  // namespace
}  // namespace satchel
