#include "agent/runtime/host_test/crun_test_world.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr auto patience = std::chrono::seconds(20);

void copy_guest(const std::string& to) {
  auto program = read_file(ROADSTEAD_TEST_GUEST);
  CHECK(program, "the build makes the guest");
  CHECK(write_file_atomic(to, *program, 0755), "the test directory can be written");
  CHECK(::chmod(to.c_str(), 0755) == 0, "the file was just written");
}

}  // namespace

void ExitRecord::add(const ContainerExit& exit) {
  std::lock_guard lock(mutex_);
  exits_.push_back(exit);
  changed_.notify_all();
}

std::size_t ExitRecord::count(const ContainerRef& container) {
  std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(exits_.begin(), exits_.end(), [&](const auto& exit) {
    return exit.container == container;
  }));
}

std::optional<ContainerExit> ExitRecord::wait(const ContainerRef& container, std::size_t count) {
  std::unique_lock lock(mutex_);
  std::optional<ContainerExit> found;
  changed_.wait_for(lock, patience, [&] {
    std::size_t seen = 0;
    for (const auto& exit : exits_) {
      if (exit.container == container && ++seen == count) found = exit;
    }
    return found.has_value();
  });
  return found;
}

CrunTestWorld::CrunTestWorld() {
  directory_ = make_temporary_directory("/tmp", "roadstead-runtime-").value();
  for (const char* path : {"/root/bin", "/root/etc", "/root/proc", "/root/sys", "/root/dev", "/root/tmp", "/tasks"}) {
    CHECK(make_directories(directory_ + path), "the directory is new");
  }
  ::chmod(directory_.c_str(), 0755);
  copy_guest(directory_ + "/root/bin/guest");
  CHECK(
      write_file_atomic(
          directory_ + "/root/etc/passwd", "root:x:0:0::/root:/bin/sh\nweb:x:33:34::/var/www:/bin/sh\n", 0644
      ),
      "new"
  );
  CHECK(write_file_atomic(directory_ + "/root/etc/group", "root:x:0:\nweb:x:34:\nlogs:x:50:web\n", 0644), "new");
  settings_.directory = directory_ + "/tasks";
  settings_.shim_program = ROADSTEAD_SHIM;
  settings_.cgroup_prefix = cat("roadstead-test-", ::getpid());
  reopen();
}

void CrunTestWorld::reopen(const std::function<void(RuntimeSettings&)>& change) {
  if (change) change(settings_);
  runtime_.reset();
  auto opened = CrunRuntime::open(settings_);
  CHECK(opened, "this machine can run containers");
  runtime_ = std::move(*opened);
  runtime_->on_exit([this](const ContainerExit& exit) { exits_.add(exit); });
}

CrunTestWorld::~CrunTestWorld() {
  auto tasks = list_directory(settings_.directory);
  for (const auto& task : tasks ? *tasks : std::vector<std::string>()) {
    if (!runtime_->remove_task(task)) std::abort();
  }
  runtime_.reset();
  // What is left of the group of all tasks, which a running node keeps.
  std::error_code ignored;
  for (const auto& hierarchy : std::filesystem::directory_iterator(settings_.cgroup_root, ignored)) {
    ::rmdir(cat(hierarchy.path().string(), '/', settings_.cgroup_prefix).c_str());
  }
  ::rmdir(cat(settings_.cgroup_root, '/', settings_.cgroup_prefix).c_str());
  if (!remove_tree(directory_)) std::abort();
}

ContainerSpec CrunTestWorld::container(std::vector<std::string> guest_arguments, const std::string& name) const {
  ContainerSpec container{"t1", name, directory_ + "/root", {"guest"}};
  for (auto& argument : guest_arguments) container.args.push_back(std::move(argument));
  return container;
}

std::vector<std::string> CrunTestWorld::output_of(const ContainerSpec& container) {
  ContainerRef ref{container.task_id, container.name};
  if (auto task = runtime_->start_task({container.task_id}); !task) return {task.error().message, task.error().detail};
  if (auto started = runtime_->start(container); !started) return {started.error().message};
  exits_.wait(ref);
  return lines(ref);
}

std::vector<std::string> CrunTestWorld::lines(const ContainerRef& container, std::size_t count) {
  SpoolReader reader(runtime_->spool_directory(container));
  std::vector<std::string> found;
  while (found.size() < count) {
    auto record = reader.next();
    if (!record) return {record.error().message};
    if (*record && (*record)->stream == SpoolRecord::Stream::end) return found;
    if (*record) {
      found.push_back((*record)->text);
    } else if (!reader.wait(patience)) {
      found.emplace_back("(no more output)");
      return found;
    }
  }
  return found;
}

std::vector<std::string> leftovers(const std::string& prefix, const std::string& directory) {
  std::vector<std::string> found;
  auto hierarchies = list_directory("/sys/fs/cgroup");
  for (const auto& hierarchy : hierarchies ? *hierarchies : std::vector<std::string>()) {
    for (const char* suffix : {"", "-shims"}) {
      auto names = list_directory(cat("/sys/fs/cgroup/", hierarchy, '/', prefix, suffix));
      for (const auto& name : names ? *names : std::vector<std::string>()) {
        struct stat status{};
        auto path = cat("/sys/fs/cgroup/", hierarchy, '/', prefix, suffix, '/', name);
        if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) found.push_back(path);
      }
    }
  }
  auto mounts = read_file("/proc/self/mountinfo");
  for (auto line : split(mounts.value_or(""), '\n')) {
    if (line.find(directory) != std::string_view::npos) found.emplace_back(line);
  }
  auto processes = list_directory("/proc");
  for (const auto& process : processes ? *processes : std::vector<std::string>()) {
    auto command = read_file(cat("/proc/", process, "/cmdline"));
    if (to_number<int>(process) && command && command->find(directory) != std::string::npos) found.push_back(*command);
  }
  return found;
}

}  // namespace roadstead
