// What every Images must do, asked of the real one and of the fake one.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "agent/images/fake_images.h"
#include "agent/images/image_store.h"
#include "agent/images/test_image.h"
#include "base/text/text.h"
#include "io/file.h"
#include "io/system_clock.h"

namespace roadstead {
namespace {

/// A world with one good image, one for another platform, one that does not exist, and a file to load.
class World {
 public:
  virtual ~World() = default;
  virtual Images& images() = 0;
  virtual std::string good() = 0;
  virtual std::string foreign() = 0;
  virtual std::string missing() = 0;
  virtual std::string file() = 0;
  virtual void restart() = 0;
  virtual void wait_until(const std::function<bool()>& done) = 0;
};

std::string other_architecture() { return host_platform().architecture == "amd64" ? "arm64" : "amd64"; }

class RealWorld final : public World {
 public:
  RealWorld() : home_(make_temporary_directory("/tmp", "roadstead-images-").value()) {
    auto layer = test::make_layer({{.path = "etc/", .kind = 'd', .mode = 0755}, {.path = "etc/motd", .content = "hello"}});
    test::write_archive(home_ + "/good.tar", {.layers = {layer}});
    test::write_archive(home_ + "/foreign.tar", {.layers = {layer}, .architecture = other_architecture()});
    test::write_archive(home_ + "/file.tar", {.layers = {layer, test::make_layer({{.path = "v2", .content = "2"}})}});
    restart();
  }

  ~RealWorld() override {
    auto stale_roots = images_->recover().value().roots;
    for (const auto& stale : stale_roots) EXPECT_TRUE(images_->unmount_root(stale));
    images_.reset();
    EXPECT_TRUE(remove_tree(home_));
  }

  Images& images() override { return *images_; }
  std::string good() override { return "oci-archive:" + home_ + "/good.tar"; }
  std::string foreign() override { return "oci-archive:" + home_ + "/foreign.tar"; }
  std::string missing() override { return "oci-archive:" + home_ + "/missing.tar"; }
  std::string file() override { return home_ + "/file.tar"; }

  void restart() override {
    images_.reset();
    images_ = std::make_unique<ImageStore>(ImageStoreSettings{.directory = home_ + "/store"}, clock_);
  }

  void wait_until(const std::function<bool()>& done) override {
    while (!done()) std::this_thread::yield();
  }

 private:
  std::string home_;
  SystemClock clock_;
  std::unique_ptr<ImageStore> images_;
};

class FakeWorld final : public World {
 public:
  FakeWorld() {
    images_.publish(good(), {.config = {.environment = {"A=b"}, .entrypoint = {"/bin/sh"}, .stop_signal = "SIGQUIT"}});
    images_.publish(foreign(), {.architectures = {other_architecture()}});
    images_.place_file(file(), {.config = {.environment = {"A=b"}}, .architectures = {host_platform().architecture}});
  }

  Images& images() override { return images_; }
  std::string good() override { return "oci-archive:/fake/good.tar"; }
  std::string foreign() override { return "oci-archive:/fake/foreign.tar"; }
  std::string missing() override { return "oci-archive:/fake/missing.tar"; }
  std::string file() override { return "/fake/file.tar"; }
  void restart() override { images_.crash(); }

  void wait_until(const std::function<bool()>& done) override {
    while (!done()) {
      clock_.set(images_.next_due().value());
      images_.run_due();
    }
  }

 private:
  FakeClock clock_;
  FakeImages images_{clock_};
};

class ImagesContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam()) == "real") {
      world_ = std::make_unique<RealWorld>();
    } else {
      world_ = std::make_unique<FakeWorld>();
    }
    auto recovered = images().recover();
    ASSERT_TRUE(recovered) << recovered.error().message;
    EXPECT_TRUE(recovered->roots.empty());
  }

  Images& images() { return world_->images(); }
  Image good() {
    auto image = images().ensure({.reference = world_->good()});
    EXPECT_TRUE(image) << image.error().message;
    return *image;
  }

  std::unique_ptr<World> world_;
};

INSTANTIATE_TEST_SUITE_P(Both, ImagesContract, testing::Values("real", "fake"), [](const auto& param) { return std::string(param.param); });

TEST_P(ImagesContract, GivesAnImageReadyToMount) {
  auto image = good();
  EXPECT_EQ(image.reference, world_->good());
  EXPECT_TRUE(is_digest(image.digest));
  EXPECT_TRUE(is_digest(image.manifest_digest));
  EXPECT_EQ(image.config.environment, std::vector<std::string>{"A=b"});
  EXPECT_EQ(image.config.stop_signal, "SIGQUIT");
  EXPECT_EQ(image.layers.size(), 1U);
  EXPECT_GT(image.size, 0U);
  EXPECT_EQ(image.platform, host_platform());
  EXPECT_FALSE(image.from_cache);
  auto again = images().ensure({.reference = world_->good(), .policy = PullPolicy::once});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->from_cache);
  EXPECT_EQ(again->layers, image.layers);
}

TEST_P(ImagesContract, SaysWhatCannotBePulled) {
  auto missing = images().ensure({.reference = world_->missing()}).error();
  EXPECT_EQ(missing.code, "CannotPullContainerError");
  EXPECT_TRUE(missing.message.starts_with("manifest for " + world_->missing() + " not found: ")) << missing.message;
  auto invalid = images().ensure({.reference = "No Such"}).error();
  EXPECT_EQ(invalid.code, "CannotPullContainerError");
  EXPECT_TRUE(invalid.message.starts_with("invalid reference format")) << invalid.message;
  EXPECT_TRUE(images().list()->empty());
}

TEST_P(ImagesContract, RefusesAnotherArchitectureBeforeAnythingStarts) {
  auto foreign = images().ensure({.reference = world_->foreign()}).error();
  EXPECT_EQ(foreign.code, "CannotPullContainerError");
  auto expected = cat("image Manifest does not contain descriptor matching platform '", to_string(host_platform()), "'");
  EXPECT_TRUE(foreign.message.starts_with(expected)) << foreign.message;
  EXPECT_TRUE(images().list()->empty());
}

TEST_P(ImagesContract, AnswersEveryoneWhoAsksAtOnce) {
  std::mutex mutex;
  std::vector<std::string> digests;
  for (int i = 0; i < 5; ++i) {
    images().ensure({.reference = world_->good()}, [&](Result<Image> image) {
      std::lock_guard lock(mutex);
      digests.push_back(image ? image->digest : image.error().message);
    });
  }
  world_->wait_until([&] {
    std::lock_guard lock(mutex);
    return digests.size() == 5;
  });
  for (const auto& digest : digests) EXPECT_EQ(digest, good().digest);
}

TEST_P(ImagesContract, GivesUpOnRequest) {
  std::stop_source stop;
  stop.request_stop();
  auto stopped = images().ensure({.reference = world_->good(), .stop = stop.get_token()});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "CannotPullContainerError");
  EXPECT_NE(stopped.error().message.find("context canceled"), std::string::npos);
  EXPECT_TRUE(images().ensure({.reference = world_->good()}));
}

TEST_P(ImagesContract, TakesLocalImagesByTheirExactName) {
  auto loaded = images().load(world_->file(), "shop:v2", host_platform());
  ASSERT_TRUE(loaded) << loaded.error().message;
  auto image = images().ensure({.reference = "shop:v2", .policy = PullPolicy::always});
  ASSERT_TRUE(image) << image.error().message;
  EXPECT_TRUE(image->from_cache);
  EXPECT_EQ(image->digest, loaded->digest);
  EXPECT_EQ(images().resolve({.reference = "shop:v2"}).value(), loaded->digest);
  auto by_digest = images().ensure({.reference = "shop@" + loaded->digest});
  ASSERT_TRUE(by_digest) << by_digest.error().message;
  EXPECT_EQ(by_digest->layers, loaded->layers);
  auto foreign = images().ensure({.reference = "shop:v2", .platform = {.architecture = other_architecture()}}).error();
  EXPECT_NE(foreign.message.find("matching platform"), std::string::npos);
  auto listed = images().list().value();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].reference, "shop:v2");
  EXPECT_TRUE(listed[0].local);
  EXPECT_FALSE(images().load(world_->file() + ".none", "shop:v3", host_platform()));
  EXPECT_EQ(images().load(world_->file(), "docker://shop", host_platform()).error().code, "InvalidReference");
  auto wrong = images().load(world_->file(), "shop:v3", {.architecture = other_architecture()});
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("matching platform"), std::string::npos) << wrong.error().message;
}

TEST_P(ImagesContract, MountsAndUnmountsAsOftenAsOneLikes) {
  auto image = good();
  auto path = images().mount_root("task-1", image);
  ASSERT_TRUE(path) << path.error().message;
  EXPECT_EQ(images().mount_root("task-1", image).value(), *path);
  EXPECT_EQ(images().remove(world_->good()).error().code, "ImageInUse");
  EXPECT_TRUE(images().list()->at(0).in_use);
  EXPECT_TRUE(images().unmount_root("task-1"));
  EXPECT_TRUE(images().unmount_root("task-1"));
  EXPECT_TRUE(images().unmount_root("never-there"));
  EXPECT_FALSE(images().list()->at(0).in_use);
  EXPECT_TRUE(images().remove(world_->good()));
  EXPECT_EQ(images().remove(world_->good()).error().code, "ImageNotFound");
  EXPECT_EQ(images().mount_root("task-2", image).error().code, "ImageNotFound");
  for (const std::string id : {"", "..", "a/b"}) EXPECT_EQ(images().mount_root(id, image).error().code, "InvalidReference");
}

TEST_P(ImagesContract, KeepsOneRootForOneImage) {
  auto image = good();
  auto other = images().load(world_->file(), "shop:v2", host_platform()).value();
  ASSERT_TRUE(images().mount_root("task-1", image));
  EXPECT_EQ(images().mount_root("task-1", other).error().code, "RootExists");
  EXPECT_TRUE(images().unmount_root("task-1"));
  EXPECT_TRUE(images().mount_root("task-1", other));
  EXPECT_TRUE(images().unmount_root("task-1"));
}

TEST_P(ImagesContract, RemembersAcrossARestart) {
  auto image = good();
  ASSERT_TRUE(images().load(world_->file(), "shop:v2", host_platform()));
  auto path = images().mount_root("task-1", image).value();
  world_->restart();
  auto recovered = images().recover();
  ASSERT_TRUE(recovered) << recovered.error().message;
  EXPECT_EQ(recovered->roots, std::vector<std::string>{"task-1"});
  EXPECT_EQ(images().mount_root("task-1", image).value(), path);
  EXPECT_TRUE(images().ensure({.reference = "shop:v2"}).value().from_cache);
  auto again = images().ensure({.reference = world_->good(), .policy = PullPolicy::once});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->from_cache);
  EXPECT_EQ(again->config, image.config);
  EXPECT_TRUE(images().unmount_root("task-1"));
}

TEST_P(ImagesContract, ResolvesToTheDigestThatAPullGives) {
  auto digest = images().resolve({.reference = world_->good()});
  ASSERT_TRUE(digest) << digest.error().message;
  EXPECT_EQ(*digest, good().digest);
  EXPECT_EQ(images().resolve({.reference = world_->missing()}).error().code, "CannotPullContainerError");
}

}  // namespace
}  // namespace roadstead
