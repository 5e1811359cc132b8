#include "services/secretsmanager/secret_versions.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "decide/secrets/secret_lookup.h"
#include "store/tx/database.h"

namespace roadstead::secretsmanager {
namespace {

class SecretVersions : public testing::Test {
 protected:
  void change(Work work) { ASSERT_TRUE(database_.run(work, Instant::from_seconds(1000), ids_).status); }

  void add(const std::string& id, std::vector<std::string> stages = {}) {
    change([&](Tx& tx) -> Status {
      auto added = add_version(key_, tx, secret_, {cat("value of ", id), false}, id, stages);
      return added ? Status(Done{}) : Status(added.error());
    });
  }

  std::size_t count() { return database_.reader().count(SecretVersionRowIndex::by_secret, secret_.secret_arn); }
  bool has(const std::string& id) { return find_version(database_.reader(), secret_, id) != nullptr; }

  SecretRow secret_{.secret_name = "a", .secret_arn = "arn:a"};
  SealingKey key_ = SealingKey::from_bytes(std::string(32, 'k')).value();
  Database database_{stored_schema()};
  SeededIds ids_{1};
};

TEST_F(SecretVersions, TheOldestWithoutAStageGo) {
  add("marked", {"keep"});
  for (int number = 0; number < 110; ++number) add(cat("v", number), {"AWSCURRENT"});
  EXPECT_EQ(count(), 100U);
  EXPECT_TRUE(has("marked")) << "it has a stage";
  EXPECT_FALSE(has("v0"));
  EXPECT_FALSE(has("v10"));
  EXPECT_TRUE(has("v11"));
  auto rows = database_.reader();
  EXPECT_EQ(version_at_stage(rows, "arn:a", stage_current)->version_id, "v109");
  EXPECT_EQ(version_at_stage(rows, "arn:a", stage_previous)->version_id, "v108");
}

TEST_F(SecretVersions, TheFirstIsCurrentWhateverItsStages) {
  add("first", {"mine"});
  EXPECT_EQ(find_version(database_.reader(), secret_, "first")->stages, (std::vector<std::string>{"AWSCURRENT", "mine"}));
  EXPECT_EQ(version_at_stage(database_.reader(), "arn:a", stage_previous), nullptr);
}

TEST_F(SecretVersions, CurrentAndPreviousChangePlaces) {
  add("one");
  add("two");
  change([&](Tx& tx) -> Status {
    move_stage(tx, secret_, "one", "AWSCURRENT");
    return Done{};
  });
  EXPECT_EQ(version_at_stage(database_.reader(), "arn:a", stage_current)->version_id, "one");
  EXPECT_EQ(version_at_stage(database_.reader(), "arn:a", stage_previous)->version_id, "two");
}

TEST_F(SecretVersions, TheRowShowsNothingOfTheValue) {
  add("one");
  auto row = find_version(database_.reader(), secret_, "one");
  EXPECT_EQ(row->sealed_value.find("value"), std::string::npos);
  EXPECT_EQ(unseal(key_, seal_context(*row), row->sealed_value).value(), "value of one");
}

}  // namespace
}  // namespace roadstead::secretsmanager
