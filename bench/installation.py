"""A server of its own for a run of the benchmarks: signed calls over one kept connection, and a door that containers knock at."""

import contextlib
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "test/conformance"))
import world  # noqa: E402

IMAGES = ("nginx:v1", "busybox:demo")
# The first thing a measured container does is to write a line to the door; then it waits to be stopped.
KNOCK = ["/bin/sh", "-c", "echo x >/bench/door; trap 'exit 0' TERM; sleep 3600 & wait"]


class Installation(world.World):
    """`cold_starts`: seconds from the start of the process to the first answer, the very first start first."""

    def __init__(self):
        self.cold_starts = []
        super().__init__(images=IMAGES, bake_minutes=0)

    def options(self):
        self.network = getattr(self, "wide_network", None) or f"10.{random.randrange(216, 250)}.0.0/20"
        self.wide_network = self.network
        return super().options()

    def start(self):
        with open(self.log, "ab") as log:
            begun = time.monotonic()
            self.server = subprocess.Popen([self.program, "serve", "--no-profile", *self.options()], stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log, env=self.environment(), start_new_session=True)
        pause = threading.Event()
        while not self._answers():
            if self.server.poll() is not None or time.monotonic() - begun > world.PATIENCE:
                raise AssertionError(f"the server does not answer:\n{self.tail()}")
            pause.wait(0.001)
        self.cold_starts.append(time.monotonic() - begun)
        world.until("the server tells who it is", self._is_up)

    def _answers(self):
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=5)
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        return False

    def shims(self):
        return [pid for pid, words in world.processes_of(str(self.directory)) if words.split()[0].endswith("roadstead-shim")]


class Caller:
    """Signed ECS calls over one connection that is kept."""

    def __init__(self, installation):
        import botocore.auth
        import botocore.credentials
        who = installation.identity
        credentials = botocore.credentials.Credentials(who["access_key_id"], who["secret_access_key"])
        self._auth = botocore.auth.SigV4Auth(credentials, "ecs", who["region"])
        self._endpoint = who["endpoint"]
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.api_port, timeout=60)
        self._connection.connect()

    def prepare(self, operation, **members):
        """Headers and body, signed: nothing that a measurement should contain is left to do."""
        import botocore.awsrequest
        body = json.dumps(members)
        request = botocore.awsrequest.AWSRequest("POST", self._endpoint + "/", data=body, headers={
            "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"AmazonEC2ContainerServiceV20141113.{operation}"})
        self._auth.add_auth(request)
        return body, dict(request.headers)

    def send(self, prepared):
        body, headers = prepared
        self._connection.request("POST", "/", body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        if response.status != 200:
            raise AssertionError(f"{response.status} {text}")
        return json.loads(text)

    def call(self, operation, **members):
        return self.send(self.prepare(operation, **members))


class Door:
    """A FIFO in a directory that measured containers mount: tells when each of them ran its first instruction."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self.directory / "door"
        os.mkfifo(path)
        path.chmod(0o666)
        self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK)

    def wait(self, count, patience):
        """The moments (time.monotonic) of the next `count` knocks. Fails when they do not come."""
        import select
        moments, end = [], time.monotonic() + patience
        while len(moments) < count:
            left = end - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{len(moments)} of {count} containers started within {patience:.0f} s")
            if select.select([self._file], [], [], left)[0]:
                knocks = os.read(self._file, 4096).count(b"\n")
                moments += [time.monotonic()] * knocks
        return moments

    def close(self):
        os.close(self._file)
