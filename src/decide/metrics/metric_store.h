// Metric points: what was measured in each period, for alarms, scaling and GetMetricData.
//
//   key "AWS/ECS CPUUtilization ClusterName=default ServiceName=web"  ─►  [ period | period | … | newest ]   3 hours
//
// Points are not rows: they come every minute, are lost with the process and nobody is worse off than after a minute
// without measurement. Memory is bounded: points age out, and a series too many is not begun. Lives on the state thread;
// knows no clock and no rows: measure.h writes into it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time/time.h"

namespace roadstead {

/// What was measured in one period: enough for CloudWatch's simple statistics.
struct MetricPoint {
  /// When the period began.
  Instant at;
  double sum = 0;
  /// How many measurements are in it; a mean of n targets counts as n.
  double samples = 0;
  double minimum = 0;
  double maximum = 0;

  double average() const { return samples > 0 ? sum / samples : 0; }

  bool operator==(const MetricPoint&) const = default;
};

/// One of Average, Sum, Minimum, Maximum, SampleCount; nothing for any other name.
std::optional<double> statistic_of(const MetricPoint& point, std::string_view statistic);

/// A name and a value, such as ServiceName and web.
using MetricLabel = std::pair<std::string, std::string>;

/// The name of a series: the order of the dimensions does not matter.
std::string metric_key(std::string_view space, std::string_view name, std::vector<MetricLabel> dimensions);

class MetricStore {
 public:
  struct Options {
    /// The length of a period: a minute, or less in tests.
    Duration period = std::chrono::minutes(1);
    /// How many periods are remembered.
    int periods_kept = 180;
    /// How many series there can be at a time.
    std::size_t most_series = 50'000;
  };

  MetricStore() : MetricStore(Options{}) {}
  explicit MetricStore(Options options) : options_(options) {}

  Duration period() const { return options_.period; }

  /// When the period that `at` falls into began.
  Instant period_of(Instant at) const;

  /// Adds `samples` measurements whose sum is `sum` and whose mean stands for each of them.
  void add(const std::string& key, Instant at, double sum, double samples = 1);

  /// Says that all of the time before `until` is measured. Forgets what is too old.
  void measured(Instant until);

  /// Until when everything is measured; the epoch before the first `measured`.
  Instant measured_until() const { return until_; }

  /// The `count` periods before `until`, oldest first; nothing where nothing was measured.
  std::vector<std::optional<MetricPoint>> points(std::string_view key, int count, Instant until) const;

  /// The point of the newest measured period.
  std::optional<MetricPoint> newest(std::string_view key) const;

  std::size_t series() const { return series_.size(); }

 private:
  using Series = std::deque<MetricPoint>;  // by time

  Options options_;
  Instant until_;
  std::map<std::string, Series, std::less<>> series_;
};

}  // namespace roadstead
