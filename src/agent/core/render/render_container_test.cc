#include "agent/core/render/render_container.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

namespace roadstead {
namespace {

// One container of one Fargate task, as a test changes it.
struct Scene {
  AgentSettings settings{.node_id = "n1", .region = "eu-west-1", .account_id = "123456789012", .directory = "/agent"};
  TaskRow task;
  ecs::TaskDefinition definition;
  ecs::ContainerDefinition container;
  ImageConfig image;

  Scene() {
    task.task_arn = "arn:aws:ecs:eu-west-1:123456789012:task/default/0123";
    task.task_id = "0123";
    task.cluster_arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/default";
    task.launch_type = "FARGATE";
    task.network = TaskNetwork{.private_ip = "10.0.1.5", .mac_address = "02:52:0a:00:01:05", .security_group_ids = {"sg-1"}};
    definition.family = "web";
    definition.revision = 3;
    definition.network_mode = ecs::NetworkMode::awsvpc;
    container.name = "app";
    image.environment = {"PATH=/bin", "A=image"};
    image.entrypoint = {"/entry"};
    image.command = {"serve"};
    image.user = "www";
    image.working_dir = "/srv";
  }

  ContainerSources sources() const {
    return {
        .settings = &settings, .task = &task, .definition = &definition, .container = &container,
        .runtime_id = "0123-0000000042", .rootfs = "/roots/1", .image = image,
    };
  }

  ContainerSpec spec() const { return render_container_spec(sources()); }

  ecs::ContainerOverride& override_it() {
    task.overrides.emplace();
    task.overrides->container_overrides.emplace();
    auto& one = task.overrides->container_overrides->emplace_back();
    one.name = "app";
    return one;
  }
};

using Words = std::vector<std::string>;

TEST(RenderContainer, ImageDecidesWhatTheDefinitionLeavesOpen) {
  ContainerSpec spec = Scene().spec();
  EXPECT_EQ(spec.args, (Words{"/entry", "serve"}));
  EXPECT_EQ(spec.cwd, "/srv");
  EXPECT_EQ(spec.user, "www");
  EXPECT_EQ(spec.rootfs, "/roots/1");
  EXPECT_EQ(spec.hostname, "ip-10-0-1-5.eu-west-1.compute.internal");
  EXPECT_FALSE(spec.privileged);
  EXPECT_FALSE(spec.memory_bytes);
  EXPECT_EQ(spec.cpu_shares, 2);
}

TEST(RenderContainer, CommandsFollowDocker) {
  Scene scene;
  scene.container.command = {{"other", "x"}};
  EXPECT_EQ(scene.spec().args, (Words{"/entry", "other", "x"}));
  scene.container.entry_point = {{"/own"}};
  EXPECT_EQ(scene.spec().args, (Words{"/own", "other", "x"}));
  scene.container.command.reset();
  EXPECT_EQ(scene.spec().args, (Words{"/own"})) << "an entry point of its own drops the image's command";
  scene.override_it().command = {{"last"}};
  EXPECT_EQ(scene.spec().args, (Words{"/own", "last"}));
}

TEST(RenderContainer, EnvironmentByPrecedence) {
  Scene scene;
  scene.container.environment = {{{.name = "A", .value = "definition"}, {.name = "B", .value = "1"}}};
  scene.override_it().environment = {{{.name = "B", .value = "override"}}};
  EXPECT_EQ(
      render_environment(scene.sources()),
      (Words{
          "PATH=/bin", "A=definition", "ECS_CONTAINER_METADATA_URI=http://169.254.170.2/v3/0123-0000000042",
          "ECS_CONTAINER_METADATA_URI_V4=http://169.254.170.2/v4/0123-0000000042",
          "ECS_AGENT_URI=http://169.254.170.2/api/0123-0000000042", "AWS_EXECUTION_ENV=AWS_ECS_FARGATE",
          "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "B=override"
      })
  );
}

TEST(RenderContainer, RegionOnFargateOnlyAndCredentialsWithARoleOnly) {
  Scene scene;
  scene.task.launch_type = "EC2";
  Words environment = render_environment(scene.sources());
  auto has = [&](const std::string& start) {
    return std::ranges::any_of(environment, [&](const std::string& entry) { return entry.starts_with(start); });
  };
  EXPECT_TRUE(has("AWS_EXECUTION_ENV=AWS_ECS_EC2"));
  EXPECT_FALSE(has("AWS_REGION="));
  EXPECT_FALSE(has("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="));
  scene.definition.task_role_arn = "arn:aws:iam::1:role/r";
  environment = render_environment(scene.sources());
  EXPECT_TRUE(has("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/0123-0000000042"));
}

TEST(RenderContainer, WithoutAnAddressThereAreNoEndpoints) {
  Scene scene;
  scene.definition.task_role_arn = "arn:aws:iam::123456789012:role/r";
  auto endpoints = [&] {
    Words environment = render_environment(scene.sources());
    return std::ranges::count_if(environment, [](const std::string& entry) {
      return entry.starts_with("ECS_CONTAINER_METADATA_URI") || entry.starts_with("ECS_AGENT_URI=") ||
             entry.starts_with("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=");
    });
  };
  EXPECT_EQ(endpoints(), 4);
  scene.task.network.reset();
  scene.definition.network_mode = ecs::NetworkMode::bridge;
  EXPECT_EQ(endpoints(), 4);
  for (auto mode : {ecs::NetworkMode::host, ecs::NetworkMode::none}) {
    scene.definition.network_mode = mode;
    EXPECT_EQ(endpoints(), 0);
  }
}

TEST(RenderContainer, GpusOfTheReservationAndTheirVariable) {
  Scene scene;
  ecs::ResourceRequirement two;
  two.type = ecs::ResourceType::gpu;
  two.value = "2";
  scene.image.environment = {"NVIDIA_VISIBLE_DEVICES=all"};
  scene.container.resource_requirements = {{two}};
  scene.definition.container_definitions = {{scene.container}};
  auto variable = [&] { return scene.spec().env.front(); };
  EXPECT_EQ(scene.spec().gpu_ids, Words{});
  EXPECT_EQ(variable(), "NVIDIA_VISIBLE_DEVICES=all") << "without a reservation the image has its way";
  scene.task.reservation = TaskReservation{.gpu_ids = {"GPU-a", "GPU-b"}};
  EXPECT_EQ(scene.spec().gpu_ids, (Words{"GPU-a", "GPU-b"}));
  EXPECT_EQ(variable(), "NVIDIA_VISIBLE_DEVICES=GPU-a,GPU-b");
  scene.container.environment = {{{.name = "NVIDIA_VISIBLE_DEVICES", .value = "none"}}};
  EXPECT_EQ(variable(), "NVIDIA_VISIBLE_DEVICES=none") << "what the definition sets stays";
}

TEST(RenderContainer, LimitsWithOverrides) {
  Scene scene;
  scene.container.cpu = 256;
  scene.container.memory = 100;
  scene.container.memory_reservation = 50;
  scene.container.ulimits = {{{.name = ecs::UlimitName::nofile, .soft_limit = 10, .hard_limit = 20}}};
  scene.override_it().memory = 200;
  ContainerSpec spec = scene.spec();
  EXPECT_EQ(spec.cpu_shares, 256);
  EXPECT_EQ(spec.memory_bytes, 200 << 20);
  EXPECT_EQ(spec.memory_reservation_bytes, 50 << 20);
  EXPECT_EQ(spec.pids, 4096);
  ASSERT_EQ(spec.ulimits.size(), 1U);
  EXPECT_EQ(spec.ulimits[0].soft, 10);
}

TEST(RenderContainer, LinuxParametersAndSecurity) {
  Scene scene;
  scene.container.memory = 100;
  ecs::LinuxParameters& linux_parameters = scene.container.linux_parameters.emplace();
  linux_parameters.capabilities = ecs::KernelCapabilities{.add = {{"SYS_PTRACE"}}, .drop = {{"NET_RAW"}}};
  linux_parameters.devices = {{{.host_path = "/dev/fuse", .permissions = {{ecs::DeviceCgroupPermission::read}}}}};
  linux_parameters.tmpfs = {{{.container_path = "/tmp", .size = 64, .mount_options = {{"noexec"}}}}};
  linux_parameters.init_process_enabled = true;
  linux_parameters.shared_memory_size = 128;
  linux_parameters.max_swap = 50;
  linux_parameters.swappiness = 10;
  scene.container.privileged = true;
  scene.container.readonly_root_filesystem = true;
  scene.container.docker_security_options = {{"no-new-privileges"}};
  scene.container.system_controls = {{{.namespace_ = "net.core.somaxconn", .value = "1024"}}};
  ContainerSpec spec = scene.spec();
  EXPECT_EQ(spec.add_capabilities, (Words{"SYS_PTRACE"}));
  EXPECT_EQ(spec.drop_capabilities, (Words{"NET_RAW"}));
  EXPECT_EQ(spec.devices[0].access, "r");
  EXPECT_EQ(spec.mounts[0].kind, ContainerMount::Kind::tmpfs);
  EXPECT_EQ(spec.mounts[0].options, (Words{"noexec", "size=64m"}));
  EXPECT_TRUE(spec.init_process);
  EXPECT_EQ(spec.shm_bytes, 128 << 20);
  EXPECT_EQ(spec.memory_swap_bytes, 150 << 20);
  EXPECT_EQ(spec.swappiness, 10);
  EXPECT_TRUE(spec.privileged && spec.readonly_rootfs && spec.no_new_privileges);
  EXPECT_EQ(spec.sysctls[0].first, "net.core.somaxconn");
}

TEST(RenderContainer, VolumesOfItsOwnAndOfOthers) {
  Scene scene;
  ecs::Volume host{.name = "host", .host = ecs::HostVolumeProperties{.source_path = "/data"}};
  scene.definition.volumes = {{host, {.name = "scratch"}}};
  scene.container.mount_points = {{{.source_volume = "scratch", .container_path = "/s"}}};
  ecs::ContainerDefinition other;
  other.name = "other";
  other.mount_points = {{{.source_volume = "host", .container_path = "/d"}}};
  scene.container.volumes_from = {{{.source_container = "other", .read_only = true}}};
  scene.definition.container_definitions = {{scene.container, other}};
  ContainerSpec spec = scene.spec();
  ASSERT_EQ(spec.mounts.size(), 5U) << "two volumes, resolv.conf, hosts, hostname";
  EXPECT_EQ(spec.mounts[0].source, "/data");
  EXPECT_TRUE(spec.mounts[0].read_only);
  EXPECT_EQ(spec.mounts[1].source, "/agent/tasks/0123/volumes/scratch");
  EXPECT_FALSE(spec.mounts[1].read_only);
  EXPECT_EQ(spec.mounts[2].source, "/agent/tasks/0123/names/app/resolv.conf");
}

TEST(RenderContainer, AVolumeOverANameFileWins) {
  Scene scene;
  scene.definition.volumes = {{{.name = "v"}}};
  scene.container.mount_points = {{{.source_volume = "v", .container_path = "/etc/hosts"}}};
  EXPECT_EQ(scene.spec().mounts.size(), 3U);
}

TEST(RenderContainer, LabelsNameTheTask) {
  Scene scene;
  scene.container.docker_labels = {{{"mine", "1"}}};
  auto labels = render_labels(scene.sources());
  EXPECT_EQ(labels["mine"], "1");
  EXPECT_EQ(labels["com.amazonaws.ecs.task-definition-family"], "web");
  EXPECT_EQ(labels["com.amazonaws.ecs.task-definition-version"], "3");
  EXPECT_EQ(labels["com.amazonaws.ecs.container-name"], "app");
}

TEST(RenderNetwork, AwsvpcTakesTheRowsAddressAndBridgeThePorts) {
  Scene scene;
  NetworkSpec own = render_network(scene.settings, scene.task, scene.definition);
  EXPECT_EQ(own.mode, NetworkMode::awsvpc);
  EXPECT_EQ(own.address, "10.0.1.5");
  EXPECT_EQ(own.security_group_ids, (Words{"sg-1"}));
  scene.task.network.reset();
  scene.definition.network_mode.reset();
  scene.container.port_mappings = {{{.container_port = 80, .host_port = 8080}, {.container_port = 53, .protocol = ecs::TransportProtocol::udp}}};
  scene.definition.container_definitions = {{scene.container}};
  NetworkSpec bridge = render_network(scene.settings, scene.task, scene.definition);
  EXPECT_EQ(bridge.mode, NetworkMode::bridge);
  EXPECT_EQ(bridge.port_mappings, (std::vector<PortMapping>{{"tcp", 80, 8080}, {"udp", 53, 0}}));
}

TEST(RenderTaskSpec, CpuIsAQuotaAndMemoryALimit) {
  Scene scene;
  EXPECT_FALSE(render_task_spec(scene.task, scene.definition).cpu_quota_micros);
  scene.definition.cpu = "256";
  scene.definition.memory = "512";
  TaskSpec spec = render_task_spec(scene.task, scene.definition);
  EXPECT_EQ(spec.cpu_quota_micros, 25'000);
  EXPECT_EQ(spec.memory_bytes, 512 << 20);
  scene.override_it();
  scene.task.overrides->cpu = "512";
  EXPECT_EQ(render_task_spec(scene.task, scene.definition).cpu_quota_micros, 50'000);
}

TEST(SignalNumber, ReadsNamesAndNumbers) {
  EXPECT_EQ(signal_number("SIGQUIT"), SIGQUIT);
  EXPECT_EQ(signal_number("usr1"), SIGUSR1);
  EXPECT_EQ(signal_number("3"), 3);
  EXPECT_EQ(signal_number("SIGRTMIN+3"), 37);
  EXPECT_EQ(signal_number(""), SIGTERM);
  EXPECT_EQ(signal_number("SIGNONSENSE"), SIGTERM);
}

TEST(RenderLogTarget, AwslogsOnly) {
  Scene scene;
  EXPECT_EQ(render_log_target(scene.task, scene.container, "r"), LogTarget{});
  scene.container.log_configuration = ecs::LogConfiguration{
      .log_driver = ecs::LogDriver::awslogs,
      .options = {{{"awslogs-group", "/ecs/web"}, {"awslogs-stream-prefix", "web"}, {"awslogs-create-group", "true"}}},
  };
  EXPECT_EQ(render_log_target(scene.task, scene.container, "r"), (LogTarget{"/ecs/web", "web/app/0123", true}));
  scene.container.log_configuration->options->erase("awslogs-stream-prefix");
  EXPECT_EQ(render_log_target(scene.task, scene.container, "r").stream, "r");
}

}  // namespace
}  // namespace roadstead
