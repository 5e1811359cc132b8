// From an event to the calls that are owed for it: a row for each target of each rule that wants it.
//
//   event ─▶ enabled rules of the bus whose pattern fits ─▶ their targets ─▶ InvocationRow ─▶ whoever serves the target
//
// Everything happens in the transaction that brings the event, so an event is neither lost nor told twice up to here. Who
// serves targets: control/event_controllers (tasks) and logstore/log_group_target (log groups). State thread.
// Source: reference/ecs-core.md §10.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/time/time.h"
#include "rows/rows.gen.h"
#include "store/tx/tx.h"

namespace roadstead {

inline constexpr std::string_view default_event_bus = "default";

/// What surrounds the detail of an event.
struct EventEnvelope {
  std::string id;
  std::string detail_type;
  std::string source;
  std::string account;
  std::string region;
  Instant time;
  std::vector<std::string> resources;
};

/// The event as rules and targets see it.
boost::json::value render_event(const EventEnvelope& envelope, boost::json::value detail);

/// Owes a call to every target of every enabled rule of `bus` that wants `event`.
void dispatch_event(Tx& tx, std::string_view bus, const boost::json::value& event);

/// More calls than this are not owed to the targets of one rule: a target that is away must not fill the memory.
inline constexpr std::size_t most_owed_calls = 10'000;

/// Owes a call to every target of `rule`. Those beyond `most_owed_calls` are dropped, with a line in the log when it is reached.
void invoke_targets(Tx& tx, const EventRuleRow& rule, const boost::json::value& event);

/// Whether the bus has an enabled rule with a pattern: whether rendering an event can be worth it.
bool has_listeners(const Reader& rows, std::string_view bus);

/// The key of a rule's row, and that of one of its targets.
std::string event_rule_key(std::string_view bus, std::string_view rule);
std::string event_target_key(std::string_view bus, std::string_view rule, std::string_view target);

/// Until when and how often a call is tried, from the target's retry policy: 24 hours and 185 repetitions unless it says
/// otherwise.
void apply_retry_policy(InvocationRow& row, Instant now);

/// `text` cut to what startedBy can hold.
std::string started_by(std::string_view prefix, std::string_view name);

}  // namespace roadstead
