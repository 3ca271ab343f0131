// What a service is asked for is never less than what the device keeps, whatever the query and
// whatever the service's manners; and it is the same where the compiler says so. Two readers of
// $filter hold CompileOData to it: one written from the standard (tests/support/odata_reader.h),
// and the sandbox's, which knows what Dataverse does.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "app/sandbox/company/metadata.h"
#include "app/sandbox/odata/filter.h"
#include "engine/filter/evaluator.h"
#include "engine/filter/server_query.h"
#include "policy/fetchxml/fetchxml.h"
#include "tests/support/any_filter.h"
#include "tests/support/hold_for.h"
#include "tests/support/odata_reader.h"

namespace satchel {
namespace {

constexpr int kCases = 20000;
constexpr int kWorlds = 64;
using Rows = std::vector<std::size_t>;

// The worlds of any_filter.h on a server that offers navigation properties.
class Service {
 public:
  Service() {
    for (std::uint32_t seed = 0; seed < kWorlds; ++seed) worlds_.push_back(MakeWorld(seed));
    schema_ = worlds_[0].schema();
    metadata_ = sandbox::MetadataFrom(schema_);
    for (auto& [name, entity] : schema_.entities) {
      for (auto& [field_name, field] : entity.fields) {
        const sandbox::Attribute* attribute = metadata_.Find(name, field_name);
        field.wire_name = attribute->wire_name();
      }
    }
    for (const sandbox::Relationship& relationship : metadata_.relationships) {
      const auto many = schema_.entities.find(relationship.referencing_entity);
      const auto one = schema_.entities.find(relationship.referenced_entity);
      if (many == schema_.entities.end() || one == schema_.entities.end()) continue;
      const std::string& field = relationship.referencing_attribute;
      many->second.fields.find(field)->second.navigation = relationship.referencing_navigation;
      one->second.collections.push_back({relationship.referenced_navigation, many->first, field});
    }
  }

  [[nodiscard]] const DataSet& AnyWorld() const {
    return worlds_[static_cast<std::size_t>(*rc::gen::inRange(0, kWorlds))];
  }
  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] const sandbox::Metadata& metadata() const { return metadata_; }

 private:
  std::vector<DataSet> worlds_;
  Schema schema_;
  sandbox::Metadata metadata_;
};

std::string Show(const Result<Rows>& answer) {
  if (!answer) return "error: " + answer.error().message;
  std::string text = "rows";
  for (const std::size_t index : *answer) text += " " + std::to_string(index);
  return text;
}

// How often a property had something to say.
struct Tally {
  int exact = 0;     // The service was asked for everything.
  int partial = 0;   // It was asked for more, but not for all.
  int dropping = 0;  // It left rows out.
  int refused = 0;   // It did not understand the question.
  int errors = 0;    // The query itself is wrong.
};

// The two answers as sets: paging and cutting are not the filter's business.
void Hold(const Query& query, const FilterContext& context, const ODataFilter& asked,
          const Result<Rows>& device, Result<Rows> service, const std::string& manners,
          std::size_t all) {
  const auto explain = [&](const std::string& wrong) {
    RC_FAIL(wrong + "\n" + PrintFetch(query) + "\n$filter=" + asked.filter +
            "\nexact: " + (asked.exact ? "yes" : "no") + "\ndevice:  " + Show(device) +
            "\nservice: " + Show(service) + " of " + std::to_string(all) + "\n" + manners + "\n" +
            Show(context));
  };
  if (!service) return explain("the service refuses the filter");
  Rows kept = *device;
  std::sort(kept.begin(), kept.end());
  std::sort(service->begin(), service->end());
  if (!std::includes(service->begin(), service->end(), kept.begin(), kept.end())) {
    explain("the service leaves out a row that the device keeps");
  }
  if (asked.exact && kept != *service) explain("the filter is not exact");
  if (!asked.exact && asked.unexpressed.empty()) explain("nobody says what the device must finish");
}

ODataManners AnyManners() {
  ODataManners manners;
  manners.lower = static_cast<ODataManners::Lower>(*rc::gen::inRange(0, 4));
  manners.ne_keeps_null = *rc::gen::arbitrary<bool>();
  manners.false_with_null = *rc::gen::arbitrary<bool>();
  manners.case_blind = *rc::gen::arbitrary<bool>();
  manners.ignores_padding = *rc::gen::arbitrary<bool>();
  manners.empty_for_null = *rc::gen::arbitrary<bool>();
  return manners;
}

Query AnyWholeQuery() {
  Query query = AnyFilterQuery();
  query.top = 0;
  query.order.clear();
  return query;
}

TEST(ODataText, AsksForEveryIWithItsDotAndWithout) {
  const Service service;
  const auto asked = [&](Operator op, const char* value) {
    const Query query{
        .entity = "a",
        .filter = {.nodes = {{Condition{.field = "name", .op = op, .values = {value}}}}}};
    const auto filter = CompileOData(query, service.schema(), {}, {});
    EXPECT_TRUE(filter && !filter->exact);
    return filter ? filter->filter : filter.error().message;
  };
  EXPECT_EQ(asked(Operator::kBeginsWith, "Ib"),
            "((startswith(tolower(name),'ib') or startswith(tolower(name),'ıb')))");
  // More than two of them would be too many ways.
  EXPECT_EQ(asked(Operator::kLike, "%Visiting%"),
            "((contains(tolower(name),'iting') or contains(tolower(name),'ıting') or "
            "contains(tolower(name),'itıng') or contains(tolower(name),'ıtıng')))");
}

TEST(ODataProperty, NeverLosesARowAtAnyService) {
  const Service service;
  Tally tally;
  HoldFor("OData ⊇ device", kCases, [&] {
    const DataSet& world = service.AnyWorld();
    const Query query = AnyWholeQuery();
    const FilterContext context = AnyFilterContext();
    ODataDialect dialect;
    dialect.tolower = *rc::gen::arbitrary<bool>();
    dialect.lambda = *rc::gen::arbitrary<bool>();
    dialect.in_operator = *rc::gen::arbitrary<bool>();
    const auto device = Evaluate(query, service.schema(), context, world);
    const auto asked = CompileOData(query, service.schema(), context, dialect);
    if (device.has_value() != asked.has_value()) {
      RC_FAIL("only one of the two is an error\n" + PrintFetch(query) +
              "\ndevice: " + Show(device) + "\n" + (asked ? asked->filter : asked.error().message));
    }
    tally.errors += device ? 0 : 1;
    if (!device) return;
    const ODataManners manners = AnyManners();
    const auto answer =
        ODataReader(service.schema(), world, manners).Run(asked->filter, query.entity);
    const std::size_t all = world.Rows(query.entity)->rows();
    Hold(query, context, *asked, device, answer, Show(manners), all);
    tally.exact += asked->exact && !asked->filter.empty() ? 1 : 0;
    tally.partial += !asked->exact && !asked->filter.empty() ? 1 : 0;
    tally.dropping += answer->size() < all ? 1 : 0;
  });
  // A property of filters that ask for everything would say little.
  EXPECT_LT(tally.errors, kCases / 20);
  EXPECT_GT(tally.exact, kCases / 5);
  EXPECT_GT(tally.partial, kCases / 10);
  EXPECT_GT(tally.dropping, kCases / 4);
  std::cout << tally.exact << " exact, " << tally.partial << " partial, " << tally.dropping
            << " dropping, " << tally.errors << " errors\n";
}

TEST(ODataProperty, NeverLosesARowAtTheSandbox) {
  const Service service;
  Tally tally;
  HoldFor("OData ⊇ device, Dataverse", kCases, [&] {
    const DataSet& world = service.AnyWorld();
    const Query query = AnyWholeQuery();
    const FilterContext context = AnyFilterContext();
    ODataDialect dialect{.tolower = false, .dataverse_functions = true};
    dialect.lambda = *rc::gen::arbitrary<bool>();
    const auto device = Evaluate(query, service.schema(), context, world);
    const auto asked = CompileOData(query, service.schema(), context, dialect);
    if (!device || !asked) return;
    Query read{.entity = query.entity};
    if (!asked->filter.empty()) {
      const auto url = sandbox::ParseUrl(query.entity + "s");
      const auto added = sandbox::AddFilter(read, asked->filter, *url, service.metadata(),
                                            *service.metadata().Find(query.entity));
      if (!added) {
        // Dataverse follows collections of the table itself only.
        if (asked->filter.find("/any(") == std::string::npos) {
          RC_FAIL(added.error().message + "\n" + asked->filter);
        }
        ++tally.refused;
        return;
      }
    }
    const auto answer = Evaluate(read, service.schema(), context, world);
    const std::size_t all = world.Rows(query.entity)->rows();
    Hold(query, context, *asked, device, answer, "read as " + PrintFetch(read), all);
    tally.exact += asked->exact && !asked->filter.empty() ? 1 : 0;
    tally.partial += !asked->exact && !asked->filter.empty() ? 1 : 0;
    tally.dropping += answer->size() < all ? 1 : 0;
  });
  EXPECT_GT(tally.exact, kCases / 5);
  EXPECT_GT(tally.partial, kCases / 10);
  EXPECT_GT(tally.dropping, kCases / 4);
  EXPECT_LT(tally.refused, kCases / 20);
  std::cout << tally.exact << " exact, " << tally.partial << " partial, " << tally.dropping
            << " dropping, " << tally.refused << " refused\n";
}

}  // namespace
}  // namespace satchel
