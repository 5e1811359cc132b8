#include "logstore/log_store.h"

#include <pthread.h>

#include <algorithm>
#include <future>
#include <set>

#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/system_clock.h"
#include "rows/rows.gen.h"
#include "store/transactor.h"

namespace roadstead {

namespace {

constexpr auto expire_every = std::chrono::hours(1);
constexpr std::size_t directory_digits = 32;

const SystemClock system_clock;

}  // namespace

Error log_group_missing() { return {"ResourceNotFoundException", "The specified log group does not exist."}; }

Error log_stream_missing() { return {"ResourceNotFoundException", "The specified log stream does not exist."}; }

LogStore::LogStore(Settings settings)
    : settings_(std::move(settings)), next_expiry_(std::chrono::steady_clock::now() + expire_every) {}

Result<std::unique_ptr<LogStore>> LogStore::open(Settings settings) {
  TRY(make_directories(settings.directory, 0700));
  if (settings.clock == nullptr) settings.clock = &system_clock;
  std::unique_ptr<LogStore> store(new LogStore(std::move(settings)));
  if (store->settings_.background) store->thread_ = std::thread([made = store.get()] { made->run(); });
  return store;
}

LogStore::~LogStore() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  maintain(false);
}

Instant LogStore::now() const { return settings_.clock->now(); }

// ---- the rows

void LogStore::follow(Transactor& transactor) {
  {
    std::lock_guard lock(mutex_);
    if (following_) return;
    following_ = true;
  }
  auto seen = std::make_shared<std::uint64_t>(0);
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  auto read = [this, seen](Tx& tx) -> Status {
    *seen = tx.seq();
    tx.for_each<LogGroupRow>([this](const std::shared_ptr<const LogGroupRow>& row) { take_group(row->log_group_name, row); });
    tx.for_each<LogStreamRow>([this](const std::shared_ptr<const LogStreamRow>& row) { take_stream(nullptr, row); });
    return Done{};
  };
  auto subscribe = [this, seen, promise, &transactor](Status status) {
    if (!status) return promise->set_value(std::move(status));
    auto subscription = transactor.feed().subscribe(*seen, [this](const BatchPointer& batch) { take_batch(*batch); });
    if (!subscription) return promise->set_value(subscription.error());
    subscription_ = std::move(subscription).value();
    promise->set_value(Done{});
  };
  transactor.submit(std::move(read), std::move(subscribe));
  auto status = outcome.get();
  if (!status) {
    log_error("log_store_does_not_follow", {{"why", status.error().message}});
    return;
  }
  {
    std::lock_guard lock(mutex_);
    sweep_wanted_ = true;
  }
  if (settings_.background) {
    wake_.notify_all();
  } else {
    sweep();
  }
}

void LogStore::take_batch(const Batch& batch) {
  bool deletes = false;
  for (const auto& change : batch.changes) {
    if (change.is<LogGroupRow>()) {
      take_group(change.key, change.after_as<LogGroupRow>());
    } else if (change.is<LogStreamRow>()) {
      take_stream(change.before_as<LogStreamRow>(), change.after_as<LogStreamRow>());
    }
  }
  {
    std::lock_guard lock(mutex_);
    deletes = !dropped_.empty();
  }
  if (!deletes) return;
  if (settings_.background) {
    wake_.notify_all();
  } else {
    delete_dropped();
  }
}

void LogStore::take_group(const std::string& name, std::shared_ptr<const LogGroupRow> row) {
  std::lock_guard lock(mutex_);
  if (row != nullptr) {
    groups_[name].row = std::move(row);
    return;
  }
  auto found = groups_.find(name);
  if (found == groups_.end()) return;
  for (auto& [stream_name, stream] : found->second.streams) dropped_.push_back(std::move(stream.log));
  groups_.erase(found);
}

void LogStore::take_stream(std::shared_ptr<const LogStreamRow> before, std::shared_ptr<const LogStreamRow> after) {
  std::lock_guard lock(mutex_);
  // A stream that was deleted and made again in one transaction is another stream.
  bool same = before != nullptr && after != nullptr && before->created_at == after->created_at;
  if (before != nullptr && !same) drop_stream(*before);
  if (after != nullptr && !same) add_stream(std::move(after));
}

void LogStore::add_stream(std::shared_ptr<const LogStreamRow> row) {
  auto directory = directory_of(*row);
  auto label = cat(row->log_group_name, '\n', row->log_stream_name, '\n');
  auto& group = groups_[row->log_group_name];
  auto& stream = group.streams[row->log_stream_name];
  if (stream.log == nullptr) {
    stream.log = std::make_shared<StreamLog>(std::move(directory), std::move(label), settings_.segment_bytes);
  }
  stream.row = std::move(row);
}

void LogStore::drop_stream(const LogStreamRow& row) {
  auto group = groups_.find(row.log_group_name);
  if (group == groups_.end()) return;
  auto stream = group->second.streams.find(row.log_stream_name);
  if (stream == group->second.streams.end()) return;
  dropped_.push_back(std::move(stream->second.log));
  group->second.streams.erase(stream);
}

// A stream made again under the same name has another directory, so that deleting the old one is no race.
std::string LogStore::directory_of(const LogStreamRow& row) const {
  auto made = row.created_at ? row.created_at->micros : 0;
  auto name = sha256_hex(cat(row.log_group_name, '\n', row.log_stream_name, '\n', made)).substr(0, directory_digits);
  return cat(settings_.directory, '/', std::string_view(name).substr(0, 2), '/', name);
}

std::shared_ptr<const LogGroupRow> LogStore::group(std::string_view name) const {
  std::lock_guard lock(mutex_);
  auto found = groups_.find(name);
  return found == groups_.end() ? nullptr : found->second.row;
}

std::vector<std::shared_ptr<const LogGroupRow>> LogStore::groups() const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const LogGroupRow>> rows;
  for (const auto& [name, group] : groups_) {
    if (group.row != nullptr) rows.push_back(group.row);
  }
  return rows;
}

std::shared_ptr<const LogStreamRow> LogStore::stream(std::string_view group, std::string_view stream) const {
  std::lock_guard lock(mutex_);
  auto found = groups_.find(group);
  if (found == groups_.end() || found->second.row == nullptr) return nullptr;
  auto in_group = found->second.streams.find(stream);
  return in_group == found->second.streams.end() ? nullptr : in_group->second.row;
}

std::vector<std::shared_ptr<const LogStreamRow>> LogStore::streams(std::string_view group) const {
  std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const LogStreamRow>> rows;
  auto found = groups_.find(group);
  if (found == groups_.end() || found->second.row == nullptr) return rows;
  for (const auto& [name, stream] : found->second.streams) rows.push_back(stream.row);
  return rows;
}

Result<std::shared_ptr<StreamLog>> LogStore::log_of(std::string_view group, std::string_view stream) const {
  std::lock_guard lock(mutex_);
  auto found = groups_.find(group);
  if (found == groups_.end() || found->second.row == nullptr) return log_group_missing();
  auto in_group = found->second.streams.find(stream);
  if (in_group == found->second.streams.end()) return log_stream_missing();
  return in_group->second.log;
}

std::optional<std::int64_t> LogStore::cutoff_of(const LogGroupRow& row) const {
  if (!row.retention_in_days) return std::nullopt;
  return (now() - std::chrono::hours(24) * *row.retention_in_days).millis();
}

// ---- what goes on beside

void LogStore::run() {
  ::pthread_setname_np(::pthread_self(), "logstore");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, settings_.sync_every, [this] { return stopping_ || sweep_wanted_ || !dropped_.empty(); });
    lock.unlock();
    maintain(false);
    lock.lock();
  }
}

void LogStore::maintain(bool expire) {
  sync_all();
  delete_dropped();
  bool sweep_now = false;
  {
    std::lock_guard lock(mutex_);
    sweep_now = sweep_wanted_;
  }
  if (sweep_now) sweep();
  auto at = std::chrono::steady_clock::now();
  if (!expire && at < next_expiry_) return;
  next_expiry_ = at + expire_every;
  expire_all();
}

void LogStore::sync_all() {
  std::vector<std::shared_ptr<StreamLog>> written;
  {
    std::lock_guard lock(mutex_);
    written.swap(written_);
  }
  for (const auto& log : written) {
    auto synced = log->sync();
    if (!synced) log_error("log_store_not_synced", {{"directory", log->directory()}, {"why", synced.error().message}});
    log->close_writer();
  }
}

void LogStore::delete_dropped() {
  std::vector<std::shared_ptr<StreamLog>> dropped;
  {
    std::lock_guard lock(mutex_);
    dropped.swap(dropped_);
  }
  for (const auto& log : dropped) {
    auto removed = log->remove();
    if (!removed) log_error("log_store_not_deleted", {{"directory", log->directory()}, {"why", removed.error().message}});
  }
}

/// Deletes the directories that no stream has: those of streams whose deletion was cut short.
void LogStore::sweep() {
  {
    std::lock_guard lock(mutex_);
    sweep_wanted_ = false;
  }
  std::vector<std::string> there;
  auto shelves = list_directory(settings_.directory);
  if (!shelves) return;
  for (const auto& shelf : *shelves) {
    auto path = cat(settings_.directory, '/', shelf);
    auto names = list_directory(path);
    if (shelf.size() != 2 || !names) continue;
    for (const auto& name : *names) there.push_back(cat(path, '/', name));
  }
  std::set<std::string, std::less<>> known;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, group] : groups_) {
      for (const auto& [stream_name, stream] : group.streams) known.insert(stream.log->directory());
    }
  }
  for (const auto& path : there) {
    if (known.contains(path)) continue;
    auto removed = remove_tree(path);
    if (!removed) log_error("log_store_not_deleted", {{"directory", path}, {"why", removed.error().message}});
  }
}

void LogStore::expire_all() {
  std::vector<std::pair<std::int64_t, std::shared_ptr<StreamLog>>> due;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [name, group] : groups_) {
      auto cutoff = group.row == nullptr ? std::nullopt : cutoff_of(*group.row);
      if (!cutoff) continue;
      for (const auto& [stream_name, stream] : group.streams) due.emplace_back(*cutoff, stream.log);
    }
  }
  for (const auto& [cutoff, log] : due) {
    auto expired = log->expire(cutoff);
    if (!expired && expired.error().code != "Deleted") {
      log_error("log_store_not_expired", {{"directory", log->directory()}, {"why", expired.error().message}});
    }
    log->close_writer();
  }
}

}  // namespace roadstead
