#include "proxy/servers/parse_stats.h"

#include <gtest/gtest.h>

namespace roadstead {
namespace {

constexpr std::string_view stats =
    "# pxname,svname,qcur,qmax,scur,a,b,c,d,e,f,g,h,i,j,k,l,status,weight,check_status,check_code,hrsp_2xx,hrsp_3xx,"
    "hrsp_4xx,hrsp_5xx,req_tot,rtime,\n"
    "https-443,FRONTEND,,,9,,,,,,,,,,,,,OPEN,,,,1,,,,9,,\n"
    "tg-a,s_1,2,0,3,,,,,,,,,,,,,UP 1/2,1,* L7OK,200,7,0,0,1,,4,\n"
    "tg-a,n_2,0,0,0,,,,,,,,,,,,,DOWN,0,L7STS,502,,,,,,,\n"
    "tg-a,BACKEND,0,0,3,,,,,,,,,,,,,UP,1,,,7,2,3,1,13,4,\n"
    "\n";

TEST(ParseStats, ReadsServersAndBackends) {
  auto shown = parse_show_stat(stats);
  ASSERT_EQ(shown.servers.size(), 2u);
  const auto& first = shown.servers.at("tg-a/s_1");
  EXPECT_EQ(first.status, "UP 1/2");
  EXPECT_EQ(first.check_status, "L7OK");
  EXPECT_EQ(first.check_code, 200);
  EXPECT_EQ(first.sessions, 5);
  EXPECT_EQ(shown.servers.at("tg-a/n_2").check_code, 502);
  ASSERT_EQ(shown.backends.size(), 1u);
  const auto& backend = shown.backends.at("tg-a");
  EXPECT_EQ(backend.requests, 13u);
  EXPECT_EQ(backend.responses_2xx, 7u);
  EXPECT_EQ(backend.responses_5xx, 1u);
  EXPECT_EQ(backend.healthy_targets, 1);
  EXPECT_EQ(backend.response_time, std::chrono::milliseconds(4));
}

TEST(ParseStats, PassesOverRubbish) {
  EXPECT_TRUE(parse_show_stat("Unknown command.\n").servers.empty());
  EXPECT_TRUE(parse_show_stat("# pxname,svname\na,b\n").servers.empty());
}

TEST(ParseProc, TellsOldWorkersFromPresentOnes) {
  auto workers = parse_show_proc(
      "#<PID>          <type>          <reloads>       <uptime>        <version>\n"
      "10              master          1 [failed: 0]   0d00h00m06s     2.6.12\n"
      "# workers\n20              worker          0               0d00h00m00s     2.6.12\n"
      "# old workers\n15              worker          1               0d00h00m06s     2.6.12\n"
      "# programs\n30 worker\n"
  );
  std::vector<WorkerProcess> want{{20, false}, {15, true}};
  EXPECT_EQ(workers, want);
}

TEST(ParseInfo, FindsTheDescription) {
  EXPECT_EQ(parse_description("Name: HAProxy\ndescription: 0123abcd\nnode: x\n"), "0123abcd");
  EXPECT_EQ(parse_description("Name: HAProxy\n"), "");
}

TEST(ParseCrtList, KeepsTheEntries) {
  std::vector<std::string> want{"/p/a.pem:1 [alpn h2]", "/p/b.pem b.localhost"};
  EXPECT_EQ(parse_crt_list("# /p/list\n/p/a.pem:1 [alpn h2]\n/p/b.pem b.localhost\n\n"), want);
  EXPECT_TRUE(parse_crt_list("crt-list '/p/list' does not exist!\n").empty());
}

}  // namespace
}  // namespace roadstead
