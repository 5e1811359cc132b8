// How a machine's task network is set up: names, ranges and ports. Plain values with working defaults.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace roadstead {

struct NetworkConfig {
  std::string state_dir = "/run/roadstead/network";      ///< made if missing; see record.h
  std::string table = "roadstead";                       ///< nftables table; differs where two run on one machine
  std::string link_prefix = "rsd";                       ///< 1..6 of a-z 0-9; differs likewise
  std::vector<std::string> task_ranges = {"10.80.0.0/16"};  ///< where awsvpc addresses come from
  std::string bridge_range = "172.30.0.0/16";            ///< where this part takes addresses of bridge mode from
  std::string host_address = {};                         ///< default: the first of the first task range
  std::string resolver_address = {};                     ///< who tasks ask for names; default: the machine's own resolvers
  std::string endpoint_address = "169.254.170.2";        ///< the agent may listen here as soon as open() returns
  std::uint16_t endpoint_port = 80;                      ///< on this port; tasks always use 80
  std::vector<std::uint16_t> host_tcp_ports = {80, 443, 8080, 8443};
  std::uint16_t first_dynamic_port = 49153;              ///< reference/ecs-core.md: the range ECS falls back to
  std::uint16_t last_dynamic_port = 65535;
  int pool_size = 8;              ///< namespaces made ahead; 0 for none
  bool allow_unfiltered = false;  ///< go on, unenforced, where nftables cannot be used
};

}  // namespace roadstead
