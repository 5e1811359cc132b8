#include "agent/node/node_store.h"

#include <pthread.h>

#include "aws/wire/stored.h"
#include "base/observe/log.h"

namespace roadstead {
namespace {

constexpr std::string_view positions_table = "log_positions";

}  // namespace

std::optional<std::string> render_document(const NodeStoreChange& change) {
  if (change.task != nullptr) return write_stored(*change.task);
  if (change.definition != nullptr) return write_stored(*change.definition);
  if (change.progress != nullptr) return encode_progress(*change.progress);
  return std::nullopt;
}

Result<NodeStoreChange> parse_document(std::string_view table, std::string_view key, std::string_view document) {
  NodeStoreChange change{.table = std::string(table), .key = std::string(key)};
  if (table == node_tasks_table) {
    change.task = std::make_shared<const TaskRow>(TRY(read_stored<TaskRow>(document)));
  } else if (table == node_definitions_table) {
    change.definition = std::make_shared<const TaskDefinitionRow>(TRY(read_stored<TaskDefinitionRow>(document)));
  } else if (table == node_progress_table) {
    change.progress = std::make_shared<const TaskProgress>(TRY(parse_progress(document)));
  }
  return change;
}

NodeStore::~NodeStore() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  if (writer_.joinable()) writer_.join();
}

Status NodeStore::load(
    const std::function<void(const NodeStoreChange&)>& take,
    const std::function<void(const std::string& key, const std::string& document)>& positions
) {
  auto sink = [&](const LoggedRow& row) -> Status {
    known_[{std::string(row.table), std::string(row.key)}] = true;
    if (row.table == positions_table) {
      positions(std::string(row.key), std::string(row.document));
      return Done{};
    }
    Result<NodeStoreChange> change = parse_document(row.table, row.key, row.document);
    if (!change) return std::move(change).error();
    take(*change);
    return Done{};
  };
  seq_ = TRY(log_.replay(0, sink));
  writer_ = std::thread([this] { run(); });
  pthread_setname_np(writer_.native_handle(), "node-store");
  return Done{};
}

void NodeStore::write(std::vector<NodeStoreChange> changes) {
  if (changes.empty()) return;
  {
    std::lock_guard lock(mutex_);
    for (auto& change : changes) {
      Key key{change.table, change.key};
      // Rendered by the writer, so that the agent's thread does not spend its time on it.
      waiting_[std::move(key)] = [change = std::move(change)] { return render_document(change); };
    }
  }
  wake_.notify_one();
}

void NodeStore::write_position(const std::string& key, std::optional<std::string> document) {
  {
    std::lock_guard lock(mutex_);
    waiting_[{std::string(positions_table), key}] = [document = std::move(document)]() mutable {
      return std::move(document);
    };
  }
  wake_.notify_one();
}

void NodeStore::flush() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return (waiting_.empty() && !writing_) || !writer_.joinable(); });
}

void NodeStore::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto group = std::exchange(waiting_, {});
    writing_ = true;
    lock.unlock();
    write_group(std::move(group));
    lock.lock();
    writing_ = false;
    idle_.notify_all();
  }
}

void NodeStore::write_group(std::map<Key, Document> group) {
  LoggedBatch batch{.seq = seq_ + 1};
  for (auto& [key, render] : group) {
    std::optional<std::string> document = render();
    bool known = known_.contains(key);
    if (!known && !document) continue;
    batch.changes.push_back({key.first, key.second, document, !known});
  }
  if (batch.changes.empty()) return;
  Status written = log_.append({&batch, 1});
  if (!written) {
    // Lost notes cost a question to the ports after a crash; the next change of a task writes it whole again.
    log_error("node_store_not_written", {{"error", written.error().message}, {"detail", written.error().detail}});
    return;
  }
  ++seq_;
  for (const auto& change : batch.changes) {
    if (change.document) {
      known_[{change.table, change.key}] = true;
    } else {
      known_.erase({change.table, change.key});
    }
  }
}

}  // namespace roadstead
