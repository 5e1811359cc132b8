#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

#include "admin_client.h"
#include "agent/runtime/cgroup/cgroup.h"
#include "agent/sandbox/machine.h"
#include "base/text/text.h"
#include "commands.h"
#include "io/fd.h"
#include "io/file.h"
#include "io/system_clock.h"
#include "node_parts.h"
#include "parts/trusted_file.h"
#include "store/log/state_directory.h"

namespace roadstead {

namespace {

/// A step that failed must not keep the others from being done: all are tried, and all failures are told.
class Sweep {
 public:
  void step(const char* what, const Status& status) {
    if (status) return;
    std::fprintf(stderr, "roadstead: %s: %s\n", what, status.error().message.c_str());
    failed_ = true;
  }

  bool failed() const { return failed_; }

 private:
  bool failed_ = false;
};

constexpr int longest_stop_millis = 30'000;

/// Asks the server to end and waits until it has; it answers before it goes.
void stop_server(const std::string& state) {
  auto holder = read_file(cat(state, "/lock"));
  auto pid = holder ? to_number<int>(trim(*holder)) : std::nullopt;
  if (!ask_server(state, "POST", "/admin/stop") || !pid) return;
  Fd process(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
  if (process.get() >= 0) ::poll(&ended, 1, longest_stop_millis);
}

void end_tasks(Sweep& sweep, const ServeSettings& settings) {
  auto runtime = CrunRuntime::open(runtime_settings(settings));
  if (!runtime) return sweep.step("runtime", runtime.error());
  auto found = (*runtime)->recover();
  if (!found) return sweep.step("tasks", found.error());
  for (const auto& task : *found) {
    for (const auto& container : task.containers) {
      // One that has exited already cannot be killed, which is just as well.
      static_cast<void>((*runtime)->kill(container.container));
      sweep.step("container", (*runtime)->remove_container(container.container));
    }
    sweep.step("task", (*runtime)->remove_task(task.task_id));
  }
}

void unmount_roots(Sweep& sweep, const ServeSettings& settings) {
  SystemClock clock;
  ImageStore images(image_settings(settings), clock);
  auto found = images.recover();
  if (!found) return sweep.step("images", found.error());
  for (const auto& root : found->roots) sweep.step("root filesystem", images.unmount_root(root));
}

}  // namespace

/// Ends the server, all tasks and the proxy, and removes interfaces, rules, mounts and (with --purge) the state.
int run_down(const Words& words) {
  std::vector<Option> options = serve_options();
  options.push_back({"purge", "", "also delete the state: clusters, services, images, logs, certificates"});
  auto arguments = Arguments::parse(words, options);
  if (!arguments) return fail(arguments.error());
  if (arguments->has("help")) {
    std::printf("usage: roadstead down [--purge]\n\n%s", help_of(options).c_str());
    return 0;
  }
  auto settings = serve_settings_of(*arguments);
  if (!settings) return fail(settings.error());
  if (!exists(settings->state_directory)) return 0;
  stop_server(settings->state_directory);
  auto held = StateDirectory::open(settings->state_directory);
  if (!held) return fail(held.error());
  Sweep sweep;
  HaproxyProxy proxy(proxy_settings(*settings), ca_directory(*settings), machine_name());
  sweep.step("proxy", proxy.shutdown());
  end_tasks(sweep, *settings);
  sweep.step("names", UnboundServer(name_server_settings(*settings, settings->network_cidr)).shutdown());
  unmount_roots(sweep, *settings);
  auto runtime = runtime_settings(*settings);
  sweep.step("cgroups", remove_all_cgroups(runtime.cgroup_root, runtime.cgroup_prefix));
  sweep.step("network", teardown_network(network_config(*settings, settings->network_cidr)));
  if (arguments->has("purge")) {
    // Without a certificate nobody can have been made to trust it.
    if (auto pem = read_file(ca_file(*settings))) sweep.step("trust", distrust_authority(settings->name, *pem));
    sweep.step("state", remove_tree(settings->state_directory));
  }
  return sweep.failed() ? 1 : 0;
}

}  // namespace roadstead
