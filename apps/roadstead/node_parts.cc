#include "node_parts.h"

#include <arpa/inet.h>
#include <limits.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/sandbox/address.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/fd.h"
#include "io/subprocess.h"
#include "proxy/certificates/certificate_authority.h"

namespace roadstead {

namespace {

constexpr std::uint16_t first_endpoint_port = 51679;  // as AWS's agent
constexpr std::uint16_t endpoint_ports = 100;

/// The keeper's program stands beside ours, or where packages put it.
std::string shim_program() {
  char path[PATH_MAX];
  auto size = ::readlink("/proc/self/exe", path, sizeof path);
  if (size > 0) {
    std::string self(path, static_cast<std::size_t>(size));
    auto directory = self.substr(0, self.rfind('/'));
    for (const auto& candidate : {cat(directory, "/roadstead-shim"), cat(directory, "/../shim/roadstead-shim")}) {
      if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
  }
  return "/usr/libexec/roadstead/roadstead-shim";
}

}  // namespace

RuntimeSettings runtime_settings(const ServeSettings& settings) {
  RuntimeSettings out;
  out.directory = cat(settings.state_directory, "/tasks");
  out.shim_program = shim_program();
  if (auto crun = find_program("crun")) out.crun_program = *crun;
  out.cgroup_prefix = settings.name;
  out.cdi_directories = settings.cdi_directories;
  return out;
}

ImageStoreSettings image_settings(const ServeSettings& settings) {
  ImageStoreSettings out;
  out.directory = cat(settings.state_directory, "/images");
  return out;
}

Result<std::uint16_t> free_endpoint_port() {
  for (std::uint16_t port = first_endpoint_port; port < first_endpoint_port + endpoint_ports; ++port) {
    Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    int on = 1;
    // The address may not be there before the network is made.
    bool asked = socket && ::inet_pton(AF_INET, endpoint_address, &address.sin_addr) == 1 &&
                 ::setsockopt(socket.get(), IPPROTO_IP, IP_FREEBIND, &on, sizeof on) == 0 &&
                 ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    if (asked && ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return port;
  }
  return Error{"ListenFailed", cat("no port from ", first_endpoint_port, " on is free at ", endpoint_address)};
}

NetworkConfig network_config(const ServeSettings& settings, const std::string& cidr) {
  NetworkConfig out;
  out.endpoint_address = endpoint_address;
  out.state_dir = cat(settings.state_directory, "/network");
  if (settings.name != "roadstead") {
    out.table = settings.name;
    out.link_prefix = settings.name.substr(0, 6);
  }
  out.task_ranges = {cidr};
  out.host_tcp_ports = {settings.http_port, settings.https_port, settings.api_port};
  return out;
}

NameServerSettings name_server_settings(const ServeSettings& settings, const std::string& cidr) {
  NameServerSettings out;
  out.directory = cat(settings.state_directory, "/names");
  auto networks = network_config(settings, cidr);
  // The machine's own address in the network of tasks, as agent/sandbox chooses it.
  if (auto range = parse_ipv4_range(cidr)) out.address = to_string(Ipv4{range->network.bits + 1});
  out.ranges = networks.task_ranges;
  out.ranges.push_back(networks.bridge_range);
  out.user = name_server_user();
  return out;
}

ProxySettings proxy_settings(const ServeSettings& settings) {
  ProxySettings out;
  out.directory = cat(settings.state_directory, "/proxy");
  out.bind_addresses = settings.bind_addresses;
  out.http_port = settings.http_port;
  out.https_port = settings.https_port;
  out.default_host = settings.domain;
  return out;
}

std::string ca_directory(const ServeSettings& settings) { return cat(settings.state_directory, "/ca"); }

std::string ca_file(const ServeSettings& settings) { return CertificateAuthority::certificate_path(ca_directory(settings)); }

CdiFound find_cdi_files(const ServeSettings& settings) { return read_cdi_files(settings.cdi_directories); }

std::vector<std::string> offered_gpus(const ServeSettings& settings) {
  auto found = find_cdi_files(settings);
  for (const auto& warning : found.warnings) log_warning("cdi_file_passed_over", {{"why", warning}});
  return gpu_ids(found.files);
}

std::string machine_name() {
  char name[HOST_NAME_MAX + 1] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? std::string(name) : std::string("localhost");
}

Status check_engines() {
  if (::geteuid() != 0) {
    return Error{"NeedsRoot", "Roadstead makes namespaces, cgroups and mounts and therefore has to run as root: sudo roadstead serve"};
  }
  for (const char* program : {"crun", "skopeo", "haproxy", "nft"}) {
    if (find_program(program)) continue;
    auto package = std::string_view(program) == "nft" ? "nftables" : program;
    return Error{"MissingEngine", cat("The program ", program, " is missing. Install it: apt-get install ", package)};
  }
  return Done{};
}

}  // namespace roadstead
