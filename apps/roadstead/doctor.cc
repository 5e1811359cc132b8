#include <sys/statvfs.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>

#include "admin_client.h"
#include "agent/images/emulation.h"
#include "agent/sandbox/probe.h"
#include "base/text/text.h"
#include "checks/place_checks.h"
#include "commands.h"
#include "io/file.h"
#include "io/subprocess.h"
#include "io/time_zones.h"
#include "node_parts.h"

namespace roadstead {

namespace {

constexpr std::uint64_t least_free_bytes = std::uint64_t{2} << 30;

std::string version_option(std::string_view program) {
  if (program == "haproxy") return "-v";
  return program == "unbound" ? "-V" : "--version";
}

Check check_program(const char* program, const char* package, const char* what_for) {
  auto path = find_program(program);
  if (!path) return {program, false, "not installed", cat("apt-get install ", package, "   (", what_for, ")")};
  auto version = run({.argv = {*path, version_option(program)}, .timeout = std::chrono::seconds(10)});
  auto text = version ? version->out : std::string();
  return {program, true, std::string(trim(std::string_view(text).substr(0, text.find('\n')))), ""};
}

Check check_root() {
  if (::geteuid() == 0) return {"root", true, "running as root", ""};
  return {"root", false, "not root", "sudo roadstead doctor"};
}

Check check_overlay() {
  auto systems = read_file("/proc/filesystems");
  if (systems && systems->find("overlay") != std::string::npos) return {"overlayfs", true, "available", ""};
  return {"overlayfs", false, "not known to this kernel", "modprobe overlay"};
}

Check check_cgroups() {
  if (exists("/sys/fs/cgroup/cgroup.controllers")) return {"cgroups", true, "version 2", ""};
  if (exists("/sys/fs/cgroup/memory")) return {"cgroups", true, "version 1 (hybrid)", ""};
  return {"cgroups", false, "no hierarchy is mounted on /sys/fs/cgroup", "mount -t cgroup2 none /sys/fs/cgroup"};
}

Check check_disk(const std::string& directory) {
  struct statvfs disk {};
  auto place = exists(directory) ? directory : std::string("/var");
  if (::statvfs(place.c_str(), &disk) != 0) return {"disk", false, "cannot be read", cat("check ", place)};
  auto free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  auto found = cat(free_bytes >> 20, " MiB free for ", directory);
  if (free_bytes >= least_free_bytes) return {"disk", true, found, ""};
  return {"disk", false, found, "free some space, or choose another directory with --state"};
}

Check check_time_zones() {
  if (SystemTimeZones().find("Europe/Berlin")) return {"time zones", true, "tzdata", ""};
  return {"time zones", false, "none but UTC, for schedules of EventBridge Scheduler", "apt-get install tzdata"};
}

Check check_emulation() {
  auto found = emulated_architectures();
  if (found.empty()) return {"other processors", true, "none (apt-get install qemu-user-static runs images for them)", ""};
  return {"other processors", true, cat(join(found, ", "), " by emulation"), ""};
}

/// None is no failure, nor is a file that other engines may read.
Check check_gpus(const ServeSettings& settings) {
  auto found = find_cdi_files(settings);
  std::vector<std::string> paths;
  for (const auto& file : found.files) {
    if (file.spec.kind.ends_with("/gpu")) paths.push_back(file.path);
  }
  auto count = gpu_ids(found.files).size();
  auto text = count == 0 ? cat("none (CDI files in ", join(settings.cdi_directories, " or "), " tell them)")
                         : cat(count, ", told by ", join(paths, ", "));
  for (const auto& warning : found.warnings) text += cat("; ", warning);
  return {"GPUs", true, text, ""};
}

Check check_runtime(const ServeSettings& settings) {
  auto probe = settings;
  probe.state_directory = cat("/tmp/roadstead-doctor-", ::getpid());
  auto runtime = CrunRuntime::open(runtime_settings(probe));
  static_cast<void>(remove_tree(probe.state_directory));
  if (runtime) return {"container runtime", true, "crun runs, the seccomp filter compiles", ""};
  return {"container runtime", false, runtime.error().message, "apt-get install crun"};
}

std::vector<Check> all_checks(const ServeSettings& settings) {
  std::vector<Check> checks{
      check_root(),
      check_program("crun", "crun", "runs containers"),
      check_program("skopeo", "skopeo", "fetches images"),
      check_program("haproxy", "haproxy", "carries all traffic to services"),
      check_program("nft", "nftables", "security groups"),
      check_program("unbound", "unbound", "tells the names of Cloud Map to containers"),
      check_overlay(),
      check_cgroups(),
      check_disk(settings.state_directory),
      check_time_zones(),
      check_gpus(settings),
      check_emulation(),
  };
  // A server of this state that runs has its places, and does not want for them.
  if (!ask_server(settings.state_directory, "GET", "/admin/identity")) {
    for (auto& check : check_places(settings)) checks.push_back(std::move(check));
  }
  if (::geteuid() != 0) return checks;
  checks.push_back(check_runtime(settings));
  for (const auto& line : probe_network(network_config(settings, settings.network_cidr))) {
    checks.push_back({line.check, line.ok, line.ok ? "works" : "does not work", line.mend});
  }
  return checks;
}

void print(const std::vector<Check>& checks) {
  for (const auto& check : checks) {
    std::printf("%s  %-22s %s\n", check.ok ? "ok  " : "FAIL", check.name.c_str(), check.found.c_str());
    if (!check.ok && !check.mend.empty()) std::printf("      to mend it: %s\n", check.mend.c_str());
  }
}

}  // namespace

/// Checks everything that `serve` needs. Exit code 0 when nothing is missing.
int run_doctor(const Words& words) {
  auto options = serve_options();
  options.push_back({"json", "", "print JSON for machines"});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: roadstead doctor\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto settings = serve_settings_of(*arguments);
  if (!settings) return fail(settings.error());
  auto checks = all_checks(*settings);
  bool all_ok = true;
  boost::json::array out;
  for (const auto& check : checks) {
    all_ok = all_ok && check.ok;
    out.push_back({{"check", check.name}, {"ok", check.ok}, {"found", check.found}, {"mend", check.mend}});
  }
  if (arguments->has("json")) {
    std::printf("%s\n", boost::json::serialize(out).c_str());
  } else {
    print(checks);
  }
  return all_ok ? 0 : 1;
}

}  // namespace roadstead
