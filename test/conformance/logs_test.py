"""What containers print, read back through CloudWatch Logs: with boto3 and with the `aws` command line."""

import json
import subprocess
import time
import unittest

import world
from world import until


class Logs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = world.World(images=("busybox:demo",), api_tls=True)
        cls.addClassCleanup(cls.here.close)
        cls.ecs, cls.logs = cls.here.client("ecs"), cls.here.client("logs")

    def test_what_a_service_prints(self):
        words = "for n in 1 2 3 4 5; do echo \"line $n\"; done; echo 'error: run aground' >&2; exec httpd -f -p 80 -h /www"
        service = self.ecs.create_express_gateway_service(
            serviceName="talker", infrastructureRoleArn=self.here.role("infrastructure"),
            executionRoleArn=self.here.role("execution"),
            primaryContainer={"image": "busybox:demo", "containerPort": 80, "command": ["sh", "-c", words]})["service"]
        group = service["activeConfigurations"][0]["primaryContainer"]["awsLogsConfiguration"]["logGroup"]
        found = until("six lines are there", lambda: self.lines(group), 60)
        self.assertEqual([each for each in found if each.startswith("line")], [f"line {n}" for n in range(1, 6)])
        self.assertIn("error: run aground", found)
        self.read_stream(group)
        self.read_with_the_command_line(group)
        self.ecs.delete_express_gateway_service(serviceArn=service["serviceArn"])

    def lines(self, group):
        found = [event["message"] for event in self.logs.filter_log_events(logGroupName=group)["events"]]
        return found if len(found) >= 6 else None

    def read_stream(self, group):
        groups = self.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        self.assertEqual([each["logGroupName"] for each in groups], [group])
        stream = self.logs.describe_log_streams(logGroupName=group)["logStreams"][0]
        task = self.ecs.list_tasks(serviceName="talker")["taskArns"][0].rpartition("/")[2]
        self.assertEqual(stream["logStreamName"], f"ecs/Main/{task}")
        first = self.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True, limit=2)
        self.assertEqual([each["message"] for each in first["events"]], ["line 1", "line 2"])
        self.assertLess(abs(first["events"][0]["timestamp"] - time.time() * 1000), 600_000)
        following = self.logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True,
                                             limit=2, nextToken=first["nextForwardToken"])
        self.assertEqual([each["message"] for each in following["events"]], ["line 3", "line 4"])
        errors = self.logs.filter_log_events(logGroupName=group, filterPattern="error")["events"]
        self.assertEqual([each["message"] for each in errors], ["error: run aground"])

    def read_with_the_command_line(self, group):
        def aws(*words):
            done = subprocess.run([world.AWS, "logs", *words, "--output", "json"], capture_output=True, text=True,
                                  env=self.here.client_environment())
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)

        self.assertEqual(aws("describe-log-groups", "--log-group-name-prefix", group)["logGroups"][0]["logGroupName"], group)
        stream = aws("describe-log-streams", "--log-group-name", group)["logStreams"][0]["logStreamName"]
        events = aws("get-log-events", "--log-group-name", group, "--log-stream-name", stream, "--start-from-head")["events"]
        self.assertEqual(events[0]["message"], "line 1")
        events = aws("filter-log-events", "--log-group-name", group, "--filter-pattern", "aground")["events"]
        self.assertEqual([each["message"] for each in events], ["error: run aground"])

    def test_refusals(self):
        with self.assertRaises(self.logs.exceptions.ResourceNotFoundException):
            self.logs.describe_log_streams(logGroupName="/nobody/wrote/here")
        self.logs.create_log_group(logGroupName="/own/group")
        with self.assertRaises(self.logs.exceptions.ResourceAlreadyExistsException):
            self.logs.create_log_group(logGroupName="/own/group")


if __name__ == "__main__":
    unittest.main(verbosity=2)
