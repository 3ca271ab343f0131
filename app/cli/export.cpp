#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <cerrno>
#include <filesystem>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "app/cli/sources.h"
#include "policy/fetchxml/filter_files.h"
#include "policy/support/disk_error.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

struct ExportOptions {
  std::string file = {};
  std::string folder = {};
  std::string format = "yaml";
  bool force = false;
};

std::vector<FilterFile> FilesOf(const Policy& policy, const std::string& format) {
  if (format == "yaml") return {{policy.project.name + ".yaml", PrintPolicy(policy)}};
  return FilterFiles(policy);
}

ExitCode Export(const ExportOptions& options, Terminal& terminal) {
  const auto read = LoadSoundPolicy(options.file, terminal);
  if (!read) return read.error();
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (!std::filesystem::is_directory(options.folder)) {
    terminal.Complain(options.folder +
                      " cannot be made: " + DiskTrouble(error ? error.value() : ENOTDIR));
    return ExitCode::kNoAccess;
  }
  const std::vector<FilterFile> files = FilesOf(read->policy, options.format);
  const std::filesystem::path folder(options.folder);
  // All or none: a name that is taken is found before the first file is written.
  for (const FilterFile& file : files) {
    if (!options.force && std::filesystem::exists(folder / file.name)) {
      terminal.Complain((folder / file.name).string() +
                        " exists already (choose another folder or add --force)");
      return ExitCode::kNoAccess;
    }
  }
  std::vector<std::string> made;
  for (const FilterFile& file : files) {
    const std::string path = (folder / file.name).string();
    const bool is_new = !std::filesystem::exists(path);
    if (const Result<> written = WriteText(path, file.text, Overwrite::kAllow); !written) {
      for (const std::string& earlier : made) std::filesystem::remove(earlier, error);
      terminal.Complain(written.error());
      return ExitCodeOf(written.error());
    }
    if (is_new) made.push_back(path);
  }
  for (const FilterFile& file : files) terminal.out() << (folder / file.name).string() << "\n";
  return ExitCode::kFine;
}

}  // namespace

void AddExport(CLI::App& app, Program& program) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command =
      app.add_subcommand("export", "Write a policy as YAML, or its filters as FetchXML");
  command->add_option("FILE", options->file, "Policy file; - is standard input")->required();
  command->add_option("--to", options->folder, "Folder to write into; made when missing")
      ->required();
  command
      ->add_option("--format", options->format, "yaml: one file; fetchxml: one per offline entity")
      ->check(CLI::IsMember({"yaml", "fetchxml"}))
      ->capture_default_str();
  command->add_flag("--force", options->force, "Replace files that exist");
  command->footer("Example: satchel export field-service.yaml --to filters --format fetchxml");
  command->callback([options, &program] {
    program.run = [options, &program] { return Export(*options, program.terminal); };
  });
}

}  // namespace satchel
