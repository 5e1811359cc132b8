"""What a task finds inside, with real containers: metadata, statistics, credentials of its role, protection, commands that
somebody attaches to, volumes. Amazon's Python client signs with what a task was given, from within that task's network."""

import json
import os
import subprocess
import sys
import unittest

import data_channel
import tasks
import world

NOT_ENABLED = ("The execute command failed because execute command was not enabled when the task was run or the execute command "
               "agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.")

# Runs in the network of a task, with nothing but the variables that its containers have.
ASK_AS_TASK = """
import boto3, sys
print(boto3.client("sts", endpoint_url=sys.argv[1], region_name=sys.argv[2]).get_caller_identity()["Arn"])
"""


class Inside(tasks.TaskCase):
    def as_task(self, task, relative_uri):
        """Asks STS with the credentials at `relative_uri`, by Amazon's own chain, in the network of the task."""
        namespace = self.world.state / "network/netns" / self.id_of(task)
        host = self.world.network.replace(".0/24", ".1")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment.update(AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=relative_uri, AWS_EC2_METADATA_DISABLED="true",
                           AWS_METADATA_SERVICE_NUM_ATTEMPTS="1", HOME=str(self.world.home / "nobody"))
        return subprocess.run(["nsenter", f"--net={namespace}", sys.executable, "-c", ASK_AS_TASK,
                               f"http://{host}:{self.world.api_port}", self.world.identity["region"]],
                              env=environment, capture_output=True, text=True, timeout=120)

    def test_endpoints(self):
        one, two = self.run_awsvpc("one", role="one"), self.run_awsvpc("two", role="two")
        base = self.variable(one, "ECS_CONTAINER_METADATA_URI_V4")

        container = self.get(one, base)
        self.assertEqual(container["Name"], "app")
        self.assertEqual(container["KnownStatus"], "RUNNING")
        self.assertEqual(container["DockerId"], [each["runtimeId"] for each in one["containers"] if each["name"] == "app"][0])
        self.assertEqual(container["Networks"][0]["IPv4Addresses"], [one["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]])
        task = self.get(one, base + "/task")
        self.assertEqual(task["TaskARN"], one["taskArn"])
        self.assertEqual(task["Limits"], {"CPU": 0.25, "Memory": 512})
        self.assertEqual({each["Name"] for each in task["Containers"]}, {"app", "side"})
        self.assertEqual(self.get(one, base + "/taskWithTags")["TaskTags"], {"team": "shop"})
        self.assertEqual(self.get(one, self.variable(one, "ECS_CONTAINER_METADATA_URI") + "/task")["TaskARN"], one["taskArn"])

        self.get(one, base + "/stats")
        stats = self.get(one, base + "/stats")
        self.assertGreater(stats["memory_stats"]["usage"], 0)
        self.assertGreater(stats["cpu_stats"]["cpu_usage"]["total_usage"], 0)
        self.assertGreater(stats["cpu_stats"]["system_cpu_usage"], stats["precpu_stats"]["system_cpu_usage"])
        self.assertGreater(stats["networks"]["eth0"]["tx_bytes"], 0)
        self.assertGreater(stats["networks"]["eth0"]["rx_bytes"], 0)
        self.assertEqual(len(self.get(one, base + "/task/stats")), 2)

        # Another task gets nothing of it, whatever it knows.
        for path in ("", "/task", "/stats", "/task/stats"):
            code, out, err = self.inside(two, "wget", "-qO-", base + path)
            self.assertNotEqual(code, 0, out)
            self.assertIn(b"404", err)
        keys = self.variable(one, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        self.assertIn("400", self.inside(two, "wget", "-qO-", "http://169.254.170.2" + keys)[2].decode())

        # What a task gets signs requests.
        asked = self.as_task(one, keys)
        account = self.world.identity["account_id"]
        self.assertEqual(asked.stdout.strip(), f"arn:aws:sts::{account}:assumed-role/one/{self.id_of(one)}", asked.stderr)
        other = self.as_task(two, self.variable(two, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))
        self.assertEqual(other.stdout.strip(), f"arn:aws:sts::{account}:assumed-role/two/{self.id_of(two)}", other.stderr)
        self.assertNotEqual(self.as_task(two, keys).returncode, 0)

        # All of that goes on after the server was killed.
        self.world.kill()
        self.world.start()
        self.assertEqual(self.get(one, base + "/task")["TaskARN"], one["taskArn"])
        self.assertEqual(self.as_task(one, keys).returncode, 0)
        self.stop(one)
        self.stop(two)

    def test_protection(self):
        definition = self.register("guarded", [self.sleeper("app")], taskRoleArn=self.world.role("app"))
        self.ecs.create_service(serviceName="guarded", taskDefinition=definition["taskDefinitionArn"], desiredCount=1,
                                launchType="EC2", enableExecuteCommand=True)
        arns = world.until("a task of the service", lambda: self.ecs.list_tasks(serviceName="guarded")["taskArns"])
        task = self.when_running(arns[0])
        state = self.variable(task, "ECS_AGENT_URI") + "/task-protection/v1/state"
        self.assertEqual(self.get(task, state)["protection"]["ProtectionEnabled"], False)
        # busybox has no PUT: the request is written by hand.
        body = '{"ProtectionEnabled":true,"ExpiresInMinutes":60}'
        path = state.removeprefix("http://169.254.170.2")
        answer = self.shell(task, f"printf 'PUT {path} HTTP/1.0\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n{body}' | nc 169.254.170.2 80")
        self.assertTrue(json.loads(answer.split("\r\n\r\n", 1)[1])["protection"]["ProtectionEnabled"], answer)
        told = self.ecs.get_task_protection(cluster="default", tasks=[task["taskArn"]])["protectedTasks"][0]
        self.assertTrue(told["protectionEnabled"])
        self.ecs.delete_service(service="guarded", force=True)
        world.until("the task stops", lambda: self.describe(task["taskArn"])["lastStatus"] == "STOPPED")

    def test_data_channel(self):
        definition = self.register("attached", [self.sleeper("app")])
        task = self.run_task(definition, launchType="EC2", enableExecuteCommand=True)
        self.assertEqual(task["containers"][0]["managedAgents"][0]["lastStatus"], "RUNNING")
        answer = self.ecs.execute_command(task=task["taskArn"], interactive=True, command="/bin/sh")
        self.assertEqual(answer["containerName"], "app")
        self.assertTrue(answer["session"]["sessionId"].startswith("ecs-execute-command-"))

        channel = data_channel.DataChannel(answer["session"], lose_output=1)
        channel.until(lambda: channel.opened)
        self.assertEqual(channel.request["RequestedClientActions"][0]["ActionParameters"]["SessionType"], "InteractiveCommands")
        channel.resize(132, 40)
        channel.ping()
        channel.type("stty size; id -u; tty\r")
        channel.until(lambda: b"/dev/pts/" in channel.output and b"40 132" in channel.output)
        self.assertEqual(len(channel.lost), 1, "what the client dropped came again")
        channel.type("echo $((6*7))\r")
        channel.until(lambda: b"42" in channel.output)
        channel.type("\x03exit 3\r")
        channel.until(lambda: channel.closed)
        self.assertEqual(channel.closed["MessageType"], "channel_closed")
        self.assertEqual(channel.acknowledged, set(range(channel.sent)))
        channel.close()

        # A token is good once, and only the right one.
        with self.assertRaises(EOFError):
            again = data_channel.DataChannel(answer["session"])
            again.until(lambda: again.opened)
        fresh = self.ecs.execute_command(task=task["taskArn"], interactive=True, command="/bin/sh")["session"]
        with self.assertRaises(EOFError):
            wrong = data_channel.DataChannel(fresh, token="x" * 120)
            wrong.until(lambda: wrong.opened)

        # A command that is not there says so.
        missing = self.ecs.execute_command(task=task["taskArn"], interactive=True, command="/no/such/program")["session"]
        channel = data_channel.DataChannel(missing)
        channel.until(lambda: channel.closed)
        self.assertIn("no/such/program", channel.closed["Output"])

        # The command of a client that goes away ends.
        gone = self.ecs.execute_command(task=task["taskArn"], interactive=True, command="sleep 98765")["session"]
        channel = data_channel.DataChannel(gone)
        channel.until(lambda: channel.opened)
        world.until("the command runs", lambda: "sleep 98765" in self.shell(task, "ps"))
        channel.close()
        world.until("the command ends", lambda: "sleep 98765" not in self.shell(task, "ps"))
        self.stop(task)

    def test_refusals(self):
        task = self.run_task(self.register("closed", [self.sleeper("app"), self.sleeper("side")]), launchType="EC2")
        for arguments, code, text in (
                ({"container": "app"}, "InvalidParameterException", NOT_ENABLED),
                ({"container": "nobody"}, "InvalidParameterException", "Container nobody was not found"),
                ({}, "InvalidParameterException", "Name one of them"),
                ({"container": "app", "interactive": False}, "InvalidParameterException", "Interactive is the only mode supported currently."),
                ({"task": "0" * 32}, "InvalidParameterException", "The referenced task was not found.")):
            with self.assertRaises(self.ecs.exceptions.ClientError) as refused:
                self.ecs.execute_command(**{"task": task["taskArn"], "interactive": True, "command": "ls", **arguments})
            self.assertEqual(refused.exception.response["Error"]["Code"], code)
            self.assertIn(text, refused.exception.response["Error"]["Message"])
        self.stop(task)

    def test_command_line(self):
        task = self.run_task(self.register("typed", [self.sleeper("app", user="1000")]), launchType="EC2", enableExecuteCommand=True)
        self.assertEqual(self.inside(task, "sh", "-c", "echo out; echo err >&2; exit 7"), (7, b"out\n", b"err\n"))
        self.assertEqual(self.inside(task, "id", "-u")[1], b"0\n")
        self.assertEqual(self.inside(task, "printf", "%s|", "a b", "it's", "")[1], b"a b|it's||")
        everything = bytes(range(256)) * 4000
        self.assertEqual(self.inside(task, "cat", stdin=everything), (0, everything, b""))
        code, _, err = self.inside(task, "nothing-of-that-name")
        self.assertNotEqual(code, 0)
        self.assertIn(b"nothing-of-that-name", err)
        self.stop(task)

    def test_volumes(self):
        shared = {"name": "common", "dockerVolumeConfiguration": {"scope": "shared", "autoprovision": True, "labels": {"a": "b"}}}
        scratch = {"name": "scratch", "dockerVolumeConfiguration": {"scope": "task"}}
        path = self.world.directory / "given"
        path.mkdir()
        (path / "note").write_text("from the machine")
        volumes = [shared, scratch, {"name": "given", "host": {"sourcePath": str(path)}}]
        mounts = [{"sourceVolume": "common", "containerPath": "/common"}, {"sourceVolume": "scratch", "containerPath": "/scratch"},
                  {"sourceVolume": "given", "containerPath": "/given", "readOnly": True}]
        containers = [self.sleeper("app", mountPoints=mounts, linuxParameters={"tmpfs": [{"containerPath": "/quick", "size": 8}]}),
                      self.sleeper("side", volumesFrom=[{"sourceContainer": "app", "readOnly": True}])]
        definition = self.register("volumes", containers, volumes=volumes)
        first = self.run_task(definition, launchType="EC2", enableExecuteCommand=True)
        self.shell(first, "echo kept > /common/file; echo lost > /scratch/file")
        self.assertEqual(self.shell(first, "cat /given/note"), "from the machine")
        self.assertNotEqual(self.inside(first, "touch", "/given/other")[0], 0, "it is read-only")
        self.assertEqual(self.shell(first, "cat /common/file /scratch/file", container="side"), "kept\nlost\n")
        self.assertNotEqual(self.inside(first, "touch", "/common/other", container="side")[0], 0, "volumesFrom is read-only")
        self.assertIn("tmpfs", self.shell(first, "mount | grep /quick"))
        metadata = self.get(first, self.variable(first, "ECS_CONTAINER_METADATA_URI_V4"))
        self.assertIn({"Source": str(path), "Destination": "/given"}, metadata["Volumes"])
        self.assertEqual([each["DockerName"] for each in metadata["Volumes"] if each["Destination"] == "/common"], ["common"])
        self.stop(first)
        second = self.run_task(definition, launchType="EC2", enableExecuteCommand=True)
        self.assertEqual(self.shell(second, "cat /common/file; ls /scratch"), "kept\n")
        self.stop(second)

        # The same name with other labels, or one that nobody made: the task says why it cannot run.
        for name, configuration, text in (("common", {"labels": {"a": "c"}, "autoprovision": True}, "other labels"),
                                          ("nobodys", {}, "was not found")):
            volume = {"name": name, "dockerVolumeConfiguration": {"scope": "shared", **configuration}}
            other = self.register("other", [self.sleeper("app", mountPoints=[{"sourceVolume": name, "containerPath": "/v"}])],
                                  volumes=[volume])
            arn = self.ecs.run_task(taskDefinition=other["taskDefinitionArn"], launchType="EC2")["tasks"][0]["taskArn"]
            world.until("the task gives up", lambda: self.describe(arn)["lastStatus"] == "STOPPED")
            self.assertIn(text, json.dumps(self.describe(arn), default=str))

        with self.assertRaises(self.ecs.exceptions.ClientException) as refused:
            self.register("efs", [self.sleeper("app")], volumes=[{"name": "e", "efsVolumeConfiguration": {"fileSystemId": "fs-12345678"}}])
        self.assertIn("Amazon EFS", str(refused.exception))


if __name__ == "__main__":
    unittest.main(verbosity=2)
