#include "decide/events/log_event.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

constexpr Instant now{5'000'000};

TEST(TargetLogEvent, AnInputOfTimeAndMessageIsJustThat) {
  EXPECT_EQ(log_event_of(R"({"timestamp":1500,"message":"hello"})", now), (TargetLogEvent{Instant::from_millis(1500), "hello"}));
  EXPECT_EQ(log_event_of(R"({"message":{"a":[1]},"timestamp":"1970-01-01T00:00:02Z"})", now), (TargetLogEvent{Instant::from_millis(2000), R"({"a":[1]})"}));
}

TEST(TargetLogEvent, AnythingElseIsWritten) {
  for (auto input : {"", "text", "{}", "[1,2]", R"({"timestamp":1500,"message":"hello","more":1})", R"({"timestamp":true,"message":"hello"})",
                     R"({"timestamp":"soon","message":"hello"})", R"({"timestamp":-1,"message":"x"})", R"({"timestamp":1500,"text":"x"})"}) {
    EXPECT_EQ(log_event_of(input, now), (TargetLogEvent{now, input})) << input;
  }
}

}  // namespace
}  // namespace roadstead
