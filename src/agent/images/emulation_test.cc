#include "agent/images/emulation.h"

#include <gtest/gtest.h>

#include "agent/images/port.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

std::string entry(std::string_view state, std::string_view flags, std::string_view machine) {
  return cat(state, "\ninterpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P\nflags: ", flags,
             "\noffset 0\nmagic 7f454c460201010000000000000000000200", machine, "\nmask ffffffffffffff00fffffffffffffffffeffffff\n");
}

TEST(Emulation, TellsTheProcessorOfAnEntry) {
  EXPECT_EQ(parse_binfmt(entry("enabled", "POCF", "b700")), "ARM64");
  EXPECT_EQ(parse_binfmt(entry("enabled", "F", "3e00")), "X86_64");
}

TEST(Emulation, PassesOverWhatRunsNothingInAContainer) {
  EXPECT_EQ(parse_binfmt(entry("disabled", "F", "b700")), std::nullopt);
  EXPECT_EQ(parse_binfmt(entry("enabled", "OC", "b700")), std::nullopt) << "the interpreter is not in the container's files";
  EXPECT_EQ(parse_binfmt(entry("enabled", "F", "f300")), std::nullopt);
  EXPECT_EQ(parse_binfmt(entry("enabled", "F", "b7")), std::nullopt);
  EXPECT_EQ(parse_binfmt("enabled\ninterpreter /usr/bin/jexec\nflags: F\noffset 0\nmagic 504b0304\n"), std::nullopt);
  EXPECT_EQ(parse_binfmt("enabled\ninterpreter /usr/bin/x\nflags: F\nextension .x\n"), std::nullopt);
  EXPECT_EQ(parse_binfmt(""), std::nullopt);
}

TEST(Emulation, ReadsAllEntriesOfADirectory) {
  auto directory = make_temporary_directory("/tmp", "roadstead-binfmt-").value();
  EXPECT_TRUE(emulated_architectures(directory).empty());
  bool arm = host_platform().architecture == "arm64";
  ASSERT_TRUE(write_file_atomic(directory + "/status", "enabled\n"));
  ASSERT_TRUE(write_file_atomic(directory + "/qemu-aarch64", entry("enabled", "F", "b700")));
  ASSERT_TRUE(write_file_atomic(directory + "/qemu-aarch64-again", entry("enabled", "F", "b700")));
  ASSERT_TRUE(write_file_atomic(directory + "/qemu-x86_64", entry("enabled", "F", "3e00")));
  EXPECT_EQ(emulated_architectures(directory), std::vector<std::string>{arm ? "X86_64" : "ARM64"});
  ASSERT_TRUE(remove_tree(directory));
  EXPECT_TRUE(emulated_architectures(directory).empty());
}

}  // namespace
}  // namespace roadstead
