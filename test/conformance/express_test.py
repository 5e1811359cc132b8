"""Express Mode from outside, through boto3: one call from image to HTTPS URL, its updates, its roll-backs, its end."""

import ssl
import unittest

import botocore.exceptions

import world
from world import until

BRIEF = 300.0  # seconds; how long to wait for what is sure to come, on a machine as busy as it likes
OVER = {"SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"}


def setUpModule():
    global here, ecs, scaling
    here = world.World()
    ecs = here.client("ecs")
    scaling = here.client("application-autoscaling")


def tearDownModule():
    here.close()


def create(name, image="nginx:v1", path="/healthz", **others):
    return ecs.create_express_gateway_service(
        serviceName=name, infrastructureRoleArn=here.role("infrastructure"), executionRoleArn=here.role("execution"),
        primaryContainer={"image": image, "containerPort": 80}, healthCheckPath=path, **others)["service"]


def url_of(service):
    endpoint = service["activeConfigurations"][0]["ingressPaths"][0]["endpoint"]
    return endpoint if "://" in endpoint else f"https://{endpoint}"


def newest_deployment(arn):
    return ecs.list_service_deployments(service=arn)["serviceDeployments"][0]


def outcome(arn):
    """The newest deployment's final status."""
    def look():
        found = newest_deployment(arn)
        return found if found["status"] in OVER else None
    return until(f"the deployment of {arn} is over", look, BRIEF)


def delete(arn):
    ecs.delete_express_gateway_service(serviceArn=arn)
    until("the service is inactive",
          lambda: ecs.describe_express_gateway_service(serviceArn=arn)["service"]["status"]["statusCode"] == "INACTIVE", BRIEF)


class Lifecycle(unittest.TestCase):
    def test_from_image_to_url_and_back(self):
        service = create("web", tags=[{"key": "crew", "value": "seven"}])
        arn = service["serviceArn"]
        self.assertEqual(service["status"]["statusCode"], "ACTIVE")
        self.assertNotIn("currentDeployment", service)
        self.check_first_poll(service)
        self.assertEqual(outcome(arn)["status"], "SUCCESSFUL")
        self.check_resources_become_active(service)
        self.check_requests(url_of(service))
        self.check_update(arn, url_of(service))
        self.check_broken_image_rolls_back(arn, url_of(service))
        self.check_delete(arn, url_of(service))

    def revision(self, service):
        found = ecs.describe_service_revisions(serviceRevisionArns=[service["activeConfigurations"][0]["serviceRevisionArn"]])
        return found["serviceRevisions"][0]["ecsManagedResources"]

    def check_first_poll(self, service):
        """The CLI's monitor expects every resource from the first poll on."""
        found = self.revision(service)
        self.assertEqual(set(found), {"ingressPaths", "autoScaling", "metricAlarms", "serviceSecurityGroups", "logGroups"})
        ingress = found["ingressPaths"][0]
        self.assertEqual(set(ingress), {"accessType", "endpoint", "loadBalancer", "loadBalancerSecurityGroups", "certificate",
                                        "listener", "rule", "targetGroups"})
        self.assertEqual(len(ingress["targetGroups"]), 2)

    def check_resources_become_active(self, service):
        found = self.revision(service)
        ingress = found["ingressPaths"][0]
        every = [ingress["loadBalancer"], ingress["certificate"], ingress["listener"], ingress["rule"], *ingress["targetGroups"],
                 *ingress["loadBalancerSecurityGroups"], found["autoScaling"]["scalableTarget"],
                 *found["autoScaling"]["applicationAutoScalingPolicies"], *found["metricAlarms"],
                 *found["serviceSecurityGroups"], *found["logGroups"]]
        self.assertEqual({each["status"] for each in every}, {"ACTIVE"})
        for each in every:
            self.assertTrue(each["arn"].startswith("arn:aws:"), each)

    def check_requests(self, url):
        answer = here.request(url + "/version")
        self.assertEqual((answer.status, answer.body.strip()), (200, "v1"))
        plain = here.request(url + "/some?q=1", secure=False)
        self.assertEqual(plain.status, 301)
        self.assertEqual(plain.headers["location"].replace(":443/", "/"), url + "/some?q=1")
        self.assertEqual(here.request(url, host="nobody.localhost").status, 404)
        with self.assertRaises(ssl.SSLCertVerificationError):
            here.request(url, trusted=False)

    def check_update(self, arn, url):
        with world.Visitor(here, url) as visitor:
            updated = ecs.update_express_gateway_service(serviceArn=arn, primaryContainer={"image": "nginx:v2"})["service"]
            self.assertEqual(updated["targetConfiguration"]["primaryContainer"]["image"], "nginx:v2")
            deployment = outcome(arn)
            until("v2 answers", lambda: visitor.seen[-1:] == ["v2"])
        self.assertEqual(deployment["status"], "SUCCESSFUL")
        self.assertEqual(visitor.failures, [])
        details = ecs.describe_service_deployments(serviceDeploymentArns=[deployment["serviceDeploymentArn"]])
        found = details["serviceDeployments"][0]
        self.assertEqual(found["targetServiceRevision"]["arn"], deployment["targetServiceRevisionArn"])
        self.assertEqual(details["failures"], [])

    def check_broken_image_rolls_back(self, arn, url):
        with world.Visitor(here, url) as visitor:
            ecs.update_express_gateway_service(serviceArn=arn, primaryContainer={"image": "localhost:1/nginx:nope"})
            deployment = outcome(arn)
        self.assertEqual(deployment["status"], "ROLLBACK_SUCCESSFUL", here.tail())
        self.assertEqual((visitor.failures, visitor.seen), ([], ["v2"]))

    def check_delete(self, arn, url):
        delete(arn)
        self.assertEqual(ecs.list_tasks(serviceName="web")["taskArns"], [])
        with self.assertRaises((AssertionError, OSError)):
            self.assertEqual(here.request(url + "/version").status, 200)
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            ecs.delete_express_gateway_service(serviceArn=arn)
        self.assertEqual(refused.exception.response["Error"]["Code"], "ServiceNotActiveException")


class Unhealthy(unittest.TestCase):
    def test_what_never_gets_healthy_is_rolled_back(self):
        """Three tasks at once, so that the circuit breaker counts its three failures after one round of health checks."""
        service = create("sick", cpu="256", memory="512", scalingTarget={"minTaskCount": 3})
        arn = service["serviceArn"]
        self.assertEqual(outcome(arn)["status"], "SUCCESSFUL", here.tail())
        # Express gives a new task five minutes to become healthy; nobody wants to wait that long here.
        ecs.update_service(service="sick", healthCheckGracePeriodSeconds=0)
        before = set(ecs.list_tasks(serviceName="sick")["taskArns"])
        with world.Visitor(here, url_of(service)) as visitor:
            ecs.update_express_gateway_service(serviceArn=arn, healthCheckPath="/nothing-here",
                                               primaryContainer={"image": "nginx:v2"},
                                               scalingTarget={"maxTaskCount": 7, "autoScalingTargetValue": 33})
            self.assertEqual(self.scaling(arn), (3, 7, 33))
            deployment = outcome(arn)
        self.assertEqual(deployment["status"], "ROLLBACK_SUCCESSFUL", here.tail())
        self.assertEqual((visitor.failures, visitor.seen), ([], ["v1"]))
        self.assertEqual(set(ecs.list_tasks(serviceName="sick")["taskArns"]), before)
        self.assertEqual(self.scaling(arn), (3, 20, 60), "how it scales goes back, too")
        delete(arn)

    def scaling(self, arn):
        resource = arn[arn.index("service/"):]
        target = scaling.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[resource])["ScalableTargets"][0]
        policy = scaling.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=resource)["ScalingPolicies"][0]
        return target["MinCapacity"], target["MaxCapacity"], policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]


class MovedTag(unittest.TestCase):
    """A tag that comes to mean another image changes nothing that runs: that takes a deployment."""

    def digests(self):
        tasks = ecs.describe_tasks(tasks=ecs.list_tasks(serviceName="moving")["taskArns"])["tasks"]
        return {container["imageDigest"] for task in tasks for container in task["containers"]}

    def test_a_service_goes_on_with_what_its_revision_found(self):
        here.load("nginx:v1", "moving:1")
        service = create("moving", image="moving:1")
        arn = service["serviceArn"]
        self.assertEqual(outcome(arn)["status"], "SUCCESSFUL", here.tail())
        found = self.digests()
        here.load("nginx:v2", "moving:1")
        ecs.update_service(service="moving", desiredCount=2)
        ecs.get_waiter("services_stable").wait(services=["moving"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        self.assertEqual(len(ecs.list_tasks(serviceName="moving")["taskArns"]), 2)
        self.assertEqual(self.digests(), found)
        ecs.update_service(service="moving", forceNewDeployment=True)
        self.assertEqual(outcome(arn)["status"], "SUCCESSFUL", here.tail())
        ecs.get_waiter("services_stable").wait(services=["moving"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        self.assertNotEqual(self.digests(), found)
        self.assertEqual(here.request(url_of(service) + "/version").body.strip(), "v2")
        delete(arn)


class OwnDefinition(unittest.TestCase):
    """A task definition of the user's own, with a second container beside the one that gets the traffic."""

    def test_sidecar_shares_the_network(self):
        logs = here.client("logs")
        logs.create_log_group(logGroupName="/pair")
        sidecar = "until wget -qO /tmp/seen http://127.0.0.1:80/version 2>/dev/null; do :; done; echo saw $(cat /tmp/seen); exec sleep 3600"
        options = {"awslogs-group": "/pair", "awslogs-region": here.identity["region"], "awslogs-stream-prefix": "ecs"}
        definition = ecs.register_task_definition(
            family="pair", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            executionRoleArn=here.role("execution"), containerDefinitions=[
                {"name": "Main", "image": "nginx:v1", "essential": True,
                 "portMappings": [{"containerPort": 80, "protocol": "tcp", "name": "http"}]},
                {"name": "beside", "image": "busybox:demo", "essential": True, "command": ["sh", "-c", sidecar],
                 "logConfiguration": {"logDriver": "awslogs", "options": options}}])
        arn = definition["taskDefinition"]["taskDefinitionArn"]
        service = ecs.create_express_gateway_service(serviceName="pair", infrastructureRoleArn=here.role("infrastructure"),
                                                     taskDefinitionArn=arn, healthCheckPath="/healthz")["service"]
        self.assertEqual(outcome(service["serviceArn"])["status"], "SUCCESSFUL", here.tail())
        self.assertEqual(here.request(url_of(service) + "/version").body.strip(), "v1")
        tasks = ecs.list_tasks(serviceName="pair")["taskArns"]
        task = ecs.describe_tasks(tasks=tasks)["tasks"][0]
        self.assertEqual({each["name"]: each["lastStatus"] for each in task["containers"]},
                         {"Main": "RUNNING", "beside": "RUNNING"})
        addresses = {each["networkInterfaces"][0]["privateIpv4Address"] for each in task["containers"]}
        self.assertEqual(len(addresses), 1)
        until("the sidecar reached Main on loopback", lambda: [
            each["message"] for each in logs.filter_log_events(logGroupName="/pair")["events"]] == ["saw v1"])
        delete(service["serviceArn"])
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            ecs.create_express_gateway_service(serviceName="pair2", infrastructureRoleArn=here.role("infrastructure"),
                                               taskDefinitionArn=arn, executionRoleArn=here.role("execution"))
        self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidParameterException")


class Refusals(unittest.TestCase):
    def refused(self, code, call, **members):
        with self.assertRaises(botocore.exceptions.ClientError) as problem:
            call(**members)
        self.assertEqual(problem.exception.response["Error"]["Code"], code, problem.exception.response)
        return problem.exception.response["Error"]["Message"]

    def test_bad_input_makes_nothing(self):
        role, container = here.role("infrastructure"), {"image": "nginx:v1"}
        make = ecs.create_express_gateway_service
        good = {"infrastructureRoleArn": role, "executionRoleArn": here.role("execution"), "primaryContainer": container}
        self.refused("InvalidParameterException", make, **{**good, "healthCheckPath": "healthz"})
        self.refused("InvalidParameterException", make, infrastructureRoleArn=role)
        self.refused("InvalidParameterException", make, infrastructureRoleArn=role, primaryContainer=container)
        self.refused("ClusterNotFoundException", make, **{**good, "cluster": "nowhere"})
        self.refused("InvalidParameterException", make, **{**good, "serviceName": "no spaces"})
        self.refused("InvalidParameterException", make, **{**good, "cpu": "3"})
        self.refused("ResourceNotFoundException", ecs.describe_express_gateway_service,
                     serviceArn=f"arn:aws:ecs:us-east-1:{here.identity['account_id']}:service/default/nobody")
        self.assertNotIn("no spaces", str(ecs.list_services()["serviceArns"]))

    def test_a_name_is_taken_once(self):
        arn = create("twice")["serviceArn"]
        self.refused("InvalidParameterException", create, name="twice")
        delete(arn)


if __name__ == "__main__":
    unittest.main(verbosity=2, failfast=False)
