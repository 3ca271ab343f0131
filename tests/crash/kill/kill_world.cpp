#include "tests/crash/kill/kill_world.h"

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "engine/store/database.h"
#include "policy/support/sha256.h"
#include "tests/crash/kill/program.h"

namespace satchel {

namespace {

namespace fs = std::filesystem;

// Where the programs are built with the address sanitizer, which wants to be the first library.
constexpr const char* kBehindAnother = "verify_asan_link_order=0:detect_leaks=0";

Database Opened(const fs::path& file, Database::Use use) {
  auto database = Database::Open(file, use);
  if (!database) throw std::runtime_error(database.error().message);
  return std::move(*database);
}

std::vector<std::string> Texts(Database& database, const std::string& sql) {
  auto rows = database.Prepare(sql);
  if (!rows) throw std::runtime_error(rows.error().message);
  std::vector<std::string> texts;
  Result<bool> row = true;
  while ((row = rows->Step()) && *row) texts.emplace_back(rows->Text(0));
  if (!row) throw std::runtime_error(row.error().message);
  return texts;
}

// As one transaction, so that programs that have `to` open see it.
void CopyDatabase(const fs::path& from, const fs::path& to) {
  sqlite3* source = nullptr;
  sqlite3* target = nullptr;
  sqlite3_open(from.c_str(), &source);
  sqlite3_open(to.c_str(), &target);
  sqlite3_busy_timeout(target, 10'000);
  sqlite3_exec(target, "PRAGMA synchronous=OFF", nullptr, nullptr, nullptr);
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", source, "main");
  const int code = backup ? sqlite3_backup_step(backup, -1) : SQLITE_ERROR;
  if (backup) sqlite3_backup_finish(backup);
  const std::string why = sqlite3_errmsg(target);
  sqlite3_close(source);
  sqlite3_close(target);
  if (code != SQLITE_DONE) throw std::runtime_error("the server's database: " + why);
}

// Every row of every table without "@" in its name, without what counts or tells the time.
void AddTables(Database& database, const std::string& prefix, Lasting& lasting) {
  const auto tables = Texts(database,
                            "SELECT name FROM sqlite_schema WHERE type='table' AND "
                            "instr(name,'@')=0 AND name NOT LIKE 'sqlite%'");
  for (const std::string& table : tables) {
    std::string columns;
    for (const std::string& column :
         Texts(database, "SELECT name FROM pragma_table_info('" + table +
                             "') WHERE name NOT IN ('@rid','@version','modifiedon')")) {
      columns += (columns.empty() ? "" : "||' '||") + std::string("quote(") + SqlName(column) + ")";
    }
    auto& lines = lasting[prefix + " " + table];
    for (std::string& line : Texts(database, "SELECT " + columns + " FROM " + SqlName(table))) {
      lines.insert(std::move(line));
    }
  }
}

}  // namespace

std::string Differences(const Lasting& found, const Lasting& expected) {
  std::string text;
  int lines = 0;
  const auto compare = [&](const Lasting& a, const Lasting& b, const char* what) {
    for (const auto& [place, here] : a) {
      const auto other = b.find(place);
      const std::multiset<std::string> none;
      const auto& there = other == b.end() ? none : other->second;
      if (other == b.end()) text += "  " + place + ": " + what + "\n";
      for (auto at = here.begin(); at != here.end(); at = here.upper_bound(*at)) {
        if (here.count(*at) > there.count(*at) && ++lines <= 8) {
          text += "  " + place + ": " + what + " " + *at + "\n";
        }
      }
    }
  };
  compare(found, expected, "has");
  compare(expected, found, "lacks");
  return text;
}

KillWorld::KillWorld() {
  // Nothing is forced to the disk here either.
  sandbox_ = std::make_unique<Program>(
      std::vector<std::string>{SATCHEL_SANDBOX_PROGRAM, "--port", "0", "--accounts", "12",
                               "--users", "10", "--now", "2026-06-01T08:00:00Z", "--db",
                               crm_.string()},
      Environment{{"LD_PRELOAD", SATCHEL_KILL_LIBRARY}, {"ASAN_OPTIONS", kBehindAnother}},
      folder_ / "sandbox");
  for (int tenths = 0; url_.empty(); ++tenths) {
    const std::string out = sandbox_->Out();
    const std::size_t at = out.find("READY ");
    const std::size_t end = out.find('\n', at);
    if (at != std::string::npos && end != std::string::npos)
      url_ = out.substr(at + 6, end - at - 6);
    if (tenths > 600)
      throw std::runtime_error("the sandbox does not start: " + sandbox_->Wait().err);
    if (url_.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  fs::create_directories(device_.parent_path());
}

KillWorld::~KillWorld() = default;

void KillWorld::WritePolicy(const std::string& text) {
  std::ofstream(policy_, std::ios::binary) << text;
}

void KillWorld::OnServer(Method method, const std::string& path, const std::string& body) {
  const auto answer = network_->Send({.method = method,
                                      .url = url_ + path,
                                      .headers = {{"Content-Type", "application/json"}},
                                      .body = body},
                                     {});
  if (!answer) throw std::runtime_error(answer.error().message);
  if (answer->status >= 300) throw std::runtime_error(path + ": " + answer->body);
}

std::vector<std::string> KillWorld::Ask(const std::string& sql) {
  Database crm = Opened(crm_, Database::Use::kReadOnly);
  auto rows = crm.Prepare(sql);
  if (!rows) throw std::runtime_error(rows.error().message);
  std::vector<std::string> ids;
  while (rows->Step().value_or(false)) ids.push_back(ToString(rows->Id(0)));
  return ids;
}

Ended KillWorld::Device(std::vector<std::string> words, std::optional<long> kill_at) {
  const fs::path count = folder_ / "calls";
  std::vector<std::string> arguments = {SATCHEL_PROGRAM, "device"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  for (const std::string& word : {std::string("--db"), device_.string(), std::string("--policy"),
                                  policy_.string(), std::string("--server"), url_}) {
    arguments.push_back(word);
  }
  Environment environment = {{"LD_PRELOAD", SATCHEL_KILL_LIBRARY},
                             {"ASAN_OPTIONS", kBehindAnother},
                             {"XDG_CONFIG_HOME", (folder_ / "config").string()},
                             {"SATCHEL_KILL_COUNT", count.string()}};
  if (kill_at) environment.emplace_back("SATCHEL_KILL_AT", std::to_string(*kill_at));
  fs::remove(count);
  Program program(arguments, environment, folder_ / "program");
  Ended ended = program.Wait();
  if (ended.signal == 0) calls_ = std::stol("0" + ContentOf(count));
  return ended;
}

void KillWorld::Remember() {
  const fs::path kept = folder_ / "remembered";
  fs::remove_all(kept);
  fs::copy(device_.parent_path(), kept, fs::copy_options::recursive);
  fs::remove(folder_ / "remembered.crm");
  CopyDatabase(crm_, folder_ / "remembered.crm");
  remembered_policy_ = ContentOf(policy_);
}

void KillWorld::Rewind() {
  fs::remove_all(device_.parent_path());
  fs::copy(folder_ / "remembered", device_.parent_path(), fs::copy_options::recursive);
  CopyDatabase(folder_ / "remembered.crm", crm_);
  WritePolicy(remembered_policy_);
}

std::string KillWorld::Integrity() {
  if (!fs::exists(device_)) return "ok";  // Killed before there was one.
  auto database = Database::Open(device_, Database::Use::kDevice);
  if (!database) return database.error().message;
  return Texts(*database, "PRAGMA integrity_check").front();
}

Lasting KillWorld::Look() {
  Lasting lasting;
  {
    Database database = Opened(device_, Database::Use::kDevice);
    AddTables(database, "device", lasting);
    for (std::string& line :
         Texts(database,
               "SELECT quote(entity)||quote(id)||quote(kind)||quote(state)||coalesce((SELECT "
               "group_concat(quote(field)||quote(mine)||quote(theirs)) FROM (SELECT * FROM "
               "\"@change\" c WHERE c.seq=o.seq ORDER BY field)),'') FROM \"@outbox\" o")) {
      lasting["outbox"].insert(std::move(line));
    }
    for (std::string& line : Texts(database,
                                   "SELECT name FROM sqlite_schema WHERE "
                                   "name GLOB '*@raw' OR name GLOB '*@staged*'")) {
      lasting["left of a download"].insert(std::move(line));
    }
  }
  fs::path files = device_;
  files += ".files";
  if (fs::exists(files)) {
    for (const auto& each : fs::recursive_directory_iterator(files)) {
      if (!each.is_regular_file()) continue;
      lasting["files"].insert(each.path().lexically_relative(files).string() + " " +
                              Sha256Hex(ContentOf(each.path())));
    }
  }
  Database crm = Opened(crm_, Database::Use::kReadOnly);
  AddTables(crm, "server", lasting);
  for (std::string& line : Texts(crm, "SELECT entity||quote(id) FROM \"@tombstone\"")) {
    lasting["server, deleted"].insert(std::move(line));
  }
  for (std::string& line : Texts(crm, "SELECT name||' '||value FROM \"@counter\"")) {
    lasting["server, counted"].insert(std::move(line));
  }
  return lasting;
}

}  // namespace satchel
