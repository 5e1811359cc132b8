#include "proxy/traffic_meter.h"

namespace roadstead {

namespace {

double grown(std::uint64_t before, std::uint64_t now) { return static_cast<double>(now >= before ? now - before : now); }

}  // namespace

std::vector<GroupTraffic> TrafficMeter::take(const ProxyStats& now) {
  std::vector<GroupTraffic> out;
  for (const auto& [arn, counted] : now) {
    auto known = last_.find(arn);
    TargetGroupStats before = known == last_.end() ? TargetGroupStats{} : known->second;
    if (!looked_) break;
    out.push_back({.target_group_arn = arn,
                   .requests = grown(before.requests, counted.requests),
                   .responses_2xx = grown(before.responses_2xx, counted.responses_2xx),
                   .responses_3xx = grown(before.responses_3xx, counted.responses_3xx),
                   .responses_4xx = grown(before.responses_4xx, counted.responses_4xx),
                   .responses_5xx = grown(before.responses_5xx, counted.responses_5xx),
                   .response_seconds = static_cast<double>(counted.response_time.count()) / 1e6,
                   .healthy_targets = counted.healthy_targets});
  }
  looked_ = true;
  last_ = now;
  return out;
}

}  // namespace roadstead
