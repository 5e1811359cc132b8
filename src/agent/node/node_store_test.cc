#include "agent/node/node_store.h"

#include <gtest/gtest.h>

#include "store/log/memory_log.h"

namespace roadstead {
namespace {

NodeStoreChange task_change(const std::string& key, const std::string& cpu) {
  TaskRow row{.task_arn = key, .task_id = key};
  row.cpu = cpu;
  return {.table = std::string(node_tasks_table), .key = key, .task = std::make_shared<const TaskRow>(row)};
}

struct Loaded {
  std::map<std::string, NodeStoreChange> changes;
  std::map<std::string, std::string> positions;
};

Loaded load(NodeStore& store) {
  Loaded loaded;
  Status status = store.load(
      [&](const NodeStoreChange& change) { loaded.changes[change.table + "/" + change.key] = change; },
      [&](const std::string& key, const std::string& document) { loaded.positions[key] = document; }
  );
  EXPECT_TRUE(status);
  return loaded;
}

TEST(NodeStore, KeepsEveryKindOfRow) {
  auto disk = std::make_shared<MemoryDisk>();
  TaskDefinitionRow definition{.task_definition_arn = "td", .family = "f"};
  TaskProgress progress{.task_arn = "t", .task_id = "1", .sequence = 7};
  {
    MemoryLog log(disk);
    NodeStore store(log);
    EXPECT_TRUE(load(store).changes.empty());
    store.write({
        task_change("t", "256"),
        {.table = std::string(node_definitions_table),
         .key = "td",
         .definition = std::make_shared<const TaskDefinitionRow>(definition)},
        {.table = std::string(node_progress_table), .key = "t", .progress = std::make_shared<const TaskProgress>(progress)},
    });
    store.write_position("1/app", "{}");
    store.flush();
    store.write({task_change("t", "512"), task_change("gone", "1")});
    store.write({{.table = std::string(node_tasks_table), .key = "gone"}});
  }
  MemoryLog log(disk);
  NodeStore store(log);
  Loaded loaded = load(store);
  ASSERT_EQ(loaded.changes.size(), 3U);
  EXPECT_EQ(loaded.changes["tasks/t"].task->cpu, "512");
  EXPECT_EQ(*loaded.changes["task_definitions/td"].definition, definition);
  EXPECT_EQ(*loaded.changes["task_progress/t"].progress, progress);
  EXPECT_EQ(loaded.positions["1/app"], "{}");
}

TEST(NodeStore, ForgetsWhatIsGone) {
  auto disk = std::make_shared<MemoryDisk>();
  {
    MemoryLog log(disk);
    NodeStore store(log);
    load(store);
    store.write({task_change("t", "1")});
    store.write_position("p", "{}");
    store.flush();
    store.write({{.table = std::string(node_tasks_table), .key = "t"}});
    store.write_position("p", std::nullopt);
  }
  EXPECT_TRUE(disk->rows.empty());
}

TEST(NodeStore, RefusesADocumentThatCannotBeRead) {
  EXPECT_FALSE(parse_document(node_progress_table, "t", "{"));
  EXPECT_FALSE(parse_document(node_tasks_table, "t", "["));
}

}  // namespace
}  // namespace roadstead
