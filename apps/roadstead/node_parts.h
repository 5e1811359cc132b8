// The node's side of the process: runtime, images, network, proxy, made from the settings of `serve`. Shared by `serve`,
// which runs them, by `down`, which ends what they run, and by `doctor`, which checks what they need.
#pragma once

#include <memory>
#include <string>

#include "agent/images/image_store.h"
#include "agent/runtime/crun_runtime.h"
#include "agent/sandbox/kernel_network.h"
#include "base/result/result.h"
#include "proxy/haproxy/haproxy_proxy.h"
#include "serve_settings.h"

namespace roadstead {

RuntimeSettings runtime_settings(const ServeSettings& settings);
ImageStoreSettings image_settings(const ServeSettings& settings);

/// `cidr` is where tasks get their addresses: the installation's own network.
NetworkConfig network_config(const ServeSettings& settings, const std::string& cidr);
ProxySettings proxy_settings(const ServeSettings& settings);
std::string ca_directory(const ServeSettings& settings);

/// This machine's name.
std::string machine_name();

/// Refuses to start without root or without an engine, with a sentence that says how to get it.
/// Errors: NeedsRoot, MissingEngine.
Status check_engines();

}  // namespace roadstead
