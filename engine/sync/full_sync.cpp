#include "engine/sync/full_sync.h"

#include <algorithm>
#include <chrono>
#include <map>

#include "engine/filter/server_query.h"
#include "engine/store/staging.h"
#include "engine/sync/page_pipeline.h"
#include "policy/support/text.h"

namespace satchel {

namespace {

// Names no entity can have.
std::string StageName(std::string_view entity) {
  return "@stage:" + std::string(entity);
}
std::string HelpName(std::string_view entity) {
  return "@help:" + std::string(entity);
}

constexpr const char* kLabelTable =
    "CREATE TABLE IF NOT EXISTS \"@label\" (id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID";

// One full sync while it runs.
class Run {
 public:
  Run(const FullSyncRequest& request, CrmServer& server, Database& database,
      const std::function<void(const SyncProgress&)>& progress, std::stop_token stop)
      : request_(request),
        server_(server),
        database_(database),
        progress_(progress),
        stop_(std::move(stop)) {}

  Result<std::vector<SyncedEntity>> All() {
    for (const Entity& entity : request_.policy.entities) {
      if (entity.mode == DeviceMode::kOffline) offline_.push_back(&entity);
    }
    now_.count = offline_.size();
    if (auto made = database_.Execute(kLabelTable); !made) return Fail(made.error());
    server_.OnNotice([this](const std::string& notice) { Tell(notice); });
    std::vector<SyncedEntity> synced;
    for (std::size_t i = 0; i < offline_.size(); ++i) {
      now_.index = i;
      auto one = One(*offline_[i]);
      if (!one) {
        server_.OnNotice({});
        return Fail(one.error());
      }
      synced.push_back(*std::move(one));
    }
    server_.OnNotice({});
    Tell("publishing");
    if (auto published = Publish(); !published) return Fail(published.error());
    return synced;
  }

 private:
  void Tell(const std::string& step) {
    now_.step = step;
    if (progress_) progress_(now_);
  }

  // Reads all pages of a plan into a table.
  Result<> Download(const ReadPlan& plan, StagedEntity& into, SyncedEntity& result) {
    PagePipeline pages(server_, plan, stop_);
    for (;;) {
      auto page = pages.Next();
      if (!page) return Fail(page.error());
      if (!*page) return {};
      if (auto written = into.Append((*page)->rows); !written) return written;
      if (auto written = Keep((*page)->labels); !written) return written;
      result.bytes_downloaded += (*page)->bytes_received;
      result.requests += (*page)->requests;
      now_.records += static_cast<std::int64_t>((*page)->rows.rows());
      now_.total_records += static_cast<std::int64_t>((*page)->rows.rows());
      now_.bytes += (*page)->bytes_received;
      Tell("downloading");
    }
  }

  Result<> Keep(const std::vector<Label>& labels) {
    if (labels.empty()) return {};
    auto insert = database_.Prepare("INSERT OR REPLACE INTO \"@label\" VALUES (?1, ?2)");
    if (!insert) return Fail(insert.error());
    for (const Label& label : labels) {
      insert->Bind(1, std::string_view(label.id));
      insert->Bind(2, std::string_view(label.text));
      if (auto written = insert->Run(); !written) return written;
    }
    return {};
  }

  ReadRequest RequestFor(const Query& query, std::vector<std::string> fields, bool labels) const {
    ReadRequest read;
    read.query = query;
    read.fields = std::move(fields);
    read.context = request_.context;
    read.as = request_.as;
    read.page_size = request_.policy.sync.page_size;
    read.labels = labels;
    return read;
  }

  // Downloads what finishing on the device reads of another entity, whole: only keys and the fields
  // it needs.
  Result<> Help(const NeededFields& needed, SyncedEntity& result) {
    if (std::find(helped_.begin(), helped_.end(), needed.entity) != helped_.end()) return {};
    const EntitySchema* schema = request_.schema.Find(needed.entity);
    if (schema == nullptr)
      return Fail(ErrorCode::kInvalid, "the server has no entity " + Quoted(needed.entity));
    auto staged =
        StagedEntity::Create(database_, *schema, needed.fields, {}, HelpName(needed.entity));
    if (!staged) return Fail(staged.error());
    const auto plan = server_.Plan(RequestFor(Query{.entity = needed.entity}, needed.fields, false),
                                   request_.schema);
    if (!plan) return Fail(plan.error());
    if (auto read = Download(*plan, *staged, result); !read) return read;
    helped_.push_back(needed.entity);
    return staged->Settle();
  }

  // Applies on the device what the server could not: the filter itself, or the order of a cap.
  Result<> KeepMatching(const Entity& entity, const Query& query, StagedEntity& staged,
                        SyncedEntity& result) {
    // A link or a hierarchy back to the entity itself may need rows that the superset lacks.
    const bool needs_itself = LinksTo(query, entity.name);
    for (const NeededFields& needed : FieldsNeeded(query, request_.schema)) {
      if (needed.entity == entity.name && !needs_itself) continue;
      if (auto helped = Help(needed, result); !helped) return helped;
    }
    SqlOptions options;
    options.table = [&, needs_itself](std::string_view name) {
      return name == entity.name && !needs_itself ? staged.table() : HelpName(name);
    };
    options.select = "t0." + SqlName(staged.schema().key);
    options.ordered = query.top > 0;
    const auto sql = CompileSql(query, request_.schema, request_.context, options);
    if (!sql) return Fail(sql.error().While(entity.name));
    auto kept = staged.KeepOnly(*sql);
    // Helper tables hold only the fields this query needed; the next entity makes its own.
    for (const std::string& name : helped_) {
      if (auto dropped = database_.Execute("DROP TABLE " + SqlName(HelpName(name))); !dropped)
        return dropped;
    }
    helped_.clear();
    return kept;
  }

  static bool LinksTo(const std::vector<Link>& links, std::string_view entity) {
    return std::any_of(links.begin(), links.end(), [&](const Link& link) {
      return link.entity == entity || LinksTo(link.links, entity) || LinksTo(link.filter, entity);
    });
  }
  static bool LinksTo(const Group& group, std::string_view entity) {
    return std::any_of(group.nodes.begin(), group.nodes.end(), [&](const Node& node) {
      if (const auto* inner = std::get_if<Group>(&node.item)) return LinksTo(*inner, entity);
      if (const auto* link = std::get_if<Link>(&node.item))
        return LinksTo(std::vector<Link>{*link}, entity);
      // A hierarchy is a link to the entity itself.
      const Operator op = std::get<Condition>(node.item).op;
      return op >= Operator::kUnder && op <= Operator::kEqOrAbove;
    });
  }
  static bool LinksTo(const Query& query, std::string_view entity) {
    return LinksTo(query.filter, entity) || LinksTo(query.links, entity);
  }

  std::vector<std::string> FieldsOf(const Entity& entity, const EntitySchema& schema) const {
    if (!entity.all_fields) return entity.fields;
    std::vector<std::string> fields;
    for (const auto& [name, field] : schema.fields) fields.push_back(name);
    return fields;
  }

  Result<SyncedEntity> One(const Entity& entity) {
    const auto start = std::chrono::steady_clock::now();
    SyncedEntity result{.name = entity.name};
    now_.entity = entity.name;
    now_.records = 0;
    now_.entity_done = false;
    Tell("downloading");
    const EntitySchema* schema = request_.schema.Find(entity.name);
    if (schema == nullptr) {
      return Fail(ErrorCode::kInvalid, "the server has no entity " + Quoted(entity.name) +
                                           " (remove it from the policy)");
    }
    // The cap is applied here, so that what it cuts can be counted; the server is asked for
    // everything.
    Query everything = QueryOf(entity);
    everything.top = 0;
    everything.order.clear();
    const std::vector<std::string> kept = FieldsOf(entity, *schema);
    auto plan = server_.Plan(RequestFor(everything, kept, request_.policy.sync.include_labels),
                             request_.schema);
    if (!plan) return Fail(plan.error().While(entity.name));
    result.filtered_on_device = !plan->exact;
    result.unexpressed = plan->unexpressed;

    std::vector<std::string> extra;
    if (!plan->exact || entity.max_records) {
      for (const NeededFields& needed :
           FieldsNeeded(plan->exact ? OrderOnly(entity) : QueryOf(entity), request_.schema)) {
        if (needed.entity == entity.name) extra = needed.fields;
      }
      std::vector<std::string> fields = kept;
      fields.insert(fields.end(), extra.begin(), extra.end());
      std::sort(fields.begin(), fields.end());
      fields.erase(std::unique(fields.begin(), fields.end()), fields.end());
      plan = server_.Plan(RequestFor(everything, fields, request_.policy.sync.include_labels),
                          request_.schema);
      if (!plan) return Fail(plan.error().While(entity.name));
    }
    auto staged = StagedEntity::Create(database_, *schema, kept, extra, StageName(entity.name));
    if (!staged) return Fail(staged.error());
    if (auto read = Download(*plan, *staged, result); !read)
      return Fail(read.error().While(entity.name));
    Tell("indexing");
    if (auto settled = staged->Settle(); !settled) return Fail(settled.error());
    if (!plan->exact) {
      if (auto done = KeepMatching(entity, everything, *staged, result); !done)
        return Fail(done.error());
    }
    auto matched = staged->Count();
    if (!matched) return Fail(matched.error());
    result.matched = result.records = *matched;
    if (entity.max_records && *matched > *entity.max_records) {
      if (auto done = KeepMatching(entity, OrderOnly(entity), *staged, result); !done)
        return Fail(done.error());
      auto records = staged->Count();
      if (!records) return Fail(records.error());
      result.records = *records;
    }
    if (auto finished = staged->Finish(); !finished) return Fail(finished.error());
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    now_.records = result.records;
    now_.entity_done = true;
    Tell("done");
    return result;
  }

  // The cap alone: the first N of rows that are known to match. Links stay only where the order
  // speaks of them.
  static Query OrderOnly(const Entity& entity) {
    Query query{
        .entity = entity.name, .order = entity.order, .top = entity.max_records.value_or(0)};
    const bool by_link = std::any_of(entity.order.begin(), entity.order.end(),
                                     [](const OrderItem& item) { return !item.entity.empty(); });
    if (by_link) query.links = entity.links;
    return query;
  }

  // All entities become visible in one transaction.
  Result<> Publish() {
    auto transaction = Transaction::Begin(database_);
    if (!transaction) return Fail(transaction.error());
    for (const Entity* entity : offline_) {
      const std::string name = SqlName(entity->name);
      if (auto swapped = database_.Execute("DROP TABLE IF EXISTS " + name + "; ALTER TABLE " +
                                           SqlName(StageName(entity->name)) + " RENAME TO " + name);
          !swapped) {
        return swapped;
      }
    }
    return transaction->Commit();
  }

  const FullSyncRequest& request_;
  CrmServer& server_;
  Database& database_;
  const std::function<void(const SyncProgress&)>& progress_;
  std::stop_token stop_;
  std::vector<const Entity*> offline_ = {};
  std::vector<std::string> helped_ = {};  // Entities with a helper table.
  SyncProgress now_ = {};
};

}  // namespace

Result<std::vector<SyncedEntity>> RunFullSync(
    const FullSyncRequest& request, CrmServer& server, Database& database,
    const std::function<void(const SyncProgress&)>& progress, std::stop_token stop) {
  return Run(request, server, database, progress, std::move(stop)).All();
}

}  // namespace satchel
