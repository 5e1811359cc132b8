#include "agent/runtime/cgroup/cgroup.h"

#include <linux/magic.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {

std::string CgroupDriver::task_path(const std::string& task_id) const { return cat('/', prefix_, '/', task_id); }

std::string CgroupDriver::shims_path() const { return cat('/', prefix_, "-shims"); }

std::string CgroupDriver::oci_path(const ContainerRef& container) const {
  return cat(task_path(container.task_id), '/', container.name);
}

namespace cgroup_detail {
namespace {

constexpr auto longest_wait = std::chrono::seconds(5);
constexpr auto first_pause = std::chrono::microseconds(200);
constexpr auto longest_pause = std::chrono::milliseconds(10);

void kill_members(const std::string& path) {
  auto members = read_file(path + "/cgroup.procs");
  if (!members) return;
  for (auto line : split(*members, '\n')) {
    if (auto pid = to_number<pid_t>(line); pid && *pid > 0) ::kill(*pid, SIGKILL);
  }
}

/// Removes what can be removed now; the errno of the first group that could not.
int try_remove(const std::string& path) {
  if (::rmdir(path.c_str()) == 0 || errno == ENOENT) return 0;
  auto names = list_directory(path);
  if (!names) return ENOENT == errno ? 0 : errno;
  int problem = 0;
  for (const auto& name : *names) {
    auto below = cat(path, '/', name);
    struct stat found{};
    if (::lstat(below.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) continue;
    if (int failed = try_remove(below); failed != 0 && problem == 0) problem = failed;
  }
  if (problem != 0) return problem;
  kill_members(path);
  return ::rmdir(path.c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

}  // namespace

Status make_group(const std::string& path) { return make_directories(path); }

Status remove_group(const std::string& path) {
  auto until = std::chrono::steady_clock::now() + longest_wait;
  std::chrono::microseconds pause = first_pause;
  for (;;) {
    int problem = try_remove(path);
    if (problem == 0) return Done{};
    if (problem != EBUSY || std::chrono::steady_clock::now() > until) return system_error(problem, "remove", path);
    std::this_thread::sleep_for(pause);  // killed processes leave a group only when the kernel has let go of them
    pause = std::min<std::chrono::microseconds>(pause * 2, longest_pause);
  }
}

Status write_limit(const std::string& file, const std::string& value) { return write_kernel_file(file, value); }

std::uint64_t read_number(const std::string& file, std::string_view key) {
  auto content = read_file(file);
  if (!content) return 0;
  for (auto line : split(*content, '\n')) {
    if (!key.empty()) {
      if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != ' ') continue;
      line.remove_prefix(key.size() + 1);
    }
    return to_number<std::uint64_t>(line).value_or(0);
  }
  return 0;
}

std::vector<std::pair<std::string, std::string>> own_groups() {
  std::vector<std::pair<std::string, std::string>> groups;
  auto content = read_file("/proc/self/cgroup");
  if (!content) return groups;
  for (auto line : split(*content, '\n')) {
    auto first = line.find(':');
    auto second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    groups.emplace_back(line.substr(first + 1, second - first - 1), line.substr(second + 1));
  }
  return groups;
}

}  // namespace cgroup_detail

namespace {

bool is_file_system(const std::string& path, long magic) {
  struct statfs found{};
  return ::statfs(path.c_str(), &found) == 0 && found.f_type == magic;
}

}  // namespace

Result<std::unique_ptr<CgroupDriver>> detect_cgroups(const std::string& root, const std::string& prefix) {
  if (is_file_system(root, CGROUP2_SUPER_MAGIC)) return drive_cgroups_v2(root, prefix);
  // devices and freezer hold no limits of ours, but crun fails without them (reference/limits.md §1.6).
  std::vector<std::string> hierarchies;
  for (const char* name : {"memory", "cpu", "cpuacct", "pids", "devices", "freezer"}) {
    if (!is_file_system(cat(root, '/', name), CGROUP_SUPER_MAGIC)) {
      return Error{
          "CgroupsUnusable", cat("neither cgroup version 2 nor a version 1 hierarchy '", name, "' is mounted in ", root)
      };
    }
    hierarchies.emplace_back(name);
  }
  bool hybrid = is_file_system(root + "/unified", CGROUP2_SUPER_MAGIC);
  return drive_cgroups_v1(root, prefix, std::move(hierarchies), hybrid);
}

Status remove_all_cgroups(const std::string& root, const std::string& prefix) {
  std::vector<std::string> hierarchies{root};
  auto names = TRY(list_directory(root));
  for (const auto& name : names) hierarchies.push_back(cat(root, '/', name));
  for (const auto& hierarchy : hierarchies) {
    for (const auto& group : {cat(hierarchy, '/', prefix), cat(hierarchy, '/', prefix, "-shims")}) {
      if (exists(group)) TRY(cgroup_detail::remove_group(group));
    }
  }
  return Done{};
}

}  // namespace roadstead
