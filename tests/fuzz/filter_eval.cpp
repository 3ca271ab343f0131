// Fuzz target: a data set is read or refused, and any fetch over a fixed one is answered or refused
// with a sentence.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/filter/data_set.h"
#include "engine/filter/evaluator.h"
#include "engine/record/instant.h"
#include "policy/fetchxml/fetchxml.h"

namespace {

constexpr std::string_view kData = R"({"schema":{
  "account":{"key":"id","hierarchy":"parent","fields":{"id":"uniqueidentifier","name":"string",
    "revenue":"money","when":"datetime","wall":"datetime_tzi","day":"dateonly","tags":"multiselectpicklist",
    "state":"state","active":"boolean","ratio":"double","ownerid":"owner",
    "parent":{"type":"lookup","targets":["account"]}}},
  "contact":{"key":"id","fields":{"id":"uniqueidentifier","name":"string","age":"integer",
    "account":{"type":"lookup","targets":["account"]}}}},
 "rows":{"account":[
  {"id":"00000000-0000-0000-0000-000000000001","name":"Straße","revenue":1.5,"when":"2024-03-31T01:00:00Z",
   "wall":"2024-02-29T12:00:00","day":"2024-02-29","tags":"1,3","state":0,"active":true,"ratio":0.5,
   "ownerid":"00000000-0000-0000-0000-000000000009","parent":"00000000-0000-0000-0000-000000000002"},
  {"id":"00000000-0000-0000-0000-000000000002","parent":"00000000-0000-0000-0000-000000000001"}],
 "contact":[
  {"id":"00000000-0000-0000-0000-000000000011","name":"a%","age":7,"account":"00000000-0000-0000-0000-000000000001"},
  {"id":"00000000-0000-0000-0000-000000000012"}]}})";

const satchel::DataSet& Data() {
  static const auto data = satchel::ParseDataSet(kData);
  if (!data) std::abort();
  return *data;
}

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (!text.empty() && text.front() == '{') {
    const auto data = satchel::ParseDataSet(text);
    Check(data || !data.error().message.empty());
    if (data) {
      const std::string printed = satchel::PrintSchema(data->schema());
      const auto again = satchel::ParseSchema(printed);
      Check(again && *again == data->schema());
    }
    return 0;
  }
  const auto fetch = satchel::ParseFetch(text);
  if (!fetch) return 0;
  satchel::FilterContext context;
  context.now = *satchel::ParseInstant("2024-03-31T10:00:00Z");
  context.zone = "Europe/Prague";
  context.user = {.id = "00000000-0000-0000-0000-000000000009",
                  .business_unit = "00000000-0000-0000-0000-000000000008"};
  const auto answer = satchel::Evaluate(fetch->query, Data().schema(), context, Data());
  Check(answer || !answer.error().message.empty());
  if (answer) Check(answer->size() <= Data().Rows(fetch->query.entity)->rows());
  return 0;
}
