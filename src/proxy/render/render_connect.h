// Endpoints of Service Connect as a part of HAProxy's configuration: a frontend and a backend for each, and its servers.
//
//   task ─▶ <address>:<alias port> ─▶ nftables: <address>:15001 (agent/sandbox) ─▶ frontend connect-… ─▶ a task that serves
//
// All listen on one port of their own addresses, so that no alias can meet a port that somebody has on all addresses of the
// machine. Who may connect is decided before, by nftables. Servers come and go by commands, as those of target groups do;
// there are no probes: an instance of Cloud Map is there while its task is healthy. Pure; any thread.
// Source: reference/ecs-core.md §9.2 (time-outs, retries); docs/formats/haproxy.md.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "proxy/render/proxy_view.h"
#include "proxy/servers/server_spec.h"

namespace roadstead {

/// Where HAProxy listens at the address of every endpoint. endpoint_proxy_port of agent/sandbox/filter/connect_rules.h.
inline constexpr int connect_proxy_port = 15001;

/// "connect-<discovery name>-<hash>", of the frontend and the backend alike.
std::string connect_name(const ConnectEndpointRow& endpoint);

/// Whether a backend is one of these.
inline bool is_connect_backend(std::string_view backend) { return backend.starts_with("connect-"); }

/// The servers of all endpoints: the healthy instances, or all while none is healthy.
std::vector<ServerSpec> connect_servers_of(const ProxyView& view);

/// Frontends and backends of all endpoints but those at `blocked` addresses, with those of `servers` that are theirs.
std::string render_connect(const ProxyView& view, const std::vector<ServerSpec>& servers, const std::set<std::string>& blocked);

}  // namespace roadstead
