// When an alarm rings: M of the newest N periods on the wrong side of a threshold, as CloudWatch counts.
//
//   INSUFFICIENT_DATA ◄──► OK ◄──► ALARM        judged anew whenever a period has been measured
//
// Pure: from an alarm's row and the metric points to a state and the sentence that explains it. Source:
// reference/express-mode.md §2.10, reference/ecs-core.md §8.2.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time/time.h"
#include "decide/metrics/metric_store.h"
#include "rows/rows.gen.h"

namespace roadstead {

/// What one period was like for an alarm; nothing when nothing was measured.
struct AlarmValue {
  Instant at;
  std::optional<double> value;
};

struct AlarmVerdict {
  /// OK, ALARM or INSUFFICIENT_DATA.
  std::string state;
  std::string reason;

  bool operator==(const AlarmVerdict&) const = default;
};

/// The key of the series that an alarm on one metric looks at.
std::string series_of(const AlarmMetric& metric);

/// The values of an alarm's evaluation periods before `measured.measured_until()`, oldest first.
std::vector<AlarmValue> alarm_values(const MetricStore& measured, const MetricAlarmRow& alarm);

/// Judges an alarm by its values. Too few of them to say leave the state as it is.
AlarmVerdict judge_alarm(const MetricAlarmRow& alarm, const std::vector<AlarmValue>& values);

}  // namespace roadstead
