#include <gtest/gtest.h>

#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "services/ssm/operations.h"
#include "store/tx/database.h"

namespace roadstead::ssm {
namespace {

class PutParameterTest : public testing::Test {
 protected:
  Status change(Work work) { return database_.run(work, Instant::from_seconds(1000), ids_).status; }

  Status put(const std::string& value) {
    return change([&](Tx& tx) -> Status {
      PutParameterRequest in;
      in.name = "a";
      in.value = value;
      in.type = ParameterType::string;
      in.overwrite = true;
      TRY(put_parameter(key_, tx, who_, in));
      return Done{};
    });
  }

  Status label_first() {
    return change([&](Tx& tx) -> Status {
      LabelParameterVersionRequest in;
      in.name = "a";
      in.parameter_version = 1;
      in.labels = {"keep"};
      TRY(label_parameter_version(tx, who_, in));
      return Done{};
    });
  }

  std::size_t count() { return database_.reader().count(ParameterVersionRowIndex::by_parameter, "a"); }

  Caller who_{.account_id = "123456789012", .region = "eu-west-1", .principal_arn = "arn:aws:iam::123456789012:root"};
  SealingKey key_ = SealingKey::from_bytes(std::string(32, 'k')).value();
  Database database_{stored_schema()};
  SeededIds ids_{1};
};

TEST_F(PutParameterTest, AHundredVersionsAreKept) {
  for (int number = 1; number <= 120; ++number) ASSERT_TRUE(put(cat("value ", number)));
  EXPECT_EQ(count(), 100U);
  EXPECT_EQ(database_.reader().find<ParameterRow>("a")->version, 120);
}

TEST_F(PutParameterTest, ALabelKeepsTheOldest) {
  ASSERT_TRUE(put("first"));
  ASSERT_TRUE(label_first());
  for (int number = 2; number <= 100; ++number) ASSERT_TRUE(put(cat("value ", number)));
  EXPECT_EQ(put("one too many").error().code, "ParameterMaxVersionLimitExceeded");
  EXPECT_EQ(database_.reader().find<ParameterRow>("a")->version, 100) << "a refusal changes nothing";
}

}  // namespace
}  // namespace roadstead::ssm
