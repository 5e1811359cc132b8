"""What is measured. Each case adds lines to the report: ours, what stands beside it in the same run, and their ratio."""

import collections
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tarfile
import threading
import time

from installation import KNOCK, Caller, Door, world

HERE = pathlib.Path(__file__).parent
PATIENCE = 120.0
STARTS = 20
# The scheduler answers the end of a younger task more slowly each time: that would be a crash loop.
OLD_ENOUGH = 11.0


class Bench:
    """What the cases share. `report` is a list of (what, ours, beside, ratio)."""

    def __init__(self, installation, state_bench):
        self.here, self.state_bench = installation, state_bench
        self.directory = installation.directory / "bench"
        self.directory.mkdir()
        self.caller = Caller(installation)
        self.report = []
        self._rootfs = None
        self._door = None

    def add(self, what, ours, beside="", ratio=""):
        self.report.append((what, ours, beside, ratio))
        print("  " + "; ".join(filter(None, (f"{what}: {ours}", beside, ratio))), flush=True)

    def rootfs(self):
        """The busybox image as a plain directory."""
        if not self._rootfs:
            self._rootfs = self.directory / "rootfs"
            archive = self.directory / "busybox"
            with tarfile.open(world.demo_image("busybox", "busybox:demo", "busybox")) as tar:
                tar.extractall(archive)
            def blob(digest):
                return archive / "blobs" / digest.replace(":", "/")
            manifest = json.loads(blob(json.loads((archive / "index.json").read_text())["manifests"][0]["digest"]).read_text())
            for layer in manifest["layers"]:
                with tarfile.open(blob(layer["digest"])) as tar:
                    tar.extractall(self._rootfs)
            (self._rootfs / "bench").mkdir()
        return self._rootfs

    def door(self):
        """The door, and a task definition whose container knocks at it."""
        if not self._door:
            self._door = Door(self.directory / "shared")
            self.caller.call("RegisterTaskDefinition", family="knock", volumes=[
                {"name": "bench", "host": {"sourcePath": str(self._door.directory)}}], containerDefinitions=[
                    {"name": "app", "image": "busybox:demo", "memory": 16, "command": KNOCK, "entryPoint": [], "stopTimeout": 2,
                     "mountPoints": [{"sourceVolume": "bench", "containerPath": "/bench"}]}])
        return self._door

    def floor(self, count, at_once):
        """What floor.py says."""
        name = f"{self.here.name}x"
        self._floors = getattr(self, "_floors", 0) + 1
        done = subprocess.run(["unshare", "--mount", "--propagation", "private", sys.executable, HERE / "floor.py",
                               self.directory / f"floor{self._floors}", self.rootfs(), name, str(count), str(at_once)],
                              capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            raise AssertionError(f"floor.py: {done.stderr}")
        return json.loads(done.stdout)


def median(values, digits=1):
    return f"{statistics.median(values):.{digits}f}"


def spread(values):
    ordered = sorted(values)
    return f"{median(values)} [{ordered[len(ordered) // 10]:.1f}..{ordered[len(ordered) * 9 // 10]:.1f}] ms"


def memory_of(pid):
    """MiB resident, and of those not shared with a file."""
    status = dict(re.findall(r"^(\w+):\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M))
    return int(status["VmRSS"]) / 1024, int(status["RssAnon"]) / 1024


def idle_memory(bench):
    resident, own = memory_of(bench.here.server.pid)
    bench.add("memory of `serve` without tasks", f"{resident:.1f} MiB resident", f"of that {own:.1f} MiB its own data")
    door = bench.door()
    task = bench.caller.call("RunTask", taskDefinition="knock", launchType="EC2")["tasks"][0]["taskArn"]
    door.wait(1, PATIENCE)
    shims = [memory_of(pid)[0] * 1024 for pid in bench.here.shims()]
    bench.add("memory of a task's shim", f"{median(shims, 0)} KiB resident")
    bench.caller.call("StopTask", task=task)


def cold_start(bench):
    for _ in range(5):
        bench.here.kill()
        bench.here.start()
    bench.caller = Caller(bench.here)
    first, *others = [1000 * each for each in bench.here.cold_starts]
    bench.add("`serve` to its first answer", f"{median(others)} ms", f"the very first start, with new keys: {first:.0f} ms")


def create_page(bench, name):
    """Makes an Express service and waits for its first answer. Its ARN, its URL and how many milliseconds that took."""
    begun = time.monotonic()
    service = bench.caller.call(
        "CreateExpressGatewayService", serviceName=name, infrastructureRoleArn=bench.here.role("infrastructure"),
        executionRoleArn=bench.here.role("execution"), healthCheckPath="/healthz",
        primaryContainer={"image": "nginx:v1", "containerPort": 80})["service"]
    url = service["activeConfigurations"][0]["ingressPaths"][0]["endpoint"]
    url = url if "://" in url else f"https://{url}"
    wait_for_page(bench, url)
    return service["serviceArn"], url, (time.monotonic() - begun) * 1000


def express(bench):
    millis = []
    for turn in range(3):
        service, _, took = create_page(bench, f"page{turn}")
        millis.append(took)
        bench.caller.call("DeleteExpressGatewayService", serviceArn=service)
    bench.add("create-express-gateway-service to the first HTTPS 200, image there", spread(millis))


def wait_for_page(bench, url):
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            if bench.here.request(url + "/healthz").status == 200:
                return
        pause.wait(0.01)
    raise AssertionError(f"{url} does not answer:\n{bench.here.tail()}")


def run_task(bench):
    door, ours, answers = bench.door(), [], []
    floor = bench.floor(STARTS // 2, 1)["millis"]
    for turn in range(STARTS + 1):
        prepared = bench.caller.prepare("RunTask", taskDefinition="knock", launchType="EC2")
        begun = time.monotonic()
        task = bench.caller.send(prepared)["tasks"][0]["taskArn"]
        answered = time.monotonic()
        moment = door.wait(1, PATIENCE)[0]
        if turn > 0:  # the first one warms up
            ours.append((moment - begun) * 1000)
            answers.append((answered - begun) * 1000)
        bench.caller.call("StopTask", task=task)
    floor += bench.floor(STARTS // 2, 1)["millis"]
    ratio = f"{statistics.median(ours) / statistics.median(floor):.1f} x"
    bench.add("RunTask to the container's first instruction", spread(ours), f"bare `crun run -d`: {spread(floor)}", ratio)
    bench.add("RunTask to its (durable) answer", spread(answers))
    docker = docker_starts(bench)
    bench.add("the same beside `docker run -d`", spread(ours), docker if isinstance(docker, str) else f"docker: {spread(docker)}",
              "" if isinstance(docker, str) else f"{statistics.median(ours) / statistics.median(docker):.2f} x")


def docker_starts(bench):
    """Milliseconds, or why there are none."""
    def docker(*words, **options):
        return subprocess.run(["docker", *words], capture_output=True, timeout=PATIENCE, **options)
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        if docker("version").returncode == 0:
            image, millis = f"roadstead-bench-{bench.here.name}", []
            with subprocess.Popen(["tar", "-C", bench.rootfs(), "-c", "."], stdout=subprocess.PIPE) as tar:
                docker("import", "-", image, stdin=tar.stdout, check=True)
            try:
                for _ in range(STARTS // 2):
                    begun = time.monotonic()
                    started = docker("run", "-d", "-v", f"{bench.door().directory}:/bench", image, *KNOCK, check=True)
                    millis.append((bench.door().wait(1, PATIENCE)[0] - begun) * 1000)
                    docker("rm", "-f", started.stdout.decode().strip(), check=True)
            finally:
                docker("rmi", "-f", image)
            return millis
    return "not measured: no docker engine"


def many_tasks(bench):
    door = bench.door()
    for count in (50, 200):
        callers = [Caller(bench.here) for _ in range(min(count // 10, 8))]
        groups = [caller.prepare("RunTask", taskDefinition="knock", launchType="EC2", count=10)
                  for caller, _ in zip(callers * count, range(count // 10))]
        shares = [groups[index::len(callers)] for index in range(len(callers))]
        begun = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(len(callers)) as pool:
            answers = pool.map(lambda caller, share: [caller.send(each) for each in share], callers, shares)
            moments = door.wait(count, PATIENCE)
            tasks = [task["taskArn"] for share in answers for each in share for task in each["tasks"]]
        rate = count / (moments[-1] - begun)
        stop_all(bench, tasks)
        floor = bench.floor(50, 4)["rate"]
        bench.add(f"{count} tasks at once", f"{rate:.0f} starts/s", f"bare crun, 4 at once: {floor:.0f} starts/s", f"{rate / floor:.2f} x")


def replaced(bench):
    """Kills the containers of a service, one after the other."""
    door = bench.door()
    count = 5
    bench.caller.call("CreateService", serviceName="steady", taskDefinition="knock", desiredCount=count, launchType="EC2")
    door.wait(count, PATIENCE)
    threading.Event().wait(OLD_ENOUGH)
    millis = []
    for pid in [pid for pid, words in world.processes_of(KNOCK[-1]) if words.startswith(KNOCK[0])][:count]:
        begun = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        millis.append((door.wait(1, PATIENCE)[0] - begun) * 1000)
    if len(millis) != count:
        raise AssertionError(f"{len(millis)} containers of {count} were found")
    bench.add("a service's container killed to its replacement's first instruction", spread(millis))
    bench.caller.call("DeleteService", service="steady", force=True)
    world.until("the service is gone", lambda: not bench.here.shims(), PATIENCE)


def traces(bench):
    """How much tasks have on the machine, by kind: mounts, links, namespaces, control groups, processes. Networks are made ahead,
    so that names tell nothing."""
    lines = [line for line in bench.here.leftovers() if not line.startswith("state ")]
    return collections.Counter("mount" if line.startswith("overlay") else line.split()[0] for line in lines)


def no_leak(bench):
    """200 tasks start and stop: what is on the machine afterwards is as much as was there before."""
    count = 200
    run_and_stop(bench, 10)  # what every installation has from its first task on
    world.until("the first are gone", lambda: not bench.here.shims() and not traces(bench)["mount"], PATIENCE)
    before = traces(bench)
    during = sum((run_and_stop(bench, count) - before).values())
    with contextlib.suppress(AssertionError):
        world.until("nothing of the tasks is left", lambda: not traces(bench) - before, PATIENCE)
    if left := traces(bench) - before:
        raise AssertionError(f"left behind: {dict(left)}")
    bench.add(f"mounts, links, namespaces, control groups and processes left of {count} tasks", "0", f"while they ran: {during}")


def run_and_stop(bench, count):
    """What `count` tasks have on the machine while they all run."""
    door = bench.door()
    tasks = [task["taskArn"] for _ in range(count // 10)
             for task in bench.caller.call("RunTask", taskDefinition="knock", launchType="EC2", count=10)["tasks"]]
    door.wait(count, PATIENCE)
    during = traces(bench)
    stop_all(bench, tasks)
    return during


def stop_all(bench, tasks):
    for task in tasks:
        bench.caller.call("StopTask", task=task)
    world.until("all tasks have stopped", lambda: not bench.here.shims() or not running(bench, tasks), PATIENCE)


def running(bench, tasks):
    return [task["taskArn"] for first in range(0, len(tasks), 100)
            for task in bench.caller.call("DescribeTasks", tasks=tasks[first:first + 100])["tasks"] if task["lastStatus"] != "STOPPED"]


def proxy(bench):
    """Roadstead's HAProxy beside two written by hand: one that only passes requests on, and one that does the same work."""
    _, url, _ = create_page(bench, "web")
    host = url.split("://")[1].split("/")[0]
    listing = (bench.here.state / "proxy/certificates.list").read_text()
    pem = next(line.split()[0] for line in listing.splitlines() if host.split(":")[0] in line)
    ports = world.free_ports(2)
    equal = (f"  acl ours hdr(host) -i {host}\n  option forwardfor\n  http-request set-header X-Forwarded-Proto https\n"
             "  http-request set-header X-Forwarded-Port %[dst_port]\n  http-request set-header X-Amzn-Trace-Id Root=%[uuid()]\n"
             "  use_backend one if ours\n")
    configs = [handwritten(ports[0], pem, nginx_address(bench), "  default_backend one\n", ""),
               handwritten(ports[1], pem, nginx_address(bench), equal, "  option httpchk GET /healthz\n")]
    running = [start_haproxy(bench, n, config) for n, config in enumerate(configs)]
    try:
        for port in ports:
            world.until("a HAProxy written by hand listens", lambda at=port: wrk(at, host, "1s") > 0)
        rates = [[wrk(port, host) for port in (bench.here.https_port, *ports)] for _ in range(4)]
    finally:
        for each in running:
            each.kill()
            each.wait()
    ours, minimal, complete = zip(*rates)
    for what, theirs in (("that only passes them on", minimal), ("that routes by host, adds the same headers and checks the target", complete)):
        bench.add(f"HTTPS requests to one nginx task, beside a HAProxy {what}", f"{median(ours, 0)}/s", f"{median(theirs, 0)}/s",
                  f"{statistics.median(ours) / statistics.median(theirs):.2f} x")


def handwritten(port, pem, backend, front, back):
    return ("global\n  maxconn 1000\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
            f"frontend all\n  bind 127.0.0.1:{port} ssl crt {pem}\n{front}backend one\n{back}  server s {backend}:80 check inter 30s\n")


def start_haproxy(bench, number, text):
    config = bench.directory / f"handwritten-{number}.cfg"
    config.write_text(text)
    return subprocess.Popen(["haproxy", "-db", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def nginx_address(bench):
    tasks = bench.caller.call("ListTasks", desiredStatus="RUNNING", serviceName="web")["taskArns"]
    task = bench.caller.call("DescribeTasks", tasks=tasks)["tasks"][0]
    return next(detail["value"] for detail in task["attachments"][0]["details"] if detail["name"] == "privateIPv4Address")


def wrk(port, host, span="2s"):
    """Requests per second, all answered with 200. Sends the host by header; loopback needs no name."""
    script = pathlib.Path(__file__).with_name("wrk_host.lua")
    if not shutil.which("wrk"):
        raise AssertionError("wrk is not installed")
    done = subprocess.run(["wrk", "-t1", "-c32", f"-d{span}", "-s", script, f"https://127.0.0.1:{port}/healthz", "--", host],
                          capture_output=True, text=True, timeout=PATIENCE)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not found or "Non-2xx" in done.stdout:
        return 0.0
    return float(found[1])


def state(bench):
    directory = bench.directory / "state"
    directory.mkdir()
    done = subprocess.run([bench.state_bench, directory], capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"state_bench: {done.stderr}")
    found = json.loads(done.stdout)
    bench.add("DescribeTasks of 1 of 10,000, signed, in the process", f"{found['describe_1']:.0f}/s")
    bench.add("DescribeTasks of 100 of 10,000", f"{found['describe_100']:.0f}/s", f"{found['describe_100'] * 100:.0f} tasks/s")
    bench.add("ListTasks, the first 100 of 10,000", f"{found['list_100']:.0f}/s")
    for clients, ours, floor in found["writes"]:
        bench.add(f"durable writes of {clients} client{'s' * (clients > 1)}", f"{ours:.0f}/s",
                  f"bare SQLite, {clients} a commit: {floor:.0f}/s", f"{ours / floor:.2f} x")


def transitions(bench):
    directory = bench.directory / "transitions"
    directory.mkdir()
    done = subprocess.run([bench.state_bench.parent / "transition_bench", directory], capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"transition_bench: {done.stderr}")
    found = json.loads(done.stdout)
    for way in ("starting", "stopping"):
        bench.add(f"durable changes of tasks through the control plane, {way} {found['tasks']} tasks of 40 services", f"{found[way]:.0f}/s")


def placement(bench):
    done = subprocess.run([bench.state_bench.parent / "placement_bench"], capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise AssertionError(f"placement_bench: {done.stderr}")
    found = json.loads(done.stdout)
    floor = found["placements"].pop("floor")
    names = {"fewest": "on the node with the fewest", "binpack": "by binpack on CPU", "spread_zones": "spread over three zones",
             "spread_nodes": "spread over instances", "random": "at random"}
    for way, rate in found["placements"].items():
        bench.add(f"placing a million tasks on 10,000 nodes, {names[way]}", f"{rate:.0f}/s", f"buckets alone: {floor:.0f}/s", f"{rate / floor:.2f} x")
    bench.add("memory of a task's row with its indexes, of 100,000", f"{found['bytes_per_task_row'] / 1024:.2f} KiB")


CASES = {"memory": idle_memory, "cold": cold_start, "express": express, "run": run_task, "many": many_tasks, "replaced": replaced, "leak": no_leak, "proxy": proxy,
         "state": state, "transitions": transitions, "placement": placement}
