// The links, addresses, routes and neighbours of a task's network, as rtnetlink requests.
//
//   task : <address>/32 on eth0, default via 169.254.1.1 onlink, 169.254.1.1 is at ee:ee:ee:ee:ee:ee for ever
//   host : <address>/32 dev <veth> src <host address>, <address> is at the task's MAC for ever
//
// No bridge, no ARP: a routed veth costs the same with 10 tasks and 1,000, where a bridge port costs five times as
// much, and its route is what makes a forged source address easy to see (reference/limits.md §2.1).
// The functions append to a batch and send nothing. One thread.
#pragma once

#include <string>
#include <vector>

#include "agent/sandbox/address.h"
#include "agent/sandbox/link/netlink.h"

namespace roadstead {

/// The gateway every task sees, and the MAC of the machine's end of every veth.
constexpr Ipv4 task_gateway{0xa9fe0101};  // 169.254.1.1
constexpr Mac host_mac{{0xee, 0xee, 0xee, 0xee, 0xee, 0xee}};

/// A link of the namespace that was asked.
struct Link {
  int index = 0;
  std::string name = {};
  std::string alias = {};
};

/// Inside a new namespace: lo up, and a veth whose near end is "eth0" and whose far end is `host_name` in the namespace
/// `host_namespace`, still down. One request creates both.
void add_veth(NetlinkBatch& batch, const std::string& host_name, int host_namespace);

/// Outside: brings the far end up without IPv6 addresses.
void raise_host_side(NetlinkBatch& batch, const std::string& host_name);

/// A namespace with lo alone, for tasks without a network.
void raise_loopback(NetlinkBatch& batch);

/// Inside: MAC address, address, default route and the gateway's neighbour entry.
void configure_task_side(NetlinkBatch& batch, int eth0, const Mac& mac, Ipv4 address);

/// Outside: alias, neighbour entry and route of the task behind link `index`.
void configure_host_side(
    NetlinkBatch& batch, int index, const std::string& alias, const Mac& mac, Ipv4 address, Ipv4 host_address
);

/// Outside: undoes the route and the neighbour entry, so that the address is free at once. What is gone already is fine.
void clear_host_side(NetlinkBatch& batch, int index, Ipv4 address);

/// Creates an empty bridge, which serves as a place to keep addresses of the machine (kernels lack dummy more often).
void add_address_holder(NetlinkBatch& batch, const std::string& name);
void add_host_address(NetlinkBatch& batch, int index, Ipv4 address);

/// Makes all addresses of a range this machine's own while link `index` is there; nobody else learns of them.
void add_host_range(NetlinkBatch& batch, int index, const Ipv4Range& range);

/// Everything unknown goes to `gateway` behind link `index`.
void add_default_route(NetlinkBatch& batch, int index, Ipv4 gateway);

/// Removes a link with its routes and neighbours, and the other end of a veth with it. A link that is gone is fine.
void remove_link(NetlinkBatch& batch, int index);

/// Waits until link `index` of the socket's namespace sends packets. The kernel readies the end of a veth that came up
/// first from a work queue, and drops what it sends until then: without this a task's first packet may take a second.
Status await_carrier(NetlinkSocket& socket, const std::string& name, int index);

/// All links of the namespace the socket belongs to.
Result<std::vector<Link>> list_links(NetlinkSocket& socket);

/// The index of a link by name, in the namespace the thread is in. Errors: NetworkUnavailable.
Result<int> link_index(const std::string& name);

}  // namespace roadstead
