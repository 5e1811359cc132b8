#include "decide/express/express_resources.h"

#include <algorithm>

#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/placement/placement.h"
#include "decide/scaling/scaling_rows.h"

namespace roadstead {

namespace {

using Status_ = ecs::ManagedResourceStatus;

/// As many certificates as an ALB's listener takes (reference/express-mode.md §2.4).
constexpr std::size_t services_per_load_balancer = 25;
constexpr std::size_t longest_dns_label = 63;
/// The roll-back alarm rings at more than this share of failed requests; fewer failed ones in a minute may be chance.
constexpr double rollback_percent = 1;
constexpr int rollback_failures = 2;

ResourceState state_of(Tx& tx, Status_ status) { return {.status = status, .updated_at = tx.now()}; }

/// An ARN of another service of the same account and region as the ECS service's.
std::string sibling_arn(const std::string& service_arn, std::string_view service, std::string resource) {
  auto arn = parse_arn(service_arn).value_or(Arn{});
  arn.service = service;
  arn.resource = std::move(resource);
  return to_string(arn);
}

void tag(Tx& tx, const std::string& arn, std::vector<ecs::Tag> tags) {
  tags.push_back({.key = "AmazonECSManaged", .value = "true"});
  tx.put(ResourceTagsRow{.resource_arn = arn, .tags = std::move(tags)});
}

std::string security_group_arn(const std::string& service_arn, const std::string& group_id) {
  return sibling_arn(service_arn, "ec2", cat("security-group/", group_id));
}

/// The readable host name of a service: "<service>.<domain>", with the cluster unless that is "default", and with a
/// random tail when somebody has the name already. Unlike AWS's 32 digits it can be read aloud (§8, row 33).
std::string new_host(Tx& tx, const ExpressResources& wanted) {
  auto label = to_lower(replace_all(wanted.service_name, "_", "-"));
  if (wanted.cluster_name != "default") label += cat('-', to_lower(replace_all(wanted.cluster_name, "_", "-")));
  while (!label.empty() && label.front() == '-') label.erase(0, 1);
  if (label.size() > longest_dns_label - 9) label = cat(label.substr(0, longest_dns_label - 18), '-', sha256_hex(label).substr(0, 8));
  while (!label.empty() && label.back() == '-') label.pop_back();
  auto domain = installation(tx)->domain;
  auto host = cat(label.empty() ? "service" : label, '.', domain);
  if (tx.count(CertificateRowIndex::by_domain, host) > 0) host = cat(label, '-', new_hex(tx.ids(), 8), '.', domain);
  return host;
}

std::shared_ptr<const SecurityGroupRow> new_security_group(
    Tx& tx, const std::string& service_arn, const std::string& owner, std::string name, std::string description,
    std::vector<SecurityRule> ingress, std::vector<SecurityRule> egress, const std::vector<ecs::Tag>& tags
) {
  auto group = tx.put(SecurityGroupRow{
      .group_id = cat("sg-", new_hex(tx.ids(), 17)),
      .group_name = std::move(name),
      .description = std::move(description),
      .vpc_id = default_vpc(tx)->vpc_id,
      .ingress = std::move(ingress),
      .egress = std::move(egress),
      .owner = owner,
      .created_at = tx.now(),
      .updated_at = tx.now(),
  });
  tag(tx, security_group_arn(service_arn, group->group_id), tags);
  return group;
}

SecurityRule open_port(std::int32_t port, std::string cidr, std::string description) {
  return {.protocol = "tcp", .from_port = port, .to_port = port, .cidr = std::move(cidr), .description = std::move(description)};
}

SecurityRule port_of_group(std::int32_t port, std::string group_id, std::string description) {
  return {.protocol = "tcp", .from_port = port, .to_port = port, .group_id = std::move(group_id), .description = std::move(description)};
}

std::size_t rule_count(const Reader& rows, const std::string& load_balancer_arn) {
  std::size_t count = 0;
  rows.for_each(ListenerRowIndex::by_load_balancer, load_balancer_arn, [&](const ListenerRow& listener) {
    count += rows.count(ListenerRuleRowIndex::by_listener, listener.listener_arn);
  });
  return count;
}

std::shared_ptr<const LoadBalancerRow> new_load_balancer(Tx& tx, const ExpressResources& wanted) {
  auto name = cat("ecs-express-gateway-alb-", new_hex(tx.ids(), 8));
  auto arn = sibling_arn(wanted.service_arn, "elasticloadbalancing",
                         cat("loadbalancer/app/", name, '/', new_hex(tx.ids(), 16)));
  std::vector<SecurityRule> ingress{
      open_port(80, "0.0.0.0/0", "HTTP access from anywhere (IPv4)"),
      open_port(443, "0.0.0.0/0", "HTTPS access from anywhere (IPv4)"),
      open_port(80, "::/0", "HTTP access from anywhere (IPv6)"),
      open_port(443, "::/0", "HTTPS access from anywhere (IPv6)"),
  };
  auto group = new_security_group(
      tx, wanted.service_arn, arn, cat("ecs-express-gateway-alb-sg-", tx.now().millis()),
      "ECS Express Gateway security group - allows HTTP/HTTPS inbound with managed outbound rules", std::move(ingress),
      {}, wanted.tags
  );
  tag(tx, arn, wanted.tags);
  auto place = installation(tx);
  return tx.put(LoadBalancerRow{
      .load_balancer_arn = arn,
      .load_balancer_name = name,
      .dns_name = cat(name, '.', place->region, '.', place->domain),
      .scheme = "internet-facing",
      .vpc_id = default_vpc(tx)->vpc_id,
      .subnet_ids = wanted.subnet_ids,
      .security_group_ids = {group->group_id},
      .created_at = tx.now(),
      .state = state_of(tx, Status_::provisioning),
      .managed = true,
  });
}

/// The load balancer that has room for one more service, made when there is none.
std::shared_ptr<const LoadBalancerRow> shared_load_balancer(Tx& tx, const ExpressResources& wanted) {
  std::shared_ptr<const LoadBalancerRow> found;
  tx.for_each<LoadBalancerRow>([&](const std::shared_ptr<const LoadBalancerRow>& balancer) {
    if (balancer->managed && rule_count(tx, balancer->load_balancer_arn) < services_per_load_balancer) found = balancer;
    return !found;
  });
  return found ? found : new_load_balancer(tx, wanted);
}

std::string shared_listener(Tx& tx, const ExpressResources& wanted, const LoadBalancerRow& balancer) {
  if (auto listener = tx.first(ListenerRowIndex::by_load_balancer, balancer.load_balancer_arn)) {
    return listener->listener_arn;
  }
  auto arn = cat(replace_all(balancer.load_balancer_arn, ":loadbalancer/", ":listener/"), '/', new_hex(tx.ids(), 16));
  tag(tx, arn, wanted.tags);
  return tx
      .put(ListenerRow{
          .listener_arn = arn,
          .load_balancer_arn = balancer.load_balancer_arn,
          .port = 443,
          .protocol = "HTTPS",
          .default_action =
              {.fixed_response = FixedResponse{.status_code = 404, .content_type = "text/plain", .body = "Not Found"}},
          .ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06",
          .created_at = tx.now(),
          .state = state_of(tx, Status_::provisioning),
      })
      ->listener_arn;
}

std::string new_target_group(Tx& tx, const ExpressResources& wanted) {
  auto name = cat("ecs-gateway-tg-", new_hex(tx.ids(), 17));
  auto arn =
      sibling_arn(wanted.service_arn, "elasticloadbalancing", cat("targetgroup/", name, '/', new_hex(tx.ids(), 16)));
  tag(tx, arn, wanted.tags);
  tx.put(TargetGroupRow{
      .target_group_arn = arn,
      .target_group_name = name,
      .protocol = "HTTP",
      .port = wanted.container_port,
      .vpc_id = default_vpc(tx)->vpc_id,
      .target_type = "ip",
      .health_check_path = wanted.health_check_path,
      .health_check_port = "traffic-port",
      .matcher = "200",
      .created_at = tx.now(),
      .state = state_of(tx, Status_::provisioning),
      .owner = wanted.service_arn,
  });
  return arn;
}

std::int32_t next_priority(const Reader& rows, const std::string& listener_arn) {
  std::int32_t highest = 0;
  rows.for_each(ListenerRuleRowIndex::by_listener, listener_arn, [&](const ListenerRuleRow& rule) {
    highest = std::max(highest, rule.priority);
  });
  return highest + 1;
}

std::string new_rule(Tx& tx, const ExpressResources& wanted, const ExpressService& express) {
  auto listener = *express.listener_arn;
  auto arn = cat(replace_all(listener, ":listener/", ":listener-rule/"), '/', new_hex(tx.ids(), 16));
  tag(tx, arn, wanted.tags);
  tx.put(ListenerRuleRow{
      .rule_arn = arn,
      .listener_arn = listener,
      .priority = next_priority(tx, listener),
      .hosts = {express.host},
      .action = {.forward = {{express.target_group_arns[0], 1000}, {express.target_group_arns[1], 0}}},
      .created_at = tx.now(),
      .state = state_of(tx, Status_::provisioning),
      .owner = wanted.service_arn,
  });
  return arn;
}

std::string new_certificate(Tx& tx, const ExpressResources& wanted, const std::string& host,
                            const std::string& listener_arn) {
  auto arn = sibling_arn(wanted.service_arn, "acm", cat("certificate/", new_uuid(tx.ids())));
  tag(tx, arn, wanted.tags);
  tx.put(CertificateRow{
      .certificate_arn = arn,
      .domain_name = host,
      .created_at = tx.now(),
      .state = state_of(tx, Status_::provisioning),
      .owner = wanted.service_arn,
  });
  tx.update<ListenerRow>(listener_arn, [&](ListenerRow& listener) { listener.certificate_arns.push_back(arn); });
  return arn;
}

std::string_view metric_name(ecs::ExpressGatewayServiceScalingMetric metric) {
  switch (metric) {
    case ecs::ExpressGatewayServiceScalingMetric::average_memory: return "ECSServiceAverageMemoryUtilization";
    case ecs::ExpressGatewayServiceScalingMetric::request_count_per_target: return "ALBRequestCountPerTarget";
    default: return "ECSServiceAverageCPUUtilization";
  }
}

std::string_view metric_of(const ecs::ExpressGatewayScalingTarget& scaling) {
  return metric_name(scaling.auto_scaling_metric.value_or(ecs::ExpressGatewayServiceScalingMetric::average_cpu));
}

/// Makes the policy of a service; its ARN.
std::string make_policy(Tx& tx, const std::string& service_arn, const std::string& service_name, std::string_view metric) {
  auto policy_name = cat(service_name, metric);
  auto resource = resource_id_of(service_arn);
  auto arn = sibling_arn(service_arn, "autoscaling",
                         cat("scalingPolicy:", new_uuid(tx.ids()), ":resource/ecs/", resource, ":policyName/", policy_name));
  tx.put(ScalingPolicyRow{
      .policy_arn = arn,
      .policy_name = policy_name,
      .resource_id = resource,
      .metric = std::string(metric),
      .created_at = tx.now(),
      .state = state_of(tx, Status_::active),
  });
  return arn;
}

void set_scaling(Tx& tx, const std::string& service_arn, const std::string& policy_arn, const ecs::ExpressGatewayScalingTarget& scaling) {
  tx.update<ScalableTargetRow>(resource_id_of(service_arn), [&](ScalableTargetRow& target) {
    target.min_capacity = scaling.min_task_count.value_or(1);
    target.max_capacity = scaling.max_task_count.value_or(20);
    target.state.updated_at = tx.now();
  });
  tx.update<ScalingPolicyRow>(policy_arn, [&](ScalingPolicyRow& policy) {
    policy.target_value = scaling.auto_scaling_target_value.value_or(60);
    policy.state.updated_at = tx.now();
  });
  ensure_policy_alarms(tx, policy_arn);
}

void provision_scaling(Tx& tx, const ExpressResources& wanted, ExpressService& express) {
  express.scalable_target_arn =
      sibling_arn(wanted.service_arn, "application-autoscaling", cat("scalable-target/", new_hex(tx.ids(), 32)));
  tx.put(ScalableTargetRow{
      .resource_id = resource_id_of(wanted.service_arn),
      .scalable_target_arn = *express.scalable_target_arn,
      .created_at = tx.now(),
      .state = state_of(tx, Status_::active),
  });
  express.scaling_policy_arn = make_policy(tx, wanted.service_arn, wanted.service_name, metric_of(wanted.scaling));
  set_scaling(tx, wanted.service_arn, *express.scaling_policy_arn, wanted.scaling);
  tag(tx, *express.scalable_target_arn, wanted.tags);
}

void provision_alarm(Tx& tx, const ExpressResources& wanted, ExpressService& express) {
  auto name = cat(wanted.cluster_name, '/', wanted.service_name, "/RollbackAlarm");
  express.alarm_arn = sibling_arn(wanted.service_arn, "cloudwatch", cat("alarm:", name));
  tx.put(MetricAlarmRow{
      .alarm_name = name,
      .alarm_arn = *express.alarm_arn,
      .description = "Rate of 5XX errors",
      .alarm_state = "INSUFFICIENT_DATA",
      .created_at = tx.now(),
      .state = state_of(tx, Status_::active),
      .owner = wanted.service_arn,
      .metric = AlarmMetric{.error_rate_target_group_arns = express.target_group_arns, .error_rate_minimum = rollback_failures},
      .threshold = rollback_percent,
      .comparison_operator = "GreaterThanThreshold",
      .evaluation_periods = 3,
      .datapoints_to_alarm = 2,
      .treat_missing_data = "notBreaching",
      .state_reason = "Unchecked: Initial alarm creation",
      .state_changed_at = tx.now(),
  });
  tag(tx, *express.alarm_arn, wanted.tags);
}

/// The group of the load balancer and the group of the service let traffic to one port through.
void open_service_port(Tx& tx, const ExpressService& express, std::int32_t port) {
  auto balancer = tx.find<LoadBalancerRow>(express.load_balancer_arn.value_or(""));
  if (!balancer || balancer->security_group_ids.empty() || !express.service_security_group_id) return;
  const auto& balancer_group = balancer->security_group_ids.front();
  auto add = [&](std::vector<SecurityRule>& rules, SecurityRule rule) {
    if (std::ranges::find(rules, rule) == rules.end()) rules.push_back(std::move(rule));
  };
  tx.update<SecurityGroupRow>(balancer_group, [&](SecurityGroupRow& group) {
    add(group.egress, port_of_group(port, *express.service_security_group_id, "Egress Rule to ECS Service"));
    group.updated_at = tx.now();
  });
  tx.update<SecurityGroupRow>(*express.service_security_group_id, [&](SecurityGroupRow& group) {
    add(group.ingress, port_of_group(port, balancer_group, "Ingress from the load balancer"));
    group.updated_at = tx.now();
  });
}

template <class Row>
void set_deprovisioning(Tx& tx, const std::optional<std::string>& key) {
  if (!key) return;
  tx.update<Row>(*key, [&](Row& row) {
    row.state.status = Status_::deprovisioning;
    row.state.updated_at = tx.now();
  });
}

template <class Row>
void remove(Tx& tx, const std::optional<std::string>& key) {
  if (!key) return;
  tx.erase<Row>(*key);
  tx.erase<ResourceTagsRow>(*key);
}

/// Takes the load balancer away when its last rule is gone.
void remove_unused_load_balancer(Tx& tx, const std::string& service_arn, const std::string& arn) {
  auto balancer = tx.find<LoadBalancerRow>(arn);
  if (!balancer || !balancer->managed || rule_count(tx, arn) > 0) return;
  for (const auto& listener : tx.list(ListenerRowIndex::by_load_balancer, arn)) {
    remove<ListenerRow>(tx, listener->listener_arn);
  }
  for (const auto& group : balancer->security_group_ids) {
    tx.erase<SecurityGroupRow>(group);
    tx.erase<ResourceTagsRow>(security_group_arn(service_arn, group));
  }
  remove<LoadBalancerRow>(tx, arn);
}

}  // namespace

ExpressService provision_express(Tx& tx, const ExpressResources& wanted) {
  ExpressService express{
      .infrastructure_role_arn = wanted.infrastructure_role_arn,
      .host = new_host(tx, wanted),
      .access_type = "PUBLIC",
  };
  auto balancer = shared_load_balancer(tx, wanted);
  express.load_balancer_arn = balancer->load_balancer_arn;
  express.listener_arn = shared_listener(tx, wanted, *balancer);
  express.certificate_arn = new_certificate(tx, wanted, express.host, *express.listener_arn);
  express.target_group_arns = {new_target_group(tx, wanted), new_target_group(tx, wanted)};
  express.rule_arn = new_rule(tx, wanted, express);
  auto vpc = default_vpc(tx);
  auto group = new_security_group(
      tx, wanted.service_arn, wanted.service_arn, cat(wanted.cluster_name, '-', wanted.service_name, '-', vpc->vpc_id),
      cat("Security group for ECS service: ", wanted.service_arn), {},
      {{.protocol = "-1", .cidr = "0.0.0.0/0", .description = "All traffic"}}, wanted.tags
  );
  express.service_security_group_id = group->group_id;
  open_service_port(tx, express, wanted.container_port);
  provision_scaling(tx, wanted, express);
  provision_alarm(tx, wanted, express);
  return express;
}

void provision_log_group(Tx& tx, const std::string& name, const std::string& owner, const std::vector<ecs::Tag>& tags) {
  if (tx.contains<LogGroupRow>(name)) return;
  auto arn = sibling_arn(owner, "logs", cat("log-group:", name));
  tx.put(LogGroupRow{.log_group_name = name, .log_group_arn = arn, .created_at = tx.now(), .owner = owner});
  tag(tx, arn, tags);
}

std::string generated_log_group_name(Tx& tx, const std::string& cluster_name, const std::string& service_name) {
  return cat("/aws/ecs/", cluster_name, '/', service_name, '-', new_hex(tx.ids(), 4));
}

void prepare_target_group(Tx& tx, const ExpressService& express, const std::string& target_group_arn,
                          std::int32_t port, const std::string& health_check_path) {
  tx.update<TargetGroupRow>(target_group_arn, [&](TargetGroupRow& group) {
    group.port = port;
    group.health_check_path = health_check_path;
  });
  open_service_port(tx, express, port);
}

void update_scaling(Tx& tx, const std::string& service_arn, const ecs::ExpressGatewayScalingTarget& scaling) {
  auto service = tx.find<ServiceRow>(service_arn);
  if (!service || !service->express) return;
  auto policy_arn = service->express->scaling_policy_arn.value_or("");
  auto policy = tx.find<ScalingPolicyRow>(policy_arn);
  if (policy && policy->metric != metric_of(scaling)) {
    remove_policy(tx, policy_arn);
    policy_arn = make_policy(tx, service_arn, service->service_name, metric_of(scaling));
  }
  tx.update<ServiceRow>(service_arn, [&](ServiceRow& row) {
    if (policy) row.express->scaling_policy_arn = policy_arn;
    row.desired_count = std::clamp(row.desired_count, scaling.min_task_count.value_or(1), scaling.max_task_count.value_or(20));
    row.updated_at = tx.now();
  });
  set_scaling(tx, service_arn, policy_arn, scaling);
}

void restart_alarm(Tx& tx, const ExpressService& express) {
  auto arn = parse_arn(express.alarm_arn.value_or("")).value_or(Arn{});
  tx.update<MetricAlarmRow>(arn.resource_path(), [&](MetricAlarmRow& alarm) {
    alarm.counted_from = tx.now();
    if (alarm.alarm_state != "ALARM") return;
    alarm.alarm_state = "INSUFFICIENT_DATA";
    alarm.state_reason = "Unchecked: a deployment started";
    alarm.state_changed_at = tx.now();
  });
}

void close_unused_ports(Tx& tx, const std::string& service_arn) {
  auto service = tx.find<ServiceRow>(service_arn);
  if (!service || !service->express || !service->express->service_security_group_id) return;
  const auto& express = *service->express;
  auto revision = tx.find<ServiceRevisionRow>(service->primary_revision_arn);
  if (!revision || !revision->express) return;
  auto port = revision->express->container_port;
  tx.update<SecurityGroupRow>(*express.service_security_group_id, [&](SecurityGroupRow& group) {
    std::erase_if(group.ingress, [&](const SecurityRule& rule) { return rule.group_id && rule.from_port != port; });
  });
  auto balancer = tx.find<LoadBalancerRow>(express.load_balancer_arn.value_or(""));
  if (!balancer || balancer->security_group_ids.empty()) return;
  tx.update<SecurityGroupRow>(balancer->security_group_ids.front(), [&](SecurityGroupRow& group) {
    std::erase_if(group.egress, [&](const SecurityRule& rule) {
      return rule.group_id == express.service_security_group_id && rule.from_port != port;
    });
  });
}

void mark_deprovisioning(Tx& tx, const ExpressService& express) {
  set_deprovisioning<ListenerRuleRow>(tx, express.rule_arn);
  set_deprovisioning<CertificateRow>(tx, express.certificate_arn);
  set_deprovisioning<ScalingPolicyRow>(tx, express.scaling_policy_arn);
  for (const auto& arn : express.target_group_arns) set_deprovisioning<TargetGroupRow>(tx, std::optional(arn));
}

void remove_express_resources(Tx& tx, const std::string& service_arn) {
  auto service = tx.find<ServiceRow>(service_arn);
  if (!service || !service->express) return;
  const auto& express = *service->express;
  remove<ListenerRuleRow>(tx, express.rule_arn);
  for (const auto& arn : express.target_group_arns) {
    for (const auto& target : tx.list(TargetRowIndex::by_target_group, arn)) {
      tx.erase<TargetRow>(RowTraits<TargetRow>::key(*target));
    }
    remove<TargetGroupRow>(tx, arn);
  }
  if (express.listener_arn && express.certificate_arn) {
    tx.update<ListenerRow>(*express.listener_arn, [&](ListenerRow& listener) {
      std::erase(listener.certificate_arns, *express.certificate_arn);
    });
  }
  remove<CertificateRow>(tx, express.certificate_arn);
  auto cluster = parse_arn(service->cluster_arn).value_or(Arn{});
  remove_scalable_target(tx, resource_id_of(service_arn));
  tx.erase<MetricAlarmRow>(cat(cluster.resource_path(), '/', service->service_name, "/RollbackAlarm"));
  tx.erase<ResourceTagsRow>(express.alarm_arn.value_or(""));
  if (express.service_security_group_id) {
    tx.erase<SecurityGroupRow>(*express.service_security_group_id);
    tx.erase<ResourceTagsRow>(security_group_arn(service_arn, *express.service_security_group_id));
  }
  auto balancer = tx.find<LoadBalancerRow>(express.load_balancer_arn.value_or(""));
  if (!balancer) return;
  if (!balancer->security_group_ids.empty()) {
    tx.update<SecurityGroupRow>(balancer->security_group_ids.front(), [&](SecurityGroupRow& group) {
      std::erase_if(group.egress, [&](const SecurityRule& rule) { return rule.group_id == express.service_security_group_id; });
    });
  }
  remove_unused_load_balancer(tx, service_arn, balancer->load_balancer_arn);
}

std::optional<std::string> production_rule_of(const ServiceRow& service, const ServiceRevisionRow& revision) {
  if (service.express) return service.express->rule_arn;
  for (const auto& balancer : revision.load_balancers) {
    if (balancer.advanced_configuration) return balancer.advanced_configuration->production_listener_rule;
  }
  return std::nullopt;
}

std::optional<std::string> other_target_group(const ServiceRow& service, const ServiceRevisionRow& revision) {
  std::vector<std::string> groups;
  if (service.express) groups = service.express->target_group_arns;
  for (const auto& balancer : revision.load_balancers) {
    if (!balancer.advanced_configuration || !balancer.advanced_configuration->alternate_target_group_arn) continue;
    groups = {balancer.target_group_arn.value_or(""), *balancer.advanced_configuration->alternate_target_group_arn};
  }
  for (const auto& group : groups) {
    if (group != revision.target_group_arn) return group;
  }
  return std::nullopt;
}

std::string endpoint_of(const Reader& rows, const ExpressService& express) {
  auto port = installation(rows)->https_port;
  return port == 443 ? cat("https://", express.host) : cat("https://", express.host, ':', port);
}

std::shared_ptr<const InstallationRow> installation(const Reader& rows) {
  auto row = rows.find<InstallationRow>("local");
  CHECK(row, "the first start makes the installation's row");
  return row;
}

}  // namespace roadstead
