#include "server.h"

#include <sys/sysinfo.h>
#include <sys/utsname.h>

#include <future>
#include <mutex>
#include <thread>

#include "admin.h"
#include "agent/endpoint/task_endpoints.h"
#include "agent/exec/exec_door.h"
#include "agent/images/emulation.h"
#include "agent/names/names_actor.h"
#include "agent/node/node_agent.h"
#include "base/observe/log.h"
#include "base/observe/metrics.h"
#include "base/text/text.h"
#include "io/forward_clock.h"
#include "control/controller_timer.h"
#include "control/controllers.h"
#include "control/ecs_controllers.h"
#include "control/event_controllers.h"
#include "decide/installation/first_start.h"
#include "gateway/gateway.h"
#include "gateway/identity.h"
#include "gateway/key_ring.h"
#include "gateway/s3_request.h"
#include "io/file.h"
#include "io/system_clock.h"
#include "io/system_ids.h"
#include "io/time_zones.h"
#include "io/worker_pool.h"
#include "logstore/log_group_target.h"
#include "logstore/log_store.h"
#include "logstore/stored_log_sink.h"
#include "net/http_server.h"
#include "objectstore/object_store.h"
#include "measure/measure_loop.h"
#include "node_parts.h"
#include "proxy/certificates/certificate_authority.h"
#include "proxy/proxy_actor.h"
#include "parts/object_values.h"
#include "parts/secret_values.h"
#include "services/ecs/state_events/state_events.h"
#include "services/registry.h"
#include "store/log/sqlite_log.h"
#include "store/log/state_directory.h"
#include "store/logged.h"
#include "store/thread_transactor.h"
#include "inside/exec_orders.h"
#include "inside/task_services.h"

namespace roadstead {

namespace {

constexpr auto answer_grace = std::chrono::seconds(2);
constexpr std::size_t outside_threads = 4;
constexpr std::size_t most_early_requests = 64;
constexpr const char* local_node = "local";

/// Runs one transaction and waits for it. Not on the state thread.
Status transact(Transactor& transactor, Work work) {
  auto promise = std::make_shared<std::promise<Status>>();
  auto outcome = promise->get_future();
  transactor.submit(std::move(work), [promise](Status status) { promise->set_value(std::move(status)); });
  return outcome.get();
}

std::string cpu_architecture() {
  utsname name{};
  ::uname(&name);
  return std::string_view(name.machine) == "aarch64" ? "ARM64" : "X86_64";
}

/// This machine as a node, or what is new of it since the last start.
void put_node(Tx& tx, const std::string& region, const ServeSettings& settings) {
  struct sysinfo machine {};
  ::sysinfo(&machine);
  NodeRow row{.node_id = local_node};
  if (auto known = tx.find<NodeRow>(local_node)) row = *known;
  row.host_name = machine_name();
  row.cpu_architecture = cpu_architecture();
  row.emulated_architectures = emulated_architectures();
  row.gpu_ids = offered_gpus(settings);
  row.cpu_units = static_cast<std::int32_t>(std::thread::hardware_concurrency() * 1024);
  row.memory_mib = static_cast<std::int32_t>(machine.totalram / 1024 / 1024 * machine.mem_unit);
  row.availability_zone = cat(region, 'a');
  if (!row.created_at) row.created_at = tx.now();
  row.last_seen_at = tx.now();
  tx.put(std::move(row));
}

/// What was found or made when the state was opened.
struct Opening {
  Identity identity;
  std::string network_cidr;
};

/// The API's own certificate, renewed when a start finds it old. Errors: those of CertificateAuthority.
Result<TlsFiles> api_certificate(const ServeSettings& settings, Instant now) {
  auto authority = TRY(CertificateAuthority::open(ca_directory(settings), machine_name(), now));
  auto path = cat(ca_directory(settings), "/api.pem");
  TRY(authority.ensure(path, settings.api_tls_host, now));
  return TlsFiles{.certificate = path, .key = path};
}

Gateway::Options gateway_options(const ServeSettings& settings, const Opening& opening) {
  Gateway::Options options{.account_id = opening.identity.account_id, .log_requests = settings.log_requests};
  if (!settings.api_tls_host.empty()) options.host_name = settings.api_tls_host;
  return options;
}

Result<Opening> open_installation(Transactor& transactor, const ServeSettings& settings) {
  auto opening = std::make_shared<Opening>();
  auto status = transact(transactor, [opening, &settings](Tx& tx) -> Status {
    IdentityOptions options{.account_id = settings.account_id, .region = settings.region, .domain = settings.domain};
    opening->identity = TRY(ensure_identity(tx, options));
    InstallationSettings installation{
        .network_cidr = settings.network_cidr,
        .https_port = settings.https_port,
        .express_bake_minutes = settings.express_bake_minutes,
        .express_grace_seconds = settings.express_grace_seconds,
    };
    TRY(ensure_first_start(tx, installation));
    put_node(tx, opening->identity.region, settings);
    tx.for_each<VpcRow>([&](const VpcRow& vpc) {
      if (vpc.is_default) opening->network_cidr = vpc.cidr_block;
    });
    return Done{};
  });
  if (!status) return status.error();
  return *opening;
}

}  // namespace

struct Server::Parts {
  Parts(StateDirectory directory_in, const ServeSettings& settings)
      : directory(std::move(directory_in)), measured({.period = std::chrono::seconds(settings.metric_period_seconds)}) {}

  StateDirectory directory;
  SystemClock wall;
  UptimeClock uptime;
  ForwardClock clock{wall, uptime};
  SystemTimeZones zones;
  SystemIds ids;
  std::mutex request_id_mutex;
  SystemIds request_ids;  // guarded by request_id_mutex
  Metrics metrics;
  MetricStore measured;  // state thread
  std::unique_ptr<SqliteLog> log;
  std::unique_ptr<SqliteLog> node_log;
  std::unique_ptr<LogStore> log_store;
  std::unique_ptr<ObjectFiles> object_files;
  std::unique_ptr<ObjectStore> objects;
  Database database{stored_schema()};
  Feed feed;
  KeyRing keys;
  std::optional<SealingKey> sealing_key;
  std::unique_ptr<ThreadTransactor> transactor;
  std::unique_ptr<Controllers> controllers;
  std::unique_ptr<ControllerTimer> timer;
  std::unique_ptr<StoredLogSink> log_sink;
  std::unique_ptr<LogGroupTarget> log_target;
  std::unique_ptr<CrunRuntime> runtime;
  std::unique_ptr<ImageStore> images;
  std::unique_ptr<UnboundServer> name_server;
  std::unique_ptr<NamesActor> names;
  std::unique_ptr<KernelNetwork> network;
  std::unique_ptr<NodeAgent> agent;
  std::unique_ptr<RowTaskServices> task_services;
  std::unique_ptr<TaskEndpoints> task_endpoints;
  std::unique_ptr<HttpServer> endpoint_door;
  std::shared_ptr<ExecDoor> exec_door;  // guarded by exec_mutex: made after the API is up
  std::vector<std::pair<HttpRequest, HttpResponder>> early_requests;  // guarded by exec_mutex: those that need the node
  std::mutex exec_mutex;
  std::unique_ptr<HaproxyProxy> haproxy;
  std::unique_ptr<ProxyActor> proxy;
  std::unique_ptr<MeasureLoop> measuring;
  std::unique_ptr<WorkerPool> workers;
  std::vector<ServiceRegistration> services;
  std::unique_ptr<Gateway> gateway;
  std::unique_ptr<Admin> admin;
  std::unique_ptr<HttpServer> http;
  std::string endpoint;
  std::mutex stop_mutex;
  std::function<void()> stop_request;  // guarded by stop_mutex
  bool stop_asked = false;             // guarded by stop_mutex

  Status open_state(const ServeSettings& settings);
  Status open_door(const ServeSettings& settings, const Opening& opening);
  Status open_node(const ServeSettings& settings, const Opening& opening);
  void open_names(const NameServerSettings& settings, NetworkConfig& networks);
  Status open_task_endpoints(const Opening& opening, std::uint16_t port);
  void open_controllers();
  void open_exec();
  void serve_by_node(HttpRequest request, HttpResponder respond);
  void ask_to_stop();
  std::string new_request_id();
};

std::string Server::Parts::new_request_id() {
  std::lock_guard lock(request_id_mutex);
  return new_uuid(request_ids);
}

void Server::Parts::ask_to_stop() {
  std::lock_guard lock(stop_mutex);
  stop_asked = true;
  if (stop_request) stop_request();
}

Status Server::Parts::open_state(const ServeSettings& settings) {
  log = TRY(SqliteLog::open(settings.state_directory));
  TRY(load_state(*log, database, feed));
  database.set_consequence(ecs::tell_state_changes);
  sealing_key = TRY(open_sealing_key(settings.state_directory, database.reader()));
  log_store = TRY(LogStore::open({.directory = cat(settings.state_directory, "/logs")}));
  object_files = TRY(ObjectFiles::open(cat(settings.state_directory, "/objects")));
  TRY(sweep_objects(*object_files, database.reader()));
  ThreadTransactor::Deps deps{.database = database, .log = *log, .feed = feed, .clock = clock, .ids = ids, .metrics = metrics};
  transactor = std::make_unique<ThreadTransactor>(deps);
  objects = std::make_unique<ObjectStore>(*object_files, *transactor);
  auto ready = std::make_shared<std::promise<Status>>();
  auto outcome = ready->get_future();
  keys.follow(*transactor, [ready](Status status) { ready->set_value(std::move(status)); });
  return outcome.get();
}

Status Server::Parts::open_door(const ServeSettings& settings, const Opening& opening) {
  workers = std::make_unique<WorkerPool>("outside", outside_threads);
  images = std::make_unique<ImageStore>(image_settings(settings), clock);
  services = all_services({.logs = *log_store, .objects = *objects, .transactor = *transactor, .sealing_key = *sealing_key, .zones = zones});
  Gateway::Deps deps{
      .transactor = *transactor,
      .keys = keys,
      .clock = wall,
      .metrics = metrics,
      .run_outside = [this](std::move_only_function<void()> job) { return workers->try_submit(std::move(job)); },
      .new_request_id = [this] { return new_request_id(); },
      .state_clock = &clock,
  };
  gateway = std::make_unique<Gateway>(
      std::move(deps), gateway_options(settings, opening), services
  );
  HttpServerOptions options;
  options.body_bound = [this, ordinary = options.most_body_bytes](std::string_view target, std::string_view authorization) {
    return body_bound_of(target, authorization, keys, ordinary);
  };
  bool tls = !settings.api_tls_host.empty();
  options.listen.push_back({.address = settings.api_address, .port = settings.api_port, .tls = tls});
  options.listen.push_back({.unix_path = admin_socket_of(settings.state_directory)});
  if (tls) options.tls = TRY(api_certificate(settings, wall.now()));
  endpoint = cat(tls ? "https://" : "http://", tls ? settings.api_tls_host : settings.api_address, ':', settings.api_port);
  const auto& who = opening.identity;
  AdminIdentity identity{settings.name, endpoint, who.region, who.account_id, who.access_key_id, who.secret_access_key,
                         ca_file(settings)};
  admin = std::make_unique<Admin>(Admin::Deps{*transactor, *images, *workers, std::move(identity), [this] { ask_to_stop(); }});
  http = TRY(HttpServer::start(std::move(options), [this](HttpRequest request, HttpResponder respond) {
    if (ExecDoor::is_for(request) || Admin::needs_node(request)) {
      serve_by_node(std::move(request), std::move(respond));
    } else if (Admin::is_for(request)) {
      admin->serve(std::move(request), std::move(respond));
    } else {
      gateway->serve(std::move(request), std::move(respond));
    }
  }));
  return Done{};
}

Status Server::Parts::open_node(const ServeSettings& settings, const Opening& opening) {
  runtime = TRY(CrunRuntime::open(runtime_settings(settings)));
  auto networks = network_config(settings, opening.network_cidr);
  networks.endpoint_port = TRY(free_endpoint_port());
  open_names(name_server_settings(settings, opening.network_cidr), networks);
  network = TRY(KernelNetwork::open(networks));
  auto node_directory = cat(settings.state_directory, "/node");
  TRY(make_directories(node_directory, 0700));
  node_log = TRY(SqliteLog::open(node_directory));
  log_sink = std::make_unique<StoredLogSink>(*transactor, *log_store);
  AgentSettings agent_settings;
  agent_settings.node_id = local_node;
  agent_settings.region = opening.identity.region;
  agent_settings.account_id = opening.identity.account_id;
  agent_settings.availability_zone = cat(opening.identity.region, 'a');
  agent_settings.directory = node_directory;
  NodeAgent::Deps deps{.runtime = *runtime, .images = *images, .network = *network, .transactor = *transactor,
                       .log = *node_log, .log_sink = *log_sink, .clock = clock, .metrics = metrics,
                       .secrets = secret_source(*transactor, *sealing_key), .objects = object_source(*objects)};
  agent = std::make_unique<NodeAgent>(std::move(agent_settings), std::move(deps));
  TRY(agent->start());
  TRY(open_task_endpoints(opening, networks.endpoint_port));
  open_exec();
  haproxy = std::make_unique<HaproxyProxy>(proxy_settings(settings), ca_directory(settings), machine_name());
  proxy = std::make_unique<ProxyActor>(ProxyActor::Deps{*haproxy, *transactor, clock, metrics});
  proxy->start();
  measuring = std::make_unique<MeasureLoop>(MeasureLoop::Deps{
      .transactor = *transactor, .store = measured, .runtime = *runtime, .proxy = *proxy, .clock = clock,
      .node_id = local_node, .period = measured.period()
  });
  return Done{};
}

void Server::Parts::open_controllers() {
  auto list = ecs_controllers(measured);
  for (auto& controller : event_controllers(zones)) list.push_back(std::move(controller));
  controllers = std::make_unique<Controllers>(*transactor, std::move(list), metrics);
  timer = std::make_unique<ControllerTimer>(*controllers, *transactor, clock);
  controllers->start();
  log_target = std::make_unique<LogGroupTarget>(LogGroupTarget::Deps{*transactor, *log_store, clock});
  log_target->start();
}

/// Without a name server tasks ask the machine's own resolvers, and only the names of Cloud Map are missing.
void Server::Parts::open_names(const NameServerSettings& settings, NetworkConfig& networks) {
  if (!name_server_installed()) {
    log_warning("names.not_told", {{"why", "unbound is not installed. Install it: apt-get install unbound"}});
    return;
  }
  name_server = std::make_unique<UnboundServer>(settings);
  names = std::make_unique<NamesActor>(NamesActor::Deps{*name_server, *transactor, clock, metrics});
  auto started = names->start();
  if (started) {
    networks.resolver_address = settings.address;
  } else {
    log_warning("names.not_told", {{"why", started.error().message}, {"detail", started.error().detail}});
  }
}

/// Whoever comes while the node is still being taken over waits until it is.
void Server::Parts::serve_by_node(HttpRequest request, HttpResponder respond) {
  std::shared_ptr<ExecDoor> door;
  {
    std::lock_guard lock(exec_mutex);
    door = exec_door;
    if (!door && early_requests.size() < most_early_requests) {
      early_requests.emplace_back(std::move(request), std::move(respond));
      return;
    }
  }
  if (!door) return respond({.status = 503, .headers = {}, .body = "The server is starting. Try again.\n"});
  if (ExecDoor::is_for(request)) return door->serve(request, respond);
  admin->serve(std::move(request), std::move(respond));
}

void Server::Parts::open_exec() {
  ExecDoor::Deps deps{.open = exec_opener(*transactor), .close = exec_closer(*transactor), .host = *runtime, .clock = clock,
                      .metrics = metrics};
  std::vector<std::pair<HttpRequest, HttpResponder>> waiting;
  {
    std::lock_guard lock(exec_mutex);
    exec_door = std::make_shared<ExecDoor>(std::move(deps));
    waiting.swap(early_requests);
  }
  for (auto& [request, respond] : waiting) serve_by_node(std::move(request), std::move(respond));
}

Status Server::Parts::open_task_endpoints(const Opening& opening, std::uint16_t port) {
  task_services = std::make_unique<RowTaskServices>(*transactor, opening.identity.account_id, opening.identity.region);
  TaskEndpoints::Deps deps{
      .inspect = [this](const std::function<void(const AgentCore&)>& look) { return agent->inspect(look); },
      .runtime = *runtime,
      .services = *task_services,
      .clock = clock,
      .metrics = metrics,
  };
  task_endpoints = std::make_unique<TaskEndpoints>(std::move(deps));
  HttpServerOptions options{.listen = {{.address = endpoint_address, .port = port}}, .threads = 1};
  options.most_body_bytes = 64 * 1024;
  endpoint_door = TRY(HttpServer::start(std::move(options), [this](HttpRequest request, HttpResponder respond) {
    task_endpoints->serve(std::move(request), std::move(respond));
  }));
  return Done{};
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Result<std::unique_ptr<Server>> Server::start(const ServeSettings& settings) {
  TRY(check_engines());
  auto parts = std::make_unique<Parts>(TRY(StateDirectory::open(settings.state_directory)), settings);
  auto& made = *parts;
  // From here on the destructor takes down whatever was made.
  std::unique_ptr<Server> server(new Server(std::move(parts)));
  TRY(made.open_state(settings));
  auto opening = TRY(open_installation(*made.transactor, settings));
  // Before anybody can ask for new ones.
  forget_exec_sessions(*made.transactor);
  TRY(made.open_door(settings, opening));
  made.open_controllers();
  TRY(made.open_node(settings, opening));
  if (settings.write_profile) {
    auto files = default_profile_files();
    auto written = files ? write_profile(*files, opening.identity, made.endpoint, settings.api_tls_host.empty() ? "" : ca_file(settings)) : Status(files.error());
    if (!written) log_warning("profile_not_written", {{"why", written.error().message}});
  }
  return server;
}

Server::~Server() {
  auto& parts = *parts_;
  if (parts.gateway) parts.gateway->stop_waiting();
  if (parts.http) parts.http->stop(std::chrono::duration_cast<std::chrono::milliseconds>(answer_grace));
  // What runs outside transactions uses the services, so it ends before they go.
  parts.workers.reset();
  parts.exec_door.reset();
  if (parts.endpoint_door) parts.endpoint_door->stop(std::chrono::milliseconds(0));
  parts.task_endpoints.reset();
  parts.measuring.reset();
  if (parts.agent) parts.agent->stop();
  if (parts.proxy) parts.proxy->stop();
  if (parts.names) parts.names->stop();
  if (parts.log_target) parts.log_target->stop();
  if (parts.timer) parts.timer->stop();
  if (parts.transactor) parts.transactor->stop();
}

std::string Server::endpoint() const { return parts_->endpoint; }

void Server::on_stop_request(std::function<void()> stop) {
  std::lock_guard lock(parts_->stop_mutex);
  parts_->stop_request = std::move(stop);
  if (parts_->stop_asked && parts_->stop_request) parts_->stop_request();
}

int exit_code_of(const Error& error) {
  if (error.code == "Usage" || error.code == "InvalidParameterException" || error.code == "InvalidConfiguration") return 2;
  if (error.code == "StateInUse") return 3;
  if (error.code == "ListenFailed") return 4;
  if (error.code == "MissingEngine") return 5;
  if (error.code == "NeedsRoot") return 6;
  if (error.code == "StateTooNew" || error.code == "StateUnreadable") return 7;
  if (error.code == "StateNotWritable") return 8;
  return 1;
}

}  // namespace roadstead
