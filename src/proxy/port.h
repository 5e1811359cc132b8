// The port to whatever carries user traffic: HaproxyProxy in earnest, FakeProxy in the simulation.
//
// A Proxy is level-triggered: it is shown all that is wanted, again and again, makes the world match as far as it can,
// and says what it sees. It keeps no intent of its own, so it may be killed and started at any time.
// One thread calls it; see ProxyActor.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result/result.h"
#include "base/time/time.h"
#include "proxy/render/proxy_view.h"

namespace roadstead {

/// What is seen of one target. `registered_at` tells apart two registrations of one address.
struct TargetObservation {
  std::string target_group_arn;
  std::string target_id;
  int port = 0;
  std::optional<Instant> registered_at;
  TargetState state = TargetState::initial;
  std::optional<std::string> reason;       // AWS's code, such as "Target.Timeout"; absent when healthy
  std::optional<std::string> description;  // AWS's sentence to it
  bool drained = false;                    // only while deregistering: no request is in flight any more

  bool operator==(const TargetObservation&) const = default;
};

enum class ResourceKind { load_balancer, listener, rule, target_group, certificate };

/// How far a load balancer, listener, rule, target group or certificate has come.
struct ResourceObservation {
  ResourceKind kind = ResourceKind::load_balancer;
  std::string arn;
  ecs::ManagedResourceStatus status = ecs::ManagedResourceStatus::provisioning;
  std::optional<std::string> reason;
  std::optional<Instant> not_after;  // certificates only

  bool operator==(const ResourceObservation&) const = default;
};

/// All that was seen in one step, changed or not.
struct ProxyObservation {
  std::vector<TargetObservation> targets;
  std::vector<ResourceObservation> resources;
  /// When to take the next step if no row changes.
  Duration look_again_in = std::chrono::seconds(2);
};

/// What went through one target group since the installation's proxy was first started; counters never go back.
struct TargetGroupStats {
  std::uint64_t requests = 0;
  std::uint64_t responses_2xx = 0;
  std::uint64_t responses_3xx = 0;
  std::uint64_t responses_4xx = 0;
  std::uint64_t responses_5xx = 0;
  int sessions = 0;                    // in flight now
  int healthy_targets = 0;             // now
  Duration response_time = Duration::zero();  // average of the last 1,024 requests

  bool operator==(const TargetGroupStats&) const = default;
};

/// By target group ARN.
using ProxyStats = std::map<std::string, TargetGroupStats>;

class Proxy {
 public:
  virtual ~Proxy() = default;

  /// Makes the world match `view` and tells what is. May block for a fraction of a second (a reload).
  /// Errors: the proxy cannot work at all now (program missing, configuration refused); the next step tries again.
  virtual Result<ProxyObservation> step(const ProxyView& view, Instant now) = 0;

  /// What was counted until the last step.
  virtual const ProxyStats& stats() const = 0;

  /// Ends the proxy itself, which otherwise outlives its owner. Nothing to end is success.
  virtual Status shutdown() = 0;

  /// A descriptor that becomes readable when a step is needed at once, or -1.
  virtual int watch_fd() const { return -1; }
};

}  // namespace roadstead
