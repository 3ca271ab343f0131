// The text fields of Ui: of one line, of many, secret, and of code.
#include <algorithm>

#include "app/console/widgets/soft_wrap.h"
#include "app/console/widgets/ui.h"

namespace satchel {

bool Ui::Input(std::string_view id, const Rect& r, std::string* text, const char* hint,
               const char* glyph, bool focus, bool framed) {
  const std::string name(id);
  if (framed) Fill(r, theme.dark ? theme.sunken : theme.surface, kFieldRadius);
  const float left = glyph != nullptr ? 34.0F : 10.0F;
  const bool clearable = framed && !text->empty();
  if (focus) ImGui::SetKeyboardFocusHere();
  focus_taken = focus_taken || focus;
  bool changed = RawInput(id, r, {r.x0 + left, r.y0, r.x1 - (clearable ? 32.0F : 8.0F), r.y1}, text,
                          hint, fonts.small);
  const bool active = ImGui::IsItemActive();
  if (framed) Frame(r, active ? theme.accent_fill : theme.border2, kFieldRadius, active ? 1.6F : 1);
  if (glyph != nullptr) Icon(fonts.icon20, theme.text3, {r.x0 + 19, r.cy()}, glyph);
  // For the mouse: on the way to the next field Tab does not stop here.
  if (clearable && IconButton(name + "/clear", {r.x1 - 28, r.cy() - 12}, icon::kClose, "Clear", 24,
                              true, false)) {
    text->clear();
    changed = true;
  }
  return changed;
}

bool Ui::SecretInput(std::string_view id, const Rect& r, std::string* text, const char* hint,
                     bool focus) {
  Fill(r, theme.dark ? theme.sunken : theme.surface, kFieldRadius);
  if (focus) ImGui::SetKeyboardFocusHere();
  focus_taken = focus_taken || focus;
  const bool changed =
      RawInput(id, r, {r.x0 + 10, r.y0, r.x1 - 8, r.y1}, text, hint, fonts.small, nullptr, true);
  const bool active = ImGui::IsItemActive();
  Frame(r, active ? theme.accent_fill : theme.border2, kFieldRadius, active ? 1.6F : 1);
  return changed;
}

bool Ui::RawInput(std::string_view id, const Rect& r, const Rect& inner, std::string* text,
                  const char* hint, const Font& font, TextSteps* lines, bool secret) {
  const std::string name = "##" + std::string(id);
  Note(id, r);
  ImGui::SetCursorScreenPos({inner.x0, inner.y0});
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ImGui::ColorConvertU32ToFloat4(0));
  ImGui::PushStyleColor(ImGuiCol_Text, ImGui::ColorConvertU32ToFloat4(theme.text));
  ImGui::PushStyleColor(ImGuiCol_TextDisabled, ImGui::ColorConvertU32ToFloat4(theme.text3));
  const float air = lines != nullptr ? 8.0F : (r.height() - font.size) / 2;
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, air});
  compat::PushFont(font);
  const auto resize = [](ImGuiInputTextCallbackData* data) {
    auto* into = static_cast<std::string*>(data->UserData);
    into->resize(static_cast<std::size_t>(data->BufTextLen));
    data->Buf = into->data();
    return 0;
  };
  bool changed = false;
  if (lines != nullptr) {
    changed = WrappedInput(id, inner, text, font, *lines);
    if (text->empty() && !ImGui::IsItemActive()) {
      Text(font, theme.text3, {inner.x0, inner.y0 + air}, hint);
    }
  } else {
    ImGui::SetNextItemWidth(inner.width());
    changed = ImGui::InputTextWithHint(
        name.c_str(), hint, text->data(), text->capacity() + 1,
        ImGuiInputTextFlags_CallbackResize | (secret ? ImGuiInputTextFlags_Password : 0), resize,
        text);
  }
  const bool waits = ImGui::IsItemFocused() && compat::FocusVisible() && !ImGui::IsItemActive();
  if (ImGui::IsItemActive() || waits) record.focused = id;
  if (waits) DrawFocus(r, kFieldRadius + 2);  // After Enter or Escape; Enter goes on writing.
  if (record.keep_texts && !secret) record.fields[std::string(id)] = *text;
  NoteGlyphs(font, *text, r);
  ring.push_back(compat::LastItem(r, true, pane));
  if (lines != nullptr) {
    // Out of view Dear ImGui leaves out a field of many lines altogether: it has the keyboard once
    // it has been scrolled to.
    compat::Focusable& item = ring.back();
    item.id = ImGui::GetID(name.c_str());
    const bool seen = ImGui::IsRectVisible({r.x0, r.y0}, {r.x1, r.y1});
    if (compat::FocusedId() == item.id && !seen) compat::FocusItem(item);
  }
  compat::PopFont();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor(3);
  return changed;
}

// Dear ImGui's field of many lines does not wrap: it is given the text wrapped, and what is written
// into it is unwrapped again.
bool Ui::WrappedInput(std::string_view id, const Rect& inner, std::string* text, const Font& font,
                      TextSteps& steps) {
  constexpr float kScrollbar = 14;
  enum class Step : std::uint8_t { kNone, kBack, kForward };
  struct Edited {
    std::string text = {};
    std::string shown = {};
    std::string_view field = {};
    TextSteps* steps = nullptr;
    Step step = Step::kNone;
    std::size_t selected = 0;  // Where the selection begins.
    float width = 0;
    MeasureText measure = {};
  };
  using compat::Key;
  const bool back = compat::Ctrl() && !compat::Shift() && compat::Pressed(Key::kZ, true);
  const bool forward = compat::Ctrl() && (compat::Pressed(Key::kY, true) ||
                                          (compat::Shift() && compat::Pressed(Key::kZ, true)));
  Edited wrapped = {.text = *text,
                    .field = id,
                    .steps = &steps,
                    .step = back      ? Step::kBack
                            : forward ? Step::kForward
                                      : Step::kNone,
                    .width = inner.width() - kScrollbar,
                    .measure = [&font](std::string_view part) { return Width(font, part); }};
  wrapped.shown = SoftWrap(wrapped.text, wrapped.width, wrapped.measure);
  const auto follow = [](ImGuiInputTextCallbackData* data) {
    auto* into = static_cast<Edited*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
      into->shown.resize(static_cast<std::size_t>(data->BufTextLen));
      data->Buf = into->shown.data();
      return 0;
    }
    into->selected = static_cast<std::size_t>(std::min(data->SelectionStart, data->SelectionEnd));
    if (data->EventFlag != ImGuiInputTextFlags_CallbackEdit) return 0;
    const std::string now(data->Buf, static_cast<std::size_t>(data->BufTextLen));
    into->steps->Begin(into->field, into->text);
    if (into->step == Step::kNone) {
      into->text = TakeEdited(into->text, now, static_cast<std::size_t>(data->CursorPos),
                              into->width, into->measure);
      into->steps->Add(into->text);
    } else {
      into->text = into->steps->Find(now, into->step == Step::kForward, into->width, into->measure);
    }
    const std::string shown = SoftWrap(into->text, into->width, into->measure);
    std::copy(shown.begin(), shown.end(), data->Buf);
    data->BufDirty = true;
    return 0;
  };
  const bool written = ImGui::InputTextMultiline(
      ("##" + std::string(id)).c_str(), wrapped.shown.data(), wrapped.shown.capacity() + 1,
      {inner.width(), inner.height()},
      ImGuiInputTextFlags_CallbackResize | ImGuiInputTextFlags_CallbackEdit |
          ImGuiInputTextFlags_CallbackAlways,
      follow, &wrapped);
  if (ImGui::IsItemActive() && compat::Ctrl() &&
      (compat::Pressed(compat::Key::kC) || compat::Pressed(compat::Key::kX))) {
    // What was copied has spaces where lines only look broken.
    const char* copied = ImGui::GetClipboardText();
    const std::size_t length = copied == nullptr ? 0 : std::string_view(copied).size();
    if (wrapped.selected + length <= text->size()) {
      ImGui::SetClipboardText(text->substr(wrapped.selected, length).c_str());
    }
  }
  if (!written) return false;
  // Escape gives back what stood there before, without an edit.
  if (wrapped.text == *text) {
    wrapped.text = steps.Find(wrapped.shown, false, wrapped.width, wrapped.measure);
  }
  const bool changed = wrapped.text != *text;
  *text = wrapped.text;
  return changed;
}

bool Ui::CodeInput(std::string_view id, const Rect& r, std::string* text, const Font& font,
                   int& caret) {
  struct Target {
    std::string* text;
    int* caret;
  };
  Target target{text, &caret};
  const auto follow = [](ImGuiInputTextCallbackData* data) {
    const auto* into = static_cast<Target*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
      into->text->resize(static_cast<std::size_t>(data->BufTextLen));
      data->Buf = into->text->data();
    } else {
      *into->caret = data->CursorPos;
    }
    return 0;
  };
  Note(id, r);
  ImGui::SetCursorScreenPos({r.x0, r.y0});
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ImGui::ColorConvertU32ToFloat4(0));
  ImGui::PushStyleColor(ImGuiCol_Text, ImGui::ColorConvertU32ToFloat4(0));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {0, 0});
  compat::PushFont(font);
  const bool changed = ImGui::InputTextMultiline(
      ("##" + std::string(id)).c_str(), text->data(), text->capacity() + 1, {r.width(), r.height()},
      ImGuiInputTextFlags_CallbackResize | ImGuiInputTextFlags_CallbackAlways, follow, &target);
  if (ImGui::IsItemActive()) record.focused = id;
  ring.push_back(compat::LastItem(r, true, pane));
  compat::PopFont();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor(2);
  return changed;
}

}  // namespace satchel
