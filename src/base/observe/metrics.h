// Our own metrics, as Prometheus reads them: counters, gauges and latency histograms with labels.
// A metric is looked up once and kept by reference; adding to it is one atomic operation. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace roadstead {

/// Only goes up.
class Counter {
 public:
  void add(std::uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// Goes up and down.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(std::int64_t amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

/// Counts durations in buckets from 100 microseconds to 10 seconds.
class Histogram {
 public:
  /// Upper bounds in microseconds; a last bucket takes the rest.
  static constexpr std::array<std::int64_t, 11> bounds{100,     250,     500,       1'000,     2'500,     10'000,
                                                        50'000, 250'000, 1'000'000, 2'500'000, 10'000'000};

  void observe(std::int64_t micros);
  void render(std::string& out, const std::string& name, const std::string& labels) const;

 private:
  std::array<std::atomic<std::uint64_t>, bounds.size() + 1> buckets_{};
  std::atomic<std::uint64_t> sum_micros_{0};
};

/// All metrics of the process by name and labels. References it gives stay good for its whole life.
class Metrics {
 public:
  /// `labels` is the text between the braces: `operation="RunTask",code="200"`, or empty.
  Counter& counter(std::string_view name, std::string_view help, std::string_view labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, std::string_view labels = {});
  Histogram& histogram(std::string_view name, std::string_view help, std::string_view labels = {});

  /// The exposition text that Prometheus scrapes.
  std::string render() const;

 private:
  struct Family {
    std::string help;
    std::map<std::string, std::unique_ptr<Counter>, std::less<>> counters;
    std::map<std::string, std::unique_ptr<Gauge>, std::less<>> gauges;
    std::map<std::string, std::unique_ptr<Histogram>, std::less<>> histograms;
  };

  Family& family(std::string_view name, std::string_view help);

  mutable std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
};

}  // namespace roadstead
