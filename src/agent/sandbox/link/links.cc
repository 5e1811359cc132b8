#include "agent/sandbox/link/links.h"

#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text/text.h"

namespace roadstead {
namespace {

constexpr std::uint8_t operational = 6;  // IF_OPER_UP of linux/if.h, which does not go with net/if.h
constexpr std::uint16_t create = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
constexpr std::uint16_t put = NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;

std::uint32_t wire(Ipv4 address) { return __builtin_bswap32(address.bits); }

ifinfomsg link_header(int index, unsigned flags = 0, unsigned change = 0) {
  ifinfomsg head{};
  head.ifi_family = AF_UNSPEC;
  head.ifi_index = index;
  head.ifi_flags = flags;
  head.ifi_change = change;
  return head;
}

void add_neighbour(NetlinkBatch& batch, int index, Ipv4 address, const Mac& mac, std::string_view what) {
  batch.begin(RTM_NEWNEIGH, put, what);
  ndmsg head{};
  head.ndm_family = AF_INET;
  head.ndm_ifindex = index;
  head.ndm_state = NUD_PERMANENT;
  batch.header(head);
  batch.put(NDA_DST, wire(address));
  batch.put(NDA_LLADDR, mac);
}

void add_address(NetlinkBatch& batch, int index, Ipv4 address, std::string_view what) {
  batch.begin(RTM_NEWADDR, put, what);
  ifaddrmsg head{};
  head.ifa_family = AF_INET;
  head.ifa_prefixlen = 32;
  head.ifa_scope = RT_SCOPE_UNIVERSE;
  head.ifa_index = static_cast<unsigned>(index);
  batch.header(head);
  batch.put(IFA_LOCAL, wire(address));
  batch.put(IFA_ADDRESS, wire(address));
}

rtmsg route_header(unsigned char prefix, unsigned char scope) {
  rtmsg head{};
  head.rtm_family = AF_INET;
  head.rtm_dst_len = prefix;
  head.rtm_table = RT_TABLE_MAIN;
  head.rtm_protocol = RTPROT_STATIC;
  head.rtm_scope = scope;
  head.rtm_type = RTN_UNICAST;
  return head;
}

}  // namespace

void raise_loopback(NetlinkBatch& batch) {
  batch.begin(RTM_NEWLINK, NLM_F_ACK, "raise lo of a task");
  batch.header(link_header(0, IFF_UP, IFF_UP));
  batch.put_text(IFLA_IFNAME, "lo");
}

void add_veth(NetlinkBatch& batch, const std::string& host_name, int host_namespace) {
  raise_loopback(batch);
  batch.begin(RTM_NEWLINK, create, cat("create the veth ", host_name));
  batch.header(link_header(0, IFF_UP, IFF_UP));
  batch.put_text(IFLA_IFNAME, "eth0");
  auto about = batch.nest(IFLA_LINKINFO);
  batch.put_text(IFLA_INFO_KIND, "veth");
  auto details = batch.nest(IFLA_INFO_DATA);
  auto peer = batch.nest(VETH_INFO_PEER);
  batch.header(link_header(0));
  batch.put_text(IFLA_IFNAME, host_name);
  batch.put(IFLA_ADDRESS, host_mac);
  batch.put(IFLA_NET_NS_FD, host_namespace);
  batch.close(peer);
  batch.close(details);
  batch.close(about);
}

void raise_host_side(NetlinkBatch& batch, const std::string& host_name) {
  // Without link-local addresses a link sends no router solicitations and does no duplicate address detection. The
  // mode must stand before the link comes up. Kernels without IPv6 refuse the request, and need none.
  batch.begin(RTM_NEWLINK, NLM_F_ACK, cat("keep IPv6 off ", host_name), EAFNOSUPPORT);
  batch.header(link_header(0));
  batch.put_text(IFLA_IFNAME, host_name);
  auto families = batch.nest(IFLA_AF_SPEC);
  auto inet6 = batch.nest(AF_INET6);
  batch.put(IFLA_INET6_ADDR_GEN_MODE, std::uint8_t{IN6_ADDR_GEN_MODE_NONE});
  batch.close(inet6);
  batch.close(families);
  batch.begin(RTM_NEWLINK, NLM_F_ACK, cat("raise ", host_name));
  batch.header(link_header(0, IFF_UP, IFF_UP));
  batch.put_text(IFLA_IFNAME, host_name);
}

void add_default_route(NetlinkBatch& batch, int index, Ipv4 gateway) {
  batch.begin(RTM_NEWROUTE, put, "add a default route");
  auto head = route_header(0, RT_SCOPE_UNIVERSE);
  head.rtm_flags = RTNH_F_ONLINK;
  batch.header(head);
  batch.put(RTA_GATEWAY, wire(gateway));
  batch.put(RTA_OIF, index);
}

void configure_task_side(NetlinkBatch& batch, int eth0, const Mac& mac, Ipv4 address) {
  batch.begin(RTM_NEWLINK, NLM_F_ACK, "set the MAC address of a task");
  batch.header(link_header(eth0));
  batch.put(IFLA_ADDRESS, mac);
  add_address(batch, eth0, address, "give a task its address");
  add_neighbour(batch, eth0, task_gateway, host_mac, "tell a task its gateway's MAC address");
  add_default_route(batch, eth0, task_gateway);
}

void configure_host_side(
    NetlinkBatch& batch, int index, const std::string& alias, const Mac& mac, Ipv4 address, Ipv4 host_address
) {
  batch.begin(RTM_NEWLINK, NLM_F_ACK, "label a veth");
  batch.header(link_header(index));
  batch.put_bytes(IFLA_IFALIAS, alias);
  add_neighbour(batch, index, address, mac, "tell this machine a task's MAC address");
  batch.begin(RTM_NEWROUTE, put, cat("route ", to_string(address), " to its task"));
  batch.header(route_header(32, RT_SCOPE_LINK));
  batch.put(RTA_DST, wire(address));
  batch.put(RTA_OIF, index);
  batch.put(RTA_PREFSRC, wire(host_address));
}

void clear_host_side(NetlinkBatch& batch, int index, Ipv4 address) {
  batch.begin(RTM_DELROUTE, NLM_F_ACK, cat("remove the route to ", to_string(address)), ESRCH);
  batch.header(route_header(32, RT_SCOPE_LINK));
  batch.put(RTA_DST, wire(address));
  batch.put(RTA_OIF, index);
  batch.begin(RTM_DELNEIGH, NLM_F_ACK, cat("forget the MAC address of ", to_string(address)), ENOENT);
  ndmsg head{};
  head.ndm_family = AF_INET;
  head.ndm_ifindex = index;
  batch.header(head);
  batch.put(NDA_DST, wire(address));
}

void add_address_holder(NetlinkBatch& batch, const std::string& name) {
  batch.begin(RTM_NEWLINK, create, cat("create the link ", name), EEXIST);
  batch.header(link_header(0));
  batch.put_text(IFLA_IFNAME, name);
  auto about = batch.nest(IFLA_LINKINFO);
  batch.put_text(IFLA_INFO_KIND, "bridge");
  batch.close(about);
  raise_host_side(batch, name);
}

void add_host_address(NetlinkBatch& batch, int index, Ipv4 address) {
  add_address(batch, index, address, cat("give this machine the address ", to_string(address)));
}

void add_host_range(NetlinkBatch& batch, int index, const Ipv4Range& range) {
  // Beside the same range of another installation, which keeps its own.
  batch.begin(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE, cat("give this machine the addresses ", to_string(range)), EEXIST);
  auto head = route_header(static_cast<unsigned char>(range.prefix), RT_SCOPE_HOST);
  head.rtm_table = RT_TABLE_LOCAL;
  head.rtm_type = RTN_LOCAL;
  batch.header(head);
  batch.put(RTA_DST, wire(range.network));
  batch.put(RTA_OIF, index);
}

void remove_link(NetlinkBatch& batch, int index) {
  batch.begin(RTM_DELLINK, NLM_F_ACK, "remove a link", ENODEV);
  batch.header(link_header(index));
}

Status await_carrier(NetlinkSocket& socket, const std::string& name, int index) {
  // Asking for the link state makes newer kernels do the pending work at once; older ones have to be waited for.
  ethtool_value ask{.cmd = ETHTOOL_GLINK, .data = 0};
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&ask);
  ::ioctl(socket.fd(), SIOCETHTOOL, &request);
  for (int tries = 0; tries < 100; ++tries) {
    NetlinkBatch batch;
    batch.begin(RTM_GETLINK, NLM_F_ACK, cat("ask for the state of ", name));
    batch.header(link_header(index));
    std::uint8_t state = 0;
    TRY(socket.get(batch, [&](const NetlinkMessage& message) {
      auto attributes = message.body.substr(std::min(sizeof(ifinfomsg), message.body.size()));
      for_each_attribute(attributes, [&](int type, std::string_view value) {
        if (type == IFLA_OPERSTATE) state = attribute_as<std::uint8_t>(value);
      });
    }));
    if (state == operational) return Done{};
    ::usleep(200);
  }
  return Error{"NetworkUnavailable", cat("the link ", name, " of a task does not come up")};
}

Result<std::vector<Link>> list_links(NetlinkSocket& socket) {
  NetlinkBatch batch;
  batch.begin(RTM_GETLINK, NLM_F_DUMP, "list the links");
  batch.header(link_header(0));
  std::vector<Link> links;
  TRY(socket.dump(batch, [&](const NetlinkMessage& message) {
    if (message.type != RTM_NEWLINK || message.body.size() < sizeof(ifinfomsg)) return;
    Link link;
    link.index = attribute_as<ifinfomsg>(message.body).ifi_index;
    for_each_attribute(message.body.substr(sizeof(ifinfomsg)), [&](int type, std::string_view value) {
      if (type == IFLA_IFNAME) link.name = attribute_text(value);
      if (type == IFLA_IFALIAS) link.alias = attribute_text(value);
    });
    links.push_back(std::move(link));
  }));
  return links;
}

Result<int> link_index(const std::string& name) {
  auto index = ::if_nametoindex(name.c_str());
  if (index == 0) return Error{"NetworkUnavailable", cat("there is no link ", name)};
  return static_cast<int>(index);
}

}  // namespace roadstead
