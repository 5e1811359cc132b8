// Express Mode: the resources that ECS manages for a service, as ordinary rows of the services that own them.
//
// One call makes load balancer (shared), listener, rule, certificate, two target groups, security groups, scaling and
// alarm rows at once, so that everything has a name from the first answer on; the proxy makes them real and reports.
// Deletion needs nothing but the rows. State thread. Source: reference/express-mode.md §2, §4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What the resources of a new Express service follow from. ARNs and ids of others are made here.
struct ExpressResources {
  std::string service_arn;
  std::string service_name;
  std::string cluster_name;
  std::string infrastructure_role_arn;
  std::vector<std::string> subnet_ids;
  std::int32_t container_port = 80;
  std::string health_check_path;
  ecs::ExpressGatewayScalingTarget scaling;
  /// Copied to every resource made.
  std::vector<ecs::Tag> tags;
};

/// Makes all resources of a new service but its log group.
ExpressService provision_express(Tx& tx, const ExpressResources& wanted);

/// Makes a log group unless there is one of that name.
void provision_log_group(Tx& tx, const std::string& name, const std::string& owner, const std::vector<ecs::Tag>& tags);

/// "/aws/ecs/<cluster>/<service>-<4 hex>".
std::string generated_log_group_name(Tx& tx, const std::string& cluster_name, const std::string& service_name);

/// Sets the idle target group up for a new revision: its port and health check, and the security groups to let it in.
void prepare_target_group(Tx& tx, const ExpressService& express, const std::string& target_group_arn,
                          std::int32_t port, const std::string& health_check_path);

/// Stores new bounds and a new target of a service's scaling, with its desired count inside of them. A policy is named by its
/// metric, so another metric is another policy.
void update_scaling(Tx& tx, const std::string& service_arn, const ecs::ExpressGatewayScalingTarget& scaling);

/// At the start of a deployment: what was measured until now says nothing of it, so the roll-back alarm begins anew.
void restart_alarm(Tx& tx, const ExpressService& express);

/// After a deployment: takes the ports that no revision listens on any more out of the security groups.
void close_unused_ports(Tx& tx, const std::string& service_arn);

/// Shows the resources of a service that is being deleted as DEPROVISIONING.
void mark_deprovisioning(Tx& tx, const ExpressService& express);

/// Removes what only this service used, and the load balancer with the last of its services. Keeps the log group.
void remove_express_resources(Tx& tx, const std::string& service_arn);

/// The rule whose weights send production traffic to a service's revisions, if it has one.
std::optional<std::string> production_rule_of(const ServiceRow& service, const ServiceRevisionRow& revision);

/// Of a service's two target groups the one that `revision` does not use.
std::optional<std::string> other_target_group(const ServiceRow& service, const ServiceRevisionRow& revision);

/// "https://host" or "https://host:port", always with the scheme.
std::string endpoint_of(const Reader& rows, const ExpressService& express);

/// This installation.
std::shared_ptr<const InstallationRow> installation(const Reader& rows);

}  // namespace roadstead
