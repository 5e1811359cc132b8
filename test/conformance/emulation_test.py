"""Tasks for another processor: refused with a sentence, and run once the kernel knows an emulator (qemu-user, binfmt_misc).

The emulator is told to the kernel for the time of this test, under a name of its own, unless it is there already.
"""

import contextlib
import hashlib
import io
import json
import os
import pathlib
import platform
import shutil
import subprocess
import tarfile
import tempfile
import unittest

import tasks
import world

BINFMT = pathlib.Path("/proc/sys/fs/binfmt_misc")
HERE, THERE = ("X86_64", "ARM64") if platform.machine() == "x86_64" else ("ARM64", "X86_64")
# By the processor that a program is for: the compiler's name of it, OCI's, qemu's and the kernel's, and the number in an ELF file.
NAMES = {"ARM64": ("aarch64-linux-gnu", "arm64", "aarch64", r"\xb7\x00"), "X86_64": ("x86_64-linux-gnu", "amd64", "x86_64", r"\x3e\x00")}

# Says what processor it runs on and ends with 7. Needs no library of the other processor.
PROGRAM = r"""
#if defined(__aarch64__)
static long call(long number, long a, long b, long c) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
enum { write_ = 64, uname_ = 160, exit_ = 94 };
#else
static long call(long number, long a, long b, long c) {
  long out;
  __asm__ volatile("syscall" : "=a"(out) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return out;
}
enum { write_ = 1, uname_ = 63, exit_ = 231 };
#endif
static char names[6][65];
void _start(void) {
  call(uname_, (long)names, 0, 0);
  long size = 0;
  while (names[4][size]) ++size;
  names[4][size++] = '\n';
  call(write_, 1, (long)names[4], size);
  call(exit_, 7, 0, 0);
}
"""


def image_for(architecture, directory):
    """Path of a docker-archive whose only file is the program, compiled for `architecture`."""
    target, oci, _, _ = NAMES[architecture]
    compiler = shutil.which("clang-19") or "clang"
    subprocess.run([compiler, f"--target={target}", "-O1", "-ffreestanding", "-fno-stack-protector", "-nostdlib", "-static",
                    "-fuse-ld=lld", "-x", "c", "-", "-o", directory / "machine"], input=PROGRAM.encode(), check=True)
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as files:
        files.add(directory / "machine", "machine")
    config = {"architecture": oci, "os": "linux", "config": {"Cmd": ["/machine"]},
              "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer.getvalue()).hexdigest()}"]}}
    path = directory / "machine.tar"
    with tarfile.open(path, "w") as archive:
        for name, content in (("layer.tar", layer.getvalue()), ("config.json", json.dumps(config).encode()),
                              ("manifest.json", json.dumps([{"Config": "config.json", "Layers": ["layer.tar"]}]).encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


@contextlib.contextmanager
def emulator(architecture):
    """The kernel hands programs for `architecture` to qemu, meanwhile."""
    _, _, qemu, machine = NAMES[architecture]
    mounted = (BINFMT / "register").exists()
    if not mounted:
        subprocess.run(["mount", "-t", "binfmt_misc", "none", BINFMT], check=True)
    name = f"roadstead-{os.getpid()}"
    magic = r"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00" + machine
    mask = r"\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff"
    (BINFMT / "register").write_text(f":{name}:M::{magic}:{mask}:/usr/bin/qemu-{qemu}-static:F")
    try:
        yield
    finally:
        (BINFMT / name).write_text("-1")
        if not mounted:
            subprocess.run(["umount", BINFMT], check=True)


class Emulation(tasks.TaskCase):
    def setUp(self):
        directory = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, directory)
        archive = image_for(THERE, directory)
        self.world.run("image", "load", str(archive), "--name", "machine:there", "--platform", f"linux/{NAMES[THERE][1]}", "--state",
                       str(self.world.state))

    def definition(self):
        logs = {"logDriver": "awslogs", "options": {"awslogs-group": "/machine", "awslogs-region": self.world.identity["region"],
                                                     "awslogs-stream-prefix": "ecs", "awslogs-create-group": "true"}}
        container = {"name": "app", "image": "machine:there", "memory": 64, "logConfiguration": logs}
        return self.register("machine", [container], runtimePlatform={"cpuArchitecture": THERE, "operatingSystemFamily": "LINUX"})

    def test_a_program_for_another_processor(self):
        definition = self.definition()["taskDefinitionArn"]
        known = (BINFMT / "register").exists() and THERE in self.world.run("doctor", "--json", check=False).stdout
        if not known:
            answer = self.ecs.run_task(taskDefinition=definition, launchType="EC2")
            self.assertEqual([answer["tasks"], answer["failures"][0]["reason"]], [[], "ATTRIBUTE"])
            self.assertIn(THERE, answer["failures"][0]["detail"])
            self.assertIn("qemu-user-static", answer["failures"][0]["detail"])
        with contextlib.nullcontext() if known else emulator(THERE):
            self.world.kill()
            self.world.start()
            self.ecs = self.world.client("ecs")
            answer = self.ecs.run_task(taskDefinition=definition, launchType="EC2")
            self.assertEqual(answer["failures"], [])
            task = answer["tasks"][0]
            self.assertIn({"name": "ecs.cpu-architecture", "value": NAMES[THERE][1].replace("amd64", "x86_64")}, task["attributes"])
            stopped = world.until("the task has ended", lambda: self.ended(task["taskArn"]))
            self.assertEqual(stopped["containers"][0].get("exitCode"), 7, stopped)
            logs = self.world.client("logs")
            stream = f"ecs/app/{task['taskArn'].rsplit('/', 1)[1]}"
            events = world.until("its line is in the log", lambda: logs.get_log_events(logGroupName="/machine", logStreamName=stream)["events"])
            self.assertEqual([event["message"] for event in events], [NAMES[THERE][2]])

    def ended(self, arn):
        task = self.describe(arn)
        return task if task["lastStatus"] == "STOPPED" else None


if __name__ == "__main__":
    unittest.main()
