"""S3 for AWS's own clients, and for tasks: environment files and the configuration of a log router come from it."""

import base64
import contextlib
import hashlib
import http.client
import io
import os
import pathlib
import subprocess
import threading
import unittest
import urllib.parse
import zlib

import boto3
import boto3.s3.transfer
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

    def files(self):
        """The names of all files that hold bytes of objects."""
        return {each.name for each in (pathlib.Path(self.here.state) / "objects").glob("*/*")}

    def test_parts_of_the_command_line(self):
        body = os.urandom(20 << 20)
        there, back = self.here.directory / "there", self.here.directory / "back"
        there.write_bytes(body)
        self.aws("s3", "mb", "s3://parts-line")
        self.aws("s3", "cp", str(there), "s3://parts-line/large", "--content-type", "x/y", "--metadata", "color=red")
        head = self.s3.head_object(Bucket="parts-line", Key="large", ChecksumMode="ENABLED")
        digests = b"".join(hashlib.md5(body[at:at + (8 << 20)]).digest() for at in range(0, len(body), 8 << 20))
        self.assertEqual(head["ETag"], f'"{hashlib.md5(digests).hexdigest()}-3"')
        self.assertEqual((head["ContentType"], head["Metadata"], head["ContentLength"]), ("x/y", {"color": "red"}, len(body)))
        self.aws("s3", "cp", "s3://parts-line/large", str(back))
        self.assertEqual(back.read_bytes(), body)
        # A copy of a long object is made of parts too.
        self.aws("s3", "cp", "s3://parts-line/large", "s3://parts-line/copied")
        self.assertEqual(self.s3.get_object(Bucket="parts-line", Key="copied")["Body"].read(), body)
        self.assertEqual(self.s3.get_object_tagging(Bucket="parts-line", Key="copied")["TagSet"], [])
        self.aws("s3", "mv", "s3://parts-line/copied", str(back))
        self.assertEqual(back.read_bytes(), body)
        self.assertEqual(self.s3.list_multipart_uploads(Bucket="parts-line").get("Uploads", []), [])
        self.aws("s3", "rb", "--force", "s3://parts-line")
        self.assertNotIn(hashlib.sha256(body).hexdigest(), self.files())

    def test_parts_of_the_client_library(self):
        self.s3.create_bucket(Bucket="parts-library")
        body = os.urandom((23 << 20) + 5)
        many = boto3.s3.transfer.TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, max_concurrency=6)
        who = self.here.identity
        plain = boto3.session.Session().client(
            "s3", endpoint_url=who["endpoint"], region_name=who["region"], aws_access_key_id=who["access_key_id"],
            aws_secret_access_key=who["secret_access_key"],
            config=botocore.config.Config(request_checksum_calculation="when_required"))
        for s3, extra, checksum, kind in ((self.s3, {}, "ChecksumCRC32", "COMPOSITE"),
                                          (plain, {}, "ChecksumCRC64NVME", "FULL_OBJECT"),
                                          (self.s3, {"ChecksumAlgorithm": "SHA256"}, "ChecksumSHA256", "COMPOSITE")):
            s3.upload_fileobj(io.BytesIO(body), "parts-library", "k", Config=many, ExtraArgs=extra)
            head = self.s3.head_object(Bucket="parts-library", Key="k", ChecksumMode="ENABLED")
            self.assertIn(checksum, head)
            self.assertEqual(head.get("ChecksumType"), kind)
            back = io.BytesIO()
            self.s3.download_fileobj("parts-library", "k", back, Config=many)
            self.assertEqual(back.getvalue(), body)
        self.assertTrue(head["ETag"].endswith('-5"'))
        crc = base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()
        self.s3.upload_fileobj(io.BytesIO(body), "parts-library", "k", Config=many, ExtraArgs={"ChecksumType": "FULL_OBJECT", "ChecksumCRC32": crc})
        head = self.s3.head_object(Bucket="parts-library", Key="k", ChecksumMode="ENABLED")
        self.assertEqual((head["ChecksumCRC32"], head["ChecksumType"]), (crc, "FULL_OBJECT"))
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            self.s3.upload_fileobj(io.BytesIO(body), "parts-library", "other", Config=many,
                                   ExtraArgs={"ChecksumType": "FULL_OBJECT", "ChecksumCRC32": "AAAAAA=="})
        self.assertEqual(caught.exception.response["Error"]["Code"], "BadDigest")
        self.assertEqual(self.refused(self.s3.head_object, Bucket="parts-library", Key="other"), "404")

    def begin(self, bucket, key, parts):
        """An upload with these parts; its id, and the list that completes it."""
        upload = self.s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        listed = []
        for number, body in enumerate(parts, 1):
            part = self.s3.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body)
            listed.append({name: value for name, value in part.items() if name == "ETag" or name.startswith("ChecksumCRC")} | {"PartNumber": number})
        return upload, {"Parts": listed}

    def test_what_is_given_up_leaves_no_file(self):
        self.s3.create_bucket(Bucket="given-up")
        before = self.files()
        upload, _ = self.begin("given-up", "k", [os.urandom(5 << 20), os.urandom(1000)])
        self.assertEqual(len(self.files() - before), 2)
        found = self.s3.list_parts(Bucket="given-up", Key="k", UploadId=upload)["Parts"]
        self.assertEqual([(each["PartNumber"], each["Size"]) for each in found], [(1, 5 << 20), (2, 1000)])
        self.s3.abort_multipart_upload(Bucket="given-up", Key="k", UploadId=upload)
        self.assertEqual(self.files(), before)
        self.begin("given-up", "k", [os.urandom(1000)])
        self.s3.delete_bucket(Bucket="given-up")
        self.assertEqual(self.files(), before)

    def test_parts_outlive_a_crash(self):
        self.s3.create_bucket(Bucket="parts-kept")
        old, new = os.urandom(1000), [os.urandom(6 << 20), os.urandom(5 << 20), os.urandom(77)]
        self.s3.put_object(Bucket="parts-kept", Key="k", Body=old)
        before = self.files()
        upload, listed = self.begin("parts-kept", "k", new[:2])
        self.here.kill()
        self.here.start()
        self.assertEqual(len(self.files() - before), 2, "what came before the crash is there")
        last = self.s3.upload_part(Bucket="parts-kept", Key="k", UploadId=upload, PartNumber=3, Body=new[2])
        listed["Parts"].append({"PartNumber": 3, "ETag": last["ETag"], "ChecksumCRC32": last["ChecksumCRC32"]})
        # Until it is complete the old object answers; then the new one, whole, for whoever asks meanwhile.
        seen, stop = [], threading.Event()

        def look():
            s3 = self.here.client("s3")
            while not stop.is_set():
                seen.append(s3.get_object(Bucket="parts-kept", Key="k")["Body"].read())

        reader = threading.Thread(target=look)
        reader.start()
        try:
            until("the reader has read", lambda: seen)
            self.s3.complete_multipart_upload(Bucket="parts-kept", Key="k", UploadId=upload, MultipartUpload=listed)
            count = len(seen)
            until("the reader has read again", lambda: len(seen) > count + 1)
        finally:
            stop.set()
            reader.join()
        whole = b"".join(new)
        self.assertEqual(seen[0], old)
        self.assertEqual(seen[-1], whole)
        self.assertEqual({hashlib.sha256(each).hexdigest() for each in seen},
                         {hashlib.sha256(old).hexdigest(), hashlib.sha256(whole).hexdigest()})
        self.here.kill()
        self.here.start()
        self.assertEqual(self.s3.get_object(Bucket="parts-kept", Key="k")["Body"].read(), whole)
        self.assertEqual(self.files() - before, {hashlib.sha256(whole).hexdigest()})

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
