// The real program against the real sandbox, both put back to one moment before every run.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/http/transport.h"
#include "tests/crash/kill/program.h"
#include "tests/support/temp_folder.h"

namespace satchel {

// Everything that lasts, as sorted lines by where they are: tables of the device without versions,
// its outbox, its files, tables of the server, and how many changes the server has counted.
using Lasting = std::map<std::string, std::multiset<std::string>>;
// The first differences, for people; empty: none.
[[nodiscard]] std::string Differences(const Lasting& found, const Lasting& expected);

class KillWorld {
 public:
  KillWorld();  // A company of twelve accounts; no device yet.
  ~KillWorld();

  [[nodiscard]] const std::filesystem::path& device() const { return device_; }
  void WritePolicy(const std::string& text);
  // A change by somebody else; throws where the server refuses.
  void OnServer(Method method, const std::string& path, const std::string& body = "");
  // "SELECT id …" of the server's database, as texts.
  [[nodiscard]] std::vector<std::string> Ask(const std::string& sql);

  // `satchel device WORDS --db … `; killed instead of its n-th lasting system call where one is
  // given, and the calls counted otherwise.
  Ended Device(std::vector<std::string> words, std::optional<long> kill_at = {});
  [[nodiscard]] long calls() const { return calls_; }  // Of the last one that ended by itself.

  void Remember();  // Device, server and policy as they are now.
  void Rewind();
  [[nodiscard]] Lasting Look();
  // Opened as the next process would: "ok", or what SQLite finds.
  [[nodiscard]] std::string Integrity();

 private:
  TempFolder folder_ = {};
  std::filesystem::path device_ = folder_ / "device" / "d.db";
  std::filesystem::path policy_ = folder_ / "policy.yaml";
  std::filesystem::path crm_ = folder_ / "crm.db";
  std::unique_ptr<Program> sandbox_ = {};
  std::unique_ptr<Transport> network_ = MakeCurlTransport();
  std::string url_ = {};
  std::string remembered_policy_ = {};
  long calls_ = 0;
};

}  // namespace satchel
