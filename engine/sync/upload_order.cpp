#include "engine/sync/upload_order.h"

#include "engine/record/mutant.h"

#include <algorithm>
#include <map>
#include <queue>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace satchel::upload {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool IsDelete(const Item& item) {
  return item.kind == ChangeKind::kDelete;
}

class Planner {
 public:
  explicit Planner(const std::vector<Item>& items) : items_(items) {
    order_.before.resize(items.size());
    order_.later.resize(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i].kind == ChangeKind::kCreate) creates_[items[i].id].push_back(i);
      if (IsDelete(items[i])) deletes_[items[i].id].push_back(i);
    }
  }

  Order Plan() {
    OrderWithinRecords();
    for (std::size_t i = 0; i < items_.size(); ++i) Point(i);
    CutCircles();
    for (auto& before : order_.before) {
      std::sort(before.begin(), before.end());
      before.erase(std::unique(before.begin(), before.end()), before.end());
    }
    return std::move(order_);
  }

 private:
  using Places = std::unordered_map<std::string_view, std::vector<std::size_t>>;

  // What was changed first is sent first.
  void OrderWithinRecords() {
    std::unordered_map<std::string_view, std::vector<std::pair<std::string_view, std::size_t>>>
        last;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      auto& same_id = last[items_[i].id];
      const auto at = std::find_if(same_id.begin(), same_id.end(),
                                   [&](const auto& one) { return one.first == items_[i].entity; });
      if (at == same_id.end()) {
        same_id.emplace_back(items_[i].entity, i);
      } else {
        order_.before[i].push_back(at->second);
        at->second = i;
      }
    }
  }

  // The place of the item that a reference means, among those of its id.
  [[nodiscard]] std::size_t Meant(const Places& places, const Reference& reference) const {
    const auto at = places.find(reference.id);
    if (at == places.end()) return kNone;
    for (const std::size_t place : at->second) {
      if (reference.entity.empty() || items_[place].entity == reference.entity) return place;
    }
    return kNone;
  }

  void Point(std::size_t i) {
    for (const Reference& reference : items_[i].references) {
      if (!reference.old && !Planted(Mutant::kB58ChildFirst)) {
        // It must be there before anything points at it.
        const std::size_t made = Meant(creates_, reference);
        if (made != kNone && (made != i || items_[i].kind == ChangeKind::kCreate)) {
          if (items_[i].kind == ChangeKind::kCreate) {
            links_.push_back({i, made, &reference});
          } else {
            order_.before[i].push_back(made);
          }
        }
      }
      // It may go only when nothing points at it any more.
      const std::size_t gone = Meant(deletes_, reference);
      if (gone == kNone || gone == i) continue;
      if (IsDelete(items_[i])) {
        unlinks_.push_back({gone, i, &reference});
      } else {
        order_.before[gone].push_back(i);
      }
    }
  }

  struct Edge {
    std::size_t item = 0;
    std::size_t before = 0;  // Of the item.
    const Reference* reference = nullptr;
  };

  // Circles are only among new records that point at each other, and among deleted ones that do:
  // a change of an old record has nothing that must wait for it but deletions, and those have
  // nothing but deletions.
  void CutCircles() {
    const std::vector<std::size_t> circle = CirclesOf(links_);
    const std::vector<std::size_t> rank = RanksOf(links_, circle);
    for (const Edge& edge : links_) {
      const bool inside = circle[edge.item] != kNone && circle[edge.item] == circle[edge.before];
      if (inside && rank[edge.before] >= rank[edge.item]) {
        auto& later = order_.later[edge.item];
        if (std::find(later.begin(), later.end(), edge.reference->field) == later.end()) {
          later.push_back(edge.reference->field);
        }
      } else {
        order_.before[edge.item].push_back(edge.before);
      }
    }
    // A circle of deletions has no right order: the first made goes first.
    const std::vector<std::size_t> knot = CirclesOf(unlinks_);
    for (const Edge& edge : unlinks_) {
      const bool inside = knot[edge.item] != kNone && knot[edge.item] == knot[edge.before];
      if (!inside || edge.before < edge.item) order_.before[edge.item].push_back(edge.before);
    }
  }

  // For each item the number of the circle (strongly connected component) it is in. Tarjan's
  // algorithm with a stack of its own: a chain of ten thousand parents must not need ten thousand
  // frames.
  [[nodiscard]] std::vector<std::size_t> CirclesOf(const std::vector<Edge>& edges) const {
    const std::size_t n = items_.size();
    std::vector<std::size_t> circle(n, kNone);
    if (edges.empty()) return circle;
    std::vector<std::vector<std::size_t>> to(n);
    std::vector<bool> self(n, false);
    for (const Edge& edge : edges) {
      to[edge.item].push_back(edge.before);
      if (edge.item == edge.before) self[edge.item] = true;
    }
    std::vector<std::size_t> index(n, kNone);
    std::vector<std::size_t> low(n, 0);
    std::vector<bool> open(n, false);
    std::vector<std::size_t> stack;
    std::vector<std::pair<std::size_t, std::size_t>> frames;  // Item, next of its edges.
    std::size_t next = 0;
    std::size_t circles = 0;
    const auto enter = [&](std::size_t v) {
      index[v] = low[v] = next++;
      stack.push_back(v);
      open[v] = true;
      frames.emplace_back(v, 0);
    };
    for (std::size_t root = 0; root < n; ++root) {
      if (index[root] != kNone || to[root].empty()) continue;
      enter(root);
      while (!frames.empty()) {
        auto& [v, edge] = frames.back();
        if (edge < to[v].size()) {
          const std::size_t w = to[v][edge++];
          if (index[w] == kNone) {
            enter(w);
          } else if (open[w]) {
            low[v] = std::min(low[v], index[w]);
          }
          continue;
        }
        const std::size_t done = v;
        frames.pop_back();
        if (!frames.empty()) {
          low[frames.back().first] = std::min(low[frames.back().first], low[done]);
        }
        if (low[done] != index[done]) continue;
        const bool alone = stack.back() == done && !self[done];
        std::size_t member = kNone;
        while (member != done) {
          member = stack.back();
          stack.pop_back();
          open[member] = false;
          if (!alone) circle[member] = circles;
        }
        ++circles;
      }
    }
    return circle;
  }

  // Inside each circle an order in which the items are created. What points at another by a field
  // the server insists on comes after it, where that is possible; otherwise the order of seq.
  [[nodiscard]] std::vector<std::size_t> RanksOf(const std::vector<Edge>& edges,
                                                 const std::vector<std::size_t>& circle) const {
    std::vector<std::size_t> rank(items_.size(), kNone);
    std::vector<std::vector<std::size_t>> after(items_.size());
    std::vector<std::size_t> waits(items_.size(), 0);
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const Edge& edge : edges) {
      const bool inside = circle[edge.item] != kNone && circle[edge.item] == circle[edge.before];
      if (!inside || !edge.reference->required || edge.item == edge.before) continue;
      if (!seen.emplace(edge.item, edge.before).second) continue;
      after[edge.before].push_back(edge.item);
      ++waits[edge.item];
    }
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (circle[i] == kNone) continue;
      members.push_back(i);
      if (waits[i] == 0) ready.push(i);
    }
    std::size_t next = 0;
    auto stuck = members.begin();  // Circles of required lookups: broken at the first made.
    while (next < members.size()) {
      if (ready.empty()) {
        while (rank[*stuck] != kNone) ++stuck;
        waits[*stuck] = 0;
        ready.push(*stuck);
      }
      const std::size_t i = ready.top();
      ready.pop();
      if (rank[i] != kNone) continue;
      rank[i] = next++;
      for (const std::size_t j : after[i]) {
        if (waits[j] > 0 && --waits[j] == 0) ready.push(j);
      }
    }
    return rank;
  }

  const std::vector<Item>& items_;
  Places creates_ = {};
  Places deletes_ = {};
  std::vector<Edge> links_ = {};    // Between creates.
  std::vector<Edge> unlinks_ = {};  // Between deletes.
  Order order_ = {};
};

}  // namespace

Order WorkOutOrder(const std::vector<Item>& items) {
  return Planner(items).Plan();
}

}  // namespace satchel::upload
