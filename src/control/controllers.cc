#include "control/controllers.h"

#include <algorithm>
#include <utility>

#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {

Controllers::Controllers(
    Transactor& transactor, std::vector<Controller> controllers, Metrics& metrics, Options options
)
    : transactor_(transactor), controllers_(std::move(controllers)), options_(options) {
  for (const auto& controller : controllers_) {
    auto label = cat("controller=\"", controller.name, '"');
    runs_.push_back(&metrics.counter("roadstead_controller_runs_total", "Runs of controllers.", label));
    errors_.push_back(&metrics.counter("roadstead_controller_errors_total", "Runs that ended in an error.", label));
    unsettled_.push_back(&metrics.counter(
        "roadstead_controller_unsettled_total", "Keys made to pause because they did not come to rest.", label
    ));
  }
}

void Controllers::start() {
  auto found = std::make_shared<bool>(false);
  transactor_.submit(
      [this, found](Tx& tx) -> Status {
        find_all_keys(tx);
        *found = true;
        return Done{};
      },
      [this, found](const Status&) {
        // Also when what was read did not become durable: controllers do nothing for keys that are not there.
        if (*found) drain();
      }
  );
}

void Controllers::find_all_keys(const Reader& reader) {
  auto& feed = transactor_.feed();
  auto subscription = feed.subscribe(feed.newest(), [this](const BatchPointer& batch) { take(*batch); });
  CHECK(subscription, "the feed remembers what comes after its newest batch");
  subscription_ = std::move(subscription).value();
  for (std::size_t number = 0; number < controllers_.size(); ++number) {
    std::vector<std::string> keys;
    controllers_[number].all_keys(reader, keys);
    for (auto& key : keys) mark({static_cast<int>(number), std::move(key)}, 0);
  }
}

void Controllers::take(const Batch& batch) {
  std::vector<std::string> keys;
  for (const auto& change : batch.changes) {
    for (std::size_t number = 0; number < controllers_.size(); ++number) {
      keys.clear();
      controllers_[number].interested(change, keys);
      for (auto& key : keys) mark({static_cast<int>(number), std::move(key)}, batch.generation);
    }
  }
  drain();
}

/// Notes that there may be something to do for a key. A cause from outside outweighs one from within.
void Controllers::mark(const Place& place, int generation) {
  auto& item = items_[place];
  bool waits = item.is_ready || item.again;
  item.generation = waits ? std::min(item.generation, generation) : generation;
  if (item.is_running || item.is_held) {
    item.again = true;
  } else if (!item.is_ready) {
    make_ready(place, item);
  }
}

void Controllers::make_ready(const Place& place, Item& item) {
  item.is_ready = true;
  item.again = false;
  ready_.push_back(place);
}

void Controllers::drain() {
  if (draining_) return;
  draining_ = true;
  while (!ready_.empty() && running_ < options_.at_once) {
    Place place = std::move(ready_.front());
    ready_.pop_front();
    auto& item = items_[place];
    item.is_ready = false;
    if (is_unsettled(place, item)) {
      hold(place, item);
    } else {
      submit(place);
    }
  }
  draining_ = false;
  tell_next_wake();
}

void Controllers::submit(const Place& place) {
  auto& item = items_[place];
  item.is_running = true;
  ++running_;
  auto run = std::make_shared<Run>();
  run->place = place;
  run->generation = item.generation;
  runs_[static_cast<std::size_t>(place.first)]->add();
  transactor_.submit(
      [this, run](Tx& tx) -> Status {
        run->at = tx.now();
        latest_ = std::max(latest_, run->at);
        tx.set_generation(run->generation + 1);
        run->wake = TRY(controllers_[static_cast<std::size_t>(run->place.first)].reconcile(tx, run->place.second));
        run->changed = tx.changed();
        return Done{};
      },
      [this, run](Status status) {
        end(*run, status);
        drain();
      }
  );
}

void Controllers::end(const Run& run, const Status& status) {
  --running_;
  auto number = static_cast<std::size_t>(run.place.first);
  auto& item = items_[run.place];
  item.is_running = false;
  if (!status) {
    errors_[number]->add();
    log_warning(
        "controller_failed",
        {{"controller", std::string(controllers_[number].name)}, {"key", run.place.second},
         {"code", status.error().code}, {"why", status.error().message}, {"detail", status.error().detail}}
    );
    hold(run.place, item);
    return;
  }
  if (!run.changed) item.pauses = 0;
  arm(run.place, item, run);
}

/// Whether a key became ready by too long a chain of changes that controllers made; says so aloud.
bool Controllers::is_unsettled(const Place& place, const Item& item) {
  if (item.generation <= options_.settle_within) return false;
  auto number = static_cast<std::size_t>(place.first);
  unsettled_[number]->add();
  log_error(
      "controller_unsettled",
      {{"controller", std::string(controllers_[number].name)}, {"key", place.second}, {"runs", cat(item.generation)}}
  );
  return true;
}

/// After a run that worked: again at once, at the time it asked for, or not until something changes.
void Controllers::arm(const Place& place, Item& item, const Run& run) {
  bool wants_now = run.wake && *run.wake <= run.at;
  if (wants_now && run.changed && !item.again) {
    // It has more to do than fits into one run.
    item.generation = run.generation + 1;
    item.again = true;
  }
  if (item.again) {
    set_wake(place, item, std::nullopt);
    make_ready(place, item);
    return;
  }
  // A run that did nothing and wants to be called at once would do nothing again: let some time pass.
  set_wake(place, item, wants_now ? run.at + options_.first_pause : run.wake);
  forget_if_at_rest(place);
}

/// Lets a key rest for a while, twice as long each time in a row, and then run whatever happened.
void Controllers::hold(const Place& place, Item& item) {
  auto pause = options_.first_pause;
  for (int doubled = 0; doubled < item.pauses && pause < options_.longest_pause; ++doubled) pause *= 2;
  ++item.pauses;
  item.is_held = true;
  set_wake(place, item, latest_ + std::min(pause, options_.longest_pause));
}

void Controllers::set_wake(const Place& place, Item& item, std::optional<Instant> wake) {
  if (item.wake) wakes_.erase({*item.wake, place.first, place.second});
  item.wake = wake;
  if (wake) wakes_.insert({*wake, place.first, place.second});
}

void Controllers::forget_if_at_rest(const Place& place) {
  auto found = items_.find(place);
  const auto& item = found->second;
  bool at_rest = !item.wake && !item.is_ready && !item.is_running && !item.again;
  if (at_rest && item.pauses == 0) items_.erase(found);
}

std::optional<Instant> Controllers::next_wake() const {
  if (wakes_.empty()) return std::nullopt;
  return std::get<0>(*wakes_.begin());
}

void Controllers::run_due(Instant now) {
  while (!wakes_.empty() && std::get<0>(*wakes_.begin()) <= now) {
    const auto& [at, number, key] = *wakes_.begin();
    Place place{number, key};
    auto& item = items_[place];
    set_wake(place, item, std::nullopt);
    item.is_held = false;
    item.generation = 0;
    if (item.is_running) {
      item.again = true;
    } else if (!item.is_ready) {
      make_ready(place, item);
    }
  }
  latest_ = std::max(latest_, now);
  // Who called has forgotten what was told before.
  told_.reset();
  drain();
}

void Controllers::tell_next_wake() {
  auto next = next_wake();
  if (next == told_) return;
  told_ = next;
  if (tell_) tell_(next);
}

}  // namespace roadstead
