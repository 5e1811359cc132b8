"""The `aws` command line as people type it: clusters, task definitions, Express services, tasks, waits, tags, refusals."""

import json
import subprocess
import unittest

import world
from world import until


def setUpModule():
    global here
    here = world.World(images=("nginx:v1", "busybox:demo"))


def tearDownModule():
    here.close()


def start(*words, **environment):
    return subprocess.Popen([world.AWS, *words, "--output", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env=here.client_environment(**environment))


def finish(running):
    out, err = running.communicate(timeout=300)
    return running.returncode, out, err


def aws(*words):
    code, out, err = finish(start(*words))
    if code != 0:
        raise AssertionError(f"aws {' '.join(words)}: {code}\n{err}")
    return json.loads(out) if out.strip() else None


class Refused(unittest.TestCase):
    def refused(self, words, *sentences, **environment):
        code, _, err = finish(start(*words, **environment))
        self.assertNotEqual(code, 0, words)
        for sentence in sentences:
            self.assertIn(sentence, err, words)

    def test_who_may(self):
        self.assertEqual(aws("sts", "get-caller-identity")["Account"], here.identity["account_id"])
        self.refused(["sts", "get-caller-identity"], "SignatureDoesNotMatch", AWS_SECRET_ACCESS_KEY="wrong" * 8)
        self.refused(["ecs", "list-clusters"], "UnrecognizedClientException", AWS_ACCESS_KEY_ID="AKIA" + "X" * 16)

    def test_profile(self):
        """`serve` wrote a profile, into the home directory of whoever started it."""
        environment = {**here.environment(), "AWS_PROFILE": "roadstead", "AWS_MAX_ATTEMPTS": "1"}
        done = subprocess.run([world.AWS, "sts", "get-caller-identity", "--query", "Account", "--output", "text"],
                              capture_output=True, text=True, env=environment)
        self.assertEqual(done.stdout.strip(), here.identity["account_id"], done.stderr)

    def test_wrong_inputs(self):
        self.refused(["ecs", "list-tasks", "--cluster", "nowhere"], "ClusterNotFoundException")
        self.refused(["ecs", "describe-task-definition", "--task-definition", "nobody"], "ClientException")
        self.refused(["ecs", "run-task", "--task-definition", "nobody"], "ClientException")
        self.refused(["ecs", "stop-task", "--task", "0" * 32], "InvalidParameterException")
        self.refused(["ecs", "list-tasks", "--launch-type", "MOON"], "InvalidParameterException")

    def test_unsupported_operation_says_its_name(self):
        self.refused(["sts", "decode-authorization-message", "--encoded-message", "x"], "InvalidAction", "DecodeAuthorizationMessage")


class Clusters(unittest.TestCase):
    def test_life(self):
        made = aws("ecs", "create-cluster", "--cluster-name", "fleet", "--tags", "key=crew,value=seven")["cluster"]
        self.assertEqual((made["clusterName"], made["status"]), ("fleet", "ACTIVE"))
        again = aws("ecs", "create-cluster", "--cluster-name", "fleet")["cluster"]
        self.assertEqual(again["clusterArn"], made["clusterArn"])
        self.assertIn(made["clusterArn"], aws("ecs", "list-clusters")["clusterArns"])
        arn = made["clusterArn"]
        aws("ecs", "tag-resource", "--resource-arn", arn, "--tags", "key=deck,value=two")
        aws("ecs", "untag-resource", "--resource-arn", arn, "--tag-keys", "crew")
        self.assertEqual(aws("ecs", "list-tags-for-resource", "--resource-arn", arn)["tags"], [{"key": "deck", "value": "two"}])
        self.assertEqual(aws("ecs", "delete-cluster", "--cluster", "fleet")["cluster"]["status"], "INACTIVE")
        described = aws("ecs", "describe-clusters", "--clusters", "fleet", "missing")
        self.assertEqual(described["clusters"][0]["status"], "INACTIVE")
        self.assertEqual(described["failures"][0]["reason"], "MISSING")


class Services(unittest.TestCase):
    def test_express_and_tasks(self):
        made = aws("ecs", "create-express-gateway-service", "--service-name", "typed",
                   "--infrastructure-role-arn", here.role("infrastructure"), "--execution-role-arn", here.role("execution"),
                   "--primary-container", "image=nginx:v1,containerPort=80", "--health-check-path", "/healthz")["service"]
        arn = made["serviceArn"]
        # The waiter asks every 15 seconds; the deployment takes less.
        stable = start("ecs", "wait", "services-stable", "--services", "typed")
        self.assertIn(arn, aws("ecs", "list-services")["serviceArns"])
        self.run_a_task(made)
        code, _, err = finish(stable)
        self.assertEqual((code, err), (0, ""))
        service = aws("ecs", "describe-services", "--services", "typed", "ghost")
        self.assertEqual(service["services"][0]["runningCount"], 1)
        self.assertEqual(service["failures"][0]["reason"], "MISSING")
        deployment = aws("ecs", "list-service-deployments", "--service", arn)["serviceDeployments"][0]
        self.assertEqual(deployment["status"], "SUCCESSFUL")
        found = aws("ecs", "describe-service-deployments", "--service-deployment-arns", deployment["serviceDeploymentArn"])
        self.assertEqual(found["serviceDeployments"][0]["status"], "SUCCESSFUL")
        found = aws("ecs", "describe-service-revisions", "--service-revision-arns", deployment["targetServiceRevisionArn"])
        self.assertEqual(found["serviceRevisions"][0]["ecsManagedResources"]["ingressPaths"][0]["rule"]["status"], "ACTIVE")
        found = aws("ecs", "describe-express-gateway-service", "--service-arn", arn)["service"]
        self.assertEqual(found["activeConfigurations"][0]["primaryContainer"]["image"], "nginx:v1")
        found = aws("ecs", "update-express-gateway-service", "--service-arn", arn, "--scaling-target", "minTaskCount=2")
        self.assertEqual(found["service"]["targetConfiguration"]["scalingTarget"]["minTaskCount"], 2)
        until("two tasks run", lambda: len(self.running_tasks()) == 2)
        aws("ecs", "delete-express-gateway-service", "--service-arn", arn)
        aws("ecs", "wait", "services-inactive", "--services", "typed")

    def running_tasks(self):
        arns = aws("ecs", "list-tasks", "--service-name", "typed")["taskArns"]
        found = aws("ecs", "describe-tasks", "--tasks", *arns)["tasks"] if arns else []
        return [each for each in found if each["lastStatus"] == "RUNNING"]

    def run_a_task(self, service):
        """One task beside the service, in the service's subnets."""
        container = {"name": "one", "image": "busybox:demo", "command": ["sleep", "3600"], "essential": True}
        made = aws("ecs", "register-task-definition", "--family", "typed-once", "--network-mode", "awsvpc",
                   "--requires-compatibilities", "FARGATE", "--cpu", "256", "--memory", "512",
                   "--execution-role-arn", here.role("execution"), "--container-definitions", json.dumps([container]))
        definition = made["taskDefinition"]["taskDefinitionArn"]
        self.assertIn(definition, aws("ecs", "list-task-definitions", "--family-prefix", "typed-once")["taskDefinitionArns"])
        self.assertEqual(aws("ecs", "describe-task-definition", "--task-definition", "typed-once")["taskDefinition"]["revision"], 1)
        subnet = service["activeConfigurations"][0]["networkConfiguration"]["subnets"][0]
        ran = aws("ecs", "run-task", "--task-definition", "typed-once", "--launch-type", "FARGATE", "--started-by", "hand",
                  "--network-configuration", f"awsvpcConfiguration={{subnets=[{subnet}]}}")
        task = ran["tasks"][0]["taskArn"]
        aws("ecs", "wait", "tasks-running", "--tasks", task)
        self.assertEqual(aws("ecs", "list-tasks", "--started-by", "hand")["taskArns"], [task])
        stopping = aws("ecs", "stop-task", "--task", task, "--reason", "enough")["task"]
        self.assertEqual((stopping["desiredStatus"], stopping["stopCode"]), ("STOPPED", "UserInitiated"))
        aws("ecs", "wait", "tasks-stopped", "--tasks", task)
        stopped = aws("ecs", "describe-tasks", "--tasks", task)["tasks"][0]
        self.assertEqual((stopped["lastStatus"], stopped["stoppedReason"]), ("STOPPED", "enough"))
        self.assertIn("exitCode", stopped["containers"][0])
        gone = aws("ecs", "deregister-task-definition", "--task-definition", "typed-once:1")["taskDefinition"]
        self.assertEqual(gone["status"], "INACTIVE")


if __name__ == "__main__":
    unittest.main(verbosity=2)
