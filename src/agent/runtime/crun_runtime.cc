#include "agent/runtime/crun_runtime.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "agent/runtime/machine_facts.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr Duration answer_time = std::chrono::seconds(10);
constexpr auto end_time = std::chrono::seconds(10);
constexpr int end_millis = 2000;
constexpr std::size_t longest_task_id = 64;
constexpr std::size_t longest_name = 255;

Error cannot_start(std::string_view why) { return {"CannotStartContainerError", std::string(why)}; }

Error not_running(const ContainerRef& container) {
  return {"NotRunning", cat("container ", container_id(container), " is not running")};
}

/// Written without syncing: after a power cut no container runs anyway.
Status write_plainly(const std::string& path, std::string_view bytes) {
  auto file = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC));
  return write_all(file.get(), bytes);
}

/// Signals a process that is not our child, safe against a number used again.
bool signal_process(const ProcessMark& process, int number) {
  Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (!handle || !is_alive(process)) return false;
  return ::syscall(SYS_pidfd_send_signal, handle.get(), number, nullptr, 0) == 0;
}

/// The process that holds the namespaces which the containers of a task share, while it lives.
std::optional<ProcessMark> find_holder(const TaskFiles& task) {
  auto text = read_file(task.holder());
  auto mark = text ? parse_process_mark(*text) : std::nullopt;
  return mark && is_alive(*mark) ? mark : std::nullopt;
}

/// Again over one that is there would hide what containers have in it.
Status mount_shm(const std::string& directory, std::int64_t bytes) {
  ::umount2(directory.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
  TRY(make_directories(directory, 0700));
  auto options = cat("mode=1777,size=", bytes);
  if (::mount("shm", directory.c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, options.c_str()) == 0) return Done{};
  return system_error(errno, "mount a tmpfs on", directory);
}

/// Waits for the end of a keeper, which may or may not be our child.
bool wait_for_end(const ProcessMark& process, int millis) {
  Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
  if (handle && is_alive(process)) {
    pollfd polled{handle.get(), POLLIN, 0};
    if (::poll(&polled, 1, millis) == 0) return false;
  }
  ::waitpid(process.pid, nullptr, WNOHANG);
  return true;
}

}  // namespace

CrunRuntime::CrunRuntime(RuntimeSettings settings)
    : settings_(std::move(settings)), places_(settings_.cgroup_prefix) {}

Result<std::unique_ptr<CrunRuntime>> CrunRuntime::open(RuntimeSettings settings) {
  std::unique_ptr<CrunRuntime> runtime(new CrunRuntime(std::move(settings)));
  const auto& wanted = runtime->settings_;
  if (!exists(wanted.shim_program)) return Error{"NotFound", cat("there is no ", wanted.shim_program)};
  TRY(make_directories(wanted.directory, 0700));
  auto crun = TRY(seal_crun(wanted.crun_program));
  runtime->crun_ = std::move(crun.fd);
  runtime->crun_takes_bpf_ = crun.takes_bpf && !wanted.seccomp_by_text;
  runtime->cgroups_ = TRY(detect_cgroups(wanted.cgroup_root, wanted.cgroup_prefix));
  runtime->available_ = parse_bounding_set(TRY(read_file("/proc/self/status")));
  if (runtime->crun_takes_bpf_) {
    TRY(runtime->seccomp_.base64_filter(default_capabilities()));
  } else {
    log_warning("seccomp_by_text", {{"effect", "crun compiles the filter at every start"}});
  }
  runtime->epoll_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
  runtime->stop_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = runtime->stop_.get();
  if (::epoll_ctl(runtime->epoll_.get(), EPOLL_CTL_ADD, runtime->stop_.get(), &event) != 0) {
    return system_error(errno, "watch", "exits");
  }
  runtime->events_ = std::thread([self = runtime.get()] { self->hear_events(); });
  return runtime;
}

CrunRuntime::~CrunRuntime() {
  if (!events_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  events_.join();
}

void CrunRuntime::on_exit(ExitHandler handler) { on_exit_ = std::move(handler); }

TaskFiles CrunRuntime::files_of(const std::string& task_id) const { return {cat(settings_.directory, '/', task_id)}; }

CrunRuntime::TaskPointer CrunRuntime::find_task(const std::string& task_id) {
  std::lock_guard lock(tasks_mutex_);
  auto found = tasks_.find(task_id);
  return found == tasks_.end() ? nullptr : found->second;
}

/// The task of that id and whether it is new.
std::pair<CrunRuntime::TaskPointer, bool> CrunRuntime::find_or_add_task(const std::string& task_id) {
  std::lock_guard lock(tasks_mutex_);
  auto& task = tasks_[task_id];
  if (task != nullptr) return {task, false};
  task = std::make_shared<Task>();
  task->id = task_id;
  task->files = files_of(task_id);
  return {task, true};
}

void CrunRuntime::forget_task(const std::string& task_id) {
  std::lock_guard lock(tasks_mutex_);
  tasks_.erase(task_id);
  if (tasks_.empty()) cgroups_->remove_shim_group();
}

Status CrunRuntime::start_task(const TaskSpec& spec) {
  if (!is_plain_name(spec.task_id, longest_task_id)) {
    return Error{"ResourceInitializationError", cat("'", spec.task_id, "' cannot be the id of a task")};
  }
  auto [task, is_new] = find_or_add_task(spec.task_id);
  std::lock_guard setup(task->setup);
  if (find_task(spec.task_id) != task) return start_task(spec);  // it was removed while we waited
  auto made = make_task(task, spec);
  if (made) return made;
  Error why{"ResourceInitializationError", made.error().message, made.error().detail};
  if (is_new) undo_task(task);
  return why;
}

Status CrunRuntime::make_task(const TaskPointer& task, const TaskSpec& spec) {
  ProcessMark shim;
  {
    std::lock_guard lock(task->mutex);
    task->spec = spec;
    task->removing = false;
    shim = task->shim;
  }
  TRY(make_directories(task->files.containers(), 0700));
  TRY(write_plainly(task->files.netns(), spec.netns_path));
  TRY(cgroups_->make_task(spec));
  if (!is_alive(shim)) TRY(start_shim(task));
  return share_namespaces(task, spec);
}

/// Makes what the containers will share, unless it is there. All of it outlives this process.
Status CrunRuntime::share_namespaces(const TaskPointer& task, const TaskSpec& spec) {
  if ((!spec.shares_pids && !spec.shares_ipc) || find_holder(task->files)) return Done{};
  if (spec.shares_ipc) TRY(mount_shm(task->files.shm(), spec.shm_bytes));
  auto letters = cat(spec.shares_pids ? "p" : "", spec.shares_ipc ? "i" : "");
  auto holder = TRY(ask_shim(task->files, {"hold", letters, spec.netns_path}, answer_time));
  return write_plainly(task->files.holder(), cat(join(holder, " "), '\n'));
}

/// Ends the holder, in case its keeper could not, and with it all that is left in its pid namespace.
void CrunRuntime::end_sharing(const TaskPointer& task) {
  if (auto holder = find_holder(task->files)) {
    signal_process(*holder, SIGKILL);
    wait_for_end(*holder, end_millis);
  }
  ::umount2(task->files.shm().c_str(), MNT_DETACH | UMOUNT_NOFOLLOW);
}

void CrunRuntime::undo_task(const TaskPointer& task) {
  end_shim(task);
  end_sharing(task);
  if (auto left = cgroups_->remove_task(task->id); !left) log_warning("cgroup_left", {{"why", left.error().message}});
  if (auto left = remove_tree(task->files.directory); !left)
    log_warning("directory_left", {{"why", left.error().message}});
  forget_task(task->id);
}

Status CrunRuntime::start_shim(const TaskPointer& task) {
  ShimBirth birth{settings_.shim_program, task->files, crun_.get(), cgroups_->crun_view(), {}};
  birth.cgroup_files = TRY(cgroups_->make_shim_group());
  auto born = TRY(spawn_shim(birth));
  {
    std::lock_guard lock(task->mutex);
    task->shim = born;
  }
  TRY(write_plainly(task->files.shim_pid(), cat(born.pid, ' ', born.start_time, '\n')));
  auto subscription = TRY(subscribe_shim(task->files));
  if (!watch({task, "", std::move(subscription)})) return system_error(errno, "watch", task->files.socket());
  return Done{};
}

/// Takes the container's place in the task, or says why it is not free.
Status CrunRuntime::begin(const TaskPointer& task, const ContainerSpec& container) {
  if (!is_plain_name(container.name, longest_name))
    return cannot_start(cat("'", container.name, "' cannot be the name of a container"));
  if (container.args.empty()) return cannot_start("No command specified");
  std::lock_guard lock(task->mutex);
  auto& known = task->containers[container.name];
  if (task->removing) return cannot_start("the task is being removed");
  if (known.state == State::starting || known.state == State::running)
    return cannot_start("the container is already running");
  known.state = State::starting;
  return Done{};
}

Result<BundleFacts> CrunRuntime::look_up_facts(
    const TaskFiles& task, const ContainerSpec& container, std::vector<std::string>& notes
) {
  BundleFacts facts;
  auto passwd = read_in_root(container.rootfs, "/etc/passwd");
  auto group = read_in_root(container.rootfs, "/etc/group");
  facts.user = TRY(resolve_user(container.user, container.additional_groups, passwd, group));
  facts.capabilities =
      TRY(choose_capabilities(container.add_capabilities, container.drop_capabilities, container.privileged, available_)
      );
  if (container.privileged) facts.devices = all_devices();
  for (const auto& device : container.devices) {
    for (auto& node : TRY(look_up_device(device))) facts.devices.push_back(std::move(node));
  }
  TRY(add_gpus(settings_.cdi_directories, container.gpu_ids, facts, notes));
  facts.ulimits = clamp_ulimits(container.ulimits, ulimit_ceilings(), notes);
  facts.cgroup_path = cgroups_->oci_path({container.task_id, container.name});
  if (!container.privileged && crun_takes_bpf_) facts.seccomp_bpf = TRY(seccomp_.base64_filter(facts.capabilities));
  if (!container.privileged && !crun_takes_bpf_) facts.seccomp_json = render_seccomp_json(facts.capabilities);
  if (container.pid_namespace == "task" || container.ipc_namespace == "task") {
    auto holder = find_holder(task);
    if (!holder) return cannot_start("the namespaces that the containers of this task share are gone: run the task anew");
    facts.holder_pid = holder->pid;
    facts.shm_directory = task.shm();
  }
  facts.init_path = settings_.shim_program;
  facts.counts_swap = cgroups_->counts_swap();
  if (container.memory_swap_bytes && !facts.counts_swap)
    notes.emplace_back("the swap limit is not kept: this kernel does not count swap");
  return facts;
}

/// Makes the container's directory with its bundle. What a former run left for crun goes; its output stays.
Status CrunRuntime::prepare(const TaskPointer& task, const ContainerSpec& container, std::vector<std::string>& notes) {
  auto directory = task->files.container(container.name);
  auto facts = TRY(look_up_facts(task->files, container, notes));
  if (exists(directory)) TRY(cgroups_->remove_container({container.task_id, container.name}));
  TRY(make_directories(directory + "/spool", 0700));
  TRY(places_.make(directory, {container.task_id, container.name}, container.secret_env));
  TaskSpec spec;
  {
    std::lock_guard lock(task->mutex);
    spec = task->spec;
  }
  return write_plainly(directory + "/bundle/config.json", render_bundle(spec, container, facts));
}

Result<ContainerStarted> CrunRuntime::launch(const TaskPointer& task, const ContainerSpec& container) {
  ContainerRef ref{container.task_id, container.name};
  ContainerStarted started;
  if (auto prepared = prepare(task, container, started.notes); !prepared) return cannot_start(prepared.error().message);
  std::string flags = container.tty ? "t" : "";
  if (container.open_stdin) flags += 'i';
  if (container.spool.kept) flags += 'k';
  if (container.spool.blocking) flags += 'b';
  auto answer = ask_shim(
      task->files,
      {"start", container.name, crun_id(ref), cgroups_->oom_file(ref), cat(container.spool.segment_bytes),
       cat(container.spool.segments), flags},
      settings_.start_timeout
  );
  if (!answer) {
    const auto& why = answer.error();
    return cannot_start(why.code == "Refused" ? docker_words(why.message, container.args.front()) : why.message);
  }
  auto mark = parse_running_file(join(*answer, " "));
  if (!mark) return cannot_start("the keeper of the task gave an answer that cannot be read");
  started.pid = mark->process.pid;
  started.started_at = mark->started_at;
  {
    std::lock_guard lock(task->mutex);
    auto& known = task->containers[container.name];
    known.process = mark->process;
    known.started_at = mark->started_at;
  }
  return started;
}

/// Notes the outcome of a start. The exit may have been heard already; then the container stays ended.
void CrunRuntime::settle_start(
    const TaskPointer& task, const std::string& name, const Result<ContainerStarted>& outcome
) {
  std::lock_guard lock(task->mutex);
  auto& known = task->containers[name];
  if (known.state == State::starting) {
    bool ran_before = known.exit.has_value();
    known.state = outcome ? State::running : (ran_before ? State::ended : State::fresh);
  }
  task->changed.notify_all();
}

Result<ContainerStarted> CrunRuntime::start(const ContainerSpec& container) {
  auto task = find_task(container.task_id);
  if (task == nullptr) return cannot_start(cat("task ", container.task_id, " has not been started"));
  TRY(begin(task, container));
  auto outcome = launch(task, container);
  settle_start(task, container.name, outcome);
  if (outcome) return outcome;
  // The group may hold what crun made before it failed. The directory stays for the next attempt or the removal.
  if (auto left = cgroups_->remove_container({container.task_id, container.name}); !left) {
    log_warning("cgroup_left", {{"container", container.name}, {"why", left.error().message}});
  }
  return outcome;
}

Status CrunRuntime::signal(const ContainerRef& container, int number) {
  auto task = find_task(container.task_id);
  if (task == nullptr) return not_running(container);
  ProcessMark process;
  {
    std::lock_guard lock(task->mutex);
    auto known = task->containers.find(container.name);
    if (known == task->containers.end() || known->second.state != State::running) return not_running(container);
    process = known->second.process;
  }
  // The keeper has not reaped what it calls running, so its number cannot have been given to another process.
  auto answer = ask_shim(task->files, {"signal", container.name, cat(number)}, answer_time);
  if (answer) return Done{};
  // It may be an orphan of a keeper that was killed, unknown to the present one.
  if (signal_process(process, number)) return Done{};
  return not_running(container);
}

Status CrunRuntime::kill(const ContainerRef& container) { return signal(container, SIGKILL); }

/// Waits until the container neither starts nor runs, killing it.
Status CrunRuntime::end_container(const TaskPointer& task, const std::string& name) {
  auto until = std::chrono::steady_clock::now() + end_time;
  std::unique_lock lock(task->mutex);
  for (;;) {
    auto known = task->containers.find(name);
    if (known == task->containers.end()) return Done{};
    auto state = known->second.state;
    if (state == State::fresh || state == State::ended) return Done{};
    if (state == State::running) {
      lock.unlock();
      if (auto killed = kill({task->id, name}); !killed) log_debug("kill_missed", {{"container", name}});
      lock.lock();
    }
    auto ended = [&] {
      auto now = task->containers.find(name);
      return now == task->containers.end() || (now->second.state != state);
    };
    if (task->changed.wait_until(lock, until, ended)) continue;
    return Error{"CannotStopContainerError", cat("container ", name, " did not end after SIGKILL")};
  }
}

Status CrunRuntime::remove_container(const ContainerRef& container) {
  auto task = find_task(container.task_id);
  if (task == nullptr) return Done{};
  TRY(end_container(task, container.name));
  auto forgotten = ask_shim(task->files, {"forget", container.name}, answer_time);
  if (!forgotten && forgotten.error().code != "ShimGone") return forgotten.error();
  TRY(cgroups_->remove_container(container));
  TRY(places_.remove(container));
  TRY(remove_tree(task->files.container(container.name)));
  std::lock_guard lock(task->mutex);
  task->containers.erase(container.name);
  return Done{};
}

void CrunRuntime::end_shim(const TaskPointer& task) {
  ProcessMark shim;
  {
    std::lock_guard lock(task->mutex);
    shim = task->shim;
  }
  if (shim.pid <= 0) return;
  auto answer = ask_shim(task->files, {"quit"}, answer_time);
  if (answer && wait_for_end(shim, end_millis)) return;
  signal_process(shim, SIGKILL);
  wait_for_end(shim, end_millis);
}

Status CrunRuntime::remove_task(const std::string& task_id) {
  auto task = find_task(task_id);
  if (task == nullptr) return Done{};
  std::lock_guard setup(task->setup);
  std::vector<std::string> names;
  {
    std::lock_guard lock(task->mutex);
    task->removing = true;
    for (const auto& [name, container] : task->containers) names.push_back(name);
  }
  for (const auto& name : names) TRY(remove_container({task_id, name}));
  end_shim(task);
  end_sharing(task);
  TRY(cgroups_->remove_task(task_id));
  TRY(places_.remove(task_id));
  TRY(remove_tree(task->files.directory));
  forget_task(task_id);
  return Done{};
}

Result<UsageSample> CrunRuntime::container_usage(const ContainerRef& container) {
  return cgroups_->container_usage(container);
}

Result<UsageSample> CrunRuntime::task_usage(const std::string& task_id) { return cgroups_->task_usage(task_id); }

std::string CrunRuntime::spool_directory(const ContainerRef& container) const {
  return files_of(container.task_id).container(container.name) + "/spool";
}

}  // namespace roadstead
