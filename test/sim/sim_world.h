// A whole Roadstead in one thread under a fake clock: store, handlers, controllers, node agents and proxy are real or
// fakes with behaviour; what happens and when is decided by a seed. The same seed gives the same run.
//
//   users ─► handlers ─┐                      ┌─► FakeNode × n (real AgentCore) ─► reports: lost, doubled, late
//                      ├─► rows ─► log, feed ─┼─► Controllers(ecs_controllers())
//   alarms, faults ────┘                      └─► FakeProxy ─► observations
//
// After every step the rules of sim_rules.cc are checked. One thread; nothing waits for real time.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/node/fake_node.h"
#include "aws/model/caller.h"
#include "base/observe/metrics.h"
#include "io/forward_clock.h"
#include "control/controllers.h"
#include "decide/metrics/metric_store.h"
#include "proxy/fake_proxy.h"
#include "services/ecs/observe/task_observation.h"
#include "store/inline_transactor.h"
#include "store/log/failing_log.h"
#include "store/log/memory_log.h"
#include "store/tx/database.h"

namespace roadstead {

/// How a program behaves: the word that containers of the simulation have as their command.
///   serve: runs and is healthy · crash: ends soon with a code · nostart: cannot be started · sick: fails its checks
///   · slow: takes long to start · stubborn: ignores SIGTERM. Their image "gone:1" cannot be pulled.
constexpr const char* program_kinds[] = {"serve", "serve", "serve", "serve", "crash", "nostart", "sick", "slow", "stubborn"};

/// How many services of Cloud Map there are for services of ECS to be told by.
constexpr int registries = 2;

class SimWorld {
 public:
  explicit SimWorld(std::uint64_t seed);

  /// Lets users, faults and time do what the seed says, then mends everything, then takes everything away.
  /// Returns the first broken rule, or nothing.
  std::string run();

  /// A number that is the same only if everything happened in the same way.
  std::uint64_t trace() const { return trace_; }

  /// What happened, newest last: for the report of a failure.
  const std::deque<std::string>& story() const { return story_; }

 private:
  struct Plane;

  /// The clock of a machine: somebody sets it, and what runs there goes by it as Roadstead does.
  class MachineClock final : public Clock {
   public:
    explicit MachineClock(const FakeClock& truth) : wall_(truth), uptime_(truth), forward_(wall_, uptime_) {}
    Instant now() const override { return forward_.now(); }

    /// Sets it to as much before or after the truth.
    void set_off_by(Duration off) {
      (void)now();
      wall_.off = off;
    }

   private:
    struct OffClock final : Clock {
      explicit OffClock(const FakeClock& right) : truth(right) {}
      Instant now() const override { return truth.now() + off; }
      const FakeClock& truth;
      Duration off{};
    };
    OffClock wall_;
    OffClock uptime_;
    ForwardClock forward_;
  };

  /// A node and what is on its way to it.
  struct Machine {
    std::string id;
    std::unique_ptr<MachineClock> clock;
    std::unique_ptr<FakeNode> node;
    std::vector<BatchPointer> feed;
    bool linked = true;
    bool lost_power = false;
    Instant heard_of;
  };

  struct Late {
    Instant at;
    TaskObservation report;
  };

  /// What a rule remembers of a task or a service from step to step.
  struct TaskMemory {
    TaskStatus furthest = TaskStatus::provisioning;
    bool wanted_stopped = false;
  };

  struct ServiceMemory {
    std::set<std::string> tasks;  // that were there at the last look, none of them STOPPED
    int desired = -1;
    bool was_steady = false;
    bool was_healthy = false;
  };

  int pick(int below) { return static_cast<int>(chance_.bits() % static_cast<std::uint64_t>(below)); }
  bool one_in(int times) { return pick(times) == 0; }
  void tell(std::string what);

  // Mechanics: sim_world.cc.
  static DiscoveryServiceRow registry(int number);
  void start_plane();
  void restart_plane();
  void link(Machine& machine);
  Status change(Work work);
  void pass(Duration span);
  void tick();
  bool tick_nodes();
  void send_reports(Machine& machine);
  void deliver(const TaskObservation& report);
  void tick_proxy();
  void tick_measure();
  double load_of(const std::string& service_arn);
  std::optional<Instant> next_event() const;
  FakeBehaviour behave(const ContainerSpec& spec);
  FakeTarget answer(const std::string& kind);
  Reader rows() const;
  Instant now() const { return plane_clock_.now(); }

  // Users and faults: sim_users.cc.
  void something_happens();
  void user_acts();
  void fault();
  void set_some_clock();
  void create_service();
  void create_express();
  void create_daemon();
  void drain_machine();
  std::vector<ecs::ServiceRegistry> some_registry() const;
  std::vector<std::string> instances() const;
  void update_service();
  void update_express();
  void delete_service();
  void run_tasks();
  void stop_some_task();
  void stop_deployment();
  void change_load();
  std::string register_definition(const std::string& kind, int host_port = 0);
  std::string new_kind();
  std::shared_ptr<const ServiceRow> any_service(bool express);
  void mend();
  void take_all_away();

  // Rules: sim_rules.cc.
  void check();
  void check_task(const TaskRow& task, std::map<std::string, std::string>& addresses);
  void check_targets();
  void check_instances();
  void check_reserved();
  void check_daemon(const ServiceRow& service);
  void check_service(const std::shared_ptr<const ServiceRow>& service);
  void check_counts(const ServiceRow& service, ServiceMemory& memory);
  void check_health(const ServiceRow& service, ServiceMemory& memory);
  void check_weights(const ServiceRow& service, const ServiceMemory& memory);
  void check_starts();
  void check_scaling(const ServiceRow& service);
  void check_mended();
  void check_constant_load();
  void check_even(const ServiceRow& service, const ServiceRevisionRow& primary);
  void check_gone();
  void expect(bool holds, const std::string& rule);

  FakeClock clock_;  // the truth: when what happens happens
  MachineClock plane_clock_{clock_};
  SeededIds chance_;
  SeededIds ids_;
  Caller caller_;
  bool calm_ = false;  // no faults: the strict rules hold
  MemoryLog memory_;
  FailingLog log_;
  Metrics metrics_;
  std::unique_ptr<Plane> plane_;
  std::vector<Machine> machines_;
  std::vector<Late> late_;
  FakeProxy proxy_;
  Instant proxy_next_;
  Instant measure_next_;
  std::map<std::string, double> load_;  // processors that the tasks of a service have to share
  std::set<std::string> failing_;       // services that answer with errors
  std::uint64_t proxy_saw_ = 0;
  bool mended_ = false;
  bool log_failed_ = false;  // controllers may be pausing
  std::uint64_t checked_ = 0;
  int names_ = 0;
  std::map<std::string, TaskMemory> tasks_;
  std::map<std::string, ServiceMemory> services_;
  std::uint64_t trace_ = 14695981039346656037ULL;
  std::deque<std::string> story_;
  std::string broken_;
};

/// The control plane: what a restart loses.
struct SimWorld::Plane {
  Plane(Log& log, const Clock& clock, Ids& ids, Metrics& metrics);
  MetricStore measured;
  Database database;
  Feed feed;
  InlineTransactor transactor;
  Controllers controllers;
  Subscription subscription;
};

}  // namespace roadstead
