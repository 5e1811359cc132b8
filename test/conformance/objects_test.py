"""S3 for AWS's own clients, and for tasks: environment files and the configuration of a log router come from it."""

import contextlib
import hashlib
import http.client
import os
import pathlib
import subprocess
import unittest
import urllib.parse

import boto3
import botocore.config
import botocore.exceptions

import world
from world import until


class Objects(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.here = world.World(images=("busybox:demo",))
        cls.addClassCleanup(cls.here.close)
        cls.s3, cls.ecs, cls.logs = cls.here.client("s3"), cls.here.client("ecs"), cls.here.client("logs")
        cls.logs.create_log_group(logGroupName="/objects")

    def refused(self, call, **given):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**given)
        return caught.exception.response["Error"]["Code"]

    def aws(self, *words, check=True):
        done = subprocess.run([world.AWS, *words], env=self.here.client_environment(),
                              capture_output=True, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"aws {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def test_the_client_library(self):
        s3 = self.s3
        s3.create_bucket(Bucket="library")
        self.assertIn("library", [each["Name"] for each in s3.list_buckets()["Buckets"]])
        self.assertEqual(self.refused(s3.create_bucket, Bucket="library"), "BucketAlreadyOwnedByYou")
        body = os.urandom(300_000)
        put = s3.put_object(Bucket="library", Key="a b/é+%", Body=body, ContentType="x/y", Metadata={"color": "red"})
        self.assertEqual(put["ETag"], f'"{hashlib.md5(body).hexdigest()}"')
        got = s3.get_object(Bucket="library", Key="a b/é+%", ChecksumMode="ENABLED")
        self.assertEqual(got["Body"].read(), body)
        self.assertEqual((got["ContentType"], got["Metadata"]), ("x/y", {"color": "red"}))
        self.assertIn("ChecksumCRC32", got)
        part = s3.get_object(Bucket="library", Key="a b/é+%", Range="bytes=10-19")
        self.assertEqual((part["Body"].read(), part["ContentRange"]), (body[10:20], "bytes 10-19/300000"))
        self.assertEqual(part["ResponseMetadata"]["HTTPStatusCode"], 206)
        head = s3.head_object(Bucket="library", Key="a b/é+%")
        self.assertEqual((head["ContentLength"], head["ETag"]), (300_000, put["ETag"]))
        self.assertEqual(self.refused(s3.get_object, Bucket="library", Key="a b/é+%", IfNoneMatch=put["ETag"]), "304")
        self.assertEqual(self.refused(s3.get_object, Bucket="library", Key="none"), "NoSuchKey")
        self.assertEqual(self.refused(s3.get_object, Bucket="nobody", Key="none"), "NoSuchBucket")
        self.assertEqual(self.refused(s3.head_object, Bucket="library", Key="none"), "404")
        for number in range(5):
            s3.put_object(Bucket="library", Key=f"many/{number}", Body=b"x")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="library", PaginationConfig={"PageSize": 2})
        self.assertEqual([each["Key"] for page in pages for each in page["Contents"]],
                         ["a b/é+%", *(f"many/{number}" for number in range(5))])
        folded = s3.list_objects_v2(Bucket="library", Delimiter="/")
        self.assertEqual([each["Prefix"] for each in folded["CommonPrefixes"]], ["a b/", "many/"])
        s3.copy_object(Bucket="library", Key="copy", CopySource={"Bucket": "library", "Key": "a b/é+%"})
        self.assertEqual(s3.get_object(Bucket="library", Key="copy")["Body"].read(), body)
        self.assertEqual(self.refused(s3.delete_bucket, Bucket="library"), "BucketNotEmpty")
        keys = [{"Key": each["Key"]} for each in s3.list_objects(Bucket="library")["Contents"]]
        self.assertEqual(len(s3.delete_objects(Bucket="library", Delete={"Objects": keys})["Deleted"]), 7)
        s3.delete_bucket(Bucket="library")
        self.assertEqual(self.refused(s3.get_bucket_acl, Bucket="library"), "NotImplemented")

    def test_the_command_line(self):
        tree = self.here.directory / "tree"
        (tree / "sub").mkdir(parents=True)
        (tree / "one.txt").write_text("one\n")
        (tree / "sub/two.txt").write_text("two\n")
        self.aws("s3", "mb", "s3://line")
        self.aws("s3", "cp", str(tree / "one.txt"), "s3://line/one.txt")
        self.assertIn("one.txt", self.aws("s3", "ls", "s3://line"))
        self.aws("s3", "sync", str(tree), "s3://line/tree")
        self.assertEqual(self.aws("s3", "sync", str(tree), "s3://line/tree"), "", "a second time there is nothing to do")
        self.assertIn("PRE sub/", self.aws("s3", "ls", "s3://line/tree/"))
        self.aws("s3", "cp", "s3://line/tree/sub/two.txt", str(self.here.directory / "two.txt"))
        self.assertEqual((self.here.directory / "two.txt").read_text(), "two\n")
        self.aws("s3", "cp", "s3://line/one.txt", "s3://line/copied.txt")
        self.aws("s3", "rm", "s3://line/copied.txt")
        self.aws("s3", "rm", "--recursive", "s3://line/tree")
        self.assertEqual(self.aws("s3", "ls", "--recursive", "s3://line/tree", check=False), "", "it ends with 1 when there is nothing")
        self.aws("s3", "rb", "--force", "s3://line")
        self.assertNotIn("line", self.aws("s3", "ls"))

    def test_links(self):
        who = self.here.identity
        s3 = boto3.session.Session().client(
            "s3", endpoint_url=who["endpoint"], region_name=who["region"], aws_access_key_id=who["access_key_id"],
            aws_secret_access_key=who["secret_access_key"], config=botocore.config.Config(signature_version="s3v4"))
        s3.create_bucket(Bucket="links")
        put = s3.generate_presigned_url("put_object", Params={"Bucket": "links", "Key": "k"})
        self.assertEqual(self.ask("PUT", put, b"by link")[0], 200)
        get = s3.generate_presigned_url("get_object", Params={"Bucket": "links", "Key": "k"})
        self.assertEqual(self.ask("GET", get), (200, b"by link"))
        status, body = self.ask("GET", get.replace("/k?", "/other?"))
        self.assertEqual(status, 403)
        self.assertIn(b"<Code>SignatureDoesNotMatch</Code>", body)

    def ask(self, method, url, body=None):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc)
        with contextlib.closing(connection):
            connection.request(method, f"{parts.path}?{parts.query}", body)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def test_what_is_too_long(self):
        self.s3.create_bucket(Bucket="long")
        self.assertEqual(self.refused(self.s3.put_object, Bucket="long", Key="k", Body=b"x" * (70 << 20)), "EntityTooLarge")
        self.s3.put_object(Bucket="long", Key="k", Body=b"x" * (20 << 20))
        self.assertEqual(self.s3.head_object(Bucket="long", Key="k")["ContentLength"], 20 << 20)

    def test_environment_files(self):
        self.s3.create_bucket(Bucket="settings")
        self.s3.put_object(Bucket="settings", Key="first.env", Body=b"# comment\nONE=from first\nBOTH=first\nSET=no\nQUOTED=\"q\"\r\nnonsense\n")
        self.s3.put_object(Bucket="settings", Key="second.env", Body=b"TWO=a=b\nBOTH=second\n")
        self.s3.put_object(Bucket="settings", Key="other.env", Body=b"ONE=overridden\n")
        definition = self.register(["first.env", "second.env"])
        said = self.said(self.run_task(definition))
        self.assertEqual(said, {"ONE": "from first", "TWO": "a=b", "BOTH": "first", "SET": "yes", "QUOTED": '"q"'})
        override = {"containerOverrides": [{"name": "app", "environmentFiles": [
            {"type": "s3", "value": "arn:aws:s3:::settings/other.env"}]}]}
        said = self.said(self.run_task(definition, overrides=override))
        self.assertEqual(said, {"ONE": "overridden", "SET": "yes"})

    def test_environment_files_that_are_missing(self):
        self.s3.create_bucket(Bucket="gaps")
        for bucket, code in (("gaps", "NoSuchKey"), ("nowhere", "NoSuchBucket")):
            task = self.ecs.run_task(taskDefinition=self.register(["none.env"], bucket=bucket))["tasks"][0]["taskArn"]
            stopped = until("the task has stopped", lambda: self.find(task, "STOPPED"))
            self.assertEqual(stopped["stopCode"], "TaskFailedToStart")
            self.assertIn("ResourceInitializationError: failed to download env files: ", stopped["stoppedReason"])
            self.assertIn(code, stopped["stoppedReason"])

    def test_nothing_that_was_acknowledged_is_lost(self):
        self.s3.create_bucket(Bucket="kept")
        bodies = {f"k{number}": os.urandom(1000) for number in range(20)}
        for key, body in bodies.items():
            self.s3.put_object(Bucket="kept", Key=key, Body=body)
        # What a crash leaves between a file and its row.
        orphan = pathlib.Path(self.here.state) / "objects/aa" / ("aa" + "0" * 62)
        self.here.kill()
        orphan.parent.mkdir(exist_ok=True)
        orphan.write_bytes(b"nobody's")
        self.here.start()
        for key, body in bodies.items():
            self.assertEqual(self.s3.get_object(Bucket="kept", Key=key)["Body"].read(), body)
        self.assertFalse(orphan.exists())

    def register(self, names, bucket="settings"):
        say = 'for name in ONE TWO BOTH SET QUOTED; do eval "value=\\$$name"; [ -z "$value" ] || echo "$name=$value"; done; echo END'
        container = {
            "name": "app", "image": "busybox:demo", "memory": 64, "command": ["sh", "-c", say],
            "environment": [{"name": "SET", "value": "yes"}],
            "environmentFiles": [{"type": "s3", "value": f"arn:aws:s3:::{bucket}/{name}"} for name in names],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": "/objects", "awslogs-region": self.here.identity["region"], "awslogs-stream-prefix": "p"}},
        }
        return self.ecs.register_task_definition(family="reader", networkMode="none", executionRoleArn=self.here.role("execution"),
                                                 containerDefinitions=[container])["taskDefinition"]["taskDefinitionArn"]

    def run_task(self, definition, **more):
        return self.ecs.run_task(taskDefinition=definition, **more)["tasks"][0]["taskArn"]

    def find(self, task, status):
        found = self.ecs.describe_tasks(tasks=[task])["tasks"][0]
        return found if found["lastStatus"] == status else None

    def said(self, task):
        """What the container printed of its environment."""
        stream = f"p/app/{task.rsplit('/', 1)[1]}"

        def lines():
            try:
                events = self.logs.get_log_events(logGroupName="/objects", logStreamName=stream)["events"]
            except self.logs.exceptions.ResourceNotFoundException:
                return None
            found = [each["message"] for each in events]
            return found if "END" in found else None

        try:
            found = until("the container has spoken", lines)
        except AssertionError as problem:
            raise AssertionError(f"{problem}: {self.ecs.describe_tasks(tasks=[task])['tasks'][0]}") from None
        return dict(line.split("=", 1) for line in found if line != "END")


if __name__ == "__main__":
    unittest.main()
