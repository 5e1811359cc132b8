#include "agent/runtime/machine_facts.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using Words = std::vector<std::string>;

/// A directory with one CDI file, whose device has the name "0".
class GpuFacts : public testing::Test {
 protected:
  ~GpuFacts() override { static_cast<void>(remove_tree(directory)); }

  Status add(std::string_view edits) {
    auto text = cat(R"({"cdiVersion": "0.7.0", "kind": "v.com/gpu", "devices": [{"name": "0", "containerEdits": )", edits, "}]}");
    TRY(write_file_atomic(cat(directory, "/v.json"), text));
    return add_gpus({directory}, {"0"}, facts, notes);
  }

  std::string directory = make_temporary_directory("/tmp", "roadstead-facts-").value();
  BundleFacts facts;
  Words notes;
};

TEST_F(GpuFacts, TheMachineFillsInWhatTheFileLeavesOpen) {
  facts.devices = {{"/dev/card", 'c', 9, 9}, {"/dev/fuse", 'c', 10, 229}};
  auto added = add(R"({"deviceNodes": [{"path": "/dev/card", "hostPath": "/dev/zero", "permissions": "r", "gid": 44},
                                       {"path": "/dev/other", "type": "b", "major": 8, "minor": 3, "fileMode": 384}]})");
  ASSERT_TRUE(added) << added.error().message;
  ASSERT_EQ(facts.devices.size(), 3U) << "a card takes the place of what was there";
  const auto& card = facts.devices[1];
  EXPECT_EQ(std::tie(card.path, card.type, card.access), std::tuple("/dev/card", 'c', "r"));
  EXPECT_EQ(std::tie(card.major, card.minor, card.mode, card.gid), std::tuple(1, 5, 0666U, 44U));
  const auto& other = facts.devices[2];
  EXPECT_EQ(std::tie(other.type, other.major, other.minor, other.mode), std::tuple('b', 8, 3, 0600U)) << "it need not be here";
}

TEST_F(GpuFacts, GroupsAreAddedOnceAndNeverThatOfRoot) {
  facts.user.groups = {0, 50};
  ASSERT_TRUE(add(R"({"additionalGids": [44, 50, 44]})"));
  EXPECT_EQ(facts.user.groups, (std::vector<std::uint32_t>{0, 44, 50})) << "whoever has it already keeps it";
  facts.user.groups = {};
  ASSERT_TRUE(add(R"({"additionalGids": [0]})"));
  EXPECT_EQ(facts.user.groups, std::vector<std::uint32_t>{});
}

TEST_F(GpuFacts, SaysWhatHasGoneOrIsNotDone) {
  auto why = add(R"({"deviceNodes": [{"path": "/dev/card", "hostPath": "/dev/roadstead-has-none"}]})");
  EXPECT_EQ(why.error(), (Error{"CannotStartContainerError", "there is no device /dev/roadstead-has-none, which a CDI file tells of"}));
  ASSERT_TRUE(add(R"({"hooks": [{"hookName": "poststop", "path": "/bin/after"}]})"));
  EXPECT_EQ(notes, Words{"the CDI hook /bin/after of poststop is not run"});
  auto unknown = add_gpus({directory, "/nowhere"}, {"7"}, facts, notes);
  EXPECT_EQ(unknown.error(), (Error{"CannotStartContainerError", cat("no CDI file tells of GPU 7 any more (", directory, ", /nowhere)")}));
  EXPECT_TRUE(add_gpus({"/nowhere"}, {}, facts, notes)) << "who has none needs no file";
}

}  // namespace
}  // namespace roadstead
