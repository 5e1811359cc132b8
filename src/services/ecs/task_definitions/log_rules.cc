#include "services/ecs/task_definitions/log_rules.h"

#include <map>
#include <string>

#include "base/text/text.h"
#include "decide/logging/log_options.h"
#include "decide/objects/object_arn.h"
#include "services/ecs/lookup.h"

namespace roadstead::ecs {

namespace {

Status check_router(const FirelensConfiguration& router) {
  auto options = router.options.value_or(std::map<std::string, std::string>{});
  for (const auto& [name, value] : options) {
    if (name == "enable-ecs-log-metadata") {
      if (value == "true" || value == "false") continue;
      return client_error("The firelensConfiguration option 'enable-ecs-log-metadata' must be 'true' or 'false'.");
    }
    if (name == "config-file-type" || name == "config-file-value") continue;
    return client_error(cat("Unknown firelensConfiguration option '", name,
                            "'. There are enable-ecs-log-metadata, config-file-type and config-file-value."));
  }
  std::string type = log_option(options, "config-file-type");
  if (!type.empty() && type != "file" && type != "s3") {
    return client_error("The firelensConfiguration option 'config-file-type' must be 'file' or 's3'.");
  }
  if (type == "s3" && options.contains("config-file-value")) {
    auto arn = parse_object_arn(options["config-file-value"]);
    if (!arn) return client_error(cat("The firelensConfiguration option 'config-file-value' is no object: ", arn.error().message));
  }
  if (type.empty() == !options.contains("config-file-value")) return Done{};
  return client_error("The firelensConfiguration options 'config-file-type' and 'config-file-value' are given together or not at all.");
}

}  // namespace

Status check_log_configuration(const LogConfiguration& log) {
  if (log.log_driver == LogDriver::awsfirelens) return Done{};
  if (log.log_driver == LogDriver::splunk || log.log_driver == LogDriver::gelf) {
    return client_error(cat("Log driver ", to_string(log.log_driver), " is not available here. Use awsfirelens with the output plugin '",
                            to_string(log.log_driver), "' of Fluent Bit, or one of [awslogs, awsfirelens, fluentd, journald, json-file, syslog]."));
  }
  Status checked = check_log_options(to_string(log.log_driver), log.options.value_or(LogOptions{}));
  return checked ? Status(Done{}) : client_error(checked.error().message);
}

Status check_firelens(const TaskDefinition& definition) {
  int routers = 0;
  bool users = false;
  for (const auto& container : *definition.container_definitions) {
    users |= container.log_configuration && container.log_configuration->log_driver == LogDriver::awsfirelens;
    if (!container.firelens_configuration) continue;
    ++routers;
    TRY(check_router(*container.firelens_configuration));
    bool itself = container.log_configuration && container.log_configuration->log_driver == LogDriver::awsfirelens;
    if (itself) return client_error(cat("The container '", *container.name, "' has a firelensConfiguration and cannot log to awsfirelens itself."));
  }
  if (routers > 1) return client_error("A task definition may have only one container with a firelensConfiguration.");
  if (users && routers == 0) {
    return client_error("When awsfirelens log driver is specified in log configuration, a firelens configuration object must be "
                        "configured in one of the containers.");
  }
  if (routers == 1 && !users) {
    return client_error("When a firelensConfiguration object is specified, at least one container has to be configured with the "
                        "awsfirelens log driver.");
  }
  if (users && definition.network_mode == NetworkMode::none) {
    return client_error("awsfirelens cannot be used with networkMode none.");
  }
  return Done{};
}

}  // namespace roadstead::ecs
