"""Runs programs/ecs_sdk.mjs, a program with Amazon's JavaScript client, against a server of its own."""

import pathlib
import subprocess
import unittest

import world


class JavaScript(unittest.TestCase):
    def test_client(self):
        here = world.World(images=("nginx:v1",))
        self.addCleanup(here.close)
        script = pathlib.Path(__file__).with_name("programs") / "ecs_sdk.mjs"
        done = subprocess.run(["node", script], capture_output=True, text=True, timeout=240,
                              env=here.client_environment(ACCOUNT_ID=here.identity["account_id"]))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
