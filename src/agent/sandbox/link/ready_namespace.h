// A network namespace that lacks only a task: lo and eth0 up, its veth's far end on this machine, IPv6 off.
//
// Making one takes the better part of a millisecond and needs no address, so a few are made ahead; claiming one is a
// batch inside and a batch outside. Nothing names it on disk until it is pinned, so unclaimed ones die with the agent
// (their veths with them). One thread at a time.
#pragma once

#include <string>

#include "agent/sandbox/address.h"
#include "agent/sandbox/link/netlink.h"

namespace roadstead {

struct ReadyNamespace {
  OwnedFd fd;
  NetlinkSocket inside;  ///< a socket of the namespace
  std::string link = {};  ///< this machine's end of the veth
  int link_index = 0;
  int eth0_index = 0;
};

/// Makes one, with a link named `link_prefix` and eight hexadecimal digits. `outside` is a socket of this machine's
/// namespace, which the calling thread is in and `home` is a descriptor of. Errors: NetworkUnavailable.
Result<ReadyNamespace> make_ready_namespace(const std::string& link_prefix, int home, NetlinkSocket& outside);

/// A namespace with lo alone, for tasks of mode none.
Result<OwnedFd> make_lonely_namespace();

/// Gives it to a task: address and routes on both sides; `label` becomes the alias of the link.
Status claim_namespace(
    ReadyNamespace& ready, NetlinkSocket& outside, const std::string& label, const Mac& mac, Ipv4 address, Ipv4 host_address
);

/// Whether a link's name is one that make_ready_namespace gives.
bool is_task_link(std::string_view name, std::string_view link_prefix);

}  // namespace roadstead
