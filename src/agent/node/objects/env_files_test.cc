#include "agent/node/objects/env_files.h"

#include <gtest/gtest.h>

#include <map>

#include "base/text/text.h"

namespace roadstead {
namespace {

using Strings = std::vector<std::string>;

class EnvFilesTest : public testing::Test {
 protected:
  ObjectSource source() {
    return [this](const std::string& arn) -> Result<std::string> {
      auto found = objects_.find(arn);
      if (found == objects_.end()) return Error{"NoSuchKey", "The specified key does not exist."};
      return found->second;
    };
  }

  static std::string text_of(const Status& status) { return status ? "" : cat(status.error().code, ": ", status.error().message); }

  std::map<std::string, std::string> objects_{{"one", "A=1\nB=2\n"}, {"two", "B=3\nC=4\nSET=no\n"}};
};

TEST_F(EnvFilesTest, BecomeVariables) {
  Strings environment{"PATH=/bin", "SET=yes"};
  auto added = add_env_files(source(), {.arns = {"one", "two"}, .fixed = {"SET"}}, environment);
  EXPECT_EQ(text_of(added), "");
  EXPECT_EQ(environment, (Strings{"PATH=/bin", "SET=yes", "A=1", "B=2", "C=4"}));
}

TEST_F(EnvFilesTest, OneThatIsMissingIsWhyTheTaskStops) {
  auto words = "ResourceInitializationError: failed to download env files: file download command: non empty error stream: ";
  EXPECT_EQ(text_of(check_env_files(source(), {"one", "two"})), "");
  EXPECT_EQ(
      text_of(check_env_files(source(), {"one", "none"})),
      cat(words, "service call has been retried 1 time(s): NoSuchKey: The specified key does not exist. (none)")
  );
  Strings environment{"A=0"};
  EXPECT_NE(text_of(add_env_files(source(), {.arns = {"one", "none"}, .fixed = {}}, environment)), "");
  EXPECT_EQ(environment, Strings{"A=0"}) << "all of them or none";
  objects_["huge"] = std::string(2'000'000, 'x');
  EXPECT_EQ(text_of(check_env_files(source(), {"huge"})), cat(words, "huge has 2000000 bytes; an environment file has at most 1048576"));
}

TEST_F(EnvFilesTest, WithoutASourceNothingIsFound) {
  EXPECT_EQ(text_of(check_env_files({}, {})), "");
  EXPECT_NE(text_of(check_env_files({}, {"one"})), "");
}

TEST_F(EnvFilesTest, TheConfigurationOfARouter) {
  auto config = fetch_router_config(source(), "one");
  ASSERT_TRUE(config);
  EXPECT_EQ(*config, "A=1\nB=2\n");
  auto missing = fetch_router_config(source(), "none");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "ResourceInitializationError");
  EXPECT_EQ(missing.error().message, "unable to download firelens s3 config file: NoSuchKey: The specified key does not exist. (none)");
}

}  // namespace
}  // namespace roadstead
