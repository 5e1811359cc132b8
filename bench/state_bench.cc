// How fast the state is, without a network: signed reads over 10,000 tasks through the gateway, and durable writes by
// 1 to 256 clients beside bare SQLite with the same rows in the same groups, in turns so that both see the same machine.
// Prints one JSON object. Usage: state_bench DIRECTORY (on the disk to measure; emptied by the caller).
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/data/seal.h"
#include "base/text/text.h"
#include "decide/schedules/fake_zones.h"
#include "gateway/gateway.h"
#include "gateway/identity.h"
#include "io/system_clock.h"
#include "io/system_ids.h"
#include "logstore/log_store.h"
#include "objectstore/object_store.h"
#include "rows/rows.gen.h"
#include "services/registry.h"
#include "store/log/sqlite_log.h"
#include "store/logged.h"
#include "store/thread_transactor.h"
#include "transact.h"

namespace roadstead {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int task_count = 10'000;
constexpr int rounds = 3;
constexpr auto read_span = std::chrono::milliseconds(1500);
constexpr auto write_span = std::chrono::milliseconds(700);
constexpr auto account = "123456789012";

double seconds_since(Steady::time_point begun) { return std::chrono::duration<double>(Steady::now() - begun).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

TaskRow make_task(int number) {
  TaskRow row;
  auto digits = std::to_string(number);
  row.task_id = std::string(32 - digits.size(), '0') + digits;
  row.task_arn = cat("arn:aws:ecs:us-east-1:", account, ":task/default/", row.task_id);
  row.cluster_arn = cat("arn:aws:ecs:us-east-1:", account, ":cluster/default");
  row.task_definition_arn = cat("arn:aws:ecs:us-east-1:", account, ":task-definition/web:1");
  row.group = "family:web";
  row.launch_type = "EC2";
  row.last_status = TaskStatus::running;
  row.cpu = "256";
  row.memory = "512";
  row.created_at = row.started_at = row.connectivity_at = SystemClock().now();
  TaskContainer container;
  container.name = "app";
  container.container_arn = cat("arn:aws:ecs:us-east-1:", account, ":container/default/", row.task_id, "/app");
  container.image = "nginx:1";
  container.last_status = ContainerStatus::running;
  row.containers.push_back(std::move(container));
  return row;
}

/// The state and its front door, as `serve` puts them together, without node, proxy and sockets.
class Core {
 public:
  explicit Core(const std::string& directory)
      : log_(SqliteLog::open(directory).value()),
        logs_(LogStore::open({.directory = directory + "/logs"}).value()),
        object_files_(ObjectFiles::open(directory + "/objects").value()),
        transactor_({database_, *log_, feed_, clock_, ids_, metrics_}),
        objects_(std::make_unique<ObjectStore>(*object_files_, transactor_)) {
    keys_.follow(transactor_, [](Status) {});
    services_ = all_services({.logs = *logs_, .objects = *objects_, .transactor = transactor_, .sealing_key = sealing_key_, .zones = zones_});
    transact(transactor_, [this](Tx& tx) -> Status {
      identity_ = TRY(ensure_identity(tx, {.account_id = account}));
      ClusterRow cluster;
      cluster.cluster_name = "default";
      cluster.cluster_arn = make_task(0).cluster_arn;
      cluster.status = "ACTIVE";
      tx.put(std::move(cluster));
      return Done{};
    });
    Gateway::Deps deps{transactor_, keys_, clock_, metrics_, [](auto) { return false; }, [] { return std::string("bench"); }};
    gateway_ = std::make_unique<Gateway>(std::move(deps), Gateway::Options{account, false}, services_);
  }

  ~Core() { transactor_.stop(); }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Headers of a signed request.
  std::vector<std::pair<std::string, std::string>> sign_request(const std::string& operation, const std::string& body) {
    std::vector<std::pair<std::string, std::string>> headers{
        {"Host", "127.0.0.1"},
        {"Content-Type", "application/x-amz-json-1.1"},
        {"X-Amz-Target", cat("AmazonEC2ContainerServiceV20141113.", operation)}
    };
    std::vector<HeaderView> views(headers.begin(), headers.end());
    SigningCredentials credentials{identity_.access_key_id, identity_.secret_access_key};
    auto signature = sign({"POST", "/", views, body}, credentials, "us-east-1", "ecs", clock_.now(), signing_keys_);
    headers.insert(headers.end(), signature.begin(), signature.end());
    return headers;
  }

  Gateway& gateway() { return *gateway_; }

  Transactor& transactor() { return transactor_; }

 private:
  SystemClock clock_;
  SystemIds ids_;
  Metrics metrics_;
  std::unique_ptr<SqliteLog> log_;
  FakeZones zones_;
  SealingKey sealing_key_ = SealingKey::from_bytes(std::string(32, 'k')).value();
  std::unique_ptr<LogStore> logs_;
  std::unique_ptr<ObjectFiles> object_files_;
  Database database_{stored_schema()};
  Feed feed_;
  KeyRing keys_;
  ThreadTransactor transactor_;
  std::unique_ptr<ObjectStore> objects_;
  std::vector<ServiceRegistration> services_;
  Identity identity_;
  SigningKeyCache signing_keys_;
  std::unique_ptr<Gateway> gateway_;
};

/// A connection's thread: keeps a few requests on their way and makes the answers' bytes itself, as the server does.
class Caller {
 public:
  Caller(Core& core, const std::string& operation, const std::string& body)
      : core_(core), body_(body), headers_(core.sign_request(operation, body)) {}

  /// Requests answered within the span.
  int run(Steady::time_point end) {
    constexpr int window = 16;
    for (int i = 0; i < window; ++i) send();
    int answered = 0;
    int open = window;
    while (open > 0) {
      auto response = next()();
      CHECK(response.status == 200, "benchmarks ask for what is there");
      --open;
      if (Steady::now() >= end) continue;
      ++answered;
      ++open;
      send();
    }
    return answered;
  }

 private:
  void send() {
    HttpRequest request;
    request.method = "POST";
    request.target = "/";
    request.remote = "127.0.0.1:1";
    request.body = body_;
    request.set_headers(headers_);
    core_.gateway().serve(std::move(request), HttpResponder([this](HttpResponder::Make make) {
                            std::lock_guard lock(mutex_);
                            answers_.push_back(std::move(make));
                            wakes_.notify_one();
                          }));
  }

  HttpResponder::Make next() {
    std::unique_lock lock(mutex_);
    wakes_.wait(lock, [this] { return !answers_.empty(); });
    auto make = std::move(answers_.front());
    answers_.pop_front();
    return make;
  }

  Core& core_;
  std::string body_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<HttpResponder::Make> answers_;
};

/// Requests per second of two connection threads.
double read_rate(Core& core, const std::string& operation, const std::string& body) {
  std::vector<double> rates;
  for (int round = 0; round < rounds; ++round) {
    auto begun = Steady::now();
    auto end = begun + read_span / rounds;
    std::future<int> callers[2];
    for (auto& each : callers)
      each = std::async(std::launch::async, [&] { return Caller(core, operation, body).run(end); });
    int answered = 0;
    for (auto& each : callers) answered += each.get();
    rates.push_back(answered / seconds_since(begun));
  }
  return median(rates);
}

/// Clients that change one task each, again as soon as the change is durable. All members belong to the state thread.
class Writers {
 public:
  Writers(Core& core, int clients) : core_(core), left_(clients) {
    end_ = Steady::now() + write_span / rounds;
    auto begun = Steady::now();
    auto finished = finished_;
    for (int client = 0; client < clients; ++client) write(client);
    finished->get_future().wait();
    rate_ = written_ / seconds_since(begun);
  }

  double rate() const { return rate_; }

 private:
  void write(int client) {
    auto work = [client](Tx& tx) -> Status {
      auto row = *tx.find<TaskRow>(make_task(client).task_arn);
      ++row.version;
      tx.put(std::move(row));
      return Done{};
    };
    core_.transactor().submit(std::move(work), [this, client](Status status) {
      CHECK(status, "the state of a benchmark can be written");
      ++written_;
      if (Steady::now() < end_) return write(client);
      if (--left_ > 0) return;
      auto finished = finished_;  // the writers may go as soon as it is set
      finished->set_value();
    });
  }

  Core& core_;
  int left_;
  double written_ = 0;
  double rate_ = 0;
  Steady::time_point end_;
  std::shared_ptr<std::promise<void>> finished_ = std::make_shared<std::promise<void>>();
};

/// The floor: one statement, one table, no checks, nothing else to do.
class BareSqlite {
 public:
  explicit BareSqlite(const std::string& file) : document_(1200, 'x') {
    CHECK(sqlite3_open(file.c_str(), &database_) == SQLITE_OK, "a new file can be opened");
    run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=0; CREATE TABLE rows(id INTEGER PRIMARY KEY, k TEXT UNIQUE NOT NULL, v TEXT);");
    const char* text = "INSERT INTO rows(k,v) VALUES(?,?) ON CONFLICT(k) DO UPDATE SET v=excluded.v";
    sqlite3_prepare_v2(database_, text, -1, &statement_, nullptr);
  }

  ~BareSqlite() {
    sqlite3_finalize(statement_);
    sqlite3_close(database_);
  }

  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;

  double rate(int group) {
    auto begun = Steady::now();
    auto end = begun + write_span / rounds;
    int written = 0;
    for (; Steady::now() < end; written += group) {
      // SQLite does not write what does not change.
      document_.front() = document_.front() == 'x' ? 'y' : 'x';
      run("BEGIN IMMEDIATE");
      for (int row = 0; row < group; ++row) put(make_key(row));
      run("COMMIT");
    }
    return written / seconds_since(begun);
  }

 private:
  static std::string make_key(int row) { return cat("tasks/arn:aws:ecs:us-east-1:", account, ":task/default/", row); }

  void put(const std::string& key) {
    sqlite3_bind_text(statement_, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
    sqlite3_bind_text(statement_, 2, document_.data(), static_cast<int>(document_.size()), SQLITE_STATIC);
    CHECK(sqlite3_step(statement_) == SQLITE_DONE, "a row can be written");
    sqlite3_reset(statement_);
  }

  void run(const char* sql) { CHECK(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK, "SQL is sound"); }

  sqlite3* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  std::string document_;
};

void fill(Core& core) {
  for (int first = 0; first < task_count; first += 500) {
    transact(core.transactor(), [first](Tx& tx) -> Status {
      for (int number = first; number < first + 500; ++number) tx.put(make_task(number));
      return Done{};
    });
  }
}

void measure_reads(Core& core) {
  auto one = cat(R"({"tasks":[")", make_task(4711).task_arn, R"("]})");
  auto hundred = std::string(R"({"tasks":[)");
  for (int number = 0; number < 100; ++number)
    hundred += cat(number > 0 ? "," : "", '"', make_task(number * 100).task_arn, '"');
  hundred += "]}";
  std::printf("\"describe_1\": %.0f, ", read_rate(core, "DescribeTasks", one));
  std::printf("\"describe_100\": %.0f, ", read_rate(core, "DescribeTasks", hundred));
  std::printf("\"list_100\": %.0f, ", read_rate(core, "ListTasks", R"({"maxResults":100})"));
}

void measure_writes(Core& core, const std::string& directory) {
  BareSqlite bare(directory + "/bare.db");
  std::printf("\"writes\": [");
  for (int clients : {1, 16, 64, 256}) {
    std::vector<double> ours;
    std::vector<double> floor;
    for (int round = 0; round < rounds; ++round) {
      ours.push_back(Writers(core, clients).rate());
      floor.push_back(bare.rate(clients));
    }
    std::printf("%s[%d, %.0f, %.0f]", clients > 1 ? ", " : "", clients, median(ours), median(floor));
  }
  std::printf("]");
}

}  // namespace
}  // namespace roadstead

int main(int count, char** words) {
  if (count != 2) return std::fprintf(stderr, "usage: state_bench DIRECTORY\n"), 2;
  roadstead::Core core(words[1]);
  roadstead::fill(core);
  std::printf("{");
  roadstead::measure_reads(core);
  roadstead::measure_writes(core, words[1]);
  std::printf("}\n");
  return 0;
}
