#include "store/tx/database.h"

#include <exception>
#include <iterator>
#include <utility>

#include "base/text/text.h"

namespace roadstead {

namespace {

Status run_work(Work& work, Tx& tx) {
  try {
    return work(tx);
  } catch (const std::exception& problem) {
    return Error{"ServerException", "The request failed because of an internal error.", problem.what()};
  }
}

}  // namespace

Database::Outcome Database::run(Work& work, Instant now, Ids& ids) {
  Tx tx(tables_, seq_, now, ids);
  auto status = run_work(work, tx);
  if (!status) {
    tx.undo_to(0);
    return {std::move(status), nullptr, seq_};
  }
  auto changes = tx.take_changes();
  if (changes.empty()) return {Done{}, nullptr, seq_};
  add_consequences(changes, now, ids);
  auto batch = std::make_shared<const Batch>(Batch{++seq_, now, std::move(changes), tx.generation()});
  return {Done{}, std::move(batch), seq_};
}

void Database::add_consequences(std::vector<Change>& changes, Instant now, Ids& ids) {
  if (!consequence_) return;
  Tx tx(tables_, seq_, now, ids);
  consequence_(tx, changes);
  auto more = tx.take_changes();
  changes.insert(changes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void Database::undo(const Batch& batch) {
  CHECK(batch.seq == seq_, "batches are undone newest first");
  for (auto change = batch.changes.rbegin(); change != batch.changes.rend(); ++change) {
    tables_.of(change->table).set(change->key, change->before);
  }
  --seq_;
}

Status Database::load(std::string_view table_name, std::string_view key, std::string_view document) {
  Table* table = tables_.named(table_name);
  if (table == nullptr) {
    return Error{
        "StateUnreadable",
        cat("The state holds rows of a table \"", table_name,
            "\" that this version of Roadstead does not know. Run the version that wrote it.")
    };
  }
  auto row = table->spec().decode(document);
  if (!row) {
    return Error{
        "StateUnreadable",
        cat("The row \"", key, "\" of table \"", table_name, "\" cannot be read: ", row.error().message),
        row.error().detail
    };
  }
  table->set(std::string(key), std::move(row).value());
  return Done{};
}

}  // namespace roadstead
