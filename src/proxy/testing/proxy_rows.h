// Rows of load balancing as tests want them, with everything that must be set filled in. For tests only.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/text/text.h"
#include "proxy/render/proxy_view.h"
#include "rows/rows.gen.h"

namespace roadstead::testing {

inline std::string arn_of(const std::string& kind, const std::string& name) {
  return cat("arn:aws:elasticloadbalancing:eu-central-1:123456789012:", kind, "/", name);
}

inline LoadBalancerRow load_balancer(const std::string& name, Instant created = {}) {
  LoadBalancerRow row;
  row.load_balancer_arn = arn_of("loadbalancer/app", name);
  row.load_balancer_name = name;
  row.dns_name = cat(name, ".elb.localhost");
  row.scheme = "internet-facing";
  row.vpc_id = "vpc-1";
  row.created_at = created;
  return row;
}

inline ListenerRow listener(const std::string& balancer, int port = 443, const std::string& protocol = "HTTPS") {
  ListenerRow row;
  row.listener_arn = arn_of("listener/app", cat(balancer, "/", port));
  row.load_balancer_arn = arn_of("loadbalancer/app", balancer);
  row.port = port;
  row.protocol = protocol;
  row.default_action.fixed_response = FixedResponse{404, "text/plain", "Not Found"};
  return row;
}

inline TargetGroupRow target_group(const std::string& name) {
  TargetGroupRow row;
  row.target_group_arn = arn_of("targetgroup", name);
  row.target_group_name = name;
  row.protocol = "HTTP";
  row.vpc_id = "vpc-1";
  row.target_type = "ip";
  row.health_check_path = "/health?deep=1";
  row.health_check_port = "traffic-port";
  row.matcher = "200";
  return row;
}

using Weights = std::vector<std::pair<std::string, int>>;

inline ListenerAction forward_to(const Weights& weights) {
  ListenerAction action;
  for (const auto& [group, weight] : weights) action.forward.push_back({arn_of("targetgroup", group), weight});
  return action;
}

inline ListenerRuleRow rule(
    const std::string& balancer, int priority, std::vector<std::string> hosts, std::vector<std::string> paths,
    ListenerAction action, int port = 443
) {
  ListenerRuleRow row;
  row.rule_arn = arn_of("listener-rule/app", cat(balancer, "/", port, "/", priority));
  row.listener_arn = arn_of("listener/app", cat(balancer, "/", port));
  row.priority = priority;
  row.hosts = std::move(hosts);
  row.path_patterns = std::move(paths);
  row.action = std::move(action);
  return row;
}

inline TargetRow target(const std::string& group, const std::string& address, int port, Instant registered) {
  TargetRow row;
  row.target_group_arn = arn_of("targetgroup", group);
  row.target_id = address;
  row.port = port;
  row.registered_at = registered;
  return row;
}

inline CertificateRow certificate(const std::string& domain) {
  CertificateRow row;
  row.certificate_arn = cat("arn:aws:acm:eu-central-1:123456789012:certificate/", domain);
  row.domain_name = domain;
  return row;
}

inline void add(ProxyView& view, LoadBalancerRow row) {
  view.load_balancers.push_back(std::make_shared<const LoadBalancerRow>(std::move(row)));
}

inline void add(ProxyView& view, ListenerRow row) {
  view.listeners.push_back(std::make_shared<const ListenerRow>(std::move(row)));
}

inline void add(ProxyView& view, ListenerRuleRow row) {
  view.rules.push_back(std::make_shared<const ListenerRuleRow>(std::move(row)));
}

inline void add(ProxyView& view, TargetGroupRow row) {
  view.target_groups.push_back(std::make_shared<const TargetGroupRow>(std::move(row)));
}

inline void add(ProxyView& view, TargetRow row) {
  view.targets.push_back(std::make_shared<const TargetRow>(std::move(row)));
}

inline void add(ProxyView& view, CertificateRow row) {
  view.certificates.push_back(std::make_shared<const CertificateRow>(std::move(row)));
}

}  // namespace roadstead::testing
