// The real store against real archives, overlayfs and a registry on loopback. Needs root; the registry is the package
// docker-registry, and its tests are skipped where it is not installed.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <future>
#include <thread>

#include "agent/images/image_store.h"
#include "agent/images/disk/overlay.h"
#include "agent/images/test_image.h"
#include "base/data/hash.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/subprocess.h"
#include "io/system_clock.h"

namespace roadstead {
namespace {

using namespace std::chrono_literals;
using test::make_layer;

/// "safe harbour", bcrypt.
constexpr const char* htpasswd = "sailor:$2b$05$abcdefghijklmnopqrstuu2Ve1zbI3D8Gzcq9NhoZchNImavYISE6\n";

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    home_ = make_temporary_directory("/tmp", "roadstead-store-").value();
    open({});
  }

  void TearDown() override {
    store_.reset();
    auto mounts = mounts_below(home_).value();
    for (const auto& mount : mounts) EXPECT_TRUE(unmount_all(mount));
    EXPECT_TRUE(remove_tree(home_));
  }

  void open(ImageStoreSettings settings) {
    store_.reset();
    settings.directory = home_ + "/store";
    settings.skopeo.retries = 0;
    store_ = std::make_unique<ImageStore>(settings, clock_);
    auto recovered = store_->recover();
    ASSERT_TRUE(recovered) << recovered.error().message;
  }

  std::string archive(const std::string& name, const std::vector<std::string>& layers) {
    test::write_archive(cat(home_, '/', name, ".tar"), {.layers = layers});
    return cat("oci-archive:", home_, '/', name, ".tar");
  }

  Image pulled(const std::string& reference) {
    auto image = store_->ensure({.reference = reference});
    EXPECT_TRUE(image) << image.error().message << "\n" << image.error().detail;
    return image.value_or({});
  }

  std::string home_;
  SystemClock clock_;
  std::unique_ptr<ImageStore> store_;
};

TEST_F(StoreTest, StacksLayersAndKeepsThemUntouched) {
  auto base = make_layer({{.path = "etc/", .kind = 'd', .mode = 0755}, {.path = "etc/keep", .content = "1"}, {.path = "etc/gone", .content = "1"},
                          {.path = "old/", .kind = 'd', .mode = 0755}, {.path = "old/a", .content = "1"}, {.path = "same", .content = "1"}});
  auto top = make_layer({{.path = "etc/.wh.gone"}, {.path = "old/", .kind = 'd', .mode = 0755}, {.path = "old/.wh..wh..opq"}, {.path = "old/b", .content = "2"},
                         {.path = "same", .content = "2"}});
  auto image = pulled(archive("two", {base, top}));
  ASSERT_EQ(image.layers.size(), 2U);
  auto one = store_->mount_root("one", image).value();
  auto two = store_->mount_root("two", image).value();
  EXPECT_EQ(list_directory(one + "/etc").value(), std::vector<std::string>{"keep"});
  EXPECT_EQ(list_directory(one + "/old").value(), std::vector<std::string>{"b"});
  EXPECT_EQ(read_file(one + "/same").value(), "2");
  ASSERT_TRUE(write_file_atomic(one + "/same", "mine"));
  EXPECT_EQ(read_file(two + "/same").value(), "2");
  struct stat root {};
  ASSERT_EQ(::stat(one.c_str(), &root), 0);
  EXPECT_EQ(root.st_mode & 07777, 0755U);
  ASSERT_TRUE(store_->unmount_root("one"));
  EXPECT_FALSE(exists(one));
  EXPECT_EQ(read_file(store_->mount_root("one", image).value() + "/same").value(), "2");  // nothing of the first life
}

TEST_F(StoreTest, KeepsWhatWasWrittenAcrossALostMount) {
  auto image = pulled(archive("one", {make_layer({{.path = "a", .content = "1"}})}));
  auto root = store_->mount_root("task", image).value();
  ASSERT_TRUE(write_file_atomic(root + "/b", "2"));
  ASSERT_TRUE(unmount_all(root));
  open({});
  EXPECT_EQ(read_file(store_->mount_root("task", image).value() + "/b").value(), "2");
  int busy = ::open((root + "/b").c_str(), O_RDONLY);
  EXPECT_TRUE(store_->unmount_root("task"));  // although somebody holds a file
  EXPECT_TRUE(mounts_below(home_)->empty());
  ::close(busy);
}

TEST_F(StoreTest, MountsMoreLayersThanAPageOfPathsHolds) {
  std::vector<std::string> layers;
  for (int i = 0; i < 150; ++i) layers.push_back(make_layer({{.path = cat("f", i), .content = cat(i)}, {.path = "last", .content = cat(i)}}));
  auto root = store_->mount_root("deep", pulled(archive("deep", layers))).value();
  EXPECT_EQ(list_directory(root).value().size(), 151U);
  EXPECT_EQ(read_file(root + "/last").value(), "149");
}

TEST_F(StoreTest, MountsAnImageWithoutLayers) {
  auto root = store_->mount_root("scratch", pulled(archive("scratch", {})));
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_TRUE(list_directory(*root)->empty());
}

TEST_F(StoreTest, LoadsEveryKindOfFile) {
  auto layer = make_layer({{.path = "hello", .content = "there", .mode = 0600}});
  test::write_archive(home_ + "/oci.tar", {.layers = {layer}});
  test::write_layout(home_ + "/layout", {{.layers = {layer}}});
  ASSERT_TRUE(run_ok({.argv = {"skopeo", "--insecure-policy", "copy", "-q", "oci:" + home_ + "/layout:test", "docker-archive:" + home_ + "/docker.tar:x/y:z"}}));
  ASSERT_TRUE(make_directories(home_ + "/rootfs/etc"));
  ASSERT_TRUE(write_file_atomic(home_ + "/rootfs/hello", "there"));
  std::string diff_layer;
  int number = 0;
  for (const std::string name : {"oci.tar", "layout", "docker.tar", "rootfs"}) {
    auto image = store_->load(cat(home_, '/', name), cat("kind:v", ++number), host_platform());
    ASSERT_TRUE(image) << name << ": " << image.error().message << image.error().detail;
    auto root = store_->mount_root(cat("r", number), *image);
    ASSERT_TRUE(root) << root.error().message;
    EXPECT_EQ(read_file(*root + "/hello").value(), "there") << name;
    if (number == 1) diff_layer = image->layers.at(0);
    if (number == 2 || number == 3) {
      EXPECT_EQ(image->layers.at(0), diff_layer) << name;  // shared: the same content
    }
  }
  ASSERT_TRUE(write_file_atomic(home_ + "/words", "no archive"));
  EXPECT_EQ(store_->load(home_ + "/words", "w:1", host_platform()).error().code, "InvalidImage");
}

TEST_F(StoreTest, HealsADamagedBlob) {
  auto reference = archive("one", {make_layer({{.path = "a", .content = "1"}})});
  auto digest = pulled(reference).digest;
  auto blobs = home_ + "/store/blobs/sha256";
  auto names = list_directory(blobs).value();
  ASSERT_EQ(names.size(), 3U);
  ASSERT_TRUE(remove_tree(home_ + "/store/layers"));
  ASSERT_TRUE(remove_file(home_ + "/store/catalog.json"));
  store_.reset();
  for (const auto& name : names) {
    if (sha256_hex(make_layer({{.path = "a", .content = "1"}})) == name) {
      ASSERT_TRUE(write_file_atomic(cat(blobs, '/', name), "damage"));
    }
  }
  ASSERT_TRUE(make_directories(home_ + "/store/layers"));
  // Not recover(): that would collect the blobs, which no catalog names any more.
  ImageStoreSettings settings{.directory = home_ + "/store"};
  store_ = std::make_unique<ImageStore>(settings, clock_);
  auto image = store_->ensure({.reference = reference});
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_EQ(image->digest, digest);
  EXPECT_EQ(read_file(image->layers.at(0) + "/a").value(), "1");
}

TEST_F(StoreTest, DropsHalvesAtTheStart) {
  auto image = pulled(archive("one", {make_layer({{.path = "a", .content = "1"}})}));
  store_.reset();
  ASSERT_TRUE(make_directories(home_ + "/store/scratch/pull-abc/copy-x"));
  ASSERT_TRUE(make_directories(home_ + "/store/roots/half"));
  ASSERT_TRUE(make_directories(home_ + "/store/layers/nonsense/fs"));
  ASSERT_TRUE(write_file_atomic(home_ + "/store/blobs/sha256/" + std::string(64, 'e'), "orphan"));
  store_ = std::make_unique<ImageStore>(ImageStoreSettings{.directory = home_ + "/store"}, clock_);
  auto recovered = store_->recover();
  ASSERT_TRUE(recovered) << recovered.error().message;
  EXPECT_EQ(recovered->half_pulls_dropped, 1);
  EXPECT_TRUE(recovered->roots.empty());
  EXPECT_TRUE(list_directory(home_ + "/store/scratch")->empty());
  EXPECT_TRUE(list_directory(home_ + "/store/roots")->empty());
  EXPECT_EQ(list_directory(home_ + "/store/layers")->size(), 1U);
  EXPECT_EQ(list_directory(home_ + "/store/blobs/sha256")->size(), 3U);
  EXPECT_TRUE(store_->mount_root("one", image));
}

TEST_F(StoreTest, SurvivesALostCatalog) {
  auto reference = archive("one", {make_layer({{.path = "a", .content = "1"}})});
  auto image = pulled(reference);
  store_.reset();
  ASSERT_TRUE(write_file_atomic(home_ + "/store/catalog.json", "{half"));
  open({});
  EXPECT_TRUE(store_->list()->empty());
  EXPECT_EQ(pulled(reference).digest, image.digest);
}

TEST_F(StoreTest, GivesUpOldImagesButNoneInUse) {
  auto big = [](const std::string& name) { return make_layer({{.path = name, .content = std::string(8'000, 'x')}}); };
  auto used = pulled(archive("used", {big("used")}));
  ASSERT_TRUE(store_->mount_root("task", used));
  open({.max_bytes = 10'000, .keep_unused = Duration(-1)});
  auto idle = pulled(archive("idle", {big("idle")}));
  (void)store_->collect();
  auto listed = store_->list().value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].digest, used.digest);
  EXPECT_FALSE(exists(idle.layers.at(0)));
  EXPECT_TRUE(exists(used.layers.at(0)));
  EXPECT_EQ(list_directory(home_ + "/store/blobs/sha256")->size(), 3U);
}

/// A socket of loopback that takes connections and never answers.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    CHECK(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(socket_.get(), 8) == 0, "loopback is there");
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }

  int port() const { return port_; }
  void close() { socket_.reset(); }

 private:
  Fd socket_;
  int port_ = 0;
};

TEST_F(StoreTest, EndsWithItsDeadlineAndItsCaller) {
  SilentServer silent;
  auto reference = cat("localhost:", silent.port(), "/shop:v1");
  auto late = store_->ensure({.reference = reference, .timeout = 100ms}).error();
  EXPECT_EQ(late.code, "DockerTimeoutError");
  EXPECT_EQ(late.message, "Could not transition to pulled; timed out after waiting 100ms");
  std::stop_source stop;
  std::promise<Result<Image>> first;
  std::promise<Result<Image>> second;
  store_->ensure({.reference = reference, .stop = stop.get_token()}, [&](Result<Image> image) { first.set_value(std::move(image)); });
  store_->ensure({.reference = reference, .timeout = 300ms}, [&](Result<Image> image) { second.set_value(std::move(image)); });
  stop.request_stop();
  EXPECT_NE(first.get_future().get().error().message.find("context canceled"), std::string::npos);
  EXPECT_EQ(second.get_future().get().error().code, "DockerTimeoutError");  // the other went on waiting
  std::promise<Result<Image>> third;
  store_->ensure({.reference = reference}, [&](Result<Image> image) { third.set_value(std::move(image)); });
  store_.reset();
  EXPECT_NE(third.get_future().get().error().message.find("context canceled"), std::string::npos);
}

TEST_F(StoreTest, NamesTheRegistryThatCannotBeReached) {
  SilentServer gone;
  gone.close();
  auto reference = cat("localhost:", gone.port(), "/shop:v1");
  auto error = store_->ensure({.reference = reference}).error();
  EXPECT_EQ(error.code, "CannotPullContainerError");
  EXPECT_NE(error.message.find("failed to resolve ref " + reference), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("connection refused"), std::string::npos) << error.message;
}

class RegistryTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (!find_program("docker-registry")) GTEST_SKIP() << "docker-registry is not installed";
  }

  void TearDown() override {
    stop_.request_stop();
    if (running_.valid()) running_.wait();
    StoreTest::TearDown();
  }

  void start(bool with_password) {
    SilentServer probe;
    host_ = cat("localhost:", probe.port());
    probe.close();
    ASSERT_TRUE(write_file_atomic(home_ + "/htpasswd", htpasswd));
    auto auth = with_password ? cat("auth: {htpasswd: {realm: test, path: ", home_, "/htpasswd}}\n") : "";
    ASSERT_TRUE(write_file_atomic(
        home_ + "/registry.yml",
        cat("version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ", home_, "/registry}}\nhttp: {addr: \"", host_, "\"}\n", auth)
    ));
    running_ = std::async(std::launch::async, [this] {
      return run({.argv = {"docker-registry", "serve", home_ + "/registry.yml"}, .stop = stop_.get_token()});
    });
    auto ping = [this] { return run({.argv = {"curl", "-s", "-o", "/dev/null", cat("http://", host_, "/v2/")}})->ok(); };
    while (!ping()) ASSERT_EQ(running_.wait_for(10ms), std::future_status::timeout) << "the registry ended";
  }

  std::string push(const std::string& name, const std::vector<test::ImageSpec>& images, const std::string& who = "") {
    auto layout = cat(home_, "/push-", ++pushes_);
    auto digest = test::write_layout(layout, images);
    Command command{.argv = {"skopeo", "--insecure-policy", "copy", "-q", "--all", "--preserve-digests", "--dest-tls-verify=false"}};
    if (!who.empty()) command.argv.push_back("--dest-creds=" + who);
    command.argv.insert(command.argv.end(), {cat("oci:", layout, ":test"), cat("docker://", host_, '/', name)});
    auto pushed = run_ok(command);
    EXPECT_TRUE(pushed) << pushed.error().message << pushed.error().detail;
    return digest;
  }

  std::string host_;
  int pushes_ = 0;
  std::stop_source stop_;
  std::future<Result<CommandOutcome>> running_;
};

TEST_F(RegistryTest, PullsByTagAndDigestAndNoticesANewPush) {
  start(false);
  auto base = make_layer({{.path = "base", .content = "b"}});
  push("team/shop:v1", {{.layers = {base, make_layer({{.path = "v", .content = "1"}})}}});
  auto reference = host_ + "/team/shop:v1";
  auto first = pulled(reference);
  EXPECT_EQ(store_->resolve({.reference = reference}).value(), first.digest);
  EXPECT_EQ(pulled(reference).digest, first.digest);
  push("team/shop:v1", {{.layers = {base, make_layer({{.path = "v", .content = "2"}})}}});
  EXPECT_EQ(store_->ensure({.reference = reference, .policy = PullPolicy::once}).value().digest, first.digest);
  auto second = pulled(reference);
  EXPECT_NE(second.digest, first.digest);
  EXPECT_EQ(second.layers.at(0), first.layers.at(0));
  EXPECT_EQ(read_file(second.layers.at(1) + "/v").value(), "2");
  // What a task that was started before still means is here, and costs no request.
  auto old = store_->ensure({.reference = cat(host_, "/team/shop@", first.digest), .policy = PullPolicy::always});
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_TRUE(old->from_cache);
  EXPECT_TRUE(store_->ensure({.reference = host_ + "/team/shop:nope"}).error().message.starts_with("manifest for "));
  stop_.request_stop();
  running_.wait();
  auto offline = store_->ensure({.reference = reference});
  ASSERT_TRUE(offline) << offline.error().message;
  EXPECT_TRUE(offline->from_cache);
  EXPECT_FALSE(store_->ensure({.reference = reference, .policy = PullPolicy::always}));
}

TEST_F(RegistryTest, ChoosesThePlatformOfAnIndex) {
  start(false);
  auto host = host_platform().architecture;
  auto other = host == "amd64" ? "arm64" : "amd64";
  auto digest = push("multi:v1", {{.layers = {make_layer({{.path = "for", .content = other}})}, .architecture = other},
                                  {.layers = {make_layer({{.path = "for", .content = host}})}, .architecture = host}});
  auto image = pulled(host_ + "/multi:v1");
  EXPECT_EQ(image.digest, digest);
  EXPECT_NE(image.manifest_digest, digest);
  EXPECT_EQ(read_file(image.layers.at(0) + "/for").value(), host);
  auto wanted = store_->ensure({.reference = host_ + "/multi:v1", .platform = {.architecture = "s390x"}}).error();
  EXPECT_TRUE(wanted.message.starts_with("image Manifest does not contain descriptor matching platform 'linux/s390x'")) << wanted.message;
}

TEST_F(RegistryTest, NeedsTheRightPassword) {
  start(true);
  push("secret:v1", {{.layers = {make_layer({{.path = "a", .content = "1"}})}}}, "sailor:safe harbour");
  auto reference = host_ + "/secret:v1";
  auto refused = cat("pull access denied for ", reference, ", repository does not exist or may require 'docker login'");
  EXPECT_TRUE(store_->ensure({.reference = reference}).error().message.starts_with(refused));
  RegistryCredentials wrong{.username = "sailor", .password = "wrong"};
  auto error = store_->ensure({.reference = reference, .credentials = wrong}).error();
  EXPECT_TRUE(error.message.starts_with(refused)) << error.message;
  EXPECT_EQ(error.message.find("wrong"), std::string::npos);
  RegistryCredentials right{.username = "sailor", .password = "safe harbour"};
  auto image = store_->ensure({.reference = reference, .credentials = right});
  ASSERT_TRUE(image) << image.error().message << image.error().detail;
  EXPECT_TRUE(list_directory(home_ + "/store/scratch")->empty());  // and with it the file with the password
}

}  // namespace
}  // namespace roadstead
