"""A Docker engine of the test's own: dockerd with its own folders, socket and pid, without any network of its own.

Needs root and dockerd. Nothing of an engine that the machine runs is touched.
"""

import atexit
import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

START_SECONDS = 30


PR_SET_PDEATHSIG = 1


def end_with_parent():
    """A test that is killed leaves no daemon behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Engine:
    def __init__(self):
        if os.geteuid() != 0:
            raise unittest.SkipTest("an engine of our own needs root")
        for program in ("dockerd", "docker"):
            if shutil.which(program) is None:
                raise unittest.SkipTest(f"{program} is not installed")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="corten-engine-"))
        self.socket = self.folder / "docker.sock"
        self.host = f"unix://{self.socket}"
        self.log = open(self.folder / "log", "wb")
        self.daemon = subprocess.Popen(
            ["dockerd", "--data-root", self.folder / "data", "--exec-root", self.folder / "exec", "-H", self.host,
             "--pidfile", self.folder / "pid", "--bridge=none", "--iptables=false", "--ip6tables=false",
             "--config-file", self.write("daemon.json", "{}")],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=end_with_parent)
        atexit.register(self.stop)
        self.wait_until_it_answers()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def wait_until_it_answers(self):
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.daemon.poll() is not None:
                break
            if self.socket.exists() and self.docker("version", check=False).returncode == 0:
                return
            time.sleep(0.05)  # the condition is the daemon's answer; it has no other signal
        log = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise unittest.SkipTest("dockerd does not run here: " + " | ".join(log.splitlines()[-3:]))

    def docker(self, *words, check=True, data=None):
        run = subprocess.run(["docker", "-H", self.host, *map(str, words)], input=data, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, check=False,
                             env={**os.environ, "DOCKER_CONFIG": str(self.folder), "DOCKER_BUILDKIT": "0"})
        if check and run.returncode != 0:
            raise AssertionError(f"docker {words}: {run.stderr.decode()}")
        return run

    def out(self, *words, data=None):
        return self.docker(*words, data=data).stdout.decode().strip()

    @property
    def storage_driver(self):
        return self.out("info", "--format", "{{.Driver}}")

    def stop(self):
        if self.daemon is None:
            return
        daemon, self.daemon = self.daemon, None
        if daemon.poll() is None:
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        self.log.close()
        for mount in reversed(pathlib.Path("/proc/self/mounts").read_text().splitlines()):
            point = mount.split()[1]
            if point.startswith(str(self.folder)):
                subprocess.run(["umount", "-l", point], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
