// What is pure: references, manifests, platforms, error texts, the catalog, mountinfo.
#include <gtest/gtest.h>

#include "agent/images/image_catalog.h"
#include "agent/images/disk/image_roots.h"
#include "agent/images/oci/manifest.h"
#include "agent/images/disk/overlay.h"
#include "agent/images/oci/pull_errors.h"
#include "agent/images/oci/reference.h"
#include "agent/images/oci/skopeo.h"
#include "base/text/text.h"

namespace roadstead {
namespace {

const std::string digest_a = "sha256:" + std::string(64, 'a');
const std::string digest_b = "sha256:" + std::string(64, 'b');

TEST(Reference, IsNormalisedAsDockerDoes) {
  struct Case {
    std::string text;
    std::string canonical;
  };
  for (const auto& [text, canonical] : std::vector<Case>{
           {"nginx", "docker.io/library/nginx:latest"},
           {"nginx:1.27", "docker.io/library/nginx:1.27"},
           {"acme/shop", "docker.io/acme/shop:latest"},
           {"index.docker.io/acme/shop", "docker.io/acme/shop:latest"},
           {"localhost/shop:v1", "localhost/shop:v1"},
           {"localhost:5000/shop:v1", "localhost:5000/shop:v1"},
           {"[::1]:5000/shop", "[::1]:5000/shop:latest"},
           {"123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b-c__d.e:x", "123456789012.dkr.ecr.us-east-1.amazonaws.com/a/b-c__d.e:x"},
           {"nginx@" + digest_a, "docker.io/library/nginx@" + digest_a},
           {"nginx:1@" + digest_a, "docker.io/library/nginx@" + digest_a},
           {"docker://quay.io/x/y:z", "quay.io/x/y:z"},
           {"oci:/srv/shop:v2", "oci:/srv/shop:v2"},
           {"oci-archive:/srv/shop.tar", "oci-archive:/srv/shop.tar"},
           {"containers-storage:localhost/shop:v2", "containers-storage:localhost/shop:v2"},
           {"oci:latest", "docker.io/library/oci:latest"},
       }) {
    auto parsed = parse_image_reference(text);
    ASSERT_TRUE(parsed) << text << ": " << parsed.error().message;
    EXPECT_EQ(parsed->canonical(), canonical) << text;
  }
}

TEST(Reference, TakesADigestInPlaceOfItsTag) {
  for (const std::string name : {"nginx", "shop/web", "localhost:5000/shop", "[::1]:5000/shop"}) {
    EXPECT_EQ(with_digest(name, digest_a), cat(name, '@', digest_a));
    EXPECT_EQ(with_digest(cat(name, ":v1"), digest_a), cat(name, '@', digest_a));
    EXPECT_EQ(with_digest(cat(name, '@', digest_b), digest_a), cat(name, '@', digest_b)) << "the definition's own digest counts";
  }
  EXPECT_EQ(with_digest("oci:/srv/shop:v2", digest_a), "oci:/srv/shop:v2");
}

TEST(Reference, RefusesWhatDockerRefuses) {
  for (const std::string text : {"", "Nginx", "a//b", "a:b:c", "nginx:", "nginx:-x", "nginx@sha256:1", "-a", "a..b", "a/b c", "oci-archive:",
                                 "oci-archive:relative", "host:port/x", "a___b", "x\n", "[zz]/a"}) {
    auto parsed = parse_image_reference(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, "InvalidReference");
  }
  EXPECT_NE(parse_image_reference("Acme/Shop").error().message.find("lowercase"), std::string::npos);
  EXPECT_FALSE(parse_image_reference(std::string(2000, 'a')));
}

TEST(Platform, IsReadAsItIsWritten) {
  for (const std::string text : {"linux/amd64", "linux/arm64", "linux/arm/v7"}) EXPECT_EQ(to_string(parse_platform(text).value()), text);
  EXPECT_EQ(parse_platform("linux/arm64").value(), platform_of_cpu_architecture("ARM64"));
  for (const std::string text : {"", "arm64", "linux/", "/arm64", "linux/arm/v7/x"}) {
    auto parsed = parse_platform(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, "InvalidPlatform");
  }
}

TEST(Reference, KnowsThisMachine) {
  for (const std::string text : {"localhost/a", "localhost:5000/a", "127.0.0.1:5000/a", "127.9.9.9/a", "[::1]:5000/a", "reg.localhost:80/a"}) {
    EXPECT_TRUE(parse_image_reference(text)->on_localhost()) << text;
  }
  for (const std::string text : {"nginx", "127.0.0.1.example.com/a", "localhost.example.com/a", "10.0.0.1:5000/a", "oci:/localhost"}) {
    EXPECT_FALSE(parse_image_reference(text)->on_localhost()) << text;
  }
}

TEST(Reference, GivesSkopeoOneThingToLookFor) {
  EXPECT_EQ(parse_image_reference("nginx:1@" + digest_a)->skopeo_source(), "docker://docker.io/library/nginx@" + digest_a);
  EXPECT_EQ(parse_image_reference("nginx:1")->skopeo_source(digest_b), "docker://docker.io/library/nginx@" + digest_b);
  EXPECT_EQ(parse_image_reference("oci:/a:b")->skopeo_source(digest_b), "oci:/a:b");
}

std::string manifest_json(const std::string& layer_digest) {
  return cat(R"({"schemaVersion":2,"config":{"digest":")", digest_a, R"(","size":2},"layers":[{"digest":")", layer_digest, R"(","size":3}]})");
}

TEST(Manifest, ReadsOneAndMany) {
  auto one = parse_manifest(manifest_json(digest_b));
  ASSERT_TRUE(one) << one.error().message;
  const auto& manifest = std::get<Manifest>(*one);
  EXPECT_EQ(manifest.config.digest, digest_a);
  EXPECT_EQ(manifest.layers.at(0).size, 3U);
  auto many = parse_manifest(cat(R"({"manifests":[{"digest":")", digest_a, R"(","size":1,"platform":{"os":"linux","architecture":"arm64","variant":"v8"}},)",
                                 R"({"digest":")", digest_b, R"(","size":1,"platform":{"os":"unknown","architecture":"unknown"}}]})"));
  ASSERT_TRUE(many) << many.error().message;
  const auto& index = std::get<Index>(*many);
  EXPECT_EQ(choose_manifest(index, {.architecture = "arm64", .variant = "v8"})->digest, digest_a);
  EXPECT_EQ(choose_manifest(index, {.architecture = "arm64"})->digest, digest_a);
  auto none = choose_manifest(index, {.architecture = "amd64"}).error();
  EXPECT_EQ(none.code, "CannotPullContainerError");
  EXPECT_TRUE(none.message.starts_with("image Manifest does not contain descriptor matching platform 'linux/amd64'. The image is for linux/arm64. "))
      << none.message;
}

TEST(Manifest, PrefersTheExactVariant) {
  Index index{.entries = {{.manifest = {.digest = digest_a}, .platform = {.architecture = "arm64"}},
                          {.manifest = {.digest = digest_b}, .platform = {.architecture = "arm64", .variant = "v8"}}}};
  EXPECT_EQ(choose_manifest(index, {.architecture = "arm64", .variant = "v8"})->digest, digest_b);
  EXPECT_FALSE(choose_manifest(index, {.architecture = "arm"}));
}

TEST(Manifest, RefusesNonsense) {
  for (const auto& text : std::vector<std::string>
       {std::string(), std::string("[]"), std::string("{}"), std::string("{\"layers\":[]}"), manifest_json("sha256:../../etc/passwd"),
        manifest_json("md5:1"), std::string(R"({"schemaVersion":1,"fsLayers":[]})"), std::string(R"({"manifests":[1]})"),
        std::string(R"({"manifests":[{"digest":"sha256:x"}]})"), std::string(200, '[')}) {
    auto parsed = parse_manifest(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, "InvalidImage") << text;
  }
}

TEST(Manifest, ReadsTheConfiguration) {
  auto read = parse_image_description(cat(
      R"({"os":"linux","architecture":"amd64","config":{"Env":["A=b"],"Entrypoint":["/e"],"Cmd":null,"User":"1","WorkingDir":"/w","StopSignal":"SIGQUIT",)"
      R"("Labels":{"k":"v"},"Volumes":{"/b":{},"/a":{}},"ExposedPorts":{"80/tcp":{}}},"rootfs":{"diff_ids":[")", digest_a, "\"]}}"));
  ASSERT_TRUE(read) << read.error().message;
  ImageConfig expected{.environment = {"A=b"}, .entrypoint = {"/e"}, .command = {}, .user = "1", .working_dir = "/w", .stop_signal = "SIGQUIT",
                       .labels = {{"k", "v"}}, .volumes = {"/a", "/b"}, .exposed_ports = {"80/tcp"}};
  EXPECT_EQ(read->config, expected);
  EXPECT_EQ(read->diff_ids, std::vector<std::string>{digest_a});
  EXPECT_FALSE(parse_image_description(R"({"rootfs":{"diff_ids":["sha256:../x"]}})"));
  EXPECT_FALSE(parse_image_description("{}"));
}

std::string pull_message(const std::string& reference, const std::string& said, int retries = 0) {
  CommandOutcome outcome{.exit_code = 1, .err = cat("time=\"t\" level=fatal msg=\"", said, "\"\n")};
  auto error = pull_error(reference, outcome, retries);
  EXPECT_EQ(error.code, "CannotPullContainerError");
  return error.message;
}

TEST(PullErrors, SpeakAsEcsDoes) {
  EXPECT_TRUE(pull_message("shop:v9", "Error reading manifest v9 in docker.io/library/shop: manifest unknown: manifest unknown")
                  .starts_with("manifest for shop:v9 not found: manifest unknown: manifest unknown"));
  EXPECT_TRUE(pull_message("acme/x", "reading manifest: unauthorized: authentication required")
                  .starts_with("pull access denied for acme/x, repository does not exist or may require 'docker login': denied: "));
  EXPECT_NE(pull_message("x", "toomanyrequests: slow down").find("toomanyrequests: You have reached your pull rate limit"), std::string::npos);
  EXPECT_NE(pull_message("x", "write /a/b: no space left on device").find("no space left on device"), std::string::npos);
  EXPECT_EQ(pull_message("x", "dial tcp 10.0.0.1:443: i/o timeout", 3),
            "pull image manifest has been retried 3 time(s): failed to resolve ref x: dial tcp 10.0.0.1:443: i/o timeout");
  EXPECT_NE(pull_message("x.invalid/y", "dial tcp: lookup x.invalid: no such host").find("no such host"), std::string::npos);
  EXPECT_NE(pull_message("x", "no image found in manifest list for architecture amd64").find("matching platform"), std::string::npos);
  CommandOutcome stopped{.exit_code = -1, .signal = 9, .stopped = true};
  EXPECT_NE(pull_error("x", stopped, 0).message.find("context canceled"), std::string::npos);
  EXPECT_EQ(pull_timed_out(std::chrono::hours(2)).message, "Could not transition to pulled; timed out after waiting 2h0m0s");
  EXPECT_EQ(pull_timed_out(std::chrono::seconds(90)).message, "Could not transition to pulled; timed out after waiting 1m30s");
}

TEST(PullErrors, ReadTheFatalLine) {
  EXPECT_EQ(skopeo_message("time=\"t\" level=warning msg=\"w\"\ntime=\"t\" level=fatal msg=\"a \\\"b\\\"\\nc\"\n"), "a \"b\"\nc");
  EXPECT_EQ(skopeo_message("plain words\n\n"), "plain words");
  EXPECT_EQ(skopeo_message(""), "");
}

ImageRow row(const std::string& reference, const std::string& digest, std::int64_t used, bool local = false) {
  return {.reference = reference, .digest = digest, .manifest_digest = digest, .config_digest = digest, .layer_digests = {digest},
          .diff_ids = {digest}, .platform = {.architecture = "amd64"}, .local = local, .last_used = {used}};
}

const Platform amd64{.architecture = "amd64"};

TEST(Catalog, PrefersTheLocalNameInAnySpelling) {
  ImageCatalog catalog;
  catalog.put(row("nginx:demo", digest_a, 1, true));
  auto serves = [&](const std::string& text) { return catalog.local_or_by_digest(text, *parse_image_reference(text), amd64) != nullptr; };
  EXPECT_TRUE(serves("nginx:demo"));
  EXPECT_TRUE(serves("nginx@" + digest_a));
  EXPECT_FALSE(serves("nginx"));
  EXPECT_FALSE(serves("docker://nginx:demo"));
  EXPECT_TRUE(serves("docker.io/library/nginx:demo"));
  EXPECT_TRUE(serves("library/nginx:demo"));
  EXPECT_FALSE(serves("other/nginx:demo"));
  EXPECT_FALSE(serves("localhost/library/nginx:demo"));
  EXPECT_FALSE(serves("other@" + digest_a));
  EXPECT_EQ(catalog.local_elsewhere("nginx:demo", {.architecture = "arm64"}), amd64);
  EXPECT_EQ(catalog.local_elsewhere("library/nginx:demo", {.architecture = "arm64"}), amd64);
}

TEST(Catalog, KeepsOneLocalImageForAllSpellingsOfItsName) {
  ImageCatalog catalog;
  catalog.put(row("busybox:latest", digest_a, 1, true));
  catalog.put(row("docker.io/library/busybox:latest", digest_b, 2, true));
  EXPECT_EQ(catalog.local_or_by_digest("busybox", *parse_image_reference("busybox"), amd64)->digest, digest_b);
  ASSERT_EQ(catalog.find("library/busybox").size(), 1U);
  EXPECT_EQ(catalog.find("library/busybox").front().digest, digest_b);
  catalog.erase(catalog.find("busybox").front());
  EXPECT_EQ(catalog.local_or_by_digest("busybox", *parse_image_reference("busybox"), amd64), nullptr);
}

TEST(Catalog, KeepsReplacedContentFindableByDigest) {
  ImageCatalog catalog;
  catalog.put(row("shop:v1", digest_a, 1, true));
  catalog.put(row("shop:v1", digest_b, 2, true));
  EXPECT_EQ(catalog.local_or_by_digest("shop:v1", *parse_image_reference("shop:v1"), amd64)->digest, digest_b);
  auto old = "shop@" + digest_a;
  ASSERT_NE(catalog.local_or_by_digest(old, *parse_image_reference(old), amd64), nullptr);
  EXPECT_EQ(catalog.oldest_unused({}, {10})->digest, digest_a);  // and no longer protected
  EXPECT_EQ(catalog.oldest_unused({digest_a}, {10}), nullptr);
}

TEST(Catalog, GivesUpTheOldestThatNobodyUses) {
  ImageCatalog catalog;
  catalog.put(row("docker.io/library/a:1", digest_a, 5));
  catalog.put(row("docker.io/library/b:1", digest_b, 3));
  EXPECT_EQ(catalog.oldest_unused({}, {10})->digest, digest_b);
  EXPECT_EQ(catalog.oldest_unused({digest_b}, {10})->digest, digest_a);
  EXPECT_EQ(catalog.oldest_unused({}, {3}), nullptr);
  catalog.touch(*catalog.oldest_unused({}, {10}), {7});
  EXPECT_EQ(catalog.oldest_unused({}, {10})->digest, digest_a);
}

TEST(Catalog, SurvivesTheDisk) {
  std::vector<ImageRow> rows{row("docker.io/library/a:1", digest_a, 5), row("shop:v1", digest_b, 3, true)};
  auto read = parse_catalog(render_catalog(rows));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, rows);
  EXPECT_FALSE(parse_catalog("{}"));
  EXPECT_FALSE(parse_catalog(R"({"images":[{"reference":"x","digest":"sha256:../.."}]})"));
  RootRow root{.manifest_digest = digest_a, .layers = {"/a/fs", "/b/fs"}};
  EXPECT_EQ(*parse_root(render_root(root)), root);
  EXPECT_FALSE(parse_root("{\"manifest\":1}"));
}

TEST(Overlay, FindsMountsBelowADirectory) {
  std::string_view text =
      "36 35 98:0 / /srv/roots/a/rootfs rw - overlay overlay rw\n37 35 98:0 / /srv/roots/b\\040c rw - overlay o rw\n38 1 1:1 / /srv/rootsx rw - x x rw\n";
  EXPECT_EQ(parse_mounts_below(text, "/srv/roots"), (std::vector<std::string>{"/srv/roots/a/rootfs", "/srv/roots/b c"}));
}

TEST(Skopeo, WritesCredentialsAsItReadsThem) {
  EXPECT_EQ(render_authfile("localhost:5000", {.username = "me", .password = "p\"w"}), R"({"auths":{"localhost:5000":{"auth":"bWU6cCJ3"}}})");
}

TEST(Platforms, AreThoseOfEcs) {
  EXPECT_EQ(to_string(platform_of_cpu_architecture("X86_64")), "linux/amd64");
  EXPECT_EQ(to_string(platform_of_cpu_architecture("ARM64")), "linux/arm64");
  EXPECT_EQ(platform_of_cpu_architecture(""), host_platform());
  EXPECT_EQ(to_string({.architecture = "arm", .variant = "v7"}), "linux/arm/v7");
}

}  // namespace
}  // namespace roadstead
