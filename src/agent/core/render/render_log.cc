#include "agent/core/render/render_log.h"

#include <algorithm>

#include "agent/core/render/render_container.h"
#include "agent/core/render/render_firelens.h"
#include "base/data/hash.h"
#include "base/text/text.h"
#include "decide/logging/log_options.h"
#include "decide/logging/log_tag.h"

namespace roadstead {
namespace {

constexpr std::int64_t smallest_segment = 16 << 10;

LogOptions options_of(const ecs::LogConfiguration& log) { return log.options.value_or(LogOptions{}); }

// `labels` and `env` name what goes along with every line.
void add_attributes(const LogSources& from, const LogOptions& options, LogTarget& target) {
  ContainerSources sources{
      .settings = from.settings, .task = from.task, .definition = from.definition, .container = from.container
  };
  auto labels = render_labels(sources);
  const std::string asked_labels = log_option(options, "labels");
  const std::string asked_variables = log_option(options, "env");
  const auto label_names = split(asked_labels, ',');
  for (auto name : label_names) {
    auto label = labels.find(std::string(trim(name)));
    if (label != labels.end()) target.attributes[label->first] = label->second;
  }
  const auto names = split(asked_variables, ',');
  const auto variables = from.container->environment.value_or(std::vector<ecs::KeyValuePair>{});
  for (const auto& variable : variables) {
    bool asked = std::ranges::any_of(names, [&](auto name) { return trim(name) == variable.name.value_or(""); });
    if (asked && variable.name && !variable.name->empty()) target.attributes[*variable.name] = variable.value.value_or("");
  }
}

// Docker's default for a moment of a whole second; FireLens asks for nanoseconds.
void set_fluentd(const LogOptions& options, LogTarget& target) {
  if (auto address = parse_fluentd_address(log_option(options, "fluentd-address"))) target.address = *address;
  target.sub_second = parse_log_flag(log_option(options, "fluentd-sub-second-precision")).value_or(false);
  bool async = parse_log_flag(log_option(options, "fluentd-async")).value_or(false) ||
               parse_log_flag(log_option(options, "fluentd-async-connect")).value_or(false);
  target.must_answer = !async;
}

void set_syslog(const LogOptions& options, LogTarget& target) {
  if (auto address = parse_syslog_address(log_option(options, "syslog-address"))) target.address = *address;
  target.facility = parse_syslog_facility(log_option(options, "syslog-facility")).value_or(3);
  target.format = log_option(options, "syslog-format", "rfc5424");
  target.must_answer = true;
}

LogTarget firelens_target(const LogSources& from, LogTarget target) {
  target.driver = "fluentd";
  target.address = {.kind = LogAddress::Kind::unix_stream, .path = firelens_socket(*from.settings, from.task->task_id)};
  target.tag = cat(from.container->name.value_or(""), "-firelens-", from.task->task_id);
  target.sub_second = true;
  return target;
}

}  // namespace

LogTarget render_log(const LogSources& from) {
  if (!from.container->log_configuration) return {};
  ecs::LogDriver driver = from.container->log_configuration->log_driver;
  if (driver == ecs::LogDriver::awslogs) return render_log_target(*from.task, *from.container, from.runtime_id);
  LogTarget target;
  target.container_id = from.runtime_id;
  std::string name = from.container->name.value_or("");
  target.container_name = render_container_name(*from.task, *from.definition, name, from.runtime_id);
  target.image_name = from.container->image.value_or("");
  if (driver == ecs::LogDriver::awsfirelens) return firelens_target(from, std::move(target));
  bool known = driver == ecs::LogDriver::fluentd || driver == ecs::LogDriver::syslog || driver == ecs::LogDriver::journald;
  if (!known) return {};
  LogOptions options = options_of(*from.container->log_configuration);
  target.driver = to_string(driver);
  target.tag = render_log_tag(
      log_option(options, "tag"), {target.container_id, target.container_name, target.image_name, from.image_digest}
  );
  add_attributes(from, options, target);
  if (driver == ecs::LogDriver::fluentd) set_fluentd(options, target);
  if (driver == ecs::LogDriver::syslog) set_syslog(options, target);
  if (driver == ecs::LogDriver::journald) target.must_answer = true;
  return target;
}

SpoolLimits render_spool(const ecs::ContainerDefinition& container) {
  SpoolLimits limits;
  if (!container.log_configuration) return limits;
  LogOptions options = options_of(*container.log_configuration);
  LogBuffer buffer = log_buffer_of(options);
  limits.blocking = buffer.blocking;
  if (container.log_configuration->log_driver != ecs::LogDriver::json_file) {
    limits.kept = true;
    limits.segment_bytes = std::max(smallest_segment, buffer.bytes / limits.segments);
    return limits;
  }
  auto size = parse_log_size(log_option(options, "max-size"));
  if (!size) return limits;
  // One file cannot lose its beginning: it is kept as two halves.
  int files = to_number<int>(log_option(options, "max-file")).value_or(1);
  limits.segments = std::max(2, files);
  limits.segment_bytes = std::max(smallest_segment, files == 1 ? *size / 2 : *size);
  return limits;
}

std::string render_container_name(
    const TaskRow& task, const ecs::TaskDefinition& definition, const std::string& container, const std::string& runtime_id
) {
  if (on_fargate(task)) return container;
  return cat("ecs-", definition.family.value_or(""), '-', definition.revision.value_or(0), '-', container, '-',
             sha256_hex(runtime_id).substr(0, 20));
}

}  // namespace roadstead
