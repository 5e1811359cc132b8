#include <unistd.h>

#include <algorithm>
#include <set>

#include "agent/runtime/cgroup/cgroup.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using namespace cgroup_detail;

constexpr std::int64_t period_micros = 100'000;

class CgroupsV1 final : public CgroupDriver {
 public:
  CgroupsV1(std::string root, const std::string& prefix, std::vector<std::string> hierarchies, bool hybrid)
      : CgroupDriver(prefix),
        root_(std::move(root)),
        hierarchies_(std::move(hierarchies)),
        hybrid_(hybrid),
        counts_swap_(exists(root_ + "/memory/memory.memsw.usage_in_bytes")) {}

  Status make_task(const TaskSpec& task) override {
    auto path = task_path(task.task_id);
    for (const char* hierarchy : {"memory", "cpu", "pids"}) TRY(make_group(at(hierarchy, path)));
    auto memory = task.memory_bytes.value_or(-1);
    TRY(write_limit(at("memory", path) + "/memory.limit_in_bytes", cat(memory)));
    auto cpu = at("cpu", path);
    TRY(write_limit(cpu + "/cpu.cfs_period_us", cat(period_micros)));
    TRY(write_limit(cpu + "/cpu.cfs_quota_us", cat(task.cpu_quota_micros.value_or(-1))));
    return write_limit(at("pids", path) + "/pids.max", task.pids ? cat(*task.pids) : "max");
  }

  std::string oom_file(const ContainerRef& container) const override {
    return at("memory", oci_path(container)) + "/memory.oom_control";
  }

  Result<std::vector<std::string>> make_shim_group() override {
    // Only where the agent itself is in a group, since there a service manager would end or limit both together.
    std::vector<std::string> files;
    for (const auto& [names, path] : own_groups()) {
      auto directory = hierarchy_directory(names);
      if (path == "/" || directory.empty()) continue;
      auto group = cat(directory, shims_path());
      TRY(make_group(group));
      files.push_back(group + "/cgroup.procs");
    }
    return files;
  }

  void remove_shim_group() override {
    for (const auto& [names, path] : own_groups()) {
      auto directory = hierarchy_directory(names);
      if (!directory.empty()) ::rmdir(cat(directory, shims_path()).c_str());
    }
  }

  Status remove_container(const ContainerRef& container) override { return remove_everywhere(oci_path(container)); }

  Status remove_task(const std::string& task_id) override { return remove_everywhere(task_path(task_id)); }

  Result<UsageSample> container_usage(const ContainerRef& container) const override {
    return usage(oci_path(container));
  }

  Result<UsageSample> task_usage(const std::string& task_id) const override { return usage(task_path(task_id)); }

  std::string crun_view() const override {
    if (!hybrid_) return {};
    // Where hierarchies are mounted together ("cpu,cpuacct"), the single names are links: both are needed.
    std::set<std::string> names;
    for (const auto& hierarchy : hierarchies_) {
      char target[256];
      auto size = ::readlink(cat(root_, '/', hierarchy).c_str(), target, sizeof target);
      if (size > 0) names.emplace(target, static_cast<std::size_t>(size));
      names.insert(hierarchy);
    }
    return join({names.begin(), names.end()}, ":");
  }

  bool counts_swap() const override { return counts_swap_; }

 private:
  std::string at(std::string_view hierarchy, const std::string& path) const { return cat(root_, '/', hierarchy, path); }

  /// Where the hierarchy of a line of /proc/self/cgroup is mounted; empty when a keeper need not join it.
  std::string hierarchy_directory(const std::string& names) const {
    if (names.empty()) return hybrid_ ? root_ + "/unified" : "";
    if (names == "name=systemd") return exists(root_ + "/systemd") ? root_ + "/systemd" : "";
    for (auto name : split(names, ',')) {
      if (name == "cpuset" || name == "blkio") return {};  // a new cpuset has no processors and takes nobody in
    }
    auto directory = cat(root_, '/', names);
    return exists(directory) ? directory : "";
  }

  Status remove_everywhere(const std::string& path) {
    for (const auto& hierarchy : hierarchies_) TRY(remove_group(at(hierarchy, path)));
    return Done{};
  }

  Result<UsageSample> usage(const std::string& path) const {
    auto memory = at("memory", path);
    if (!exists(memory)) return Error{"NotFound", cat("no cgroup ", path)};
    UsageSample sample;
    sample.cpu_nanos = read_number(at("cpuacct", path) + "/cpuacct.usage");
    sample.memory_bytes = read_number(memory + "/memory.usage_in_bytes");
    sample.memory_max_bytes = read_number(memory + "/memory.max_usage_in_bytes");
    sample.memory_cache_bytes = read_number(memory + "/memory.stat", "total_inactive_file");
    sample.processes = read_number(at("pids", path) + "/pids.current");
    return sample;
  }

  std::string root_;
  std::vector<std::string> hierarchies_;
  bool hybrid_;
  bool counts_swap_;
};

}  // namespace

std::unique_ptr<CgroupDriver> drive_cgroups_v1(
    const std::string& root, const std::string& prefix, std::vector<std::string> hierarchies, bool hybrid
) {
  return std::make_unique<CgroupsV1>(root, prefix, std::move(hierarchies), hybrid);
}

}  // namespace roadstead
