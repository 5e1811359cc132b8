#include "decide/metrics/metric_store.h"

#include <algorithm>

#include "base/text/text.h"

namespace roadstead {

std::optional<double> statistic_of(const MetricPoint& point, std::string_view statistic) {
  if (statistic == "Average") return point.average();
  if (statistic == "Sum") return point.sum;
  if (statistic == "Minimum") return point.minimum;
  if (statistic == "Maximum") return point.maximum;
  if (statistic == "SampleCount") return point.samples;
  return std::nullopt;
}

std::string metric_key(std::string_view space, std::string_view name, std::vector<MetricLabel> dimensions) {
  std::ranges::sort(dimensions);
  auto key = cat(space, ' ', name);
  for (const auto& [label, value] : dimensions) key += cat(' ', label, '=', value);
  return key;
}

Instant MetricStore::period_of(Instant at) const {
  auto length = options_.period.count();
  return Instant{at.micros / length * length};
}

void MetricStore::add(const std::string& key, Instant at, double sum, double samples) {
  if (samples <= 0) return;
  auto found = series_.find(key);
  if (found == series_.end()) {
    if (series_.size() >= options_.most_series) return;
    found = series_.emplace(key, Series()).first;
  }
  auto& series = found->second;
  auto begin = period_of(at);
  double mean = sum / samples;
  auto place = std::ranges::lower_bound(series, begin, {}, &MetricPoint::at);
  if (place == series.end() || place->at != begin) {
    series.insert(place, {.at = begin, .sum = sum, .samples = samples, .minimum = mean, .maximum = mean});
    return;
  }
  place->sum += sum;
  place->samples += samples;
  place->minimum = std::min(place->minimum, mean);
  place->maximum = std::max(place->maximum, mean);
}

void MetricStore::measured(Instant until) {
  until_ = std::max(until_, until);
  auto oldest = until_ - options_.periods_kept * options_.period;
  for (auto& [key, series] : series_) {
    while (!series.empty() && series.front().at < oldest) series.pop_front();
  }
  std::erase_if(series_, [](const auto& entry) { return entry.second.empty(); });
}

std::vector<std::optional<MetricPoint>> MetricStore::points(std::string_view key, int count, Instant until) const {
  std::vector<std::optional<MetricPoint>> out(static_cast<std::size_t>(std::max(count, 0)));
  auto found = series_.find(key);
  if (found == series_.end()) return out;
  auto first = period_of(until) - static_cast<int>(out.size()) * options_.period;
  for (const auto& point : found->second) {
    auto index = (point.at - first) / options_.period;
    if (point.at >= first && index < static_cast<std::int64_t>(out.size())) out[static_cast<std::size_t>(index)] = point;
  }
  return out;
}

std::optional<MetricPoint> MetricStore::newest(std::string_view key) const { return points(key, 1, until_).front(); }

}  // namespace roadstead
