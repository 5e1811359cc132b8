"""Deployments that pause: an operator looks at the new tasks beside the old ones, then says go on or go back.

The service has no load balancer; what can be seen are its tasks, its deployments, and what it says of itself.
"""

import unittest

import botocore.exceptions

import tasks
from world import until


class Hooks(tasks.TaskCase):
    def setUp(self):
        family = self.id().rsplit(".", 1)[1].replace("_", "-")
        self.first = self.register(family, [self.sleeper("app")])["taskDefinitionArn"]
        self.second = self.register(family, [self.sleeper("app", environment=[{"name": "IS", "value": "new"}])])["taskDefinitionArn"]
        self.name = family

    def create(self, configuration, pauses, **timeout):
        hook = {"targetType": "PAUSE", "lifecycleStages": pauses, **({"timeoutConfiguration": timeout} if timeout else {})}
        self.ecs.create_service(serviceName=self.name, taskDefinition=self.first, desiredCount=2, deploymentConfiguration={
            **configuration, "bakeTimeInMinutes": 0, "lifecycleHooks": [hook]})
        self.addCleanup(self.remove)
        # The first deployment stops for its hooks too.
        until("the service is steady", lambda: self.goes_on() and len(self.running(self.first)) == 2 and self.is_steady())

    def remove(self):
        self.ecs.delete_service(service=self.name, force=True)
        until("its tasks are gone", lambda: not self.ecs.list_tasks(serviceName=self.name)["taskArns"])

    def service(self):
        return self.ecs.describe_services(services=[self.name])["services"][0]

    def is_steady(self):
        found = self.service()
        return len(found["deployments"]) == 1 and found["deployments"][0]["rolloutState"] == "COMPLETED"

    def update(self, definition):
        return self.ecs.update_service(service=self.name, taskDefinition=definition)["service"]["currentServiceDeployment"]

    def deployment(self, arn):
        found = self.ecs.describe_service_deployments(serviceDeploymentArns=[arn])
        self.assertEqual(found["failures"], [])
        return found["serviceDeployments"][0]

    def open_hooks(self, deployment):
        return [each for each in deployment.get("lifecycleHookDetails", []) if each["status"] == "AWAITING_ACTION"]

    def waiting(self, arn):
        """The deployment once a hook of it waits, and that hook."""
        def look():
            found = self.deployment(arn)
            hooks = self.open_hooks(found)
            return (found, hooks[0]) if hooks else None

        return until("the deployment waits", look)

    def answer(self, arn, hook, **action):
        self.assertEqual(self.ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook["hookId"], **action)
                         ["serviceDeploymentArn"], arn)

    def goes_on(self):
        """Answers every hook that waits now; whether the newest deployment has succeeded."""
        listed = self.ecs.list_service_deployments(service=self.name)["serviceDeployments"]
        for each in listed:
            for hook in self.open_hooks(self.deployment(each["serviceDeploymentArn"])):
                self.answer(each["serviceDeploymentArn"], hook, action="CONTINUE")
        return listed and listed[0]["status"] == "SUCCESSFUL"

    def running(self, definition):
        """The ARNs of the service's tasks that run this definition."""
        arns = self.ecs.list_tasks(serviceName=self.name)["taskArns"]
        found = self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
        return {each["taskArn"] for each in found
                if each["taskDefinitionArn"] == definition and each["lastStatus"] == "RUNNING"}

    def ended(self, arn, status):
        def look():
            found = self.deployment(arn)
            over = found["status"] in ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
            return found if over else None

        found = until("the deployment ends", look)
        self.assertEqual(found["status"], status, found)
        return found

    def only(self, definition):
        until("only these tasks are left",
              lambda: len(self.ecs.list_tasks(serviceName=self.name)["taskArns"]) == len(self.running(definition)) == 2)
        return self.running(definition)

    def refused(self, **given):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            self.ecs.continue_service_deployment(**given)
        return caught.exception.response["Error"]["Code"]

    def walk(self, configuration):
        """Forward past a pause, then back from one."""
        self.create(configuration, ["POST_SCALE_UP"])
        old = self.running(self.first)
        there = self.update(self.second)
        found, hook = self.waiting(there)
        self.assertEqual((found["status"], found["lifecycleStage"]), ("IN_PROGRESS", "POST_SCALE_UP"))
        self.assertEqual((hook["targetType"], hook["timeoutAction"]), ("PAUSE", "ROLLBACK"))
        self.assertEqual((self.running(self.first), len(self.running(self.second))), (old, 2), "both revisions run while it waits")
        new = self.running(self.second)
        self.assertEqual(self.refused(serviceDeploymentArn=there, hookId="ecs-pause-" + "0" * 43), "InvalidParameterException")
        self.answer(there, hook, action="CONTINUE")
        found = self.ended(there, "SUCCESSFUL")
        self.assertEqual([each["status"] for each in found["lifecycleHookDetails"]], ["SUCCEEDED"])
        self.assertEqual(self.only(self.second), new, "the tasks that were looked at are those that stay")
        self.assertEqual(self.refused(serviceDeploymentArn=there, hookId=hook["hookId"]), "InvalidParameterException")

        back = self.update(self.first)
        _, hook = self.waiting(back)
        self.assertEqual((self.running(self.second), len(self.running(self.first))), (new, 2))
        self.answer(back, hook, action="ROLLBACK")
        found = self.ended(back, "ROLLBACK_SUCCESSFUL")
        self.assertEqual([each["status"] for each in found["lifecycleHookDetails"]], ["FAILED"])
        self.assertIn(hook["hookId"], found["statusReason"])
        self.assertEqual(self.only(self.second), new, "nobody touched the tasks that it went back to")
        self.assertEqual(self.service()["taskDefinition"], self.second)

    def test_blue_green(self):
        self.walk({"strategy": "BLUE_GREEN"})

    def test_canary(self):
        self.walk({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 0}})

    def test_linear_stops_at_each_stage(self):
        self.create({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": 0}},
                    ["PRE_SCALE_UP", "POST_PRODUCTION_TRAFFIC_SHIFT"], timeoutInMinutes=60, action="CONTINUE")
        there = self.update(self.second)
        found, hook = self.waiting(there)
        self.assertEqual((found["lifecycleStage"], hook["timeoutAction"]), ("PRE_SCALE_UP", "CONTINUE"))
        self.assertEqual((len(self.running(self.first)), self.running(self.second)), (2, set()), "nothing new is there yet")
        self.answer(there, hook)
        until("it waits again", lambda: self.deployment(there)["lifecycleStage"] == "POST_PRODUCTION_TRAFFIC_SHIFT")
        _, hook = self.waiting(there)
        self.assertEqual((len(self.running(self.first)), len(self.running(self.second))), (2, 2))
        self.world.kill()
        self.world.start()
        found, after = self.waiting(there)
        self.assertEqual((found["lifecycleStage"], after["hookId"]), ("POST_PRODUCTION_TRAFFIC_SHIFT", hook["hookId"]))
        self.answer(there, hook)
        self.ended(there, "SUCCESSFUL")
        self.only(self.second)


if __name__ == "__main__":
    unittest.main()
