#include "store/logged.h"

#include <utility>

namespace roadstead {

LoggedBatch to_log(const Batch& batch, const Tables& tables) {
  LoggedBatch logged{batch.seq, batch.at, {}};
  logged.changes.reserve(batch.changes.size());
  for (const auto& change : batch.changes) {
    const auto& spec = tables.of(change.table).spec();
    LoggedChange& entry = logged.changes.emplace_back();
    entry.table = spec.name;
    entry.key = change.key;
    if (change.after != nullptr) entry.document = spec.encode(change.after.get());
    entry.is_new = change.before == nullptr;
  }
  return logged;
}

Status load_state(Log& log, Database& database, Feed& feed) {
  auto newest = TRY(log.replay(0, [&](const LoggedRow& row) {
    return database.load(row.table, row.key, row.document);
  }));
  database.loaded(newest);
  feed.start_after(newest);
  return Done{};
}

LogView view_of(const Database& database) {
  auto give_rows = [&database](const RowSink& sink) -> Status {
    for (const auto& table : database.tables().all()) {
      Status outcome = Done{};
      table->walk({}, [&](const Slot& slot) {
        auto document = table->spec().encode(slot.row.get());
        outcome = sink({table->spec().name, slot.key, document, database.seq()});
        return outcome.has_value();
      });
      TRY(std::move(outcome));
    }
    return Done{};
  };
  return {database.seq(), std::move(give_rows)};
}

}  // namespace roadstead
