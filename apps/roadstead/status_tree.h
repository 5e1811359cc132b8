// Everything there is, as a tree for people and machines: clusters, their services with deployments and URLs, tasks.
// State thread; pure.
#pragma once

#include <boost/json/value.hpp>

#include "store/tx/tx.h"

namespace roadstead {

/// {"clusters": [{"name", "services": [{"name", "status", "url", "desired", "running", "pending", "deployment": {…},
/// "tasks": […], "event"}], "tasks": [standalone tasks]}]}. Tasks that stopped are left out.
boost::json::value status_tree(const Reader& rows);

}  // namespace roadstead
