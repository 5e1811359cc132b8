#include "agent/runtime/machine_facts.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cerrno>
#include <set>
#include <utility>

#include "agent/devices/cdi_files.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr std::array<std::pair<std::string_view, __rlimit_resource_t>, 15> resources{{
    {"core", RLIMIT_CORE},
    {"cpu", RLIMIT_CPU},
    {"data", RLIMIT_DATA},
    {"fsize", RLIMIT_FSIZE},
    {"locks", static_cast<__rlimit_resource_t>(10)},  // gone from POSIX headers, still in the kernel
    {"memlock", RLIMIT_MEMLOCK},
    {"msgqueue", RLIMIT_MSGQUEUE},
    {"nice", RLIMIT_NICE},
    {"nofile", RLIMIT_NOFILE},
    {"nproc", RLIMIT_NPROC},
    {"rss", RLIMIT_RSS},
    {"rtprio", RLIMIT_RTPRIO},
    {"rttime", RLIMIT_RTTIME},
    {"sigpending", RLIMIT_SIGPENDING},
    {"stack", RLIMIT_STACK},
}};

bool is_device(const struct stat& found) { return S_ISCHR(found.st_mode) || S_ISBLK(found.st_mode); }

DeviceNode node_of(const struct stat& found, std::string path, std::string access) {
  DeviceNode node;
  node.path = std::move(path);
  node.type = S_ISBLK(found.st_mode) ? 'b' : 'c';
  node.major = major(found.st_rdev);
  node.minor = minor(found.st_rdev);
  node.mode = found.st_mode & 0777;
  node.uid = found.st_uid;
  node.gid = found.st_gid;
  node.access = std::move(access);
  return node;
}

void collect(
    const std::string& directory, const std::string& inside, const std::string& access, std::vector<DeviceNode>& nodes
) {
  static const std::set<std::string> own_in_container{"pts", "shm", "mqueue", "fd", "console", "ptmx", ".lxc", ".udev"};
  auto names = list_directory(directory);
  if (!names) return;
  for (const auto& name : *names) {
    if (own_in_container.contains(name)) continue;
    auto path = cat(directory, '/', name);
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) continue;
    if (S_ISDIR(found.st_mode)) {
      collect(path, cat(inside, '/', name), access, nodes);
    } else if (is_device(found)) {
      nodes.push_back(node_of(found, cat(inside, '/', name), access));
    }
  }
}

/// The node as a CDI file tells it; the machine is asked for what the file leaves open.
Result<DeviceNode> look_up_told_node(const CdiDeviceNode& told) {
  DeviceNode node{.path = told.path, .type = told.type, .access = told.access};
  bool told_whole = told.type == 'p' || (told.type != 0 && told.major && told.minor);
  struct stat found{};
  bool there = ::stat(told.host_path.c_str(), &found) == 0 && is_device(found);
  if (!there && !told_whole) {
    return Error{"CannotStartContainerError", cat("there is no device ", told.host_path, ", which a CDI file tells of")};
  }
  if (there) node = node_of(found, told.path, told.access);
  if (told.type != 0) node.type = told.type;
  node.major = told.major.value_or(node.major);
  node.minor = told.minor.value_or(node.minor);
  node.mode = told.mode.value_or(node.mode);
  node.uid = told.uid.value_or(node.uid);
  node.gid = told.gid.value_or(node.gid);
  return node;
}

/// Without repeats, as they are in ContainerUser. CDI gives nobody the group of root.
void add_groups(const std::vector<std::uint32_t>& more, std::vector<std::uint32_t>& groups) {
  std::set<std::uint32_t> all(groups.begin(), groups.end());
  for (auto gid : more) {
    if (gid != 0) all.insert(gid);
  }
  groups.assign(all.begin(), all.end());
}

}  // namespace

Result<SealedProgram> seal_crun(const std::string& path) {
  auto program = TRY(read_file(path));
  SealedProgram sealed{Fd(::memfd_create("crun", MFD_CLOEXEC | MFD_ALLOW_SEALING))};
  if (!sealed.fd) return system_error(errno, "make", "a memory file");
  TRY(write_all(sealed.fd.get(), program));
  constexpr int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (::fchmod(sealed.fd.get(), 0755) != 0 || ::fcntl(sealed.fd.get(), F_ADD_SEALS, seals) != 0) {
    return system_error(errno, "seal", path);
  }
  // A memfd must not be executed while it is open for writing.
  auto readable = TRY(open_file(cat("/proc/self/fd/", sealed.fd.get()), O_RDONLY));
  sealed.fd = std::move(readable);
  sealed.takes_bpf = program.find("run.oci.seccomp_bpf_data") != std::string::npos;
  return sealed;
}

std::map<std::string, std::int64_t> ulimit_ceilings() {
  std::map<std::string, std::int64_t> ceilings;
  for (const auto& [name, resource] : resources) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) continue;
    ceilings[std::string(name)] = limit.rlim_max == RLIM_INFINITY ? -1 : static_cast<std::int64_t>(limit.rlim_max);
  }
  return ceilings;
}

Result<std::vector<DeviceNode>> look_up_device(const ContainerDevice& device) {
  const auto& inside = device.container_path.empty() ? device.host_path : device.container_path;
  std::vector<DeviceNode> nodes;
  struct stat found{};
  if (::stat(device.host_path.c_str(), &found) == 0) {
    if (is_device(found)) nodes.push_back(node_of(found, inside, device.access));
    if (S_ISDIR(found.st_mode)) collect(device.host_path, inside, device.access, nodes);
  }
  if (!nodes.empty()) return nodes;
  auto why =
      cat("error gathering device information while adding custom device \"", device.host_path,
          "\": not a device node");
  return Error{"CannotStartContainerError", why};
}

Status add_gpus(
    const std::vector<std::string>& directories,
    const std::vector<std::string>& ids,
    BundleFacts& facts,
    std::vector<std::string>& notes
) {
  if (ids.empty()) return Done{};
  auto found = read_cdi_files(directories);
  auto edits = gpu_edits(found.files, ids);
  if (!edits) {
    auto why = cat(edits.error().message, " any more (", join(directories, ", "), ")");
    if (!found.warnings.empty()) why += cat("; ", join(found.warnings, "; "));
    return Error{"CannotStartContainerError", why};
  }
  facts.edits = std::move(edits).value();
  for (const auto& told : facts.edits.nodes) {
    auto node = TRY(look_up_told_node(told));
    std::erase_if(facts.devices, [&](const DeviceNode& other) { return other.path == node.path; });
    facts.devices.push_back(std::move(node));
  }
  add_groups(facts.edits.additional_gids, facts.user.groups);
  for (const auto& hook : facts.edits.hooks) {
    if (hook.name == "poststop") notes.push_back(cat("the CDI hook ", hook.path, " of poststop is not run"));
  }
  return Done{};
}

std::vector<DeviceNode> all_devices() {
  std::vector<DeviceNode> nodes;
  collect("/dev", "/dev", "rwm", nodes);
  return nodes;
}

}  // namespace roadstead
