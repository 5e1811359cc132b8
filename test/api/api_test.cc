// Every .test file below this folder is a test of its own, named by its path.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "api/script.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

namespace fs = std::filesystem;

class ApiFile : public testing::Test {
 public:
  ApiFile(std::string name, fs::path path) : name_(std::move(name)), path_(std::move(path)) {}

  void TestBody() override {
    std::ifstream file(path_);
    std::stringstream text;
    text << file.rdbuf();
    Script script;
    auto failure = script.run(cat("test/api/", name_, ".test"), text.str());
    EXPECT_EQ(failure, "") << "again: api_test --gtest_filter='api." << name_ << "'";
  }

 private:
  std::string name_;
  fs::path path_;
};

const int registered = [] {
  std::vector<fs::path> paths;
  fs::path root = ROADSTEAD_API_TESTS;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() == ".test") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    auto name = fs::relative(path, root).replace_extension().string();
    testing::RegisterTest("api", name.c_str(), nullptr, nullptr, __FILE__, __LINE__, [name, path]() -> testing::Test* {
      return new ApiFile(name, path);
    });
  }
  return static_cast<int>(paths.size());
}();

TEST(ApiFiles, WereFound) { EXPECT_GT(registered, 0); }

}  // namespace
}  // namespace roadstead
