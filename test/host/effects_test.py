"""What each field of a task definition does to a real container, seen from inside it. docs/task-definition-fields.md maps the
fields to these tests; what a field is allowed to say is tested in test/api/ecs."""

import json
import os
import socket
import unittest

import tasks
import world


class Effects(tasks.TaskCase):
    def start(self, container, others=(), **definition):
        """A running task of the EC2 launch type with the container "app", which only sleeps unless told otherwise."""
        made = self.register("effects", [self.sleeper("app", **container), *others], **definition)
        task = self.run_task(made, launchType="EC2", enableExecuteCommand=True)
        self.addCleanup(self.stop, task)
        return task

    def ended(self, containers, **definition):
        """A task that ended by itself, as DescribeTasks tells of it."""
        made = self.register("ends", containers, **definition)
        answer = self.ecs.run_task(taskDefinition=made["taskDefinitionArn"], launchType="EC2")
        self.assertEqual(answer["failures"], [])
        arn = answer["tasks"][0]["taskArn"]
        return world.until("the task ends", lambda: self.when_stopped(arn))

    def when_stopped(self, arn):
        task = self.describe(arn)
        return task if task["lastStatus"] == "STOPPED" else None

    def script(self, name, text, **others):
        return self.sleeper(name, command=["sh", "-c", text], **others)

    def codes(self, task):
        return {each["name"]: each.get("exitCode") for each in task["containers"]}

    # the process

    def test_command_and_surroundings(self):
        task = self.start({"entryPoint": ["sh", "-c"], "command": ["sleep 100000; true"], "workingDirectory": "/made/for/it",
                           "environment": [{"name": "COLOUR", "value": "sea green"}], "user": "1234:4321"})
        self.assertEqual(self.shell(task, "tr '\\0' ' ' </proc/1/cmdline"), "sh -c sleep 100000; true ")
        self.assertEqual(self.shell(task, "readlink /proc/1/cwd || pwd").strip(), "/made/for/it")
        self.assertEqual(self.variable(task, "COLOUR"), "sea green")
        # Commands of ECS Exec run as root, so the container's own process is looked at.
        self.assertIn("Uid:\t1234\t1234", self.shell(task, "cat /proc/1/status"))
        self.assertIn("Gid:\t4321\t4321", self.shell(task, "cat /proc/1/status"))

    def test_a_terminal_and_an_input(self):
        task = self.start({"pseudoTerminal": True, "interactive": True, "command": ["sh", "-c", "test -t 0 && read line"]})
        self.assertIn("pts", self.shell(task, "readlink /proc/1/fd/0"))

    def test_an_init_process(self):
        task = self.start({"linuxParameters": {"initProcessEnabled": True}})
        self.assertNotIn("sleep", self.shell(task, "cat /proc/1/comm"))
        self.assertIn("sleep", self.shell(task, "cat /proc/[0-9]*/comm"))

    # what the containers of a task share

    def processes(self, task, word, container="app"):
        """The numbers, as `container` sees them, of the processes whose command holds `word` and no shell's quotes."""
        found = self.shell(task, f"for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -q '^{word} $' && echo ${{p#/proc/}}; done; true",
                           container)
        return found.split()

    def test_shared_processes(self):
        side = self.script("side", "sleep 300000 & exec sleep 200000", essential=False)
        task = self.start({"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"]}}}, [side], pidMode="task")
        (main,), (child,) = self.processes(task, "sleep 200000"), self.processes(task, "sleep 300000")
        # Process 1 holds the namespace and is as poor as can be, also for one who may trace it.
        self.assertEqual(self.shell(task, "ls -A /proc/1/root/"), "")
        self.assertEqual(self.shell(task, "readlink /proc/1/ns/net"), self.shell(task, "readlink /proc/self/ns/net"))
        self.assertIn("CapPrm:\t0000000000000000", self.shell(task, "cat /proc/1/status"))
        # A neighbour may be ended from here, and what it leaves behind ends with it.
        self.shell(task, f"test -d /proc/{child} && kill {main}")
        ended = lambda: next(each for each in self.describe(task["taskArn"])["containers"] if each["name"] == "side").get("exitCode")
        self.assertEqual(world.until("the neighbour has ended", lambda: ended()), 143)
        self.assertEqual(self.processes(task, "sleep 300000"), [])
        self.assertEqual(self.describe(task["taskArn"])["lastStatus"], "RUNNING")

    def test_shared_memory(self):
        task = self.start({"linuxParameters": {"sharedMemorySize": 70}}, [self.sleeper("side")], ipcMode="task")
        self.shell(task, "echo hello > /dev/shm/note")
        self.assertEqual(self.shell(task, "cat /dev/shm/note; df -m /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2", "side"), "hello\n70\n")
        space = "readlink /proc/self/ns/ipc"
        self.assertEqual(self.shell(task, space), self.shell(task, space, "side"))
        alone = self.start({}, [self.sleeper("side")], ipcMode="none")
        self.assertNotEqual(self.shell(alone, space), self.shell(alone, space, "side"))
        self.assertNotIn("/dev/shm", self.shell(alone, "cat /proc/mounts"))

    # what it may and what it has

    def test_limits(self):
        task = self.start({"memory": 96, "cpu": 256, "ulimits": [{"name": "nofile", "softLimit": 321, "hardLimit": 654}],
                           "linuxParameters": {"sharedMemorySize": 8}})
        self.assertEqual(self.shell(task, "ulimit -n; ulimit -Hn"), "321\n654\n")
        self.assertEqual(self.shell(task, "df -m /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2").strip(), "8")
        base = self.variable(task, "ECS_CONTAINER_METADATA_URI_V4")
        self.assertEqual(self.get(task, base)["Limits"], {"CPU": 256, "Memory": 96})
        self.assertEqual(self.get(task, base + "/stats")["memory_stats"]["limit"], 96 * 1024 * 1024)

    def test_memory_runs_out(self):
        task = self.ended([self.script("app", "tail /dev/zero", memory=32)])
        container = task["containers"][0]
        self.assertEqual(container["exitCode"], 137)
        self.assertEqual(container["reason"], "OutOfMemoryError: Container killed due to memory usage")

    def test_capabilities(self):
        def may(task):
            return int(self.shell(task, "grep CapEff /proc/1/status").split()[1], 16)

        net_admin, chown = 1 << 12, 1 << 0
        plain = may(self.start({}))
        self.assertTrue(plain & chown and not plain & net_admin)
        other = may(self.start({"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"], "drop": ["CHOWN"]}}}))
        self.assertTrue(other & net_admin and not other & chown)
        everything = may(self.start({"privileged": True}))
        self.assertTrue(everything & net_admin and everything & (1 << 21), "SYS_ADMIN too")

    def test_no_new_privileges(self):
        for options, told in ((["no-new-privileges"], "NoNewPrivs:\t1"), ([], "NoNewPrivs:\t0")):
            self.assertIn(told, self.shell(self.start({"dockerSecurityOptions": options}), "cat /proc/1/status"))

    def test_devices(self):
        found = next(each for each in ("/dev/net/tun", "/dev/fuse", "/dev/loop-control", "/dev/kmsg") if os.path.exists(each))
        device = {"hostPath": found, "containerPath": "/dev/ours", "permissions": ["read"]}
        task = self.start({"linuxParameters": {"devices": [device]}})
        self.shell(task, ": < /dev/ours")
        code, _, err = self.inside(task, "sh", "-c", ": > /dev/ours")
        self.assertNotEqual(code, 0)
        self.assertIn(b"not permitted", err)

    def test_files(self):
        task = self.start({"readonlyRootFilesystem": True,
                           "linuxParameters": {"tmpfs": [{"containerPath": "/quick", "size": 4, "mountOptions": ["noexec"]}]}})
        self.assertNotEqual(self.inside(task, "touch", "/etc/mine")[0], 0)
        self.assertEqual(self.shell(task, "echo yes > /quick/it && cat /quick/it"), "yes\n")
        self.assertIn("noexec", self.shell(task, "grep ' /quick ' /proc/mounts"))

    def test_kernel_settings(self):
        task = self.start({"systemControls": [{"namespace": "net.ipv4.ip_default_ttl", "value": "42"},
                                              {"namespace": "kernel.msgmax", "value": "4096"}]})
        self.assertEqual(self.shell(task, "cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/msgmax"), "42\n4096\n")

    # names and ports

    def test_names(self):
        """Each container of a bridge task has a name, links, hosts and resolvers of its own, and the task's address."""
        task = self.start({"hostname": "harbour", "extraHosts": [{"hostname": "quay", "ipAddress": "10.9.8.7"}],
                           "dnsServers": ["10.1.2.3"], "dnsSearchDomains": ["sea.test"], "links": ["side:db", "other"]},
                          [self.sleeper("side"), self.sleeper("other")], networkMode="bridge")
        self.assertEqual(self.shell(task, "hostname").strip(), "harbour")
        address = self.shell(task, "hostname -i").strip()
        hosts = self.shell(task, "cat /etc/hosts")
        for line in (f"{address}\tharbour", f"{address}\tdb side", f"{address}\tother", "10.9.8.7\tquay"):
            self.assertEqual(hosts.splitlines().count(line), 1, hosts)
        for name in ("db", "side", "other", "harbour"):
            self.assertIn(f"({address})", self.shell(task, f"ping -c 1 {name}"))
        resolver = self.shell(task, "cat /etc/resolv.conf")
        self.assertIn("nameserver 10.1.2.3", resolver)
        self.assertIn("search sea.test", resolver)
        # Nothing of that is its neighbour's.
        self.assertEqual(self.shell(task, "hostname -i", "side").strip(), address)
        self.assertEqual(self.shell(task, "hostname", "side").strip(), task["containers"][1]["runtimeId"][:12])
        self.assertNotRegex(self.shell(task, "cat /etc/hosts", "side"), r"quay|harbour|\bdb\b")
        self.assertNotIn("10.1.2.3", self.shell(task, "cat /etc/resolv.conf", "side"))

    def test_files_and_sockets_of_the_machine(self):
        place = self.world.state / "of-the-machine"
        place.mkdir()
        (place / "file").write_text("kept")
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(place / "socket"))
        listener.listen()
        volumes = [{"name": name, "host": {"sourcePath": str(place / name)}} for name in ("file", "socket", "made")]
        task = self.start({"mountPoints": [{"sourceVolume": each["name"], "containerPath": f"/run/host/{each['name']}"} for each in volumes],
                           "readonlyRootFilesystem": True}, volumes=volumes)
        self.assertEqual(self.shell(task, "cd /run/host && test -S socket && test -d made && cat file"), "kept")
        self.assertTrue((place / "made").is_dir())

    def test_ports_of_the_machine(self):
        fixed = world.free_ports(1)[0]
        task = self.start({"command": ["sh", "-c", "mkdir /www; echo here > /www/index.html; httpd -f -p 80 -h /www"],
                           "portMappings": [{"containerPort": 80, "hostPort": fixed}, {"containerPort": 81}]},
                          [self.sleeper("side", portMappings=[{"containerPort": 82}])], networkMode="bridge")
        bindings = {each["containerPort"]: each["hostPort"] for each in task["containers"][0]["networkBindings"]}
        self.assertEqual(set(bindings), {80, 81})
        self.assertEqual([each["containerPort"] for each in task["containers"][1]["networkBindings"]], [82])
        self.assertEqual(bindings[80], fixed)
        self.assertGreaterEqual(bindings[81], 32768)
        self.assertIn("here", world.until("the port answers", lambda: self.fetch(fixed)))

    def test_a_range_of_ports(self):
        task = self.start({"command": ["sh", "-c", "mkdir /www; echo here > /www/index.html; httpd -f -p 7001 -h /www"],
                           "portMappings": [{"containerPortRange": "7000-7009"}]}, networkMode="bridge")
        binding, = task["containers"][0]["networkBindings"]
        self.assertEqual((binding["bindIP"], binding["containerPortRange"], binding["protocol"]), ("0.0.0.0", "7000-7009", "tcp"))
        first, last = map(int, binding["hostPortRange"].split("-"))
        self.assertEqual(last - first, 9)
        self.assertIn("here", world.until("the second port answers", lambda: self.fetch(first + 1)))

    def fetch(self, port):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as stream:
                stream.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return b"".join(iter(lambda: stream.recv(4096), b"")).decode()
        except OSError:
            return ""

    def test_no_network(self):
        task = self.start({}, networkMode="none")
        self.assertEqual(self.shell(task, "ls /sys/class/net").split(), ["lo"])
        self.assertEqual(self.shell(task, "hostname -i").strip(), "127.0.0.1")
        self.assertNotRegex(self.shell(task, "env"), "169.254.170.2|AWS_CONTAINER")

    def test_the_network_of_the_machine(self):
        task = self.start({"hostname": "harbour"}, networkMode="host", taskRoleArn=self.world.role("app"))
        self.assertEqual(self.shell(task, "hostname -i").strip(), "127.0.0.1")
        self.assertNotRegex(self.shell(task, "env"), "169.254.170.2|AWS_CONTAINER")
        inside = self.shell(task, "cut -d: -f1 /proc/net/dev").split()
        self.assertLessEqual({name for _, name in socket.if_nameindex()}, set(inside))

    # life

    def test_order_by_each_condition(self):
        flag = [{"sourceVolume": "flags", "containerPath": "/flags"}]
        needs = [{"containerName": "first", "condition": "COMPLETE"}, {"containerName": "second", "condition": "SUCCESS"},
                 {"containerName": "third", "condition": "START"}, {"containerName": "fourth", "condition": "HEALTHY"}]
        check = {"command": ["CMD-SHELL", "test -e /flags/well"], "interval": 5, "retries": 10}
        containers = [
            self.script("first", "touch /flags/one; exit 3", essential=False, mountPoints=flag),
            self.script("second", "touch /flags/two", essential=False, mountPoints=flag),
            self.script("third", "touch /flags/three; exec sleep 10000", essential=False, mountPoints=flag),
            self.script("fourth", "touch /flags/well; exec sleep 10000", essential=False, mountPoints=flag, healthCheck=check),
            self.script("app", "cd /flags && ls one two well && exit 7", dependsOn=needs, mountPoints=flag)]
        task = self.ended(containers, volumes=[{"name": "flags", "host": {}}])
        codes = self.codes(task)
        self.assertEqual((codes["app"], codes["first"], codes["second"]), (7, 3, 0), task)
        self.assertEqual((task["stopCode"], task["stoppedReason"]), ("EssentialContainerExited", "Essential container in task exited"))

    def test_a_condition_that_cannot_come_true(self):
        needs = [{"containerName": "first", "condition": "SUCCESS"}]
        task = self.ended([self.script("first", "exit 1", essential=False), self.script("app", "true", dependsOn=needs)])
        self.assertEqual(task["stopCode"], "TaskFailedToStart")
        self.assertIsNone(self.codes(task)["app"])

    def test_an_unhealthy_container_ends_no_task_but_is_told(self):
        check = {"command": ["CMD", "false"], "interval": 5, "retries": 1}
        task = self.start({"healthCheck": check})
        world.until("it is unhealthy", lambda: self.describe(task["taskArn"])["healthStatus"] == "UNHEALTHY")

    def test_a_restart_policy(self):
        """A container that ended sooner than its period after its start is not started again; a minute is the shortest period."""
        count = [{"sourceVolume": "count", "containerPath": "/count"}]
        again = "test -e /count/n && exec sleep 10000; touch /count/n; sleep 61; exit 5"
        task = self.start({"command": ["sh", "-c", again], "mountPoints": count,
                           "restartPolicy": {"enabled": True, "restartAttemptPeriod": 60}}, volumes=[{"name": "count", "host": {}}])
        metadata = self.variable(task, "ECS_CONTAINER_METADATA_URI_V4")
        world.until("the container is started again", lambda: self.restarts(task, metadata) == 1, 300)
        self.assertEqual(self.describe(task["taskArn"])["lastStatus"], "RUNNING")
        over = self.ended([self.script("app", "exit 5", restartPolicy={"enabled": True, "restartAttemptPeriod": 60})])
        self.assertEqual(self.codes(over), {"app": 5})

    def restarts(self, task, metadata):
        """As the metadata tells; nothing while the container is between two lives."""
        code, out, _ = self.inside(task, "wget", "-qO-", metadata)
        return json.loads(out).get("RestartCount", 0) if code == 0 else None

    def test_a_stop_time_out_and_a_stop_signal(self):
        deaf = self.script("app", "trap '' TERM; while :; do sleep 1; done", stopTimeout=2)
        kind = self.script("app", "trap 'exit 9' TERM; while :; do sleep 1; done", stopTimeout=30)
        for container, code in ((deaf, 137), (kind, 9)):
            task = self.run_task(self.register("stops", [container]), launchType="EC2")
            self.ecs.stop_task(task=task["taskArn"], reason="enough")
            over = world.until("the task stops", lambda arn=task["taskArn"]: self.when_stopped(arn))
            self.assertEqual(self.codes(over), {"app": code})
            self.assertEqual((over["stopCode"], over["stoppedReason"]), ("UserInitiated", "enough"))

    def test_a_log_has_the_containers_own_words_only(self):
        def log(**options):
            return {"logDriver": "awslogs", "options": {"awslogs-group": "/effects", "awslogs-region": self.world.identity["region"],
                                                        "awslogs-create-group": "true", "awslogs-stream-prefix": "p", **options}}

        def told(task):
            stream = f"p/app/{self.id_of(task)}"
            return [each["message"] for each in logs.get_log_events(logGroupName="/effects", logStreamName=stream)["events"]]

        logs = self.world.client("logs")
        spoke = self.ended([self.script("app", "echo one; echo; echo two", logConfiguration=log())])
        world.until("both lines are there", lambda: told(spoke) == ["one", "two"])
        dates = {"awslogs-datetime-format": "\\[%b %d, %Y %H:%M:%S\\]"}
        stack = self.ended([self.script("app", "echo '[May 01, 2017 19:00:01] it broke'; echo; echo '  at one'; echo '[May 01, 2017 19:00:04] over'",
                                        logConfiguration=log(**dates))])
        world.until("two events are there", lambda: told(stack) == ["[May 01, 2017 19:00:01] it broke\n\n  at one", "[May 01, 2017 19:00:04] over"])
        missing = self.ended([self.sleeper("app", command=["/no/such/program"], logConfiguration=log())])
        self.assertIn("/no/such/program", missing["stoppedReason"])
        self.assertEqual(told(missing), [])
        unusable = self.ended([self.sleeper("app", logConfiguration=log(**{"awslogs-multiline-pattern": "(["}))])
        self.assertEqual(unusable["stopCode"], "TaskFailedToStart")
        self.assertTrue(unusable["stoppedReason"].startswith("ResourceInitializationError: failed to initialize logging driver: awslogs "
                                                             'could not parse multiline pattern key "awslogs-multiline-pattern": the '
                                                             "pattern (["), unusable["stoppedReason"])

    def test_labels(self):
        task = self.start({"dockerLabels": {"com.example.port": "Kiel"}})
        labels = self.get(task, self.variable(task, "ECS_CONTAINER_METADATA_URI_V4"))["Labels"]
        self.assertEqual(labels["com.example.port"], "Kiel")
        self.assertEqual(labels["com.amazonaws.ecs.container-name"], "app")


if __name__ == "__main__":
    unittest.main(verbosity=2)
