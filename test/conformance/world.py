"""One real installation of Roadstead for a test: a server of its own name, state, ports and addresses, and nothing left after it.

Tests talk to it through Amazon's clients and through its load balancer, always on loopback. Nothing here waits blindly:
`until` asks again and again, up to a deadline. A test that ends leaves no mount, link, rule, cgroup or process behind;
`World.close` checks that.
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import ssl
import string
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("ROADSTEAD_PROGRAM", "")
SHIM = os.environ.get("ROADSTEAD_SHIM_PROGRAM", "")
AWS = str(ROOT / ".cache/python/bin/aws")
PATIENCE = 60.0  # seconds; how long anything that should happen may take on a busy machine
BREATH = 0.1     # seconds between two looks


def until(what, look, patience=PATIENCE):
    """The first true thing that `look()` returns. Fails with `what` and the last answer after `patience` seconds."""
    pause = threading.Event()
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"after {patience:.0f} s still not: {what} (last: {found!r})")
        pause.wait(BREATH)


def free_ports(count):
    """Ports that nobody listens on, all different."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def demo_image(kind, name, text):
    """Path of an oci-archive made of Debian packages; cached in the tree."""
    images = ROOT / ".cache/images"
    images.mkdir(parents=True, exist_ok=True)
    path = images / (name.replace(":", "_") + ".tar")
    aside = images / f"{path.name}.{os.getpid()}"
    subprocess.run([sys.executable, ROOT / "tools/make_demo_image", "--kind", kind, "--name", name, "--text", text,
                    "--cache", images, "-o", aside], check=True, stdout=subprocess.DEVNULL)
    aside.rename(path)
    return path


IMAGES = {"nginx:v1": ("nginx", "v1"), "nginx:v2": ("nginx", "v2"), "busybox:demo": ("busybox", "busybox")}


class Answer:
    """What an HTTP request got: `status`, `body` (text), `headers`."""

    def __init__(self, response):
        self.status = response.status
        self.body = response.read().decode(errors="replace")
        self.headers = response.headers


class World:
    """A running server. `directory` holds everything it keeps; `log` is what it prints."""

    def __init__(self, images=tuple(IMAGES), bake_minutes=0, api_tls=False, more_options=()):
        self.name = "".join(random.choices(string.ascii_lowercase, k=6))
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"roadstead-{self.name}-"))
        self.state = self.directory / "state"
        self.home = self.directory / "home"
        self.home.mkdir()
        self.log = self.directory / "serve.log"
        self.http_port, self.https_port, self.api_port = free_ports(3)
        self.network = f"10.214.{random.randrange(256)}.0/24"
        self.bake_minutes = bake_minutes
        self.api_tls = api_tls
        self.more_options = more_options
        self.server = None
        try:
            self._install_program()
            self.start()
            for image in images:
                self.load(image)
        except BaseException:
            self.close(check=False)
            raise

    def _install_program(self):
        """A copy, so that a build in the meantime changes nothing under a running server."""
        if not PROGRAM or not SHIM:
            raise AssertionError("ROADSTEAD_PROGRAM and ROADSTEAD_SHIM_PROGRAM must name the built programs")
        programs = self.directory / "bin"
        programs.mkdir()
        self.program = programs / "roadstead"
        shutil.copy(PROGRAM, self.program)
        shutil.copy(SHIM, programs / "roadstead-shim")

    def options(self):
        tls = ["--api-tls", "localhost"] if self.api_tls else []
        return [*tls, "--state", str(self.state), "--name", self.name, "--api", f"127.0.0.1:{self.api_port}", "--bind", "127.0.0.1",
                "--http-port", str(self.http_port), "--https-port", str(self.https_port), "--network", self.network,
                "--express-bake-minutes", str(self.bake_minutes), *self.more_options]

    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ROADSTEAD_"))}
        return {**kept, "HOME": str(self.home)}

    def start(self):
        """Starts the server (again) and waits until it answers."""
        with open(self.log, "ab") as log:
            self.server = subprocess.Popen([self.program, "serve", *self.options()], stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, env=self.environment(), start_new_session=True)
        until("the server answers", self._is_up)

    def _is_up(self):
        if self.server.poll() is not None:
            raise AssertionError(f"the server ended with {self.server.returncode}:\n{self.tail()}")
        found = self.run("env", "--state", str(self.state), "--json", check=False)
        if found.returncode != 0:
            return False
        self.identity = json.loads(found.stdout)
        return True

    def kill(self):
        """kill -9: what a crash or a power cut of the server looks like to everyone else."""
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def run(self, *words, check=True):
        """One of roadstead's own sub-commands."""
        done = subprocess.run([self.program, *words], capture_output=True, text=True, env=self.environment())
        if check and done.returncode != 0:
            raise AssertionError(f"roadstead {' '.join(words)}: {done.returncode}\n{done.stderr}")
        return done

    def tail(self, lines=40):
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def load(self, image, name=None):
        """Loads one of IMAGES, under its own name or another."""
        kind, text = IMAGES[image]
        self.run("image", "load", str(demo_image(kind, image, text)), "--name", name or image, "--state", str(self.state))

    # Amazon's clients

    @property
    def endpoint(self):
        return self.identity["endpoint"]

    @property
    def authority(self):
        return self.identity["ca_file"]

    def client_environment(self, **others):
        who = self.identity
        return {**self.environment(), "AWS_ENDPOINT_URL": who["endpoint"], "AWS_ACCESS_KEY_ID": who["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": who["secret_access_key"], "AWS_REGION": who["region"],
                "AWS_DEFAULT_REGION": who["region"], "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "",
                "AWS_MAX_ATTEMPTS": "1", **({"AWS_CA_BUNDLE": self.authority} if self.api_tls else {}), **others}

    def client(self, service, **credentials):
        import boto3
        import botocore.config
        who = self.identity
        # An address takes no "data-" in front, which some operations ask for.
        config = botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30, inject_host_prefix=False)
        return boto3.session.Session().client(service, endpoint_url=who["endpoint"], region_name=who["region"], config=config,
                                              verify=self.authority if self.api_tls else None,
                                              **{"aws_access_key_id": who["access_key_id"],
                                                 "aws_secret_access_key": who["secret_access_key"], **credentials})

    def role(self, name):
        return f"arn:aws:iam::{self.identity['account_id']}:role/{name}"

    # its load balancer

    def request(self, url, secure=True, trusted=True, host=None):
        """GET of a URL, on loopback, with the certificate checked for the URL's host name. `host` asks for another one."""
        parts = urllib.parse.urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        plain = socket.create_connection(("127.0.0.1", self.https_port if secure else self.http_port), timeout=10)
        stream = plain
        if secure:
            context = ssl.create_default_context(cafile=self.authority if trusted else None)
            stream = context.wrap_socket(plain, server_hostname=parts.hostname)
        with stream:
            connection = http.client.HTTPConnection(parts.netloc)
            connection.sock = stream
            connection.request("GET", path, headers={"Host": host} if host else {})
            return Answer(connection.getresponse())

    # the end

    def close(self, check=True):
        """Ends everything and checks that nothing of it is left on the machine."""
        if not hasattr(self, "program"):
            shutil.rmtree(self.directory, ignore_errors=True)
            return
        down = self.run("down", "--purge", *self.options(), check=False)
        if self.server and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        left = self.leftovers()
        if check and down.returncode != 0:
            left.append(f"down ended with {down.returncode}: {down.stderr}")
        if not left or not check:
            shutil.rmtree(self.directory, ignore_errors=True)
        if check and left:
            raise AssertionError("left behind:\n" + "\n".join(left))

    def leftovers(self):
        left = [line for line in pathlib.Path("/proc/mounts").read_text().splitlines() if str(self.state) in line]
        left += [f"link {name}" for name in os.listdir("/sys/class/net") if name.startswith(self.name)]
        for namespaces in (pathlib.Path("/run/netns"), pathlib.Path("/var/run/netns")):
            if namespaces.exists():
                left += [f"namespace {name}" for name in os.listdir(namespaces) if name.startswith(self.name)]
        tables = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, check=True).stdout
        left += [f"nft {line}" for line in tables.splitlines() if self.name in line]
        left += cgroups_of(self.name)
        left += [f"process {pid}: {words}" for pid, words in processes_of(str(self.directory))]
        if self.state.exists():
            left.append(f"state {self.state}")
        return left


def cgroups_of(name, depth=3):
    """Control groups of any hierarchy whose names begin with `name`."""
    found = []

    def look(directory, levels):
        with contextlib.suppress(OSError):
            for entry in os.scandir(directory):
                if not entry.is_dir(follow_symlinks=False):
                    continue
                if entry.name.startswith(name):
                    found.append(f"cgroup {entry.path}")
                elif levels > 1:
                    look(entry.path, levels - 1)

    look("/sys/fs/cgroup", depth)
    return found


def processes_of(text):
    """Processes whose command lines mention `text`, other than this one."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        if int(pid) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if text in words:
                yield int(pid), words


class Visitor:
    """Asks for one URL all the time, from a thread of its own, and keeps what went wrong and what it saw."""

    def __init__(self, world, url, path="/version"):
        self.world, self.url = world, url.rstrip("/") + path
        self.failures, self.seen, self.count = [], [], 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def _work(self):
        while not self._stop.is_set():
            try:
                answer = self.world.request(self.url)
                if answer.status != 200:
                    self.failures.append(f"{answer.status} {answer.body[:200]}")
                elif not self.seen or self.seen[-1] != answer.body.strip():
                    self.seen.append(answer.body.strip())
            except OSError as problem:
                self.failures.append(repr(problem))
            except http.client.HTTPException as problem:
                self.failures.append(repr(problem))
            self.count += 1
            self._stop.wait(0.01)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()
