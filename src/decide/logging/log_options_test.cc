#include "decide/logging/log_options.h"

#include <gtest/gtest.h>

#include "decide/logging/log_tag.h"

namespace roadstead {
namespace {

std::string why(std::string_view driver, const LogOptions& options) {
  Status checked = check_log_options(driver, options);
  return checked ? "" : checked.error().message;
}

const LogOptions awslogs{{"awslogs-group", "/g"}, {"awslogs-region", "r"}};

LogOptions with(LogOptions options, const std::string& name, const std::string& value) {
  options[name] = value;
  return options;
}

TEST(LogOptions, SizesAreDockers) {
  EXPECT_EQ(parse_log_size("4096"), 4096);
  EXPECT_EQ(parse_log_size("10m"), 10 << 20);
  EXPECT_EQ(parse_log_size("1.5K"), 1536);
  EXPECT_EQ(parse_log_size("2 MiB"), 2 << 20);
  EXPECT_EQ(parse_log_size("1g"), 1 << 30);
  for (const char* bad : {"", "m", "-1", "10x", "10mm", "9999g", "inf", "nan", "1e99"}) EXPECT_FALSE(parse_log_size(bad)) << bad;
}

TEST(LogOptions, ModeAndBuffer) {
  EXPECT_EQ(log_buffer_of({}), (LogBuffer{false, 10 << 20}));
  EXPECT_EQ(log_buffer_of({{"mode", "blocking"}}), (LogBuffer{true, 10 << 20}));
  EXPECT_EQ(log_buffer_of({{"mode", "non-blocking"}, {"max-buffer-size", "25m"}}), (LogBuffer{false, 25 << 20}));
  EXPECT_EQ(log_buffer_of({{"max-buffer-size", "1"}}), (LogBuffer{false, 64 << 10}));
  EXPECT_EQ(why("awslogs", with(awslogs, "mode", "sometimes")),
            "Log driver awslogs option 'mode' must be 'blocking' or 'non-blocking'.");
  EXPECT_EQ(why("awslogs", with(awslogs, "max-buffer-size", "much")),
            "Log driver awslogs option 'max-buffer-size' must be a size such as 512k, 10m or 1g.");
  EXPECT_EQ(why("syslog", {{"mode", "blocking"}, {"max-buffer-size", "1m"}}),
            "Log driver syslog option 'max-buffer-size' is only supported with 'mode' set to 'non-blocking'.");
}

TEST(LogOptions, OnlyTheDriversOwnAreAllowed) {
  EXPECT_EQ(why("awslogs", awslogs), "");
  EXPECT_EQ(why("awslogs", with(awslogs, "log_key", "log")), "Log driver awslogs disallows options: log_key");
  EXPECT_EQ(why("json-file", {{"max-size", "1m"}, {"b", ""}, {"a", ""}}), "Log driver json-file disallows options: a, b");
  EXPECT_EQ(why("awslogs", {{"awslogs-group", "/g"}}), "Log driver awslogs requires options: awslogs-region");
  EXPECT_EQ(why("awslogs", with(awslogs, "awslogs-create-group", "false")),
            "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.");
  EXPECT_EQ(why("json-file", {{"max-file", "3"}}), "Log driver json-file option 'max-file' needs the option 'max-size'.");
  EXPECT_EQ(why("json-file", {{"max-file", "3"}, {"max-size", "1m"}}), "");
  EXPECT_EQ(why("fluentd", {{"fluentd-async", "perhaps"}}), "Log driver fluentd option 'fluentd-async' must be 'true' or 'false'.");
  EXPECT_NE(why("fluentd", {{"fluentd-request-ack", "true"}}), "");
  EXPECT_NE(why("syslog", {{"syslog-format", "rfc1"}}), "");
  EXPECT_NE(why("syslog", {{"syslog-address", "tcp+tls://h:6514"}}), "");
  EXPECT_EQ(why("journald", {{"tag", "{{.Name}}/{{.ID}}"}}), "");
  EXPECT_NE(why("journald", {{"tag", "{{.Nick}}"}}), "");
  EXPECT_NE(why("journald", {{"tag", "{{.Name"}}), "");
}

TEST(LogOptions, AddressesOfFluentd) {
  using Kind = LogAddress::Kind;
  auto of = [](std::string_view text) { return parse_fluentd_address(text).value(); };
  EXPECT_EQ(of(""), (LogAddress{Kind::tcp, "localhost", 24224, ""}));
  EXPECT_EQ(of("10.0.0.1"), (LogAddress{Kind::tcp, "10.0.0.1", 24224, ""}));
  EXPECT_EQ(of("tcp://logs:1"), (LogAddress{Kind::tcp, "logs", 1, ""}));
  EXPECT_EQ(of("[::1]:24225"), (LogAddress{Kind::tcp, "::1", 24225, ""}));
  EXPECT_EQ(of("unix:///run/f.sock"), (LogAddress{Kind::unix_stream, "", 0, "/run/f.sock"}));
  EXPECT_EQ(to_string(of("logs:1")), "tcp://logs:1");
  for (const char* bad : {"tls://h:1", "h:0", "h:65536", "h:x", "unix://run/f", ":24224", "h/path"}) {
    EXPECT_FALSE(parse_fluentd_address(bad)) << bad;
  }
}

TEST(LogOptions, AddressesAndFacilitiesOfSyslog) {
  using Kind = LogAddress::Kind;
  EXPECT_EQ(parse_syslog_address("").value(), (LogAddress{Kind::unix_datagram, "", 0, "/dev/log"}));
  EXPECT_EQ(parse_syslog_address("udp://h").value(), (LogAddress{Kind::udp, "h", 514, ""}));
  EXPECT_EQ(parse_syslog_address("unixgram:///s").value(), (LogAddress{Kind::unix_datagram, "", 0, "/s"}));
  EXPECT_FALSE(parse_syslog_address("h:514"));
  EXPECT_EQ(parse_syslog_facility(""), 3);
  EXPECT_EQ(parse_syslog_facility("local7"), 23);
  EXPECT_EQ(parse_syslog_facility("0"), 0);
  EXPECT_FALSE(parse_syslog_facility("24"));
  EXPECT_FALSE(parse_syslog_facility("nobody"));
}

TEST(LogTag, TemplatesSayWhatTheContainerIs) {
  LogTagFacts facts{"0123456789abcdef", "web", "nginx:1", "sha256:fedcba98765432100"};
  EXPECT_EQ(render_log_tag("", facts), "0123456789ab");
  EXPECT_EQ(render_log_tag("a/{{.Name}}/{{ .FullID }}-{{.ImageName}}", facts), "a/web/0123456789abcdef-nginx:1");
  EXPECT_EQ(render_log_tag("{{.ImageID}} {{.ImageFullID}}", facts), "fedcba987654 sha256:fedcba98765432100");
  EXPECT_EQ(render_log_tag("{{.DaemonName}}", facts), "roadstead");
}

}  // namespace
}  // namespace roadstead
