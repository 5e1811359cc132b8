"""`crun run -d` and nothing else: what a container's start costs at least on this machine.

Runs by itself in a mount namespace of its own (`unshare --mount`), because crun refuses machines that mount both versions of
control groups: there it shows crun those of version 1 alone. Prints milliseconds from the command to the first
instruction, as JSON. Usage: floor.py DIRECTORY ROOTFS NAME COUNT AT_ONCE; containers are gone afterwards.
"""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time

from installation import KNOCK, Door

HIERARCHIES = ("memory", "cpu", "cpuacct", "pids", "devices", "freezer")
PATIENCE = 60.0


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True, timeout=PATIENCE).stdout


def show_one_version(directory):
    groups = pathlib.Path("/sys/fs/cgroup")
    if not (groups / "memory").is_dir():
        return [groups]
    clean = directory / "cgroup"
    clean.mkdir()
    run("mount", "-t", "tmpfs", "tmpfs", str(clean))
    for each in HIERARCHIES:
        (clean / each).mkdir()
        run("mount", "--bind", str(groups / each), str(clean / each))
    run("mount", "--move", str(clean), str(groups))
    return [groups / each for each in HIERARCHIES]


def write_bundle(bundle, rootfs, door, namespace, group):
    bundle.mkdir(parents=True)
    subprocess.run(["crun", "spec"], check=True, cwd=bundle, timeout=PATIENCE)
    file = bundle / "config.json"
    config = json.loads(file.read_text())
    config["process"].update(terminal=False, args=KNOCK)
    config["root"] = {"path": str(rootfs), "readonly": True}
    config["mounts"].append({"destination": "/bench", "source": str(door), "type": "bind", "options": ["bind", "rw"]})
    config["mounts"] = [each for each in config["mounts"] if each["type"] != "cgroup"]
    for each in config["linux"]["namespaces"]:
        if each["type"] == "network":
            each["path"] = namespace
    config["linux"]["cgroupsPath"] = group
    config["linux"]["resources"]["memory"] = {"limit": 16 << 20}
    file.write_text(json.dumps(config))


def main(directory, rootfs, name, count, at_once):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True)
    hierarchies = show_one_version(directory)
    door = Door(directory / "shared")
    crun = ["crun", "--cgroup-manager=cgroupfs", f"--root={directory}/run"]
    keeper = subprocess.Popen(["unshare", "--net", "sleep", "600"])
    ids = [f"{name}{number}" for number in range(count)]
    try:
        for each in ids:
            write_bundle(directory / each, rootfs, door.directory, f"/proc/{keeper.pid}/ns/net", f"/{name}/{each}")

        def start(each):
            with open(directory / f"{each}.out", "wb") as out:
                subprocess.run([*crun, "run", "-d", "--bundle", str(directory / each), each], check=True, stdout=out, stderr=out,
                               stdin=subprocess.DEVNULL, timeout=PATIENCE)

        millis = []
        begun = time.monotonic()
        if at_once == 1:
            for each in ids:
                before = time.monotonic()
                start(each)
                millis.append((door.wait(1, PATIENCE)[0] - before) * 1000)
        else:
            with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
                list(pool.map(start, ids))
            door.wait(count, PATIENCE)
        print(json.dumps({"millis": millis, "rate": count / (time.monotonic() - begun)}))
    finally:
        for each in ids:
            subprocess.run([*crun, "delete", "-f", each], capture_output=True, timeout=PATIENCE)
        keeper.kill()
        keeper.wait()
        for hierarchy in hierarchies:
            with contextlib.suppress(OSError):
                os.rmdir(hierarchy / name)


if __name__ == "__main__":
    main(*sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5]))
