// Feeds bytes of a hostile server to everything that reads an answer: pages of rows, metadata,
// batch answers, links, cursors, paging cookies.
//
// Built with -fsanitize=fuzzer it searches; linked with tests/fuzz/replay.cpp it replays the corpus
// as an ordinary test.
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/http/batch.h"
#include "engine/http/retry.h"
#include "engine/http/url.h"
#include "engine/server/dataverse/paging_cookie.h"
#include "engine/server/json.h"
#include "engine/server/odata/csdl.h"
#include "engine/server/page_cursor.h"
#include "engine/server/row_parser.h"

namespace {

satchel::EntitySchema Account() {
  using satchel::FieldType;
  satchel::EntitySchema entity;
  entity.name = "account";
  entity.key = "accountid";
  const auto add = [&entity](const char* name, FieldType type) {
    entity.fields[name] = {.name = name, .type = type};
  };
  add("accountid", FieldType::kUniqueIdentifier);
  add("name", FieldType::kString);
  add("employees", FieldType::kInteger);
  add("revenue", FieldType::kMoney);
  add("latitude", FieldType::kDouble);
  add("active", FieldType::kBoolean);
  add("createdon", FieldType::kDateTime);
  add("founded", FieldType::kDateOnly);
  add("tags", FieldType::kMultiSelect);
  entity.fields["ownerid"] = {.name = "ownerid",
                              .type = FieldType::kOwner,
                              .targets = {"systemuser", "team"},
                              .wire_name = "_ownerid_value"};
  return entity;
}

// Every byte a cell points at is looked at, so that a sanitizer sees a dangling view.
std::size_t Touch(const satchel::RowBatch& rows) {
  std::size_t sum = 0;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    for (std::size_t column = 0; column < rows.columns().size(); ++column) {
      const satchel::Cell& cell = rows.cell(row, column);
      if (cell.kind == satchel::Cell::Kind::kText || cell.kind == satchel::Cell::Kind::kId) {
        for (const char c : cell.view()) sum += static_cast<unsigned char>(c);
      }
    }
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  static const satchel::EntitySchema kAccount = Account();
  satchel::RowParser parser(
      *satchel::RowLayout::Make(kAccount,
                                {"name", "employees", "revenue", "latitude", "active", "createdon",
                                 "founded", "tags", "ownerid"},
                                {.labels = true, .each_once = size % 2 == 0}));
  volatile std::size_t seen = 0;
  for (int i = 0; i < 2; ++i) {  // The second page meets what the parser learned from the first.
    if (const auto page = parser.Parse(text)) seen = seen + Touch(page->rows);
  }
  static_cast<void>(satchel::ParseJson(text));
  static_cast<void>(satchel::odata::ParseCsdl(text));
  static_cast<void>(satchel::dataverse::DecodePagingCookie(text));
  static_cast<void>(satchel::ParseCursor(text));
  static_cast<void>(satchel::ParseRetryAfter(text, std::chrono::system_clock::now()));
  static_cast<void>(satchel::UnwrapBatch(
      {.status = 200, .headers = {{"Content-Type", "multipart/mixed; boundary=b"}}, .body = text}));
  static_cast<void>(satchel::ReadBatchRequest("multipart/mixed; boundary=b", text));
  if (const auto url = satchel::ResolveLink({"https", "a", 443, "/b/", ""}, text)) {
    // What is printed reads back as the same URL.
    const auto again = satchel::ParseUrl(url->Text());
    if (!again || !(*again == *url)) __builtin_trap();
  }
  return 0;
}
