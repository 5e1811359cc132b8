#include "agent/names/names_actor.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>

#include "agent/names/fake_name_server.h"
#include "rows/rows.gen.h"
#include "store/log/memory_log.h"
#include "store/thread_transactor.h"

namespace roadstead {
namespace {

class NamesActorTest : public testing::Test {
 protected:
  NamesActorTest() {
    put(NamespaceRow{.namespace_id = "ns-1", .namespace_name = "Corp", .type = "DNS_PRIVATE"});
    DiscoveryServiceRow web{.discovery_service_id = "srv-1", .discovery_service_name = "web", .namespace_id = "ns-1"};
    web.dns_config.emplace().dns_records = {{.type = servicediscovery::RecordType::a, .ttl = 10}};
    put(web);
    put(instance("one", "10.0.0.1"));
  }

  template <class Row>
  void put(Row row) {
    transactor_.submit([row](Tx& tx) -> Status {
      tx.put(row);
      return Done{};
    }, {});
  }

  static DiscoveryInstanceRow instance(const std::string& id, const std::string& address) {
    DiscoveryInstanceRow row{.discovery_service_id = "srv-1", .instance_id = id, .health_status = "HEALTHY"};
    row.attributes["AWS_INSTANCE_IPV4"] = address;
    return row;
  }

  void until_told(const std::string& text) {
    while (server_.zone().find(text) == std::string::npos) std::this_thread::yield();
  }

  FakeClock clock_;
  SeededIds ids_{1};
  Metrics metrics_;
  Database database_{stored_schema()};
  MemoryLog log_;
  Feed feed_;
  FakeNameServer server_;
  ThreadTransactor transactor_{{database_, log_, feed_, clock_, ids_, metrics_}};
};

TEST_F(NamesActorTest, TellsWhatThereIsAndWhatComes) {
  NamesActor actor({server_, transactor_, clock_, metrics_});
  ASSERT_TRUE(actor.start());
  EXPECT_NE(server_.zone().find("web.corp 10 IN A 10.0.0.1\n"), std::string::npos) << "told before start() returns";
  put(instance("two", "10.0.0.2"));
  until_told("web.corp 10 IN A 10.0.0.2\n");
  put(NamespaceRow{.namespace_id = "ns-2", .namespace_name = "other", .type = "DNS_PRIVATE"});
  until_told("*.other 15 IN CNAME .\n");
  actor.stop();
  transactor_.stop();
}

TEST_F(NamesActorTest, AServerThatCannotStartIsAnErrorOfStart) {
  server_.set_broken(true);
  NamesActor actor({server_, transactor_, clock_, metrics_});
  auto started = actor.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, "NamesUnavailable");
  transactor_.stop();
}

}  // namespace
}  // namespace roadstead
