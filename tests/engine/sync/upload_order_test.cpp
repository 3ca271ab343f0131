#include "engine/sync/upload_order.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <set>

namespace satchel::upload {
namespace {

using Places = std::vector<std::size_t>;

Item Create(const std::string& id, const std::vector<Reference>& references = {}) {
  return {.entity = "account", .id = id, .kind = ChangeKind::kCreate, .references = references};
}
Item Update(const std::string& id, const std::vector<Reference>& references = {}) {
  return {.entity = "account", .id = id, .kind = ChangeKind::kUpdate, .references = references};
}
Item Delete(const std::string& id, const std::vector<Reference>& references = {}) {
  return {.entity = "account", .id = id, .kind = ChangeKind::kDelete, .references = references};
}
Reference To(const std::string& id, const std::string& field = "parent") {
  return {.field = field, .entity = "account", .id = id};
}
Reference Was(const std::string& id) {
  return {.field = "parent", .entity = "account", .id = id, .old = true};
}

std::vector<Item> Numbered(std::vector<Item> items) {
  for (std::size_t i = 0; i < items.size(); ++i) items[i].seq = static_cast<std::int64_t>(i) + 1;
  return items;
}

TEST(UploadOrder, WhatPointsAtNothingNewHasNoOrder) {
  const Order order = WorkOutOrder(Numbered({Update("1"), Create("2", {To("7")}), Delete("3")}));
  EXPECT_EQ(order.before, (std::vector<Places>{{}, {}, {}}));
}

TEST(UploadOrder, ANewRecordGoesBeforeWhatPointsAtIt) {
  const Order order = WorkOutOrder(
      Numbered({Create("child", {To("parent")}), Update("x", {To("parent")}), Create("parent")}));
  EXPECT_EQ(order.before, (std::vector<Places>{{2}, {2}, {}}));
  EXPECT_EQ(order.later, (std::vector<std::vector<std::string>>{{}, {}, {}}));
}

TEST(UploadOrder, AnIdMeansTheRecordOfItsEntity) {
  auto items = Numbered({Create("1"), Create("2", {To("1")})});
  items[0].entity = "contact";
  EXPECT_EQ(WorkOutOrder(items).before, (std::vector<Places>{{}, {}}));
  items[1].references[0].entity = "";  // Not known: rather once too careful.
  EXPECT_EQ(WorkOutOrder(items).before, (std::vector<Places>{{}, {0}}));
}

TEST(UploadOrder, ChangesOfARecordKeepTheirOrder) {
  EXPECT_EQ(WorkOutOrder(Numbered({Create("1"), Update("1"), Delete("1")})).before,
            (std::vector<Places>{{}, {0}, {1}}));
}

TEST(UploadOrder, DeletionsGoInReverse) {
  EXPECT_EQ(WorkOutOrder(Numbered({Delete("parent"), Delete("child", {Was("parent")})})).before,
            (std::vector<Places>{{1}, {}}));
}

TEST(UploadOrder, WhatMovesAwayGoesBeforeTheDeletion) {
  const Order order = WorkOutOrder(
      Numbered({Delete("old"), Update("child", {Was("old"), To("new")}), Create("new")}));
  EXPECT_EQ(order.before, (std::vector<Places>{{1}, {2}, {}}));
}

TEST(UploadOrder, ACircleOfNewRecordsIsCutAtALookup) {
  const Order order =
      WorkOutOrder(Numbered({Create("a", {To("b")}), Create("b", {To("a", "first")})}));
  EXPECT_EQ(order.before, (std::vector<Places>{{}, {0}}));
  EXPECT_EQ(order.later, (std::vector<std::vector<std::string>>{{"parent"}, {}}));
}

TEST(UploadOrder, ARequiredLookupIsNotTheOneThatWaits) {
  Reference required = To("b");
  required.required = true;
  const Order order = WorkOutOrder(Numbered({Create("a", {required}), Create("b", {To("a")})}));
  EXPECT_EQ(order.before, (std::vector<Places>{{1}, {}}));
  EXPECT_EQ(order.later, (std::vector<std::vector<std::string>>{{}, {"parent"}}));
}

TEST(UploadOrder, ARecordThatPointsAtItselfDoesSoLater) {
  const Order order = WorkOutOrder(Numbered({Create("a", {To("a")})}));
  EXPECT_EQ(order.before, (std::vector<Places>{{}}));
  EXPECT_EQ(order.later, (std::vector<std::vector<std::string>>{{"parent"}}));
}

TEST(UploadOrder, RecordsDeletedInACircleGoInTheOrderTheyWereDeleted) {
  EXPECT_EQ(WorkOutOrder(Numbered({Delete("a", {Was("b")}), Delete("b", {Was("a")})})).before,
            (std::vector<Places>{{}, {0}}));
}

TEST(UploadOrder, ALongChainNeedsNoDeepStack) {
  std::vector<Item> items;
  constexpr int kRecords = 100'000;
  for (int i = 0; i < kRecords; ++i) {
    items.push_back(Create(std::to_string(i), {To(std::to_string((i + 1) % kRecords))}));
  }
  const Order order = WorkOutOrder(Numbered(std::move(items)));
  EXPECT_EQ(std::count_if(order.later.begin(), order.later.end(),
                          [](const auto& later) { return !later.empty(); }),
            kRecords - 1)
      << "created in the order they were made, each but the last points ahead";
}

// Random outboxes: at most one change of each record, references all over, circles included.
std::vector<Item> AnyItems() {
  const int count = *rc::gen::inRange(1, 25);
  std::vector<Item> items;
  for (int i = 0; i < count; ++i) {
    Item item = {.entity = "account",
                 .id = std::to_string(i),
                 .kind = *rc::gen::element(ChangeKind::kCreate, ChangeKind::kCreate,
                                           ChangeKind::kUpdate, ChangeKind::kDelete)};
    const int references = *rc::gen::inRange(0, 4);
    for (int r = 0; r < references; ++r) {
      item.references.push_back(
          {.field = "f" + std::to_string(r),
           .entity = *rc::gen::element<std::string>("", "account"),
           .id = std::to_string(*rc::gen::inRange(0, count)),
           .required = *rc::gen::inRange(0, 5) == 0,
           .old = item.kind == ChangeKind::kDelete || *rc::gen::arbitrary<bool>()});
      // Nothing new points at what is deleted; a local edit refuses it.
    }
    items.push_back(std::move(item));
  }
  for (Item& item : items) {
    std::erase_if(item.references, [&](const Reference& reference) {
      return !reference.old &&
             items[static_cast<std::size_t>(std::stoi(reference.id))].kind == ChangeKind::kDelete;
    });
  }
  return Numbered(std::move(items));
}

// I17: sending in this order, what a request points at is always there already.
RC_GTEST_PROP(UploadOrderProperty, EveryNewRecordIsThereBeforeAnythingPointsAtIt, ()) {
  const std::vector<Item> items = AnyItems();
  const Order order = WorkOutOrder(items);
  Places waits;
  std::vector<Places> after(items.size());
  std::deque<std::size_t> ready;
  for (std::size_t i = 0; i < items.size(); ++i) {
    waits.push_back(order.before[i].size());
    for (const std::size_t before : order.before[i]) after[before].push_back(i);
    if (waits[i] == 0) ready.push_back(i);
  }
  std::set<std::string> made;
  std::set<std::string> deleted;
  std::size_t sent = 0;
  while (!ready.empty()) {
    const std::size_t i = ready.front();
    ready.pop_front();
    ++sent;
    const Item& item = items[i];
    for (const Reference& reference : item.references) {
      const Item& target = items[static_cast<std::size_t>(std::stoi(reference.id))];
      const auto& later = order.later[i];
      const bool left_out = std::find(later.begin(), later.end(), reference.field) != later.end();
      if (!reference.old && target.kind == ChangeKind::kCreate && !left_out) {
        RC_ASSERT(made.contains(reference.id));
      }
      if (item.kind != ChangeKind::kDelete && target.id != item.id) {
        RC_ASSERT(!deleted.contains(reference.id));
      }
    }
    if (item.kind == ChangeKind::kCreate) made.insert(item.id);
    if (item.kind == ChangeKind::kDelete) deleted.insert(item.id);
    for (const std::size_t next : after[i]) {
      if (--waits[next] == 0) ready.push_back(next);
    }
  }
  RC_ASSERT(sent == items.size());  // No circle is left.
}

}  // namespace
}  // namespace satchel::upload
