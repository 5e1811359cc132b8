#include "agent/runtime/bundle/bundle.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text/text.h"

namespace roadstead {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& list) {
  json::array array;
  for (const auto& text : list) array.emplace_back(text);
  return array;
}

json::array texts(std::initializer_list<std::string_view> list) {
  json::array array;
  for (auto text : list) array.emplace_back(json::string(text));
  return array;
}

std::string hostname_of(const ContainerSpec& container) {
  if (!container.hostname.empty()) return container.hostname;
  return container_id({container.task_id, container.name}).substr(0, 12);
}

/// The environment with defaults behind and repeats resolved: a later value replaces an earlier one in its place.
json::array environment(const ContainerSpec& container, const BundleFacts& facts) {
  std::vector<std::string> lines;
  auto put = [&](const std::string& line, bool replace) {
    auto name = line.substr(0, line.find('=') + 1);
    auto same = std::find_if(lines.begin(), lines.end(), [&](const auto& other) { return other.starts_with(name); });
    if (same == lines.end()) {
      lines.push_back(line);
    } else if (replace) {
      *same = line;
    }
  };
  for (const auto& line : container.env) put(line, true);
  // NVIDIA's files say "void", which keeps its older hook from working too; the ids are what ECS promises.
  for (const auto& line : facts.edits.env) put(line, !line.starts_with("NVIDIA_VISIBLE_DEVICES="));
  put("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", false);
  put(cat("HOSTNAME=", hostname_of(container)), false);
  if (container.tty) put("TERM=xterm", false);
  put(cat("HOME=", facts.user.home), false);
  return texts(lines);
}

json::object render_capabilities(const BundleFacts& facts) {
  auto names = capability_names(facts.capabilities);
  json::object sets;
  sets["bounding"] = texts(names);
  // As an exec would have it: only root keeps capabilities.
  auto held = facts.user.uid == 0 ? names : std::vector<std::string>();
  sets["effective"] = texts(held);
  sets["permitted"] = texts(held);
  return sets;
}

json::array render_rlimits(const BundleFacts& facts) {
  json::array limits;
  auto value = [](std::int64_t number) { return number < 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(number); };
  for (const auto& ulimit : facts.ulimits) {
    json::object limit;
    limit["type"] = cat("RLIMIT_", to_upper(ulimit.name));
    limit["soft"] = value(ulimit.soft);
    limit["hard"] = value(ulimit.hard);
    limits.push_back(std::move(limit));
  }
  return limits;
}

json::array arguments(const ContainerSpec& container) {
  std::vector<std::string> list;
  if (container.init_process) list = {std::string(init_path_inside), "init", "--"};
  list.insert(list.end(), container.args.begin(), container.args.end());
  return texts(list);
}

json::object render_process(const ContainerSpec& container, const BundleFacts& facts) {
  json::object user;
  user["uid"] = facts.user.uid;
  user["gid"] = facts.user.gid;
  if (!facts.user.groups.empty()) {
    json::array groups;
    for (auto group : facts.user.groups) groups.emplace_back(group);
    user["additionalGids"] = std::move(groups);
  }
  json::object process;
  process["terminal"] = container.tty;
  process["user"] = std::move(user);
  process["args"] = arguments(container);
  process["env"] = environment(container, facts);
  process["cwd"] = container.cwd.empty() ? "/" : container.cwd;
  process["capabilities"] = render_capabilities(facts);
  process["rlimits"] = render_rlimits(facts);
  process["noNewPrivileges"] = container.no_new_privileges && !container.privileged;
  return process;
}

json::object mount(
    std::string_view destination,
    std::string_view type,
    std::string_view source,
    const std::vector<std::string>& options
) {
  json::object entry;
  entry["destination"] = json::string(destination);
  entry["type"] = json::string(type);
  entry["source"] = json::string(source);
  entry["options"] = texts(options);
  return entry;
}

json::object render_mount(const ContainerMount& wanted) {
  auto options = wanted.options;
  if (wanted.kind == ContainerMount::Kind::bind) {
    options.insert(options.begin(), {"rbind", "rprivate"});
  } else {
    options.insert(options.begin(), {"nosuid", "nodev"});
  }
  options.push_back(wanted.read_only ? "ro" : "rw");
  if (wanted.kind == ContainerMount::Kind::tmpfs) return mount(wanted.destination, "tmpfs", "tmpfs", options);
  return mount(wanted.destination, "bind", wanted.source, options);
}

ContainerMount mount_of(const CdiMount& told) {
  ContainerMount wanted{.source = told.host_path, .destination = told.container_path};
  if (told.type == "tmpfs") wanted.kind = ContainerMount::Kind::tmpfs;
  for (const auto& option : told.options) {
    if (option == "ro") wanted.read_only = true;
    if (option != "ro" && option != "rw") wanted.options.push_back(option);
  }
  return wanted;
}

json::array render_mounts(const ContainerSpec& container, const BundleFacts& facts) {
  const char* access = container.privileged ? "rw" : "ro";
  json::array mounts;
  mounts.push_back(mount("/proc", "proc", "proc", {"nosuid", "noexec", "nodev"}));
  mounts.push_back(mount("/dev", "tmpfs", "tmpfs", {"nosuid", "strictatime", "mode=755", "size=65536k"}));
  mounts.push_back(
      mount("/dev/pts", "devpts", "devpts", {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"})
  );
  mounts.push_back(mount("/sys", "sysfs", "sysfs", {"nosuid", "noexec", "nodev", access}));
  mounts.push_back(mount("/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev", "relatime", access}));
  mounts.push_back(mount("/dev/mqueue", "mqueue", "mqueue", {"nosuid", "noexec", "nodev"}));
  auto size = cat("size=", container.shm_bytes);
  auto is_shm = [](const ContainerMount& wanted) { return wanted.destination == "/dev/shm"; };
  if (container.ipc_namespace == "host" || container.ipc_namespace == "task") {
    auto shared = container.ipc_namespace == "host" ? std::string("/dev/shm") : facts.shm_directory;
    mounts.push_back(mount("/dev/shm", "bind", shared, {"rbind", "rprivate"}));
  } else if (container.ipc_namespace != "none" && std::none_of(container.mounts.begin(), container.mounts.end(), is_shm)) {
    mounts.push_back(mount("/dev/shm", "tmpfs", "shm", {"nosuid", "noexec", "nodev", "mode=1777", size}));
  }
  if (container.init_process) {
    mounts.push_back(mount(init_path_inside, "bind", facts.init_path, {"bind", "rprivate", "ro"}));
  }
  for (const auto& wanted : container.mounts) mounts.push_back(render_mount(wanted));
  for (const auto& told : facts.edits.mounts) mounts.push_back(render_mount(mount_of(told)));
  return mounts;
}

json::object device_rule(bool allow, std::string_view access) {
  json::object rule;
  rule["allow"] = allow;
  rule["access"] = json::string(access);
  return rule;
}

json::array render_device_rules(const ContainerSpec& container, const BundleFacts& facts) {
  json::array rules;
  if (container.privileged) {
    rules.push_back(device_rule(true, "rwm"));
    return rules;
  }
  rules.push_back(device_rule(false, "rwm"));
  for (const auto& device : facts.devices) {
    if (device.type == 'p') continue;  // no device to the kernel
    auto rule = device_rule(true, device.access);
    rule["type"] = std::string(1, device.type);
    rule["major"] = device.major;
    rule["minor"] = device.minor;
    rules.push_back(std::move(rule));
  }
  return rules;
}

json::object render_memory(const ContainerSpec& container, const BundleFacts& facts) {
  json::object memory;
  if (container.memory_bytes) memory["limit"] = *container.memory_bytes;
  if (container.memory_reservation_bytes) memory["reservation"] = *container.memory_reservation_bytes;
  if (facts.counts_swap && container.memory_bytes) {
    memory["swap"] = container.memory_swap_bytes.value_or(*container.memory_bytes * 2);
  }
  if (container.swappiness) memory["swappiness"] = *container.swappiness;
  return memory;
}

json::object render_resources(const ContainerSpec& container, const BundleFacts& facts) {
  json::object resources;
  resources["devices"] = render_device_rules(container, facts);
  auto memory = render_memory(container, facts);
  if (!memory.empty()) resources["memory"] = std::move(memory);
  json::object cpu;
  cpu["shares"] = std::max<std::int64_t>(container.cpu_shares, 2);
  resources["cpu"] = std::move(cpu);
  if (container.pids) {
    json::object pids;
    pids["limit"] = *container.pids;
    resources["pids"] = std::move(pids);
  }
  return resources;
}

void add_namespace(json::array& namespaces, std::string_view type, const std::string& where) {
  if (where == "host") return;
  json::object entry;
  entry["type"] = json::string(type);
  if (!where.empty()) entry["path"] = where;
  namespaces.push_back(std::move(entry));
}

/// Where the namespace of a type is that `wanted` names (ContainerSpec::pid_namespace).
std::string namespace_path(std::string_view type, const std::string& wanted, const BundleFacts& facts) {
  if (wanted == "task") return cat("/proc/", facts.holder_pid, "/ns/", type);
  return wanted == "none" ? "" : wanted;
}

json::array render_namespaces(const TaskSpec& task, const ContainerSpec& container, const BundleFacts& facts) {
  json::array namespaces;
  for (auto type : {"mount", "uts", "cgroup"}) add_namespace(namespaces, type, "");
  add_namespace(namespaces, "pid", namespace_path("pid", container.pid_namespace, facts));
  add_namespace(namespaces, "ipc", namespace_path("ipc", container.ipc_namespace, facts));
  add_namespace(namespaces, "network", task.netns_path.empty() ? "host" : task.netns_path);
  return namespaces;
}

json::array render_devices(const BundleFacts& facts) {
  json::array devices;
  for (const auto& node : facts.devices) {
    json::object device;
    device["path"] = node.path;
    device["type"] = std::string(1, node.type);
    if (node.type != 'p') {
      device["major"] = node.major;
      device["minor"] = node.minor;
    }
    device["fileMode"] = node.mode;
    device["uid"] = node.uid;
    device["gid"] = node.gid;
    devices.push_back(std::move(device));
  }
  return devices;
}

json::object render_linux(const TaskSpec& task, const ContainerSpec& container, const BundleFacts& facts) {
  json::object out;
  out["cgroupsPath"] = facts.cgroup_path;
  out["namespaces"] = render_namespaces(task, container, facts);
  out["resources"] = render_resources(container, facts);
  out["devices"] = render_devices(facts);
  if (!container.sysctls.empty()) {
    json::object sysctls;
    for (const auto& [name, value] : container.sysctls) sysctls[name] = value;
    out["sysctl"] = std::move(sysctls);
  }
  if (!facts.seccomp_json.empty()) out["seccomp"] = json::parse(facts.seccomp_json);
  if (container.privileged) return out;
  out["maskedPaths"] = texts(
      {"/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
       "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
       "/sys/devices/virtual/powercap"}
  );
  out["readonlyPaths"] = texts({"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"});
  return out;
}

json::object render_hooks(const std::vector<CdiHook>& hooks) {
  json::object out;
  for (const auto& hook : hooks) {
    json::object entry;
    entry["path"] = hook.path;
    if (!hook.args.empty()) entry["args"] = texts(hook.args);
    if (!hook.env.empty()) entry["env"] = texts(hook.env);
    if (hook.timeout_seconds) entry["timeout"] = *hook.timeout_seconds;
    auto& list = out[hook.name];
    if (!list.is_array()) list = json::array();
    list.as_array().push_back(std::move(entry));
  }
  return out;
}

}  // namespace

std::string render_bundle(const TaskSpec& task, const ContainerSpec& container, const BundleFacts& facts) {
  json::object root;
  root["path"] = container.rootfs;
  root["readonly"] = container.readonly_rootfs;
  json::object annotations;
  if (!facts.seccomp_bpf.empty()) annotations["run.oci.seccomp_bpf_data"] = facts.seccomp_bpf;
  json::object config;
  config["ociVersion"] = "1.0.0";
  config["process"] = render_process(container, facts);
  config["root"] = std::move(root);
  config["hostname"] = hostname_of(container);
  config["mounts"] = render_mounts(container, facts);
  if (!facts.edits.hooks.empty()) config["hooks"] = render_hooks(facts.edits.hooks);
  if (!annotations.empty()) config["annotations"] = std::move(annotations);
  config["linux"] = render_linux(task, container, facts);
  return json::serialize(config);
}

std::vector<ContainerUlimit> clamp_ulimits(
    const std::vector<ContainerUlimit>& wanted,
    const std::map<std::string, std::int64_t>& ceilings,
    std::vector<std::string>& notes
) {
  std::map<std::string, ContainerUlimit> chosen;
  for (const auto& ulimit : wanted) chosen[ulimit.name] = ulimit;
  std::vector<ContainerUlimit> limits;
  for (auto& [name, ulimit] : chosen) {
    auto found = ceilings.find(name);
    auto ceiling = found == ceilings.end() ? -1 : found->second;
    auto above = [&](std::int64_t value) { return ceiling >= 0 && (value < 0 || value > ceiling); };
    if (above(ulimit.hard)) {
      notes.push_back(
          cat("ulimit ", name, ": hard limit ", ulimit.hard, " lowered to ", ceiling, ", the most this machine gives")
      );
      ulimit.hard = ceiling;
    }
    if (above(ulimit.soft)) ulimit.soft = ceiling;
    if (ulimit.hard >= 0 && (ulimit.soft < 0 || ulimit.soft > ulimit.hard)) ulimit.soft = ulimit.hard;
    limits.push_back(ulimit);
  }
  return limits;
}

}  // namespace roadstead
