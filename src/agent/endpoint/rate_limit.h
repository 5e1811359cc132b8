// A token bucket for each address: AWS's agent answers 40 requests a second, 60 at once; here that goes for each task, so
// that none can use up another's. One thread at a time; told the time. Source: reference/agent-protocol.md §6.3.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include "base/time/time.h"

namespace roadstead {

class RateLimit {
 public:
  explicit RateLimit(double per_second = 40, double burst = 60) : per_second_(per_second), burst_(burst) {}

  /// Whether one more request of `who` may be answered.
  bool take(const std::string& who, Instant now) {
    if (buckets_.size() >= most_buckets) drop_full(now);
    auto [at, fresh] = buckets_.try_emplace(who, Bucket{burst_, now});
    auto& bucket = at->second;
    bucket.tokens = level(bucket, now);
    bucket.filled_at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;
    Instant filled_at;
  };

  static constexpr std::size_t most_buckets = 4096;

  double level(const Bucket& bucket, Instant now) const {
    double passed = std::max(0.0, static_cast<double>((now - bucket.filled_at).count()) / 1e6);
    return std::min(burst_, bucket.tokens + passed * per_second_);
  }

  // A full bucket says no more than none does.
  void drop_full(Instant now) {
    std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= burst_; });
  }

  double per_second_;
  double burst_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace roadstead
