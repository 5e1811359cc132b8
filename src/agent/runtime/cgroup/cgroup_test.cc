#include "agent/runtime/cgroup/cgroup.h"

#include <gtest/gtest.h>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

/// A directory that looks like a mounted cgroup file system, as far as the drivers look: the kernel's files are there
/// before.
class CgroupTest : public testing::Test {
 protected:
  void SetUp() override { root = make_temporary_directory("/tmp", "roadstead-cgroup-").value(); }

  void TearDown() override { ASSERT_TRUE(remove_tree(root)); }

  void put(const std::string& path, std::string_view content) {
    auto full = cat(root, '/', path);
    ASSERT_TRUE(make_directories(full.substr(0, full.rfind('/'))));
    ASSERT_TRUE(write_file_atomic(full, content));
  }

  std::string read(const std::string& path) { return read_file(cat(root, '/', path)).value_or("(none)"); }

  std::string root;
  const ContainerRef app{"t1", "app"};
};

TEST_F(CgroupTest, WritesAndReadsVersion2) {
  for (const char* group : {"", "r/", "r/t1/"}) put(cat(group, "cgroup.subtree_control"), "");
  for (const char* file : {"memory.max", "cpu.max", "pids.max"}) put(cat("r/t1/", file), "");
  auto driver = drive_cgroups_v2(root, "r");
  ASSERT_TRUE(driver->make_task({"t1", 25'000, 64 << 20, 100}));
  EXPECT_EQ(read("r/cgroup.subtree_control"), "+cpu +memory +pids");
  EXPECT_EQ(read("r/t1/memory.max"), "67108864");
  EXPECT_EQ(read("r/t1/cpu.max"), "25000 100000");
  EXPECT_EQ(read("r/t1/pids.max"), "100");
  EXPECT_EQ(driver->oci_path(app), "/r/t1/app");
  EXPECT_EQ(driver->oom_file(app), root + "/r/t1/app/memory.events");
  EXPECT_EQ(driver->crun_view(), "");
  EXPECT_EQ(driver->container_usage(app).error().code, "NotFound");
  put("r/t1/app/cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
  put("r/t1/app/memory.current", "4096\n");
  put("r/t1/app/memory.peak", "8192\n");
  put("r/t1/app/memory.stat", "anon 1\ninactive_file 1024\n");
  put("r/t1/app/pids.current", "3\n");
  auto usage = driver->container_usage(app);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->cpu_nanos, 1'500'000U);
  EXPECT_EQ(usage->memory_bytes, 4096U);
  EXPECT_EQ(usage->memory_max_bytes, 8192U);
  EXPECT_EQ(usage->memory_cache_bytes, 1024U);
  EXPECT_EQ(usage->processes, 3U);
}

TEST_F(CgroupTest, WritesAndReadsVersion1) {
  put("memory/r/t1/memory.limit_in_bytes", "");
  put("cpu/r/t1/cpu.cfs_period_us", "");
  put("cpu/r/t1/cpu.cfs_quota_us", "");
  put("pids/r/t1/pids.max", "");
  auto driver = drive_cgroups_v1(root, "r", {"memory", "cpu", "cpuacct", "pids"}, true);
  ASSERT_TRUE(driver->make_task({"t1", 25'000}));
  EXPECT_EQ(read("memory/r/t1/memory.limit_in_bytes"), "-1");
  EXPECT_EQ(read("cpu/r/t1/cpu.cfs_period_us"), "100000");
  EXPECT_EQ(read("cpu/r/t1/cpu.cfs_quota_us"), "25000");
  EXPECT_EQ(read("pids/r/t1/pids.max"), "max");
  EXPECT_EQ(driver->crun_view(), "cpu:cpuacct:memory:pids");
  EXPECT_FALSE(driver->counts_swap());
  put("memory/r/t1/app/memory.usage_in_bytes", "4096\n");
  put("memory/r/t1/app/memory.max_usage_in_bytes", "8192\n");
  put("memory/r/t1/app/memory.stat", "inactive_file 1\ntotal_inactive_file 512\n");
  put("cpuacct/r/t1/app/cpuacct.usage", "12345\n");
  put("pids/r/t1/app/pids.current", "2\n");
  auto usage = driver->container_usage(app);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->cpu_nanos, 12'345U);
  EXPECT_EQ(usage->memory_max_bytes, 8192U);
  EXPECT_EQ(usage->memory_cache_bytes, 512U);
  EXPECT_EQ(usage->processes, 2U);
}

TEST_F(CgroupTest, RemovesGroupsWithWhatIsBelow) {
  ASSERT_TRUE(make_directories(root + "/r/t1/app/inner/deep"));
  auto driver = drive_cgroups_v2(root, "r");
  ASSERT_TRUE(driver->remove_container(app));
  EXPECT_FALSE(exists(root + "/r/t1/app"));
  ASSERT_TRUE(driver->remove_task("t1"));
  ASSERT_TRUE(driver->remove_task("t1"));
  EXPECT_FALSE(exists(root + "/r/t1"));
  EXPECT_EQ(detect_cgroups(root, "r").error().code, "CgroupsUnusable");
}

}  // namespace
}  // namespace roadstead
