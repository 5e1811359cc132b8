#include "agent/runtime/bundle/bundle_place.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr const char* memory = "/dev/shm";

class BundlePlaceTest : public testing::Test {
 protected:
  BundlePlaceTest() : prefix_(cat("test-", ::getpid())), top_(cat(memory, "/roadstead-secrets-", prefix_)) {
    disk_ = make_temporary_directory(testing::TempDir(), "bundle-place-").value();
    directory_ = disk_ + "/app";
    EXPECT_TRUE(make_directories(directory_));
  }

  ~BundlePlaceTest() override {
    EXPECT_TRUE(remove_tree(disk_));
    EXPECT_TRUE(remove_tree(top_));
  }

  static bool is_link(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  }

  std::string prefix_;
  std::string top_;
  std::string disk_;
  std::string directory_;
  BundlePlace place_{prefix_, {"/proc", memory}};
};

TEST_F(BundlePlaceTest, OnDiskUnlessThereAreSecrets) {
  ASSERT_TRUE(place_.make(directory_, {"t", "app"}, false));
  EXPECT_FALSE(is_link(directory_ + "/bundle"));
  EXPECT_FALSE(exists(top_));
  EXPECT_TRUE(place_.remove(ContainerRef{"t", "app"}));
  EXPECT_TRUE(place_.remove("t"));
}

TEST_F(BundlePlaceTest, SecretsStayInMemoryAndGoWithTheTask) {
  ASSERT_TRUE(place_.make(directory_, {"t", "app"}, true));
  EXPECT_TRUE(is_link(directory_ + "/bundle"));
  EXPECT_TRUE(is_link(directory_ + "/crun"));
  ASSERT_TRUE(write_file_atomic(directory_ + "/bundle/config.json", "secret"));
  EXPECT_EQ(read_file(top_ + "/t/app/bundle/config.json").value(), "secret");
  ASSERT_TRUE(place_.make(directory_, {"t", "app"}, true));
  EXPECT_FALSE(exists(directory_ + "/bundle/config.json")) << "a restart begins anew";
  EXPECT_TRUE(place_.remove(ContainerRef{"t", "app"}));
  EXPECT_FALSE(exists(top_ + "/t/app"));
  EXPECT_TRUE(place_.remove("t"));
  EXPECT_FALSE(exists(top_)) << "the last one takes the directory away";
}

TEST_F(BundlePlaceTest, ForgetsTasksThatAreGone) {
  ASSERT_TRUE(place_.make(directory_, {"t1", "app"}, true));
  ASSERT_TRUE(place_.make(directory_, {"t2", "app"}, true));
  ASSERT_TRUE(place_.keep_only({"t2"}));
  EXPECT_FALSE(exists(top_ + "/t1"));
  EXPECT_TRUE(exists(top_ + "/t2/app/bundle"));
}

TEST_F(BundlePlaceTest, TakesNoPlaceOfOthersAndNoDisk) {
  ASSERT_TRUE(make_directories(top_, 0755));
  ASSERT_EQ(::chmod(top_.c_str(), 0755), 0);
  EXPECT_EQ(place_.make(directory_, {"t", "app"}, true).error().code, "NoMemoryDirectory");
  ASSERT_TRUE(remove_tree(top_));
  ASSERT_EQ(::symlink(disk_.c_str(), top_.c_str()), 0);
  EXPECT_EQ(place_.make(directory_, {"t", "app"}, true).error().code, "NoMemoryDirectory");
  BundlePlace nowhere(prefix_, {"/proc"});
  EXPECT_EQ(nowhere.make(directory_, {"t", "app"}, true).error().code, "NoMemoryDirectory");
}

}  // namespace
}  // namespace roadstead
