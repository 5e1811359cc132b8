#include "proxy/haproxy/haproxy_proxy.h"

#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"
#include "proxy/haproxy/listen_check.h"
#include "proxy/servers/health_rules.h"

namespace roadstead {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto look_at_all_every = std::chrono::seconds(2);
constexpr auto look_closely_every = milliseconds(50);
constexpr auto reload_at_most_every = milliseconds(500);
constexpr auto check_blocked_ports_every = std::chrono::seconds(5);
constexpr auto start_timeout = std::chrono::seconds(30);
constexpr std::size_t max_socket_path = 95;  // of 108, for HAProxy adds its process id while it binds

/// Two descriptors for each connection, and some for the rest (reference/limits.md §5.1).
int max_connections_of_machine() {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 2000;
  return static_cast<int>(std::clamp<rlim_t>((files.rlim_max - 200) / 2, 100, 9900));
}

ProxySettings completed(ProxySettings settings) {
  if (settings.max_connections == 0) settings.max_connections = max_connections_of_machine();
  if (settings.user.empty() && geteuid() == 0 && getpwnam("haproxy") != nullptr) settings.user = "haproxy";
  return settings;
}

bool same_rows(const ProxyView& a, const ProxyView& b) {
  return a.load_balancers == b.load_balancers && a.listeners == b.listeners && a.rules == b.rules &&
         a.target_groups == b.target_groups && a.certificates == b.certificates && a.connect_endpoints == b.connect_endpoints;
}

/// Whether the state of a target may change any moment, so that a user waits for us.
bool is_moving(const TargetRow& target) {
  return target.deregistering ? !target.drained : target.state == TargetState::initial;
}

}  // namespace

HaproxyProxy::HaproxyProxy(ProxySettings settings, std::string ca_directory, std::string machine)
    : settings_(completed(std::move(settings))),
      ca_directory_(std::move(ca_directory)),
      machine_(std::move(machine)),
      process_(settings_) {}

std::string HaproxyProxy::runtime_path() const { return cat(settings_.directory, "/run/runtime.sock"); }

std::string HaproxyProxy::master_path() const { return cat(settings_.directory, "/run/master.sock"); }

Result<ProxyObservation> HaproxyProxy::step(const ProxyView& view, Instant now) {
  TRY(prepare(now));
  if (process_.alive() && !runtime_.connected()) {
    auto connected = connect();
    if (!connected) log_warning("proxy.no_answer", {{"error", connected.error().message}});
  }
  if (runtime_.connected()) {
    bool all = steady_clock::now() - looked_at_ >= look_at_all_every;
    TRY(look(view, all));
  }
  TRY(match(view, now));
  return observe(view, now);
}

Status HaproxyProxy::prepare(Instant now) {
  if (!authority_) {
    if (master_path().size() > max_socket_path) {
      return Error{"PathTooLong", cat("The state directory ", settings_.directory, " has too long a path for sockets; at most ",
                                      max_socket_path, " characters are possible for ", master_path(), ".")};
    }
    for (const auto* name : {"", "/run", "/maps", "/pages", "/certificates"}) {
      TRY(make_directories(cat(settings_.directory, name), 0700));
    }
    authority_ = TRY(CertificateAuthority::open(ca_directory_, machine_, now));
    if (process_.adopt()) log_info("proxy.adopted", {{"pid", cat(process_.pid())}});
  }
  if (!process_.alive()) {
    runtime_.close();
    live_ = {};
    live_routes_.reset();
    bound_ports_.clear();
    begin_new_count();
  }
  return Done{};
}

/// Connects to the present worker and asks what it runs.
Status HaproxyProxy::connect() {
  TRY(runtime_.connect(runtime_path()));
  structure_ = parse_description(TRY(runtime_.ask({"show info"})));
  live_hosts_.clear();
  auto list = TRY(runtime_.ask({cat("show ssl crt-list ", settings_.directory, "/certificates.list")}));
  for (const auto& line : parse_crt_list(list)) live_hosts_.insert(line.substr(0, line.find(' ')));
  if (bound_ports_.empty()) {
    auto ports = read_file(cat(settings_.directory, "/run/ports"), 65536);
    for (auto word : split(ports ? *ports : std::string(), '\n')) {
      if (auto port = to_number<int>(word)) bound_ports_.insert(*port);
    }
  }
  live_routes_.reset();
  looked_at_ = {};
  return Done{};
}

/// Reads the state of all servers, or only of those in whose target groups something moves.
Status HaproxyProxy::look(const ProxyView& view, bool all) {
  if (all || looked_at_ == Monotonic{}) {
    live_ = parse_show_stat(TRY(runtime_.ask({"show stat -1 6 -1"})));
    looked_at_ = steady_clock::now();
    count(view, live_);
    return look_at_old_workers(view);
  }
  std::set<std::string> moving;
  for (const auto& target : view.targets) {
    if (is_moving(*target)) moving.insert(target->target_group_arn);
  }
  for (const auto& group : view.target_groups) {
    if (!moving.contains(group->target_group_arn)) continue;
    auto name = backend_name(*group);
    if (!live_.backends.contains(name)) continue;
    auto shown = parse_show_stat(TRY(runtime_.ask({cat("show stat ", name, " 6 -1")})));
    auto prefix = cat(name, "/");
    auto from = live_.servers.lower_bound(prefix);
    auto to = from;
    while (to != live_.servers.end() && to->first.starts_with(prefix)) ++to;
    live_.servers.erase(from, to);
    live_.servers.merge(shown.servers);
  }
  return look_at_old_workers(view);
}

/// After a reload old workers may still carry requests of targets that drain: those count too.
Status HaproxyProxy::look_at_old_workers(const ProxyView& view) {
  bool draining = std::ranges::any_of(view.targets, [](const auto& target) {
    return target->deregistering && !target->drained;
  });
  old_sessions_.clear();
  old_workers_.clear();
  if (!draining) return Done{};
  auto processes = TRY(ask_master("show proc"));
  for (const auto& worker : parse_show_proc(processes)) {
    if (!worker.old) continue;
    auto answer = ask_once(master_path(), cat("@!", worker.pid, " show stat -1 4 -1"));
    if (!answer) continue;  // it ended in this moment
    old_workers_.push_back(worker.pid);
    for (const auto& [key, server] : parse_show_stat(*answer).servers) {
      if (server.sessions > 0) old_sessions_[key] += server.sessions;
    }
  }
  return Done{};
}

/// The master does not listen for some milliseconds while it reloads.
Result<std::string> HaproxyProxy::ask_master(std::string_view question) {
  auto deadline = steady_clock::now() + start_timeout;
  auto answer = ask_once(master_path(), question);
  while (!answer && process_.alive() && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(5));
    answer = ask_once(master_path(), question);
  }
  return answer;
}

void HaproxyProxy::begin_new_count() {
  for (auto& [arn, now] : counted_now_) {
    auto& before = counted_before_[arn];
    before.requests += now.requests;
    before.responses_2xx += now.responses_2xx;
    before.responses_3xx += now.responses_3xx;
    before.responses_4xx += now.responses_4xx;
    before.responses_5xx += now.responses_5xx;
  }
  counted_now_.clear();
}

void HaproxyProxy::count(const ProxyView& view, const ShownStats& shown) {
  stats_.clear();
  for (const auto& group : view.target_groups) {
    auto found = shown.backends.find(backend_name(*group));
    if (found != shown.backends.end()) counted_now_[group->target_group_arn] = found->second;
    auto& total = stats_[group->target_group_arn];
    total = counted_now_[group->target_group_arn];
    const auto& before = counted_before_[group->target_group_arn];
    total.requests += before.requests;
    total.responses_2xx += before.responses_2xx;
    total.responses_3xx += before.responses_3xx;
    total.responses_4xx += before.responses_4xx;
    total.responses_5xx += before.responses_5xx;
  }
  auto gone = [&](const auto& item) { return !stats_.contains(item.first); };
  std::erase_if(counted_now_, gone);
  std::erase_if(counted_before_, gone);
}

Status HaproxyProxy::match(const ProxyView& view, Instant now) {
  bool retry_ports =
      !(blocked_ports_.empty() && blocked_addresses_.empty()) && steady_clock::now() - ports_checked_at_ >= check_blocked_ports_every;
  auto servers = servers_of(view, live_.servers, settings_, now);
  bool servers_changed = servers != servers_;
  servers_ = std::move(servers);
  if (!rendered_ || retry_ports || !same_rows(view, rendered_view_)) {
    if (retry_ports) {
      blocked_ports_.clear();
      blocked_addresses_.clear();
    }
    render(view, now);
    check_ports(view);
  } else if (servers_changed) {
    render(view, now);
  }
  TRY(ensure_certificates(now));
  if (!process_.alive()) return start();
  if (!runtime_.connected()) return Error{"ProxyFailed", "HAProxy runs but does not answer."};
  if (structure_ == rendered_->structure) return apply_live(true);
  bool too_soon = steady_clock::now() - reloaded_at_ < reload_at_most_every;
  return too_soon ? apply_live(false) : reload();
}

void HaproxyProxy::render(const ProxyView& view, Instant) {
  rendered_ = render_haproxy(view, settings_, servers_, blocked_ports_, blocked_addresses_);
  rendered_view_ = view;
}

/// Tries the ports that HAProxy does not have yet; listeners of those that cannot be had are left out and FAILED, and so are
/// endpoints of Service Connect without an address to listen at.
void HaproxyProxy::check_ports(const ProxyView& view) {
  ports_checked_at_ = steady_clock::now();
  bool found = false;
  for (int port : rendered_->ports) {
    if (bound_ports_.contains(port)) continue;
    auto problem = listen_problem(settings_, port);
    if (!problem) continue;
    log_error("proxy.port_blocked", {{"port", cat(port)}, {"problem", *problem}});
    blocked_ports_[port] = *problem;
    found = true;
  }
  for (const auto& endpoint : view.connect_endpoints) {
    auto problem = blocked_addresses_.contains(endpoint->address) ? std::nullopt : endpoint_problem(endpoint->address);
    if (!problem) continue;
    log_error("proxy.endpoint_blocked", {{"name", endpoint->discovery_name}, {"problem", *problem}});
    found = blocked_addresses_.insert(endpoint->address).second;
  }
  if (found) render(view, {});
}

/// Has a good certificate on disk for each host, and for clients that name none.
Status HaproxyProxy::ensure_certificates(Instant now) {
  std::set<std::string> wanted{""};
  wanted.insert(rendered_->certificate_hosts.begin(), rendered_->certificate_hosts.end());
  std::erase_if(certificates_, [&](const auto& item) { return !wanted.contains(item.first); });
  for (const auto& host : wanted) {
    auto& certificate = certificates_[host];
    if (!certificate.pem.empty() && now < certificate.check_at) continue;
    auto path = host.empty() ? cat(settings_.directory, "/certificates/default.pem") : certificate_path(settings_, host);
    auto made = TRY(authority_->ensure(path, host.empty() ? settings_.default_host : host, now));
    if (made.renewed) certificate.live = false;
    // A certificate that was there before us was loaded with the list that names it.
    if (!made.renewed && certificate.pem.empty()) certificate.live = live_hosts_.contains(path);
    certificate.pem = std::move(made.pem);
    certificate.not_after = made.not_after;
    certificate.check_at = now + std::chrono::hours(6);
  }
  return Done{};
}

Status HaproxyProxy::write_changed(const std::string& name, const std::string& text) {
  auto path = cat(settings_.directory, "/", name);
  auto hash = sha256(text);
  auto& written = written_[path];
  if (written == hash) return Done{};
  TRY(write_file_atomic(path, text));
  written = std::move(hash);
  return Done{};
}

/// Everything but certificates, which are on disk already. The configuration itself goes last.
Status HaproxyProxy::write_files(bool with_config) {
  for (const auto& [name, text] : rendered_->files) TRY(write_changed(name, text));
  for (const auto& front : rendered_->routes.frontends) {
    TRY(write_changed(cat("maps/", front.hosts.name), render_map(front.hosts)));
    TRY(write_changed(cat("maps/", front.rules.name), render_map(front.rules)));
  }
  TRY(write_changed("maps/actions.map", render_map(rendered_->routes.actions)));
  TRY(write_changed("maps/splits.map", render_map(rendered_->routes.splits)));
  TRY(write_changed("certificates.list", rendered_->crt_list));
  if (!with_config) return Done{};
  TRY(write_file_atomic(cat(settings_.directory, "/haproxy.cfg.new"), rendered_->config));
  TRY(validate());
  return rename_durably(cat(settings_.directory, "/haproxy.cfg.new"), cat(settings_.directory, "/haproxy.cfg"));
}

Status HaproxyProxy::validate() {
  Command check;
  check.argv = {settings_.program, "-c", "-f", cat(settings_.directory, "/haproxy.cfg.new")};
  check.timeout = std::chrono::seconds(30);
  auto outcome = TRY(run(check));
  if (outcome.ok()) return Done{};
  return Error{"ProxyConfigurationRefused", "HAProxy refuses the configuration; see the log.", outcome.err};
}

Status HaproxyProxy::start() {
  TRY(remove_file(cat(settings_.directory, "/run/server-state")));
  TRY(write_file_atomic(cat(settings_.directory, "/run/server-state"), "1\n"));
  TRY(write_files(true));
  TRY(process_.start());
  ++starts_;
  log_info("proxy.started", {{"pid", cat(process_.pid())}});
  return wait_for_structure();
}

/// Replaces the worker: the new one takes over the listening sockets and the states of servers, the old one finishes
/// what it has begun.
Status HaproxyProxy::reload() {
  auto state = TRY(runtime_.ask({"show servers state"}));
  TRY(write_file_atomic(cat(settings_.directory, "/run/server-state"), cat(state, "\n")));
  TRY(write_files(true));
  reloaded_at_ = steady_clock::now();
  TRY(ask_master("reload"));
  ++reloads_;
  begin_new_count();
  TRY(wait_for_structure());
  log_info("proxy.reloaded", {{"structure", structure_}});
  return Done{};
}

/// Waits until the worker that runs what was rendered answers, and connects to it.
Status HaproxyProxy::wait_for_structure() {
  auto deadline = steady_clock::now() + start_timeout;
  while (steady_clock::now() < deadline) {
    if (!process_.alive()) return Error{"ProxyFailed", cat("HAProxy ended while starting: ", process_.last_words())};
    if (connect() && structure_ == rendered_->structure) {
      live_routes_ = rendered_->routes;
      bound_ports_ = {rendered_->ports.begin(), rendered_->ports.end()};
      std::string ports;
      for (int port : bound_ports_) ports += cat(port, "\n");
      TRY(write_file_atomic(cat(settings_.directory, "/run/ports"), ports));
      for (auto& [host, certificate] : certificates_) certificate.live = true;
      TRY(look(rendered_view_, true));
      return apply_servers();
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
  runtime_.close();
  return Error{"ProxyFailed", cat("HAProxy did not take the new configuration: ", process_.last_words())};
}

/// Brings the running worker up to date by commands. Without `routes_too` only as far as its present structure goes.
Status HaproxyProxy::apply_live(bool routes_too) {
  TRY(apply_certificates());
  TRY(apply_servers());
  if (!routes_too) return Done{};
  TRY(apply_maps());
  return write_files(false);
}

Status HaproxyProxy::apply_maps() {
  auto steps = plan_maps(settings_.directory, live_routes_ ? &*live_routes_ : nullptr, rendered_->routes);
  if (steps.empty()) {
    live_routes_ = rendered_->routes;
    return Done{};
  }
  live_routes_.reset();  // known again when all went well
  for (const auto& step : steps) {
    for (const auto& command : step.commands) TRY(runtime_.expect_ok(command));
    if (step.replacement) TRY(replace_map(*step.replacement));
  }
  live_routes_ = rendered_->routes;
  return Done{};
}

Status HaproxyProxy::replace_map(const MapReplacement& replacement) {
  auto answer = TRY(runtime_.expect_ok({cat("prepare map ", replacement.path)}));
  auto version = trim(std::string_view(answer).substr(answer.find(':') + 1));
  for (const auto& payload : replacement.payloads) {
    TRY(runtime_.expect_ok({cat("add map @", version, " ", replacement.path), payload}));
  }
  TRY(runtime_.expect_ok({cat("commit map @", version, " ", replacement.path)}));
  return Done{};
}

Status HaproxyProxy::apply_certificates() {
  if (live_hosts_.empty()) {
    // The default certificate is on every list, so the worker has none: the first listener of TLS comes with a reload, which
    // reads the certificates from disk.
    for (auto& [host, certificate] : certificates_) certificate.live = structure_ == rendered_->structure;
    return Done{};
  }
  std::set<std::string> wanted{cat(settings_.directory, "/certificates/default.pem")};
  for (auto& [host, certificate] : certificates_) {
    if (!host.empty()) wanted.insert(certificate_path(settings_, host));
    if (!certificate.live) TRY(apply_certificate(host, certificate));
  }
  auto present = live_hosts_;
  for (const auto& path : present) {
    if (wanted.contains(path)) continue;
    auto list = cat(settings_.directory, "/certificates.list");
    TRY(runtime_.expect_ok({cat("del ssl crt-list ", list, " ", path)}));
    TRY(runtime_.expect_ok({cat("del ssl cert ", path)}));
    TRY(remove_file(path));
    live_hosts_.erase(path);
  }
  return Done{};
}

Status HaproxyProxy::apply_certificate(const std::string& host, HostCertificate& certificate) {
  auto path = host.empty() ? cat(settings_.directory, "/certificates/default.pem") : certificate_path(settings_, host);
  bool listed = live_hosts_.contains(path);
  if (!listed) TRY(runtime_.ask({cat("new ssl cert ", path)}));  // it may be there from an attempt that failed later
  TRY(runtime_.expect_ok({cat("set ssl cert ", path), certificate.pem}));
  TRY(runtime_.expect_ok({cat("commit ssl cert ", path)}));
  if (!listed) {
    auto list = cat(settings_.directory, "/certificates.list");
    TRY(runtime_.expect_ok({cat("add ssl crt-list ", list), crt_list_line(settings_, host)}));
    live_hosts_.insert(path);
  }
  certificate.live = true;
  return Done{};
}

Status HaproxyProxy::apply_servers() {
  if (structure_ == rendered_->structure) live_checks_ = rendered_->checks;
  auto present = servers_;
  // Target groups that wait for a reload have no backend yet, or one that asks its servers for something else.
  std::erase_if(present, [&](const auto& spec) {
    return !live_.backends.contains(spec.backend) || (is_probed(spec.phase) && !is_checked_as_wanted(spec.backend));
  });
  auto commands = plan_servers(live_.servers, present);
  if (commands.empty()) return Done{};
  for (const auto& command : commands) {
    auto answer = TRY(runtime_.ask(command));
    if (command.text.ends_with(" state drain")) drain_in_old_workers(command.text);
    // A server with idle connections goes at one of the next attempts.
    if (is_success(answer) || command.text.starts_with("del server")) continue;
    log_warning("proxy.refused", {{"command", command.text}, {"answer", answer}});
  }
  return look(rendered_view_, true);
}

/// Whether the running worker checks the servers of a backend by the settings of its target group.
bool HaproxyProxy::is_checked_as_wanted(const std::string& backend) const {
  auto live = live_checks_.find(backend);
  auto wanted = rendered_->checks.find(backend);
  if (wanted == rendered_->checks.end()) return true;  // of Service Connect, which checks nothing
  return live != live_checks_.end() && live->second == wanted->second;
}

void HaproxyProxy::drain_in_old_workers(const std::string& command) {
  for (int pid : old_workers_) {
    auto answer = ask_once(master_path(), cat("@!", pid, " ", command));
    if (!answer) log_debug("proxy.old_worker_gone", {{"pid", cat(pid)}});
  }
}

ProxyObservation HaproxyProxy::observe(const ProxyView& view, Instant now) const {
  ProxyObservation seen;
  std::map<std::string_view, const TargetGroupRow*> groups;
  for (const auto& group : view.target_groups) groups[group->target_group_arn] = group.get();
  bool moving = false;
  for (const auto& target : view.targets) {
    auto group = groups.find(target->target_group_arn);
    if (group == groups.end()) continue;
    moving = moving || is_moving(*target);
    seen.targets.push_back(judge_target({*group->second, *target, live_.servers, old_sessions_}, settings_, now));
  }
  seen.look_again_in = moving ? Duration(look_closely_every) : Duration(look_at_all_every);
  if (structure_ != rendered_->structure) {
    seen.look_again_in = reload_at_most_every;  // resources are told of when they are live
    return seen;
  }
  std::map<std::string, Instant> not_after;
  for (const auto& [host, certificate] : certificates_) {
    if (certificate.live && !host.empty()) not_after[host] = certificate.not_after;
  }
  seen.resources = judge_resources(view, rendered_->routes.problems, not_after);
  return seen;
}

Status HaproxyProxy::shutdown() {
  runtime_.close();
  return process_.stop();
}

}  // namespace roadstead
