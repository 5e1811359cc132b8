// A Proxy for tests and the simulation: targets become healthy, flap and drain as they are told to, and the time they
// take is the time it is given. No process, no clock of its own. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "proxy/port.h"

namespace roadstead {

/// How a target behaves, counted from its registration as the proxy first saw it.
struct FakeTarget {
  /// When its first probe succeeds; nothing: never, and it is unhealthy after `startup_grace`.
  std::optional<Duration> healthy_after = std::chrono::milliseconds(300);
  /// When it stops answering for good.
  std::optional<Duration> fails_after = {};
  /// It is down every second one of these spans once it was healthy; zero: never.
  Duration flaps_every = Duration::zero();
  /// How long its last request takes once it is deregistered.
  Duration drains_in = std::chrono::milliseconds(500);
  /// What is said while it fails.
  std::string reason = "Target.FailedHealthChecks";
  std::string description = "Health checks failed";
};

class FakeProxy final : public Proxy {
 public:
  /// How targets behave that `targets` does not name.
  FakeTarget default_target;
  /// By target id (address).
  std::map<std::string, FakeTarget> targets;
  /// How long a listener, rule, target group, … takes to be live.
  Duration resources_take = std::chrono::milliseconds(200);
  Duration startup_grace = std::chrono::seconds(60);
  /// Why a resource can never be, by ARN.
  std::map<std::string, std::string> problems;
  /// While set, each step fails with it.
  std::optional<Error> broken;
  /// What stats() gives.
  ProxyStats counted;

  Result<ProxyObservation> step(const ProxyView& view, Instant now) override;
  const ProxyStats& stats() const override { return counted; }
  Status shutdown() override;

  /// Whether shutdown() was called after the last step.
  bool is_shut_down() const { return shut_down_; }

 private:
  using Registration = std::tuple<std::string, std::string, int, std::optional<Instant>>;

  struct Seen {
    Instant registered;
    std::optional<Instant> deregistered;
    bool was_healthy = false;
  };

  TargetObservation judge(const TargetRow& target, Seen& seen, int deregistration_delay_seconds, Instant now) const;
  void judge_failing(const FakeTarget& behaviour, TargetObservation& out) const;

  std::map<Registration, Seen> seen_;
  std::map<std::string, Instant> resources_seen_;
  bool shut_down_ = false;
};

}  // namespace roadstead
