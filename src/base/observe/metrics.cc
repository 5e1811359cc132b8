#include "base/observe/metrics.h"

#include "base/text/text.h"

namespace roadstead {

namespace {

template <class Metric>
Metric& find_or_add(std::map<std::string, std::unique_ptr<Metric>, std::less<>>& metrics, std::string_view labels) {
  auto found = metrics.find(labels);
  if (found == metrics.end()) found = metrics.emplace(std::string(labels), std::make_unique<Metric>()).first;
  return *found->second;
}

std::string braced(const std::string& labels) { return labels.empty() ? "" : cat('{', labels, '}'); }

std::string seconds_text(std::int64_t micros) {
  std::string out;
  text_detail::append(out, static_cast<double>(micros) / 1e6);
  return out;
}

}  // namespace

void Histogram::observe(std::int64_t micros) {
  std::size_t bucket = 0;
  while (bucket < bounds.size() && micros > bounds[bucket]) ++bucket;
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  sum_micros_.fetch_add(static_cast<std::uint64_t>(micros < 0 ? 0 : micros), std::memory_order_relaxed);
}

void Histogram::render(std::string& out, const std::string& name, const std::string& labels) const {
  std::uint64_t total = 0;
  auto comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    total += buckets_[i].load(std::memory_order_relaxed);
    auto bound = i < bounds.size() ? seconds_text(bounds[i]) : std::string("+Inf");
    out += cat(name, "_bucket{", labels, comma, "le=\"", bound, "\"} ", total, '\n');
  }
  auto sum = static_cast<std::int64_t>(sum_micros_.load(std::memory_order_relaxed));
  out += cat(name, "_sum", braced(labels), ' ', seconds_text(sum), '\n');
  out += cat(name, "_count", braced(labels), ' ', total, '\n');
}

Metrics::Family& Metrics::family(std::string_view name, std::string_view help) {
  auto found = families_.find(name);
  if (found == families_.end()) {
    found = families_.emplace(std::string(name), Family{}).first;
    found->second.help = help;
  }
  return found->second;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, std::string_view labels) {
  std::lock_guard lock(mutex_);
  return find_or_add(family(name, help).counters, labels);
}

Gauge& Metrics::gauge(std::string_view name, std::string_view help, std::string_view labels) {
  std::lock_guard lock(mutex_);
  return find_or_add(family(name, help).gauges, labels);
}

Histogram& Metrics::histogram(std::string_view name, std::string_view help, std::string_view labels) {
  std::lock_guard lock(mutex_);
  return find_or_add(family(name, help).histograms, labels);
}

std::string Metrics::render() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [name, family] : families_) {
    std::string_view type = !family.counters.empty() ? "counter" : !family.gauges.empty() ? "gauge" : "histogram";
    out += cat("# HELP ", name, ' ', family.help, "\n# TYPE ", name, ' ', type, '\n');
    for (const auto& [labels, counter] : family.counters) out += cat(name, braced(labels), ' ', counter->value(), '\n');
    for (const auto& [labels, gauge] : family.gauges) out += cat(name, braced(labels), ' ', gauge->value(), '\n');
    for (const auto& [labels, histogram] : family.histograms) histogram->render(out, name, labels);
  }
  return out;
}

}  // namespace roadstead
