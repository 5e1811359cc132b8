"""Scaling and the roll-back alarm with real containers, real processor time and real requests; a minute lasts two seconds here."""

import unittest

import botocore.exceptions

import world
from world import until

BRIEF = 300.0  # seconds; how long to wait for what is sure to come, on a machine as busy as it likes
OVER = {"SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"}
DIMENSION = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
BUSY = {"image": "busybox:demo", "command": ["sh", "-c", "httpd -p 80 -h /www; while :; do :; done"]}
SITE = "printf 'events{} http{server{listen 80; location = /healthz {return 200 ok;} location / {return 500;}}}' >/tmp/c"


def setUpModule():
    global here, ecs, scaling
    here = world.World(bake_minutes=1, images=("nginx:v1", "busybox:demo"), more_options=("--metric-period-seconds", "2"))
    ecs = here.client("ecs")
    scaling = here.client("application-autoscaling")


def tearDownModule():
    here.close()


def create(name, container, path, **others):
    return ecs.create_express_gateway_service(
        serviceName=name, infrastructureRoleArn=here.role("infrastructure"), executionRoleArn=here.role("execution"),
        primaryContainer={"containerPort": 80, **container}, healthCheckPath=path, cpu="256", memory="512", **others)["service"]


def failing_definition():
    """A task that is healthy and answers everything else with an error."""
    container = {"name": "Main", "image": "nginx:v1", "essential": True, "portMappings": [{"containerPort": 80, "protocol": "tcp", "name": "http"}],
                 "entryPoint": ["sh", "-c"], "command": [f"{SITE}; exec nginx -c /tmp/c -g 'daemon off;'"]}
    made = ecs.register_task_definition(family="failing", requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256",
                                        memory="512", executionRoleArn=here.role("execution"), containerDefinitions=[container])
    return made["taskDefinition"]["taskDefinitionArn"]


def outcome(arn):
    """The newest deployment, once it is over."""
    def look():
        newest = ecs.list_service_deployments(service=arn)["serviceDeployments"][0]
        found = ecs.describe_service_deployments(serviceDeploymentArns=[newest["serviceDeploymentArn"]])["serviceDeployments"][0]
        return found if found["status"] in OVER else None
    return until(f"the deployment of {arn} is over", look, BRIEF)


def described(name):
    return ecs.describe_services(services=[name])["services"][0]


def delete(arn):
    ecs.delete_express_gateway_service(serviceArn=arn)
    until("the service is inactive",
          lambda: ecs.describe_express_gateway_service(serviceArn=arn)["service"]["status"]["statusCode"] == "INACTIVE", BRIEF)


class Scaling(unittest.TestCase):
    def test_a_busy_service_grows_and_an_idle_one_shrinks(self):
        arn = create("busy", BUSY, "/", scalingTarget={"minTaskCount": 1, "maxTaskCount": 3})["serviceArn"]
        self.assertEqual(outcome(arn)["status"], "SUCCESSFUL")
        until("three tasks run", lambda: described("busy")["runningCount"] == 3, BRIEF)
        self.check_activity()
        self.check_shrinks()
        delete(arn)
        left = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=["service/default/busy"])
        self.assertEqual(left["ScalableTargets"], [])

    def check_activity(self):
        def look():
            found = self.activities()[0]
            return found if found["StatusCode"] == "Successful" else None
        newest = until("scaling is over", look, BRIEF)
        self.assertEqual(newest["Description"], "Setting desired count to 3.")
        self.assertRegex(newest["Cause"], "^monitor alarm TargetTracking-service/default/busy-AlarmHigh-.* in state ALARM triggered policy ")
        self.assertEqual(newest["StatusMessage"], "Successfully set desired count to 3. Change successfully fulfilled by ecs.")
        self.assertTrue(any("set desired count to 3." in event["message"] for event in described("busy")["events"]))

    def activities(self):
        return scaling.describe_scaling_activities(ServiceNamespace="ecs", ResourceId="service/default/busy")["ScalingActivities"]

    def check_shrinks(self):
        """A target that is far away, without cooldowns, makes the same load little."""
        policy = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId="service/default/busy")["ScalingPolicies"][0]
        configuration = {**policy["TargetTrackingScalingPolicyConfiguration"], "TargetValue": 1000.0, "ScaleInCooldown": 0, "ScaleOutCooldown": 0}
        scaling.put_scaling_policy(PolicyName=policy["PolicyName"], PolicyType="TargetTrackingScaling", ResourceId=policy["ResourceId"],
                                   TargetTrackingScalingPolicyConfiguration=configuration, **DIMENSION)
        until("one task is left", lambda: described("busy")["desiredCount"] == 1 and described("busy")["runningCount"] == 1, BRIEF)

    def test_what_is_not_there_cannot_be_scaled(self):
        scaled = {"ResourceId": "service/default/nobody", **DIMENSION}
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            scaling.register_scalable_target(MinCapacity=1, MaxCapacity=2, **scaled)
        self.assertEqual(refused.exception.response["Error"]["Code"], "ValidationException")


class RollbackAlarm(unittest.TestCase):
    def test_a_canary_that_answers_with_errors_is_taken_back(self):
        service = create("web", {"image": "nginx:v1"}, "/healthz")
        arn = service["serviceArn"]
        self.assertEqual(outcome(arn)["status"], "SUCCESSFUL")
        endpoint = service["activeConfigurations"][0]["ingressPaths"][0]["endpoint"]
        url = endpoint if "://" in endpoint else f"https://{endpoint}"
        with world.Visitor(here, url) as visitor:
            ecs.update_express_gateway_service(serviceArn=arn, taskDefinitionArn=failing_definition())
            deployment = outcome(arn)
            alarm = "default/web/RollbackAlarm"
            self.assertEqual(deployment["status"], "ROLLBACK_SUCCESSFUL", here.tail())
            self.assertEqual(deployment["statusReason"], f"Service deployment rolled back because alarm {alarm} went into ALARM.")
            self.assertEqual(deployment["alarms"]["triggeredAlarmNames"], [alarm])
            self.assertEqual(deployment["alarms"]["status"], "TRIGGERED")
            self.assertLess(len(visitor.failures), visitor.count / 4, "only the canary's share was answered with errors")
        self.assertEqual(here.request(url + "/version").body.strip(), "v1")
        delete(arn)


if __name__ == "__main__":
    unittest.main(verbosity=2)
