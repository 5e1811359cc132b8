"""What a task must not be able to do to another task, to the machine, or to Roadstead: each attempt is made, and fails. The
attacker may do what any container may; both tasks run on one machine, in one network, with roles of their own."""

import json
import unittest

import tasks

# What a container of Docker may not do either, so a failure here is a hole.
ESCAPES = {
    "mount a file system": "mkdir -p /m && mount -t tmpfs none /m",
    "mount the machine's processes": "mkdir -p /m && mount -t proc proc /m",
    "make a device": "mknod /tmp/disk b 7 0 && head -c 1 /tmp/disk",
    "set the clock": "date -s 2001-01-01; test $(date +%Y) = 2001",
    "name the machine": "hostname taken",
    "write a kernel setting": "echo 1 > /proc/sys/kernel/panic",
    "write to sysrq": "echo h > /proc/sysrq-trigger",
    "change a control group": "for f in $(find /sys/fs/cgroup -name cgroup.procs); do echo 1 > $f && exit 0; done; exit 1",
    "lift its memory limit": "for f in $(find /sys/fs/cgroup -name 'memory*limit_in_bytes' -o -name memory.max); do echo 1g > $f && exit 0; done; exit 1",
    "read the kernel's memory": "test $(head -c 9 /proc/kcore | wc -c) = 9",
    "read the kernel's keys": "test $(head -c 1 /proc/keys | wc -c) = 1",
    "change its routes": "ip route del default",
    "take another address": "ip addr add 10.9.9.9/32 dev eth0",
    "trace process 1 of the machine": "chroot /proc/1/root /bin/true && test -e /proc/1/root/etc/debian_version",
    "run without a filter": "grep -q 'Seccomp:\t0' /proc/self/status",
    "enter a namespace of its own making": "unshare -U true",
}
# What a privileged container does may be done, which shows that the attempts are in earnest.
POSSIBLE_WITH_PRIVILEGE = {"mount a file system", "mount the machine's processes", "make a device", "name the machine",
                           "change its routes", "take another address", "enter a namespace of its own making",
                           "run without a filter"}
DOCKERS_CAPABILITIES = 0xa80425fb


class Isolation(tasks.TaskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        here = cls("test_kernel")
        cls.victim = here.run_awsvpc("victim", role="victim")
        cls.attacker = here.run_awsvpc("attacker", role="attacker")

    def attempt(self, script):
        """Whether the attacker got away with it, and what was said."""
        code, out, err = self.inside(self.attacker, "sh", "-c", script)
        return code == 0, (out + err).decode(errors="replace")

    def assertFails(self, script):
        done, said = self.attempt(script)
        self.assertFalse(done, f"{script}: {said}")

    def address(self, task):
        return task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]

    def test_kernel(self):
        for what, script in ESCAPES.items():
            with self.subTest(what):
                self.assertFails(script)
        self.assertEqual(self.shell(self.attacker, "grep CapEff /proc/1/status").split()[1], f"{DOCKERS_CAPABILITIES:016x}")

    def test_the_attempts_are_in_earnest(self):
        definition = self.register("mighty", [self.sleeper("app", privileged=True)])
        task = self.run_task(definition, launchType="EC2", enableExecuteCommand=True)
        for what in sorted(POSSIBLE_WITH_PRIVILEGE):
            with self.subTest(what):
                code, out, err = self.inside(task, "sh", "-c", ESCAPES[what])
                self.assertEqual(code, 0, out + err)
        self.stop(task)

    def test_network(self):
        """Nobody takes another's address; that forged packets reach nobody is tested beside agent/sandbox."""
        self.assertFails(f"ip addr add {self.address(self.victim)}/24 dev eth0")
        self.assertFails("ip link set eth0 address 02:00:00:00:00:01")
        self.assertFails("ip link add d type dummy")

    def test_credentials_and_metadata(self):
        theirs = self.variable(self.victim, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        ours = self.variable(self.attacker, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        self.assertTrue(self.attempt(f"wget -qO- http://169.254.170.2{ours}")[0], "its own credentials it gets")
        self.assertFails(f"wget -qO- http://169.254.170.2{theirs}")
        metadata = self.variable(self.victim, "ECS_CONTAINER_METADATA_URI_V4")
        done, said = self.attempt(f"wget -qO- {metadata}/task")
        self.assertNotIn(self.victim["taskArn"], said)
        self.assertFalse(done, said)
        task = self.get(self.attacker, self.variable(self.attacker, "ECS_CONTAINER_METADATA_URI_V4") + "/task")
        self.assertNotIn(self.victim["taskArn"], json.dumps(task))

    def test_files_and_processes(self):
        self.shell(self.victim, "echo treasure > /tmp/treasure")
        self.assertFails("find / -name treasure 2>/dev/null | grep .")
        processes = self.shell(self.attacker, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
        self.assertNotIn("roadstead serve", processes)
        self.assertFails("kill -9 -1 && test $(ls -d /proc/[0-9]* | wc -l) -gt 100")
        self.assertEqual(self.describe(self.victim["taskArn"])["lastStatus"], "RUNNING")

    def test_containers_of_one_task_share_the_network_only(self):
        self.shell(self.attacker, "echo mine > /tmp/mine", "side")
        self.assertFails("test -e /tmp/mine")
        self.assertEqual(*(self.shell(self.attacker, "readlink /proc/self/ns/net", each) for each in ("app", "side")))
        self.assertNotEqual(*(self.shell(self.attacker, "readlink /proc/self/ns/pid", each) for each in ("app", "side")))


if __name__ == "__main__":
    unittest.main(verbosity=2)
