// Amazon's JavaScript client against a running server: a service and its tasks, a refusal, pages.
// Everything about the server comes from AWS_ENDPOINT_URL and the other AWS_* variables, as in any program.
import assert from "node:assert/strict";
import {
  ECSClient, CreateClusterCommand, CreateExpressGatewayServiceCommand, DeleteExpressGatewayServiceCommand,
  DescribeExpressGatewayServiceCommand, ListServicesCommand, ListTasksCommand, DescribeTasksCommand,
  RegisterTaskDefinitionCommand, paginateListTaskDefinitions, waitUntilServicesStable, waitUntilServicesInactive,
} from "@aws-sdk/client-ecs";

const role = (name) => `arn:aws:iam::${process.env.ACCOUNT_ID}:role/${name}`;
const ecs = new ECSClient({ maxAttempts: 1 });
const waiting = { client: ecs, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };

const { service } = await ecs.send(new CreateExpressGatewayServiceCommand({
  serviceName: "scripted",
  infrastructureRoleArn: role("infrastructure"),
  executionRoleArn: role("execution"),
  primaryContainer: { image: "nginx:v1", containerPort: 80, environment: [{ name: "GREETING", value: "ahoy ⚓" }] },
  healthCheckPath: "/healthz",
}));
assert.equal(service.status.statusCode, "ACTIVE");
assert.ok(service.createdAt instanceof Date && Math.abs(Date.now() - service.createdAt) < 60_000, String(service.createdAt));
await waitUntilServicesStable(waiting, { services: ["scripted"] });

const { serviceArns } = await ecs.send(new ListServicesCommand({}));
assert.deepEqual(serviceArns, [service.serviceArn]);
const { taskArns } = await ecs.send(new ListTasksCommand({ serviceName: "scripted" }));
const { tasks } = await ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
assert.equal(tasks[0].lastStatus, "RUNNING");
assert.ok(tasks[0].startedAt >= tasks[0].createdAt);
const described = await ecs.send(new DescribeExpressGatewayServiceCommand({ serviceArn: service.serviceArn }));
assert.equal(described.service.activeConfigurations[0].primaryContainer.environment[0].value, "ahoy ⚓");

await assert.rejects(ecs.send(new CreateClusterCommand({ clusterName: "no spaces" })), { name: "InvalidParameterException" });

for (let revision = 0; revision < 5; ++revision) {
  await ecs.send(new RegisterTaskDefinitionCommand({
    family: "paged", containerDefinitions: [{ name: "one", image: "nginx:v1", memory: 64 + revision }],
  }));
}
const seen = [];
for await (const page of paginateListTaskDefinitions({ client: ecs, pageSize: 2 }, { familyPrefix: "paged" })) {
  assert.ok(page.taskDefinitionArns.length <= 2);
  seen.push(...page.taskDefinitionArns.map((arn) => Number(arn.split(":").at(-1))));
}
assert.deepEqual(seen, [1, 2, 3, 4, 5]);

await ecs.send(new DeleteExpressGatewayServiceCommand({ serviceArn: service.serviceArn }));
await waitUntilServicesInactive(waiting, { services: ["scripted"] });
