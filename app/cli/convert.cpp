#include <CLI/App.hpp>
#include <CLI/CLI.hpp>
#include <optional>
#include <ostream>

#include "app/cli/command.h"
#include "app/cli/files.h"
#include "app/cli/interrupt.h"
#include "app/cli/sources.h"
#include "engine/filter/server_query.h"
#include "engine/filter/sql.h"
#include "policy/check/check.h"
#include "policy/fetchxml/fetchxml.h"
#include "policy/support/text.h"
#include "policy/wording/sentence.h"
#include "policy/yaml/write_policy.h"

namespace satchel {

namespace {

struct ConvertOptions {
  std::string file = {};
  std::string entity = {};
  std::string from = {};
  std::string to = {};
  SchemaSource schema = {};
  ContextSource context = {};
};

// What is being converted: a query, and the entity block it came from or would become.
struct Source {
  Query query = {};
  Entity entity = {};
  std::optional<Policy> policy = {};  // The whole one, where it came from a policy.
  SourceMap marks = {};
};

tl::expected<Source, ExitCode> FromYaml(const ConvertOptions& options, Terminal& terminal) {
  const auto read = LoadSoundPolicy(options.file, terminal);
  if (!read) return tl::unexpected(read.error());
  const Policy& policy = read->policy;
  std::string name = options.entity;
  if (name.empty() && policy.entities.size() == 1) name = policy.entities.front().name;
  const Entity* entity = policy.Find(name);
  if (entity == nullptr) {
    std::vector<std::string> names;
    for (const Entity& each : policy.entities) names.push_back(each.name);
    terminal.Complain(
        options.file + ": " +
        (name.empty() ? "it has several entities" : "it has no entity " + Quoted(name)) +
        " (--entity takes one of: " + Join(names, ", ") + ")");
    return tl::unexpected(name.empty() ? ExitCode::kUsage : ExitCode::kFindings);
  }
  return Source{QueryOf(*entity), *entity, policy, read->marks};
}

tl::expected<Source, ExitCode> FromFetch(const ConvertOptions& options, Terminal& terminal) {
  const Result<std::string> text = ReadText(options.file, terminal);
  if (!text) {
    terminal.Complain(text.error());
    return tl::unexpected(ExitCodeOf(text.error()));
  }
  auto fetch = ParseFetch(*text);
  if (!fetch) {
    terminal.Report(options.file, {.mark = fetch.error().mark, .message = fetch.error().message});
    return tl::unexpected(ExitCode::kFindings);
  }
  for (const std::string& dropped : fetch->dropped) {
    terminal.Note("Left out, as it does not decide which rows match: " + dropped);
  }
  Source source;
  source.query = fetch->query;
  source.marks = std::move(fetch->marks);
  source.entity.name = fetch->query.entity;
  source.entity.fields = fetch->attributes;
  source.entity.all_fields = fetch->attributes.empty();
  source.entity.filter = fetch->query.filter;
  source.entity.links = fetch->query.links;
  source.entity.order = fetch->query.order;
  if (fetch->query.top > 0) source.entity.max_records = fetch->query.top;
  return source;
}

// With the schema more can be wrong than was seen without it.
ExitCode Refuse(const ConvertOptions& options, const Source& source, const Schema& schema,
                const Error& error, Terminal& terminal) {
  const std::vector<Finding> findings = source.policy
                                            ? CheckPolicy(*source.policy, &schema, &source.marks)
                                            : CheckQuery(source.query, &schema, &source.marks);
  ComplainOfQuery(terminal, options.file, source.entity.name, findings, error);
  return ExitCode::kFindings;
}

ExitCode PrintSql(const ConvertOptions& options, const Source& source, const Schema& schema,
                  const FilterContext& context, Terminal& terminal) {
  const Result<SqlText> sql = CompileSql(source.query, schema, context);
  if (!sql) return Refuse(options, source, schema, sql.error(), terminal);
  terminal.out() << sql->text << "\n";
  int number = 0;
  for (const SqlValue& value : sql->binds) {
    terminal.out() << "-- ?" << ++number << " = ";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) terminal.out() << *whole;
    if (const auto* real = std::get_if<double>(&value)) terminal.out() << *real;
    if (const auto* text = std::get_if<std::string>(&value)) terminal.out() << Quoted(*text, 1000);
    if (const auto* id = std::get_if<Guid>(&value)) terminal.out() << ToString(*id);
    if (std::holds_alternative<std::monostate>(value)) terminal.out() << "NULL";
    terminal.out() << "\n";
  }
  return ExitCode::kFine;
}

ExitCode PrintOData(const ConvertOptions& options, const Source& source, const Schema& schema,
                    const FilterContext& context, Terminal& terminal) {
  const Result<ODataFilter> filter = CompileOData(source.query, schema, context, {});
  if (!filter) return Refuse(options, source, schema, filter.error(), terminal);
  terminal.out() << filter->filter << "\n";
  for (const std::string& sentence : filter->unexpressed) {
    terminal.Note("Left to the device: " + sentence);
  }
  return ExitCode::kFine;
}

ExitCode Convert(const ConvertOptions& options, Terminal& terminal) {
  const Interrupt interrupt;
  const auto source =
      options.from == "yaml" ? FromYaml(options, terminal) : FromFetch(options, terminal);
  if (!source) return source.error();

  if (options.to == "yaml") {
    terminal.out() << PrintEntity(source->entity);
    return ExitCode::kFine;
  }
  if (options.to == "fetchxml") {
    FetchOptions print;
    print.attributes = source->entity.fields;
    terminal.out() << PrintFetch(source->query, print);
    return ExitCode::kFine;
  }
  const auto schema =
      options.schema.Load(EntitiesNamed(source->query), terminal, interrupt.token());
  if (!schema) return schema.error();
  if (options.to == "text") {
    terminal.out() << ToString(Describe(source->query, schema->has_value() ? &**schema : nullptr))
                   << "\n";
    return ExitCode::kFine;
  }
  if (!schema->has_value()) {
    terminal.Complain("--to " + options.to +
                      " needs the types of the fields (add --server or --schema)");
    return ExitCode::kUsage;
  }
  const auto context = options.context.Load(terminal);
  if (!context) return context.error();
  return options.to == "sql" ? PrintSql(options, *source, **schema, *context, terminal)
                             : PrintOData(options, *source, **schema, *context, terminal);
}

}  // namespace

void AddConvert(CLI::App& app, Program& program) {
  auto options = std::make_shared<ConvertOptions>();
  CLI::App* command = app.add_subcommand("convert", "A filter in another language");
  command->add_option("FILE", options->file, "Policy or FetchXML file; - is standard input")
      ->required();
  command->add_option("--entity", options->entity, "The policy's entity, where it has several");
  command->add_option("--from", options->from, "Language of FILE")
      ->required()
      ->check(CLI::IsMember({"yaml", "fetchxml"}));
  command->add_option("--to", options->to, "Language to print")
      ->required()
      ->check(CLI::IsMember({"yaml", "fetchxml", "odata", "sql", "text"}));
  options->schema.AddOptions(*command);
  options->context.AddOptions(*command);
  command->footer(
      "odata and sql need the fields' types: --server or --schema.\n"
      "Example: satchel convert view.xml --from fetchxml --to yaml");
  command->callback([options, &program] {
    program.run = [options, &program] { return Convert(*options, program.terminal); };
  });
}

}  // namespace satchel
