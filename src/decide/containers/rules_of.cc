#include "decide/containers/rules_of.h"

#include <algorithm>

namespace roadstead {
namespace {

Duration seconds_or(const std::optional<std::int32_t>& given, std::int32_t otherwise) {
  return std::chrono::seconds(given.value_or(otherwise));
}

NeedCondition condition_of(ecs::ContainerCondition condition) {
  switch (condition) {
    case ecs::ContainerCondition::start:
      return NeedCondition::start;
    case ecs::ContainerCondition::complete:
      return NeedCondition::complete;
    case ecs::ContainerCondition::success:
      return NeedCondition::success;
    case ecs::ContainerCondition::healthy:
      return NeedCondition::healthy;
  }
  return NeedCondition::start;
}

void add_need(ContainerRules& rules, std::string container, NeedCondition condition) {
  ContainerNeed need{std::move(container), condition};
  if (need.container == rules.name || std::ranges::find(rules.needs, need) != rules.needs.end()) return;
  rules.needs.push_back(std::move(need));
}

void add_needs(ContainerRules& rules, const ecs::ContainerDefinition& container) {
  for (const auto& need : container.depends_on.value_or(std::vector<ecs::ContainerDependency>{})) {
    add_need(rules, need.container_name, condition_of(need.condition));
  }
  for (const auto& link : container.links.value_or(std::vector<std::string>{})) {
    add_need(rules, link.substr(0, link.find(':')), NeedCondition::start);
  }
  for (const auto& volumes : container.volumes_from.value_or(std::vector<ecs::VolumeFrom>{})) {
    if (volumes.source_container) add_need(rules, *volumes.source_container, NeedCondition::start);
  }
}

HealthRule health_rule_of(const ecs::HealthCheck& check) {
  return {
      .command = health_command(check.command),
      .interval = seconds_or(check.interval, 30),
      .timeout = seconds_or(check.timeout, 5),
      .retries = check.retries.value_or(3),
      .start_period = seconds_or(check.start_period, 0),
  };
}

RestartRule restart_rule_of(const ecs::ContainerRestartPolicy& policy) {
  RestartRule rule{.attempt_period = seconds_or(policy.restart_attempt_period, 300)};
  if (policy.ignored_exit_codes) {
    rule.ignored_exit_codes.assign(policy.ignored_exit_codes->begin(), policy.ignored_exit_codes->end());
  }
  return rule;
}

ContainerRules rules_of(const ecs::ContainerDefinition& container) {
  ContainerRules rules{.name = container.name.value_or("")};
  rules.essential = container.essential.value_or(true);
  add_needs(rules, container);
  if (container.restart_policy && container.restart_policy->enabled) {
    rules.restart = restart_rule_of(*container.restart_policy);
  }
  if (container.health_check) {
    HealthRule health = health_rule_of(*container.health_check);
    if (!health.command.empty()) rules.health = std::move(health);
  }
  if (container.start_timeout) rules.start_timeout = seconds_or(container.start_timeout, 0);
  rules.stop_timeout = seconds_or(container.stop_timeout, 30);
  return rules;
}

bool uses_firelens(const ecs::ContainerDefinition& container) {
  return container.log_configuration && container.log_configuration->log_driver == ecs::LogDriver::awsfirelens;
}

bool needs_anything_of(const std::vector<ContainerRules>& all, const std::string& from, const std::string& target) {
  auto rules = std::ranges::find(all, from, &ContainerRules::name);
  if (rules == all.end()) return false;
  return std::ranges::any_of(rules->needs, [&](const ContainerNeed& need) {
    return need.container == target || needs_anything_of(all, need.container, target);
  });
}

}  // namespace

std::vector<std::string> health_command(const std::vector<std::string>& command) {
  if (command.empty() || command[0] == "NONE") return {};
  if (command[0] == "CMD") return {command.begin() + 1, command.end()};
  if (command[0] != "CMD-SHELL") return command;
  std::vector<std::string> shell{"/bin/sh", "-c"};
  shell.insert(shell.end(), command.begin() + 1, command.end());
  return shell;
}

std::vector<ContainerRules> container_rules_of(const ecs::TaskDefinition& definition) {
  std::vector<ContainerRules> all;
  if (!definition.container_definitions) return all;
  const auto& containers = *definition.container_definitions;
  for (const auto& container : containers) all.push_back(rules_of(container));
  auto is_router = [](const auto& container) { return container.firelens_configuration.has_value(); };
  auto router = std::ranges::find_if(containers, is_router);
  if (router == containers.end()) return all;
  std::string router_name = router->name.value_or("");
  for (std::size_t at = 0; at < containers.size(); ++at) {
    if (!uses_firelens(containers[at]) || needs_anything_of(all, router_name, all[at].name)) continue;
    add_need(all[at], router_name, NeedCondition::start);
  }
  return all;
}

}  // namespace roadstead
