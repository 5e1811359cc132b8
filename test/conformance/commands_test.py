"""The sub-commands of the program against a running server: what they tell, what they refuse, what they leave behind."""

import json
import os
import pathlib
import socket
import subprocess
import unittest

import world
from world import until

BRIEF = 300.0  # seconds; how long to wait for what is sure to come, on a machine as busy as it likes
TRUSTED = pathlib.Path("/usr/local/share/ca-certificates")


def setUpModule():
    global here, ecs
    here = world.World(images=("nginx:v1",))
    ecs = here.client("ecs")


def tearDownModule():
    here.close()


def status():
    return here.run("status", "--state", str(here.state)).stdout


def create(name, port, path):
    ecs.create_express_gateway_service(
        serviceName=name, infrastructureRoleArn=here.role("infrastructure"), executionRoleArn=here.role("execution"),
        primaryContainer={"image": "nginx:v1", "containerPort": port}, healthCheckPath=path)


class Status(unittest.TestCase):
    def test_why_a_deployment_does_not_go_on(self):
        create("lost", 80, "/nothere")
        create("deaf", 9000, "/")
        until("the wrong path is told", lambda: "[404] on port 80, /nothere" in status(), BRIEF)
        until("the wrong port is told", lambda: "nobody listens on port 9000, /" in status(), BRIEF)

    def test_the_last_failure_where_no_circuit_breaker_counts(self):
        ecs.register_task_definition(
            family="broken", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            containerDefinitions=[{"name": "main", "image": "nginx:v1", "command": ["/no/such/program"]}])
        ecs.create_service(serviceName="broken", taskDefinition="broken", desiredCount=1, launchType="FARGATE",
                           networkConfiguration={"awsvpcConfiguration": {"subnets": [self.subnet()]}})
        until("the last failure is told", lambda: "last failure  (task " in status(), BRIEF)
        ecs.delete_service(service="broken", force=True)

    def subnet(self):
        create("any", 80, "/")
        found = ecs.describe_express_gateway_service(
            serviceArn=f"arn:aws:ecs:us-east-1:{here.identity['account_id']}:service/default/any")["service"]
        return found["activeConfigurations"][0]["networkConfiguration"]["subnets"][0]


class Words(unittest.TestCase):
    def test_stray_words_and_options_that_mean_nothing_are_refused(self):
        for words in (["status", "foo"], ["env", "foo"], ["doctor", "foo"], ["trust", "foo"], ["down", "foo"], ["serve", "foo"]):
            done = here.run(*words, "--state", str(here.directory / "nothing"), check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("The word 'foo' means nothing here", done.stderr)
        for words in (["trust", "--json"], ["exec", "--json", "task", "--", "true"]):
            done = here.run(*words, "--state", str(here.state), check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn("Unknown option --json", done.stderr)


class Newcomer(unittest.TestCase):
    def variables(self):
        """What `eval "$(roadstead env)"` sets."""
        script = f'eval "$({here.program} env --state {here.state})"; env'
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, env=here.environment(), check=True)
        return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    def test_a_task_runs_in_the_subnets_that_the_commands_name(self):
        variables = self.variables()
        subnets = variables["ROADSTEAD_SUBNETS"].split(",")
        group = variables["ROADSTEAD_SECURITY_GROUP"]
        network = json.loads(here.run("status", "--state", str(here.state), "--json").stdout)["network"]
        self.assertEqual([subnet["id"] for subnet in network["subnets"]], subnets)
        self.assertEqual(network["security_group"], group)
        self.assertEqual(here.identity["network"], network)
        for word in [*subnets, group]:
            self.assertIn(word, status())
        ecs.register_task_definition(
            family="job", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            # the image is loaded by its short name
            containerDefinitions=[{"name": "main", "image": "docker.io/library/nginx:v1"}])
        started = ecs.run_task(taskDefinition="job", launchType="FARGATE", enableExecuteCommand=True, networkConfiguration={
            "awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group]}})
        self.assertEqual(started["failures"], [])
        task = started["tasks"][0]["taskArn"]
        ecs.get_waiter("tasks_running").wait(tasks=[task])
        words = ["exec", task.rsplit("/", 1)[1], "--state", str(here.state)]
        self.assertEqual(here.run(*words, "echo", "hello").stdout, "hello\n")
        refused = here.run(*words, "ls", "--all", check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("Put `--` before the command.", refused.stderr)
        ecs.stop_task(task=task)


class Trust(unittest.TestCase):
    def test_each_installation_has_a_file_of_its_own(self):
        other = world.World(images=())
        files = [TRUSTED / f"roadstead-{each.name}.crt" for each in (here, other)]
        try:
            for each in (here, other):
                self.wait_for_authority(each)
                each.run("trust", "--install", "--state", str(each.state))
            self.assertEqual([file.read_text() for file in files],
                             [pathlib.Path(each.authority).read_text() for each in (here, other)])
            self.assertTrue(self.is_trusted(other))
            # What another has put in its place is not ours to remove.
            files[1].write_text("somebody else's")
            other.run("down", "--purge", *other.options())
            self.assertEqual(files[1].read_text(), "somebody else's")
        finally:
            other.close(check=False)
            files[1].unlink(missing_ok=True)
            subprocess.run(["update-ca-certificates", "--fresh"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def test_purging_takes_the_trust_away(self):
        other = world.World(images=())
        file = TRUSTED / f"roadstead-{other.name}.crt"
        try:
            self.wait_for_authority(other)
            other.run("trust", "--install", "--state", str(other.state))
            self.assertTrue(self.is_trusted(other))
        finally:
            other.close()
        self.assertFalse(file.exists())
        self.assertFalse(self.is_trusted(other))

    def wait_for_authority(self, each):
        until("the proxy has made the authority", pathlib.Path(each.authority).exists)

    def is_trusted(self, each):
        return any(name.startswith(f"roadstead-{each.name}") for name in os.listdir("/etc/ssl/certs"))


class Doctor(unittest.TestCase):
    def check(self, name, *options):
        done = here.run("doctor", "--json", "--state", "/nowhere/roadstead", *options, check=False)
        found = [line for line in json.loads(done.stdout) if line["check"] == name]
        return found[0] if found else None

    def test_ports_and_addresses_are_looked_at(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            found = self.check("port of the API", "--api", f"127.0.0.1:{port}")
            self.assertFalse(found["ok"])
            self.assertIn("--api", found["mend"])
            found = self.check("port for HTTPS", "--bind", "127.0.0.1", "--https-port", str(port))
            self.assertFalse(found["ok"])
        self.assertTrue(self.check("port of the API", "--api", f"127.0.0.1:{port}")["ok"])
        # The other installation's tasks are on it.
        found = self.check("network of tasks", "--network", here.network)
        self.assertFalse(found["ok"], found)
        self.assertIn("--network", found["mend"])

    def test_not_while_our_own_server_has_them(self):
        done = here.run("doctor", "--json", *here.options(), check=False)
        self.assertNotIn("port of the API", [line["check"] for line in json.loads(done.stdout)])


if __name__ == "__main__":
    unittest.main()
