#include "agent/sandbox/link/ready_namespace.h"

#include <linux/netlink.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/sandbox/link/links.h"
#include "agent/sandbox/link/namespaces.h"
#include "base/data/encode.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

Result<std::string> new_link_name(const std::string& prefix) {
  char bytes[4];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
    return Error{"NetworkUnavailable", "the kernel gives no random bytes"};
  }
  return cat(prefix, to_hex(std::string_view(bytes, sizeof bytes)));
}

/// What containers expect of a fresh namespace: no half-working IPv6, and ports below 1024 for every user (images that
/// run nginx as a plain user rely on it; Docker does the same).
Status write_task_sysctls() {
  if (::access("/proc/sys/net/ipv6", F_OK) == 0) {
    TRY(write_sysctl("net/ipv6/conf/all/disable_ipv6", "1"));
    TRY(write_sysctl("net/ipv6/conf/default/disable_ipv6", "1"));
  }
  return write_sysctl("net/ipv4/ip_unprivileged_port_start", "0");
}

}  // namespace

Result<ReadyNamespace> make_ready_namespace(const std::string& link_prefix, int home, NetlinkSocket& outside) {
  auto name = TRY(new_link_name(link_prefix));
  std::optional<NetlinkSocket> inside;
  int eth0 = 0;
  auto set_up = [&]() -> Status {
    inside = TRY(NetlinkSocket::open(NETLINK_ROUTE));
    TRY(write_task_sysctls());
    NetlinkBatch batch;
    add_veth(batch, name, home);
    TRY(inside->run(batch));
    eth0 = TRY(link_index("eth0"));
    return Done{};
  };
  auto fd = TRY(make_namespace(set_up));
  NetlinkBatch batch;
  raise_host_side(batch, name);
  TRY(outside.run(batch));
  auto index = TRY(link_index(name));
  TRY(await_carrier(*inside, "eth0", eth0));
  return ReadyNamespace{
      .fd = std::move(fd), .inside = std::move(*inside), .link = name, .link_index = index, .eth0_index = eth0
  };
}

Result<OwnedFd> make_lonely_namespace() {
  return make_namespace([]() -> Status {
    auto inside = TRY(NetlinkSocket::open(NETLINK_ROUTE));
    TRY(write_task_sysctls());
    NetlinkBatch batch;
    raise_loopback(batch);
    return inside.run(batch);
  });
}

Status claim_namespace(
    ReadyNamespace& ready, NetlinkSocket& outside, const std::string& label, const Mac& mac, Ipv4 address, Ipv4 host_address
) {
  NetlinkBatch within;
  configure_task_side(within, ready.eth0_index, mac, address);
  TRY(ready.inside.run(within));
  NetlinkBatch without;
  configure_host_side(without, ready.link_index, label, mac, address, host_address);
  return outside.run(without);
}

bool is_task_link(std::string_view name, std::string_view link_prefix) {
  if (!name.starts_with(link_prefix) || name.size() != link_prefix.size() + 8) return false;
  auto tail = name.substr(link_prefix.size());
  return std::all_of(tail.begin(), tail.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace roadstead
