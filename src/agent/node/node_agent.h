// The node agent: follows the rows of this node, makes containers run as they say, reports what it sees.
//
//   feed ─► mailbox ─► loop thread: AgentCore ─┬─► start queue (roots, networks, starts; fair)  ─┐
//   exits ─►   ▲                               ├─► quick pool  (signals, removals, groups)       ├─► ports
//   outcomes ──┘                               ├─► check pool  (health checks)                  ─┘
//                                              ├─► NodeStore   (what a restart needs)
//                                              └─► Transactor  (reports: observe_task)
//
// It holds no truth of its own that a restart could lose: rows come from the feed, containers are found again by the
// ports. Stopping the agent stops no container. A control plane that is away changes nothing here.
// start() and stop() from one thread; inside, one loop thread owns the core.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "agent/core/agent_core.h"
#include "agent/node/actors.h"
#include "agent/node/log_forwarder.h"
#include "agent/node/node_store.h"
#include "agent/node/start_queue.h"
#include "base/observe/metrics.h"
#include "store/transactor.h"

namespace roadstead {

class NodeAgent {
 public:
  struct Deps {
    Runtime& runtime;
    Images& images;
    Network& network;
    Transactor& transactor;
    Log& log;  // the node's own, in its own directory; not the control plane's
    LogSink& log_sink;
    const Clock& clock;
    Metrics& metrics;
    SecretSource secrets = {};
    ObjectSource objects = {};
  };

  NodeAgent(AgentSettings settings, Deps deps);

  /// stop()s.
  ~NodeAgent();
  NodeAgent(const NodeAgent&) = delete;
  NodeAgent& operator=(const NodeAgent&) = delete;

  /// Loads what is remembered, finds what runs, then follows the feed. Once. Errors: those of the node's store and of the
  /// ports' recover(); then nothing was started.
  Status start();

  /// Ends all work without touching a container. The transactor must still run, or have been stopped before.
  void stop();

  /// Calls `look` with the core on the loop thread and waits: for metadata endpoints and debugging. False once stopped.
  bool inspect(const std::function<void(const AgentCore&)>& look);

 private:
  struct Unknown {
    std::vector<std::string> tasks;
  };
  struct Reported {};
  using Look = std::function<void(const AgentCore&)>;
  using Letter = std::variant<NodeRows, BatchPointer, ActionOutcome, ContainerExit, Unknown, Reported, Look>;
  // What outlives the agent in callbacks of others: it says whether the agent still listens.
  struct Mailbox;

  Status recover();
  void remove_leftovers(const ImagesRecovered& images, const std::vector<RecoveredTask>& found);
  void subscribe();
  void run();
  void take(Letter letter);
  void dispatch(std::vector<AgentAction> actions);
  void begin_pull(const PullImage& pull);
  void perform(const AgentAction& action, Instant queued_at);
  void follow_output(const StartContainer& action);
  void follow_running();
  void send_reports();
  void heartbeat(Instant now);

  AgentSettings settings_;
  Deps deps_;
  AgentCore core_;  // loop thread, once it runs
  std::map<std::string, TaskObservation> unsent_;  // loop thread: the newest report of each task
  bool reporting_ = false;                         // loop thread: a transaction with reports is under way
  std::optional<Instant> heartbeat_at_;            // loop thread

  std::shared_ptr<Mailbox> mailbox_;
  std::unique_ptr<NodeStore> store_;
  std::unique_ptr<LogForwarder> forwarder_;
  std::unique_ptr<Actors> actors_;
  std::unique_ptr<StartQueue> starts_;
  std::unique_ptr<StartQueue> quick_;
  std::unique_ptr<StartQueue> checks_;
  bool started_ = false;
  std::thread loop_;
};

}  // namespace roadstead
