#include "io/key_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "io/file.h"

namespace roadstead {
namespace {

class KeyFile : public testing::Test {
 protected:
  void SetUp() override { root_ = make_temporary_directory(testing::TempDir(), "key-file-").value(); }
  void TearDown() override { EXPECT_TRUE(remove_tree(root_)); }

  mode_t mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 0777;
  }

  std::string root_;
};

TEST_F(KeyFile, IsMadeOnceAndReadAgain) {
  auto path = root_ + "/keys/values.key";
  EXPECT_EQ(read_key_file(path).error().code, "KeyMissing");
  auto made = make_key_file(path);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), key_file_bytes);
  EXPECT_EQ(read_key_file(path).value(), *made);
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(root_ + "/keys"), 0700U);
  EXPECT_EQ(make_key_file(path).error().code, "KeyUnreadable");
  EXPECT_EQ(read_key_file(path).value(), *made) << "it was not replaced";
  EXPECT_NE(make_key_file(root_ + "/keys/other.key").value(), *made);
}

TEST_F(KeyFile, RefusesWhatIsNoKeyOrNoSecret) {
  auto path = root_ + "/values.key";
  ASSERT_TRUE(write_file_atomic(path, "abcd\n"));
  EXPECT_EQ(read_key_file(path).error().code, "KeyUnreadable");
  ASSERT_TRUE(write_file_atomic(path, std::string(64, 'x')));
  EXPECT_EQ(read_key_file(path).error().code, "KeyUnreadable");
  ASSERT_TRUE(write_file_atomic(path, std::string(64, 'a'), 0640));
  auto error = read_key_file(path).error();
  EXPECT_EQ(error.code, "KeyUnreadable");
  EXPECT_NE(error.message.find("chmod 600"), std::string::npos);
}

}  // namespace
}  // namespace roadstead
