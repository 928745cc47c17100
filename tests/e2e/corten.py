"""Runs the program under test and keeps what it said.

The environment variable CORTEN names the binary; ctest sets it. Every test case has a folder of its own, which is the
working directory, the home and the cache of the program, so that nothing of the machine's user shows through.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("CORTEN", str(ROOT / "build/debug/corten"))
SHARED = pathlib.Path(os.environ.get("CORTEN_SHARED_DIR", ROOT.parent / "shared"))
SLOW = os.environ.get("CORTEN_SLOW_TESTS") == "1"

CLEAN, FINDINGS, USAGE, INCOMPLETE = 0, 1, 2, 3


class Outcome:
    """What one run of the program said."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self):
        return json.loads(self.out)

    def ids(self):
        return sorted({finding["id"] for finding in self.json["findings"] if "suppressed" not in finding})

    def packages(self):
        return sorted((p["name"], p["version"]) for p in self.json["packages"])

    def __repr__(self):
        return f"status {self.status}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Case(unittest.TestCase):
    """A test case with a folder of its own and ways to run the program in it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="corten-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.database = None
        self.peak_bytes = 0

    def corten(self, *words, env=None, prefix=(), cwd=None, timeout=300):
        surroundings = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "DOCKER_HOST": f"unix://{self.folder}/no-engine.sock",
            "LC_ALL": "C.UTF-8",
        }
        surroundings.update(env or {})
        run = subprocess.run([*prefix, BINARY, *map(str, words)], cwd=cwd or self.folder, env=surroundings,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             timeout=timeout, check=False)
        return Outcome(run.returncode, run.stdout.decode(), run.stderr.decode())

    def measured(self, *words, **more):
        """scan() that also sets peak_bytes, of the program and its worker."""
        report = self.folder / "peak"
        found = self.scan(*words, prefix=[sys.executable, pathlib.Path(__file__).with_name("measure.py")],
                          env={"CORTEN_PEAK_FILE": str(report)}, **more)
        self.peak_bytes = int(report.read_text())
        return found

    def scan(self, *words, **more):
        """`corten scan --format json`; never touches the cache of an earlier run unless `cache` says so."""
        cache = [] if more.pop("cache", False) else ["--no-cache"]
        database = ["--db", self.database] if self.database else []
        return self.corten("scan", "--format", "json", *database, *cache, *words, **more)

    def expect(self, outcome, status, *messages):
        """The exit status, and every message in stderr."""
        self.assertEqual(outcome.status, status, outcome)
        for message in messages:
            self.assertIn(message, outcome.err, outcome)
        return outcome

    def expect_one_line(self, outcome, *messages):
        """Nothing could be examined: one line says so, and the report lists it too."""
        self.expect(outcome, INCOMPLETE, *messages)
        lines = outcome.err.splitlines()
        self.assertEqual(len(lines), 1, outcome)
        self.assertTrue(lines[0].startswith("corten: "), outcome)
        errors = outcome.json["errors"]
        self.assertEqual(len(errors), 1, outcome)
        for message in messages:
            self.assertIn(message, errors[0]["subject"] + ": " + errors[0]["message"])
        return outcome


def shared(*parts):
    """A file of the shared test data, or a skip of the test."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise unittest.SkipTest(f"no shared test data at {path}")
    return path


def build_database(case, *words):
    """A database of the given feeds in the case's folder; later scans of the case use it."""
    folder = case.folder / "db"
    built = case.corten("db", "build", *words, "--out", folder)
    case.assertEqual(built.status, CLEAN, built)
    case.database = folder
    return folder


def build_type():
    """CMAKE_BUILD_TYPE of the program under test, or nothing."""
    cache = pathlib.Path(BINARY).parent / "CMakeCache.txt"
    lines = cache.read_text().splitlines() if cache.exists() else []
    return next((line.partition("=")[2] for line in lines if line.startswith("CMAKE_BUILD_TYPE:")), "")


def main():
    """Runs the script's tests; 77, which ctest knows as a skip, when none could run. Says why for each that did not."""
    result = unittest.main(exit=False).result
    for test, reason in result.skipped:
        print(f"skipped {test}: {reason}")
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if len(result.skipped) >= max(result.testsRun, 1) else 0)
