#include "agent/sandbox/kernel_network.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "agent/sandbox/link/links.h"
#include "agent/sandbox/machine.h"
#include "agent/sandbox/link/namespaces.h"
#include "agent/sandbox/spec_rules.h"
#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

Error invalid(const NetworkSpec& task, std::string_view what) {
  return Error{"InvalidNetwork", cat("task ", task.task_id, ": ", what)};
}

TaskRules rules_of(const TaskRecord& record) {
  auto address = parse_ipv4(record.task.address);
  CHECK(address, "addresses are read before they are recorded");
  TaskRules rules{.address = *address,
                  .groups = {record.task.security_group_ids.begin(), record.task.security_group_ids.end()},
                  .open = record.task.mode == NetworkMode::bridge,
                  .port_mappings = record.task.port_mappings,
                  .connect_namespace = record.task.connect_namespace};
  for (const auto& server : record.task.dns_servers) {
    auto parsed = parse_ipv4(server);
    if (parsed) rules.nameservers.insert(*parsed);
  }
  return rules;
}

}  // namespace

Result<std::unique_ptr<KernelNetwork>> KernelNetwork::open(const NetworkConfig& config) {
  auto machine = TRY(prepare_machine(config));
  std::unique_ptr<KernelNetwork> network(new KernelNetwork(config, std::move(machine)));
  if (config.pool_size > 0) {
    network->filler_ = std::thread([self = network.get()] { self->keep_pool_full(); });
    pthread_setname_np(network->filler_.native_handle(), "net-pool");
  }
  return network;
}

KernelNetwork::KernelNetwork(const NetworkConfig& config, PreparedMachine machine)
    : config_(config),
      home_(std::move(machine.home)),
      resolvers_(std::move(machine.resolvers)),
      bridge_range_(machine.bridge_range),
      socket_(std::move(machine.socket)),
      connections_(std::move(machine.connections)),
      rules_(std::move(machine.rules), std::move(machine.nftables)),
      ports_(config.first_dynamic_port, config.last_dynamic_port) {}

KernelNetwork::~KernelNetwork() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  pool_wanted_.notify_all();
  if (filler_.joinable()) filler_.join();
  NetlinkBatch batch;
  for (const auto& ready : pool_) remove_link(batch, ready.link_index);
  auto outcome = socket_.run(batch);
  if (!outcome) log_warning("network_pool_left", {{"why", outcome.error().message}});
}

std::string KernelNetwork::pin_of(const std::string& task_id) const {
  return cat(config_.state_dir, "/netns/", task_id);
}

std::string KernelNetwork::record_of(const std::string& task_id) const {
  return cat(config_.state_dir, "/tasks/", task_id);
}

std::size_t KernelNetwork::ready() const {
  std::lock_guard lock(mutex_);
  return pool_.size();
}

void KernelNetwork::keep_pool_full() {
  std::unique_lock lock(mutex_);
  auto wanted = static_cast<std::size_t>(config_.pool_size);
  while (!stopping_) {
    if (pool_.size() >= wanted || !recovered_) {
      pool_wanted_.wait(lock);
      continue;
    }
    auto made = make_ready_namespace(config_.link_prefix, home_.get(), socket_);
    if (made) {
      pool_.push_back(std::move(*made));
    } else {
      log_warning("network_pool_not_filled", {{"why", made.error().message}});
      pool_wanted_.wait(lock);  // until the next join, which will say what is wrong to who can act on it
    }
    // Joins that came meanwhile go first.
    lock.unlock();
    std::this_thread::yield();
    lock.lock();
  }
}

Result<ReadyNamespace> KernelNetwork::take_ready() {
  if (pool_.empty()) return make_ready_namespace(config_.link_prefix, home_.get(), socket_);
  auto ready = std::move(pool_.back());
  pool_.pop_back();
  return ready;
}

Result<std::string> KernelNetwork::free_bridge_address() {
  // In turn, so that an address rests before it is given again and late packets of its last holder find nobody.
  auto usable = static_cast<std::uint32_t>(bridge_range_.size() - 2);
  for (std::uint32_t tried = 0; tried < usable; ++tried) {
    last_bridge_address_ = last_bridge_address_ % usable + 1;
    auto address = to_string(Ipv4{bridge_range_.network.bits + last_bridge_address_});
    if (!addresses_.contains(address)) return address;
  }
  return Error{"AddressInUse", cat("every address of ", to_string(bridge_range_), " is in use")};
}

Result<TaskRecord> KernelNetwork::plan_record(const NetworkSpec& task) {
  TaskRecord record{.task = task};
  if (!has_link(task.mode)) {
    record.task.address.clear();
    record.task.mac.clear();
    return record;
  }
  if (record.task.address.empty()) record.task.address = TRY(free_bridge_address());
  auto address = TRY(parse_ipv4(record.task.address));
  const auto& ranges = rules_.config().task_ranges;
  if (std::none_of(ranges.begin(), ranges.end(), [&](const auto& range) { return range.contains(address); })) {
    return invalid(task, cat(record.task.address, " is outside the ranges of tasks of this machine"));
  }
  if (addresses_.contains(record.task.address) || address == rules_.config().host_address) {
    return Error{"AddressInUse", cat(record.task.address, " is in use on this machine")};
  }
  record.task.mac = to_string(task.mac.empty() ? mac_of(address) : TRY(parse_mac(task.mac)));
  return record;
}

Status KernelNetwork::build(TaskRecord& record) {
  const auto& task = record.task;
  if (task.mode == NetworkMode::host) return Done{};
  auto pin = pin_of(task.task_id);
  if (task.mode == NetworkMode::none) {
    auto lonely = TRY(make_lonely_namespace());
    return pin_namespace(lonely.get(), pin);
  }
  auto ready = TRY(take_ready());
  record.link = ready.link;
  auto address = TRY(parse_ipv4(task.address));
  auto mac = TRY(parse_mac(task.mac));
  // The rules stand before the first packet can flow.
  TRY(rules_.put(task.task_id, rules_of(record)));
  TRY(claim_namespace(ready, socket_, task.task_id, mac, address, rules_.config().host_address));
  if (!task.port_mappings.empty()) {
    // Lets a connection from 127.0.0.1 to a mapped port find its way back; guard keeps the task itself out of 127/8.
    TRY(write_sysctl(cat("net/ipv4/conf/", record.link, "/route_localnet"), "1"));
  }
  return pin_namespace(ready.fd.get(), pin);
}

Status KernelNetwork::undo(const TaskRecord& record) {
  const auto& id = record.task.task_id;
  TRY(rules_.remove(id));
  if (!record.link.empty()) {
    // The link itself goes with its namespace a little later: the kernel removes many at once for the price of one,
    // and holds up everybody who configures a network for the 10 ms that removing one by name takes. Without route and
    // rules nothing passes it meanwhile.
    auto index = link_index(record.link);
    auto address = TRY(parse_ipv4(record.task.address));
    NetlinkBatch batch;
    if (index) clear_host_side(batch, *index, address);
    TRY(socket_.run(batch));
    // What its connections left in the machine's memory must not serve the next holder of the address.
    forget_connections(connections_, address);
  }
  TRY(unpin_namespace(pin_of(id)));
  ::unlink(record_of(id).c_str());
  ports_.release(record.task.port_mappings);
  addresses_.erase(record.task.address);
  tasks_.erase(id);
  return Done{};
}

Joined KernelNetwork::answer_for(const TaskRecord& record) const {
  const auto& task = record.task;
  Joined joined{.netns_path = task.mode == NetworkMode::host ? "" : pin_of(task.task_id),
                .host_interface = record.link,
                .address = task.address,
                .mac = task.mac,
                .port_mappings = task.port_mappings,
                .filtered = rules_.enforced() || !has_link(task.mode)};
  if (task.mode == NetworkMode::host) {
    joined.names = machine_names();
    if (!config_.resolver_address.empty()) joined.names.resolv_conf = render_resolv_conf(task, resolvers_);
    return joined;
  }
  joined.names.hostname = hostname_of(task, task.address);
  joined.names.hosts = render_hosts(joined.names.hostname, task.address);
  if (has_link(task.mode)) joined.names.resolv_conf = render_resolv_conf(task, resolvers_);
  return joined;
}

Result<Joined> KernelNetwork::join_again(const TaskRecord& record, const NetworkSpec& task) {
  if (!is_same_network(record.task, task)) {
    return Error{"InvalidNetwork", cat("task ", task.task_id, " has joined with another network already")};
  }
  auto next = record;
  next.task.security_group_ids = task.security_group_ids;
  if (next == record) return answer_for(record);
  TRY(rules_.put(task.task_id, rules_of(next)));
  TRY(replace_file(record_of(task.task_id), render_record(next)));
  return answer_for(tasks_[task.task_id] = std::move(next));
}

Result<Joined> KernelNetwork::join(const NetworkSpec& task) {
  TRY(validate_network(task));
  std::lock_guard lock(mutex_);
  CHECK(recovered_, "recover comes before the first join");
  auto found = tasks_.find(task.task_id);
  if (found != tasks_.end()) return join_again(TaskRecord(found->second), task);
  auto record = TRY(plan_record(task));
  if (!record.task.port_mappings.empty() && !rules_.enforced()) {
    return Error{"NetworkUnavailable", "port mappings need nftables: install the package nftables"};
  }
  TRY(ports_.take(record.task.port_mappings));
  auto outcome = build(record);
  if (outcome) outcome = replace_file(record_of(task.task_id), render_record(record));
  if (!outcome) {
    auto undone = undo(record);
    if (!undone) log_warning("network_not_undone", {{"task", task.task_id}, {"why", undone.error().message}});
    return outcome.error();
  }
  if (has_link(task.mode)) addresses_.insert(record.task.address);
  auto joined = answer_for(record);
  tasks_.emplace(task.task_id, std::move(record));
  pool_wanted_.notify_one();
  return joined;
}

Status KernelNetwork::leave(const std::string& task_id) {
  std::lock_guard lock(mutex_);
  CHECK(recovered_, "recover comes before the first leave");
  auto found = tasks_.find(task_id);
  if (found == tasks_.end()) return Done{};
  return undo(TaskRecord(found->second));
}

Status KernelNetwork::set_security_groups(const std::vector<SecurityGroup>& groups) {
  std::lock_guard lock(mutex_);
  return rules_.set_groups(groups);
}

Status KernelNetwork::set_connect_endpoints(const std::vector<ConnectEndpoint>& endpoints) {
  std::lock_guard lock(mutex_);
  return rules_.set_endpoints(endpoints);
}

/// Takes over a task that an earlier life left, if all of it is there; its record is then in `tasks_`.
Status KernelNetwork::adopt(const std::string& task_id, const std::set<std::string>& links) {
  auto text = read_whole_file(record_of(task_id));
  if (!text) return Error{"NetworkUnavailable", "its record is gone"};
  auto record = TRY(parse_record(*text));
  if (record.task.task_id != task_id) return Error{"InvalidNetwork", "its record is another task's"};
  if (record.task.mode != NetworkMode::host && !is_pinned(pin_of(task_id))) {
    return Error{"NetworkUnavailable", "its namespace is gone"};
  }
  if (has_link(record.task.mode)) {
    if (!links.contains(record.link)) return Error{"NetworkUnavailable", "its link is gone"};
    TRY(parse_ipv4(record.task.address));
    if (!addresses_.insert(record.task.address).second) return Error{"AddressInUse", "its address is another task's"};
    ports_.retake(record.task.port_mappings);
  }
  tasks_.emplace(task_id, std::move(record));
  return Done{};
}

Result<std::vector<std::string>> KernelNetwork::recover(const std::set<std::string>& wanted) {
  std::lock_guard lock(mutex_);
  CHECK(!recovered_, "recover is called once");
  std::set<std::string> links;
  for (const auto& link : TRY(list_links(socket_))) links.insert(link.name);
  for (const auto& id : wanted) {
    auto outcome = is_task_id(id) ? adopt(id, links) : Status(Error{"InvalidNetwork", "not a task id"});
    if (!outcome) log_info("network_not_recovered", {{"task", id}, {"why", outcome.error().message}});
  }
  std::vector<std::string> kept;
  std::set<std::string> links_kept;
  TaskTable rules;
  for (const auto& [id, record] : tasks_) {
    kept.push_back(id);
    if (!has_link(record.task.mode)) continue;
    links_kept.insert(record.link);
    rules.emplace(id, rules_of(record));
  }
  TRY(rules_.begin(std::move(rules)));
  TRY(remove_leftovers(config_, socket_, links_kept, {kept.begin(), kept.end()}));
  recovered_ = true;
  pool_wanted_.notify_all();
  return kept;
}

}  // namespace roadstead
