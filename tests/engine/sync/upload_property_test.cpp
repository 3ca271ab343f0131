// Random edits, uploads and lost answers against a naive model: what the user did, in order, on
// plain maps.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <ostream>

#include "tests/support/company_server.h"

namespace satchel {
namespace {

using Text = std::string;
using Fault = FakeServer::WriteFault;

constexpr int kRecords = 4;
const std::vector<Text> kFields = {"fullname", "age", "parentcustomerid"};

struct Step {
  enum class Kind { kCreate, kEdit, kDelete, kUpload };
  Kind kind = Kind::kCreate;
  int record = 0;
  std::size_t field = 0;
  int value = 0;  // 0: none.
  // Of an upload.
  Fault::Kind fault = Fault::Kind::kNone;
  std::size_t after = 0;
  int during = 0;  // So many of the next steps happen while its first request is on its way.
};

void showValue(const Step& step, std::ostream& out) {
  switch (step.kind) {
    case Step::Kind::kCreate:
      out << "create " << step.record;
      break;
    case Step::Kind::kEdit:
      out << "edit " << step.record << "." << kFields[step.field] << "=" << step.value;
      break;
    case Step::Kind::kDelete:
      out << "delete " << step.record;
      break;
    case Step::Kind::kUpload:
      out << "upload, fault " << static_cast<int>(step.fault) << " after " << step.after
          << ", during it " << step.during;
      break;
  }
}

rc::Gen<Step> AnyStep() {
  using Kind = Step::Kind;
  return rc::gen::build<Step>(
      rc::gen::set(
          &Step::kind,
          rc::gen::weightedElement<Kind>(
              {{2, Kind::kCreate}, {6, Kind::kEdit}, {2, Kind::kDelete}, {3, Kind::kUpload}})),
      rc::gen::set(&Step::record, rc::gen::inRange(0, kRecords)),
      rc::gen::set(&Step::field, rc::gen::inRange<std::size_t>(0, 3)),
      rc::gen::set(&Step::value, rc::gen::inRange(0, 4)),
      rc::gen::set(&Step::fault,
                   rc::gen::element(Fault::Kind::kNone, Fault::Kind::kAway,
                                    Fault::Kind::kLostBefore, Fault::Kind::kLostAfter)),
      rc::gen::set(&Step::after, rc::gen::inRange<std::size_t>(0, 4)),
      rc::gen::set(&Step::during, rc::gen::inRange(0, 4)));
}

// What the user wants of a record: its fields as texts.
using Wanted = std::map<Text, Text>;

class World {
 public:
  explicit World(std::vector<Step> steps) : steps_(std::move(steps)) {
    it_.server.tells_versions = steps_.size() % 3 != 0;
    // Two records the server has from the beginning.
    for (int record = 0; record < 2; ++record) {
      it_.Both("contact", IdOf('c', record), {{"fullname", Text("Old")}});
      ids_[record] = TextOf('c', record);
      wanted_[record] = Wanted{{"fullname", "Old"}};
    }
  }

  void Run() {
    while (next_ < steps_.size()) {
      const Step step = steps_[next_++];
      if (step.kind == Step::Kind::kUpload) {
        Upload(step);
      } else {
        Do(step, it_.edits);
      }
      it_.ExpectSound();
    }
    it_.server.write_fault = {};
    it_.server.on_call = {};
    it_.UploadAll();
    Check();
  }

 private:
  static Text TextFor(std::size_t field, int value) {
    if (value == 0) return "";
    if (field == 2) return "account/" + TextOf('a', value);
    return std::to_string(value);
  }

  void Do(const Step& step, LocalEdits& edits) {
    std::optional<Wanted>& wanted = wanted_[step.record];
    Text& id = ids_[step.record];
    switch (step.kind) {
      case Step::Kind::kCreate: {
        if (wanted) return;
        const auto made = edits.Create("contact", {{"fullname", "New"}});
        RC_ASSERT(made.has_value());
        id = *made;
        wanted = Wanted{{"fullname", "New"}};
        return;
      }
      case Step::Kind::kEdit: {
        const Text value = TextFor(step.field, step.value);
        const auto done =
            edits.Edit("contact", id.empty() ? TextOf('f', 1) : id, {{kFields[step.field], value}});
        RC_ASSERT(done.has_value() == wanted.has_value());
        if (!wanted) return;
        (*wanted)[kFields[step.field]] = value;
        if (value.empty()) wanted->erase(kFields[step.field]);
        return;
      }
      case Step::Kind::kDelete: {
        if (!wanted) return;
        RC_ASSERT(edits.Delete("contact", id).has_value());
        wanted.reset();
        return;
      }
      case Step::Kind::kUpload:
        return;  // One upload at a time.
    }
  }

  void Upload(const Step& upload) {
    const int first = it_.server.write_calls + 1;
    it_.server.write_fault = [=](int call) {
      return call == first ? Fault{upload.fault, upload.after} : Fault{};
    };
    bool done = false;
    it_.server.on_call = [&](std::string_view call) {
      if (call != "Write" || done) return;
      done = true;
      Database connection = it_.Connect();
      LocalEdits user(
          connection, it_.policy,
          {.new_id = [this] { return IdOf('e', ++it_.made); }, .now = [] { return Instant(); }});
      for (int i = 0; i < upload.during && next_ < steps_.size(); ++i) {
        Do(steps_[next_++], user);
      }
    };
    (void)it_.Upload();
    it_.server.on_call = {};
  }

  void Check() {
    RC_ASSERT(it_.Outbox().empty());
    std::size_t there = 0;
    for (const auto& [record, wanted] : wanted_) {
      if (!wanted) continue;
      ++there;
      const Guid id = *ParseGuid(ids_[record]);
      for (std::size_t field = 0; field < kFields.size(); ++field) {
        const auto at = wanted->find(kFields[field]);
        const Text text = at == wanted->end() ? "" : at->second;
        const FieldSchema& schema = *CompanySchema().Find("contact", kFields[field]);
        const auto shown = [&](const auto& value_of) {
          return PrintValue(schema, value_of(kFields[field]), value_of(TypeColumn(kFields[field])));
        };
        RC_ASSERT(shown([&](const Text& f) { return it_.Theirs("contact", id, f); }) == text);
        RC_ASSERT(shown([&](const Text& f) { return it_.At("contact", id, f); }) == text);
      }
      RC_ASSERT(it_.Created(ids_[record]) == (ids_[record][0] == 'e' ? 1 : 0));
    }
    RC_ASSERT(it_.server.Count("contact") == there);
  }

  std::vector<Step> steps_;
  std::size_t next_ = 0;
  CompanyServer it_ = {};
  std::map<int, std::optional<Wanted>> wanted_ = {};
  std::map<int, Text> ids_ = {};
};

RC_GTEST_PROP(UploadProperty, TheServerEndsWithWhatTheUserDid, ()) {
  World(*rc::gen::container<std::vector<Step>>(AnyStep())).Run();
}

// I17 against a server that refuses to point at what it does not have.
RC_GTEST_PROP(UploadProperty, RandomGraphsArriveWithEveryParentFirst, ()) {
  CompanyServer it;
  const int count = *rc::gen::inRange(1, 12);
  std::vector<Text> ids;
  for (int i = 0; i < count; ++i) {
    const auto id = it.edits.Create("account", {{"name", "N"}});
    RC_ASSERT(id.has_value());
    ids.push_back(*id);
  }
  std::vector<Value> parents(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (*rc::gen::arbitrary<bool>()) continue;
    const auto at = *rc::gen::inRange<std::size_t>(0, ids.size());
    RC_ASSERT(it.edits.Edit("account", ids[i], {{"parentaccountid", ids[at]}}).has_value());
    parents[i] = *ParseGuid(ids[at]);
  }
  it.server.refuse = [&](const WriteOperation& operation) -> std::optional<WriteResult> {
    for (const FieldValue& value : operation.values) {
      if (value.field == "parentaccountid" && !it.server.Find("account", value.value)) {
        return WriteResult{.kind = WriteResult::Kind::kRejected, .error = {{}, "no parent"}};
      }
    }
    return std::nullopt;
  };
  const UploadOutcome outcome = it.Upload();
  RC_ASSERT(outcome.parked == 0);
  RC_ASSERT(it.Outbox().empty());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    RC_ASSERT(it.Theirs("account", *ParseGuid(ids[i]), "parentaccountid") == parents[i]);
  }
}

}  // namespace
}  // namespace satchel
