// The node's side of the process: runtime, images, network, proxy, made from the settings of `serve`. Shared by `serve`,
// which runs them, by `down`, which ends what they run, and by `doctor`, which checks what they need.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/devices/cdi_files.h"
#include "agent/images/image_store.h"
#include "agent/names/unbound_server.h"
#include "agent/runtime/crun_runtime.h"
#include "agent/sandbox/kernel_network.h"
#include "base/result/result.h"
#include "proxy/haproxy/haproxy_proxy.h"
#include "serve_settings.h"

namespace roadstead {

/// Where tasks find their endpoints.
inline constexpr const char* endpoint_address = "169.254.170.2";

RuntimeSettings runtime_settings(const ServeSettings& settings);
ImageStoreSettings image_settings(const ServeSettings& settings);

/// `cidr` is where tasks get their addresses: the installation's own network.
NetworkConfig network_config(const ServeSettings& settings, const std::string& cidr);

/// A port of 169.254.170.2 that nobody listens on, for the in-task endpoints: another one for each installation on this
/// machine. Tasks use 80 whichever it is. Errors: ListenFailed.
Result<std::uint16_t> free_endpoint_port();
ProxySettings proxy_settings(const ServeSettings& settings);

/// Who tells names to tasks, whose addresses are in `cidr`.
NameServerSettings name_server_settings(const ServeSettings& settings, const std::string& cidr);
std::string ca_directory(const ServeSettings& settings);
/// The file that clients trust: for the load balancer's hosts, and for the API when it has TLS.
std::string ca_file(const ServeSettings& settings);

/// What the CDI files of this machine tell.
CdiFound find_cdi_files(const ServeSettings& settings);

/// The ids of the GPUs that this machine offers to tasks. Files that cannot be read are warned of in the log.
std::vector<std::string> offered_gpus(const ServeSettings& settings);

/// This machine's name.
std::string machine_name();

/// Refuses to start without root or without an engine, with a sentence that says how to get it.
/// Errors: NeedsRoot, MissingEngine.
Status check_engines();

}  // namespace roadstead
