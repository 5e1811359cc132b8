#include <unistd.h>

#include "agent/runtime/cgroup/cgroup.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using namespace cgroup_detail;

constexpr std::int64_t period_micros = 100'000;

class CgroupsV2 final : public CgroupDriver {
 public:
  CgroupsV2(std::string root, const std::string& prefix)
      : CgroupDriver(prefix), root_(std::move(root)), top_(cat(root_, '/', prefix)) {}

  Status make_task(const TaskSpec& task) override {
    auto path = at(task_path(task.task_id));
    TRY(make_group(path));
    for (const auto& group : {root_, top_, path}) TRY(hand_down_controllers(group));
    TRY(write_limit(path + "/memory.max", task.memory_bytes ? cat(*task.memory_bytes) : "max"));
    auto quota = task.cpu_quota_micros ? cat(*task.cpu_quota_micros) : "max";
    TRY(write_limit(path + "/cpu.max", cat(quota, ' ', period_micros)));
    return write_limit(path + "/pids.max", task.pids ? cat(*task.pids) : "max");
  }

  std::string oom_file(const ContainerRef& container) const override {
    return at(oci_path(container)) + "/memory.events";
  }

  Result<std::vector<std::string>> make_shim_group() override {
    auto group = at(shims_path());
    TRY(make_group(group));
    return std::vector<std::string>{group + "/cgroup.procs"};
  }

  void remove_shim_group() override { ::rmdir(at(shims_path()).c_str()); }

  Status remove_container(const ContainerRef& container) override { return remove_group(at(oci_path(container))); }

  Status remove_task(const std::string& task_id) override { return remove_group(at(task_path(task_id))); }

  Result<UsageSample> container_usage(const ContainerRef& container) const override {
    return usage(at(oci_path(container)));
  }

  Result<UsageSample> task_usage(const std::string& task_id) const override { return usage(at(task_path(task_id))); }

  std::string crun_view() const override { return {}; }

  bool counts_swap() const override { return true; }

 private:
  std::string at(const std::string& path) const { return root_ + path; }

  /// Lets the groups below `group` have limits. Writing what is on already changes nothing.
  static Status hand_down_controllers(const std::string& group) {
    return write_limit(group + "/cgroup.subtree_control", "+cpu +memory +pids");
  }

  static Result<UsageSample> usage(const std::string& path) {
    if (!exists(path)) return Error{"NotFound", cat("no cgroup ", path)};
    UsageSample sample;
    sample.cpu_nanos = read_number(path + "/cpu.stat", "usage_usec") * 1000;
    sample.memory_bytes = read_number(path + "/memory.current");
    sample.memory_max_bytes = read_number(path + "/memory.peak");
    sample.memory_cache_bytes = read_number(path + "/memory.stat", "inactive_file");
    sample.processes = read_number(path + "/pids.current");
    return sample;
  }

  std::string root_;
  std::string top_;
};

}  // namespace

std::unique_ptr<CgroupDriver> drive_cgroups_v2(const std::string& root, const std::string& prefix) {
  return std::make_unique<CgroupsV2>(root, prefix);
}

}  // namespace roadstead
