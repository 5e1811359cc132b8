#include "logstore/log_group_target.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "base/data/hash.h"
#include "base/id/arn.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "decide/events/log_event.h"
#include "decide/events/retry.h"
#include "logstore/log_store.h"
#include "rows/rows.gen.h"

namespace roadstead {

namespace {

/// The wall clock is looked at so often at least, since it may be set forward.
constexpr auto look_again = std::chrono::seconds(1);
constexpr auto pause_when_refused = std::chrono::seconds(1);

/// The name of the group that a target's ARN is of; nothing for other targets.
std::optional<std::string> group_of(const InvocationRow& row) {
  auto arn = parse_arn(row.target.arn);
  if (!arn || arn->service != "logs" || arn->resource_type() != "log-group") return std::nullopt;
  std::string name(arn->resource_path());
  if (name.ends_with(":*")) name.resize(name.size() - 2);
  return name;
}

/// "<rule>/<uuid>", the same for the same rule and target.
std::string stream_of(const InvocationRow& row) {
  auto hash = sha256_hex(cat(row.source_arn, '\n', row.target.id));
  auto rule = row.source_arn.substr(row.source_arn.rfind('/') + 1);
  return cat(rule, '/', hash.substr(0, 8), '-', hash.substr(8, 4), '-', hash.substr(12, 4), '-', hash.substr(16, 4), '-', hash.substr(20, 12));
}

}  // namespace

LogGroupTarget::LogGroupTarget(Deps deps) : deps_(deps), sink_(deps.transactor, deps.logs) {}

void LogGroupTarget::start(bool background) {
  auto ready = std::make_shared<std::promise<void>>();
  auto followed = ready->get_future();
  auto follow = [this](Tx& tx) -> Status {
    auto& feed = deps_.transactor.feed();
    auto subscription = feed.subscribe(feed.newest(), [this](const BatchPointer& batch) {
      for (const auto& change : batch->changes) {
        if (change.is<InvocationRow>()) take(change.key, change.after_as<InvocationRow>());
      }
    });
    CHECK(subscription, "the feed remembers what comes after its newest batch");
    subscription_ = std::move(subscription).value();
    tx.for_each<InvocationRow>([this](const RowPointer& row) { take(row->invocation_id, row); });
    return Done{};
  };
  deps_.transactor.submit(std::move(follow), [ready](const Status&) { ready->set_value(); });
  followed.wait();
  if (background) thread_ = std::thread([this] { run(); });
}

void LogGroupTarget::stop() {
  if (!thread_.joinable()) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  thread_.join();
}

bool LogGroupTarget::step() {
  auto due = take_due(deps_.clock.now());
  // What goes to one stream goes together, in the order of the events.
  std::ranges::sort(due, {}, [](const Owed& owed) { return std::pair(owed.row->created_at, owed.number); });
  std::map<std::pair<std::string, std::string>, std::vector<RowPointer>> by_stream;
  for (auto& owed : due) by_stream[{owed.row->source_arn, owed.row->target.id}].push_back(std::move(owed.row));
  for (const auto& [stream, rows] : by_stream) deliver(rows);
  return !by_stream.empty();
}

void LogGroupTarget::take(const std::string& id, RowPointer row) {
  std::lock_guard lock(mutex_);
  if (row == nullptr || !group_of(*row)) {
    owed_.erase(id);
    return;
  }
  owed_[id] = {std::move(row), told_++};
  changed_.notify_one();
}

/// Those that are due are not owed until their rows change again.
std::vector<LogGroupTarget::Owed> LogGroupTarget::take_due(Instant now) {
  std::lock_guard lock(mutex_);
  std::vector<Owed> due;
  for (auto place = owed_.begin(); place != owed_.end();) {
    if (place->second.row->due_at.value_or(now) > now) {
      ++place;
    } else {
      due.push_back(std::move(place->second));
      place = owed_.erase(place);
    }
  }
  return due;
}

void LogGroupTarget::deliver(const std::vector<RowPointer>& rows) {
  auto appended = append(*group_of(*rows.front()), stream_of(*rows.front()), rows);
  auto settle = [rows, appended](Tx& tx) -> Status {
    for (const auto& row : rows) {
      auto now = tx.find<InvocationRow>(row->invocation_id);
      if (now == nullptr) continue;
      if (appended) {
        tx.erase<InvocationRow>(row->invocation_id);
      } else {
        try_again_later(tx, *now, Error(Status(appended).error()));
      }
    }
    return Done{};
  };
  auto outcome = std::make_shared<std::promise<bool>>();
  auto settled = outcome->get_future();
  deps_.transactor.submit(std::move(settle), [outcome](const Status& status) { outcome->set_value(status.has_value()); });
  if (settled.get()) return;
  // The state cannot be written just now: the rows are as they were.
  for (const auto& row : rows) {
    auto later = *row;
    later.due_at = deps_.clock.now() + pause_when_refused;
    take(row->invocation_id, std::make_shared<const InvocationRow>(std::move(later)));
  }
}

Status LogGroupTarget::append(const std::string& group, const std::string& stream, const std::vector<RowPointer>& rows) {
  TRY(sink_.ensure_stream(group, stream, false));
  std::vector<TargetLogEvent> texts;
  texts.reserve(rows.size());
  for (const auto& row : rows) texts.push_back(log_event_of(row->input, row->created_at.value_or(deps_.clock.now())));
  std::vector<NewEvent> events;
  events.reserve(texts.size());
  for (const auto& text : texts) events.push_back({text.at.millis(), text.message});
  TRY(deps_.logs.append(group, stream, events));
  return Done{};
}

void LogGroupTarget::run() {
  pthread_setname_np(pthread_self(), "log target");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (owed_.empty()) {
      changed_.wait(lock, [this] { return stopping_ || !owed_.empty(); });
      continue;
    }
    lock.unlock();
    bool any = step();
    lock.lock();
    if (!any && !stopping_) changed_.wait_for(lock, look_again);
  }
}

}  // namespace roadstead
