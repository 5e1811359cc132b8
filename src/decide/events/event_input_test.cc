#include "decide/events/event_input.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace roadstead {
namespace {

const boost::json::value& event() {
  static const boost::json::value made = boost::json::parse(
      R"({"source":"aws.ecs","detail":{"status":"RUN\"NING","count":2,"list":[{"name":"a"},{"name":"b"}],"none":null}})"
  );
  return made;
}

const InputContext context{"arn:rule", "nightly", "2026-01-01T00:00:00Z"};

std::string transformed(std::string text, std::map<std::string, std::string> paths = {}) {
  events::Target target{.id = "1", .arn = "arn"};
  target.input_transformer = events::InputTransformer{.input_paths_map = std::move(paths), .input_template = std::move(text)};
  EXPECT_TRUE(check_input(target));
  return input_of(target, event(), context);
}

TEST(EventInput, TheEventAPartOfItOrAConstant) {
  events::Target target{.id = "1", .arn = "arn"};
  EXPECT_EQ(input_of(target, event(), context), boost::json::serialize(event()));
  target.input_path = "$.detail.list[1]";
  EXPECT_EQ(input_of(target, event(), context), R"({"name":"b"})");
  target.input_path = "$.detail.nothing";
  EXPECT_EQ(input_of(target, event(), context), "{}");
  target.input_path.reset();
  target.input = R"({"a":1})";
  EXPECT_EQ(input_of(target, event(), context), R"({"a":1})");
}

TEST(EventInput, Transforms) {
  EXPECT_EQ(transformed(R"({"s":<s>,"n":<n>,"l":<l>})", {{"s", "$.detail.status"}, {"n", "$.detail.count"}, {"l", "$.detail.list"}}),
            R"({"s":"RUN\"NING","n":2,"l":[{"name":"a"},{"name":"b"}]})");
  EXPECT_EQ(transformed(R"("it is <s>, <n> of \"<x>\"")", {{"s", "$.detail.status"}, {"n", "$.detail.count"}, {"x", "$.missing"}}),
            R"("it is RUN\"NING, 2 of \"\"")");
  EXPECT_EQ(transformed(R"({"rule":<aws.events.rule-name>,"arn":"<aws.events.rule-arn>","at":<aws.events.event.ingestion-time>})"),
            R"({"rule":"nightly","arn":"arn:rule","at":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(transformed("<aws.events.event>"), boost::json::serialize(event()));
  EXPECT_EQ(transformed("1 < 2 <unknown> <"), "1 < 2 <unknown> <");
}

TEST(EventInput, RefusesWhatCannotWork) {
  auto refused = [](auto change) {
    events::Target target{.id = "1", .arn = "arn"};
    change(target);
    auto checked = check_input(target);
    return !checked && checked.error().code == "ValidationException";
  };
  EXPECT_TRUE(refused([](auto& target) { target.input = "{"; }));
  EXPECT_TRUE(refused([](auto& target) { target.input_path = "detail"; }));
  EXPECT_TRUE(refused([](auto& target) { target.input_path = "$.a[x]"; }));
  EXPECT_TRUE(refused([](auto& target) { target.input_path = "$.a..b"; }));
  EXPECT_TRUE(refused([](auto& target) { target.input = "1"; target.input_path = "$"; }));
  EXPECT_TRUE(refused([](auto& target) { target.input_transformer = {.input_paths_map = {{{"a", "b"}}}, .input_template = "x"}; }));
  EXPECT_TRUE(refused([](auto& target) { target.input_transformer = {.input_paths_map = {{{"AWSx", "$"}}}, .input_template = "x"}; }));
}

}  // namespace
}  // namespace roadstead
