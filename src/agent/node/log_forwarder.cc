#include "agent/node/log_forwarder.h"

#include <pthread.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/data/hash.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::size_t most_lines_a_batch = 500;
constexpr auto open_event_kept = 5s;
constexpr std::size_t most_bytes_an_event = 256 * 1024 - 26;
constexpr auto pause_between_rounds = 100ms;
constexpr auto first_pause = 100ms;
constexpr auto longest_pause = 5000ms;
constexpr auto most_patience = 2s;
// A log router is told to stop as soon as its neighbours have ended, perhaps before it has begun to listen.
constexpr auto router_patience = 5s;

std::string key_of(const ContainerRef& container) { return cat(container.task_id, "/", container.name); }

}  // namespace

std::string encode_log_position(const LogPosition& position) {
  return json::serialize(json::object{
      {"segment", position.spool.segment},
      {"offset", position.spool.offset},
      {"sequence", position.spool.sequence},
      {"events", position.events},
  });
}

Result<LogPosition> parse_log_position(std::string_view document) {
  boost::system::error_code problem;
  json::value parsed = json::parse(document, problem);
  if (problem || !parsed.is_object()) return Error{"StateUnreadable", "a log position cannot be read"};
  auto number = [&](std::string_view name) -> std::int64_t {
    const json::value* found = parsed.get_object().if_contains(name);
    if (found == nullptr) return 0;
    if (found->is_uint64()) return static_cast<std::int64_t>(found->get_uint64());
    return found->is_int64() ? found->get_int64() : 0;
  };
  LogPosition position;
  position.spool.segment = number("segment");
  position.spool.offset = number("offset");
  position.spool.sequence = static_cast<std::uint64_t>(number("sequence"));
  position.events = static_cast<std::uint64_t>(number("events"));
  return position;
}

LogForwarder::LogForwarder(LogSink& sink, NodeStore& store, Metrics& metrics)
    : sink_(sink),
      store_(store),
      lines_(metrics.counter("roadstead_log_lines_forwarded_total", "Lines of containers sent to the log service")),
      lost_(metrics.counter("roadstead_log_lines_lost_total", "Lines dropped because a spool was full")),
      failures_(metrics.counter("roadstead_log_append_failures_total", "Failed calls of the log service")) {
  std::lock_guard lock(mutex_);
  begin_lane("");
}

LogForwarder::~LogForwarder() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    threads = std::move(ended_);
    for (auto& [lane, thread] : lanes_) threads.push_back(std::move(thread));
    lanes_.clear();
  }
  wake_.notify_all();
  for (auto& thread : threads) thread.join();
}

// With the lock held.
void LogForwarder::begin_lane(const std::string& lane) {
  auto& thread = lanes_[lane];
  if (thread.joinable()) return;
  thread = std::thread([this, lane] { run(lane); });
  pthread_setname_np(thread.native_handle(), "log-forwarder");
}

void LogForwarder::remember(const std::string& key, const std::string& document) {
  Result<LogPosition> position = parse_log_position(document);
  std::lock_guard lock(mutex_);
  if (position) remembered_[key] = *position;
}

void LogForwarder::follow(const ContainerRef& container, const std::string& spool_directory, const LogTarget& target) {
  if (!target.forwarded()) return;
  std::vector<std::thread> ended;
  {
    std::lock_guard lock(mutex_);
    ended = std::exchange(ended_, {});
    auto& followed = followed_[container];
    if (followed == nullptr) {
      followed = begin(container, spool_directory, target);
      begin_lane(followed->lane);
    }
  }
  for (auto& thread : ended) thread.join();
  wake_.notify_all();
}

// With the lock held.
std::shared_ptr<LogForwarder::Followed> LogForwarder::begin(
    const ContainerRef& container, const std::string& spool_directory, const LogTarget& target
) {
  auto followed = std::make_shared<Followed>();
  followed->container = container;
  followed->target = target;
  followed->lane = log_lane(target);
  followed->spool_directory = spool_directory;
  followed->outlet = make_log_outlet(target, sink_);
  auto remembered = remembered_.find(key_of(container));
  if (remembered != remembered_.end()) followed->position = remembered->second;
  followed->reader = std::make_unique<SpoolReader>(spool_directory, followed->position.spool);
  followed->behind_unsent = followed->position.spool;
  // One that is none keeps a container from starting; what an older agent started goes on by lines.
  auto event_pattern = event_pattern_of(target);
  auto start = event_pattern ? EventStart::from(*event_pattern) : Error{};
  if (start) followed->start = std::move(start).value();
  if (event_pattern && !start) {
    log_warning("log_pattern_unusable", {{"container", key_of(container)}, {"why", start.error().message}});
  }
  return followed;
}

std::vector<std::shared_ptr<LogForwarder::Followed>> LogForwarder::followed_in(const std::string& lane) const {
  std::vector<std::shared_ptr<Followed>> found;
  for (const auto& [container, followed] : followed_) {
    if (followed->lane == lane) found.push_back(followed);
  }
  return found;
}

std::vector<std::shared_ptr<LogForwarder::Followed>> LogForwarder::followed_of(const std::string& task_id) const {
  std::vector<std::shared_ptr<Followed>> found;
  for (const auto& [container, followed] : followed_) {
    if (container.task_id == task_id) found.push_back(followed);
  }
  return found;
}

void LogForwarder::flush(const std::string& task_id) {
  std::vector<std::shared_ptr<Followed>> leaving;
  {
    std::lock_guard lock(mutex_);
    leaving = followed_of(task_id);
  }
  auto deadline = std::chrono::steady_clock::now() + router_patience;
  for (auto& followed : leaving) {
    if (followed->target.driver.empty()) continue;
    std::lock_guard lock(followed->mutex);
    drain(*followed, deadline, true);
    followed->outlet->close();
    followed->ready = false;
  }
}

void LogForwarder::finish(const std::string& task_id) {
  std::vector<std::shared_ptr<Followed>> leaving;
  {
    std::lock_guard lock(mutex_);
    leaving = followed_of(task_id);
    for (const auto& followed : leaving) followed_.erase(followed->container);
    std::erase_if(remembered_, [&](const auto& entry) { return entry.first.starts_with(cat(task_id, "/")); });
  }
  auto deadline = std::chrono::steady_clock::now() + most_patience;
  for (auto& followed : leaving) {
    {
      std::lock_guard lock(followed->mutex);
      drain(*followed, deadline, false);
      if (!followed->unsent.empty()) count_loss(*followed, left_of(*followed));
      followed->outlet->close();
    }
    store_.write_position(key_of(followed->container), std::nullopt);
  }
}

// Sends what there is and, if the container ever ran, what is still on its way to the disk, up to its end.
void LogForwarder::drain(Followed& followed, std::chrono::steady_clock::time_point deadline, bool insist) {
  while (std::chrono::steady_clock::now() < deadline) {
    if (forward(followed, true)) continue;
    if (!followed.unsent.empty()) {
      if (!insist) return;
      std::this_thread::sleep_for(pause_between_rounds);
      continue;
    }
    // The keeper says that a container has ended (docs/formats/task_dir.md) when its last words may still be on their way to the
    // disk, and after them its end.
    bool ran = followed.reader->position().segment != 0 || exists(cat(followed.spool_directory, "/../exit"));
    if (!ran || followed.at_end) return;
    followed.reader->wait(pause_between_rounds);
  }
}

// What was not sent and will not be: the batch, and all that is behind it.
std::uint64_t LogForwarder::left_of(Followed& followed) {
  std::uint64_t left = followed.unsent.size();
  for (auto record = followed.reader->next(); record && *record; record = followed.reader->next()) {
    left += (*record)->lost + ((*record)->stream == SpoolRecord::Stream::end ? 0 : 1);
  }
  return left;
}

void LogForwarder::run(const std::string& lane) {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    auto round = followed_in(lane);
    if (round.empty() && !lane.empty()) {
      ended_.push_back(std::move(lanes_[lane]));
      lanes_.erase(lane);
      return;
    }
    lock.unlock();
    bool busy = false;
    for (auto& followed : round) {
      std::lock_guard one(followed->mutex);
      busy = forward(*followed) || busy;
    }
    lock.lock();
    if (ending_) return;
    if (round.empty()) {
      wake_.wait(lock, [this] { return ending_ || !followed_in("").empty(); });
    } else if (!busy) {
      wake_.wait_for(lock, pause_between_rounds, [this] { return ending_; });
    }
  }
}

// Sends one batch; true when it did, since there may be more.
bool LogForwarder::forward(Followed& followed, bool ending) {
  if (!ending && std::chrono::steady_clock::now() < followed.retry_at) return false;
  // The stream of awslogs is made at once; others are asked only when there is something to say.
  bool at_once = followed.target.driver.empty();
  if (at_once && !followed.ready && !make_ready(followed)) return false;
  if (followed.unsent.empty()) read(followed, ending);
  if (followed.unsent.empty()) {
    if (!(followed.behind_unsent == followed.position.spool)) note(followed);
    return false;
  }
  if (!followed.ready && !make_ready(followed)) return false;
  Status sent = followed.outlet->send(followed.unsent);
  if (!sent) {
    fail(followed, sent.error());
    return false;
  }
  followed.pause = {};
  lines_.add(followed.unsent.size());
  followed.position.events += followed.unsent.size();
  followed.unsent.clear();
  note(followed);
  return true;
}

// Said when it begins; while it goes on, the counter tells.
void LogForwarder::fail(Followed& followed, const Error& error) {
  failures_.add();
  bool begins = followed.pause == std::chrono::milliseconds{};
  if (begins) {
    log_warning("log_not_sent", {{"container", key_of(followed.container)}, {"code", error.code}, {"error", error.message}});
  }
  followed.pause = begins ? first_pause : std::min<std::chrono::milliseconds>(followed.pause * 2, longest_pause);
  followed.retry_at = std::chrono::steady_clock::now() + followed.pause;
}

bool LogForwarder::make_ready(Followed& followed) {
  Status made = followed.outlet->open();
  if (!made) {
    fail(followed, made.error());
    return false;
  }
  auto count = followed.outlet->arrived();
  if (count && *count > followed.position.events) {
    followed.skip = *count - followed.position.events;
    followed.position.events = *count;
  }
  followed.ready = true;
  return true;
}

void LogForwarder::read(Followed& followed, bool ending) {
  while (followed.unsent.size() < most_lines_a_batch) {
    SpoolPosition before = followed.reader->position();
    Result<std::optional<SpoolRecord>> record = followed.reader->next();
    if (!record) {
      log_warning("spool_broken", {{"container", key_of(followed.container)}, {"error", record.error().message}});
      continue;
    }
    if (!*record) {
      bool old = followed.open && std::chrono::steady_clock::now() - followed.open_since >= open_event_kept;
      if (ending || old) close_event(followed, followed.reader->position());
      return;
    }
    take_record(followed, std::move(**record), before);
  }
}

void LogForwarder::take_record(Followed& followed, SpoolRecord record, const SpoolPosition& before) {
  // What a note that came too late has deleted already was sent.
  std::uint64_t sent = std::min(followed.skip, record.lost);
  followed.skip -= sent;
  count_loss(followed, record.lost - sent);
  followed.at_end = record.stream == SpoolRecord::Stream::end;
  if (followed.at_end) return close_event(followed, followed.reader->position());
  bool error = record.stream == SpoolRecord::Stream::standard_error;
  LogLine line{.timestamp = record.at, .message = std::move(record.text), .from_stderr = error};
  auto& piece = followed.pieces[error ? 1 : 0];
  if (piece || record.partial) {
    if (piece) {
      ++piece->ordinal;
    } else {
      piece = LogPiece{.id = sha256_hex(cat(key_of(followed.container), '/', before.sequence, '/', record.at.micros))};
    }
    piece->last = !record.partial;
    line.piece = piece;
    if (piece->last) piece.reset();
  }
  take_line(followed, std::move(line), before);
}

void LogForwarder::count_loss(Followed& followed, std::uint64_t lines) {
  if (lines == 0) return;
  lost_.add(lines);
  if (std::exchange(followed.said_loss, true)) return;
  log_warning(
      "log_lines_dropped",
      {{"container", key_of(followed.container)},
       {"lines", cat(lines)},
       {"why", "they came faster than they could be sent and max-buffer-size was full; further ones are only counted"}}
  );
}

// Every line is an event, unless lines belong together: then an event is sent when it is known to have no more lines, and
// the noted position stays before it until then.
void LogForwarder::take_line(Followed& followed, LogLine line, const SpoolPosition& before) {
  if (!followed.start) {
    followed.open = std::move(line);
    return close_event(followed, followed.reader->position());
  }
  bool full = followed.open && followed.open->message.size() + line.message.size() >= most_bytes_an_event;
  bool begins = !followed.open || full || followed.start->matches(line.message);
  if (!begins) {
    followed.open->message += '\n';
    followed.open->message += line.message;
    return;
  }
  close_event(followed, before);
  followed.open = std::move(line);
  followed.open_since = std::chrono::steady_clock::now();
}

void LogForwarder::close_event(Followed& followed, const SpoolPosition& behind) {
  followed.behind_unsent = behind;
  if (!followed.open) return;
  LogLine event = *std::exchange(followed.open, std::nullopt);
  // An event of no bytes is none to CloudWatch Logs, as Docker's driver knows.
  if (event.message.empty() && followed.target.driver.empty()) return;
  if (followed.skip > 0) {
    --followed.skip;
  } else {
    followed.unsent.push_back(std::move(event));
  }
}

void LogForwarder::note(Followed& followed) {
  followed.position.spool = followed.behind_unsent;
  store_.write_position(key_of(followed.container), encode_log_position(followed.position));
  if (followed.position.spool.segment <= followed.discarded_before) return;
  discard_segments(followed.spool_directory, followed.position.spool.segment);
  followed.discarded_before = followed.position.spool.segment;
}

}  // namespace roadstead
