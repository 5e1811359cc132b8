#include "decide/objects/env_file.h"

#include <gtest/gtest.h>

#include "base/result/result.h"
#include "decide/objects/object_arn.h"

namespace roadstead {
namespace {

using Strings = std::vector<std::string>;

TEST(EnvFile, TakesLinesAsTheyStand) {
  EnvVariables expected{
      {"A", "1"}, {"B", " two words "}, {"C", "\"quoted\""}, {"D", "a=b"}, {"E", ""}, {" F", "x"}, {"G", "$A # no comment"}, {"export H", "h"}
  };
  EXPECT_EQ(
      parse_env_file("A=1\nB= two words \nC=\"quoted\"\nD=a=b\nE=\n F=x\nG=$A # no comment\nexport H=h"), expected
  );
}

TEST(EnvFile, LeavesOutWhatIsNoVariable) {
  EXPECT_EQ(parse_env_file("#A=1\n\nno equals\n=value\n# B=2\n"), EnvVariables());
  EXPECT_EQ(parse_env_file(""), EnvVariables());
  EXPECT_EQ(parse_env_file(" #A=1"), (EnvVariables{{" #A", "1"}})) << "only the first character makes a comment";
}

TEST(EnvFile, EndsOfLinesOfOtherSystems) {
  EXPECT_EQ(parse_env_file("A=1\r\nB=2\r\n"), (EnvVariables{{"A", "1"}, {"B", "2"}}));
  EXPECT_EQ(parse_env_file(std::string_view("A=1\0rest\nB=2", 12)), (EnvVariables{{"A", "1"}, {"B", "2"}}));
}

TEST(EnvFile, TheFirstFileWinsAndTheDefinitionBeforeIt) {
  Strings environment{"PATH=/bin", "MODE=image", "KEPT=definition"};
  std::vector<EnvVariables> files{{{"A", "1"}, {"MODE", "first"}, {"KEPT", "x"}}, {{"A", "2"}, {"B", "3"}}};
  merge_env_files(files, {"KEPT"}, environment);
  EXPECT_EQ(environment, (Strings{"PATH=/bin", "MODE=first", "KEPT=definition", "A=1", "B=3"}));
}

TEST(EnvFile, TheLastLineOfOneFileCounts) {
  Strings environment;
  merge_env_files({{{"A", "1"}, {"A", "2"}}}, {}, environment);
  EXPECT_EQ(environment, Strings{"A=2"});
}

TEST(ObjectArn, IsTakenApart) {
  auto arn = parse_object_arn("arn:aws:s3:::shop/prod/app.env");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->bucket, "shop");
  EXPECT_EQ(arn->key, "prod/app.env");
  for (const char* text : {"", "shop/app.env", "arn:aws:s3:::shop", "arn:aws:s3:::shop/", "arn:aws:s3:::/x", "arn:aws:ssm:::shop/x", "s3://shop/x"}) {
    EXPECT_FALSE(parse_object_arn(text)) << text;
  }
}

}  // namespace
}  // namespace roadstead
