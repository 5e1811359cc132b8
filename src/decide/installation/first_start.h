// What every installation has from its first start on: a network, a security group, a cluster. State thread.
#pragma once

#include <string>

#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead {

/// Settings of an installation. The network is chosen at the first start and then stays.
struct InstallationSettings {
  /// The block that tasks get their addresses from; halved into the two default subnets.
  std::string network_cidr = "10.213.0.0/16";
  int https_port = 443;
  int express_bake_minutes = 3;
  int express_grace_seconds = 300;
};

/// Makes the default VPC with two subnets and its default security group, and the cluster "default"; stores the
/// settings that may change from start to start. The installation's row must be there (ensure_identity).
/// Errors: InvalidConfiguration for a network that cannot be halved.
Status ensure_first_start(Tx& tx, const InstallationSettings& settings);

}  // namespace roadstead
