"""A server with real containers, and what tests of tasks ask of them. Containers run the image busybox:demo."""

import json
import subprocess
import unittest

import world


class TaskWorld(world.World):
    """Its API can be reached from tasks."""

    def options(self):
        words = super().options()
        words[words.index("--api") + 1] = f"0.0.0.0:{self.api_port}"
        return words


class TaskCase(unittest.TestCase):
    """Tests of tasks on one server."""

    @classmethod
    def setUpClass(cls):
        cls.world = TaskWorld(images=("busybox:demo",))
        cls.addClassCleanup(cls.world.close)
        cls.ecs = cls.world.client("ecs")

    def register(self, family, containers, **others):
        return self.ecs.register_task_definition(family=family, containerDefinitions=containers, **others)["taskDefinition"]

    def sleeper(self, name, **others):
        return {"name": name, "image": "busybox:demo", "memory": 64, "command": ["sleep", "100000"], "stopTimeout": 2, **others}

    def run_task(self, definition, **others):
        answer = self.ecs.run_task(taskDefinition=definition["taskDefinitionArn"], **others)
        self.assertEqual(answer["failures"], [])
        return self.when_running(answer["tasks"][0]["taskArn"])

    def run_awsvpc(self, family, role=None, command=True):
        roles = {"taskRoleArn": self.world.role(role)} if role else {}
        definition = self.register(family, [self.sleeper("app"), self.sleeper("side")], networkMode="awsvpc", cpu="256",
                                   memory="512", requiresCompatibilities=["FARGATE"], **roles)
        return self.run_task(definition, launchType="FARGATE", enableExecuteCommand=command, tags=[{"key": "team", "value": "shop"}],
                             networkConfiguration={"awsvpcConfiguration": {"subnets": self.subnets()}})

    def subnets(self):
        """Those of the default network, which an Express service is told when it names none."""
        if not hasattr(type(self), "default_subnets"):
            made = self.ecs.create_express_gateway_service(
                executionRoleArn=self.world.role("execution"), infrastructureRoleArn=self.world.role("infrastructure"),
                serviceName="subnets", primaryContainer={"image": "busybox:demo", "command": ["sleep", "100000"]})["service"]
            type(self).default_subnets = made["activeConfigurations"][0]["networkConfiguration"]["subnets"][:1]
            self.ecs.delete_express_gateway_service(serviceArn=made["serviceArn"])
        return self.default_subnets

    def describe(self, arn):
        return self.ecs.describe_tasks(tasks=[arn], include=["TAGS"])["tasks"][0]

    def when_running(self, arn):
        def running():
            task = self.describe(arn)
            if task["lastStatus"] == "STOPPED":
                raise AssertionError(json.dumps(task, default=str))
            return task if task["lastStatus"] == "RUNNING" else None

        return world.until("the task runs", running)

    def stop(self, task):
        self.ecs.stop_task(task=task["taskArn"])
        world.until("the task stops", lambda: self.describe(task["taskArn"])["lastStatus"] == "STOPPED")

    def id_of(self, task):
        return task["taskArn"].rsplit("/", 1)[1]

    def inside(self, task, *command, container="app", stdin=None):
        """`roadstead exec`: exit code, output, errors."""
        done = subprocess.run([self.world.program, "exec", self.id_of(task), "--container", container, "--state",
                               str(self.world.state), "--", *command], input=stdin or b"", capture_output=True,
                              env=self.world.environment(), timeout=60)
        return done.returncode, done.stdout, done.stderr

    def shell(self, task, script, container="app"):
        code, out, err = self.inside(task, "sh", "-c", script, container=container)
        self.assertEqual(code, 0, err)
        return out.decode()

    def variable(self, task, name, container="app"):
        return self.shell(task, f"printf %s \"${name}\"", container)

    def get(self, task, url, container="app"):
        return json.loads(self.shell(task, f"wget -qO- {url}", container))
