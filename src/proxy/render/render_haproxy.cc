#include "proxy/render/render_haproxy.h"

#include <algorithm>
#include <set>

#include "base/data/hash.h"
#include "base/text/text.h"
#include "proxy/render/error_pages.h"
#include "proxy/render/render_connect.h"

namespace roadstead {
namespace {

constexpr std::string_view ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

std::int64_t seconds(Duration span) { return std::chrono::duration_cast<std::chrono::seconds>(span).count(); }

std::string map_path(const ProxySettings& settings, const ProxyMap& map) {
  return cat(settings.directory, "/maps/", map.name);
}

/// A word of the configuration: quoted, so that no character of it means anything.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (static_cast<unsigned char>(c) >= ' ') {
      out.push_back(c);
    }
  }
  return out + "'";
}

std::string render_global(const ProxySettings& settings, std::string_view structure) {
  auto text = cat("global\n  description ", structure, "\n  stats socket ", settings.directory,
                  "/run/runtime.sock mode 600 level admin expose-fd listeners\n  stats timeout 1h\n  maxconn ",
                  settings.max_connections, "\n");
  if (settings.threads > 0) text += cat("  nbthread ", settings.threads, "\n");
  if (!settings.user.empty()) text += cat("  user ", settings.user, "\n  group ", settings.user, "\n");
  text += cat("  hard-stop-after ", seconds(settings.old_worker_patience), "s\n  server-state-file ", settings.directory,
              "/run/server-state\n  ssl-default-bind-options ssl-min-ver TLSv1.2\n  ssl-default-bind-ciphers ", ciphers,
              "\n\n");
  return text;
}

/// The longest of all load balancers: a target group does not belong to one, and a rule more must not mean a reload.
int idle_timeout(const ProxyView& view) {
  int longest = 0;
  for (const auto& balancer : view.load_balancers) longest = std::max(longest, balancer->idle_timeout_seconds);
  return longest > 0 ? longest : 60;
}

std::string render_defaults(const ProxySettings& settings, int idle_timeout_seconds) {
  auto text = cat(
      "defaults\n"
      "  mode http\n"
      "  timeout connect 4s\n"
      "  timeout client ",
      idle_timeout_seconds, "s\n  timeout server ", idle_timeout_seconds,
      "s\n"
      "  timeout queue 10s\n"
      "  timeout tunnel ",
      seconds(settings.tunnel_timeout),
      "s\n"
      "  retries 3\n"
      "  option redispatch 1\n"
      "  option http-keep-alive\n"
      "  http-reuse safe\n"
      "  load-server-state-from-file global\n"
  );
  for (int status : error_page_statuses()) {
    text += cat("  errorfile ", status, " ", settings.directory, "/pages/", status, ".http\n");
  }
  return text + "\n";
}

std::string render_bind(const ProxySettings& settings, const FrontendRoutes& front) {
  std::string text;
  for (const auto& address : settings.bind_addresses) {
    bool v6 = address.find(':') != std::string::npos;
    text += cat("  bind ", v6 ? "[" : "", address, v6 ? "]" : "", ":", real_port(settings, front.port));
    if (v6) text += " v6only";
    if (front.tls) text += cat(" ssl crt-list ", settings.directory, "/certificates.list alpn h2,http/1.1");
    text += "\n";
  }
  return text;
}

/// The headers that AWS's load balancer adds. A client's own X-Forwarded-For is kept and added to; of a trace id its Root and
/// what applications put there are kept, Self is this balancer's, and a missing Root is added.
/// Every request pays for these lines, so the common case, a request without them, has the cheapest form of each: half of the
/// trace id's random bits belong to the connection, and the port is written down, not asked for.
std::string render_headers(bool tls, int port) {
  constexpr std::string_view random = "%[rand,hex,bytes(8,8),lower]";
  auto id = cat("1-%[date,hex,bytes(8,8),lower]-%[var(sess.trace)]", random);
  return cat(
      "  option forwardfor if-none\n"
      "  http-request set-header X-Forwarded-For '%[req.fhdr(x-forwarded-for)], %[src]' if { req.fhdr(x-forwarded-for) -m found }\n"
      "  http-request set-header X-Forwarded-Proto ",
      tls ? "https" : "http", "\n  http-request set-header X-Forwarded-Port ", port,
      "\n  http-request set-var-fmt(sess.trace) ", random, random,
      " unless { var(sess.trace) -m found }\n"
      "  http-request set-header X-Amzn-Trace-Id 'Self=",
      id,
      ";%[req.fhdr(x-amzn-trace-id),regsub(Self=[^;]*;?,)]' if { req.fhdr(x-amzn-trace-id) -m sub Root= }\n"
      "  http-request set-header X-Amzn-Trace-Id 'Root=",
      id, "%[req.fhdr(x-amzn-trace-id),regsub(^;?,;)]' unless { req.fhdr(x-amzn-trace-id) -m sub Root= }\n"
  );
}

/// What this balancer answers by itself has a Date, as AWS's; error pages are files, which cannot have one. The usual answer,
/// which is a target's and has one, pays for a comparison of numbers.
constexpr std::string_view dated_answers =
    "  http-after-response set-header Date %[date,http_date] if { status 300:599 } !{ res.hdr(date) -m found }\n";

std::string render_frontend(const ProxySettings& settings, const Routes& routes, const FrontendRoutes& front) {
  auto text = cat("frontend ", front.tls ? "https-" : "http-", front.port, "\n", render_bind(settings, front));
  text += cat("  timeout client ", front.idle_timeout_seconds, "s\n  timeout http-request ", front.idle_timeout_seconds,
              "s\n  timeout http-keep-alive ", front.idle_timeout_seconds, "s\n");
  text += cat(
      "  http-request set-var(txn.host) req.hdr(host),host_only,lower\n"
      "  http-request set-var(txn.rule) var(txn.host),map_str(",
      map_path(settings, front.hosts),
      ")\n"
      "  http-request set-var(txn.path) path unless { var(txn.rule) -m found }\n"
      "  http-request set-var(txn.rule) var(txn.host),concat(,txn.path),map_reg(",
      map_path(settings, front.rules), ",", front.default_rule, ") unless { var(txn.rule) -m found }\n"
      "  http-request set-var(txn.backend) var(txn.rule),map_str(",
      map_path(settings, routes.actions),
      ")\n"
      "  http-request set-var(txn.backend) rand(1000),add(txn.rule),map_int(",
      map_path(settings, routes.splits), ") unless { var(txn.backend) -m found }\n"
  );
  text += render_headers(front.tls, real_port(settings, front.port));
  text += dated_answers;
  text += cat("  use_backend %[var(txn.backend)]\n  default_backend ", unavailable_backend, "\n\n");
  return text;
}

std::string render_redirect(const ProxySettings& settings, const std::string& name, const Redirect& redirect) {
  int port = real_port(settings, redirect.port);
  bool standard = port == (redirect.protocol == "http" ? 80 : 443);
  auto text = cat("backend ", name, "\n  http-after-response set-header Server awselb/2.0\n  http-request redirect code ", redirect.status_code == 302 ? 302 : 301,
                  " location ", redirect.protocol, "://%[var(txn.host)]");
  if (!standard) text += cat(":", port);
  return text + "%[pathq]\n\n";
}

std::string render_fixed(const ProxySettings& settings, const std::string& name, const FixedResponse& response) {
  auto text = cat("backend ", name, "\n  http-request return status ", response.status_code);
  if (!response.body.empty()) {
    auto type = response.content_type.empty() ? std::string("text/plain") : response.content_type;
    text += cat(" content-type ", quoted(type), " file ", settings.directory, "/pages/", name, ".body");
  }
  return text + " hdr Server awselb/2.0 hdr Date %[date,http_date]\n\n";
}

std::string health_check_uri(const TargetGroupRow& group) {
  return group.health_check_path.empty() ? "/" : group.health_check_path;
}

std::string render_target_group(const TargetGroupRow& group) {
  return cat(
      "backend ", backend_name(group),
      "\n"
      "  balance roundrobin\n"
      "  timeout check ", group.health_check_timeout_seconds,
      "s\n"
      "  option httpchk\n"
      "  http-check send meth GET uri ",
      quoted(health_check_uri(group)),
      " ver HTTP/1.1 hdr Host %[srv_name,field(4,_)] hdr User-Agent ELB-HealthChecker/2.0 hdr Connection close\n"
      "  http-check expect status ",
      group.matcher.empty() ? "200" : group.matcher, "\n"
  );
}

class ConfigRenderer {
 public:
  ConfigRenderer(
      const ProxyView& view, const ProxySettings& settings, const Routes& routes, const std::set<std::string>& blocked_addresses
  )
      : view_(view), settings_(settings), routes_(routes), blocked_addresses_(blocked_addresses) {}

  std::string run(std::string_view structure, const std::vector<ServerSpec>& servers) const {
    auto text = cat(render_global(settings_, structure), render_defaults(settings_, idle_timeout(view_)));
    for (const auto& front : routes_.frontends) text += render_frontend(settings_, routes_, front);
    // HAProxy refuses to start without any listener.
    if (routes_.frontends.empty()) {
      text += cat("frontend idle\n  bind unix@", settings_.directory, "/run/idle.sock\n  default_backend ",
                  unavailable_backend, "\n\n");
    }
    text += cat("backend ", unavailable_backend, "\n  http-request return status 503 default-errorfiles\n\n");
    for (const auto& [name, response] : routes_.fixed_responses) text += render_fixed(settings_, name, response);
    for (const auto& [name, redirect] : routes_.redirects) text += render_redirect(settings_, name, redirect);
    for (const auto& group : view_.target_groups) {
      if (is_wanted(group->state)) text += render_group(*group, servers);
    }
    return text + render_connect(view_, servers, blocked_addresses_);
  }

 private:
  std::string render_group(const TargetGroupRow& group, const std::vector<ServerSpec>& servers) const {
    auto text = render_target_group(group);
    auto name = backend_name(group);
    for (const auto& server : servers) {
      if (server.backend == name) text += cat("  server ", server.name, " ", server.address, " ", server.options, "\n");
    }
    return text + "\n";
  }

  const ProxyView& view_;
  const ProxySettings& settings_;
  const Routes& routes_;
  const std::set<std::string>& blocked_addresses_;
};

std::vector<std::string> certificate_hosts(const ProxyView& view) {
  std::set<std::string> hosts;
  for (const auto& certificate : view.certificates) {
    auto host = to_lower(certificate->domain_name);
    if (is_wanted(certificate->state) && is_certificate_name(host)) hosts.insert(std::move(host));
  }
  return {hosts.begin(), hosts.end()};
}

}  // namespace

RenderedProxy render_haproxy(
    const ProxyView& view, const ProxySettings& settings, std::vector<ServerSpec> servers,
    const std::map<int, std::string>& blocked_ports, const std::set<std::string>& blocked_addresses
) {
  RenderedProxy out;
  out.routes = render_routes(view, settings, blocked_ports);
  ConfigRenderer renderer(view, settings, out.routes, blocked_addresses);
  out.structure = sha256_hex(renderer.run("?", {})).substr(0, 16);
  out.config = renderer.run(out.structure, servers);
  out.servers = std::move(servers);
  for (const auto& group : view.target_groups) {
    if (is_wanted(group->state)) out.checks[backend_name(*group)] = render_target_group(*group);
  }
  for (int status : error_page_statuses()) out.files[cat("pages/", status, ".http")] = render_error_page(status);
  for (const auto& [name, response] : out.routes.fixed_responses) {
    if (!response.body.empty()) out.files[cat("pages/", name, ".body")] = response.body;
  }
  for (const auto& front : out.routes.frontends) out.ports.push_back(real_port(settings, front.port));
  out.certificate_hosts = certificate_hosts(view);
  out.crt_list = cat(settings.directory, "/certificates/default.pem [alpn h2,http/1.1]\n");
  for (const auto& host : out.certificate_hosts) out.crt_list += cat(crt_list_line(settings, host), "\n");
  return out;
}

std::string certificate_path(const ProxySettings& settings, const std::string& host) {
  return cat(settings.directory, "/certificates/host-", replace_all(host, "*", "_"), ".pem");
}

std::string crt_list_line(const ProxySettings& settings, const std::string& host) {
  return cat(certificate_path(settings, host), " [alpn h2,http/1.1] ", host);
}

bool is_certificate_name(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.empty() || name.size() > 253) return false;
  return std::ranges::all_of(split(name, '.'), [](std::string_view label) {
    bool plain = std::ranges::all_of(label, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
    return plain && !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-';
  });
}

}  // namespace roadstead
