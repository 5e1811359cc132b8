#include "gateway/gateway.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "aws/sign/signature_refusal.h"
#include "base/observe/log.h"
#include "base/text/text.h"
#include "gateway/authorise.h"
#include "gateway/protocol.h"
#include "gateway/s3_request.h"

namespace roadstead {

namespace {

constexpr int not_implemented = 501;

}  // namespace

/// One request on its way through.
struct Gateway::Call {
  HttpRequest http;
  HttpResponder respond;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  /// The target with the bucket in the path, where that is not what was signed.
  std::string target = {};
  Identified to = {};
  const Operation* operation = nullptr;
  Caller caller = {};
  std::variant<SignatureClaim, SignatureRefusal> claim = {};
  std::optional<AnyShape> in = {};
  // Where and until when it waits, once it has waited. State thread.
  std::optional<std::string> wait_key = {};
  std::uint64_t place = 0;
  Instant patient_until = {};

  RequestView view() const { return {http.method, http.target, http.headers, http.body}; }

  ErrorDialect dialect() const { return dialect_of(to.protocol); }

  const ServiceModel* model() const { return to.service == nullptr ? nullptr : &to.service->model; }

  std::string action() const {
    auto service = model() == nullptr ? std::string_view(to.service_name) : model()->signing_name;
    return cat(service, ':', to.operation);
  }
};

Gateway::Gateway(Deps deps, Options options, std::span<const ServiceRegistration> services)
    : deps_(std::move(deps)),
      options_(std::move(options)),
      services_(services),
      waiting_({.transactor = deps_.transactor, .clock = deps_.state_clock != nullptr ? *deps_.state_clock : deps_.clock, .services = services}) {
  waiting_.start(deps_.wake_in_background);
}

void Gateway::serve(HttpRequest request, HttpResponder respond) {
  auto call = std::make_shared<Call>(Call{.http = std::move(request), .respond = std::move(respond)});
  call->caller.request_id = deps_.new_request_id();
  call->caller.source_ip = call->http.remote.substr(0, call->http.remote.rfind(':'));
  if (auto host = call->http.header("host"); !host.empty()) {
    call->caller.endpoint = cat(call->http.secure ? "https://" : "http://", host);
  }
  try {
    if (answer_probe(call)) return;
    call->claim = read_claim(call->view());
    const auto* claim = std::get_if<SignatureClaim>(&call->claim);
    auto service = claim == nullptr ? std::string_view() : std::string_view(claim->service);
    call->target = service == "s3" ? with_bucket_in_path(call->http.target, call->http.header("host"), options_.host_name) : call->http.target;
    call->to = identify({call->http.method, call->target, call->http.headers, call->http.body}, service, services_);
    if (!authenticate(call)) return;
    if (!find_operation(call)) return;
    if (!authorise_call(call)) return;
    if (!open_body(call)) return;
    decode_and_run(call);
  } catch (const std::exception& problem) {
    refuse(call, internal_failure(call->dialect(), problem.what()));
  }
}

bool Gateway::answer_probe(const CallPointer& call) {
  if (call->http.method != "GET") return false;
  if (call->http.target == "/health") {
    call->respond({200, {{"Content-Type", "application/json"}}, "{\"status\":\"ok\"}\n"});
    return true;
  }
  if (call->http.target == "/metrics") {
    call->respond({200, {{"Content-Type", "text/plain; version=0.0.4"}}, deps_.metrics.render()});
    return true;
  }
  return false;
}

/// Fills in the caller, or refuses.
bool Gateway::authenticate(const CallPointer& call) {
  auto refuse_with = [&](const SignatureRefusal& refusal) {
    auto rendered = render_refusal(refusal, call->dialect());
    refuse(call, Error{std::move(rendered.code), std::move(rendered.message)}, rendered.status);
    return false;
  };
  if (const auto* refusal = std::get_if<SignatureRefusal>(&call->claim)) return refuse_with(*refusal);
  const auto& claim = std::get<SignatureClaim>(call->claim);
  auto key = deps_.keys.find(claim.access_key);
  if (key == nullptr) return refuse_with(unknown_key_refusal());
  // Without a service of ours there is nothing to do anyway, but a wrong signature is still said first.
  auto service = call->model() == nullptr ? std::string_view() : call->model()->signing_name;
  if (auto refusal = verify(call->view(), claim, *key, service, deps_.clock.now(), signing_keys_)) {
    return refuse_with(*refusal);
  }
  call->caller.account_id = key->account;
  call->caller.region = claim.region;
  call->caller.principal_arn = key->principal;
  call->caller.access_key_id = key->id;
  return true;
}

bool Gateway::find_operation(const CallPointer& call) {
  const auto* model = call->model();
  if (model != nullptr) call->operation = model->find(call->to.operation);
  if (call->operation == nullptr) {
    auto error = unknown_operation(call->dialect(), call->to.service_name, call->to.operation);
    auto status = call->dialect() == ErrorDialect::rest_json ? 404 : status_of(model, call->dialect(), error.code);
    refuse(call, std::move(error), status);
    return false;
  }
  bool speaks_it = can_speak(call->to.protocol, *model);
  if (!speaks_it || call->operation->slot_kind(call->to.service->handlers) == SlotKind::empty) {
    auto error = unsupported_operation(call->dialect(), call->action());
    auto status = status_of(model, call->dialect(), error.code);
    refuse(call, std::move(error), status);
    return false;
  }
  return true;
}

bool Gateway::authorise_call(const CallPointer& call) {
  auto action = call->action();
  if (authorise(call->caller, action, "*", options_.account_id)) return true;
  auto denial = render_denial(call->caller.principal_arn, action, "*", call->dialect());
  refuse(call, Error{std::move(denial.code), std::move(denial.message)}, denial.status);
  return false;
}

/// From here on the request is what its client meant: S3's may come framed, and with the bucket in the host's name.
bool Gateway::open_body(const CallPointer& call) {
  if (call->to.protocol != Protocol::rest_xml) return true;
  const auto& claim = std::get<SignatureClaim>(call->claim);
  auto key = deps_.keys.find(claim.access_key);
  if (key == nullptr) return true;  // gone since: what it signed is still genuine, and only framed bodies need it
  auto signing_key = signing_keys_.key_for(key->secret, key->id, claim.date, claim.region, claim.service);
  auto opened = open_s3_body(call->http, claim, std::move(signing_key));
  if (!opened) {
    refuse(call, std::move(opened).error());
    return false;
  }
  call->http.target = call->target;
  return true;
}

void Gateway::decode_and_run(const CallPointer& call) {
  auto in = decode(*call->model(), *call->operation, call->to.protocol, call->http);
  if (!in) return refuse(call, std::move(in).error());
  if (call->operation->slot_kind(call->to.service->handlers) == SlotKind::in_transaction) {
    call->in = std::move(in).value();
    transact(call);
  } else {
    run_outside(call, std::move(in).value());
  }
}

void Gateway::transact(const CallPointer& call) {
  struct Outcome {
    std::shared_ptr<const AnyShape> out;
    std::optional<Wait> wait;
    Instant at;
  };
  auto outcome = std::make_shared<Outcome>();
  auto work = [call, outcome](Tx& tx) -> Status {
    auto result = call->operation->invoke(call->to.service->handlers, &tx, call->caller, call->in->data());
    if (!result) return std::move(result).error();
    outcome->at = tx.now();
    const auto* rules = call->to.service->waits;
    if (rules != nullptr) outcome->wait = rules->wait_of(tx, tx.now(), *call->operation, call->in->data(), result->data());
    outcome->out = std::make_shared<const AnyShape>(std::move(result).value());
    return Done{};
  };
  auto done = [this, call, outcome](Status status) {
    if (status && hold(call, outcome->wait, outcome->at)) return;
    if (status) {
      answer(call, outcome->out);
    } else {
      refuse(call, std::move(status).error());
    }
    if (call->wait_key) waiting_.leave(*call->wait_key);
  };
  deps_.transactor.submit(std::move(work), std::move(done));
}

/// Keeps a call whose answer may still get better; false when it is to be answered now. On the state thread, before any
/// later change is told, so that none is missed.
bool Gateway::hold(const CallPointer& call, const std::optional<Wait>& wait, Instant now) {
  if (!wait) return false;
  if (!call->wait_key) {
    call->wait_key = wait->key;
    call->place = waiting_.next_place();
    call->patient_until = now + wait->patience;
  }
  if (now >= call->patient_until) return false;
  auto until = std::min(call->patient_until, wait->look_again.value_or(call->patient_until));
  return waiting_.wait(*call->wait_key, call->place, until, [this, call] { transact(call); });
}

void Gateway::run_outside(const CallPointer& call, AnyShape in) {
  auto job = [this, call, in = std::move(in)] {
    try {
      auto result = call->operation->invoke(call->to.service->handlers, nullptr, call->caller, in.data());
      if (result) return answer(call, std::make_shared<const AnyShape>(std::move(result).value()));
      refuse(call, std::move(result).error());
    } catch (const std::exception& problem) {
      refuse(call, internal_failure(call->dialect(), problem.what()));
    }
  };
  if (!deps_.run_outside(std::move(job))) {
    bool is_s3 = call->dialect() == ErrorDialect::s3;
    refuse(call, is_s3 ? Error{"SlowDown", "Please reduce your request rate."} : Error{"ThrottlingException", "Rate exceeded"}, is_s3 ? 503 : 400);
  }
}

/// Encoding is left to the connection's thread: the state thread has better things to do.
void Gateway::answer(const CallPointer& call, std::shared_ptr<const AnyShape> out) {
  call->respond.make_with([this, call, out = std::move(out)] {
    auto response = encode(*call->model(), *call->operation, call->to.protocol, *out, call->caller.request_id);
    observe(*call, "OK", response.status, response.body.size());
    return response;
  });
}

void Gateway::refuse(const CallPointer& call, Error error) {
  auto status = status_of(call->model(), call->dialect(), error.code);
  if (status == 500 && call->dialect() != ErrorDialect::json && error.code == "ServerException") {
    error.code = call->dialect() == ErrorDialect::s3 ? "InternalError" : "InternalFailure";
  }
  refuse(call, std::move(error), status);
}

void Gateway::refuse(const CallPointer& call, Error error, int status) {
  // What nobody has built is the client's to know, and nothing is wrong with the server.
  if (status == not_implemented && error.detail.empty()) {
    log_info("request_not_supported", {{"id", call->caller.request_id}, {"operation", call->action()}, {"message", error.message}});
  } else if (status >= 500 || !error.detail.empty()) {
    log_error(
        "request_failed", {{"id", call->caller.request_id},
                           {"operation", call->action()},
                           {"code", error.code},
                           {"message", error.message},
                           {"detail", error.detail}}
    );
  }
  call->respond.make_with([this, call, error = std::move(error), status] {
    auto response = encode_error(call->model(), call->to.protocol, error, status, call->caller.request_id);
    bool query_mode = call->http.header("x-amzn-query-mode") == "true" && call->dialect() == ErrorDialect::json;
    if (query_mode) response.headers.emplace_back("x-amzn-query-error", query_error_of(call->model(), error, status));
    observe(*call, error.code, status, response.body.size());
    return response;
  });
}

void Gateway::observe(const Call& call, const std::string& code, int status, std::size_t bytes) {
  using namespace std::chrono;
  auto micros = duration_cast<microseconds>(steady_clock::now() - call.started).count();
  // Only names from a model become labels: what clients make up would fill the memory.
  auto service = call.model() == nullptr ? std::string_view("unknown") : call.model()->name;
  auto operation = call.operation == nullptr ? std::string_view("unknown") : call.operation->name;
  auto labels = cat("service=\"", service, "\",operation=\"", operation, '"');
  deps_.metrics
      .counter(
          "roadstead_requests_total", "Requests by service, operation and outcome.", cat(labels, ",code=\"", code, '"')
      )
      .add();
  deps_.metrics.histogram("roadstead_request_seconds", "How long requests took.", labels).observe(micros);
  if (!options_.log_requests) return;
  log_info(
      "request", {{"id", call.caller.request_id},
                  {"caller", call.caller.principal_arn},
                  {"service", std::string(service)},
                  {"operation", call.to.operation.substr(0, 128)},
                  {"status", cat(status)},
                  {"code", code},
                  {"bytes", cat(bytes)},
                  {"micros", cat(micros)}}
  );
}

}  // namespace roadstead
