#include "proxy/render/render_connect.h"

#include <algorithm>

#include "base/text/text.h"
#include "proxy/render/short_hash.h"

namespace roadstead {
namespace {

constexpr int http_idle_seconds = 300;
constexpr int tcp_idle_seconds = 3600;
constexpr int request_seconds = 15;

bool is_http(const ConnectEndpointRow& endpoint) { return endpoint.protocol != "tcp"; }

/// 0 is for ever, for AWS and for HAProxy.
int idle_seconds(const ConnectEndpointRow& endpoint) {
  return endpoint.idle_timeout_seconds.value_or(is_http(endpoint) ? http_idle_seconds : tcp_idle_seconds);
}

int server_seconds(const ConnectEndpointRow& endpoint) {
  if (!is_http(endpoint)) return idle_seconds(endpoint);
  int request = endpoint.per_request_timeout_seconds.value_or(request_seconds);
  return request == 0 ? idle_seconds(endpoint) : request;
}

std::string render_frontend(const ConnectEndpointRow& endpoint) {
  auto name = connect_name(endpoint);
  auto idle = idle_seconds(endpoint);
  auto text = cat("frontend ", name, "\n  bind ", endpoint.address, ":", connect_proxy_port, "\n  mode ",
                  is_http(endpoint) ? "http" : "tcp", "\n  timeout client ", idle, "s\n");
  if (is_http(endpoint)) text += cat("  timeout http-keep-alive ", idle, "s\n");
  return text + cat("  default_backend ", name, "\n\n");
}

/// A request that found nobody goes to another task, twice at most; what a task may have begun to do is not repeated, unless
/// its method says that this does no harm.
std::string render_backend(const ConnectEndpointRow& endpoint) {
  auto text = cat("backend ", connect_name(endpoint), "\n  mode ", is_http(endpoint) ? "http" : "tcp",
                  "\n  balance roundrobin\n  timeout server ", server_seconds(endpoint), "s\n  timeout tunnel ",
                  idle_seconds(endpoint), "s\n  retries 2\n  option redispatch 1\n");
  if (!is_http(endpoint)) return text;
  return text +
         "  retry-on conn-failure empty-response\n"
         "  http-request disable-l7-retry unless { method GET HEAD OPTIONS }\n";
}

ServerSpec server_spec(const ConnectEndpointRow& endpoint, const DiscoveryInstanceRow& instance) {
  ServerSpec spec;
  spec.backend = connect_name(endpoint);
  spec.phase = TargetPhase::settled;
  spec.address = cat(instance.attributes.at("AWS_INSTANCE_IPV4"), ":", instance.attributes.at("AWS_INSTANCE_PORT"));
  spec.options = "weight 1";
  if (endpoint.protocol == "http2" || endpoint.protocol == "grpc") spec.options += " proto h2";
  if (is_http(endpoint)) spec.options += " pool-max-conn -1 pool-purge-delay 1000";
  auto registration = short_hash(cat(instance.discovery_service_id, "\n", instance.instance_id));
  spec.name = cat("s_", registration, "_", short_hash(spec.options), "_", spec.address);
  return spec;
}

}  // namespace

std::string connect_name(const ConnectEndpointRow& endpoint) {
  return cat("connect-", endpoint.discovery_name, "-", short_hash(cat(endpoint.namespace_id, "\n", endpoint.discovery_name)));
}

std::vector<ServerSpec> connect_servers_of(const ProxyView& view) {
  std::map<std::string_view, const ConnectEndpointRow*> endpoints;
  for (const auto& endpoint : view.connect_endpoints) endpoints[endpoint->discovery_service_id] = endpoint.get();
  std::set<std::string_view> with_healthy;
  for (const auto& instance : view.connect_instances) {
    if (instance->health_status == "HEALTHY") with_healthy.insert(instance->discovery_service_id);
  }
  std::vector<ServerSpec> out;
  for (const auto& instance : view.connect_instances) {
    auto endpoint = endpoints.find(instance->discovery_service_id);
    bool counts = instance->health_status == "HEALTHY" || !with_healthy.contains(instance->discovery_service_id);
    const auto& known = instance->attributes;
    if (endpoint == endpoints.end() || !counts || !known.contains("AWS_INSTANCE_IPV4") || !known.contains("AWS_INSTANCE_PORT")) continue;
    out.push_back(server_spec(*endpoint->second, *instance));
  }
  return out;
}

std::string render_connect(const ProxyView& view, const std::vector<ServerSpec>& servers, const std::set<std::string>& blocked) {
  std::string text;
  for (const auto& endpoint : view.connect_endpoints) {
    if (blocked.contains(endpoint->address)) continue;
    text += render_frontend(*endpoint) + render_backend(*endpoint);
    auto name = connect_name(*endpoint);
    for (const auto& server : servers) {
      if (server.backend == name) text += cat("  server ", server.name, " ", server.address, " ", server.options, "\n");
    }
    text += "\n";
  }
  return text;
}

}  // namespace roadstead
