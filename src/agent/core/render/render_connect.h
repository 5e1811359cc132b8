// Service Connect as a node needs it: what a task's /etc/hosts says, and who gets through to an endpoint. Pure; any thread.
// Source: reference/ecs-core.md §9.2; docs/adr/0018.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/sandbox/port.h"
#include "rows/rows.gen.h"

namespace roadstead {

using EndpointRows = std::map<std::string, std::shared_ptr<const ConnectEndpointRow>>;
using SecurityGroupRows = std::map<std::string, std::shared_ptr<const SecurityGroupRow>>;

/// Lines for the names of a namespace, "address<TAB>name". What comes later is for tasks that start later, as AWS has it.
std::vector<std::string> render_connect_hosts(const EndpointRows& endpoints, const std::string& namespace_id);

/// An endpoint for the network. Those get through whom a security group of the tasks that serve it, which are of `revision`, lets
/// in at the port behind it: as if the client connected by itself. Nobody while there is no such revision.
ConnectEndpoint render_connect_endpoint(
    const ConnectEndpointRow& endpoint, const ServiceRevisionRow* revision, const SecurityGroupRows& groups
);

}  // namespace roadstead
