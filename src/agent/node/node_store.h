// The node's own memory on disk: the rows of its tasks, how far each has come, how much of their output was forwarded.
// Written behind the scenes in groups: no start waits for it, since after a crash the ports find what is really there
// (Runtime::recover), and a note that is missing only means that a question is asked again.
//
//   <directory>/state.db    tables tasks, task_definitions, task_progress, log_positions   (docs/formats/node.md)
//
// `load` once, before anything else; `write` from any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/core/agent_core.h"
#include "store/log/log.h"

namespace roadstead {

/// Writes and reads the documents of the node's tables.
std::optional<std::string> render_document(const NodeStoreChange& change);
Result<NodeStoreChange> parse_document(std::string_view table, std::string_view key, std::string_view document);

class NodeStore {
 public:
  /// `log` must outlive it.
  explicit NodeStore(Log& log) : log_(log) {}

  /// Writes what waits, then ends.
  ~NodeStore();
  NodeStore(const NodeStore&) = delete;
  NodeStore& operator=(const NodeStore&) = delete;

  /// Gives every stored change to `take` and every log position to `positions`, then starts the writer.
  /// Errors: StateUnreadable, and those of the log.
  Status load(
      const std::function<void(const NodeStoreChange&)>& take,
      const std::function<void(const std::string& key, const std::string& document)>& positions
  );

  /// Queues changes; a later change of one key replaces an earlier one that is not written yet.
  void write(std::vector<NodeStoreChange> changes);

  /// Queues the position of one container's output; no document: it is forgotten.
  void write_position(const std::string& key, std::optional<std::string> document);

  /// Waits until everything queued so far is on disk, or could not be written.
  void flush();

 private:
  using Key = std::pair<std::string, std::string>;
  using Document = std::move_only_function<std::optional<std::string>()>;

  void run();
  void write_group(std::map<Key, Document> group);

  Log& log_;
  std::uint64_t seq_ = 0;                      // writer thread only, once it runs
  std::map<Key, bool> known_;                  // writer thread only: keys that are in the log

  std::mutex mutex_;  // guards everything below
  std::condition_variable wake_;
  std::condition_variable idle_;
  std::map<Key, Document> waiting_;
  bool writing_ = false;
  bool ending_ = false;
  std::thread writer_;
};

}  // namespace roadstead
