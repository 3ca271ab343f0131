#include "tests/support/fake_server.h"

#include <algorithm>
#include <charconv>

namespace satchel {

Result<Page> FakeServer::ReadPage(const ReadPlan& plan, const std::string& cursor,
                                  std::stop_token stop) {
  ++pages_read;
  entities_read.push_back(plan.request.query.entity);
  if (stop.stop_requested()) return Fail(ErrorCode::kCancelled, "cancelled");
  if (notice_ && !notice_text.empty()) notice_(notice_text);
  if (before_page) {
    if (auto allowed = before_page(pages_read); !allowed) return Fail(allowed.error());
  }
  Query query = plan.request.query;
  if (!plan.exact) query.filter = {}, query.links = {};
  if (!plan.ordered_cut) query.top = 0, query.order.clear();
  const auto found = Evaluate(query, data_.schema(), plan.request.context, data_);
  if (!found) return Fail(found.error());

  std::size_t from = 0;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), from);
  const auto size = static_cast<std::size_t>(page_size);
  const std::size_t page = from / size;
  if (same_page) from = 0;
  const std::size_t to = std::min(found->size(), from + size);
  if (page > 0) from -= std::min(from, static_cast<std::size_t>(repeat_last));

  const EntitySchema& schema = *data_.schema().Find(query.entity);
  const RowBatch& rows = *data_.Rows(query.entity);
  std::vector<RowBatch::Column> columns = {{schema.key}};
  for (const std::string& name : plan.request.fields) {
    columns.push_back({name});
    if (schema.Find(name)->polymorphic()) columns.push_back({TypeColumn(name)});
  }
  columns.push_back({std::string(kVersionColumn)});
  Page answer;
  answer.rows = RowBatch(columns);
  for (std::size_t i = from; i < to; ++i) {
    Cell* cells = answer.rows.AddRow();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      for (std::size_t k = 0; k < rows.columns().size(); ++k) {
        if (rows.columns()[k].name == columns[c].name) cells[c] = rows.cell((*found)[i], k);
      }
    }
  }
  const bool more = same_page || to < found->size();
  if (more) answer.next_cursor = std::to_string((page + 1) * size);
  if (!more && circles) answer.next_cursor = "0";
  if (plan.request.labels) answer.labels.push_back({"u1", "Jana"});
  answer.bytes_received = 100;
  return answer;
}

}  // namespace satchel
