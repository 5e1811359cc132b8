#include "agent/node/log_forwarder.h"

#include <pthread.h>

#include <boost/json.hpp>
#include <utility>

#include "base/observe/log.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::size_t most_lines_a_batch = 500;
constexpr auto open_event_kept = 5s;
constexpr std::size_t most_bytes_an_event = 256 * 1024 - 26;
constexpr auto pause_between_rounds = 100ms;

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
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "log-forwarder");
}

LogForwarder::~LogForwarder() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void LogForwarder::remember(const std::string& key, const std::string& document) {
  Result<LogPosition> position = parse_log_position(document);
  std::lock_guard lock(mutex_);
  if (position) remembered_[key] = *position;
}

void LogForwarder::follow(
    const ContainerRef& container, const std::string& spool_directory, const LogTarget& target,
    const std::optional<std::string>& event_pattern
) {
  if (target.group.empty()) return;
  {
    std::lock_guard lock(mutex_);
    auto& followed = followed_[container];
    if (followed != nullptr) return;
    followed = std::make_shared<Followed>();
    followed->container = container;
    followed->target = target;
    auto remembered = remembered_.find(key_of(container));
    if (remembered != remembered_.end()) followed->position = remembered->second;
    followed->reader = std::make_unique<SpoolReader>(spool_directory, followed->position.spool);
    followed->behind_unsent = followed->position.spool;
    auto start = event_pattern ? EventStart::from(*event_pattern) : Error{};
    if (start) followed->start = std::move(start).value();
    if (event_pattern && !start) log_warning("log_pattern_unusable", {{"container", key_of(container)}, {"why", start.error().message}});
  }
  wake_.notify_one();
}

void LogForwarder::finish(const std::string& task_id) {
  std::vector<std::shared_ptr<Followed>> leaving;
  {
    std::lock_guard lock(mutex_);
    for (auto at = followed_.begin(); at != followed_.end();) {
      bool ours = at->first.task_id == task_id;
      if (ours) leaving.push_back(at->second);
      at = ours ? followed_.erase(at) : std::next(at);
    }
    std::erase_if(remembered_, [&](const auto& entry) { return entry.first.starts_with(cat(task_id, "/")); });
  }
  auto deadline = std::chrono::steady_clock::now() + 2s;
  for (auto& followed : leaving) {
    {
      std::lock_guard lock(followed->mutex);
      while (forward(*followed, true) && std::chrono::steady_clock::now() < deadline) continue;
      if (!followed->unsent.empty()) lost_.add(followed->unsent.size());
    }
    store_.write_position(key_of(followed->container), std::nullopt);
  }
}

void LogForwarder::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    std::vector<std::shared_ptr<Followed>> round;
    for (const auto& [container, followed] : followed_) round.push_back(followed);
    lock.unlock();
    bool busy = false;
    for (auto& followed : round) {
      std::lock_guard one(followed->mutex);
      busy = forward(*followed) || busy;
    }
    lock.lock();
    if (ending_) return;
    if (round.empty() && followed_.empty()) {
      wake_.wait(lock, [this] { return ending_ || !followed_.empty(); });
    } else if (!busy) {
      wake_.wait_for(lock, pause_between_rounds, [this] { return ending_; });
    }
  }
}

// Sends one batch; true when it did, since there may be more.
bool LogForwarder::forward(Followed& followed, bool ending) {
  if (!followed.ready && !make_ready(followed)) return false;
  if (followed.unsent.empty()) read(followed, ending);
  if (followed.unsent.empty()) {
    if (!(followed.behind_unsent == followed.position.spool)) note(followed);
    return false;
  }
  Status sent = sink_.append(followed.target.group, followed.target.stream, followed.unsent);
  if (!sent) {
    failures_.add();
    return false;
  }
  lines_.add(followed.unsent.size());
  followed.position.events += followed.unsent.size();
  followed.unsent.clear();
  note(followed);
  return true;
}

bool LogForwarder::make_ready(Followed& followed) {
  const LogTarget& target = followed.target;
  Status made = sink_.ensure_stream(target.group, target.stream, target.create_group);
  if (!made) {
    failures_.add();
    return false;
  }
  auto count = sink_.appended(target.group, target.stream);
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
    if ((*record)->lost > 0) lost_.add((*record)->lost);
    if ((*record)->stream == SpoolRecord::Stream::end) {
      close_event(followed, followed.reader->position());
      continue;
    }
    take_line(followed, {(*record)->at, std::move((*record)->text)}, before);
  }
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
  if (followed.skip > 0) {
    --followed.skip;
  } else {
    followed.unsent.push_back(std::move(event));
  }
}

void LogForwarder::note(Followed& followed) {
  followed.position.spool = followed.behind_unsent;
  store_.write_position(key_of(followed.container), encode_log_position(followed.position));
}

}  // namespace roadstead
