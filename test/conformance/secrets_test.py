"""Secrets and parameters from AWS's own client to the environment of a real container, and to a registry with a login."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import unittest

import world
from world import demo_image, free_ports, until

PASSWORD = "Tr0ub4dor-and-3-"
ROTATED = "correct-horse-battery-"
MODE = "battery-staple-"
LOGIN = "safe-harbour-"

# Each value in reverse, so that what is printed is not what is looked for in the state directory.
SAY = 'for name in PASSWORD WHOLE MODE PORT; do eval "value=\\$$name"; echo "$name $(echo "$value" | rev)"; done; exec sleep 600'


class Secrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = world.World(images=("busybox:demo",))
        cls.addClassCleanup(cls.here.close)
        cls.ecs, cls.logs = cls.here.client("ecs"), cls.here.client("logs")
        cls.secrets, cls.ssm = cls.here.client("secretsmanager"), cls.here.client("ssm")
        cls.logs.create_log_group(logGroupName="/secrets")
        cls.password, cls.rotated, cls.mode = (each + cls.here.name for each in (PASSWORD, ROTATED, MODE))

    def test_values_reach_the_container_and_no_file(self):
        value = json.dumps({"password": self.password, "port": 5432})
        secret = self.secrets.create_secret(Name="shop/db", SecretString=value)
        arn = secret["ARN"]
        self.ssm.put_parameter(Name="/shop/mode", Value=self.mode, Type="SecureString")
        listed = self.secrets.get_paginator("list_secrets").paginate().build_full_result()["SecretList"]
        self.assertIn("shop/db", [each["Name"] for each in listed])
        found = self.ssm.get_paginator("get_parameters_by_path").paginate(Path="/shop", WithDecryption=True).build_full_result()
        self.assertEqual([each["Value"] for each in found["Parameters"]], [self.mode])

        definition = self.register("reader", arn)
        first = self.run_task(definition)
        self.assertEqual(self.said(first), {"PASSWORD": self.password, "PORT": "5432", "MODE": self.mode, "WHOLE": value})

        # The task runs; still no file on the disk holds a value. The name shows that the search finds what is there.
        self.assertNotEqual(self.files_with("shop/db"), [])
        self.assertEqual(self.files_with(self.password, self.mode), [])
        self.assertEqual(self.here.log.read_text().count(self.password), 0)

        # Without its key the server does not start, with it the values open again, and a rotated one reaches the next task.
        self.here.kill()
        key = self.here.state / "keys/values.key"
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        aside = key.rename(self.here.directory / "values.key")
        refused = self.here.run("serve", *self.here.options(), check=False)
        self.assertEqual(refused.returncode, 7, refused.stderr)
        self.assertIn("Put it back from a backup.", refused.stderr)
        self.assertFalse(key.exists())
        aside.rename(key)
        self.here.start()
        put = self.secrets.put_secret_value(SecretId="shop/db", SecretString=json.dumps({"password": self.rotated, "port": 1}))
        self.assertEqual(put["VersionStages"], ["AWSCURRENT"])
        second = self.run_task(definition)
        self.assertEqual(self.said(second)["PASSWORD"], self.rotated)
        third = self.run_task(self.register("previous", arn, stage="AWSPREVIOUS"))
        self.assertEqual(self.said(third)["PASSWORD"], self.password)
        self.assertEqual(self.files_with(self.password, self.rotated, self.mode), [])

        for task in (first, second, third):
            self.ecs.stop_task(task=task)
        until("all have stopped", lambda: all(each["lastStatus"] == "STOPPED" for each in self.ecs.describe_tasks(
            tasks=[first, second, third])["tasks"]))
        until("memory is given back", lambda: not list(pathlib.Path("/dev/shm").glob(f"roadstead-secrets-{self.here.name}*")))

    def test_what_is_missing_is_the_reason(self):
        account, region = self.here.identity["account_id"], self.here.identity["region"]
        arn = f"arn:aws:secretsmanager:{region}:{account}:secret:nobody-made-it"
        self.assertEqual(
            self.stopped_reason([{"name": "PASSWORD", "valueFrom": arn}]),
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable "
            f"to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {arn} from secrets "
            "manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.")
        self.assertEqual(
            self.stopped_reason([{"name": "MODE", "valueFrom": "/nobody/made/it"}]),
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable "
            "to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /nobody/made/it")

    @unittest.skipUnless(shutil.which("docker-registry") and shutil.which("htpasswd"), "docker-registry is not installed")
    def test_a_registry_with_a_login(self):
        login = LOGIN + self.here.name
        with self.registry(login) as host:
            secret = self.secrets.create_secret(Name="harbour", SecretString=json.dumps({"username": "sailor", "password": login}))
            image = f"{host}/busybox:private"
            by_arn = self.register_private("by-arn", image, secret["ARN"])
            self.until_running(self.ecs.run_task(taskDefinition=by_arn)["tasks"][0]["taskArn"])
            by_name = self.register_private("by-name", image, "harbour")
            self.until_running(self.ecs.run_task(taskDefinition=by_name)["tasks"][0]["taskArn"])
            self.assertEqual(self.files_with(login, base64.b64encode(f"sailor:{login}".encode()).decode()), [])
            missing = self.register_private("missing", f"{host}/other:1", "lighthouse")
            reason = self.stopped(self.ecs.run_task(taskDefinition=missing)["tasks"][0]["taskArn"])["stoppedReason"]
            self.assertIn("ResourceInitializationError: unable to pull secrets or registry auth: ", reason)
            self.assertIn("secret:lighthouse from secrets manager: ResourceNotFoundException", reason)
            without = self.ecs.register_task_definition(family="without", containerDefinitions=[
                {"name": "app", "image": f"{host}/other:1", "memory": 32}])["taskDefinition"]["taskDefinitionArn"]
            reason = self.stopped(self.ecs.run_task(taskDefinition=without)["tasks"][0]["taskArn"])["stoppedReason"]
            self.assertIn("pull access denied", reason)
        for task in self.ecs.list_tasks()["taskArns"]:
            self.ecs.stop_task(task=task)

    # what the tests are made of

    def register(self, family, secret, stage=""):
        return self.ecs.register_task_definition(
            family=family, executionRoleArn=self.here.role("execution"),
            containerDefinitions=[{
                "name": "app", "image": "busybox:demo", "memory": 64, "command": ["sh", "-c", SAY],
                "secrets": [{"name": "PASSWORD", "valueFrom": f"{secret}:password:{stage}:"},
                            {"name": "PORT", "valueFrom": f"{secret}:port:{stage}:"},
                            {"name": "WHOLE", "valueFrom": secret},
                            {"name": "MODE", "valueFrom": "/shop/mode"}],
                "logConfiguration": {"logDriver": "awslogs", "options": {
                    "awslogs-group": "/secrets", "awslogs-region": self.here.identity["region"], "awslogs-stream-prefix": "s"}},
            }])["taskDefinition"]["taskDefinitionArn"]

    def register_private(self, family, image, credentials):
        return self.ecs.register_task_definition(
            family=family, executionRoleArn=self.here.role("execution"),
            containerDefinitions=[{"name": "app", "image": image, "memory": 32, "command": ["sleep", "600"],
                                   "repositoryCredentials": {"credentialsParameter": credentials}}],
        )["taskDefinition"]["taskDefinitionArn"]

    def run_task(self, definition):
        task = self.ecs.run_task(taskDefinition=definition)["tasks"][0]["taskArn"]
        self.until_running(task)
        return task

    def until_running(self, task):
        def look():
            now = self.ecs.describe_tasks(tasks=[task])["tasks"][0]
            self.assertNotEqual(now["lastStatus"], "STOPPED", now.get("stoppedReason"))
            return now["lastStatus"] == "RUNNING"
        until("the task runs", look)

    def stopped(self, task):
        def look():
            now = self.ecs.describe_tasks(tasks=[task])["tasks"][0]
            return now["lastStatus"] == "STOPPED" and now
        return until("the task has stopped", look)

    def stopped_reason(self, secrets):
        definition = self.ecs.register_task_definition(
            family="lacking", executionRoleArn=self.here.role("execution"),
            containerDefinitions=[{"name": "app", "image": "busybox:demo", "memory": 32, "secrets": secrets}],
        )["taskDefinition"]["taskDefinitionArn"]
        task = self.stopped(self.ecs.run_task(taskDefinition=definition)["tasks"][0]["taskArn"])
        self.assertEqual(task["stopCode"], "TaskFailedToStart")
        return task["stoppedReason"]

    def said(self, task):
        """What a container printed, by name, the right way round."""
        def look():
            stream = f"s/app/{task.rpartition('/')[2]}"
            events = self.logs.filter_log_events(logGroupName="/secrets", logStreamNames=[stream])["events"]
            lines = dict(event["message"].split(" ", 1) for event in events)
            return lines if len(lines) == 4 else None
        return {name: value[::-1] for name, value in until("four values are printed", look).items()}

    def files_with(self, *values):
        """Files of the state directory that hold one of the values; what is in memory or mounted there is none of its files."""
        wanted = [each.encode() for each in values]
        device, found = os.stat(self.here.state).st_dev, []
        for folder, folders, names in os.walk(self.here.state):
            folders[:] = [each for each in folders if os.lstat(os.path.join(folder, each)).st_dev == device]
            for path in (os.path.join(folder, name) for name in names):
                with contextlib.suppress(OSError):
                    if os.path.isfile(path) and not os.path.islink(path):
                        content = pathlib.Path(path).read_bytes()
                        found += [path for each in wanted if each in content]
        return found

    @contextlib.contextmanager
    def registry(self, password):
        """A registry on loopback that wants user `sailor` with `password` and has busybox:private. Gives its host."""
        home = self.here.directory / "registry"
        home.mkdir()
        host = f"localhost:{free_ports(1)[0]}"
        line = subprocess.run(["htpasswd", "-nbB", "sailor", password], capture_output=True, text=True, check=True).stdout
        (home / "htpasswd").write_text(line.strip() + "\n")
        (home / "registry.yml").write_text(
            f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {home}/data}}}}\n"
            f"auth: {{htpasswd: {{realm: test, path: {home}/htpasswd}}}}\nhttp: {{addr: \"{host}\"}}\n")
        serving = subprocess.Popen(["docker-registry", "serve", str(home / "registry.yml")], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            archive = demo_image("busybox", "busybox:demo", "busybox")
            policy = [] if os.path.exists("/etc/containers/policy.json") else ["--insecure-policy"]
            push = ["skopeo", *policy, "copy", "--quiet", "--dest-tls-verify=false", f"--dest-creds=sailor:{password}",
                    f"oci-archive:{archive}", f"docker://{host}/busybox:private"]
            until("the registry takes the image", lambda: subprocess.run(push, capture_output=True).returncode == 0)
            yield host
        finally:
            serving.kill()
            serving.wait()


if __name__ == "__main__":
    unittest.main(verbosity=2)
