#include "agent/runtime/bundle/bundle.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "agent/runtime/bundle/seccomp.h"
#include "agent/runtime/task_files.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

/// Reads the golden file, or writes it when ROADSTEAD_REFRESH_GOLDEN is set.
void expect_golden(const std::string& name, const std::string& text) {
  auto path = std::string(ROADSTEAD_TESTDATA) + "/" + name;
  if (std::getenv("ROADSTEAD_REFRESH_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream file(path);
  std::stringstream content;
  content << file.rdbuf();
  EXPECT_EQ(content.str(), text) << "run with ROADSTEAD_REFRESH_GOLDEN=1 to take the new text";
}

/// One member a line for the first two levels, so that a difference is seen at once.
std::string pretty(const std::string& text) {
  std::string out;
  auto config = json::parse(text);
  for (const auto& member : config.as_object()) {
    out.append(member.key()).append(":\n");
    if (!member.value().is_object()) {
      out.append("  ").append(json::serialize(member.value())).append("\n");
      continue;
    }
    for (const auto& inner : member.value().as_object()) {
      out.append("  ").append(inner.key()).append(": ").append(json::serialize(inner.value())).append("\n");
    }
  }
  return out;
}

TEST(Bundle, RendersTheDefaults) {
  BundleFacts facts;
  facts.capabilities = default_capabilities();
  facts.cgroup_path = "/roadstead/0123456789abcdef/web";
  facts.seccomp_bpf = "AAAA";
  ContainerSpec container{"0123456789abcdef", "web", "/roots/web", {"nginx", "-g", "daemon off;"}};
  expect_golden("default_bundle.txt", pretty(render_bundle({"0123456789abcdef"}, container, facts)));
}

TEST(Bundle, RendersEverythingAsked) {
  BundleFacts facts;
  facts.user = {33, 34, {50}, "/var/www"};
  facts.capabilities = capability_bit("NET_BIND_SERVICE");
  facts.devices = {{"/dev/fuse", 'c', 10, 229, 0666, 0, 0, "rw"}};
  facts.ulimits = {{"nofile", 1024, -1}};
  facts.cgroup_path = "/roadstead/t/side";
  facts.seccomp_json = R"({"defaultAction":"SCMP_ACT_ERRNO"})";
  facts.init_path = "/usr/lib/roadstead/roadstead-shim";
  facts.counts_swap = true;
  TaskSpec task{"t"};
  task.netns_path = "/run/roadstead/netns/t";
  ContainerSpec container{"t", "side", "/roots/side", {"/app"}};
  container.env = {"A=1", "HOME=/mine", "A=2"};
  container.cwd = "/srv";
  container.hostname = "side.internal";
  container.mounts = {
      {ContainerMount::Kind::bind, "/volumes/v", "/data", true},
      {ContainerMount::Kind::tmpfs, "", "/scratch", false, {"size=64m", "noexec"}},
  };
  container.readonly_rootfs = true;
  container.sysctls = {{"net.core.somaxconn", "1024"}};
  container.cpu_shares = 256;
  container.memory_bytes = 128 << 20;
  container.memory_reservation_bytes = 64 << 20;
  container.pids = 50;
  container.shm_bytes = 1 << 20;
  container.init_process = true;
  container.tty = true;
  container.pid_namespace = "task";
  facts.holder_pid = 7;
  container.ipc_namespace = "host";
  expect_golden("full_bundle.txt", pretty(render_bundle(task, container, facts)));
}

TEST(Bundle, RendersWhatGpusBringAlong) {
  BundleFacts facts;
  facts.user.groups = {44, 109};
  facts.devices = {{"/dev/nvidia0", 'c', 195, 0, 0660, 0, 44, "rw"}, {"/run/pipe", 'p', 0, 0, 0600, 0, 0, "rwm"}};
  facts.edits.env = {"NVIDIA_VISIBLE_DEVICES=void", "LD_PRELOAD=/x.so", "A=theirs"};
  facts.edits.mounts = {{"/usr/lib/libcuda.so.1", "/usr/lib/libcuda.so.1", "", {"ro", "nosuid", "bind"}},
                        {"tmpfs", "/proc/driver/nvidia", "tmpfs", {"rw", "size=1m"}}};
  facts.edits.hooks = {{"createContainer", "/usr/bin/hook", {"hook", "one"}, {"DEBUG=1"}, 5},
                       {"poststart", "/usr/bin/started"},
                       {"createContainer", "/usr/bin/hook", {"hook", "two"}}};
  ContainerSpec container{"t", "c", "/r", {"x"}};
  container.env = {"NVIDIA_VISIBLE_DEVICES=GPU-a", "A=mine"};
  container.mounts = {{ContainerMount::Kind::bind, "/volumes/v", "/data"}};
  expect_golden("gpu_bundle.txt", pretty(render_bundle({"t"}, container, facts)));
}

TEST(Bundle, SharesMemoryAsToldTo) {
  ContainerSpec container{"t", "c", "/r", {"x"}};
  BundleFacts facts;
  facts.holder_pid = 7;
  facts.shm_directory = "/tasks/t/shm";
  auto render = [&](std::string_view ipc) {
    container.ipc_namespace = ipc;
    auto config = json::parse(render_bundle({"t"}, container, facts));
    std::string shm;
    std::string path;
    for (const auto& mount : config.at("mounts").as_array()) {
      if (mount.at("destination") == "/dev/shm") shm = json::value_to<std::string>(mount.at("source"));
    }
    for (const auto& space : config.at("linux").at("namespaces").as_array()) {
      const auto* where = space.as_object().if_contains("path");
      if (space.at("type") == "ipc") path = where != nullptr ? json::value_to<std::string>(*where) : "own";
    }
    return cat(path, " ", shm);
  };
  EXPECT_EQ(render(""), "own shm");
  EXPECT_EQ(render("none"), "own ");
  EXPECT_EQ(render("host"), " /dev/shm");
  EXPECT_EQ(render("task"), "/proc/7/ns/ipc /tasks/t/shm");
}

TEST(Bundle, OpensPrivilegedContainers) {
  BundleFacts facts;
  facts.capabilities = choose_capabilities({}, {}, true, ~CapabilitySet{0}).value();
  ContainerSpec container{"t", "p", "/r", {"x"}};
  container.privileged = true;
  auto config = json::parse(render_bundle({"t"}, container, facts));
  EXPECT_FALSE(config.at("linux").as_object().contains("maskedPaths"));
  EXPECT_FALSE(config.at("linux").as_object().contains("seccomp"));
  EXPECT_FALSE(config.at("process").at("noNewPrivileges").as_bool());
  EXPECT_EQ(config.at("process").at("capabilities").at("bounding").as_array().size(), 41U);
}

TEST(Ulimits, AreClamped) {
  std::vector<std::string> notes;
  auto limits = clamp_ulimits(
      {{"nofile", 5, 9}, {"nofile", 5000, 9000}, {"core", -1, -1}, {"stack", 10, 20}}, {{"nofile", 4096}, {"core", -1}},
      notes
  );
  ASSERT_EQ(limits.size(), 3U);
  EXPECT_EQ(limits[0].hard, -1);
  EXPECT_EQ(limits[1].soft, 4096);
  EXPECT_EQ(limits[1].hard, 4096);
  EXPECT_EQ(limits[2].hard, 20);
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_NE(notes[0].find("9000 lowered to 4096"), std::string::npos);
}

TEST(Capabilities, AddAndDropAsDocker) {
  auto everything = ~CapabilitySet{0};
  auto chosen = [&](std::vector<std::string> add, std::vector<std::string> drop, CapabilitySet available) {
    return choose_capabilities(add, drop, false, available).value();
  };
  EXPECT_EQ(default_capabilities(), 0xa80425fbU);
  EXPECT_EQ(chosen({}, {"ALL"}, everything), 0U);
  EXPECT_EQ(chosen({"net_admin"}, {"all"}, everything), capability_bit("CAP_NET_ADMIN"));
  EXPECT_EQ(chosen({"ALL"}, {"CHOWN"}, everything) & 1U, 0U);
  EXPECT_EQ(chosen({"SYS_PTRACE"}, {}, default_capabilities()), default_capabilities());
  EXPECT_EQ(
      choose_capabilities({"FLY"}, {}, false, everything).error().message,
      "invalid capability: unknown capability: \"CAP_FLY\""
  );
  EXPECT_EQ(parse_bounding_set("CapEff:\t0\nCapBnd:\t00000000a80425fb\n"), default_capabilities());
}

TEST(Seccomp, CompilesOncePerMeaning) {
  SeccompCache cache;
  auto plain = cache.base64_filter(default_capabilities());
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(from_base64(*plain)->size() % 8, 0U);
  EXPECT_EQ(cache.base64_filter(default_capabilities() | capability_bit("NET_ADMIN")).value(), *plain);
  EXPECT_NE(cache.base64_filter(default_capabilities() | capability_bit("SYS_ADMIN")).value(), *plain);
  auto profile = json::parse(render_seccomp_json(default_capabilities()));
  EXPECT_EQ(profile.at("defaultAction").as_string(), "SCMP_ACT_ERRNO");
  auto allows = [](const json::value& rules, std::string_view call) {
    for (const auto& name : rules.at("syscalls").at(0).at("names").as_array()) {
      if (name.as_string() == call) return true;
    }
    return false;
  };
  EXPECT_TRUE(allows(profile, "openat"));
  for (const char* call :
       {"mount", "unshare", "setns", "bpf", "keyctl", "io_uring_setup", "kexec_load", "init_module", "reboot", "clone"
       }) {
    EXPECT_FALSE(allows(profile, call)) << call;
  }
  EXPECT_TRUE(allows(json::parse(render_seccomp_json(capability_bit("SYS_ADMIN"))), "mount"));
}

TEST(TaskFiles, ReadWhatTheKeeperWrites) {
  ContainerRef app{"t", "app"};
  EXPECT_EQ(
      parse_exit_file(app, "137 9 1 1790000000000000\n"), (ContainerExit{app, 137, 9, true, Instant{1790000000000000}})
  );
  EXPECT_EQ(parse_exit_file(app, ""), std::nullopt);
  EXPECT_EQ(parse_exit_file(app, std::string(128, '\0')), std::nullopt);
  EXPECT_EQ(parse_running_file("12 34 56\n")->process, (ProcessMark{12, 34}));
  EXPECT_EQ(parse_start_time("7 (a ) b) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 0"), 4242U);
  EXPECT_EQ(parse_start_time("7 (a) Z 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 0"), std::nullopt);
  EXPECT_EQ(crun_id({"t", std::string(255, 'n')}).size(), 200U);
  EXPECT_FALSE(is_plain_name("..", 64));
  EXPECT_FALSE(is_plain_name("", 64));
  EXPECT_EQ(
      docker_words(
          "2026-01-01T00:00:00Z: executable file `nope` not found in $PATH: No such file or directory\n", "nope"
      ),
      "failed to create task for container: OCI runtime create failed: unable to start container process: exec: "
      "\"nope\": "
      "executable file not found in $PATH: unknown"
  );
}

}  // namespace
}  // namespace roadstead
