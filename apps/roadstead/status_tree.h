// Everything there is, as a tree for people and machines: clusters, their services with deployments and URLs, tasks.
// State thread; pure.
#pragma once

#include <boost/json/value.hpp>

#include "store/tx/tx.h"

namespace roadstead {

/// {"clusters": [{"name", "services": [{"name", "status", "url", "desired", "running", "pending", "deployment": {…},
/// "tasks": […], "event"}], "tasks": [standalone tasks]}], "network": network_tree}. Tasks that stopped are left out.
boost::json::value status_tree(const Reader& rows);

/// What an awsvpcConfiguration can name: {"subnets": [{"id", "zone", "block"}], "security_group"}, the default VPC's.
boost::json::value network_tree(const Reader& rows);

}  // namespace roadstead
