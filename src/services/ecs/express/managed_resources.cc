// ecsManagedResources: each member is a real row with its real state. Source: reference/express-mode.md §2.11.
#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/express/express_resources.h"
#include "services/ecs/express/express.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

/// Sets the members that every managed resource has. A row that is gone was removed: DELETED.
template <class Managed>
void set_state(Managed& out, const std::string& arn, const std::optional<ResourceState>& state, Instant gone_at) {
  out.arn = arn;
  out.status = state ? state->status : ManagedResourceStatus::deleted;
  if (state) out.status_reason = state->reason;
  out.updated_at = state ? state->updated_at : gone_at;
}

template <class Managed, class Row>
Managed describe(const Reader& rows, const std::optional<std::string>& arn, Instant gone_at) {
  Managed out;
  auto row = rows.find<Row>(arn.value_or(""));
  set_state(out, arn.value_or(""), row ? std::optional(row->state) : std::nullopt, gone_at);
  return out;
}

ManagedSecurityGroup describe_group(const Reader& rows, const std::string& service_arn, const std::string& id, Instant gone_at) {
  auto arn = parse_arn(service_arn).value_or(Arn{});
  arn.service = "ec2";
  arn.resource = cat("security-group/", id);
  auto row = rows.find<SecurityGroupRow>(id);
  ManagedSecurityGroup out;
  out.arn = to_string(arn);
  out.status = row ? ManagedResourceStatus::active : ManagedResourceStatus::deleted;
  out.updated_at = row ? row->updated_at.value_or(gone_at) : gone_at;
  return out;
}

ManagedLoadBalancer describe_load_balancer(const Reader& rows, const std::optional<std::string>& arn, Instant gone_at) {
  auto out = describe<ManagedLoadBalancer, LoadBalancerRow>(rows, arn, gone_at);
  auto row = rows.find<LoadBalancerRow>(arn.value_or(""));
  out.scheme = row ? row->scheme : "internet-facing";
  if (!row) return out;
  out.subnet_ids = row->subnet_ids;
  out.security_group_ids = row->security_group_ids;
  return out;
}

ManagedTargetGroup describe_target_group(const Reader& rows, const std::string& arn, const ExpressRevision& revision, Instant gone_at) {
  auto out = describe<ManagedTargetGroup, TargetGroupRow>(rows, arn, gone_at);
  auto row = rows.find<TargetGroupRow>(arn);
  out.health_check_path = row ? row->health_check_path : revision.health_check_path;
  out.port = row ? row->port : revision.container_port;
  out.health_check_port = out.port;
  return out;
}

ManagedIngressPath describe_ingress(const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision, Instant gone_at) {
  const auto& express = *service.express;
  ManagedIngressPath out;
  out.access_type = express.access_type == "PRIVATE" ? AccessType::private_ : AccessType::public_;
  out.endpoint = endpoint_of(rows, express);
  out.load_balancer = describe_load_balancer(rows, express.load_balancer_arn, gone_at);
  out.load_balancer_security_groups.emplace();
  if (auto balancer = rows.find<LoadBalancerRow>(express.load_balancer_arn.value_or(""))) {
    for (const auto& id : balancer->security_group_ids) {
      out.load_balancer_security_groups->push_back(describe_group(rows, service.service_arn, id, gone_at));
    }
  }
  out.certificate = describe<ManagedCertificate, CertificateRow>(rows, express.certificate_arn, gone_at);
  out.certificate->domain_name = express.host;
  out.listener = describe<ManagedListener, ListenerRow>(rows, express.listener_arn, gone_at);
  out.rule = describe<ManagedListenerRule, ListenerRuleRow>(rows, express.rule_arn, gone_at);
  out.target_groups.emplace();
  for (const auto& arn : express.target_group_arns) {
    out.target_groups->push_back(describe_target_group(rows, arn, *revision.express, gone_at));
  }
  return out;
}

ManagedAutoScaling describe_scaling(const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision, Instant gone_at) {
  const auto& express = *service.express;
  auto resource = cat("service/", last_part(service.cluster_arn), '/', service.service_name);
  auto row = rows.find<ScalableTargetRow>(resource);
  ManagedScalableTarget target;
  set_state(target, express.scalable_target_arn.value_or(""), row ? std::optional(row->state) : std::nullopt, gone_at);
  auto asked = revision.express->scaling_target.value_or(ExpressGatewayScalingTarget{});
  target.min_capacity = row ? row->min_capacity : asked.min_task_count.value_or(1);
  target.max_capacity = row ? row->max_capacity : asked.max_task_count.value_or(20);
  auto policy = describe<ManagedApplicationAutoScalingPolicy, ScalingPolicyRow>(rows, express.scaling_policy_arn, gone_at);
  auto policy_row = rows.find<ScalingPolicyRow>(express.scaling_policy_arn.value_or(""));
  policy.policy_type = "TargetTrackingScaling";
  policy.target_value = policy_row ? policy_row->target_value : asked.auto_scaling_target_value.value_or(60);
  policy.metric = policy_row ? policy_row->metric : "ECSServiceAverageCPUUtilization";
  ManagedAutoScaling out;
  out.scalable_target = std::move(target);
  out.application_auto_scaling_policies.emplace().push_back(std::move(policy));
  return out;
}

}  // namespace

ECSManagedResources describe_managed_resources(const Reader& rows, const ServiceRow& service, const ServiceRevisionRow& revision) {
  auto gone_at = service.inactive_at.value_or(service.updated_at.value_or(Instant{}));
  const auto& express = *service.express;
  ECSManagedResources out;
  out.ingress_paths.emplace().push_back(describe_ingress(rows, service, revision, gone_at));
  out.auto_scaling = describe_scaling(rows, service, revision, gone_at);
  ManagedMetricAlarm alarm;
  auto alarm_row = rows.find<MetricAlarmRow>(cat(last_part(service.cluster_arn), '/', service.service_name, "/RollbackAlarm"));
  set_state(alarm, express.alarm_arn.value_or(""), alarm_row ? std::optional(alarm_row->state) : std::nullopt, gone_at);
  out.metric_alarms.emplace().push_back(std::move(alarm));
  out.service_security_groups.emplace().push_back(
      describe_group(rows, service.service_arn, express.service_security_group_id.value_or(""), gone_at)
  );
  out.log_groups.emplace();
  for (const auto& name : revision.express->log_group_names) {
    auto row = rows.find<LogGroupRow>(name);
    ManagedLogGroup group;
    group.arn = row ? row->log_group_arn : "";
    group.status = row ? ManagedResourceStatus::active : ManagedResourceStatus::deleted;
    group.updated_at = row ? row->created_at.value_or(gone_at) : gone_at;
    group.log_group_name = name;
    out.log_groups->push_back(std::move(group));
  }
  return out;
}

}  // namespace roadstead::ecs
