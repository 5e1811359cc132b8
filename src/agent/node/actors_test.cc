#include "agent/node/actors.h"

#include <gtest/gtest.h>

#include <map>

#include "agent/images/fake_images.h"
#include "agent/images/oci/registry_secret.h"
#include "agent/runtime/fake_runtime.h"
#include "agent/sandbox/fake_network.h"
#include "base/text/text.h"
#include "io/file.h"

namespace roadstead {
namespace {

constexpr std::string_view failed = "unable to pull secrets or registry auth: ";

class ActorsTest : public testing::Test {
 protected:
  ActorsTest() {
    EXPECT_TRUE(network_.recover({}));
    images_.publish("plain:1");
    images_.publish("private:1", {.needs = RegistryCredentials{"ann", "pa55"}});
    secrets_ = {{"arn:one", "first"}, {"/mode", "fast"}, {"arn:registry", R"({"username":"ann","password":"pa55"})"}};
  }

  Actors::Ports ports() {
    auto director = [this](const ContainerSpec& spec) {
      started_ = spec;
      return FakeBehaviour{};
    };
    runtime_ = std::make_unique<FakeRuntime>(clock_, director);
    Actors::Ports out{.runtime = *runtime_, .images = images_, .network = network_, .clock = clock_};
    out.secrets = [this](const std::string& value_from) -> Result<std::string> {
      auto found = secrets_.find(value_from);
      if (found == secrets_.end()) return Error{"ResourceInitializationError", cat("there is no ", value_from)};
      return found->second;
    };
    out.without_files = true;
    return out;
  }

  static std::string error_of(const ActionOutcome& outcome) {
    return outcome.error() == nullptr ? "" : cat(outcome.error()->code, ": ", outcome.error()->message);
  }

  JoinNetwork join(std::vector<std::string> secrets = {}) {
    return {{.task_id = "t"}, NetworkSpec{.task_id = "t", .mode = NetworkMode::host}, TaskSpec{.task_id = "t"}, {}, std::move(secrets)};
  }

  StartContainer start(std::vector<SecretReference> secrets) {
    ContainerSpec spec{.task_id = "t", .name = "app", .rootfs = "/root", .args = {"run"}, .env = {"A=1"}};
    return {{.task_id = "t", .container = "app"}, spec, std::move(secrets)};
  }

  FakeClock clock_;
  FakeImages images_{clock_};
  FakeNetwork network_;
  std::unique_ptr<FakeRuntime> runtime_;
  std::map<std::string, std::string> secrets_;
  ContainerSpec started_;
};

TEST_F(ActorsTest, SecretsAreVariablesOfTheContainer) {
  Actors actors(ports());
  EXPECT_EQ(error_of(actors.perform(join({"arn:one", "/mode"}))), "");
  EXPECT_EQ(error_of(actors.perform(start({{"FIRST", "arn:one"}, {"MODE", "/mode"}}))), "");
  EXPECT_EQ(started_.env, (std::vector<std::string>{"A=1", "FIRST=first", "MODE=fast"}));
  EXPECT_TRUE(started_.secret_env);
}

TEST_F(ActorsTest, WithoutSecretsNothingIsKeptApart) {
  Actors actors(ports());
  EXPECT_EQ(error_of(actors.perform(join())), "");
  EXPECT_EQ(error_of(actors.perform(start({}))), "");
  EXPECT_FALSE(started_.secret_env);
}

TEST_F(ActorsTest, AMissingSecretKeepsTheWholeTaskFromStarting) {
  Actors actors(ports());
  auto expected = cat("ResourceInitializationError: ", failed, "there is no arn:none");
  EXPECT_EQ(error_of(actors.perform(join({"arn:one", "arn:none"}))), expected);
  EXPECT_TRUE(network_.present().empty());
  EXPECT_EQ(error_of(actors.perform(join())), "");
  EXPECT_EQ(error_of(actors.perform(start({{"X", "arn:none"}}))), expected);
}

TEST_F(ActorsTest, TheRoutersFilesLieThereBeforeItStarts) {
  std::string directory = make_temporary_directory("/tmp", "roadstead-router-").value();
  auto with_files = ports();
  Actors joining(with_files);
  with_files.without_files = false;
  Actors actors(std::move(with_files));
  EXPECT_EQ(error_of(joining.perform(join())), "");
  StartContainer action = start({});
  action.router = RouterFiles{.directory = cat(directory, "/firelens"), .config = "[INPUT]\n", .user = "fluent"};
  EXPECT_EQ(error_of(actors.perform(action)), "");
  EXPECT_EQ(read_file(cat(directory, "/firelens/config/fluent.conf")).value(), "[INPUT]\n");
  EXPECT_TRUE(exists(cat(directory, "/firelens/socket")));
  action.router->problem = "missing output key Name";
  EXPECT_EQ(error_of(actors.perform(action)),
            "ResourceInitializationError: unable to generate firelens config file: missing output key Name");
  EXPECT_TRUE(remove_tree(directory));
}

TEST_F(ActorsTest, ASourcePathIsMadeADirectoryOnlyWhenNothingIsThere) {
  std::string directory = make_temporary_directory("/tmp", "roadstead-volumes-").value();
  auto with_files = ports();
  with_files.without_files = false;
  Actors actors(std::move(with_files));
  images_.publish("sock:1");
  ActionOutcome pulled;
  actors.pull({{.task_id = "t"}, "sock:1", "", PullPolicy::pull_or_cached, ""}, [&](ActionOutcome told) { pulled = std::move(told); });
  while (images_.next_due()) {
    clock_.set(*images_.next_due());
    images_.run_due();
  }
  ASSERT_EQ(error_of(pulled), "");
  std::string file = cat(directory, "/file");
  ASSERT_TRUE(write_file_atomic(file, "kept"));
  PrepareRoot action{{.task_id = "t", .container = "app"}, "root", std::get<ImagePulled>(pulled.result).image,
                     {{.path = file}, {.path = cat(directory, "/new/one")}}};
  EXPECT_EQ(error_of(actors.perform(action)), "");
  EXPECT_EQ(read_file(file).value(), "kept");
  EXPECT_TRUE(list_directory(cat(directory, "/new/one")));
  EXPECT_TRUE(remove_tree(directory));
}

TEST_F(ActorsTest, AContainerWhoseLogHasNobodyDoesNotStart) {
  auto strict = ports();
  std::vector<std::string> asked;
  strict.check_log = [&](const LogTarget& target) -> Status {
    asked.push_back(target.driver);
    return target.must_answer ? Status(Error{"CannotStartContainerError", "nobody"}) : Status(Done{});
  };
  std::vector<std::string> flushed;
  strict.before_router_stop = [&](const std::string& task) { flushed.push_back(task); };
  Actors actors(std::move(strict));
  EXPECT_EQ(error_of(actors.perform(join())), "");
  StartContainer action = start({});
  action.log = {.driver = "fluentd", .must_answer = true};
  EXPECT_EQ(error_of(actors.perform(action)), "CannotStartContainerError: nobody");
  action.log = {.group = "g", .stream = "s", .multiline_pattern = "(["};
  EXPECT_TRUE(error_of(actors.perform(action)).starts_with("ResourceInitializationError: failed to initialize logging driver: "));
  action.log = {.driver = "fluentd"};
  EXPECT_EQ(error_of(actors.perform(action)), "");
  EXPECT_EQ(asked, (std::vector<std::string>{"fluentd", "fluentd"}));
  actors.perform(StopContainer{.target = {.task_id = "t", .container = "app"}});
  EXPECT_TRUE(flushed.empty());
  actors.perform(StopContainer{.target = {.task_id = "t", .container = "app"}, .is_router = true});
  EXPECT_EQ(flushed, std::vector<std::string>{"t"});
}

TEST_F(ActorsTest, WithoutASourceTasksWithSecretsFail) {
  auto bare = ports();
  bare.secrets = {};
  Actors actors(std::move(bare));
  EXPECT_EQ(error_of(actors.perform(join({"arn:one"}))), cat("ResourceInitializationError: ", failed, "no source of secrets for arn:one"));
}

TEST_F(ActorsTest, PullsWithTheCredentialsOfASecret) {
  Actors actors(ports());
  auto pull = [&](std::string credentials, PullPolicy policy = PullPolicy::pull_or_cached) {
    PullImage action{{.task_id = "t"}, "private:1", "", policy, std::move(credentials)};
    ActionOutcome outcome;
    actors.pull(action, [&](ActionOutcome told) { outcome = std::move(told); });
    while (images_.next_due()) {
      clock_.set(*images_.next_due());
      images_.run_due();
    }
    return error_of(outcome);
  };
  EXPECT_NE(pull("").find("pull access denied"), std::string::npos);
  EXPECT_EQ(pull("arn:gone"), cat("ResourceInitializationError: ", failed, "there is no arn:gone"));
  EXPECT_EQ(pull("arn:one"), cat("ResourceInitializationError: ", failed, "the secret arn:one must hold the JSON ",
                                 R"({"username": "…", "password": "…"} of the registry)"));
  EXPECT_EQ(pull("arn:registry"), "");
  EXPECT_EQ(pull("arn:gone", PullPolicy::once), "") << "what runs has its image here";
}

TEST(RegistrySecret, HasBothWordsAsTexts) {
  EXPECT_EQ(parse_registry_secret(R"({"username":"a","password":"b","more":1})").value(), (RegistryCredentials{"a", "b"}));
  for (const char* unfit : {"", "secret", "[]", R"({"username":"a"})", R"({"username":"a","password":1})"}) {
    auto refused = parse_registry_secret(unfit);
    ASSERT_FALSE(refused) << unfit;
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace roadstead
