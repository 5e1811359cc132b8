#include "agent/core/render/render_firelens.h"

#include <algorithm>
#include <map>

#include "agent/core/render/render_container.h"
#include "agent/core/render/render_volumes.h"
#include "base/text/text.h"
#include "decide/logging/log_options.h"

namespace roadstead {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view fluentd_config = "/fluentd/etc/fluent.conf";
constexpr std::string_view fluent_bit_config = "/fluent-bit/etc/fluent-bit.conf";

/// Whether the file that the configuration includes is an object of S3.
bool is_external(const LogOptions& options) { return log_option(options, "config-file-type") == "s3"; }

std::string external_path(bool fluentd) {
  std::string_view config = fluentd ? fluentd_config : fluent_bit_config;
  return cat(config.substr(0, config.rfind('/')), "/external.conf");
}

struct Forwarded {
  std::string name;
  LogOptions options;
  std::vector<std::string> secrets;
  std::size_t index = 0;
};

const ecs::ContainerDefinition* router_of(const ecs::TaskDefinition& definition) {
  if (!definition.container_definitions) return nullptr;
  for (const auto& container : *definition.container_definitions) {
    if (container.firelens_configuration) return &container;
  }
  return nullptr;
}

std::vector<Forwarded> forwarded_of(const ecs::TaskDefinition& definition) {
  std::vector<Forwarded> out;
  const auto& containers = *definition.container_definitions;
  for (std::size_t at = 0; at < containers.size(); ++at) {
    if (!logs_to_firelens(containers[at])) continue;
    const auto& log = *containers[at].log_configuration;
    Forwarded one{.name = containers[at].name.value_or(""), .options = log.options.value_or(LogOptions{}), .index = at};
    const auto secrets = log.secret_options.value_or(std::vector<ecs::Secret>{});
    for (const auto& secret : secrets) one.secrets.push_back(secret.name);
    out.push_back(std::move(one));
  }
  return out;
}

std::string variable_of(const std::string& option, std::size_t index) { return cat(option, '_', index); }

std::string section(std::string_view head, std::initializer_list<std::string> lines) {
  std::string out = cat(head, '\n');
  for (const auto& line : lines) out += cat("    ", line, '\n');
  return out + '\n';
}

// Half of the router's memory, so that it has room to work.
std::string memory_of(const ecs::ContainerDefinition& router) {
  auto mib = router.memory_reservation ? router.memory_reservation : router.memory;
  return mib && *mib > 1 ? cat(*mib / 2, "MB") : "25MB";
}

Pairs metadata_of(const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition) {
  Pairs records;
  if (!on_fargate(task)) records.emplace_back("ec2_instance_id", settings.node_id);
  std::size_t slash = task.cluster_arn.rfind('/');
  records.emplace_back("ecs_cluster", slash == std::string::npos ? task.cluster_arn : task.cluster_arn.substr(slash + 1));
  records.emplace_back("ecs_task_arn", task.task_arn);
  records.emplace_back(
      "ecs_task_definition", cat(definition.family.value_or(""), ':', definition.revision.value_or(0))
  );
  return records;
}

struct Dialect {
  bool fluentd = false;

  // The options of the output section but for its name, secrets as placeholders; sorted by name.
  Pairs output_options(const Forwarded& one) const {
    std::map<std::string, std::string> options;
    for (const auto& [name, value] : one.options) {
      bool ours = name == "include-pattern" || name == "exclude-pattern" || name == "log-driver-buffer-limit" ||
                  name == "mode" || name == "max-buffer-size" || name == key();
      if (!ours) options[name] = value;
    }
    for (const auto& name : one.secrets) {
      std::string variable = variable_of(name, one.index);
      options[name] = fluentd ? cat("\"#{ENV['", variable, "']}\"") : cat("${", variable, '}');
    }
    return {options.begin(), options.end()};
  }

  std::string_view key() const { return fluentd ? "@type" : "Name"; }

  Result<std::string> output(const Forwarded& one) const {
    Pairs options = output_options(one);
    auto plugin = one.options.find(std::string(key()));
    if (plugin == one.options.end() && options.empty()) return std::string();
    if (plugin == one.options.end()) {
      return Error{"InvalidFirelens", cat("missing output key ", key(), " which is required for firelens configuration of type ",
                                          fluentd ? "fluentd" : "fluentbit")};
    }
    std::string out = fluentd ? cat("<match ", one.name, "-firelens**>\n") : "[OUTPUT]\n";
    out += cat("    ", key(), ' ', plugin->second, '\n');
    if (!fluentd) out += cat("    Match ", one.name, "-firelens*\n");
    for (const auto& [name, value] : options) out += cat("    ", name, ' ', value, '\n');
    return out + (fluentd ? "</match>\n\n" : "\n");
  }

  std::string grep(const Forwarded& one, bool include) const {
    auto pattern = one.options.find(include ? "include-pattern" : "exclude-pattern");
    if (pattern == one.options.end()) return {};
    if (!fluentd) {
      std::string rule = cat(include ? "Regex  log " : "Exclude log ", pattern->second);
      return section("[FILTER]", {"Name   grep", cat("Match ", one.name, "-firelens*"), std::move(rule)});
    }
    std::string_view tag = include ? "regexp" : "exclude";
    return cat("<filter ", one.name, "-firelens**>\n    @type grep\n    <", tag, ">\n        key log\n        pattern ",
               pattern->second, "\n    </", tag, ">\n</filter>\n\n");
  }

  std::string metadata(const Pairs& records) const {
    std::string out = fluentd ? "<filter **>\n    @type record_transformer\n    <record>\n"
                              : "[FILTER]\n    Name record_modifier\n    Match *\n";
    for (const auto& [name, value] : records) out += cat(fluentd ? "        " : "    Record ", name, ' ', value, '\n');
    return out + (fluentd ? "    </record>\n</filter>\n\n" : "\n");
  }
};

std::string inputs(const Dialect& dialect, const ecs::ContainerDefinition& router, ecs::NetworkMode mode) {
  std::string listen = mode == ecs::NetworkMode::bridge ? "0.0.0.0" : "127.0.0.1";
  bool network = mode == ecs::NetworkMode::bridge || mode == ecs::NetworkMode::awsvpc;
  if (dialect.fluentd) {
    std::string out = "<source>\n    @type unix\n    path /var/run/fluent.sock\n</source>\n\n";
    if (network) out += cat("<source>\n    @type forward\n    bind ", listen, "\n    port 24224\n</source>\n\n");
    return out;
  }
  std::string out = section(
      "[INPUT]", {"Name forward", cat("Mem_Buf_Limit ", memory_of(router)), "unix_path /var/run/fluent.sock"}
  );
  if (!network) return out;
  out += section("[INPUT]", {"Name forward", cat("Listen ", listen), "Port 24224"});
  return out + section("[INPUT]", {"Name tcp", "Tag firelens-healthcheck", "Listen 127.0.0.1", "Port 8877"});
}

std::string directory_of(const AgentSettings& settings, const std::string& task_id) {
  return cat(task_directory(settings, task_id), "/firelens");
}

}  // namespace

bool logs_to_firelens(const ecs::ContainerDefinition& container) {
  return container.log_configuration && container.log_configuration->log_driver == ecs::LogDriver::awsfirelens;
}

std::string firelens_socket(const AgentSettings& settings, const std::string& task_id) {
  return cat(directory_of(settings, task_id), "/socket/fluent.sock");
}

Result<std::string> render_firelens_config(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition
) {
  const ecs::ContainerDefinition* router = router_of(definition);
  if (router == nullptr) return Error{"InvalidFirelens", "no container of the task has a firelensConfiguration"};
  Dialect dialect{.fluentd = router->firelens_configuration->type == ecs::FirelensConfigurationType::fluentd};
  auto mode = definition.network_mode.value_or(ecs::NetworkMode::bridge);
  auto options = router->firelens_configuration->options.value_or(LogOptions{});
  std::vector<Forwarded> forwarded = forwarded_of(definition);
  std::string out = inputs(dialect, *router, mode);
  for (const auto& one : forwarded) out += cat(dialect.grep(one, true), dialect.grep(one, false));
  bool metadata = log_option(options, "enable-ecs-log-metadata", "true") == "true";
  if (metadata) out += dialect.metadata(metadata_of(settings, task, definition));
  std::string file = log_option(options, "config-file-value");
  if (is_external(options)) file = external_path(dialect.fluentd);
  if (!file.empty()) out += cat(dialect.fluentd ? "@include " : "@INCLUDE ", file, "\n\n");
  bool health = !dialect.fluentd && mode != ecs::NetworkMode::host;
  if (health) out += section("[OUTPUT]", {"Name null", "Match firelens-healthcheck"});
  for (const auto& one : forwarded) out += TRY(dialect.output(one));
  return out;
}

std::optional<RouterFiles> render_router_files(
    const AgentSettings& settings, const TaskRow& task, const ecs::TaskDefinition& definition,
    const ecs::ContainerDefinition& container
) {
  if (!container.firelens_configuration) return std::nullopt;
  RouterFiles files{.directory = directory_of(settings, task.task_id), .user = container.user.value_or("")};
  auto options = container.firelens_configuration->options.value_or(LogOptions{});
  if (is_external(options)) files.external = log_option(options, "config-file-value");
  Result<std::string> config = render_firelens_config(settings, task, definition);
  if (config) {
    files.config = std::move(config).value();
  } else {
    files.problem = config.error().message;
  }
  return files;
}

std::vector<ContainerMount> render_router_mounts(
    const AgentSettings& settings, const TaskRow& task, const ecs::ContainerDefinition& container
) {
  if (!container.firelens_configuration) return {};
  bool fluentd = container.firelens_configuration->type == ecs::FirelensConfigurationType::fluentd;
  std::string directory = directory_of(settings, task.task_id);
  std::vector<ContainerMount> mounts{
      {.source = cat(directory, "/config/fluent.conf"),
       .destination = std::string(fluentd ? fluentd_config : fluent_bit_config),
       .read_only = true,
       .options = {}},
      {.source = cat(directory, "/socket"), .destination = "/var/run", .options = {"rbind"}},
  };
  if (is_external(container.firelens_configuration->options.value_or(LogOptions{}))) {
    mounts.push_back({.source = cat(directory, "/config/external.conf"), .destination = external_path(fluentd), .read_only = true, .options = {}});
  }
  return mounts;
}

std::vector<SecretReference> render_router_secrets(
    const ecs::TaskDefinition& definition, const ecs::ContainerDefinition& container
) {
  std::vector<SecretReference> out;
  if (!container.firelens_configuration) return out;
  const auto& containers = *definition.container_definitions;
  for (std::size_t at = 0; at < containers.size(); ++at) {
    if (!logs_to_firelens(containers[at])) continue;
    const auto secrets = containers[at].log_configuration->secret_options.value_or(std::vector<ecs::Secret>{});
    for (const auto& secret : secrets) out.push_back({variable_of(secret.name, at), secret.value_from});
  }
  return out;
}

std::vector<std::string> render_firelens_environment(
    const ecs::TaskDefinition& definition, const ecs::ContainerDefinition& container, const std::string& address
) {
  if (container.firelens_configuration) {
    bool fluentd = container.firelens_configuration->type == ecs::FirelensConfigurationType::fluentd;
    return fluentd ? std::vector<std::string>{"FLUENT_UID=0"} : std::vector<std::string>{};
  }
  auto mode = definition.network_mode.value_or(ecs::NetworkMode::bridge);
  bool network = mode == ecs::NetworkMode::bridge || mode == ecs::NetworkMode::awsvpc;
  if (!logs_to_firelens(container) || !network) return {};
  bool own = mode == ecs::NetworkMode::awsvpc || address.empty();
  return {cat("FLUENT_HOST=", own ? "127.0.0.1" : address), "FLUENT_PORT=24224"};
}

}  // namespace roadstead
