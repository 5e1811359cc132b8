#include "store/tx/tx.h"

#include <map>

namespace roadstead {

void Tx::set(TableId table, std::string key, RowPointer row) {
  auto before = tables().of(table).set(key, row);
  undo_.push_back({table, std::move(key), std::move(before), std::move(row)});
}

void Tx::undo_to(std::size_t savepoint) {
  while (undo_.size() > savepoint) {
    auto& step = undo_.back();
    tables().of(step.table).set(step.key, std::move(step.before));
    undo_.pop_back();
  }
}

std::vector<Change> Tx::take_changes() {
  std::vector<Change> changes;
  std::map<std::pair<TableId, std::string_view>, std::size_t> places;
  changes.reserve(undo_.size());
  for (auto& step : undo_) {
    auto [found, is_first] = places.try_emplace({step.table, step.key}, changes.size());
    if (!is_first) {
      changes[found->second].after = std::move(step.after);
      continue;
    }
    changes.push_back({step.table, step.key, std::move(step.before), std::move(step.after)});
  }
  std::erase_if(changes, [this](const Change& change) {
    if (change.before == nullptr || change.after == nullptr) return change.before == change.after;
    return tables().of(change.table).spec().equal(change.before.get(), change.after.get());
  });
  undo_.clear();
  return changes;
}

}  // namespace roadstead
