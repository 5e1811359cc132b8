// Every operation of every service against its own model: for each member that a request may have, at any depth, what is
// missing, of the wrong type, no enumerator, too short, too long, just within bounds, or hostile. The requests are made from the
// descriptor tables that the interpreters read, so a new operation or member is tested from the day it is in idl/. They go
// through the gateway like any other; each must get an answer of the right class and never an internal error.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <map>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/model/service_model.h"
#include "aws/wire/pattern.h"
#include "base/text/text.h"
#include "rows/rows.gen.h"
#include "support/world.h"

namespace roadstead {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 12;
constexpr std::size_t longest_text = 20'000;
constexpr std::size_t longest_list = 2'000;
constexpr std::size_t most_shown = 25;

/// What a request must be answered with.
enum class Expected {
  malformed,  // the code for what is not of the right type
  invalid,    // the code for what breaks the model
  allowed,    // anything that the handler may say, but no complaint about the model
  civil,      // any answer that the operation may give
};

/// One way to fill a place in a request. Without `value` the place is left out.
struct Variant {
  std::string name;
  std::optional<json::value> value;
  Expected expected = Expected::civil;
};

/// A place in a request: the way to it from the input, by members, and through the first item of lists and maps.
struct Place {
  std::vector<const Member*> way;  // null: into a list or map
  const Type* type = nullptr;
  bool required = false;

  std::string name() const {
    std::string out;
    for (const auto* member : way) out += member == nullptr ? "[]" : cat('.', member->name);
    return out.empty() ? "(input)" : out;
  }
};

std::string_view json_name(const Member& member) { return member.json_name.empty() ? member.name : member.json_name; }

bool fits(const Type& type, std::string_view text) {
  if (type.limits == nullptr) return true;
  auto size = static_cast<double>(text.size());
  bool long_enough = size >= type.limits->min && size <= type.limits->max;
  return long_enough && (type.limits->pattern.empty() || matches(type.limits->pattern, text));
}

/// Texts that mean something in a world that `furnish` has furnished, by the names of members.
const std::map<std::string_view, std::string_view> known_texts{
    {"cluster", "default"}, {"clusterArn", "default"}, {"taskDefinition", "sample"}, {"family", "sample"}, {"service", "sample"},
    {"serviceName", "other"}, {"logGroupName", "sample"}, {"logStreamName", "sample"}, {"image", "sample"}, {"containerName", "main"}, {"Name", "/sample"},
};

std::string sample_text(const Type& type, const Member* member) {
  if (member != nullptr) {
    auto known = known_texts.find(member->name);
    if (known != known_texts.end() && fits(type, known->second)) return std::string(known->second);
  }
  for (std::string_view candidate : {"sample", "arn:aws:iam::123456789012:role/sample", "1", "sample-sample-sample-sample-sample-sample", "/sample", "123456789012", "123456",
                                     "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/sample",
                                     "arn:aws:scheduler:us-east-1:123456789012:schedule-group/sample", "arn:aws:sqs:us-east-1:123456789012:sample", "sample.sample"}) {
    if (fits(type, candidate)) return std::string(candidate);
  }
  auto least = type.limits != nullptr && type.limits->min > 0 ? static_cast<std::size_t>(type.limits->min) : 1;
  return std::string(least, 'a');
}

json::value sample(const Type& type, const Member* member = nullptr);

json::object sample_structure(const Type& type) {
  json::object out;
  for (const auto& member : type.members) {
    if (member.required) out[json_name(member)] = sample(*member.type, &member);
  }
  return out;
}

/// As few entries as the model allows, one at least.
json::object sample_map(const Type& type) {
  json::object out;
  auto least = type.limits != nullptr && type.limits->min > 1 ? static_cast<std::size_t>(type.limits->min) : 1;
  bool by_enumerator = type.key != nullptr && type.key->kind == Kind::enumeration;
  for (std::size_t i = 0; i < least; ++i) {
    auto key = by_enumerator ? std::string(type.key->values[i]) : cat("sample", i);
    out[key] = sample(*type.element);
  }
  return out;
}

/// A value that the model allows: required members only, one item in lists.
json::value sample(const Type& type, const Member* member) {
  switch (type.kind) {
    case Kind::boolean: return false;
    case Kind::integer:
    case Kind::long_integer:
    case Kind::floating:
      return type.limits == nullptr ? json::value(1) : json::value(std::clamp(1.0, type.limits->min, type.limits->max));
    case Kind::string: return json::value(sample_text(type, member));
    case Kind::blob: return "c2FtcGxl";
    case Kind::timestamp: return 1'750'000'000;
    case Kind::document: return json::object{};
    case Kind::enumeration: return json::value(type.values.front());
    case Kind::list: return json::array{sample(*type.element, member)};
    case Kind::map: return sample_map(type);
    case Kind::structure: return sample_structure(type);
  }
  return nullptr;
}

/// A request with `value` at a place, and all that the model requires around it.
json::value build(const Type& type, const Place& place, std::size_t step, const std::optional<json::value>& value) {
  if (step == place.way.size()) return *value;
  bool last = step + 1 == place.way.size();
  const auto* member = place.way[step];
  if (member == nullptr) {
    auto inner = build(*type.element, place, step + 1, value);
    if (type.kind == Kind::list) return json::array{std::move(inner)};
    auto out = sample(type).as_object();
    out.begin()->value() = std::move(inner);
    return out;
  }
  auto out = type.is_union ? json::object{} : sample_structure(type);
  if (last && !value) {
    out.erase(json_name(*member));
  } else {
    out[json_name(*member)] = build(*member->type, place, step + 1, value);
  }
  return out;
}

void collect(const Type& type, const Place& here, std::vector<const Type*> above, std::vector<Place>& places) {
  if (here.way.size() > deepest || std::ranges::count(above, &type) > 1) return;
  above.push_back(&type);
  auto go = [&](const Member* member, const Type& inner) {
    Place next = here;
    next.way.push_back(member);
    next.type = &inner;
    next.required = member != nullptr && member->required;
    places.push_back(next);
    collect(inner, next, above, places);
  };
  if (type.kind == Kind::structure) {
    for (const auto& member : type.members) go(&member, *member.type);
  } else if (type.kind == Kind::list || type.kind == Kind::map) {
    go(nullptr, *type.element);
  }
}

class Variants {
 public:
  Variants(const Place& place, bool is_json) : place_(place), type_(*place.type), json_(is_json) {}

  std::vector<Variant> all() {
    add_presence();
    if (json_) add_wrong_types();
    if (type_.kind == Kind::enumeration) add("no enumerator", "no-such-value", Expected::invalid);
    add_limits();
    add_hostile();
    return std::move(out_);
  }

 private:
  void add(std::string name, std::optional<json::value> value, Expected expected) {
    out_.push_back({std::move(name), std::move(value), expected});
  }

  void add_presence() {
    add("a plain value", sample(type_, place_.way.back()), Expected::allowed);
    if (!place_.required) return;
    add("missing", std::nullopt, Expected::invalid);
    if (json_) add("null", json::value(nullptr), Expected::invalid);
  }

  void add_wrong_types() {
    static const json::object object{{"sample", 1}};
    auto wrong = [&](std::string name, json::value value) { add(std::move(name), std::move(value), Expected::malformed); };
    bool takes_text = type_.kind == Kind::string || type_.kind == Kind::enumeration || type_.kind == Kind::blob;
    bool takes_number = type_.kind == Kind::integer || type_.kind == Kind::long_integer || type_.kind == Kind::floating || type_.kind == Kind::timestamp;
    bool takes_object = type_.kind == Kind::structure || type_.kind == Kind::map;
    if (type_.kind == Kind::document) return;
    if (!takes_text) wrong("a text", "no");
    if (!takes_number) wrong("a number", 17);
    if (!takes_object) wrong("an object", object);
    if (type_.kind != Kind::list) wrong("a list", json::array{});
    if (type_.kind != Kind::boolean) wrong("a boolean", true);
    if (type_.kind == Kind::integer) wrong("too big a number", 4'000'000'000LL);
    if (type_.kind == Kind::integer || type_.kind == Kind::long_integer) wrong("a fraction", 1.5);
    if (type_.kind == Kind::blob) wrong("no base64", "not base64!");
  }

  void add_limits() {
    if (type_.limits == nullptr) return;
    switch (type_.kind) {
      case Kind::integer:
      case Kind::long_integer:
      case Kind::floating: return add_number_limits();
      case Kind::string: return add_text_limits();
      case Kind::list: return add_list_limits();
      default: return;
    }
  }

  json::value number(double value) const {
    if (type_.kind == Kind::floating) return value;
    return static_cast<std::int64_t>(value);
  }

  void add_number_limits() {
    constexpr double whole = 2e9;
    const auto& limits = *type_.limits;
    if (limits.min > -whole) {
      add("below its least", number(limits.min - 1), Expected::invalid);
      add("its least", number(limits.min), Expected::allowed);
    }
    if (limits.max < whole) {
      add("above its most", number(limits.max + 1), Expected::invalid);
      add("its most", number(limits.max), Expected::allowed);
    }
  }

  void add_text_limits() {
    const auto& limits = *type_.limits;
    auto text = [](double size) { return std::string(static_cast<std::size_t>(size), 'a'); };
    auto add_within = [&](std::string name, double size) {
      if (fits(type_, text(size))) add(std::move(name), json::value(text(size)), Expected::allowed);
    };
    if (limits.min > 0) {
      add("too short", json::value(text(limits.min - 1)), Expected::invalid);
      add_within("its shortest", limits.min);
    }
    if (limits.max < longest_text) {
      add("too long", json::value(text(limits.max + 1)), Expected::invalid);
      add_within("its longest", limits.max);
    }
    constexpr std::string_view strange = "\x01 \n";
    if (!limits.pattern.empty() && !matches(limits.pattern, strange)) add("off its pattern", json::value(strange), Expected::invalid);
  }

  void add_list_limits() {
    const auto& limits = *type_.limits;
    // A form cannot say that an item is there which has nothing in it.
    bool says_items = json_ || sample(*type_.element) != json::object{};
    if (!says_items) return;
    auto list = [&](double size) { return json::array(static_cast<std::size_t>(size), sample(*type_.element)); };
    if (limits.min > 0) add("too few", list(limits.min - 1), Expected::invalid);
    if (limits.min > 0) add("its fewest", list(limits.min), Expected::allowed);
    if (limits.max < longest_list) {
      add("too many", list(limits.max + 1), Expected::invalid);
      add("its most", list(limits.max), Expected::allowed);
    }
  }

  void add_hostile() {
    auto hostile = [&](json::value value) { add("a hostile value", std::move(value), Expected::civil); };
    switch (type_.kind) {
      case Kind::string:
        for (std::string_view text : {"", " ", "arn:", "arn:aws:ecs:us-east-1:123456789012:", "arn:aws:ecs:us-east-1:123456789012:cluster/",
                                      "arn:aws:ecs:us-east-1:123456789012:service/a/b/c", "a:b:c", ":1", "sample:-1", "sample:99999999999999", "../..",
                                      "\xf0\x9f\x92\xa5", "-1", "1e999", "%00", "{}", "((((", "[", "aws:sample"}) {
          hostile(json::value(text));
        }
        hostile(json::value(std::string("a\0b", 3)));
        hostile(json::value(std::string(10'000, 'x')));
        return;
      case Kind::integer:
        for (std::int64_t value : {-1LL, 0LL, 65'536LL, static_cast<long long>(std::numeric_limits<std::int32_t>::max()),
                                   static_cast<long long>(std::numeric_limits<std::int32_t>::min())}) {
          hostile(value);
        }
        return;
      case Kind::long_integer:
        for (std::int64_t value : {std::int64_t{-1}, std::int64_t{0}, std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
          hostile(value);
        }
        return;
      case Kind::floating:
        for (double value : {-1.0, 0.0, 1e308, -1e308, 1e-308}) hostile(value);
        return;
      case Kind::timestamp:
        for (double value : {-1.0, 0.0, 1e9, 1e15, -1e15}) hostile(value);
        return;
      case Kind::enumeration:
        for (auto value : type_.values) add("an enumerator", json::value(value), Expected::allowed);
        return;
      case Kind::boolean: return hostile(true);
      case Kind::list:
        hostile(json::array{});
        hostile(json::array(150, sample(*type_.element, place_.way.back())));
        return;
      case Kind::map:
      case Kind::structure: return hostile(json::object{});
      default: return;
    }
  }

  const Place& place_;
  const Type& type_;
  bool json_;
  std::vector<Variant> out_;
};

/// What any operation may answer beside the errors of its model (reference/ecs-core.md §1.1).
const std::set<std::string, std::less<>> common_codes{"AccessDeniedException",      "ClientException",           "InvalidParameterException",
                                                      "ClusterNotFoundException",   "UnsupportedFeatureException", "ThrottlingException",
                                                      "UnsupportedOperationException", "InvalidParameterValue",  "ValidationException",
                                                      "ResourceNotFoundException"};

/// "ecs", "RunTask".
struct OperationName {
  std::string service;
  std::string operation;

  friend void PrintTo(const OperationName& name, std::ostream* out) { *out << name.service << '/' << name.operation; }
};

class ModelOfOperation : public testing::TestWithParam<OperationName> {
 public:
  void run() {
    renew();
    find(*world_);
    ASSERT_NE(operation_, nullptr);
    bool is_json = model_->protocol == Protocol::aws_json_1_1 || model_->protocol == Protocol::aws_json_1_0 ||
                   model_->protocol == Protocol::rest_json_1;
    std::vector<Place> places;
    collect(*operation_->input, Place{}, {}, places);
    check(Place{}, {"only what is required", sample_structure(*operation_->input), Expected::allowed});
    for (const auto& place : places) {
      for (const auto& variant : Variants(place, is_json).all()) check(place, variant);
    }
    world_->advance(std::chrono::seconds(1));
    std::string shown;
    for (std::size_t i = 0; i < std::min(mismatches_.size(), most_shown); ++i) shown += cat(mismatches_[i], "\n");
    EXPECT_TRUE(mismatches_.empty()) << mismatches_.size() << " of " << requests_ << " requests got the wrong answer:\n" << shown;
    EXPECT_GT(requests_, 0U);
  }

 private:
  /// A world in which things are that requests can name. What was made in the one before is acted upon first.
  void renew() {
    if (world_) world_->advance(std::chrono::seconds(1));
    world_ = std::make_unique<World>();
    furnish(*world_);
  }

  static void furnish(World& world) {
    auto made = world.transact([](Tx& tx) -> Status {
      NodeRow node;
      node.node_id = "n1";
      node.host_name = "n1";
      node.cpu_architecture = "X86_64";
      node.cpu_units = 1024;
      node.memory_mib = 1024;
      node.last_seen_at = tx.now();
      tx.put(std::move(node));
      return Done{};
    });
    ASSERT_TRUE(made);
    auto family = world.call("ecs", "RegisterTaskDefinition",
                             R"({"family":"sample","containerDefinitions":[{"name":"main","image":"sample","memory":64}]})");
    ASSERT_EQ(family.code, "") << family.message;
    auto service = world.call("ecs", "CreateService", R"({"serviceName":"sample","taskDefinition":"sample","desiredCount":1})");
    ASSERT_EQ(service.code, "") << service.message;
    auto group = world.call("logs", "CreateLogGroup", R"({"logGroupName":"sample"})");
    ASSERT_EQ(group.code, "") << group.message;
  }

  void find(World& world) {
    for (const auto& registration : world.services()) {
      if (registration.model.name != GetParam().service) continue;
      model_ = &registration.model;
      operation_ = model_->find(GetParam().operation);
    }
  }

  void check(const Place& place, const Variant& variant) {
    auto document = place.way.empty() ? *variant.value : build(*operation_->input, place, 0, variant.value);
    auto request = json::serialize(document);
    ++requests_;
    auto reply = world_->call(GetParam().service, GetParam().operation, request);
    // In a path or a query everything is a text, and what is left out is an empty one.
    bool in_body = place.way.empty() ? model_->protocol != Protocol::rest_xml : place.way.front()->location == Location::body;
    auto problem = problem_of(reply, in_body ? variant.expected : Expected::civil);
    // What was created would be in the way of the next.
    if (reply.status == 200 && operation_->name.starts_with("Create")) renew();
    if (problem.empty()) return;
    mismatches_.push_back(cat(place.name(), ", ", variant.name, ": ", problem, "; it got ", reply.status, ' ', reply.code, " \"", reply.message.substr(0, 160),
                              "\" for ", request.substr(0, 300)));
  }

  /// What is wrong with an answer; empty when nothing is.
  std::string problem_of(const Reply& reply, Expected expected) const {
    // S3 says 501 of what it does not have.
    if (reply.status >= 500 && reply.code != "NotImplemented") return "an internal error";
    if (expected == Expected::malformed) return reply.code == model_->refusals.malformed ? "" : cat("should be ", model_->refusals.malformed);
    if (expected == Expected::invalid) return reply.code == model_->refusals.invalid ? "" : cat("should be ", model_->refusals.invalid);
    if (expected == Expected::allowed) {
      bool complains = reply.code == model_->refusals.malformed && model_->refusals.malformed != model_->refusals.invalid;
      if (complains || reply.message.find("failed to satisfy constraint") != std::string::npos) return "the model allows this";
    }
    if (reply.code.empty()) return reply.status / 100 == 2 ? "" : "neither worked nor failed";
    return may_answer(reply.code) ? "" : "the operation has no such error";
  }

  bool may_answer(std::string_view code) const {
    if (code == model_->refusals.malformed || code == model_->refusals.invalid || common_codes.contains(code)) return true;
    // The public model of S3 leaves most of its errors out.
    if (model_->protocol == Protocol::rest_xml) return true;
    return std::ranges::any_of(operation_->errors, [&](const ErrorShape* error) { return error->code == code || error->name == code; });
  }

  std::unique_ptr<World> world_;
  const ServiceModel* model_ = nullptr;
  const Operation* operation_ = nullptr;
  std::size_t requests_ = 0;
  std::vector<std::string> mismatches_;
};

/// All operations that have a handler.
std::vector<OperationName> all_operations() {
  World world;
  std::vector<OperationName> names;
  for (const auto& registration : world.services()) {
    for (const auto& operation : registration.model.operations) {
      if (operation.slot_kind(registration.handlers) == SlotKind::empty) continue;
      names.push_back({std::string(registration.model.name), std::string(operation.name)});
    }
  }
  return names;
}

TEST_P(ModelOfOperation, IsKept) { run(); }

INSTANTIATE_TEST_SUITE_P(Model, ModelOfOperation, testing::ValuesIn(all_operations()),
                         [](const auto& test) { return cat(test.param.service, "_", test.param.operation); });

}  // namespace
}  // namespace roadstead
