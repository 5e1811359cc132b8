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

std::vector<DeviceNode> all_devices() {
  std::vector<DeviceNode> nodes;
  collect("/dev", "/dev", "rwm", nodes);
  return nodes;
}

}  // namespace roadstead
