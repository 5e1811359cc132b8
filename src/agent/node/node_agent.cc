#include "agent/node/node_agent.h"

#include <pthread.h>

#include <algorithm>

#include "agent/core/render/render_log.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "services/ecs/observe/observe_task.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;

constexpr Duration heartbeat_every = 10s;
constexpr std::size_t quick_threads = 4;
constexpr std::size_t check_threads = 16;

std::size_t start_slots() { return 2 * std::max<std::size_t>(1, std::thread::hardware_concurrency()); }

}  // namespace

struct NodeAgent::Mailbox {
  std::mutex mutex;  // guards everything below
  std::condition_variable wake;
  std::deque<Letter> letters;
  bool ending = false;
  // Belongs to the state thread; goes with the last who holds the mailbox.
  Subscription subscription;

  void post(Letter letter) {
    {
      std::lock_guard lock(mutex);
      if (ending) return;
      letters.push_back(std::move(letter));
    }
    wake.notify_one();
  }
};

NodeAgent::NodeAgent(AgentSettings settings, Deps deps)
    : settings_(std::move(settings)), deps_(std::move(deps)), core_(settings_), mailbox_(std::make_shared<Mailbox>()) {}

NodeAgent::~NodeAgent() { stop(); }

Status NodeAgent::start() {
  store_ = std::make_unique<NodeStore>(deps_.log);
  forwarder_ = std::make_unique<LogForwarder>(deps_.log_sink, *store_, deps_.metrics);
  TRY(store_->load(
      [this](const NodeStoreChange& change) { core_.load(change); },
      [this](const std::string& key, const std::string& document) { forwarder_->remember(key, document); }
  ));
  actors_ = std::make_unique<Actors>(Actors::Ports{
      .runtime = deps_.runtime,
      .images = deps_.images,
      .network = deps_.network,
      .clock = deps_.clock,
      .secrets = deps_.secrets,
      .objects = deps_.objects,
      .before_removal = [this](const std::string& task_id) { forwarder_->finish(task_id); },
      .ensure_log_stream =
          [&sink = deps_.log_sink](const LogTarget& target) {
            return sink.ensure_stream(target.group, target.stream, target.create_group);
          },
      .check_log = [&sink = deps_.log_sink](const LogTarget& target) { return check_log_outlet(target, sink); },
      .before_router_stop = [this](const std::string& task_id) { forwarder_->flush(task_id); },
  });
  TRY(recover());
  starts_ = std::make_unique<StartQueue>("agent-start", start_slots());
  quick_ = std::make_unique<StartQueue>("agent-quick", quick_threads);
  checks_ = std::make_unique<StartQueue>("agent-check", check_threads);
  started_ = true;
  loop_ = std::thread([this] { run(); });
  pthread_setname_np(loop_.native_handle(), "agent");
  subscribe();
  return Done{};
}

Status NodeAgent::recover() {
  deps_.runtime.on_exit([mailbox = mailbox_](const ContainerExit& exit) { mailbox->post(exit); });
  std::vector<RecoveredTask> found = TRY(deps_.runtime.recover());
  ImagesRecovered images = TRY(deps_.images.recover());
  std::set<std::string> wanted = core_.task_ids();
  for (const auto& task : found) wanted.insert(task.task_id);
  TRY(deps_.network.recover(wanted));
  remove_leftovers(images, found);
  core_.on_recovered(found, deps_.clock.now());
  return Done{};
}

// Roots of no container that we or the runtime know: left by a crash between a mount and its note.
void NodeAgent::remove_leftovers(const ImagesRecovered& images, const std::vector<RecoveredTask>& found) {
  std::set<std::string> known = core_.root_ids();
  for (const auto& task : found) {
    for (const auto& container : task.containers) {
      known.insert(runtime_id_of(task.task_id, container.container.name, true));
      known.insert(runtime_id_of(task.task_id, container.container.name, false));
    }
  }
  for (const auto& root : images.roots) {
    if (known.contains(root)) continue;
    Status removed = deps_.images.unmount_root(root);
    if (!removed) log_warning("leftover_root", {{"root", root}, {"error", removed.error().message}});
  }
}

void NodeAgent::subscribe() {
  auto rows = std::make_shared<NodeRows>();
  Work read = [rows, node = settings_.node_id](Tx& tx) -> Status {
    *rows = read_node_rows(tx, node);
    return Done{};
  };
  // `this` is not used in the listener: it may be called when the agent has gone.
  auto listener = [mailbox = mailbox_, node = settings_.node_id](const BatchPointer& batch) {
    bool ours = std::ranges::any_of(batch->changes, [&](const Change& change) {
      if (auto task = change.row_as<TaskRow>()) {
        auto before = change.before_as<TaskRow>();
        return task->node_id == node || (before != nullptr && before->node_id == node);
      }
      return change.is<TaskDefinitionRow>() || change.is<SecurityGroupRow>() || change.is<NetworkInterfaceRow>() ||
             change.is<ConnectEndpointRow>() || change.is<ServiceRevisionRow>();
    });
    if (ours) mailbox->post(batch);
  };
  Completion done = [mailbox = mailbox_, rows, &transactor = deps_.transactor, listener](Status read_all) {
    if (!read_all) {
      log_error("node_rows_not_read", {{"error", read_all.error().message}});
      return;
    }
    std::uint64_t seq = rows->seq;
    mailbox->post(std::move(*rows));
    Result<Subscription> subscription = transactor.feed().subscribe(seq, listener);
    CHECK(subscription.has_value(), "the feed remembers what has become durable since the rows were read");
    std::lock_guard lock(mailbox->mutex);
    if (!mailbox->ending) mailbox->subscription = std::move(subscription).value();
  };
  deps_.transactor.submit(std::move(read), std::move(done));
}

void NodeAgent::stop() {
  if (!started_) return;
  started_ = false;
  {
    std::lock_guard lock(mailbox_->mutex);
    mailbox_->ending = true;
  }
  mailbox_->wake.notify_all();
  loop_.join();
  checks_.reset();
  starts_.reset();
  quick_.reset();
  forwarder_.reset();
  store_.reset();
  // The subscription ends on the state thread, where it belongs.
  Work end = [mailbox = mailbox_](Tx&) -> Status {
    std::lock_guard lock(mailbox->mutex);
    mailbox->subscription = {};
    return Done{};
  };
  deps_.transactor.submit(std::move(end), {});
}

bool NodeAgent::inspect(const std::function<void(const AgentCore&)>& look) {
  struct Turn {
    std::mutex mutex;
    std::condition_variable over;
    bool done = false;
  };
  auto turn = std::make_shared<Turn>();
  mailbox_->post(Look([turn, look](const AgentCore& core) {
    std::lock_guard lock(turn->mutex);
    look(core);
    turn->done = true;
    turn->over.notify_all();
  }));
  std::unique_lock lock(turn->mutex);
  while (!turn->done) {
    turn->over.wait_for(lock, 100ms);
    std::lock_guard box(mailbox_->mutex);
    if (mailbox_->ending) return turn->done;
  }
  return true;
}

void NodeAgent::run() {
  follow_running();
  std::unique_lock lock(mailbox_->mutex);
  while (!mailbox_->ending) {
    std::deque<Letter> letters = std::exchange(mailbox_->letters, {});
    lock.unlock();
    for (auto& letter : letters) take(std::move(letter));
    Instant now = deps_.clock.now();
    dispatch(core_.step(now));
    store_->write(core_.take_changes());
    for (auto& report : core_.take_observations()) unsent_[report.task_arn] = std::move(report);
    send_reports();
    heartbeat(now);
    Instant wake_at = std::min(core_.next_wake().value_or(*heartbeat_at_), *heartbeat_at_);
    lock.lock();
    if (!mailbox_->letters.empty() || mailbox_->ending) continue;
    Duration wait = wake_at - deps_.clock.now();
    if (wait > Duration::zero()) mailbox_->wake.wait_for(lock, wait);
  }
}

void NodeAgent::take(Letter letter) {
  if (auto* rows = std::get_if<NodeRows>(&letter)) {
    core_.on_snapshot(*rows);
  } else if (auto* batch = std::get_if<BatchPointer>(&letter)) {
    core_.on_rows(**batch);
  } else if (auto* outcome = std::get_if<ActionOutcome>(&letter)) {
    if (const Error* error = outcome->error()) {
      log_warning(
          "action_failed",
          {{"task", outcome->task_arn},
           {"container", outcome->container},
           {"code", error->code},
           {"error", error->message},
           {"detail", error->detail}}
      );
    }
    core_.on_outcome(*outcome);
  } else if (auto* exit = std::get_if<ContainerExit>(&letter)) {
    core_.on_ending(
        exit->container, {.code = exit->exit_code, .out_of_memory = exit->oom_killed, .at = exit->finished_at}
    );
  } else if (auto* unknown = std::get_if<Unknown>(&letter)) {
    for (const auto& task : unknown->tasks) core_.on_unknown_task(task);
  } else if (std::holds_alternative<Reported>(letter)) {
    reporting_ = false;
  } else if (auto* look = std::get_if<Look>(&letter)) {
    (*look)(core_);
  }
}

void NodeAgent::dispatch(std::vector<AgentAction> actions) {
  for (auto& action : actions) {
    log_debug("action", {{"task", target_of(action).task_arn}, {"what", describe(action)}});
    if (const auto* pull = std::get_if<PullImage>(&action)) {
      begin_pull(*pull);
      continue;
    }
    if (const auto* start = std::get_if<StartContainer>(&action)) follow_output(*start);
    ActionKind kind = kind_of(action);
    bool starts = kind == ActionKind::root || kind == ActionKind::network || kind == ActionKind::start;
    StartQueue& queue = starts ? *starts_ : kind == ActionKind::health ? *checks_ : *quick_;
    std::string share = target_of(action).share;
    queue.submit(share, [this, action = std::move(action), queued_at = deps_.clock.now()] {
      perform(action, queued_at);
    });
  }
}

void NodeAgent::begin_pull(const PullImage& pull) {
  auto begin = [this, pull] {
    actors_->pull(pull, [mailbox = mailbox_](ActionOutcome outcome) { mailbox->post(std::move(outcome)); });
  };
  if (pull.credentials.empty()) return begin();
  // The loop does not wait for the secret.
  quick_->submit(pull.target.share, begin);
}

void NodeAgent::perform(const AgentAction& action, Instant queued_at) {
  Instant begun = deps_.clock.now();
  ActionOutcome outcome = actors_->perform(action);
  std::string label = cat("action=\"", name_of(action), "\"");
  deps_.metrics.histogram("roadstead_agent_action_wait", "Time that actions waited for a slot", label)
      .observe((begun - queued_at).count());
  deps_.metrics.histogram("roadstead_agent_action_time", "Time that actions took", label)
      .observe((outcome.at - begun).count());
  mailbox_->post(std::move(outcome));
}

void NodeAgent::follow_output(const StartContainer& action) {
  const AgentCore::HostedTask* task = core_.find(action.target.task_arn);
  if (task == nullptr || task->row == nullptr || task->definition == nullptr || !task->progress) return;
  const auto* definition = find_container(task->definition->definition, action.target.container);
  const auto* progress = task->progress->container(action.target.container);
  if (definition == nullptr || progress == nullptr) return;
  LogTarget target = render_log({
      .settings = &settings_,
      .task = task->row.get(),
      .definition = &task->definition->definition,
      .container = definition,
      .runtime_id = progress->runtime_id,
      .image_digest = progress->image_digest,
  });
  ContainerRef container{action.target.task_id, action.target.container};
  forwarder_->follow(container, deps_.runtime.spool_directory(container), target);
}

// After a restart of the agent: goes on with the output of everything that was started before.
void NodeAgent::follow_running() {
  for (const auto& id : core_.task_ids()) {
    const AgentCore::HostedTask* task = core_.find_by_id(id);
    if (task == nullptr || !task->progress || task->progress->removal == Step::done) continue;
    for (const auto& container : task->progress->containers) {
      if (!container.state.started_at) continue;
      follow_output({.target = {.task_arn = task->progress->task_arn, .task_id = id, .container = container.name}});
    }
  }
}

void NodeAgent::send_reports() {
  if (reporting_ || unsent_.empty()) return;
  reporting_ = true;
  std::vector<TaskObservation> reports;
  for (auto& [arn, report] : unsent_) reports.push_back(std::move(report));
  unsent_.clear();
  auto unknown = std::make_shared<Unknown>();
  Work work = [reports = std::move(reports), unknown](Tx& tx) -> Status {
    for (const auto& report : reports) {
      Status observed = observe_task(tx, report);
      if (!observed && observed.error().code == "UnknownTask") unknown->tasks.push_back(report.task_arn);
    }
    return Done{};
  };
  // Reports that were not written come again from the core, which waits for their echo in the rows.
  Completion done = [mailbox = mailbox_, unknown](Status written) {
    if (written && !unknown->tasks.empty()) mailbox->post(std::move(*unknown));
    mailbox->post(Reported{});
  };
  deps_.transactor.submit(std::move(work), std::move(done));
}

void NodeAgent::heartbeat(Instant now) {
  if (heartbeat_at_ && now < *heartbeat_at_) return;
  heartbeat_at_ = now + heartbeat_every;
  deps_.transactor.submit([node = settings_.node_id](Tx& tx) { return observe_node(tx, node); }, {});
}

}  // namespace roadstead
