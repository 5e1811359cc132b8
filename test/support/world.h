// A whole Roadstead without sockets, threads or a real clock, for tests: the real gateway, handlers, controllers and
// store, driven by signed requests. Nodes and proxy are not in it (test/sim has them). Everything happens inside `call`. Each World is its own; the same seed gives the same ids.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/data/seal.h"
#include "base/id/id.h"
#include "base/observe/metrics.h"
#include "base/time/time.h"
#include "control/controllers.h"
#include "decide/metrics/metric_store.h"
#include "decide/schedules/fake_zones.h"
#include "gateway/gateway.h"
#include "gateway/identity.h"
#include "gateway/key_ring.h"
#include "logstore/log_group_target.h"
#include "logstore/log_store.h"
#include "objectstore/object_store.h"
#include "services/registry.h"
#include "store/feed/feed.h"
#include "store/inline_transactor.h"
#include "store/log/memory_log.h"
#include "store/tx/database.h"

namespace roadstead {

/// What came back from a call. `document` is the body: JSON, or for query services the XML turned into JSON, texts
/// only.
struct Reply {
  int status = 0;
  /// The error code; empty when the call worked.
  std::string code;
  std::string message;
  std::string document;
  HttpResponse http;
};

class World {
 public:
  struct Options {
    std::uint64_t seed = 1;
    IdentityOptions identity = {.account_id = "123456789012"};
    /// Whether there is an identity, the default network and the default cluster from the start.
    bool bootstrap = true;
    /// Instead of all services.
    std::span<const ServiceRegistration> services = {};
  };

  World() : World(Options{}) {}

  explicit World(Options options);
  ~World();

  /// Calls an operation with a JSON document as the current credentials. Query services get it as a form.
  Reply call(std::string_view service, std::string_view operation, std::string_view json);

  /// Hands a request to the gateway as it is. While it waits for something the clock goes on to when its time comes.
  HttpResponse send(HttpRequest request);

  /// Hands a request to the gateway; the answer is there once it was given.
  std::shared_ptr<const std::optional<HttpResponse>> post(HttpRequest request);

  /// A signed request, not yet sent. `json` as for `call`.
  HttpRequest signed_request(std::string_view service, std::string_view operation, std::string_view json);

  /// Runs work on the state, as handlers do.
  Status transact(Work work);

  Reader read() const { return database_.reader(); }

  /// Lets time pass, then steps.
  void advance(Duration span);

  /// Lets everything that follows the state (controllers, fakes) go on until nothing changes any more.
  void step();

  /// Adds something that follows the state: it is called by `step` and says whether it did anything.
  void add_stepper(std::function<bool()> stepper) { steppers_.push_back(std::move(stepper)); }

  /// Signs from now on as the root of `account`, whose key is made when there is none.
  void act_as(const std::string& account);

  void use_credentials(SigningCredentials credentials) { credentials_ = std::move(credentials); }

  const SigningCredentials& credentials() const { return credentials_; }

  const Identity& identity() const { return identity_; }

  FakeClock& clock() { return clock_; }

  Transactor& transactor() { return transactor_; }

  Database& database() { return database_; }

  Feed& feed() { return feed_; }

  Ids& ids() { return ids_; }

  Metrics& metrics() { return metrics_; }

  KeyRing& keys() { return keys_; }

  std::span<const ServiceRegistration> services() const { return options_.services; }

  /// What was measured; nothing is, unless a test does.
  MetricStore& measured() { return measured_; }

  /// The events of log streams, in a directory that goes with the world.
  LogStore& logs() { return *logs_; }

 private:
  const ServiceModel* model_of(std::string_view service) const;

  Options options_;
  FakeClock clock_;
  SeededIds ids_;
  SeededIds request_ids_;
  Metrics metrics_;
  MetricStore measured_;
  MemoryLog log_;
  Database database_;
  Feed feed_;
  InlineTransactor transactor_;
  KeyRing keys_;
  SealingKey sealing_key_ = SealingKey::from_bytes("the sealing key of a test world.").value();
  std::string logs_directory_;
  std::unique_ptr<LogStore> logs_;
  std::string objects_directory_;
  std::unique_ptr<ObjectFiles> object_files_;
  std::unique_ptr<ObjectStore> objects_;
  FakeZones zones_;
  std::unique_ptr<LogGroupTarget> log_target_;
  std::vector<ServiceRegistration> services_;
  Identity identity_;
  SigningCredentials credentials_;
  SigningKeyCache signing_keys_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<Controllers> controllers_;
  std::vector<std::function<bool()>> steppers_;
};

}  // namespace roadstead
