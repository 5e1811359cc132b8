#include "support/world.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "base/text/text.h"
#include "control/ecs_controllers.h"
#include "control/event_controllers.h"
#include "decide/installation/first_start.h"
#include "io/file.h"
#include "rows/rows.gen.h"
#include "services/ecs/state_events/state_events.h"
#include "support/query_json.h"
#include "support/rest_request.h"
#include "support/rest_xml_request.h"

namespace roadstead {

namespace {

std::string text_member(const boost::json::value& document, std::initializer_list<const char*> names) {
  if (!document.is_object()) return {};
  for (const char* name : names) {
    const auto* found = document.as_object().if_contains(name);
    if (found != nullptr && found->is_string()) return std::string(found->as_string());
  }
  return {};
}

/// Fills in code, message and document from the body.
void read_body(Reply& reply) {
  bool failed = reply.status >= 400;
  if (reply.http.body.starts_with('<')) {
    auto document = json_of_xml(reply.http.body);
    if (failed) {
      auto& object = document.as_object();
      const auto& error = object.contains("Code") ? document : object["Error"];
      reply.code = text_member(error, {"Code"});
      reply.message = text_member(error, {"Message"});
    }
    // The answer proper is inside <XResult>, the first child of <XResponse>.
    if (!failed && document.is_object() && !document.as_object().empty())
      document = document.as_object().begin()->value();
    if (document.is_string()) document = boost::json::object();
    reply.document = boost::json::serialize(document);
    return;
  }
  reply.document = reply.http.body;
  if (!failed) return;
  boost::system::error_code problem;
  auto document = boost::json::parse(reply.http.body, problem);
  auto code = text_member(document, {"__type"});
  for (const auto& [name, value] : reply.http.headers) {
    if (code.empty() && name == "x-amzn-ErrorType") code = value;
  }
  reply.code = code.substr(code.rfind('#') + 1);
  reply.message = text_member(document, {"message", "Message"});
}

std::string new_directory() {
  auto made = make_temporary_directory(std::filesystem::temp_directory_path().string(), "roadstead-world-");
  CHECK(made, "tests have a directory for temporary files");
  return *made;
}

std::unique_ptr<LogStore> open_logs(const std::string& directory, const Clock& clock) {
  auto logs = LogStore::open({.directory = directory, .clock = &clock, .background = false});
  CHECK(logs, "an empty directory can be used");
  return std::move(logs).value();
}

std::unique_ptr<ObjectFiles> open_objects(const std::string& directory) {
  auto files = ObjectFiles::open(directory);
  CHECK(files, "an empty directory can be used");
  return std::move(files).value();
}

}  // namespace

World::~World() {
  log_target_.reset();
  logs_.reset();
  auto removed = remove_tree(logs_directory_);
  if (removed) removed = remove_tree(objects_directory_);
  CHECK(removed, "a test's own directory can be removed");
}

World::World(Options options)
    : options_(std::move(options)),
      ids_(options_.seed),
      request_ids_(options_.seed + 1),
      database_(stored_schema()),
      transactor_({database_, log_, feed_, clock_, ids_}),
      logs_directory_(new_directory()),
      logs_(open_logs(logs_directory_, clock_)),
      objects_directory_(new_directory()),
      object_files_(open_objects(objects_directory_)),
      objects_(std::make_unique<ObjectStore>(*object_files_, transactor_)) {
  database_.set_consequence(ecs::tell_state_changes);
  keys_.follow(transactor_, [](Status status) { CHECK(status, "an empty store can be read"); });
  services_ = all_services({.logs = *logs_, .objects = *objects_, .transactor = transactor_, .sealing_key = sealing_key_, .zones = zones_});
  if (options_.services.empty()) options_.services = services_;
  if (options_.bootstrap) {
    auto made = transact([this](Tx& tx) -> Status {
      identity_ = TRY(ensure_identity(tx, options_.identity));
      return ensure_first_start(tx, {});
    });
    CHECK(made, "the identity of a test world is sound");
  }
  credentials_ = {identity_.access_key_id, identity_.secret_access_key};
  auto run_here = [](std::move_only_function<void()> job) {
    job();
    return true;
  };
  auto new_request_id = [this] { return new_uuid(request_ids_); };
  gateway_ = std::make_unique<Gateway>(
      Gateway::Deps{transactor_, keys_, clock_, metrics_, run_here, new_request_id, false},
      Gateway::Options{.account_id = identity_.account_id, .log_requests = false}, options_.services
  );
  auto list = ecs_controllers(measured_);
  for (auto& controller : event_controllers(zones_)) list.push_back(std::move(controller));
  controllers_ = std::make_unique<Controllers>(transactor_, std::move(list), metrics_);
  controllers_->start();
  add_stepper([this] {
    auto next = controllers_->next_wake();
    if (!next || *next > clock_.now()) return false;
    controllers_->run_due(clock_.now());
    return true;
  });
  add_stepper([this] {
    auto next = gateway_->waiting().next_wake();
    if (!next || *next > clock_.now()) return false;
    gateway_->waiting().run_due(clock_.now());
    return true;
  });
  log_target_ = std::make_unique<LogGroupTarget>(LogGroupTarget::Deps{transactor_, *logs_, clock_});
  log_target_->start(false);
  add_stepper([this] { return log_target_->step(); });
}

const ServiceModel* World::model_of(std::string_view service) const {
  for (const auto& registration : options_.services) {
    if (registration.model.name == service) return &registration.model;
  }
  return nullptr;
}

HttpRequest World::signed_request(std::string_view service, std::string_view operation, std::string_view json) {
  const auto* model = model_of(service);
  CHECK(model != nullptr, "tests call services that are registered");
  bool query = model->protocol == Protocol::aws_query || model->protocol == Protocol::ec2_query;
  std::vector<std::pair<std::string, std::string>> headers{{"Host", "roadstead.test"}};
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.remote = "192.0.2.1:40000";
  if (model->protocol == Protocol::rest_json_1) {
    headers.emplace_back("Content-Type", "application/json");
    write_rest_request(*model->find(operation), json, request);
  } else if (model->protocol == Protocol::rest_xml) {
    write_rest_xml_request(*model->find(operation), json, request, headers);
  } else if (query) {
    headers.emplace_back("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    request.body = cat("Action=", operation, "&Version=", model->version, form_of_json(json));
  } else {
    headers.emplace_back("Content-Type", cat("application/x-amz-json-1.", model->protocol == Protocol::aws_json_1_0 ? '0' : '1'));
    headers.emplace_back("X-Amz-Target", cat(model->target_prefix, '.', operation));
    request.body = json;
  }
  std::vector<HeaderView> views(headers.begin(), headers.end());
  auto signature = sign(
      {request.method, request.target, views, request.body}, credentials_, options_.identity.region,
      model->signing_name, clock_.now(), signing_keys_
  );
  headers.insert(headers.end(), signature.begin(), signature.end());
  request.set_headers(headers);
  return request;
}

HttpResponse World::send(HttpRequest request) {
  auto answer = post(std::move(request));
  while (!*answer) {
    auto next = gateway_->waiting().next_wake();
    CHECK(next, "without threads every request is answered at once, or waits for a time");
    clock_.set(std::max(*next, clock_.now()));
    step();
  }
  return **answer;
}

std::shared_ptr<const std::optional<HttpResponse>> World::post(HttpRequest request) {
  auto answer = std::make_shared<std::optional<HttpResponse>>();
  gateway_->serve(std::move(request), HttpResponder([answer](HttpResponder::Make make) { *answer = make(); }));
  return answer;
}

Reply World::call(std::string_view service, std::string_view operation, std::string_view json) {
  Reply reply;
  reply.http = send(signed_request(service, operation, json));
  reply.status = reply.http.status;
  const auto* model = model_of(service);
  if (model->protocol == Protocol::rest_xml && reply.status < 300) {
    reply.document = json_of_rest_xml(*model->find(operation), reply.http);
  } else {
    read_body(reply);
  }
  return reply;
}

Status World::transact(Work work) {
  Status outcome = Error{"NotRun", "the work was not run"};
  transactor_.submit(std::move(work), [&outcome](Status status) { outcome = std::move(status); });
  return outcome;
}

void World::advance(Duration span) {
  clock_.advance(span);
  step();
}

void World::step() {
  constexpr int most_rounds = 1000;
  for (int round = 0; round < most_rounds; ++round) {
    bool changed = false;
    for (auto& stepper : steppers_) changed = stepper() || changed;
    if (!changed) return;
  }
  CHECK(false, "controllers come to rest when nothing happens");
}

void World::act_as(const std::string& account) {
  auto id = cat("AKIA", account, "TEST");
  auto made = transact([&](Tx& tx) -> Status {
    AccessKeyRow row;
    row.access_key_id = id;
    row.secret_access_key = cat("secret of ", account);
    row.account_id = account;
    row.principal_arn = cat("arn:aws:iam::", account, ":root");
    tx.put(std::move(row));
    return Done{};
  });
  CHECK(made, "a row can be stored");
  credentials_ = {id, cat("secret of ", account)};
}

}  // namespace roadstead
