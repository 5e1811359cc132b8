// The front door: every AWS request of every service comes in at `Gateway::serve` and its answer leaves there.
//
//   HTTP ─► identify ─► authenticate ─► authorise ─► decode ─► handler ─► encode ─► HTTP
//             which        SigV4         one choke    codec     in a transaction (state thread)
//             operation    key ring      point                  or outside (worker pool)
//                                                                    │  ▲ nothing to tell yet
//                                                                    ▼  │ (waiting_room.h)
//                                                                   waits
//
// It holds no state of its own besides caches and requests that wait. `serve` runs on any thread and never blocks; the
// answer is given later.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "aws/sign/sigv4.h"
#include "base/observe/metrics.h"
#include "base/time/time.h"
#include "gateway/identify.h"
#include "gateway/key_ring.h"
#include "gateway/waiting_room.h"
#include "net/http.h"
#include "services/registry.h"
#include "store/transactor.h"

namespace roadstead {

class Gateway {
 public:
  /// Runs a job that may block on another thread; false when there is no room for it.
  using RunOutside = std::function<bool(std::move_only_function<void()>)>;

  struct Deps {
    Transactor& transactor;
    const KeyRing& keys;
    const Clock& clock;
    Metrics& metrics;
    RunOutside run_outside;
    /// A fresh UUID at each call. Any thread.
    std::function<std::string()> new_request_id;
    /// Whether requests that wait are woken by a thread; else by who calls `waiting().run_due`.
    bool wake_in_background = true;
    /// What transactions and requests that wait go by, where it is not `clock`.
    const Clock* state_clock = nullptr;
  };

  struct Options {
    /// The account that owns this Roadstead: its principals may do everything.
    std::string account_id;
    /// A log line for each request.
    bool log_requests = true;
    /// The name that the API goes by: S3's buckets may be called as "bucket.<host_name>".
    std::string host_name = "localhost";
  };

  /// Not on the state thread.
  Gateway(Deps deps, Options options, std::span<const ServiceRegistration> services);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Answers one request: the function to read first.
  /// GET /health and GET /metrics need no signature. The gateway must outlive the answer.
  void serve(HttpRequest request, HttpResponder respond);

  /// Answers all requests that wait, from now on at once. To shut down: call this, stop the transactor, and only then
  /// destroy the gateway.
  void stop_waiting() { waiting_.stop(); }

  /// Those that wait. State thread.
  WaitingRoom& waiting() { return waiting_; }

 private:
  struct Call;
  using CallPointer = std::shared_ptr<Call>;

  bool answer_probe(const CallPointer& call);
  bool authenticate(const CallPointer& call);
  bool find_operation(const CallPointer& call);
  bool authorise_call(const CallPointer& call);
  bool open_body(const CallPointer& call);
  void decode_and_run(const CallPointer& call);
  void transact(const CallPointer& call);
  bool hold(const CallPointer& call, const std::optional<Wait>& wait, Instant now);
  void run_outside(const CallPointer& call, AnyShape in);

  void answer(const CallPointer& call, std::shared_ptr<const AnyShape> out);
  void refuse(const CallPointer& call, Error error);
  void refuse(const CallPointer& call, Error error, int status);
  void observe(const Call& call, const std::string& code, int status, std::size_t bytes);

  Deps deps_;
  Options options_;
  std::span<const ServiceRegistration> services_;
  SigningKeyCache signing_keys_;
  WaitingRoom waiting_;
};

}  // namespace roadstead
