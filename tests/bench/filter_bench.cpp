// How long `satchel eval` takes: reading a data set, and answering queries over it.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>

#include "engine/filter/data_set.h"
#include "engine/filter/evaluator.h"
#include "engine/record/instant.h"
#include "policy/fetchxml/fetchxml.h"

namespace satchel {
namespace {

std::string IdText(char kind, int number) {
  char text[40];
  std::snprintf(text, sizeof text, "%c0000000-0000-4000-8000-%012d", kind, number);
  return text;
}

// Accounts, each with three contacts.
std::string Document(int accounts) {
  std::string json =
      R"({"schema":{"account":{"key":"accountid","fields":{"accountid":"uniqueidentifier","name":"string",)"
      R"("city":"string","revenue":"money","statecode":"state","createdon":"datetime","ownerid":"owner"}},)"
      R"("contact":{"key":"contactid","fields":{"contactid":"uniqueidentifier","fullname":"string",)"
      R"("age":"integer","accountid":{"type":"lookup","targets":["account"]}}}},"rows":{"account":[)";
  for (int i = 0; i < accounts; ++i) {
    if (i > 0) json += ',';
    json += R"({"accountid":")" + IdText('a', i) + R"(","name":"Společnost )" + std::to_string(i) +
            R"(","city":")" + (i % 3 == 0 ? "Brno" : "Žilina") + R"(","revenue":)" +
            std::to_string(i % 1000) + R"(.25,"statecode":)" + std::to_string(i % 2) +
            R"(,"createdon":"2024-)" + (i % 2 == 0 ? "03" : "11") + "-" +
            std::to_string(10 + i % 18) + R"(T08:30:00Z","ownerid":")" + IdText('b', i % 50) +
            R"("})";
  }
  json += R"(],"contact":[)";
  for (int i = 0; i < accounts * 3; ++i) {
    if (i > 0) json += ',';
    json += R"({"contactid":")" + IdText('c', i) + R"(","fullname":"Osoba )" + std::to_string(i) +
            R"(","age":)" + std::to_string(i % 90) + R"(,"accountid":")" + IdText('a', i / 3) +
            R"("})";
  }
  return json + "]}}";
}

Query QueryFrom(const char* xml) {
  const auto fetch = ParseFetch(xml);
  if (!fetch) std::abort();
  return fetch->query;
}

void BM_ReadDataSet(benchmark::State& state) {
  const std::string json = Document(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    auto data = ParseDataSet(json);
    if (!data) std::abort();
    benchmark::DoNotOptimize(data);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(json.size()) * state.iterations());
}
BENCHMARK(BM_ReadDataSet)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void Evaluate(benchmark::State& state, const char* xml) {
  const auto data = ParseDataSet(Document(static_cast<int>(state.range(0))));
  if (!data) std::abort();
  const Query query = QueryFrom(xml);
  FilterContext context;
  context.now = *ParseInstant("2024-11-20T12:00:00Z");
  context.zone = "Europe/Prague";
  std::size_t rows = 0;
  for (auto _ : state) {
    const auto answer = Evaluate(query, data->schema(), context, *data);
    if (!answer) std::abort();
    rows = answer->size();
  }
  state.counters["rows"] = static_cast<double>(rows);
}

void BM_ThreeConditions(benchmark::State& state) {
  Evaluate(state, R"(<fetch><entity name="account"><filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      <condition attribute="city" operator="like" value="%lin%"/>
      <condition attribute="createdon" operator="last-x-months" value="9"/>
      </filter></entity></fetch>)");
}
BENCHMARK(BM_ThreeConditions)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_ConditionsAndALink(benchmark::State& state) {
  Evaluate(state, R"(<fetch><entity name="account"><filter>
      <condition attribute="statecode" operator="eq" value="0"/>
      <link-entity name="contact" from="accountid" to="accountid" link-type="any"><filter>
        <condition attribute="age" operator="gt" value="80"/></filter></link-entity>
      </filter><order attribute="name"/></entity></fetch>)");
}
BENCHMARK(BM_ConditionsAndALink)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_HasNoChild(benchmark::State& state) {
  Evaluate(state, R"(<fetch><entity name="account"><filter>
      <condition entityname="c" attribute="contactid" operator="null"/></filter>
      <link-entity name="contact" from="accountid" to="accountid" link-type="outer" alias="c">
      <filter><condition attribute="age" operator="gt" value="80"/></filter></link-entity>
      </entity></fetch>)");
}
BENCHMARK(BM_HasNoChild)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace satchel
