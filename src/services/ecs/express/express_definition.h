// The task definition behind an Express service: made from a container, or brought by the user, or changed member by member.
// Pure. Source: reference/express-mode.md §1.3, §1.6, §2.2.
#pragma once

#include <optional>
#include <string>

#include "api/ecs/create_express_gateway_service.gen.h"
#include "api/ecs/register_task_definition.gen.h"
#include "base/result/result.h"
#include "store/tx/tx.h"

namespace roadstead::ecs {

/// The container that traffic goes to.
constexpr std::string_view main_container_name = "Main";

/// Members of a request that change a definition; absent ones keep what is there.
struct ExpressChange {
  std::optional<ExpressGatewayContainer> container;
  std::optional<std::string> execution_role_arn;
  std::optional<std::string> task_role_arn;
  std::optional<std::string> cpu;
  std::optional<std::string> memory;
  std::optional<CPUArchitecture> cpu_architecture;

  bool empty() const;
};

/// The architecture of tasks that a request asks for; X86_64 when it asks for none.
CPUArchitecture task_architecture(std::optional<ExpressCpuArchitecture> asked);

/// The definition that Express makes for a new service, with no container members applied yet. `log_group` and `region`
/// go into its awslogs options.
TaskDefinition express_definition(const std::string& family, const std::string& log_group, const std::string& region);

/// Applies a change to the container Main and to the task. Everything else of the definition survives.
/// Errors: InvalidParameterException when there is no Main or a size is not one of Fargate's.
Status apply_change(TaskDefinition& definition, const ExpressChange& change, const std::string& region);

/// Checks a definition that the user brings. Errors: InvalidParameterException (text exact, §1.6).
Status check_own_definition(const TaskDefinition& definition);

/// Main as a request's primaryContainer: members that are empty are absent, order is kept (§7.1).
ExpressGatewayContainer primary_container_of(const TaskDefinition& definition);

/// The port of Main that traffic goes to; 80 when it maps none.
std::int32_t main_port_of(const TaskDefinition& definition);

/// Checks the syntax of a role's ARN, if there is one: nobody here knows roles (§5.4). Errors: InvalidParameterException.
Status check_role_arn(const std::optional<std::string>& arn);

/// Refuses an architecture that no machine has or emulates: the deployment would wait for it without end (§8, rows 4 and 12).
/// Errors: InvalidParameterException.
Status check_architecture_here(const Reader& rows, const TaskDefinition& definition);

/// Checks a health check path. Errors: InvalidParameterException with the load balancer's text.
Status check_health_check_path(const std::string& path);

/// The scaling target with AWS's defaults (1, 20, AVERAGE_CPU, 60), the members of `given` put over `current`.
/// Errors: InvalidParameterException when the least is above the most, or numbers are out of range.
Result<ExpressGatewayScalingTarget> merge_scaling(
    const ExpressGatewayScalingTarget& current, const std::optional<ExpressGatewayScalingTarget>& given
);

}  // namespace roadstead::ecs
