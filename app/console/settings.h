// What the console remembers between runs, and the drafts that a crash must not lose.
//
// settings.json and drafts/ live in $XDG_CONFIG_HOME/satchel; writes are atomic. Never a secret.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/console/theme.h"
#include "policy/support/result.h"

namespace satchel {

struct Settings {
  ThemeName theme = ThemeName::kLight;
  int zoom = 100;
  std::vector<std::filesystem::path> recent = {};  // Newest first.
  std::filesystem::path publish_folder = {};
};

// $XDG_CONFIG_HOME/satchel, else ~/.config/satchel.
[[nodiscard]] std::filesystem::path SettingsFolder();
// Defaults where there is no file, or none that can be read.
[[nodiscard]] Settings LoadSettings(const std::filesystem::path& folder);
[[nodiscard]] Result<> SaveSettings(const Settings& settings, const std::filesystem::path& folder);

// "~/x" as people type it.
[[nodiscard]] std::filesystem::path ExpandHome(const std::string& typed);
// The other way round, to be shown: "~/policies".
[[nodiscard]] std::string ShortPath(const std::filesystem::path& path);
[[nodiscard]] Result<std::string> ReadWholeFile(const std::filesystem::path& file);
// Temporary file beside it, fsync, rename: after a crash the old or the new text is there.
[[nodiscard]] Result<> WriteAtomically(const std::filesystem::path& file, const std::string& text);

// A file that was not there yet; kConflict when it was.
[[nodiscard]] Result<> WriteNewFile(const std::filesystem::path& file, const std::string& text);

// An unsaved draft of a policy file.
struct KeptDraft {
  std::string base_hash = {};  // Of the file's bytes the draft began with.
  std::string yaml = {};
};
[[nodiscard]] std::filesystem::path DraftFile(const std::filesystem::path& folder,
                                              const std::filesystem::path& policy_file);
[[nodiscard]] Result<> KeepDraft(const std::filesystem::path& draft_file, const KeptDraft& draft);
[[nodiscard]] std::optional<KeptDraft> FindDraft(const std::filesystem::path& draft_file);

}  // namespace satchel
