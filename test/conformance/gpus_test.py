"""GPUs through Amazon's Python client, with real containers. The "cards" are nodes of /dev/null and /dev/zero that a CDI file shows to
containers as those of a driver: who reads from his card sees which of the two he was given."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

import botocore.exceptions

import tasks
import world

NULL, ZERO = "GPU-0a0a0a0a-0000-0000-0000-000000000000", "GPU-1b1b1b1b-1111-1111-1111-111111111111"


def make_cards(directory):
    """The host's side: two device nodes, a driver's file and the CDI file that tells of them as nvidia-ctk does."""
    os.mknod(directory / "card0", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    os.mknod(directory / "card1", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    (directory / "driver.txt").write_text("a driver")

    def card(name, number):
        return {"name": name, "containerEdits": {"deviceNodes": [
            {"path": f"/dev/nvidia{number}", "hostPath": str(directory / f"card{number}"), "permissions": "rw", "fileMode": 0o666}]}}

    everything = [card(0, number)["containerEdits"]["deviceNodes"][0] for number in (0, 1)]
    (directory / "cdi").mkdir()
    (directory / "cdi/nvidia.json").write_text(json.dumps({
        "cdiVersion": "0.7.0", "kind": "nvidia.com/gpu",
        "devices": [card("0", 0), card("1", 1), card(NULL, 0), card(ZERO, 1), {"name": "all", "containerEdits": {"deviceNodes": everything}}],
        "containerEdits": {
            "env": ["NVIDIA_VISIBLE_DEVICES=void", "DRIVER=there"],
            "mounts": [{"hostPath": str(directory / "driver.txt"), "containerPath": "/usr/lib/driver/driver.txt",
                        "options": ["ro", "nosuid", "nodev", "bind"]}],
            "hooks": [{"hookName": "createRuntime", "path": "/bin/sh", "args": ["sh", "-c", f"cat > {directory}/hook.json"]}],
            "additionalGids": [0, 4242]}}))


class Gpus(tasks.TaskCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="roadstead-cards-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        make_cards(cls.directory)
        cls.world = tasks.TaskWorld(images=("busybox:demo",), more_options=("--cdi", str(cls.directory / "cdi")))
        cls.addClassCleanup(cls.world.close)
        cls.ecs = cls.world.client("ecs")

    def asker(self, name, **others):
        return self.sleeper(name, resourceRequirements=[{"type": "GPU", "value": "1"}], **others)

    def start(self, definition):
        task = self.run_task(definition, launchType="EC2", enableExecuteCommand=True)
        self.addCleanup(self.stop, task)
        return task

    def resource(self, which):
        arn = self.ecs.list_container_instances()["containerInstanceArns"][0]
        shown = self.ecs.describe_container_instances(containerInstances=[arn])["containerInstances"][0]
        return next(each for each in shown[which] if each["name"] == "GPU")

    def card_of(self, task, container="app"):
        """What a container was given: the id that it is told, and its device nodes by number with how many bytes can be read of them."""
        reads = 'for n in 0 1; do test -c /dev/nvidia$n && echo $n $(head -c 4 /dev/nvidia$n | wc -c); done; echo; printf %s "$NVIDIA_VISIBLE_DEVICES"'
        nodes, _, told = self.shell(task, reads, container).rpartition("\n\n")
        return told.strip(), nodes.strip()

    def test_each_task_has_a_card_of_its_own(self):
        registered = self.resource("registeredResources")
        self.assertEqual((registered["type"], registered["stringSetValue"]), ("STRINGSET", [NULL, ZERO]))
        definition = self.register("reckoner", [self.asker("app", user="7:7")])
        first = self.run_task(definition, launchType="EC2", enableExecuteCommand=True)
        self.assertEqual(self.card_of(first), (NULL, "0 0"))
        self.shell(first, "echo reckon > /dev/nvidia0")
        self.assertEqual(self.shell(first, "cat /usr/lib/driver/driver.txt; echo $DRIVER"), "a driverthere\n")
        self.assertEqual(self.shell(first, "grep ^Groups: /proc/1/status").split(), ["Groups:", "4242"])
        self.assertNotEqual(self.inside(first, "sh", "-c", "echo > /usr/lib/driver/driver.txt")[0], 0, "the mount is read-only")
        hooked = json.loads((self.directory / "hook.json").read_text())
        self.assertIn(self.id_of(first), hooked["bundle"] + hooked["id"])
        self.assertEqual(self.resource("remainingResources")["stringSetValue"], [ZERO])

        second = self.start(definition)
        self.assertEqual(self.card_of(second), (ZERO, "1 4"))
        third = self.ecs.run_task(taskDefinition=definition["taskDefinitionArn"], launchType="EC2")
        self.assertEqual((third["tasks"], [each["reason"] for each in third["failures"]]), ([], ["RESOURCE:GPU"]))
        self.assertEqual(self.resource("remainingResources")["stringSetValue"], [])

        self.stop(first)
        self.assertEqual(self.resource("remainingResources")["stringSetValue"], [NULL])
        self.assertEqual(self.card_of(self.start(definition))[0], NULL)

    def test_containers_of_a_task_share_them_out(self):
        task = self.start(self.register("pair", [self.sleeper("none"), self.asker("app"), self.asker("side")]))
        self.assertEqual(self.card_of(task), (NULL, "0 0"))
        self.assertEqual(self.card_of(task, "side"), (ZERO, "1 4"))
        self.assertEqual(self.card_of(task, "none"), ("", ""))
        address = self.variable(task, "ECS_CONTAINER_METADATA_URI_V4", "side")
        self.assertEqual(self.get(task, f"{address}/associations/gpu", "side"), {"Associations": [ZERO]})

    def test_cards_outlive_a_restart_of_the_server(self):
        task = self.start(self.register("lasting", [self.asker("app")]))
        self.world.kill()
        self.world.start()
        self.assertEqual(self.card_of(task), (NULL, "0 0"))
        self.assertEqual(self.resource("remainingResources")["stringSetValue"], [ZERO])

    def test_a_card_that_has_gone_stops_the_task(self):
        told = self.directory / "cdi/nvidia.json"
        aside = told.rename(self.directory / "aside.json")
        try:
            definition = self.register("late", [self.asker("app")])
            arn = self.ecs.run_task(taskDefinition=definition["taskDefinitionArn"], launchType="EC2")["tasks"][0]["taskArn"]
            world.until("the task stops", lambda: self.describe(arn)["lastStatus"] == "STOPPED")
        finally:
            aside.rename(told)
        said = f"CannotStartContainerError: no CDI file tells of GPU {NULL} any more ({told.parent})"
        stopped = self.describe(arn)
        self.assertIn(said, (stopped["stoppedReason"], stopped["containers"][0].get("reason")), stopped)
        self.assertEqual(self.resource("remainingResources")["stringSetValue"], [NULL, ZERO])

    def test_fargate_has_none(self):
        with self.assertRaises(botocore.exceptions.ClientError) as refused:
            self.register("fargate", [self.asker("app")], requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256", memory="512")
        self.assertIn("Fargate compatible task definitions do not support gpu", str(refused.exception))

    def test_doctor_tells_of_them(self):
        report = subprocess.run([self.world.program, "doctor", *self.world.options(), "--json"], capture_output=True, text=True,
                                env=self.world.environment())
        found = {line["check"]: (line["ok"], line["found"]) for line in json.loads(report.stdout)}
        self.assertEqual(found["GPUs"], (True, f"2, told by {self.directory}/cdi/nvidia.json"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
