#include <gtest/gtest.h>

#include <set>

#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "store/log/memory_log.h"
#include "store/logged.h"
#include "store/tx/database.h"

namespace roadstead {
namespace {

TEST(StoredSchema, EveryRowTypeHasATableAndComesBackFromItsDocument) {
  auto schema = stored_schema();
  std::set<std::string_view> names;
  for (const auto& spec : schema) EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
  std::size_t types = 0;
  for_each_row_type([&]<class Row>() {
    const auto& spec = schema[types++];
    EXPECT_EQ(spec.id, RowTraits<Row>::table);
    Row row{};
    auto document = spec.encode(&row);
    auto again = spec.decode(document);
    ASSERT_TRUE(again) << spec.name << ": " << again.error().message;
    EXPECT_TRUE(spec.equal(&row, again->get())) << spec.name << ": " << document;
  });
  EXPECT_EQ(types, schema.size());
}

TEST(StoredSchema, RowsComeBackFromTheLogWithTheirIndexes) {
  Database database(stored_schema());
  SeededIds ids(1);
  Work work = [](Tx& tx) -> Status {
    for (int number = 0; number < 30; ++number) {
      TaskRow task{};
      task.task_arn = cat("arn:aws:ecs:us-east-1:123456789012:task/default/", new_hex(tx.ids(), 32));
      task.cluster_arn = "arn:aws:ecs:us-east-1:123456789012:cluster/default";
      tx.put(std::move(task));
    }
    return Done{};
  };
  auto outcome = database.run(work, Instant::from_seconds(1), ids);
  ASSERT_NE(outcome.batch, nullptr);
  MemoryLog log;
  auto logged = to_log(*outcome.batch, database.tables());
  ASSERT_TRUE(log.append({&logged, 1}));

  Database again(stored_schema());
  Feed feed;
  auto loaded = load_state(log, again, feed);
  ASSERT_TRUE(loaded) << loaded.error().message;
  auto before = database.reader().all<TaskRow>();
  auto after = again.reader().list(TaskRowIndex::by_cluster, "arn:aws:ecs:us-east-1:123456789012:cluster/default");
  ASSERT_EQ(after.size(), 30U);
  for (std::size_t number = 0; number < after.size(); ++number) EXPECT_EQ(*after[number], *before[number]);
}

}  // namespace
}  // namespace roadstead
