#include "preview/run/device_copy.h"

#include "engine/device/migration.h"
#include "engine/store/local_meta.h"

namespace satchel {

namespace {

Result<> CopyDatabase(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto database = Database::Open(from, Database::Use::kReadOnly);
  if (!database) return Fail(database.error().While(from.string()));
  // The connection stays one that cannot write the device; this is about the other file.
  if (auto off = database->Execute("PRAGMA query_only=OFF"); !off) return off;
  auto copy = database->Prepare("VACUUM INTO ?1");
  if (!copy) return Fail(copy.error());
  const std::string name = to.string();
  copy->Bind(1, std::string_view(name));
  if (auto done = copy->Run(); !done) return Fail(done.error().While("copy " + from.string()));
  std::error_code ignored;
  std::filesystem::permissions(
      to, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
  return {};
}

}  // namespace

Result<Database> CopyDevice(const std::filesystem::path& from, const std::filesystem::path& to,
                            const FullSyncRequest& sync) {
  if (auto copied = CopyDatabase(from, to); !copied) return Fail(copied.error());
  auto database = Database::Open(to, Database::Use::kScratch);
  if (!database) return database;
  // The device may be of an older format.
  if (auto made = CreateMeta(*database); !made) return Fail(made.error().While(from.string()));
  for (const auto& [name, value] :
       {std::pair("organization", sync.organization), std::pair("user", sync.user)}) {
    const auto bound = ReadMeta(*database, name);
    if (!bound) return Fail(bound.error().While(from.string()));
    if (*bound == value) continue;
    return Fail(ErrorCode::kDenied,
                from.string() + " is the device of another " + name + " (give --as its user)");
  }
  // The draft may keep other entities and fields than the device does.
  const auto migrated =
      Migrate(*database, sync.policy, sync.schema, [](Database&) { return Result<>(); });
  if (!migrated) return Fail(migrated.error());
  return database;
}

}  // namespace satchel
