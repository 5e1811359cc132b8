// Runs a list of controllers: on changes, at the times they asked for, and for all keys at the start.
//
//              change of interest                run ended, and nothing new came meanwhile
//   resting ───────────────────────▶ ready ─▶ running ───────────────────────────────────▶ resting (with a wake-up
//      ▲                              ▲  ▲        │ new change, or wake-up due now            or without)
//      │ wake-up due                  │  └────────┘
//      └──────────────────────────────┘
//   An Error, or a key that never comes to rest, makes it rest for a growing while ("held").
//
// Every run is a transaction of its own; the order of runs is the order in which keys became ready, so a simulation
// repeats exactly. Lives on the state thread: ControllerTimer drives it in the server, the simulation by hand.
// Makes no decisions about containers: those are in the controllers.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/observe/metrics.h"
#include "base/time/time.h"
#include "control/controller.h"
#include "store/transactor.h"

namespace roadstead {

class Controllers {
 public:
  struct Options {
    /// Runs handed to the transactor at a time: they become durable together, and a user's call waits behind them.
    std::size_t at_once = 128;
    /// How many runs in a row that were caused by nothing but controllers' own changes count as not coming to rest.
    int settle_within = 1000;
    /// The first pause after an Error or when not coming to rest; it doubles up to the longest.
    Duration first_pause = std::chrono::seconds(1);
    Duration longest_pause = std::chrono::seconds(30);
  };

  Controllers(Transactor& transactor, std::vector<Controller> controllers, Metrics& metrics)
      : Controllers(transactor, std::move(controllers), metrics, Options{}) {}
  Controllers(Transactor& transactor, std::vector<Controller> controllers, Metrics& metrics, Options options);

  /// The transactor must have stopped (ThreadTransactor::stop).
  ~Controllers() = default;
  Controllers(const Controllers&) = delete;
  Controllers& operator=(const Controllers&) = delete;

  /// Follows the feed and makes all keys ready. Once; any thread.
  void start();

  /// When `run_due` is next wanted; nothing: not before the next change.
  std::optional<Instant> next_wake() const;

  /// Makes ready, and runs, all keys whose time has come.
  void run_due(Instant now);

  /// Whether nothing is ready or running.
  bool idle() const { return ready_.empty() && running_ == 0; }

  /// `tell` is called whenever `next_wake` has changed. Set before `start`.
  void on_next_wake(std::function<void(std::optional<Instant>)> tell) { tell_ = std::move(tell); }

 private:
  using Place = std::pair<int, std::string>;  // number of the controller, key

  struct PlaceHash {
    std::size_t operator()(const Place& place) const {
      return std::hash<std::string>()(place.second) + static_cast<std::size_t>(place.first);
    }
  };

  /// What is known of one key of one controller. Forgotten when it is at rest without a wake-up or a pause.
  struct Item {
    bool is_ready = false;
    bool is_running = false;
    bool again = false;      // became of interest while it ran or was held
    bool is_held = false;    // pausing: the wake-up is the end of the pause
    int generation = 0;      // of the batch that made it ready
    int pauses = 0;          // in a row
    std::optional<Instant> wake;
  };

  /// What a run found; filled on the state thread inside the transaction.
  struct Run {
    Place place;
    int generation = 0;
    Instant at;
    std::optional<Instant> wake;
    bool changed = false;
  };

  void find_all_keys(const Reader& reader);
  void take(const Batch& batch);
  void mark(const Place& place, int generation);
  void make_ready(const Place& place, Item& item);
  void drain();
  void submit(const Place& place);
  bool is_unsettled(const Place& place, const Item& item);
  void end(const Run& run, const Status& status);
  void arm(const Place& place, Item& item, const Run& run);
  void hold(const Place& place, Item& item);
  void set_wake(const Place& place, Item& item, std::optional<Instant> wake);
  void forget_if_at_rest(const Place& place);
  void tell_next_wake();

  Transactor& transactor_;
  std::vector<Controller> controllers_;
  Options options_;
  std::vector<Counter*> runs_;
  std::vector<Counter*> errors_;
  std::vector<Counter*> unsettled_;
  std::function<void(std::optional<Instant>)> tell_;
  std::optional<Instant> told_;

  std::unordered_map<Place, Item, PlaceHash> items_;
  std::deque<Place> ready_;
  std::set<std::tuple<Instant, int, std::string>> wakes_;
  std::size_t running_ = 0;
  Instant latest_;  // the newest time that any run saw
  bool draining_ = false;
  Subscription subscription_;
};

}  // namespace roadstead
