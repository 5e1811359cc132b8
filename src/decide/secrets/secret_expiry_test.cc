#include "decide/secrets/secret_expiry.h"

#include <gtest/gtest.h>

#include "store/tx/database.h"

namespace roadstead {

namespace {

using namespace std::chrono_literals;

class SecretExpiry : public testing::Test {
 protected:
  SecretExpiry() {
    run([&](Tx& tx) -> Status {
      tx.put(SecretRow{.secret_name = "a", .secret_arn = "arn:a"});
      tx.put(SecretVersionRow{.secret_arn = "arn:a", .version_id = "1"});
      tx.put(SecretVersionRow{.secret_arn = "arn:b", .version_id = "1"});
      tx.put(ResourceTagsRow{.resource_arn = "arn:a"});
      return Done{};
    });
  }

  void run(Work work) { ASSERT_TRUE(database_.run(work, now_, ids_).status); }

  std::optional<Instant> reconcile() {
    std::optional<Instant> wake;
    run([&](Tx& tx) -> Status {
      wake = TRY(reconcile_secret(tx, "a"));
      return Done{};
    });
    return wake;
  }

  Database database_{stored_schema()};
  SeededIds ids_{1};
  Instant now_ = Instant::from_seconds(1000);
};

TEST_F(SecretExpiry, LeavesTheLivingAlone) {
  EXPECT_FALSE(reconcile());
  EXPECT_TRUE(database_.reader().contains<SecretRow>("a"));
}

TEST_F(SecretExpiry, TakesAllOfItAwayWhenItsTimeHasCome) {
  run([&](Tx& tx) -> Status {
    tx.update<SecretRow>("a", [&](SecretRow& row) { row.purge_at = now_ + 7min; });
    return Done{};
  });
  EXPECT_EQ(reconcile(), now_ + 7min);
  now_ = now_ + 7min;
  EXPECT_FALSE(reconcile());
  auto rows = database_.reader();
  EXPECT_FALSE(rows.contains<SecretRow>("a"));
  EXPECT_FALSE(rows.contains<ResourceTagsRow>("arn:a"));
  EXPECT_EQ(rows.count(SecretVersionRowIndex::by_secret, "arn:a"), 0U);
  EXPECT_EQ(rows.count(SecretVersionRowIndex::by_secret, "arn:b"), 1U) << "another secret's version";
  EXPECT_FALSE(reconcile());
}

}  // namespace
}  // namespace roadstead
