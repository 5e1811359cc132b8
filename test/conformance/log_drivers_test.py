"""Log drivers other than awslogs: FireLens with a real router container, fluentd, syslog, and what blocks whom."""

import json
import os
import pathlib
import shutil
import socket
import sys
import time
import unittest

import msgpack

import world
from programs.forward_receiver import Receiver
from world import until

HERE = pathlib.Path(__file__).resolve().parent
MANY = 30_000  # lines of a kilobyte: three times what may wait by default


def machine_mounts():
    """What a container of busybox needs to run this Python or Node.js: their libraries and the machine's, read-only."""
    places = {"/usr": "/usr", "/lib": "/lib", "/lib64": "/lib64", "/receiver": str(HERE),
              "/modules": str(pathlib.Path(msgpack.__file__).parents[1])}
    if not sys.base_prefix.startswith("/usr"):
        places[sys.base_prefix] = sys.base_prefix
    return {inside: os.path.realpath(place) for inside, place in places.items() if os.path.exists(place)}


class LogDrivers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = world.World(images=("busybox:demo",))
        cls.addClassCleanup(cls.here.close)
        cls.ecs, cls.ssm = cls.here.client("ecs"), cls.here.client("ssm")
        cls.shared = cls.here.directory / "shared"
        cls.shared.mkdir()

    # helpers

    def run(self, result=None):
        self.tasks = []
        self.addCleanup(self.stop_all)
        return super().run(result)

    def stop_all(self):
        for task in self.tasks:
            self.ecs.stop_task(task=task)
        until("all have stopped", lambda: all(each["lastStatus"] == "STOPPED" for each in self.ecs.describe_tasks(
            tasks=self.tasks)["tasks"]) if self.tasks else True)

    def start(self, family, containers, volumes=(), **more):
        for each in containers:
            each.setdefault("image", "busybox:demo")
            each.setdefault("memory", 128)
        definition = self.ecs.register_task_definition(
            family=family, containerDefinitions=containers, volumes=list(volumes), **more)["taskDefinition"]["taskDefinitionArn"]
        task = self.ecs.run_task(taskDefinition=definition)["tasks"][0]["taskArn"]
        self.tasks.append(task)
        return task

    def stopped(self, task):
        def look():
            found = self.ecs.describe_tasks(tasks=[task])["tasks"][0]
            return found if found["lastStatus"] == "STOPPED" else None
        return until("the task has stopped", look)

    def fluentd(self, words, port, **options):
        return {"name": "app", "command": ["sh", "-c", words], "mountPoints": [
            {"sourceVolume": "shared", "containerPath": "/shared"}], "logConfiguration": {"logDriver": "fluentd", "options": {
                "fluentd-address": f"127.0.0.1:{port}", "tag": "docker.{{.Name}}", **options}}}

    def shared_volume(self):
        return {"name": "shared", "host": {"sourcePath": str(self.shared)}}

    def receiver(self, port=0):
        messages = []
        receiver = Receiver(lambda *message: messages.append(message))
        self.addCleanup(receiver.close)
        return receiver, messages, receiver.listen(socket.AF_INET, ("127.0.0.1", port))[1]

    def machine_volumes(self):
        mounts = machine_mounts()
        volumes = [{"name": f"v{at}", "host": {"sourcePath": place}} for at, place in enumerate(mounts.values())]
        points = [{"sourceVolume": f"v{at}", "containerPath": inside, "readOnly": True} for at, inside in enumerate(mounts)]
        return volumes + [self.shared_volume()], points + [{"sourceVolume": "shared", "containerPath": "/shared"}]

    # FireLens

    def test_firelens_with_fluents_own_server(self):
        """The server that the Fluent project publishes takes what is sent, by the configuration for Fluentd."""
        out = self.shared / "own.jsonl"
        volumes, points = self.machine_volumes()
        node = os.path.realpath(shutil.which("node"))
        task = self.start("own", [
            {"name": "app", "command": ["sh", "-c", "for n in $(seq 500); do echo line $n; done; echo bad >&2"], "logConfiguration": {
                "logDriver": "awsfirelens", "options": {"@type": "stdout"}}},
            {"name": "router", "memoryReservation": 64, "memory": 512, "essential": False, "firelensConfiguration": {"type": "fluentd"},
             "command": [node, "/receiver/programs/fluent_router.mjs", "/fluentd/etc/fluent.conf", "/shared/own.jsonl"], "mountPoints": points},
        ], volumes)
        found = self.stopped(task)
        self.assertEqual({each["name"]: each.get("exitCode") for each in found["containers"]}, {"app": 0, "router": 0}, found)
        messages = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertIn("@type stdout", messages[0][2]["configuration"])
        self.assertEqual(messages[-1][2], {"stopped": True})
        records = [record for tag, _, record in messages if tag == f"app-firelens-{task.rpartition('/')[2]}"]
        said = {source: [record["log"] for record in records if record["source"] == source] for source in ("stdout", "stderr")}
        self.assertEqual(said, {"stdout": [f"line {n}" for n in range(1, 501)], "stderr": ["bad"]})
        now = time.time()
        self.assertTrue(all(now - 300 < at <= now for _, at, _ in messages[1:-1]), "the times are those of the lines")

    def test_firelens(self):
        """A router that is started first gets everything, the last words too, and is stopped last."""
        self.ssm.put_parameter(Name="/logs/key", Value="open sesame", Type="SecureString")
        out = self.shared / "routed.jsonl"
        volumes, points = self.machine_volumes()
        # The second voice speaks the protocol itself, to the port that it was told, once somebody listens there.
        words = ("echo one; echo two >&2; head -c 40000 /dev/zero | tr '\\0' x; echo; "
                 "until printf '\\223\\243own\\144\\201\\243log\\245hello' | nc -w 1 $FLUENT_HOST $FLUENT_PORT 2>/dev/null; do sleep 0.1; done; echo \"to $FLUENT_HOST $FLUENT_PORT\"; "
                 "for n in $(seq 2000); do echo line $n; done; echo last")
        task = self.start("lens", [
            {"name": "app", "command": ["sh", "-c", words], "logConfiguration": {
                "logDriver": "awsfirelens", "options": {"Name": "stdout", "include-pattern": "."},
                "secretOptions": [{"name": "key", "valueFrom": "/logs/key"}]}},
            {"name": "router", "memoryReservation": 64, "essential": False,
             "firelensConfiguration": {"type": "fluentbit"},
             "environment": [{"name": "PYTHONPATH", "value": "/modules"}, {"name": "PYTHONDONTWRITEBYTECODE", "value": "1"}],
             "command": [os.path.realpath(sys.executable), "/receiver/programs/forward_receiver.py", "/fluent-bit/etc/fluent-bit.conf",
                         "/shared/routed.jsonl"], "mountPoints": points},
        ], volumes, executionRoleArn=self.here.role("execution"))
        found = self.stopped(task)
        self.assertEqual({each["name"]: each.get("exitCode") for each in found["containers"]}, {"app": 0, "router": 0}, found)
        messages = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertEqual(messages[-1][2], {"stopped": True})
        self.check_router(messages[0][2], task)
        own = [record for tag, _, record in messages if tag == "own"]
        self.assertEqual(own, [{"log": "hello"}])
        records = [(time, record) for tag, time, record in messages if tag == f"app-firelens-{task.rpartition('/')[2]}"]
        self.check_records(records)

    def check_router(self, said, task):
        self.assertIn("    Name stdout\n    Match app-firelens*\n    key ${key_0}\n", said["configuration"])
        self.assertIn(f"    Record ecs_task_arn {task}\n", said["configuration"])
        self.assertIn("    Mem_Buf_Limit 32MB\n", said["configuration"])
        self.assertEqual(said["environment"]["key_0"], "open sesame")
        self.assertNotIn("FLUENT_HOST", said["environment"])

    def check_records(self, records):
        plain = [record for _, record in records if "partial_message" not in record]
        lines = [record["log"] for record in plain if record["source"] == "stdout"]
        self.assertEqual(lines[0], "one")
        self.assertRegex(lines[1], r"^to \d+\.\d+\.\d+\.\d+ 24224$")
        self.assertEqual(lines[2:], [f"line {n}" for n in range(1, 2001)] + ["last"])
        self.assertEqual([record["log"] for record in plain if record["source"] == "stderr"], ["two"])
        self.assertTrue(plain[0]["container_name"].startswith("/ecs-lens-1-app-"), plain[0])
        self.assertEqual(len(plain[0]["container_id"]), 64)
        pieces = [record for _, record in records if "partial_message" in record]
        self.assertEqual([(each["partial_ordinal"], each["partial_last"]) for each in pieces],
                         [("1", "false"), ("2", "false"), ("3", "true")])
        self.assertEqual("".join(each["log"] for each in pieces), "x" * 40000)
        self.assertEqual(len({each["partial_id"] for each in pieces}), 1)
        self.assertTrue(any(time != int(time) for time, _ in records), "times have fractions")

    def test_firelens_without_an_output(self):
        reason = self.stopped(self.start("lame", [
            {"name": "app", "command": ["true"], "logConfiguration": {"logDriver": "awsfirelens", "options": {"Host": "h"}}},
            {"name": "router", "command": ["sleep", "600"], "firelensConfiguration": {"type": "fluentbit"}},
        ]))["stoppedReason"]
        self.assertIn("missing output key Name which is required for firelens configuration of type fluentbit", reason)

    # fluentd, syslog, journald

    def test_fluentd_comes_and_goes(self):
        first, messages, port = self.receiver()
        words = "echo hello; while ! [ -e /shared/go ]; do sleep 0.1; done; echo again; exec sleep 600"
        self.start("fluent", [self.fluentd(words, port)], [self.shared_volume()])
        until("the first line is there", lambda: messages)
        first.close()
        (self.shared / "go").touch()
        _, later, _ = self.receiver(port)
        until("the second line is there", lambda: later)
        tag, _, record = messages[0]
        self.assertTrue(tag.startswith("docker.ecs-fluent-1-app-"), tag)
        self.assertEqual((record["log"], record["source"]), ("hello", "stdout"))
        self.assertEqual([record["log"] for _, _, record in later], ["again"])

    def test_nobody_is_there(self):
        (port,) = world.free_ports(1)
        reason = self.stopped(self.start("alone", [self.fluentd("echo lost", port)], [self.shared_volume()]))["stoppedReason"]
        self.assertEqual(reason, "CannotStartContainerError: failed to initialize logging driver: "
                                 f"dial tcp 127.0.0.1:{port}: connect: connection refused")

    def test_syslog(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("127.0.0.1", 0))
            receiver.settimeout(world.PATIENCE)
            self.start("sys", [{"name": "app", "command": ["sh", "-c", "echo fine; sleep 0.5; echo bad >&2; exec sleep 600"],
                                "logConfiguration": {"logDriver": "syslog", "options": {
                                    "syslog-address": f"udp://127.0.0.1:{receiver.getsockname()[1]}", "tag": "shop",
                                    "syslog-facility": "local0"}}}])
            host = socket.gethostname()
            for priority, text in ((134, "fine"), (131, "bad")):
                self.assertRegex(receiver.recv(4096).decode(),
                                 rf"^<{priority}>1 \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ {host} shop - shop - {text}$")

    @unittest.skipIf(os.path.exists("/run/systemd/journal/socket"), "this machine has a journal")
    def test_no_journal(self):
        reason = self.stopped(self.start("journal", [
            {"name": "app", "command": ["true"], "logConfiguration": {"logDriver": "journald"}}]))["stoppedReason"]
        self.assertIn("journald is not enabled on this host", reason)

    # who waits for whom

    def talk(self, family, port, **options):
        """A container that says more than may wait, then leaves a mark."""
        line = "x" * 1000
        words = (f"n=0; while [ $n -lt {MANY} ]; do n=$((n+1)); echo $n {line}; done; touch /shared/{family}; "
                 f"while ! [ -e /shared/{family}-go ]; do sleep 0.1; done; echo the end; exec sleep 600")
        return self.start(family, [self.fluentd(words, port, **{"fluentd-async": "true"}, **options)], [self.shared_volume()])

    def spooled(self, task):
        name = task.rpartition("/")[2]
        files = list(self.here.state.rglob(f"{name}/c/app/spool/*"))
        return sum(each.stat().st_size for each in files)

    def test_blocking_loses_nothing(self):
        (port,) = world.free_ports(1)
        task = self.talk("patient", port, mode="blocking")
        until("as much waits as may", lambda: self.spooled(task) > 9 << 20)
        self.assertFalse((self.shared / "patient").exists())
        _, messages, _ = self.receiver(port)
        until("all is there", lambda: len(messages) >= MANY, 180)
        self.assertEqual([int(record["log"].split()[0]) for _, _, record in messages], list(range(1, MANY + 1)))

    def test_non_blocking_holds_nobody_up(self):
        (port,) = world.free_ports(1)
        task = self.talk("hasty", port, **{"mode": "non-blocking", "max-buffer-size": "4m"})
        until("the container went on", (self.shared / "hasty").exists, 180)
        self.assertLess(self.spooled(task), 6 << 20)
        _, messages, _ = self.receiver(port)
        until("what waited is there", lambda: len(messages) > 3000)
        (self.shared / "hasty-go").touch()
        until("the end is there", lambda: messages[-1][2]["log"] == "the end", 120)
        numbers = [int(record["log"].split()[0]) for _, _, record in messages[:-1]]
        # A machine that is slow to write drops some before the buffer is full; what stays, stays in order.
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(numbers[0], 1, "the oldest are kept")
        self.assertGreater(len(numbers), 3000)
        self.assertLess(len(numbers), MANY)
        said = [line for line in self.here.log.read_text().splitlines() if "log_lines_dropped" in line]
        self.assertEqual(len(said), 1, said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
