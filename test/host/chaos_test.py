"""The server is killed (kill -9) at the worst moments. What it acknowledged happens, what runs goes on, no request is lost."""

import os
import random
import signal
import unittest

import world
from world import until

BRIEF = 300.0  # seconds; how long to wait for what is sure to come, on a machine as busy as it likes
OVER = {"SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"}


class Chaos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = world.World()
        cls.addClassCleanup(cls.here.close)
        cls.ecs, cls.logs = cls.here.client("ecs"), cls.here.client("logs")

    def test_everything_in_one_life(self):
        """One service from birth to death, with a murder in every phase."""
        arn, url, subnet = self.killed_while_creating()
        with world.Visitor(self.here, url) as visitor:
            self.killed_while_serving(url, subnet, visitor)
            self.killed_while_updating(arn, visitor)
        self.assertEqual(visitor.failures, [])
        self.assertEqual(visitor.seen, sorted(visitor.seen))
        self.killed_while_deleting(arn)

    def outage(self):
        self.here.kill()
        self.here.start()

    def deployment(self, arn):
        return self.ecs.list_service_deployments(service=arn)["serviceDeployments"][0]

    def outcome(self, arn):
        def look():
            status = self.deployment(arn)["status"]
            return status if status in OVER else None
        return until("the deployment is over", look, BRIEF)

    def killed_while_creating(self):
        service = self.ecs.create_express_gateway_service(
            serviceName="lives", infrastructureRoleArn=self.here.role("infrastructure"),
            executionRoleArn=self.here.role("execution"), primaryContainer={"image": "nginx:v1", "containerPort": 80},
            healthCheckPath="/healthz")["service"]
        self.outage()
        arn = service["serviceArn"]
        self.assertIn(arn, self.ecs.list_services()["serviceArns"])
        self.assertEqual(self.outcome(arn), "SUCCESSFUL", self.here.tail())
        configuration = service["activeConfigurations"][0]
        endpoint = configuration["ingressPaths"][0]["endpoint"]
        url = endpoint if "://" in endpoint else f"https://{endpoint}"
        self.assertEqual(self.here.request(url + "/version").body.strip(), "v1")
        self.assertEqual(len(self.tasks()), 1)
        return arn, url, configuration["networkConfiguration"]["subnets"][0]

    def tasks(self):
        return self.ecs.list_tasks(serviceName="lives")["taskArns"]

    def run_sleeper(self, subnet):
        """A task that prints a line and exits with 7 as soon as somebody ends its `sleep`; that sleep's unique argument."""
        mark = str(random.randrange(10**8, 10**9))
        self.logs.create_log_group(logGroupName="/chaos")
        options = {"awslogs-group": "/chaos", "awslogs-region": self.here.identity["region"], "awslogs-stream-prefix": "dark"}
        self.ecs.register_task_definition(
            family="sleeper", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            executionRoleArn=self.here.role("execution"), containerDefinitions=[
                {"name": "one", "image": "busybox:demo", "essential": True,
                 "command": ["sh", "-c", f"sleep {mark}; echo printed in the dark; exit 7"],
                 "logConfiguration": {"logDriver": "awslogs", "options": options}}])
        task = self.ecs.run_task(taskDefinition="sleeper", launchType="FARGATE", networkConfiguration={
            "awsvpcConfiguration": {"subnets": [subnet]}})["tasks"][0]["taskArn"]
        until("the sleeper runs", lambda: self.describe(task)["lastStatus"] == "RUNNING")
        return task, until("it sleeps", lambda: [pid for pid, words in world.processes_of(mark) if words == f"sleep {mark}"])[0], mark

    def describe(self, task):
        return self.ecs.describe_tasks(tasks=[task])["tasks"][0]

    def killed_while_serving(self, url, subnet, visitor):
        task, sleeping, mark = self.run_sleeper(subnet)
        before = self.tasks()
        self.here.kill()
        os.kill(sleeping, signal.SIGTERM)
        until("the sleeper has ended", lambda: not any(f"sleep {mark}" in words and "sh -c" in words
                                                       for _, words in world.processes_of(mark)))
        answered = visitor.count
        until("visitors are served without a server", lambda: visitor.count > answered + 20)
        self.here.start()
        until("the end is known", lambda: self.describe(task)["lastStatus"] == "STOPPED")
        self.assertEqual(self.describe(task)["containers"][0]["exitCode"], 7)
        self.assertEqual(self.tasks(), before)
        self.assertEqual(self.describe(before[0])["lastStatus"], "RUNNING")
        until("the last words are there", lambda: "printed in the dark" in [
            each["message"] for each in self.logs.filter_log_events(logGroupName="/chaos")["events"]])

    def killed_while_updating(self, arn, visitor):
        self.ecs.update_express_gateway_service(serviceArn=arn, primaryContainer={"image": "nginx:v2"})
        self.outage()
        # Once more, when old and new run side by side (or, on a quick machine, when all is done).
        until("the new task is there", lambda: len(self.tasks()) == 2 or self.deployment(arn)["status"] in OVER)
        self.outage()
        self.assertEqual(self.outcome(arn), "SUCCESSFUL", self.here.tail())
        until("v2 answers", lambda: visitor.seen[-1:] == ["v2"])

    def killed_while_deleting(self, arn):
        self.ecs.delete_express_gateway_service(serviceArn=arn)
        self.outage()
        until("the service is gone", lambda: self.ecs.describe_express_gateway_service(serviceArn=arn)["service"]["status"]
              ["statusCode"] == "INACTIVE", BRIEF)
        until("no task is left", lambda: not self.tasks())
        until("no container is left", lambda: not any("nginx" in words for _, words in world.processes_of(str(self.here.state))))


if __name__ == "__main__":
    unittest.main(verbosity=2)
