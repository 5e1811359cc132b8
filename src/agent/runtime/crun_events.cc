// How CrunRuntime hears of exits, and how it takes over what an earlier run of the agent started.
#include <linux/types.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/runtime/crun_runtime.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/system_clock.h"

namespace roadstead {
namespace {

constexpr Duration settle_time = std::chrono::seconds(30);
constexpr int shim_end_millis = 1000;
constexpr int reap_millis = 3000;

/// What the kernel says of a process by its handle, also to those that are not its parent (Linux 6.13 and later; the
/// header of this distribution is older, so the layout is here).
struct PidfdInfo {
  __u64 mask;
  __u64 cgroupid;
  __u32 pid, tgid, ppid;
  __u32 ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  __s32 exit_code;
};

constexpr __u64 wants_exit = 1U << 3U;
constexpr unsigned long get_info = _IOWR(0xFF, 11, PidfdInfo);

std::optional<int> wait_status_of(int handle) {
  PidfdInfo about{};
  about.mask = wants_exit;
  if (::ioctl(handle, get_info, &about) != 0 || (about.mask & wants_exit) == 0) return std::nullopt;
  return about.exit_code;
}

Fd open_process(int pid) { return Fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

}  // namespace

bool CrunRuntime::watch(Watch watched) {
  int fd = watched.fd.get();
  {
    std::lock_guard lock(watches_mutex_);
    watches_[fd] = std::move(watched);
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void CrunRuntime::hear_events() {
  ::pthread_setname_np(::pthread_self(), "exits");
  epoll_event events[32];
  for (;;) {
    int count = ::epoll_wait(epoll_.get(), events, 32, -1);
    for (int at = 0; at < count; ++at) {
      int fd = events[at].data.fd;
      if (fd == stop_.get()) return;
      bool orphan = false;
      {
        std::lock_guard lock(watches_mutex_);
        auto found = watches_.find(fd);
        if (found == watches_.end()) continue;
        orphan = !found->second.container.empty();
      }
      if (orphan) {
        end_orphan(fd);
      } else {
        hear_subscription(fd);
      }
    }
  }
}

void CrunRuntime::hear_subscription(int fd) {
  TaskPointer task;
  {
    std::lock_guard lock(watches_mutex_);
    task = watches_[fd].task;
  }
  for (;;) {
    auto message = hear_shim(fd);
    if (message && message->empty()) return;
    if (message) {
      hear_exit(task, *message);
      continue;
    }
    {
      std::lock_guard lock(watches_mutex_);
      watches_.erase(fd);
    }
    lose_shim(task);
    return;
  }
}

void CrunRuntime::hear_exit(const TaskPointer& task, const std::vector<std::string>& message) {
  if (message.size() != 6 || message[0] != "exit") return;
  ContainerRef container{task->id, message[1]};
  auto exit = parse_exit_file(container, join({message.begin() + 2, message.end()}, " "));
  if (!exit) return;
  // In a pid namespace that others share its children would live on. Now, while nobody can start it again.
  if (exists(task->files.holder())) {
    if (auto ended = cgroups_->remove_container(container); !ended) log_warning("cgroup_left", {{"why", ended.error().message}});
  }
  tell_exit(task, *exit);
}

void CrunRuntime::tell_exit(const TaskPointer& task, const ContainerExit& exit) {
  {
    std::lock_guard lock(task->mutex);
    auto known = task->containers.find(exit.container.name);
    if (known == task->containers.end()) return;
    auto& container = known->second;
    if (container.state != State::running && container.state != State::starting) return;
    container.state = State::ended;
    container.exit = exit;
    task->changed.notify_all();
  }
  if (on_exit_) on_exit_(exit);
}

/// The keeper closed its end: it was asked to quit, or it was killed and its containers are on their own.
void CrunRuntime::lose_shim(const TaskPointer& task) {
  ProcessMark shim;
  {
    std::lock_guard lock(task->mutex);
    auto runs = [](const auto& entry) { return entry.second.state == State::running; };
    // A removal asks it to quit once nothing runs; that nobody told of the containers would make it wait for ever.
    if (task->removing && std::none_of(task->containers.begin(), task->containers.end(), runs)) return;
    shim = task->shim;
  }
  if (auto handle = open_process(shim.pid)) {
    pollfd polled{handle.get(), POLLIN, 0};
    ::poll(&polled, 1, shim_end_millis);
  }
  if (is_alive(shim)) {
    auto again = subscribe_shim(task->files);
    if (again && watch({task, "", std::move(*again)})) return;
  }
  ::waitpid(shim.pid, nullptr, WNOHANG);
  log_error("keeper_lost", {{"task", task->id}, {"output", "is no longer recorded"}});
  watch_orphans(task);
}

void CrunRuntime::watch_orphans(const TaskPointer& task) {
  std::vector<std::pair<std::string, ProcessMark>> running;
  {
    std::lock_guard lock(task->mutex);
    for (const auto& [name, container] : task->containers) {
      if (container.state == State::running) running.emplace_back(name, container.process);
    }
  }
  for (const auto& [name, process] : running) {
    ContainerRef container{task->id, name};
    auto text = read_file(task->files.container(name) + "/exit");
    if (auto exit = text ? parse_exit_file(container, *text) : std::nullopt) {
      tell_exit(task, *exit);
      continue;
    }
    auto handle = open_process(process.pid);
    if (handle && is_alive(process) && watch({task, name, std::move(handle)})) continue;
    tell_exit(task, {container, std::nullopt, 0, false, SystemClock().now()});
  }
}

void CrunRuntime::end_orphan(int fd) {
  Watch ended;
  {
    std::lock_guard lock(watches_mutex_);
    auto found = watches_.find(fd);
    ended = std::move(found->second);
    watches_.erase(found);
  }
  ContainerExit exit{{ended.task->id, ended.container}, std::nullopt, 0, false, SystemClock().now()};
  // The kernel tells the status only once the process that adopted the orphan has reaped it, which is a hang-up.
  pollfd reaped{ended.fd.get(), 0, 0};
  ::poll(&reaped, 1, reap_millis);
  if (auto status = wait_status_of(ended.fd.get())) {
    exit.signal = WIFSIGNALED(*status) ? WTERMSIG(*status) : 0;
    exit.exit_code = WIFSIGNALED(*status) ? 128 + WTERMSIG(*status) : WEXITSTATUS(*status);
  }
  tell_exit(ended.task, exit);
}

RecoveredContainer CrunRuntime::adopt_container(const TaskPointer& task, const std::string& name, bool shim_alive) {
  RecoveredContainer found;
  found.container = {task->id, name};
  Container known;
  auto directory = task->files.container(name);
  auto running_text = read_file(directory + "/running");
  if (auto mark = running_text ? parse_running_file(*running_text) : std::nullopt) {
    known.process = mark->process;
    known.started_at = mark->started_at;
    known.state = State::running;
    found.state = RecoveredContainer::State::running;
    found.pid = mark->process.pid;
    found.started_at = mark->started_at;
    auto exit_text = read_file(directory + "/exit");
    auto exit = exit_text ? parse_exit_file(found.container, *exit_text) : std::nullopt;
    if (!exit && !shim_alive && !is_alive(mark->process))
      exit = ContainerExit{found.container, {}, 0, false, SystemClock().now()};
    if (exit) {
      known.state = State::ended;
      known.exit = exit;
      found.state = RecoveredContainer::State::exited;
      found.exit = exit;
    }
  }
  std::lock_guard lock(task->mutex);
  task->containers[name] = known;
  return found;
}

Result<RecoveredTask> CrunRuntime::adopt(const std::string& task_id) {
  auto task = std::make_shared<Task>();
  task->files = files_of(task_id);
  task->id = task_id;
  task->spec.task_id = task_id;
  task->spec.netns_path = read_file(task->files.netns()).value_or("");
  auto shim_text = read_file(task->files.shim_pid());
  task->shim = (shim_text ? parse_process_mark(*shim_text) : std::nullopt).value_or(ProcessMark{});
  {
    std::lock_guard lock(tasks_mutex_);
    tasks_[task_id] = task;
  }
  // Files are read between subscribing and hearing: an exit is in a file, or is heard, or both.
  auto subscription = subscribe_shim(task->files);
  auto settled = subscription ? ask_shim(task->files, {"settle"}, settle_time)
                              : Result<std::vector<std::string>>(subscription.error());
  bool shim_alive = settled.has_value();
  RecoveredTask found{task_id, {}};
  auto names = list_directory(task->files.containers());
  for (const auto& name : names ? *names : std::vector<std::string>()) {
    found.containers.push_back(adopt_container(task, name, shim_alive));
  }
  if (shim_alive) {
    if (!watch({task, "", std::move(*subscription)})) return system_error(errno, "watch", task->files.socket());
  } else {
    log_warning("keeper_missing", {{"task", task_id}});
    watch_orphans(task);
  }
  return found;
}

Result<std::vector<RecoveredTask>> CrunRuntime::recover() {
  std::vector<RecoveredTask> found;
  for (const auto& name : TRY(list_directory(settings_.directory))) {
    if (is_plain_name(name, 64)) found.push_back(TRY(adopt(name)));
  }
  std::set<std::string> known;
  for (const auto& task : found) known.insert(task.task_id);
  TRY(places_.keep_only(known));
  return found;
}

}  // namespace roadstead
