#include "gateway/identity.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text/text.h"
#include "io/file.h"
#include "support/world.h"

namespace roadstead {
namespace {

class Profiles : public testing::Test {
 protected:
  Profiles() : directory_(make_temporary_directory("/tmp", "profiles-").value()) {}

  ~Profiles() override { EXPECT_TRUE(remove_tree(directory_)); }

  std::string config() { return read_file(files_.config).value(); }

  std::string credentials() { return read_file(files_.credentials).value(); }

  std::string directory_;
  ProfileFiles files_{directory_ + "/.aws/config", directory_ + "/.aws/credentials"};
  Identity identity_{"123456789012", "eu-west-1", "AKIA1", "secret"};
};

TEST_F(Profiles, AreMadeForTheirOwnerOnly) {
  ASSERT_TRUE(write_profile(files_, identity_, "http://localhost:8080"));
  EXPECT_EQ(config(), "[profile roadstead]\nregion = eu-west-1\nendpoint_url = http://localhost:8080\n");
  EXPECT_EQ(credentials(), "[roadstead]\naws_access_key_id = AKIA1\naws_secret_access_key = secret\n");
  for (const auto& path : {files_.config, files_.credentials}) {
    struct stat info{};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
  }
}

TEST_F(Profiles, NameTheAuthorityOfAnHttpsEndpoint) {
  ASSERT_TRUE(write_profile(files_, identity_, "https://localhost:8443", "/state/ca/authority.pem"));
  EXPECT_EQ(
      config(),
      "[profile roadstead]\nregion = eu-west-1\nendpoint_url = https://localhost:8443\n"
      "ca_bundle = /state/ca/authority.pem\n"
  );
}

TEST_F(Profiles, OfTheUserStayAsTheyAre) {
  ASSERT_TRUE(make_directories(directory_ + "/.aws"));
  const std::string before =
      "[default]\nregion = us-east-1\n\n[profile roadstead]\nregion = old\n  nested = x\n\n# mine\n[profile "
      "roadstead-2]\nregion = x";
  ASSERT_TRUE(write_file_atomic(files_.config, before));
  ASSERT_TRUE(write_profile(files_, identity_, "http://h"));
  EXPECT_EQ(
      config(),
      "[default]\nregion = us-east-1\n\n[profile roadstead]\nregion = eu-west-1\nendpoint_url = http://h\n\n# mine\n"
      "[profile roadstead-2]\nregion = x"
  );
  auto once = config();
  ASSERT_TRUE(write_profile(files_, identity_, "http://h"));
  EXPECT_EQ(config(), once);
}

TEST_F(Profiles, AreAddedAfterALastLineWithoutEnd) {
  EXPECT_EQ(with_section("[a]\nx = 1", "[roadstead]", "y = 2\n"), "[a]\nx = 1\n\n[roadstead]\ny = 2\n");
  EXPECT_EQ(with_section("", "[roadstead]", "y = 2\n"), "[roadstead]\ny = 2\n");
}

TEST_F(Profiles, BehindSymbolicLinksKeepTheLink) {
  ASSERT_TRUE(make_directories(directory_ + "/.aws"));
  ASSERT_TRUE(write_file_atomic(directory_ + "/dotfile", "[default]\n"));
  ASSERT_EQ(::symlink((directory_ + "/dotfile").c_str(), files_.config.c_str()), 0);
  ASSERT_TRUE(write_profile(files_, identity_, "http://h"));
  EXPECT_TRUE(read_file(directory_ + "/dotfile").value().starts_with("[default]\n\n[profile roadstead]\n"));
}

TEST(Identity, IsMadeOnceAndKept) {
  World world;
  auto first = world.identity();
  EXPECT_EQ(first.account_id.size(), 12U);
  EXPECT_TRUE(first.access_key_id.starts_with("AKIA"));
  EXPECT_EQ(first.access_key_id.size(), 20U);
  EXPECT_EQ(first.secret_access_key.size(), 40U);
  auto done = world.transact([&](Tx& tx) -> Status {
    auto again = ensure_identity(tx, {.account_id = "999999999999"});
    EXPECT_EQ(again->account_id, first.account_id);
    EXPECT_EQ(again->access_key_id, first.access_key_id);
    return Done{};
  });
  EXPECT_TRUE(done);
}

TEST(Identity, RefusesAnAccountIdThatIsNone) {
  World world({.bootstrap = false});
  auto done = world.transact([&](Tx& tx) -> Status {
    EXPECT_EQ(ensure_identity(tx, {.account_id = "12"}).error().code, "InvalidParameterException");
    return Done{};
  });
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace roadstead
