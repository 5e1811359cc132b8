#include "agent/logs/log_outlet.h"

#include <gtest/gtest.h>

#include "agent/logs/fluentd_outlet.h"
#include "agent/logs/journald_outlet.h"
#include "agent/logs/msgpack.h"
#include "agent/logs/syslog_outlet.h"
#include "agent/node/log_sink.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

using namespace std::string_literals;
using Texts = std::vector<std::string>;

// 2026-01-02T03:04:05.000006Z
constexpr Instant moment{1'767'323'045'000'006};

LogTarget target() {
  return {.driver = "fluentd", .tag = "t", .container_id = "0123456789abcdef", .container_name = "app", .image_name = "i"};
}

TEST(MessagePack, SmallestFormOfEachSize) {
  auto text_head = [](std::size_t size, std::size_t head) {
    MessagePack pack;
    pack.add(std::string(size, 'x'));
    std::string bytes = pack.take();
    EXPECT_EQ(bytes.size(), size + head);
    return bytes.substr(0, head);
  };
  EXPECT_EQ(text_head(31, 1), "\xbf");
  EXPECT_EQ(text_head(32, 2), "\xd9\x20"s);
  EXPECT_EQ(text_head(255, 2), "\xd9\xff"s);
  EXPECT_EQ(text_head(256, 3), "\xda\x01\x00"s);
  EXPECT_EQ(text_head(65536, 5), "\xdb\x00\x01\x00\x00"s);
  auto number = [](std::uint64_t value) {
    MessagePack pack;
    pack.add(value);
    return pack.take();
  };
  EXPECT_EQ(number(127), "\x7f");
  EXPECT_EQ(number(128), "\xcc\x80"s);
  EXPECT_EQ(number(256), "\xcd\x01\x00"s);
  EXPECT_EQ(number(65536), "\xce\x00\x01\x00\x00"s);
  EXPECT_EQ(number(1ULL << 32), "\xcf\x00\x00\x00\x01\x00\x00\x00\x00"s);
  MessagePack lists;
  lists.begin_array(15);
  lists.begin_array(16);
  lists.begin_map(15);
  lists.begin_map(65536);
  EXPECT_EQ(lists.take(), "\x9f\xdc\x00\x10\x8f\xdf\x00\x01\x00\x00"s);
}

TEST(FluentdLines, AMessageIsTagTimeAndRecord) {
  LogTarget where = target();
  where.sub_second = true;
  where.attributes = {{"team", "web"}};
  std::vector<LogLine> lines{{moment, "hello"}, {moment, "oh", true}};
  std::string time = "\xd7\x00\x69\x57\x35\xa5\x00\x00\x17\x70"s;
  auto message = [&](const std::string& source, const std::string& log) {
    return cat("\x93\xa1t", time, "\x85\xac", "container_id", "\xb0", "0123456789abcdef", "\xae", "container_name", "\xa4", "/app",
               "\xa6", "source", "\xa6", source, "\xa3", "log", log, "\xa4", "team", "\xa3", "web");
  };
  EXPECT_EQ(render_fluentd_lines(where, lines), Texts{message("stdout", "\xa5hello") + message("stderr", "\xa2oh")});
}

TEST(FluentdLines, WholeSecondsAndPiecesOfLongLines) {
  std::vector<LogLine> lines{{.timestamp = moment, .message = "x", .piece = LogPiece{"id", 2, true}}};
  std::string bytes = render_fluentd_lines(target(), lines).at(0);
  EXPECT_TRUE(bytes.starts_with("\x93\xa1t\xce\x69\x57\x35\xa5\x88"s));
  EXPECT_TRUE(bytes.ends_with(cat("\xaf", "partial_message", "\xa4", "true", "\xaa", "partial_id", "\xa2", "id", "\xaf",
                                  "partial_ordinal", "\xa1", "2", "\xac", "partial_last", "\xa4", "true")));
}

TEST(SyslogLines, Formats) {
  LogTarget where = target();
  where.driver = "syslog";
  where.facility = 16;
  where.tag = "my app";
  where.format = "rfc5424";
  LogLine line{moment, "hello world"};
  EXPECT_EQ(render_syslog_message(where, line, "host"), "<134>1 2026-01-02T03:04:05Z host my_app - my_app - hello world");
  line.from_stderr = true;
  EXPECT_EQ(render_syslog_message(where, line, ""), "<131>1 2026-01-02T03:04:05Z - my_app - my_app - hello world");
  where.format = "rfc5424micro";
  EXPECT_EQ(render_syslog_message(where, line, "host"), "<131>1 2026-01-02T03:04:05.000006Z host my_app - my_app - hello world");
  where.format = "rfc3164";
  EXPECT_EQ(render_syslog_message(where, line, "host"), "<131>Jan  2 03:04:05 host my_app: hello world");
}

TEST(SyslogLines, StreamsHaveNewlinesAndDatagramsHaveNot) {
  LogTarget where = target();
  where.format = "rfc5424";
  where.address.kind = LogAddress::Kind::tcp;
  std::vector<LogLine> lines{{moment, "a"}, {moment, "b"}};
  EXPECT_TRUE(render_syslog_lines(where, lines).at(1).ends_with(" - b\n"));
  where.address.kind = LogAddress::Kind::udp;
  EXPECT_TRUE(render_syslog_lines(where, lines).at(1).ends_with(" - b"));
}

TEST(JournaldLines, FieldsOfDockersDriver) {
  LogTarget where = target();
  where.attributes = {{"team-name", "web"}, {"__", "x"}};
  std::vector<LogLine> lines{{.timestamp = moment, .message = "oh", .from_stderr = true}};
  EXPECT_EQ(render_journald_lines(where, lines).at(0),
            "MESSAGE=oh\nPRIORITY=3\nCONTAINER_ID=0123456789ab\nCONTAINER_ID_FULL=0123456789abcdef\nCONTAINER_NAME=app\n"
            "CONTAINER_TAG=t\nIMAGE_NAME=i\nSYSLOG_IDENTIFIER=t\nSYSLOG_TIMESTAMP=2026-01-02T03:04:05.000Z\nTEAM_NAME=web\n");
}

TEST(JournaldLines, ValuesWithNewlinesHaveTheirSize) {
  std::vector<LogLine> lines{{.timestamp = moment, .message = "a\nb", .piece = LogPiece{"id", 1, false}}};
  std::string entry = render_journald_lines(target(), lines).at(0);
  EXPECT_TRUE(entry.starts_with("MESSAGE\n\x03\x00\x00\x00\x00\x00\x00\x00"s + "a\nb\nPRIORITY=6\n"));
  EXPECT_TRUE(entry.ends_with("CONTAINER_PARTIAL_MESSAGE=true\nCONTAINER_PARTIAL_ID=id\nCONTAINER_PARTIAL_ORDINAL=1\n"
                              "CONTAINER_PARTIAL_LAST=false\n"));
}

TEST(LogOutlet, AwslogsGoesToTheSink) {
  RecordingLogSink sink;
  auto outlet = make_log_outlet({"group", "stream", true}, sink);
  ASSERT_TRUE(outlet->open());
  std::vector<LogLine> lines{{moment, "one"}};
  ASSERT_TRUE(outlet->send(lines));
  EXPECT_EQ(outlet->arrived(), 1U);
  EXPECT_EQ(sink.messages("group", "stream"), Texts{"one"});
  EXPECT_EQ(log_lane({"group", "stream", true}), "");
}

TEST(LogOutlet, OnlyThoseThatMustAnswerAreAsked) {
  RecordingLogSink sink;
  LogTarget nobody = target();
  nobody.address = {.kind = LogAddress::Kind::unix_stream, .path = "/nonexistent/fluent.sock"};
  EXPECT_TRUE(check_log_outlet(nobody, sink));
  nobody.must_answer = true;
  Status checked = check_log_outlet(nobody, sink);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, "CannotStartContainerError");
  EXPECT_EQ(checked.error().message,
            "failed to initialize logging driver: dial unix /nonexistent/fluent.sock: connect: no such file or directory");
  EXPECT_EQ(log_lane(nobody), "fluentd unix:///nonexistent/fluent.sock");
}

}  // namespace
}  // namespace roadstead
