#include "agent/node/actors.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/images/oci/reference.h"
#include "agent/images/oci/registry_secret.h"
#include "agent/node/multiline.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"

namespace roadstead {
namespace {

// Not synced: after a power cut the task is over anyway, and a start must not wait for the disk.
Status write_plain(const std::string& path, std::string_view text) {
  Fd file = TRY(open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
  return write_all(file.get(), text);
}

Status write_names(const NamesDirectory& names, const Joined& joined) {
  for (const auto& own : names.containers) {
    NameFiles files = render_name_files(joined, own);
    std::string directory = cat(names.path, "/", own.container);
    TRY(make_directories(directory));
    TRY(write_plain(cat(directory, "/resolv.conf"), files.resolv_conf));
    // Once it was told, a container keeps what it knows, and what it wrote there itself.
    if (!exists(cat(directory, "/hosts"))) TRY(write_plain(cat(directory, "/hosts"), files.hosts));
    TRY(write_plain(cat(directory, "/hostname"), files.hostname));
  }
  return Done{};
}

// A directory of an image, found without following a link of the image out of it.
Result<Fd> open_in_root(const std::string& root, const std::string& path) {
  Fd base = TRY(open_file(root, O_PATH | O_DIRECTORY));
  struct open_how how = {};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT;
  long fd = ::syscall(SYS_openat2, base.get(), path.c_str(), &how, sizeof how);
  if (fd < 0) return system_error(errno, "open", path);
  return Fd(static_cast<int>(fd));
}

// A volume that others may have made already, for tasks that are long gone: it must be the same volume.
Status prepare_shared(const VolumeDirectory& volume) {
  std::string settings_file = cat(volume.path.substr(0, volume.path.rfind('/')), "/settings");
  if (!exists(volume.path)) {
    if (!volume.autoprovision) {
      return Error{"CannotCreateVolumeError",
                   cat("shared volume ", volume.shared, " was not found. Set autoprovision to true, or make the directory ",
                       volume.path, ".")};
    }
    TRY(make_directories(volume.path));
  }
  if (!exists(settings_file)) return write_plain(settings_file, volume.settings);
  if (TRY(read_file(settings_file)) == volume.settings) return Done{};
  return Error{"CannotCreateVolumeError",
               cat("shared volume ", volume.shared, " exists with another driver or other labels, which ", settings_file,
                   " says. Ask for the same, or give the volume another name.")};
}

// The router makes its socket in a directory that is its user's, if that is a number: names are the image's own.
Status write_router_files(const RouterFiles& files, const ObjectSource& objects) {
  if (!files.problem.empty()) {
    return Error{"ResourceInitializationError", cat("unable to generate firelens config file: ", files.problem)};
  }
  std::string socket = cat(files.directory, "/socket");
  TRY(make_directories(cat(files.directory, "/config")));
  TRY(make_directories(socket));
  TRY(write_plain(cat(files.directory, "/config/fluent.conf"), files.config));
  if (!files.external.empty()) {
    auto external = TRY(fetch_router_config(objects, files.external));
    TRY(write_plain(cat(files.directory, "/config/external.conf"), external));
  }
  std::size_t colon = std::min(files.user.find(':'), files.user.size());
  auto user = to_number<uid_t>(files.user.empty() ? "0" : std::string_view(files.user).substr(0, colon));
  auto group = to_number<gid_t>(std::string_view(files.user).substr(std::min(colon + 1, files.user.size())));
  if (!user && ::chmod(socket.c_str(), 0777) != 0) return system_error(errno, "open to all", socket);
  if (user && ::chown(socket.c_str(), *user, group.value_or(*user)) != 0) return system_error(errno, "give away", socket);
  return Done{};
}

Error secrets_failed(std::string_view why) {
  return {"ResourceInitializationError", cat("unable to pull secrets or registry auth: ", why)};
}

}  // namespace

Result<std::string> Actors::secret_value(const std::string& value_from) {
  if (!ports_.secrets) return secrets_failed(cat("no source of secrets for ", value_from));
  Result<std::string> value = ports_.secrets(value_from);
  if (!value) return secrets_failed(value.error().message);
  return value;
}

Result<PullRequest> Actors::request_of(const PullImage& action) {
  PullRequest request;
  request.reference = action.digest.empty() ? action.reference : with_digest(action.reference, action.digest);
  if (!action.cpu_architecture.empty()) request.platform = platform_of_cpu_architecture(action.cpu_architecture);
  request.policy = action.policy;
  if (action.credentials.empty()) return request;
  Result<std::string> secret = secret_value(action.credentials);
  // What runs already has its image here and needs no credentials, also when the secret has gone meanwhile.
  if (!secret && action.policy == PullPolicy::once) return request;
  if (!secret) return std::move(secret).error();
  Result<RegistryCredentials> credentials = parse_registry_secret(*secret);
  if (!credentials) return secrets_failed(cat("the secret ", action.credentials, ' ', credentials.error().message));
  request.credentials = std::move(credentials).value();
  return request;
}

ActionOutcome Actors::perform(const AgentAction& action) {
  const ActionTarget& target = target_of(action);
  ActionOutcome outcome{.kind = kind_of(action), .task_arn = target.task_arn, .container = target.container};
  outcome.result = std::visit([this](const auto& one) { return act(one); }, action);
  outcome.at = ports_.clock.now();
  return outcome;
}

void Actors::pull(const PullImage& action, std::function<void(ActionOutcome)> done) {
  ActionOutcome outcome{
      .kind = ActionKind::pull, .task_arn = action.target.task_arn, .container = action.target.container
  };
  // Not `this`: the answer may come when the agent has gone.
  Images::Ready ready = [&clock = ports_.clock, outcome = std::move(outcome),
                         done = std::move(done)](Result<Image> image) mutable {
    outcome.at = clock.now();
    if (image) {
      outcome.result = ImagePulled{std::move(image).value()};
    } else {
      outcome.result = std::move(image).error();
    }
    done(std::move(outcome));
  };
  Result<PullRequest> request = request_of(action);
  if (!request) return ready(std::move(request).error());
  ports_.images.ensure(std::move(request).value(), std::move(ready));
}

Actors::Answer Actors::act(const PullImage& action) {
  Result<PullRequest> request = request_of(action);
  if (!request) return std::move(request).error();
  Result<Image> image = ports_.images.ensure(std::move(request).value());
  if (!image) return std::move(image).error();
  return ImagePulled{std::move(image).value()};
}

Actors::Answer Actors::act(const PrepareRoot& action) {
  Result<std::string> root = ports_.images.mount_root(action.root_id, action.image);
  if (!root) return Error{"CannotCreateContainerError", root.error().message, root.error().detail};
  for (const auto& volume : action.volumes) {
    Status prepared = prepare_volume(volume, *root);
    if (!prepared) return Error{"CannotCreateVolumeError", prepared.error().message, prepared.error().detail};
  }
  if (ports_.ensure_log_stream && !action.log.group.empty()) {
    Status made = ports_.ensure_log_stream(action.log);
    // A log service that is away does not keep a container from starting: its lines wait in the spool.
    if (!made && made.error().code == "ResourceNotFoundException") {
      return Error{
          "ResourceInitializationError",
          cat("failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log ",
              "stream: ResourceNotFoundException: ", made.error().message)
      };
    }
  }
  return RootPrepared{std::move(root).value()};
}

Status Actors::prepare_volume(const VolumeDirectory& volume, const std::string& root) {
  if (ports_.without_files) return Done{};
  // What is there already, be it a file or a socket, is mounted as it is.
  if (volume.copy_from.empty()) return exists(volume.path) ? Status(Done{}) : make_directories(volume.path);
  std::lock_guard lock(volumes_);
  if (!volume.shared.empty()) TRY(prepare_shared(volume));
  TRY(make_directories(volume.path));
  if (!TRY(list_directory(volume.path)).empty()) return Done{};
  Result<Fd> source = open_in_root(root, volume.copy_from);
  if (!source) return Done{};
  // Also when there is nothing in it: the owner and the mode of the directory itself are the image's.
  std::string from = cat("/proc/", ::getpid(), "/fd/", source->get());
  TRY(run_ok({.argv = {"cp", "-a", "--reflink=auto", cat(from, "/."), volume.path}}));
  return Done{};
}

Actors::Answer Actors::act(const JoinNetwork& action) {
  // All secrets of the task are there before its first container starts, or none of them does.
  for (const auto& value_from : action.secrets) {
    Result<std::string> value = secret_value(value_from);
    if (!value) return std::move(value).error();
  }
  Status files = check_env_files(ports_.objects, action.env_files);
  if (!files) return std::move(files).error();
  Result<Joined> joined = ports_.network.join(action.network);
  if (!joined) {
    const Error& error = joined.error();
    return Error{"ResourceInitializationError", error.message, cat(error.code, " ", error.detail)};
  }
  TaskSpec task = action.task;
  task.netns_path = joined->netns_path;
  Status started = ports_.runtime.start_task(task);
  if (started && !ports_.without_files) {
    started = write_names(action.names, *joined);
    if (!started) started.error().code = "ResourceInitializationError";
  }
  if (!started) return std::move(started).error();
  return NetworkJoined{std::move(joined).value()};
}

Status Actors::prepare_log(const StartContainer& action) {
  TRY(check_event_pattern(action.log));
  if (action.router && !ports_.without_files) TRY(write_router_files(*action.router, ports_.objects));
  return ports_.check_log ? ports_.check_log(action.log) : Status(Done{});
}

Actors::Answer Actors::act(const StartContainer& action) {
  Status prepared = prepare_log(action);
  if (!prepared) return std::move(prepared).error();
  ContainerSpec spec = action.spec;
  Status added = add_env_files(ports_.objects, action.env_files, spec.env);
  if (!added) return std::move(added).error();
  for (const auto& secret : action.secrets) {
    Result<std::string> value = secret_value(secret.value_from);
    if (!value) return std::move(value).error();
    spec.env.push_back(cat(secret.name, "=", *value));
    spec.secret_env = true;
  }
  Result<ContainerStarted> started = ports_.runtime.start(spec);
  if (!started) return std::move(started).error();
  return ContainerRunning{started->started_at};
}

Actors::Answer Actors::act(const StopContainer& action) {
  if (action.is_router && ports_.before_router_stop) ports_.before_router_stop(action.target.task_id);
  Status sent = ports_.runtime.signal({action.target.task_id, action.target.container}, action.signal);
  if (!sent) return std::move(sent).error();
  return SignalSent{};
}

Actors::Answer Actors::act(const KillContainer& action) {
  Status sent = ports_.runtime.kill({action.target.task_id, action.target.container});
  if (!sent) return std::move(sent).error();
  return KillSent{};
}

Actors::Answer Actors::act(const CheckHealth& action) {
  Result<ExecOutcome> ran = ports_.runtime.exec({action.target.task_id, action.target.container}, action.command);
  if (!ran) return std::move(ran).error();
  return HealthChecked{.passed = ran->exit_code == 0 && !ran->timed_out, .output = std::move(ran->output)};
}

Actors::Answer Actors::act(const RemoveTask& action) {
  if (ports_.before_removal) ports_.before_removal(action.target.task_id);
  Status outcome = ports_.runtime.remove_task(action.target.task_id);
  auto keep_first = [&](Status next) {
    if (outcome && !next) outcome = std::move(next);
  };
  for (const auto& root : action.root_ids) keep_first(ports_.images.unmount_root(root));
  keep_first(ports_.network.leave(action.target.task_id));
  for (const auto& directory : action.directories) {
    if (!ports_.without_files) keep_first(remove_tree(directory));
  }
  if (!outcome) return std::move(outcome).error();
  return TaskRemoved{};
}

Actors::Answer Actors::act(const UpdateSecurityGroups& action) {
  Status set = ports_.network.set_security_groups(action.groups);
  if (set) set = ports_.network.set_connect_endpoints(action.endpoints);
  if (!set) return std::move(set).error();
  return SecurityGroupsSet{};
}

Actors::Answer Actors::act(const WakeAt&) { return std::monostate{}; }

}  // namespace roadstead
