#include "engine/sync/upload.h"

#include <algorithm>

#include "engine/record/mutant.h"
#include "engine/store/tuning.h"

namespace satchel::upload {

namespace {

constexpr const char* kDeletedThere = "the record was deleted on the server";
constexpr const char* kHiddenThere =
    "the record was changed on the server since, and is no longer shown to this user";

bool IsLink(const Item& item) {
  return item.kind == ChangeKind::kAssociate || item.kind == ChangeKind::kDisassociate;
}

// Errors that are about what was to be sent, not about the server or the connection.
bool IsAboutContent(ErrorCode code) {
  return code == ErrorCode::kInvalid || code == ErrorCode::kUnsupported ||
         code == ErrorCode::kNotFound;
}

}  // namespace

ConflictRule Rules::Of(std::string_view entity) const {
  const auto at = by_entity.find(entity);
  return at == by_entity.end() ? conflict : at->second;
}

Actions Session::On(const Event& event) {
  if (over_) return {};
  return std::visit([this](const auto& e) { return Handle(e); }, event);
}

Actions Session::Handle(const Begun& event) {
  return StartPass(event.items);
}

Actions Session::Handle(const Reloaded& event) {
  return StartPass(event.items);
}

Actions Session::StartPass(const std::vector<Item>& items) {
  ++passes_;
  again_ = false;
  items_ = items;
  order_ = WorkOutOrder(items_);
  after_.assign(items_.size(), {});
  waits_.assign(items_.size(), 0);
  ready_.clear();
  questions_.clear();
  changing_.clear();
  Actions actions;
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].kind == ChangeKind::kUpdate) changing_.insert(items_[i].id);
    waits_[i] = order_.before[i].size();
    for (const std::size_t before : order_.before[i]) after_[before].push_back(i);
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (held_.contains(item.seq)) continue;
    if (item.state == EntryState::kWaiting && waits_[i] == 0) ready_.insert(i);
    if (item.state != EntryState::kSending || Planted(Mutant::kB42SendingForgotten)) continue;
    // Links may be sent twice.
    if (IsLink(item)) {
      TryAgain(i, "the server did not answer", true, actions);
    } else {
      uncertain_.insert(item.seq);
      questions_.push_back({i, Why::kUncertain, "the server did not answer"});
    }
  }
  Continue(actions);
  return actions;
}

void Session::Continue(Actions& actions) {
  while (questions_.empty() && !ready_.empty()) {
    Send send;
    sent_.clear();
    while (!ready_.empty() && send.parts.size() < batch_) {
      const std::size_t place = *ready_.begin();
      ready_.erase(ready_.begin());
      const Item& item = items_[place];
      const bool based = item.kind == ChangeKind::kUpdate || item.kind == ChangeKind::kDelete;
      const bool compared = compared_.contains(item.seq);
      if (based && !item.versioned && !compared) {
        questions_.push_back({place, Why::kNoVersion, {}});
        continue;
      }
      const bool unguarded = based && (!item.versioned || unguarded_.contains(item.entity));
      if (unguarded && !compared) {
        questions_.push_back({place, Why::kUnguarded, {}});
        continue;
      }
      send.parts.push_back({item.seq, item.revision, order_.later[place], unguarded});
      sent_.push_back(place);
    }
    if (!send.parts.empty()) {
      actions.emplace_back(std::move(send));
      return;
    }
  }
  if (!questions_.empty()) {
    Look look;
    looking_.clear();
    while (!questions_.empty() && looking_.size() < kRecordsPerLook) {
      look.seqs.push_back(items_[questions_.front().place].seq);
      looking_.push_back(std::move(questions_.front()));
      questions_.pop_front();
    }
    actions.emplace_back(std::move(look));
    return;
  }
  if (again_ && passes_ < kMaxUploadPasses) {
    actions.emplace_back(Reload{});
    return;
  }
  over_ = true;
  actions.emplace_back(Finish{});
}

Actions Session::Stop(Error error) {
  over_ = true;
  return {Finish{std::move(error)}};
}

void Session::Settle(std::size_t place) {
  for (const std::size_t next : after_[place]) {
    const Item& item = items_[next];
    const bool free = --waits_[next] == 0;
    if (free && item.state == EntryState::kWaiting && !held_.contains(item.seq)) {
      ready_.insert(next);
    }
  }
}

void Session::TryAgain(std::size_t place, const std::string& words, bool now, Actions& actions) {
  const Item& item = items_[place];
  if (item.attempts + 1 >= kMaxAttempts) {
    actions.emplace_back(Park{item.seq, words, uncertain_.contains(item.seq)});
    return;
  }
  PutAside(place, true, actions);
  if (!now) {
    held_.insert(item.seq);
  } else if (uncertain_.contains(item.seq)) {
    items_[place].state = EntryState::kWaiting;
    ++items_[place].attempts;
    if (waits_[place] == 0) ready_.insert(place);
  } else {
    again_ = true;
  }
}

void Session::PutAside(std::size_t place, bool counts, Actions& actions) {
  const std::int64_t seq = items_[place].seq;
  if (!uncertain_.contains(seq)) {
    actions.emplace_back(PutBack{seq, counts});
  } else if (counts) {
    actions.emplace_back(CountAttempt{seq});
  }
}

Actions Session::Handle(const Answered& event) {
  Actions actions;
  if (event.edited) again_ = true;
  const Answer* lost = nullptr;
  for (std::size_t i = 0; i < sent_.size() && i < event.answers.size(); ++i) {
    if (event.answers[i].kind == Answer::Kind::kUnknown) lost = &event.answers[i];
    AnswerOf(sent_[i], event.answers[i], actions);
    compared_.erase(items_[sent_[i]].seq);
  }
  sent_.clear();
  if (event.halted) {
    over_ = true;
    actions.emplace_back(Finish{event.halted});
    return actions;
  }
  if (lost) {
    batch_ = std::max<std::size_t>(1, batch_ / 2);
    if (++losses_ > kMaxLostAnswers) {
      over_ = true;
      actions.emplace_back(Finish{Error{ErrorCode::kOffline, lost->words}});
      return actions;
    }
  }
  Continue(actions);
  return actions;
}

void Session::AnswerOf(std::size_t place, const Answer& answer, Actions& actions) {
  const Item& item = items_[place];
  const auto done = [&] {
    actions.emplace_back(Acknowledge{item.seq, answer.version});
    Settle(place);
    if (!order_.later[place].empty()) again_ = true;  // The lookups left out.
  };
  switch (answer.kind) {
    case Answer::Kind::kDone:
      return done();
    case Answer::Kind::kConflict:
      if (item.kind == ChangeKind::kAssociate) return done();  // They are associated.
      if (item.kind == ChangeKind::kDisassociate) break;
      questions_.push_back({place, Why::kConflict, answer.words});
      return;
    case Answer::Kind::kGone:
      if (item.kind == ChangeKind::kDelete || item.kind == ChangeKind::kDisassociate) {
        return done();
      }
      if (item.kind != ChangeKind::kUpdate) break;
      questions_.push_back({place, Why::kGone, answer.words});
      return;
    case Answer::Kind::kRejected:
      if (!Planted(Mutant::kB60RejectionRetried)) break;
      [[fallthrough]];
    case Answer::Kind::kTryLater:
      return TryAgain(place, answer.words, false, actions);
    case Answer::Kind::kUnknown:
      if (IsLink(item)) return TryAgain(place, answer.words, true, actions);
      uncertain_.insert(item.seq);
      questions_.push_back({place, Why::kUncertain, answer.words});
      return;
    case Answer::Kind::kNotSent:
      PutAside(place, false, actions);
      again_ = true;
      return;
    case Answer::Kind::kChanged:
      again_ = true;
      return;
    case Answer::Kind::kUnguarded:
      if (compared_.contains(item.seq)) break;  // It was sent without one.
      unguarded_.insert(item.entity);
      PutAside(place, false, actions);
      questions_.push_back({place, Why::kUnguarded, answer.words});
      return;
  }
  Refuse(place, answer.words, actions);
}

void Session::Refuse(std::size_t place, const std::string& words, Actions& actions) {
  const Item& item = items_[place];
  again_ = true;  // What the user changed meanwhile may have mended it.
  const bool waits = std::any_of(item.references.begin(), item.references.end(),
                                 [this](const Reference& reference) {
                                   return !reference.old && changing_.contains(reference.id);
                                 });
  if (waits && postponed_.insert(item.seq).second) return PutAside(place, false, actions);
  actions.emplace_back(Park{item.seq, words});
}

Actions Session::Handle(const Refused& event) {
  Actions actions;
  const std::vector<std::size_t> sent = std::move(sent_);
  sent_.clear();
  const bool content = IsAboutContent(event.error.code);
  for (const std::size_t place : sent) {
    if (content && sent.size() == 1) {
      actions.emplace_back(Park{items_[place].seq, event.error.message});
    } else {
      const bool denied = event.error.code == ErrorCode::kDenied;
      PutAside(place, denied && Planted(Mutant::kB61DenialCounts), actions);
    }
  }
  if (content) {
    // One of them cannot be sent, and the others must not wait for it.
    batch_ = 1;
    again_ = true;
    Continue(actions);
  } else {
    over_ = true;
    actions.emplace_back(Finish{event.error});
  }
  return actions;
}

Actions Session::Handle(const Failed& event) {
  return Stop(event.error);
}

Actions Session::Handle(const Looked& event) {
  Actions actions;
  const std::vector<Question> looking = std::move(looking_);
  looking_.clear();
  for (std::size_t i = 0; i < looking.size() && i < event.found.size(); ++i) {
    Decide(looking[i], event.found[i], actions);
  }
  Continue(actions);
  return actions;
}

void Session::Decide(const Question& question, const Found& found, Actions& actions) {
  const Item& item = items_[question.place];
  if (found.settled) {
    again_ = true;
    return;
  }
  const bool gone = found.standing == Standing::kGone;
  if (item.kind == ChangeKind::kDelete && gone) return DecideDeletion(question, actions);
  // Whoever made the record, what we wrote is there. Nobody but us can have made one of our ids,
  // though others may have changed it since.
  if (found.standing == Standing::kOurs || (item.only_ours && !gone)) {
    actions.emplace_back(Acknowledge{item.seq, {}, true});
    return Settle(question.place);
  }
  // The server has not shown it to us yet, so that it does not show it now says nothing.
  const bool update = item.kind == ChangeKind::kUpdate;
  if (gone && update && item.unread && question.why != Why::kGone) {
    return TryAgain(question.place, question.words, false, actions);
  }
  switch (question.why) {
    case Why::kUncertain:
      return DecideUncertain(question, found.standing, actions);
    case Why::kConflict:
      return DecideConflict(question, found.standing, actions);
    case Why::kGone:
      return DecideGone(question, found.standing, actions);
    case Why::kNoVersion:
      if (found.standing != Standing::kBase) return ApplyRule(question.place, gone, actions);
      if (found.versioned) {
        actions.emplace_back(BaseOn{item.seq});
        items_[question.place].versioned = true;
      } else {
        compared_.insert(item.seq);
      }
      ready_.insert(question.place);
      return;
    case Why::kUnguarded:
      if (found.standing != Standing::kBase) return ApplyRule(question.place, gone, actions);
      compared_.insert(item.seq);
      ready_.insert(question.place);
      return;
  }
}

// Of a record that is not there, as it seems.
void Session::DecideDeletion(const Question& question, Actions& actions) {
  const Item& item = items_[question.place];
  switch (question.why) {
    // Or it was refused, and the record is no longer ours to read: only the server knows. Deleting
    // what is deleted does no harm.
    case Why::kUncertain:
      return TryAgain(question.place, question.words, true, actions);
    // It was only looked for. A read side that lags shows it later, to be compared; a record that
    // is no longer ours to read never: only the server knows whether it may be deleted.
    case Why::kNoVersion:
    case Why::kUnguarded:
      if (item.attempts == 0) return TryAgain(question.place, question.words, false, actions);
      compared_.insert(item.seq);
      ready_.insert(question.place);
      return;
    case Why::kConflict:
      if (rules_.none_conflicts) break;
      return TryAgain(question.place, question.words, false, actions);  // It is there, unseen.
    case Why::kGone:
      break;
  }
  actions.emplace_back(Acknowledge{item.seq, {}});
  Settle(question.place);
}

void Session::DecideUncertain(const Question& question, Standing standing, Actions& actions) {
  const bool create = items_[question.place].kind == ChangeKind::kCreate;
  const bool not_carried_out =
      standing == Standing::kBase || (create && standing == Standing::kGone);
  if (not_carried_out) return TryAgain(question.place, question.words, true, actions);
  ApplyRule(question.place, standing == Standing::kGone, actions);
}

void Session::DecideConflict(const Question& question, Standing standing, Actions& actions) {
  const Item& item = items_[question.place];
  if (item.kind == ChangeKind::kCreate && standing == Standing::kGone) {
    // The server has it and does not show it: not yet, or not to us.
    if (item.only_ours) {
      actions.emplace_back(Acknowledge{item.seq, {}});
      return Settle(question.place);
    }
    actions.emplace_back(Park{item.seq, question.words});
    again_ = true;
    return;
  }
  // It reads our base, but knows of another version: the read side lags.
  if (standing == Standing::kBase) return TryAgain(question.place, question.words, false, actions);
  if (standing == Standing::kGone && !rules_.none_conflicts) {
    // It is there, and not shown. When a read side has had its time it is not this user's to read.
    const bool may_lag = item.unread || item.attempts <= kDownloadsThatMayLag;
    if (may_lag) return TryAgain(question.place, question.words, false, actions);
    return ApplyRule(question.place, true, actions, kHiddenThere);
  }
  ApplyRule(question.place, standing == Standing::kGone, actions);
}

void Session::DecideGone(const Question& question, Standing standing, Actions& actions) {
  if (standing == Standing::kGone) return ApplyRule(question.place, true, actions);
  const Item& item = items_[question.place];
  const bool points = std::any_of(item.references.begin(), item.references.end(),
                                  [](const Reference& reference) { return !reference.old; });
  // The record is there, so it is one it points at that is not; or the read side lags.
  if (!points) return TryAgain(question.place, question.words, false, actions);
  Refuse(question.place, question.words, actions);
}

void Session::ApplyRule(std::size_t place, bool gone, Actions& actions, const char* why) {
  const Item& item = items_[place];
  const std::string words = why ? why : gone ? kDeletedThere : kChangedThere;
  uncertain_.erase(item.seq);
  again_ = true;
  ConflictRule rule = rules_.Of(item.entity);
  if (++rounds_[item.seq] > kMaxConflictRounds) rule = ConflictRule::kManual;
  switch (rule) {
    case ConflictRule::kServerWins:
      actions.emplace_back(TakeTheirs{item.seq, words});
      return;
    case ConflictRule::kDeviceWins:
      if (gone) break;  // Changed fields alone make no record.
      actions.emplace_back(Rebase{item.seq});
      return;
    case ConflictRule::kDeviceWinsFull:
      actions.emplace_back(Rebase{item.seq, true});
      return;
    case ConflictRule::kManual:
      break;
  }
  actions.emplace_back(ParkConflict{item.seq, words});
}

}  // namespace satchel::upload
