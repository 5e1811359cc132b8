#include "proxy/servers/runtime_plan.h"

#include <algorithm>
#include <set>

#include "base/text/text.h"
#include "proxy/render/render_connect.h"

namespace roadstead {
namespace {

constexpr std::size_t max_payload = 8000;    // HAProxy's buffer of 16 kB holds the whole command
constexpr std::size_t max_single_edits = 64;  // above, one replacement is cheaper

MapReplacement replacement_of(const std::string& directory, const ProxyMap& map) {
  MapReplacement out{cat(directory, "/maps/", map.name), {}};
  for (const auto& entry : map.entries) {
    auto line = cat(entry.key, " ", entry.value, "\n");
    if (out.payloads.empty() || out.payloads.back().size() + line.size() > max_payload) out.payloads.emplace_back();
    out.payloads.back() += line;
  }
  return out;
}

std::map<std::string_view, std::string_view> by_key(const ProxyMap& map) {
  std::map<std::string_view, std::string_view> out;
  for (const auto& entry : map.entries) out[entry.key] = entry.value;
  return out;
}

/// Makes the steps for one pair of maps, in two halves: what adds or changes, and what takes away.
class MapEdit {
 public:
  MapEdit(const std::string& directory, const ProxyMap* have, const ProxyMap& want)
      : directory_(directory), have_(have), want_(want) {
    if (have == nullptr) return;
    auto before = by_key(*have);
    auto after = by_key(want);
    auto path = cat(directory, "/maps/", want.name);
    for (const auto& [key, value] : after) {
      auto old = before.find(key);
      if (old != before.end() && old->second == value) continue;
      added_.push_back({cat(old == before.end() ? "add map " : "set map ", path, " ", key, " ", value)});
    }
    for (const auto& [key, value] : before) {
      if (!after.contains(key)) removed_.push_back({cat("del map ", path, " ", key)});
    }
  }

  bool whole() const {
    return have_ == nullptr || want_.ordered || added_.size() + removed_.size() > max_single_edits;
  }

  void add(std::vector<RuntimeStep>& steps) const {
    if (have_ != nullptr && *have_ == want_) return;
    if (whole()) {
      steps.push_back({{}, replacement_of(directory_, want_)});
    } else if (!added_.empty()) {
      steps.push_back({added_, {}});
    }
  }

  void remove(std::vector<RuntimeStep>& steps) const {
    if (!whole() && !removed_.empty()) steps.push_back({removed_, {}});
  }

 private:
  const std::string& directory_;
  const ProxyMap* have_;
  const ProxyMap& want_;
  std::vector<RuntimeCommand> added_;
  std::vector<RuntimeCommand> removed_;
};

/// `want` with what `have` has beyond it: keys in use until the maps before are changed.
ProxyMap with_rest(const ProxyMap& want, const ProxyMap& have) {
  ProxyMap out = want;
  auto wanted = by_key(want);
  for (const auto& entry : have.entries) {
    if (!wanted.contains(entry.key)) out.entries.push_back(entry);
  }
  if (!out.ordered) std::ranges::sort(out.entries, {}, &MapEntry::key);
  return out;
}

/// The ranges of `have` whose rule has none in `want`: their rules go to one backend from now on.
ProxyMap with_old_splits(const ProxyMap& want, const ProxyMap& have) {
  auto rule_of = [](const MapEntry& entry) {
    return to_number<std::uint64_t>(entry.key.substr(0, entry.key.find(':'))).value_or(0) / 1000;
  };
  std::set<std::uint64_t> split;
  for (const auto& entry : want.entries) split.insert(rule_of(entry));
  ProxyMap out = want;
  for (const auto& entry : have.entries) {
    if (!split.contains(rule_of(entry))) out.entries.push_back(entry);
  }
  return out;
}

const FrontendRoutes* frontend_of(const Routes* routes, int port) {
  if (routes == nullptr) return nullptr;
  for (const auto& front : routes->frontends) {
    if (front.port == port) return &front;
  }
  return nullptr;
}

/// A host may go from one map to the other: it is in the new one before it leaves the old one.
void plan_frontend_maps(
    const std::string& directory, const FrontendRoutes* have, const FrontendRoutes& want, std::vector<RuntimeStep>& steps
) {
  if (have == nullptr) {
    MapEdit(directory, nullptr, want.rules).add(steps);
    MapEdit(directory, nullptr, want.hosts).add(steps);
    return;
  }
  auto between = with_rest(want.hosts, have->hosts);
  MapEdit(directory, &have->hosts, between).add(steps);
  MapEdit(directory, &have->rules, want.rules).add(steps);
  MapEdit last(directory, &between, want.hosts);
  last.add(steps);
  last.remove(steps);
}

/// Target groups and endpoints of Service Connect have servers that come and go.
bool is_ours(std::string_view key) { return key.starts_with("tg-") || is_connect_backend(key); }

std::string server_key(const ServerSpec& spec) { return cat(spec.backend, "/", spec.name); }

void append_new_server(const ServerSpec& spec, std::vector<RuntimeCommand>& out) {
  auto key = server_key(spec);
  out.push_back({cat("add server ", key, " ", spec.address, " ", spec.options)});
  bool probed = !is_connect_backend(spec.backend);
  if (probed) out.push_back({cat("enable health ", key)});
  out.push_back({cat("enable server ", key)});
  // It just answered: it takes as many failures to fall as its settings say, not one.
  if (probed && spec.phase == TargetPhase::settled) out.push_back({cat("set server ", key, " health up")});
}

}  // namespace

std::vector<RuntimeStep> plan_maps(const std::string& directory, const Routes* have, const Routes& want) {
  std::vector<RuntimeStep> steps;
  // Make before break: first all that may be pointed at, old and new; then the pointers; then what nothing needs.
  auto splits_between = have == nullptr ? want.splits : with_old_splits(want.splits, have->splits);
  auto actions_between = have == nullptr ? want.actions : with_rest(want.actions, have->actions);
  // A rule that is split from now on must leave `actions` once its ranges are there, so it is not kept.
  if (have != nullptr) {
    std::set<std::string> split_now;
    for (const auto& entry : want.splits.entries) {
      auto first = to_number<std::uint64_t>(entry.key.substr(0, entry.key.find(':'))).value_or(0);
      split_now.insert(cat(first / 1000 * 1000));
    }
    std::erase_if(actions_between.entries, [&](const auto& entry) { return split_now.contains(entry.key); });
  }
  MapEdit(directory, have == nullptr ? nullptr : &have->splits, splits_between).add(steps);
  MapEdit actions_first(directory, have == nullptr ? nullptr : &have->actions, actions_between);
  actions_first.add(steps);
  actions_first.remove(steps);
  for (const auto& front : want.frontends) plan_frontend_maps(directory, frontend_of(have, front.port), front, steps);
  if (have == nullptr) return steps;
  MapEdit actions_last(directory, &actions_between, want.actions);
  actions_last.add(steps);
  actions_last.remove(steps);
  MapEdit(directory, &splits_between, want.splits).add(steps);
  return steps;
}

std::vector<RuntimeCommand> plan_servers(const LiveServers& live, const std::vector<ServerSpec>& want) {
  std::vector<RuntimeCommand> out;
  std::set<std::string> wanted;
  for (const auto& spec : want) {
    auto key = server_key(spec);
    wanted.insert(key);
    auto server = live.find(key);
    if (server == live.end()) {
      if (spec.phase != TargetPhase::draining) append_new_server(spec, out);
    } else if (spec.phase == TargetPhase::draining && !server->second.status.starts_with("DRAIN") &&
               !server->second.status.starts_with("MAINT")) {
      out.push_back({cat("set server ", key, " state drain")});
    } else if (is_connect_backend(key) && (server->second.status.starts_with("DRAIN") || server->second.status.starts_with("MAINT"))) {
      // A task that was not healthy for a while is the same server when it is again.
      out.push_back({cat("set server ", key, " state ready")});
    }
  }
  for (const auto& [key, server] : live) {
    if (wanted.contains(key) || !is_ours(key)) continue;
    bool closed = server.status.starts_with("DRAIN") || server.status.starts_with("MAINT");
    if (server.sessions > 0) {
      if (!closed) out.push_back({cat("set server ", key, " state drain")});
      continue;
    }
    if (!server.status.starts_with("MAINT")) out.push_back({cat("set server ", key, " state maint")});
    out.push_back({cat("del server ", key)});
  }
  return out;
}

}  // namespace roadstead
