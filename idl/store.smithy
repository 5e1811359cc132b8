$version: "2"

// Every row that Roadstead stores: the whole state of the control plane.
//
// `@table(name, key)` makes a structure a row; `@index(name, members)` gives look-ups by other members, and with a third
// argument leaves out the rows that have all of its values: what stopped long ago costs nobody anything who asks for what
// runs. `@id(n)` is the name of a member on disk: never reused, never changed (docs/formats/store.md). A member of the form
// `ecs#Shape` is a shape of AWS's own model and is stored by AWS's member names (docs/adr/0005).
//
// Intent and observation are different members with different writers: API handlers and planners write what is wanted,
// only services/*/observe writes what nodes and proxies report. "Observed:" marks the latter.
namespace roadstead.store

// ── identity ───────────────────────────────────────────────────────────────────────────────────────────────────────

/// This installation: one row, "local".
@table("installations", key: ["name"])
structure InstallationRow {
    @id(1) @required name: String
    @id(2) @required accountId: String
    @id(3) @required region: String
    /// The domain that host names of services end in, such as "localhost".
    @id(4) @required domain: String
    @id(5) createdAt: Timestamp
    /// Where the proxy answers HTTPS: part of every public URL unless it is 443.
    @id(6) httpsPort: Integer = 443
    /// Minutes that a new Express service holds its canary and bakes; AWS's number is 3.
    @id(7) expressBakeMinutes: Integer = 3
    /// Seconds that a new Express service's tasks have before failing health checks count.
    @id(8) expressGraceSeconds: Integer = 300
}

@table("access_keys", key: ["accessKeyId"])
structure AccessKeyRow {
    @id(1) @required accessKeyId: String
    @id(2) @required @sensitive secretAccessKey: String
    @id(3) @required accountId: String
    @id(4) @required principalArn: String
    /// Only for temporary credentials, as is expiresAt.
    @id(5) @sensitive sessionToken: String
    @id(6) expiresAt: Timestamp
    @id(7) active: Boolean = true
    @id(8) createdAt: Timestamp
}

/// The tags of one resource of any service.
@table("resource_tags", key: ["resourceArn"])
structure ResourceTagsRow {
    @id(1) @required resourceArn: String
    @id(2) tags: ecs#Tags
}

/// What a request with a client token did, so that its repetition does nothing more.
@table("idempotency", key: ["operation", "scope", "token"])
structure IdempotencyRow {
    @id(1) @required operation: String
    /// The cluster ARN.
    @id(2) @required scope: String
    @id(3) @required token: String
    /// SHA-256 of the request without its token.
    @id(4) @required requestHash: String
    @id(5) resourceArns: Strings
    @id(6) expiresAt: Timestamp
}

// ── nodes and networks ─────────────────────────────────────────────────────────────────────────────────────────────

/// A machine that runs tasks.
@table("nodes", key: ["nodeId"])
structure NodeRow {
    @id(1) @required nodeId: String
    @id(2) @required hostName: String
    /// X86_64 or ARM64.
    @id(3) @required cpuArchitecture: String
    /// Units of 1/1024 vCPU, and MiB.
    @id(4) cpuUnits: Integer = 0
    @id(5) memoryMib: Integer = 0
    @id(6) availabilityZone: String
    @id(7) createdAt: Timestamp
    /// Observed: when the node was last heard of.
    @id(8) lastSeenAt: Timestamp
    /// The GPUs that it can give to containers.
    @id(9) gpuIds: Strings
    /// Other CPU architectures (X86_64, ARM64) whose programs its kernel hands to an emulator.
    @id(10) emulatedArchitectures: Strings
}

@table("vpcs", key: ["vpcId"])
structure VpcRow {
    @id(1) @required vpcId: String
    @id(2) @required cidrBlock: String
    @id(3) isDefault: Boolean = false
}

@table("subnets", key: ["subnetId"])
@index("by_vpc", ["vpcId"])
structure SubnetRow {
    @id(1) @required subnetId: String
    @id(2) @required vpcId: String
    @id(3) @required cidrBlock: String
    @id(4) @required availabilityZone: String
    @id(5) isDefault: Boolean = false
    /// Where the search for a free address goes on, so that addresses are not reused at once.
    @id(6) nextHost: Integer = 0
}

/// One allowed flow of a security group. `protocol` is tcp, udp, icmp or -1 (all). Exactly one of cidr and group.
structure SecurityRule {
    @id(1) @required protocol: String
    @id(2) fromPort: Integer = 0
    @id(3) toPort: Integer = 65535
    @id(4) cidr: String
    @id(5) groupId: String
    @id(6) description: String
}
list SecurityRules { member: SecurityRule }

@table("security_groups", key: ["groupId"])
@index("by_vpc", ["vpcId"])
@index("by_owner", ["owner"])
structure SecurityGroupRow {
    @id(1) @required groupId: String
    @id(2) @required groupName: String
    @id(3) @required description: String
    @id(4) @required vpcId: String
    @id(5) ingress: SecurityRules
    @id(6) egress: SecurityRules
    /// ARN of the service or load balancer that ECS made it for.
    @id(7) owner: String
    @id(8) createdAt: Timestamp
    @id(9) updatedAt: Timestamp
}

/// The address of one task in a subnet.
@table("network_interfaces", key: ["networkInterfaceId"])
@index("by_address", ["privateIp"])
@index("by_subnet", ["subnetId"])
@index("by_task", ["taskArn"])
structure NetworkInterfaceRow {
    @id(1) @required networkInterfaceId: String
    @id(2) @required subnetId: String
    @id(3) @required privateIp: String
    @id(4) @required macAddress: String
    @id(5) @required taskArn: String
    @id(6) securityGroupIds: Strings
    @id(7) createdAt: Timestamp
}

// ── ECS: clusters and task definitions ─────────────────────────────────────────────────────────────────────────────

/// ACTIVE, PROVISIONING, DEPROVISIONING, FAILED or INACTIVE (reference/ecs-core.md §1.6).
@table("clusters", key: ["clusterArn"])
structure ClusterRow {
    @id(1) @required clusterArn: String
    @id(2) @required clusterName: String
    @id(3) @required status: String
    @id(4) settings: ecs#ClusterSettings
    @id(5) configuration: ecs#ClusterConfiguration
    @id(6) capacityProviders: Strings
    @id(7) defaultCapacityProviderStrategy: ecs#CapacityProviderStrategy
    @id(8) serviceConnectDefaults: ecs#ClusterServiceConnectDefaults
    @id(9) createdAt: Timestamp
    @id(10) inactiveAt: Timestamp
}

/// The highest revision a family ever had: numbers are never used again.
@table("task_definition_families", key: ["family"])
structure TaskDefinitionFamilyRow {
    @id(1) @required family: String
    @id(2) lastRevision: Integer = 0
}

@table("task_definitions", key: ["taskDefinitionArn"])
@index("by_family", ["family", "revision"])
structure TaskDefinitionRow {
    @id(1) @required taskDefinitionArn: String
    @id(2) @required family: String
    @id(3) revision: Integer = 0
    /// ACTIVE, INACTIVE or DELETE_IN_PROGRESS.
    @id(4) @required status: String
    /// As DescribeTaskDefinition answers it, all defaults filled in.
    @id(5) @required definition: ecs#TaskDefinition
}

// ── ECS: services ──────────────────────────────────────────────────────────────────────────────────────────────────

/// What makes a service an Express service. Absent on ordinary ones.
structure ExpressService {
    @id(1) @required infrastructureRoleArn: String
    /// The public host name; never changes.
    @id(2) @required host: String
    /// The stem of the generated log group, made once.
    @id(3) logGroupName: String
    /// PUBLIC or PRIVATE.
    @id(4) @required accessType: String
    @id(5) loadBalancerArn: String
    @id(6) listenerArn: String
    @id(7) ruleArn: String
    @id(8) certificateArn: String
    /// Two, used in turn.
    @id(9) targetGroupArns: Strings
    @id(10) serviceSecurityGroupId: String
    @id(11) scalableTargetArn: String
    @id(12) scalingPolicyArn: String
    @id(13) alarmArn: String
}

@table("services", key: ["serviceArn"])
@index("by_cluster", ["clusterArn"])
structure ServiceRow {
    @id(1) @required serviceArn: String
    @id(2) @required serviceName: String
    @id(3) @required clusterArn: String
    /// ACTIVE, DRAINING or INACTIVE.
    @id(4) @required status: String
    @id(5) desiredCount: Integer = 0
    @id(6) @required schedulingStrategy: String
    @id(7) deploymentController: ecs#DeploymentController
    @id(8) deploymentConfiguration: ecs#DeploymentConfiguration
    @id(9) healthCheckGracePeriodSeconds: Integer
    @id(10) placementConstraints: ecs#PlacementConstraints
    @id(11) placementStrategy: ecs#PlacementStrategies
    @id(12) enableEcsManagedTags: Boolean = false
    /// NONE, SERVICE or TASK_DEFINITION.
    @id(13) propagateTags: String
    @id(14) enableExecuteCommand: Boolean = false
    @id(15) availabilityZoneRebalancing: String
    @id(16) roleArn: String
    @id(17) createdBy: String
    @id(18) createdAt: Timestamp
    @id(19) updatedAt: Timestamp
    @id(20) inactiveAt: Timestamp
    /// The revision that every deployment is going to or has reached: the PRIMARY of deployments[].
    @id(21) @required primaryRevisionArn: String
    /// The revision of the last deployment that completed: where a roll-back goes.
    @id(22) completedRevisionArn: String
    /// The service deployment in progress; absent when idle.
    @id(23) currentDeploymentArn: String
    @id(24) express: ExpressService
    /// Whether "has reached a steady state." was already said for the present state.
    @id(25) steady: Boolean = false
    @id(26) steadyAt: Timestamp
    /// Start-failure throttling (reference/ecs-core.md §4.6): consecutive tasks that never ran, and when to try again.
    @id(27) startFailures: Integer = 0
    @id(28) nextStartAt: Timestamp
    /// The number the next event gets.
    @id(29) nextEvent: Long = 0
    @id(30) clientToken: String
    @id(31) serviceRegistries: ecs#ServiceRegistries
    /// Whether its tasks are being moved between Availability Zones (reference/ecs-core.md §4.13).
    @id(32) rebalancing: Boolean = false
}

/// What Express alone knows of a revision; image, sizes and roles are in its task definition.
structure ExpressRevision {
    @id(1) @required healthCheckPath: String
    /// The port of container Main that traffic goes to.
    @id(2) containerPort: Integer = 80
    @id(3) scalingTarget: ecs#ExpressGatewayScalingTarget
    /// The groups that the caller gave, as given; the managed group is always attached as well.
    @id(4) securityGroupIds: Strings
    @id(5) subnetIds: Strings
    /// Log groups that Express made for it (not those that a custom task definition names).
    @id(6) logGroupNames: Strings
}

/// An immutable snapshot of what a service runs, plus how its roll-out stands (an entry of deployments[]).
/// `number` is both the tail of the ARN and, as "ecs-svc/<number>", the id of the deployment.
@table("service_revisions", key: ["serviceRevisionArn"])
@index("by_service", ["serviceArn"])
@index("by_deployment_id", ["deploymentId"])
structure ServiceRevisionRow {
    @id(1) @required serviceRevisionArn: String
    @id(2) @required serviceArn: String
    @id(3) @required clusterArn: String
    @id(4) @required deploymentId: String
    @id(5) @required taskDefinitionArn: String
    @id(6) launchType: String
    @id(7) capacityProviderStrategy: ecs#CapacityProviderStrategy
    @id(8) platformVersion: String
    @id(9) networkConfiguration: ecs#NetworkConfiguration
    @id(10) loadBalancers: ecs#LoadBalancers
    @id(11) serviceRegistries: ecs#ServiceRegistries
    /// Tag to digest, filled by the first task that resolved it.
    @id(12) containerImages: ecs#ContainerImages
    @id(13) express: ExpressRevision
    @id(14) createdAt: Timestamp
    /// PRIMARY, ACTIVE or INACTIVE.
    @id(15) @required deploymentStatus: String
    /// IN_PROGRESS, COMPLETED or FAILED.
    @id(16) @required rolloutState: String
    @id(17) rolloutStateReason: String
    @id(18) desiredCount: Integer = 0
    @id(19) failedTasks: Integer = 0
    @id(20) updatedAt: Timestamp
    /// Which of the two target groups its tasks register with; absent without a load balancer or when rolling.
    @id(21) targetGroupArn: String
    /// As given, with the namespace resolved to its ARN.
    @id(22) serviceConnectConfiguration: ecs#ServiceConnectConfiguration
}

/// One wait of a deployment for a word from outside (reference/ecs-core.md §4.11).
structure DeploymentHook {
    /// ecs-pause-<43 characters>
    @id(1) @required hookId: String
    @id(2) @required lifecycleStage: ecs#ServiceDeploymentLifecycleStage
    @id(3) @required status: ecs#DeploymentLifecycleHookStatus
    @id(4) startedAt: Timestamp
    @id(5) expiresAt: Timestamp
    /// What happens when nobody says a word until then.
    @id(6) @required timeoutAction: ecs#DeploymentLifecycleHookAction
}

list DeploymentHooks { member: DeploymentHook }

@table("service_deployments", key: ["serviceDeploymentArn"])
@index("by_service", ["serviceArn"])
structure ServiceDeploymentRow {
    @id(1) @required serviceDeploymentArn: String
    @id(2) @required serviceArn: String
    @id(3) @required clusterArn: String
    @id(4) @required targetRevisionArn: String
    @id(5) sourceRevisionArns: Strings
    @id(6) @required status: ecs#ServiceDeploymentStatus
    @id(7) statusReason: String
    @id(8) lifecycleStage: ecs#ServiceDeploymentLifecycleStage
    @id(9) stageStartedAt: Timestamp
    @id(10) createdAt: Timestamp
    @id(11) startedAt: Timestamp
    @id(12) finishedAt: Timestamp
    @id(13) stoppedAt: Timestamp
    @id(14) updatedAt: Timestamp
    @id(15) deploymentConfiguration: ecs#DeploymentConfiguration
    @id(16) rollback: ecs#Rollback
    /// Circuit breaker: failures counted so far, and whether it tripped.
    @id(17) failureCount: Integer = 0
    @id(18) breakerTriggered: Boolean = false
    @id(19) triggeredAlarmNames: Strings
    /// Alarms that were in ALARM when it started do not count.
    @id(20) alarmsIgnored: Boolean = false
    /// Percent of production traffic that the target revision gets now.
    @id(21) productionWeight: Double = 0
    /// For linear and canary shifts: steps done.
    @id(22) trafficStep: Integer = 0
    /// Does not replace tasks: a change of scaling only.
    @id(23) withoutTasks: Boolean = false
    /// ROLLBACK or ABORT, once StopServiceDeployment asked for it.
    @id(24) stopType: String
    /// Why the last task that was counted as a failure ended.
    @id(25) lastFailure: String
    /// What it waits for, or waited for, in the stages it went through.
    @id(26) hooks: DeploymentHooks
}

@table("service_events", key: ["serviceArn", "sequence"])
@index("by_service", ["serviceArn"])
structure ServiceEventRow {
    @id(1) @required serviceArn: String
    @id(2) sequence: Long = 0
    @id(3) @required eventId: String
    @id(4) createdAt: Timestamp
    @id(5) @required message: String
}

// ── ECS: tasks ─────────────────────────────────────────────────────────────────────────────────────────────────────

/// The states of a task, in the order of its life (reference/ecs-core.md §3.1).
enum TaskStatus {
    PROVISIONING
    PENDING
    ACTIVATING
    RUNNING
    DEACTIVATING
    STOPPING
    DEPROVISIONING
    STOPPED
}

enum DesiredStatus {
    RUNNING
    STOPPED
}

enum ContainerStatus {
    PENDING
    CREATED
    RUNNING
    STOPPED
}

/// One container of a task. All but name, containerArn, image, cpu and memory is observed.
structure TaskContainer {
    @id(1) @required name: String
    @id(2) @required containerArn: String
    @id(3) @required image: String
    @id(4) imageDigest: String
    @id(5) runtimeId: String
    @id(6) @required lastStatus: ContainerStatus
    @id(7) exitCode: Integer
    @id(8) reason: String
    @id(9) @required healthStatus: ecs#HealthStatus
    @id(10) cpu: String
    @id(11) memory: String
    @id(12) memoryReservation: String
    @id(13) startedAt: Timestamp
    @id(14) finishedAt: Timestamp
    @id(15) restartCount: Integer = 0
    @id(16) networkBindings: ecs#NetworkBindings
    @id(17) essential: Boolean = true
    /// Whether it defines a health check of its own.
    @id(18) hasHealthCheck: Boolean = false
}
list TaskContainers { member: TaskContainer }

/// The address that a task got, as its ElasticNetworkInterface attachment shows it.
structure TaskNetwork {
    @id(1) @required attachmentId: String
    @id(2) @required networkInterfaceId: String
    @id(3) @required subnetId: String
    @id(4) @required privateIp: String
    @id(5) @required macAddress: String
    @id(6) securityGroupIds: Strings
    @id(7) assignPublicIp: Boolean = false
}

list Ports { member: Integer }

/// What a task takes of the container instance that it is on, all that one of launch type FARGATE does not take
/// (docs/adr/0016).
structure TaskReservation {
    /// Units of 1/1024 vCPU, and MiB.
    @id(1) cpuUnits: Integer = 0
    @id(2) memoryMib: Integer = 0
    /// Host ports that the definition names. Those that the kernel chose are in networkBindings.
    @id(3) tcpPorts: Ports
    @id(4) udpPorts: Ports
    @id(5) gpuIds: Strings
}

@table("tasks", key: ["taskArn"])
@index("by_cluster", ["clusterArn"])
@index("by_service", ["serviceArn"])
@index("by_node", ["nodeId"])
@index("by_definition", ["taskDefinitionArn"])
@index("by_expiry", ["expiresAt"])
@index("present_by_cluster", ["clusterArn"], { lastStatus: "STOPPED" })
@index("present_by_service", ["serviceArn"], { lastStatus: "STOPPED" })
@index("present_by_node", ["nodeId"], { lastStatus: "STOPPED" })
@index("unsettled_by_revision", ["revisionArn"], { lastStatus: "STOPPED", failureCounted: true })
structure TaskRow {
    @id(1) @required taskArn: String
    @id(2) @required taskId: String
    @id(3) @required clusterArn: String
    @id(4) @required taskDefinitionArn: String
    /// Absent while it waits for a place.
    @id(5) nodeId: String
    @id(6) serviceArn: String
    @id(7) revisionArn: String
    @id(8) group: String
    @id(9) startedBy: String
    @id(10) @required desiredStatus: DesiredStatus
    /// Observed, but for the states that the control plane itself brings about (DEACTIVATING, DEPROVISIONING, STOPPED of a
    /// task that never reached a node).
    @id(11) @required lastStatus: TaskStatus
    @id(12) launchType: String
    @id(13) capacityProviderName: String
    @id(14) platformVersion: String
    @id(15) cpu: String
    @id(16) memory: String
    @id(17) overrides: ecs#TaskOverride
    @id(18) containers: TaskContainers
    @id(19) network: TaskNetwork
    @id(20) createdAt: Timestamp
    @id(21) pullStartedAt: Timestamp
    @id(22) pullStoppedAt: Timestamp
    @id(23) startedAt: Timestamp
    @id(24) stoppingAt: Timestamp
    @id(25) executionStoppedAt: Timestamp
    @id(26) stoppedAt: Timestamp
    @id(27) stopCode: ecs#TaskStopCode
    @id(28) stoppedReason: String
    @id(29) @required healthStatus: ecs#HealthStatus
    @id(30) enableExecuteCommand: Boolean = false
    /// Starts at 1; one more at each change that an event would tell of.
    @id(31) version: Long = 1
    @id(32) enableEcsManagedTags: Boolean = false
    /// Intent: the node may send stop signals now (targets are drained).
    @id(33) releasedToStop: Boolean = false
    /// When a stopped task may be forgotten.
    @id(34) expiresAt: Timestamp
    @id(35) ephemeralStorageGib: Integer = 20
    @id(36) protectionEnabled: Boolean = false
    @id(37) protectionExpiresAt: Timestamp
    @id(38) connectivityAt: Timestamp
    /// CPU architecture that it runs as, "x86_64" or "arm64", for attributes[].
    @id(39) cpuArchitecture: String
    /// Whether the planner of its service has judged it: its failure was counted, or it has stopped as was wanted.
    @id(40) failureCounted: Boolean = false
    /// Observed: the number of the newest report of its node that is in here; older ones are ignored.
    @id(41) observedSequence: Long = 0
    /// The container instance that it was placed on; absent for tasks of launch type FARGATE.
    @id(42) containerInstanceArn: String
    /// Absent for tasks of launch type FARGATE, and for those that were placed before it was counted.
    @id(43) reservation: TaskReservation
}

// ── ECS: settings, instances, capacity providers, task sets, daemons ───────────────────────────────────────────────

/// A value that an account setting was given. Settings without a row have AWS's defaults.
@table("account_settings", key: ["principalArn", "name"])
structure AccountSettingRow {
    /// The ARN of the root principal: the account's own default.
    @id(1) @required principalArn: String
    @id(2) @required name: String
    @id(3) @required value: String
    @id(4) updatedAt: Timestamp
}

/// What is known of a node as a container instance of one cluster. Every node of Roadstead is an instance of every cluster
/// by itself and has a row only once somebody changed something; an agent from elsewhere has a row from its registration on.
@table("container_instances", key: ["containerInstanceArn"])
@index("by_cluster", ["clusterArn"])
structure ContainerInstanceRow {
    @id(1) @required containerInstanceArn: String
    @id(2) @required clusterArn: String
    /// The node that it is; for an agent from elsewhere the id of the instance, which no NodeRow has.
    @id(3) @required nodeId: String
    /// ACTIVE, DRAINING or INACTIVE.
    @id(4) @required status: String
    /// Of a node of Roadstead only those that users gave; of an agent also those that it reported.
    @id(5) attributes: ecs#Attributes
    @id(6) registeredAt: Timestamp
    @id(7) version: Long = 1
    /// Registered by an agent that is not part of Roadstead; as are the members that follow.
    @id(8) foreign: Boolean = false
    @id(9) registeredResources: ecs#Resources
    @id(10) versionInfo: ecs#VersionInfo
    /// Observed: when the agent last called.
    @id(11) agentSeenAt: Timestamp
    @id(12) deregisteredAt: Timestamp
}

/// A capacity provider that a user made. FARGATE and FARGATE_SPOT are always there and have no row.
@table("capacity_providers", key: ["capacityProviderArn"])
structure CapacityProviderRow {
    @id(1) @required capacityProviderArn: String
    @id(2) @required name: String
    /// ACTIVE or INACTIVE.
    @id(3) @required status: String
    @id(4) autoScalingGroupProvider: ecs#AutoScalingGroupProvider
    @id(5) updateStatus: String
    @id(6) createdAt: Timestamp
    @id(7) updatedAt: Timestamp
}

/// A task set of a service with the controller EXTERNAL. What it runs is in its service revision, which has its number.
@table("task_sets", key: ["taskSetArn"])
@index("by_service", ["serviceArn"])
structure TaskSetRow {
    @id(1) @required taskSetArn: String
    /// "ecs-svc/<number>", which its tasks carry as startedBy.
    @id(2) @required taskSetId: String
    @id(3) @required serviceArn: String
    @id(4) @required clusterArn: String
    @id(5) @required serviceRevisionArn: String
    @id(6) externalId: String
    /// PRIMARY, ACTIVE or DRAINING.
    @id(7) @required status: String
    /// Percent of the service's desired count, 0 to 100.
    @id(8) scale: Double = 0
    @id(9) createdAt: Timestamp
    @id(10) updatedAt: Timestamp
    @id(11) steady: Boolean = false
    @id(12) steadyAt: Timestamp
}

/// Kept when deleted, so that revision numbers are never used again.
@table("daemon_task_definitions", key: ["daemonTaskDefinitionArn"])
@index("by_family", ["family", "revision"])
structure DaemonTaskDefinitionRow {
    @id(1) @required daemonTaskDefinitionArn: String
    @id(2) @required family: String
    @id(3) revision: Integer = 0
    /// As DescribeDaemonTaskDefinition answers it.
    @id(4) @required definition: ecs#DaemonTaskDefinition
}

// ── load balancing ─────────────────────────────────────────────────────────────────────────────────────────────────

/// How far a resource that something outside the rows has to make real has come.
/// PROVISIONING, ACTIVE, DEPROVISIONING, DELETED or FAILED, with AWS's `statusReason`. Observed.
structure ResourceState {
    @id(1) @required status: ecs#ManagedResourceStatus
    @id(2) reason: String
    @id(3) @required updatedAt: Timestamp
}

@table("load_balancers", key: ["loadBalancerArn"])
@index("by_name", ["loadBalancerName"])
@index("by_vpc", ["vpcId"])
structure LoadBalancerRow {
    @id(1) @required loadBalancerArn: String
    @id(2) @required loadBalancerName: String
    @id(3) @required dnsName: String
    /// internet-facing or internal.
    @id(4) @required scheme: String
    @id(5) @required vpcId: String
    @id(6) subnetIds: Strings
    @id(7) securityGroupIds: Strings
    @id(8) idleTimeoutSeconds: Integer = 60
    @id(9) createdAt: Timestamp
    @id(10) @required state: ResourceState
    /// Made by ECS for Express services, and removed with the last of them.
    @id(11) managed: Boolean = false
}

/// What a listener or rule does with a request: exactly one of the members.
structure FixedResponse {
    @id(1) statusCode: Integer = 404
    @id(2) @required contentType: String
    @id(3) @required body: String
}
structure WeightedTargetGroup {
    @id(1) @required targetGroupArn: String
    @id(2) weight: Integer = 0
}
list WeightedTargetGroups { member: WeightedTargetGroup }
structure RedirectTo {
    @id(1) @required protocol: String
    @id(2) @required port: String
    @id(3) statusCode: Integer = 301
}
structure ListenerAction {
    @id(1) forward: WeightedTargetGroups
    @id(2) fixedResponse: FixedResponse
    @id(3) redirect: RedirectTo
}

@table("listeners", key: ["listenerArn"])
@index("by_load_balancer", ["loadBalancerArn"])
structure ListenerRow {
    @id(1) @required listenerArn: String
    @id(2) @required loadBalancerArn: String
    /// 443 or 80 as AWS shows it; where HAProxy really listens is a matter of its configuration.
    @id(3) port: Integer = 443
    /// HTTP or HTTPS.
    @id(4) @required protocol: String
    @id(5) certificateArns: Strings
    @id(6) @required defaultAction: ListenerAction
    @id(7) sslPolicy: String
    @id(8) createdAt: Timestamp
    @id(9) @required state: ResourceState
}

@table("listener_rules", key: ["ruleArn"])
@index("by_listener", ["listenerArn"])
structure ListenerRuleRow {
    @id(1) @required ruleArn: String
    @id(2) @required listenerArn: String
    @id(3) priority: Integer = 1
    @id(4) hosts: Strings
    @id(5) pathPatterns: Strings
    @id(6) @required action: ListenerAction
    @id(7) createdAt: Timestamp
    @id(8) @required state: ResourceState
    /// The service that ECS made it for.
    @id(9) owner: String
}

@table("target_groups", key: ["targetGroupArn"])
@index("by_name", ["targetGroupName"])
@index("by_owner", ["owner"])
structure TargetGroupRow {
    @id(1) @required targetGroupArn: String
    @id(2) @required targetGroupName: String
    /// HTTP or HTTPS.
    @id(3) @required protocol: String
    @id(4) port: Integer = 80
    @id(5) @required vpcId: String
    /// ip or instance.
    @id(6) @required targetType: String
    @id(7) @required healthCheckPath: String
    /// "traffic-port" or a number.
    @id(8) @required healthCheckPort: String
    @id(9) healthCheckIntervalSeconds: Integer = 30
    @id(10) healthCheckTimeoutSeconds: Integer = 5
    @id(11) healthyThreshold: Integer = 5
    @id(12) unhealthyThreshold: Integer = 2
    /// "200", "200,202" or "200-399".
    @id(13) @required matcher: String
    @id(14) deregistrationDelaySeconds: Integer = 300
    @id(15) createdAt: Timestamp
    @id(16) @required state: ResourceState
    @id(17) owner: String
}

/// initial, healthy, unhealthy, draining or unused, as DescribeTargetHealth answers.
enum TargetState {
    INITIAL
    HEALTHY
    UNHEALTHY
    DRAINING
    UNUSED
}

@table("targets", key: ["targetGroupArn", "targetId", "port"])
@index("by_target_group", ["targetGroupArn"])
@index("by_task", ["taskArn"])
structure TargetRow {
    @id(1) @required targetGroupArn: String
    /// An address.
    @id(2) @required targetId: String
    @id(3) port: Integer = 0
    @id(4) taskArn: String
    /// Intent: new requests no longer go there; the row goes away when drained.
    @id(5) deregistering: Boolean = false
    @id(6) deregisteredAt: Timestamp
    @id(7) registeredAt: Timestamp
    /// Observed.
    @id(8) @required state: TargetState
    /// Observed: Elb.InitialHealthChecking, Target.ResponseCodeMismatch, Target.Timeout, Target.FailedHealthChecks …
    @id(9) reason: String
    @id(10) description: String
    @id(11) stateAt: Timestamp
    /// Observed: no request is in flight there any more.
    @id(12) drained: Boolean = false
    @id(13) serviceArn: String
}

@table("certificates", key: ["certificateArn"])
@index("by_domain", ["domainName"])
structure CertificateRow {
    @id(1) @required certificateArn: String
    @id(2) @required domainName: String
    @id(3) createdAt: Timestamp
    @id(4) @required state: ResourceState
    /// Observed.
    @id(5) notAfter: Timestamp
    @id(6) owner: String
}

// ── scaling and alarms ─────────────────────────────────────────────────────────────────────────────────────────────

@table("scalable_targets", key: ["resourceId"])
structure ScalableTargetRow {
    /// service/<cluster>/<service>
    @id(1) @required resourceId: String
    @id(2) @required scalableTargetArn: String
    @id(3) minCapacity: Integer = 1
    @id(4) maxCapacity: Integer = 1
    @id(5) createdAt: Timestamp
    @id(6) @required state: ResourceState
    @id(7) roleArn: String
    @id(8) scaleInSuspended: Boolean = false
    @id(9) scaleOutSuspended: Boolean = false
    @id(10) scheduledSuspended: Boolean = false
    /// When the desired count was last raised and lowered by scaling: where cooldowns start.
    @id(11) scaledOutAt: Timestamp
    @id(12) scaledInAt: Timestamp
    /// The number the next activity gets.
    @id(13) nextActivity: Long = 0
}

/// What scaling did to a service, oldest first; the newest hundred are kept.
@table("scaling_activities", key: ["resourceId", "sequence"])
@index("by_resource", ["resourceId"])
structure ScalingActivityRow {
    @id(1) @required resourceId: String
    @id(2) sequence: Long = 0
    @id(3) @required activityId: String
    @id(4) @required description: String
    @id(5) @required cause: String
    @id(6) startedAt: Timestamp
    @id(7) endedAt: Timestamp
    /// InProgress, Successful, Overridden or Failed.
    @id(8) @required status: String
    @id(9) statusMessage: String
    /// The desired count that it set.
    @id(10) desiredCount: Integer = 0
}

@table("scaling_policies", key: ["policyArn"])
@index("by_resource", ["resourceId"])
structure ScalingPolicyRow {
    @id(1) @required policyArn: String
    @id(2) @required policyName: String
    @id(3) @required resourceId: String
    /// ECSServiceAverageCPUUtilization, ECSServiceAverageMemoryUtilization or ALBRequestCountPerTarget.
    @id(4) @required metric: String
    @id(5) targetValue: Double = 60
    @id(6) createdAt: Timestamp
    @id(7) @required state: ResourceState
    @id(8) scaleOutCooldownSeconds: Integer = 300
    @id(9) scaleInCooldownSeconds: Integer = 300
    @id(10) scaleInDisabled: Boolean = false
    /// Of ALBRequestCountPerTarget: app/<name>/<id>/targetgroup/<name>/<id>. Absent: the target groups of the service.
    @id(11) resourceLabel: String
    /// The two alarms that drive it.
    @id(12) highAlarmName: String
    @id(13) lowAlarmName: String
}

/// One dimension of a metric, such as ServiceName = web.
structure MetricDimension {
    @id(1) @required name: String
    @id(2) @required value: String
}
list MetricDimensions { member: MetricDimension }

/// What an alarm looks at: one metric, or the share of failed requests of target groups.
structure AlarmMetric {
    @id(1) namespace: String
    @id(2) metricName: String
    @id(3) dimensions: MetricDimensions
    /// Average, Sum, Minimum, Maximum or SampleCount.
    @id(4) statistic: String
    /// Instead of the above: percent of the requests to these target groups that were answered with 5XX; of several the
    /// highest.
    @id(5) errorRateTargetGroupArns: Strings
    /// With fewer failed requests than this in a period the error rate is 0.
    @id(6) errorRateMinimum: Integer = 0
}

@table("metric_alarms", key: ["alarmName"])
@index("by_owner", ["owner"])
structure MetricAlarmRow {
    @id(1) @required alarmName: String
    @id(2) @required alarmArn: String
    @id(3) @required description: String
    /// OK, ALARM or INSUFFICIENT_DATA. Observed.
    @id(4) @required alarmState: String
    @id(5) createdAt: Timestamp
    @id(6) @required state: ResourceState
    /// The service or the scaling policy that made it.
    @id(7) owner: String
    @id(8) metric: AlarmMetric
    @id(9) threshold: Double = 0
    /// GreaterThanThreshold, GreaterThanOrEqualToThreshold, LessThanThreshold or LessThanOrEqualToThreshold.
    @id(10) comparisonOperator: String
    /// The alarm looks at this many periods and rings when `datapointsToAlarm` of them are on the wrong side.
    @id(11) evaluationPeriods: Integer = 1
    @id(12) datapointsToAlarm: Integer = 1
    @id(13) periodSeconds: Integer = 60
    /// missing, notBreaching, breaching or ignore.
    @id(14) treatMissingData: String
    /// Observed, as is the next: why and since when it is in its state.
    @id(15) stateReason: String
    @id(16) stateChangedAt: Timestamp
    /// What was measured before does not count; absent: everything does.
    @id(17) countedFrom: Timestamp
}

// ── logs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/// The events are in segment files (docs/formats/logs.md); here are only the names and the settings.
@table("log_groups", key: ["logGroupName"])
structure LogGroupRow {
    @id(1) @required logGroupName: String
    @id(2) @required logGroupArn: String
    /// Days; absent means for ever.
    @id(3) retentionInDays: Integer
    @id(4) createdAt: Timestamp
    @id(5) owner: String
}

@table("log_streams", key: ["logGroupName", "logStreamName"])
@index("by_group", ["logGroupName"])
structure LogStreamRow {
    @id(1) @required logGroupName: String
    @id(2) @required logStreamName: String
    @id(3) createdAt: Timestamp
}

// ── secrets and parameters ─────────────────────────────────────────────────────────────────────────────────────────

/// A secret without its values. Its ARN is the name and six random characters, new each time the name is used again.
@table("secrets", key: ["secretName"])
@index("by_arn", ["secretArn"])
structure SecretRow {
    @id(1) @required secretName: String
    @id(2) @required secretArn: String
    @id(3) description: String
    @id(4) kmsKeyId: String
    @id(5) resourcePolicy: String
    @id(6) createdAt: Timestamp
    @id(7) lastChangedAt: Timestamp
    /// The day of the last GetSecretValue or use by a task, as AWS gives it: without a time.
    @id(8) lastAccessedAt: Timestamp
    /// When DeleteSecret was called, and when the recovery window ends; absent on living secrets.
    @id(9) deletedAt: Timestamp
    @id(10) purgeAt: Timestamp
}

/// One value that a secret has or had. Values are sealed with the installation's key (docs/formats/secrets.md).
@table("secret_versions", key: ["secretArn", "versionId"])
@index("by_secret", ["secretArn"])
structure SecretVersionRow {
    @id(1) @required secretArn: String
    @id(2) @required versionId: String
    /// AWSCURRENT, AWSPREVIOUS, AWSPENDING or the user's own; each is at one version of a secret at most.
    @id(3) stages: Strings
    @id(4) createdAt: Timestamp
    @id(5) lastAccessedAt: Timestamp
    /// Whether it was given as SecretBinary.
    @id(6) binary: Boolean = false
    @id(7) @required @sensitive sealedValue: String
    /// The order in which the versions of a secret were made.
    @id(8) sequence: Long = 0
}

/// A parameter of Systems Manager: its newest version's number. All else is in its versions.
@table("parameters", key: ["parameterName"])
structure ParameterRow {
    @id(1) @required parameterName: String
    @id(2) @required parameterArn: String
    @id(3) version: Long = 0
}

/// One version of a parameter; the newest hundred are kept. Values are sealed as those of secrets are.
@table("parameter_versions", key: ["parameterName", "version"])
@index("by_parameter", ["parameterName"])
structure ParameterVersionRow {
    @id(1) @required parameterName: String
    @id(2) version: Long = 0
    /// String, StringList or SecureString.
    @id(3) @required type: String
    @id(4) @required @sensitive sealedValue: String
    @id(5) description: String
    /// Only of a SecureString.
    @id(6) keyId: String
    @id(7) allowedPattern: String
    /// Standard, Advanced or Intelligent-Tiering.
    @id(8) @required tier: String
    /// text or aws:ec2:image.
    @id(9) @required dataType: String
    @id(10) labels: Strings
    @id(11) lastModifiedAt: Timestamp
    /// The ARN of the principal.
    @id(12) lastModifiedUser: String
}

// ── events and schedules ───────────────────────────────────────────────────────────────────────────────────────────

/// An event bus that a user made. The bus "default" always exists and has no row.
@table("event_buses", key: ["busName"])
structure EventBusRow {
    @id(1) @required busName: String
    @id(2) @required busArn: String
    @id(3) description: String
    @id(4) createdAt: Timestamp
    @id(5) lastModifiedAt: Timestamp
}

/// A rule: which events of a bus, or which times, its targets are invoked for.
@table("event_rules", key: ["busName", "ruleName"])
@index("by_bus", ["busName"])
@index("by_next_time", ["nextAt"])
structure EventRuleRow {
    @id(1) @required busName: String
    @id(2) @required ruleName: String
    @id(3) @required ruleArn: String
    @id(4) description: String
    /// As given, not normalised. Absent on rules that only have a schedule.
    @id(5) eventPattern: String
    @id(6) scheduleExpression: String
    @id(7) enabled: Boolean = true
    @id(8) roleArn: String
    @id(9) createdAt: Timestamp
    /// When its schedule is due next; advanced in the transaction that makes the invocations. Absent when disabled.
    @id(10) nextAt: Timestamp
}

@table("event_targets", key: ["busName", "ruleName", "targetId"])
@index("by_rule", ["busName", "ruleName"])
@index("by_arn", ["targetArn"])
structure EventTargetRow {
    @id(1) @required busName: String
    @id(2) @required ruleName: String
    @id(3) @required targetId: String
    @id(4) @required targetArn: String
    @id(5) @required target: events#Target
}

/// One call of a target that is still owed. It goes in the transaction that does what it asks for, so that a crash can
/// neither lose nor repeat it (where the target is of this installation).
@table("invocations", key: ["invocationId"])
@index("by_due", ["dueAt"])
@index("by_source", ["sourceArn"])
structure InvocationRow {
    @id(1) @required invocationId: String
    /// The rule or the schedule that owes it.
    @id(2) @required sourceArn: String
    /// The target as it was then; a schedule's target in the form of a rule's.
    @id(3) @required target: events#Target
    /// What the target is given, after Input, InputPath or InputTransformer.
    @id(4) @required input: String
    @id(5) createdAt: Timestamp
    /// When to try, or to try again.
    @id(6) dueAt: Timestamp
    @id(7) attempts: Integer = 0
    /// After this time, or after so many attempts, it is given up.
    @id(8) expiresAt: Timestamp
    @id(9) maximumAttempts: Integer = 185
    @id(10) lastError: String
    /// What tasks get as startedBy.
    @id(11) startedBy: String
}

/// A schedule group that a user made. The group "default" always exists and has no row.
@table("schedule_groups", key: ["groupName"])
structure ScheduleGroupRow {
    @id(1) @required groupName: String
    @id(2) @required groupArn: String
    @id(3) createdAt: Timestamp
    @id(4) lastModifiedAt: Timestamp
}

@table("schedules", key: ["groupName", "scheduleName"])
@index("by_group", ["groupName"])
@index("by_next_time", ["nextAt"])
structure ScheduleRow {
    @id(1) @required groupName: String
    @id(2) @required scheduleName: String
    @id(3) @required scheduleArn: String
    @id(4) description: String
    @id(5) @required scheduleExpression: String
    @id(6) timezone: String
    @id(7) startAt: Timestamp
    @id(8) endAt: Timestamp
    @id(9) enabled: Boolean = true
    @id(10) kmsKeyArn: String
    @id(11) @required target: scheduler#Target
    /// Minutes that an invocation may be late; 0 without a flexible window.
    @id(12) windowMinutes: Integer = 0
    /// Whether it goes once it has no time left to run at.
    @id(13) deleteAfterCompletion: Boolean = false
    @id(14) createdAt: Timestamp
    @id(15) lastModifiedAt: Timestamp
    /// The time of the expression that comes next, before the flexible window is added. Absent when none is left.
    @id(16) nextAt: Timestamp
}

// ── names ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A namespace of Cloud Map.
@table("namespaces", key: ["namespaceId"])
@index("by_name", ["namespaceName"])
structure NamespaceRow {
    @id(1) @required namespaceId: String
    @id(2) @required namespaceName: String
    @id(3) @required namespaceArn: String
    /// DNS_PRIVATE, DNS_PUBLIC or HTTP.
    @id(4) @required type: String
    @id(5) description: String
    @id(6) vpcId: String
    /// Of the zone that the names are in; only of DNS namespaces.
    @id(7) hostedZoneId: String
    @id(8) soaTtl: Long
    @id(9) creatorRequestId: String
    @id(10) createdAt: Timestamp
}

/// A service of Cloud Map: a name whose instances are looked up by DNS or DiscoverInstances.
@table("discovery_services", key: ["discoveryServiceId"])
@index("by_namespace", ["namespaceId"])
@index("by_name", ["namespaceId", "discoveryServiceName"])
structure DiscoveryServiceRow {
    @id(1) @required discoveryServiceId: String
    @id(2) @required discoveryServiceName: String
    @id(3) @required discoveryServiceArn: String
    @id(4) @required namespaceId: String
    @id(5) description: String
    @id(6) dnsConfig: servicediscovery#DnsConfig
    /// DNS, HTTP or DNS_HTTP.
    @id(7) type: String
    @id(8) healthCheckConfig: servicediscovery#HealthCheckConfig
    @id(9) healthCheckCustomConfig: servicediscovery#HealthCheckCustomConfig
    @id(10) attributes: servicediscovery#ServiceAttributesMap
    @id(11) creatorRequestId: String
    @id(12) createdAt: Timestamp
    /// Grows with every change of its instances.
    @id(13) instancesRevision: Long = 0
}

@table("discovery_instances", key: ["discoveryServiceId", "instanceId"])
@index("by_service", ["discoveryServiceId"])
@index("by_owner", ["owner"])
structure DiscoveryInstanceRow {
    @id(1) @required discoveryServiceId: String
    /// Of an ECS task: its id.
    @id(2) @required instanceId: String
    @id(3) attributes: servicediscovery#Attributes
    /// HEALTHY or UNHEALTHY.
    @id(4) @required healthStatus: String
    /// The ARN of the task that it stands for; absent when a user registered it.
    @id(5) owner: String
    @id(6) creatorRequestId: String
    @id(7) createdAt: Timestamp
}

/// What an asynchronous call of Cloud Map did. All are done at once; clients ask nevertheless.
@table("discovery_operations", key: ["operationId"])
@index("by_update", ["updatedAt"])
structure DiscoveryOperationRow {
    @id(1) @required operationId: String
    /// CREATE_NAMESPACE, DELETE_NAMESPACE, UPDATE_NAMESPACE, UPDATE_SERVICE, REGISTER_INSTANCE or DEREGISTER_INSTANCE.
    @id(2) @required type: String
    /// SUCCESS or FAIL.
    @id(3) @required status: String
    @id(4) errorCode: String
    @id(5) errorMessage: String
    @id(6) targets: servicediscovery#OperationTargetsMap
    @id(7) createdAt: Timestamp
    @id(8) updatedAt: Timestamp
}

/// What a service offers under Service Connect: a name in a namespace, behind an address that every node's proxy answers on.
@table("connect_endpoints", key: ["namespaceId", "discoveryName"])
@index("by_service", ["serviceArn"])
@index("by_address", ["address"])
structure ConnectEndpointRow {
    @id(1) @required namespaceId: String
    @id(2) @required discoveryName: String
    @id(3) @required serviceArn: String
    /// The service of Cloud Map that stands for it.
    @id(4) @required discoveryServiceId: String
    /// The named port of the task definition, and the port of the task's own address behind it.
    @id(5) @required portName: String
    @id(6) targetPort: Integer = 0
    /// http, http2, grpc or tcp.
    @id(7) @required protocol: String
    /// The names that clients use, and the port they connect to.
    @id(8) dnsNames: Strings
    @id(9) port: Integer = 0
    /// The same on all nodes; never that of a task.
    @id(10) @required address: String
    /// Seconds; absent for the defaults of the protocol.
    @id(11) idleTimeoutSeconds: Integer
    @id(12) perRequestTimeoutSeconds: Integer
    @id(13) createdAt: Timestamp
}

// ── queues ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A queue of SQS. Attributes are kept resolved: every default is written down.
@table("queues", key: ["queueName"])
structure QueueRow {
    @id(1) @required queueName: String
    @id(2) @required queueArn: String
    @id(3) fifo: Boolean = false
    @id(4) contentBasedDeduplication: Boolean = false
    @id(5) deduplicationScope: String
    @id(6) fifoThroughputLimit: String
    @id(7) delaySeconds: Integer = 0
    @id(8) maximumMessageSize: Integer = 1048576
    @id(9) messageRetentionSeconds: Integer = 345600
    @id(10) receiveWaitSeconds: Integer = 0
    @id(11) visibilityTimeoutSeconds: Integer = 30
    /// The queue that gets what was received more than maxReceiveCount times.
    @id(12) deadLetterTargetArn: String
    @id(13) maxReceiveCount: Integer = 0
    @id(14) redriveAllowPolicy: String
    @id(15) policy: String
    @id(16) kmsMasterKeyId: String
    @id(17) kmsDataKeyReusePeriodSeconds: Integer = 300
    @id(18) sqsManagedSse: Boolean = true
    @id(19) createdAt: Timestamp
    @id(20) lastModifiedAt: Timestamp
    /// The number that the next message gets; never used again.
    @id(21) nextNumber: Long = 1
    @id(22) purgedAt: Timestamp
}

@table("queue_messages", key: ["queueName", "number"])
@index("by_queue", ["queueName"])
@index("by_visible", ["queueName", "visibleAt"])
@index("by_group", ["queueName", "messageGroupId"])
@index("by_expiry", ["expiresAt"])
structure QueueMessageRow {
    @id(1) @required queueName: String
    /// In the order of sending.
    @id(2) number: Long = 0
    @id(3) @required messageId: String
    @id(4) @required body: String
    @id(5) attributes: sqs#MessageBodyAttributeMap
    @id(6) senderId: String
    @id(7) traceHeader: String
    @id(8) sentAt: Timestamp
    /// When it can be received, or received again.
    @id(9) visibleAt: Timestamp
    @id(10) expiresAt: Timestamp
    @id(11) receiveCount: Integer = 0
    @id(12) firstReceivedAt: Timestamp
    /// Of the last receive; a handle names it and the message.
    @id(13) receiptToken: String
    @id(14) messageGroupId: String
    @id(15) deduplicationId: String
    /// Where it came from before it went to a dead-letter queue.
    @id(16) deadLetterSourceArn: String
}

/// What a FIFO queue was sent in the last five minutes: the same again is answered, not kept.
@table("queue_deduplications", key: ["queueName", "scope", "deduplicationId"])
@index("by_queue", ["queueName"])
@index("by_expiry", ["expiresAt"])
structure QueueDeduplicationRow {
    @id(1) @required queueName: String
    /// The message group, or "" for the whole queue.
    @id(2) @required scope: String
    @id(3) @required deduplicationId: String
    @id(4) @required messageId: String
    @id(5) number: Long = 0
    @id(6) expiresAt: Timestamp
}

// ── objects ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// A bucket of S3.
@table("buckets", key: ["bucketName"])
structure BucketRow {
    @id(1) @required bucketName: String
    @id(2) createdAt: Timestamp
}

/// An object of S3 as it is now; its bytes are a file of the same content hash.
@table("objects", key: ["bucketName", "objectKey"])
@index("by_bucket", ["bucketName"])
@index("by_content", ["contentSha256"])
structure ObjectRow {
    @id(1) @required bucketName: String
    @id(2) @required objectKey: String
    @id(3) @required contentSha256: String
    @id(4) size: Long = 0
    /// Without quotes.
    @id(5) @required etag: String
    @id(6) lastModifiedAt: Timestamp
    @id(7) contentType: String
    @id(8) contentEncoding: String
    @id(9) contentLanguage: String
    @id(10) contentDisposition: String
    @id(11) cacheControl: String
    @id(12) expires: String
    /// x-amz-meta-*, by the name after the prefix.
    @id(13) metadata: StringMap
    /// Checksums that the client sent, by the name of the algorithm.
    @id(14) checksums: StringMap
}

/// An object of S3 that comes in parts and is not complete yet.
@table("multipart_uploads", key: ["uploadId"])
@index("by_bucket", ["bucketName"])
structure MultipartUploadRow {
    @id(1) @required uploadId: String
    @id(2) @required bucketName: String
    @id(3) @required objectKey: String
    @id(4) initiatedAt: Timestamp
    @id(5) contentType: String
    @id(6) contentEncoding: String
    @id(7) contentLanguage: String
    @id(8) contentDisposition: String
    @id(9) cacheControl: String
    @id(10) expires: String
    @id(11) metadata: StringMap
    /// The algorithm of the parts' checksums; absent when the client named none.
    @id(12) checksumAlgorithm: String
    @id(13) checksumType: String
}

/// One part of it; its bytes are a file like those of objects.
@table("upload_parts", key: ["uploadId", "partNumber"])
@index("by_upload", ["uploadId"])
@index("by_content", ["contentSha256"])
structure UploadPartRow {
    @id(1) @required uploadId: String
    @id(2) @required partNumber: Integer
    @id(3) @required contentSha256: String
    @id(4) size: Long = 0
    /// Without quotes.
    @id(5) @required etag: String
    @id(6) lastModifiedAt: Timestamp
    @id(7) checksums: StringMap
}

// ── sessions in containers ─────────────────────────────────────────────────────────────────────────────────────────

/// A command that ExecuteCommand was asked for. Whoever shows the token in time may attach, once; the row goes when the
/// command ends, or when the token is no longer good.
@table("exec_sessions", key: ["sessionId"])
@index("by_task", ["taskArn"])
@index("by_expiry", ["expiresAt"])
structure ExecSessionRow {
    /// ecs-execute-command-<17 letters and digits>
    @id(1) @required sessionId: String
    @id(2) @required @sensitive tokenValue: String
    @id(3) @required clusterArn: String
    @id(4) @required taskArn: String
    @id(5) @required containerName: String
    @id(6) @required command: String
    /// With a terminal. Without one, standard output and standard error are kept apart and the exit code is told.
    @id(7) interactive: Boolean = true
    @id(8) createdAt: Timestamp
    /// Until when the token may be shown.
    @id(9) expiresAt: Timestamp
    /// When it was.
    @id(10) openedAt: Timestamp
}

list Strings { member: String }

map StringMap {
    key: String
    value: String
}
