#include "decide/metrics/measure.h"

#include <algorithm>
#include <map>

#include "base/id/arn.h"
#include "base/text/text.h"
#include "decide/metrics/alarm_rules.h"

namespace roadstead {

namespace {

constexpr double units_per_processor = 1024;
constexpr double bytes_per_mib = 1024 * 1024;

double number_of(const std::optional<std::string>& text) { return text ? to_number<std::int32_t>(*text).value_or(0) : 0; }

/// What a task was promised: its own size, or what its containers ask for together (§8.4).
double cpu_units_of(const TaskRow& task) {
  double units = number_of(task.cpu);
  if (units > 0) return units;
  for (const auto& container : task.containers) units += number_of(container.cpu);
  return units;
}

double memory_mib_of(const TaskRow& task) {
  double mib = number_of(task.memory);
  if (mib > 0) return mib;
  for (const auto& container : task.containers) {
    mib += number_of(container.memory_reservation ? container.memory_reservation : container.memory);
  }
  return mib;
}

void measure_tasks(const Reader& rows, MetricStore& store, const Measurements& measurements) {
  for (const auto& usage : measurements.tasks) {
    auto task = rows.find<TaskRow>(usage.task_arn);
    if (!task || !task->service_arn) continue;
    auto labels = service_labels(*task->service_arn);
    if (double units = cpu_units_of(*task); units > 0) {
      store.add(metric_key(ecs_metrics, cpu_metric, labels), measurements.begin,
                usage.processors * units_per_processor * 100 / units);
    }
    if (double mib = memory_mib_of(*task); mib > 0) {
      store.add(metric_key(ecs_metrics, memory_metric, labels), measurements.begin,
                usage.memory_bytes * 100 / (mib * bytes_per_mib));
    }
  }
}

/// What went to all target groups of one service.
struct ServiceTraffic {
  double requests = 0;
  /// Of the group whose targets had most to do: during a deployment the groups share the traffic unequally.
  double per_target = 0;
  double targets = 0;
};

/// The service whose tasks stand behind a target group, if one does.
std::optional<std::string> service_behind(const Reader& rows, const std::string& target_group_arn) {
  auto group = rows.find<TargetGroupRow>(target_group_arn);
  if (group && group->owner) return group->owner;
  auto target = rows.first(TargetRowIndex::by_target_group, target_group_arn);
  return target ? target->service_arn : std::nullopt;
}

void measure_group(MetricStore& store, const GroupTraffic& group, Instant at) {
  auto add = [&](const char* metric, double value, double samples = 1) {
    store.add(group_series(metric, group.target_group_arn), at, value, samples);
  };
  add(request_count_metric, group.requests);
  add("HTTPCode_Target_2XX_Count", group.responses_2xx);
  add("HTTPCode_Target_3XX_Count", group.responses_3xx);
  add("HTTPCode_Target_4XX_Count", group.responses_4xx);
  add(failed_count_metric, group.responses_5xx);
  add("HealthyHostCount", group.healthy_targets);
  if (group.requests > 0) add("TargetResponseTime", group.response_seconds * group.requests, group.requests);
  if (group.healthy_targets > 0) add(requests_per_target_metric, group.requests / group.healthy_targets);
}

void measure_groups(const Reader& rows, MetricStore& store, const Measurements& measurements) {
  std::map<std::string, ServiceTraffic> services;
  for (const auto& group : measurements.groups) {
    if (!rows.contains<TargetGroupRow>(group.target_group_arn)) continue;
    measure_group(store, group, measurements.begin);
    auto service = service_behind(rows, group.target_group_arn);
    if (!service || group.healthy_targets == 0) continue;
    auto& traffic = services[*service];
    traffic.requests += group.requests;
    traffic.targets += group.healthy_targets;
    traffic.per_target = std::max(traffic.per_target, group.requests / group.healthy_targets);
  }
  for (const auto& [service, traffic] : services) {
    // The mean is what the busiest targets had, the sum is all there was: what scaling needs to know of both.
    double samples = traffic.per_target > 0 ? traffic.requests / traffic.per_target : traffic.targets;
    store.add(metric_key(balancer_metrics, requests_per_target_metric, service_labels(service)), measurements.begin,
              traffic.requests, samples);
  }
}

void judge_alarms(Tx& tx, const MetricStore& store) {
  for (const auto& alarm : tx.all<MetricAlarmRow>()) {
    if (!alarm->metric) continue;
    auto verdict = judge_alarm(*alarm, alarm_values(store, *alarm));
    if (verdict.state == alarm->alarm_state) continue;
    tx.update<MetricAlarmRow>(alarm->alarm_name, [&](MetricAlarmRow& row) {
      row.alarm_state = verdict.state;
      row.state_reason = verdict.reason;
      row.state_changed_at = tx.now();
    });
  }
}

}  // namespace

std::vector<MetricLabel> service_labels(std::string_view service) {
  auto path = service.substr(service.find("service/"));
  auto parts = split(path, '/');
  CHECK(parts.size() >= 3, "a service is named by its cluster and its name");
  return {{"ClusterName", std::string(parts[1])}, {"ServiceName", std::string(parts[2])}};
}

std::string group_series(std::string_view metric, std::string_view target_group_arn) {
  auto resource = target_group_arn.substr(std::min(target_group_arn.rfind(":targetgroup/") + 1, target_group_arn.size()));
  return metric_key(balancer_metrics, metric, {{"TargetGroup", std::string(resource)}});
}

Status observe_measurements(Tx& tx, MetricStore& store, const Measurements& measurements) {
  measure_tasks(tx, store, measurements);
  measure_groups(tx, store, measurements);
  store.measured(measurements.end);
  judge_alarms(tx, store);
  return Done{};
}

}  // namespace roadstead
