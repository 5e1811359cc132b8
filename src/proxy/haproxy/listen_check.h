// Whether we could listen on a port: asked before HAProxy is told to, so that the answer can be a sentence for a person.
// Blocks for microseconds; any thread.
#pragma once

#include <optional>
#include <string>

#include "proxy/render/proxy_settings.h"

namespace roadstead {

/// Why `port` cannot be listened on at `address`, with `otherwise`, which ends a sentence, as what else to do; or nothing.
std::optional<std::string> listen_problem(const std::string& address, int port, const std::string& otherwise);

/// Why `port` cannot be listened on at one of the bind addresses and what to do, or nothing.
std::optional<std::string> listen_problem(const ProxySettings& settings, int port);

/// Why HAProxy could not listen at the address of an endpoint of Service Connect, or nothing; its own sockets are no reason.
std::optional<std::string> endpoint_problem(const std::string& address);

}  // namespace roadstead
