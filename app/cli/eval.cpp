#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "app/cli/sources.h"
#include "engine/filter/data_set.h"
#include "engine/filter/evaluator.h"
#include "policy/check/check.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

struct EvalOptions {
  std::string data = {};
  std::string filter = {};
  ContextSource context = {};
};

// The key of each matching row as text: a GUID as servers print it, other keys as they are.
std::string KeyText(const Cell& cell) {
  if (cell.kind == Cell::Kind::kId && cell.size == 16) {
    Guid guid;
    std::copy_n(cell.bytes, 16, reinterpret_cast<char*>(guid.bytes.data()));
    return ToString(guid);
  }
  if (cell.kind == Cell::Kind::kInteger) return std::to_string(cell.integer);
  return cell.null() ? "" : std::string(cell.view());
}

ExitCode Eval(const EvalOptions& options, Terminal& terminal) {
  const Result<std::string> data_text = ReadText(options.data, terminal);
  const Result<std::string> filter_text =
      data_text ? ReadText(options.filter, terminal) : Fail(data_text.error());
  if (!filter_text) {
    terminal.Complain(filter_text.error());
    return ExitCodeOf(filter_text.error());
  }
  const Result<DataSet> data = ParseDataSet(*data_text);
  if (!data) {
    ComplainOfJson(terminal, options.data, data.error());
    return ExitCode::kFindings;
  }
  const auto fetch = ParseFetch(*filter_text);
  if (!fetch) {
    terminal.Report(options.filter, {.mark = fetch.error().mark, .message = fetch.error().message});
    return ExitCode::kFindings;
  }
  const auto context = options.context.Load(terminal);
  if (!context) return context.error();
  const auto matching = Evaluate(fetch->query, data->schema(), *context, *data);
  if (!matching) {
    ComplainOfQuery(terminal, options.filter, fetch->query.entity,
                    CheckQuery(fetch->query, &data->schema(), &fetch->marks), matching.error());
    return ExitCode::kFindings;
  }
  const EntitySchema* entity = data->schema().Find(fetch->query.entity);
  const RowBatch* rows = data->Rows(fetch->query.entity);
  if (entity == nullptr || rows == nullptr) return ExitCode::kFine;  // No rows at all.
  std::size_t key = 0;
  while (key < rows->columns().size() && rows->columns()[key].name != entity->key) ++key;
  for (const std::size_t row : *matching) terminal.out() << KeyText(rows->cell(row, key)) << "\n";
  return ExitCode::kFine;
}

}  // namespace

void AddEval(CLI::App& app, Program& program) {
  auto options = std::make_shared<EvalOptions>();
  CLI::App* command =
      app.add_subcommand("eval", "Which rows of a JSON data set a FetchXML filter matches");
  command->add_option("--data", options->data, "Schema and rows (docs/command-line.md)")
      ->required();
  command->add_option("--filter", options->filter, "A FetchXML document")->required();
  options->context.AddOptions(*command);
  command->footer(
      "Example: satchel eval --data rows.json --filter open.xml --now 2026-11-23T10:00:00Z --tz "
      "Europe/Prague");
  command->callback([options, &program] {
    program.run = [options, &program] { return Eval(*options, program.terminal); };
  });
}

}  // namespace satchel
