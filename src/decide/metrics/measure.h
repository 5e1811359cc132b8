// Takes in what nodes and the proxy measured in a period, as CloudWatch's metrics, and judges every alarm anew.
//
//   node: processor time, memory of each task ─┐
//   proxy: requests, errors of each group ─────┴─► observe_measurements ─► MetricStore, MetricAlarmRow.alarmState
//
// The only writer of metric points and of alarm states. Changes rows through the Tx and does nothing else; on the state
// thread. Source: reference/ecs-core.md §8.4.
#pragma once

#include <string>
#include <vector>

#include "decide/metrics/metric_store.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

/// What one task used in a period.
struct TaskUsage {
  std::string task_arn;
  /// Processors kept busy, in the mean: 0.5 is half a vCPU.
  double processors = 0;
  /// Memory at the end of the period without page cache that is not in use, bytes.
  double memory_bytes = 0;

  bool operator==(const TaskUsage&) const = default;
};

/// What went to one target group in a period.
struct GroupTraffic {
  std::string target_group_arn;
  double requests = 0;
  double responses_2xx = 0;
  double responses_3xx = 0;
  double responses_4xx = 0;
  double responses_5xx = 0;
  /// Seconds, in the mean; only meaningful with requests.
  double response_seconds = 0;
  int healthy_targets = 0;

  bool operator==(const GroupTraffic&) const = default;
};

/// All that was measured from `begin` to `end`.
struct Measurements {
  Instant begin;
  Instant end;
  std::vector<TaskUsage> tasks;
  std::vector<GroupTraffic> groups;
};

constexpr const char* ecs_metrics = "AWS/ECS";
constexpr const char* balancer_metrics = "AWS/ApplicationELB";
constexpr const char* cpu_metric = "CPUUtilization";
constexpr const char* memory_metric = "MemoryUtilization";
constexpr const char* request_count_metric = "RequestCount";
constexpr const char* requests_per_target_metric = "RequestCountPerTarget";
constexpr const char* failed_count_metric = "HTTPCode_Target_5XX_Count";

/// The dimensions of a service's metrics; of "service/<cluster>/<service>" or of its ARN.
std::vector<MetricLabel> service_labels(std::string_view service);

/// The series of a metric of a target group, by ARN.
std::string group_series(std::string_view metric, std::string_view target_group_arn);

/// Stores the measurements and judges the alarms. What was measured of tasks and groups that are gone is left out.
Status observe_measurements(Tx& tx, MetricStore& store, const Measurements& measurements);

}  // namespace roadstead
