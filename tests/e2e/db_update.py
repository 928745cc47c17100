#!/usr/bin/env python3
"""corten db update, from the outside: the program against a web server on loopback.

Usage: db_update.py CORTEN [SHARED_DIR]"""

import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

from feed_server import Fault, FeedServer

CORTEN = os.path.abspath(sys.argv[1])
SHARED = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None


def record(id_, name, modified, **more):
    package = {"ecosystem": "npm", "name": name}
    events = [{"introduced": "0"}, {"fixed": "2.0.0"}]
    affected = [{"package": package, "ranges": [{"type": "SEMVER", "events": events}]}]
    return {"id": id_, "modified": modified, "affected": affected, **more}


def export(records):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for r in records:
            archive.writestr(r["id"] + ".json", json.dumps(r))
    return out.getvalue()


def changes(records):
    lines = sorted(((r["modified"], r["id"]) for r in records), reverse=True)
    return "".join(f"{modified},{id_}\n" for modified, id_ in lines).encode()


class Update(unittest.TestCase):
    def setUp(self):
        self.server = FeedServer()
        self.addCleanup(self.server.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.db = self.folder / "db"
        self.records = [record(f"GHSA-{i:04}", f"package-{i}", "2024-06-01T00:00:00Z") for i in range(3000)]
        self.records[0]["modified"] = "2025-01-01T00:00:00Z"
        self.publish()
        kev = {"vulnerabilities": [{"cveID": "CVE-2024-0001", "dueDate": "2024-01-01"}]}
        self.server.files["/kev/known_exploited_vulnerabilities.json"] = json.dumps(kev).encode()

    def publish(self):
        self.server.files["/osv/npm/all.zip"] = export(self.records)
        self.server.files["/osv/npm/modified_id.csv"] = changes(self.records)

    def corten(self, *words, **environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith("CORTEN_") and "proxy" not in k.lower()}
        env.update(HOME=str(self.folder), XDG_CACHE_HOME=str(self.folder / "cache"), **environment)
        return subprocess.run([CORTEN, *words], capture_output=True, text=True, env=env, cwd=self.folder, timeout=120)

    def update(self, *more, expect=0):
        off = [f"--feed={name}=off" for name in ("debian", "alpine", "wolfi", "chainguard", "epss")]
        done = self.corten("db", "update", "--db", str(self.db), "--format=json", "--ecosystem=npm",
                           f"--feed=all={self.server.url}", *off, *more)
        self.assertEqual(done.returncode, expect, done.stderr)
        return json.loads(done.stdout), done.stderr

    def test_second_update_without_changes_costs_headers(self):
        first, _ = self.update()
        self.assertGreater(first["received"], len(self.server.files["/osv/npm/all.zip"]))
        self.server.take_requests()
        second, _ = self.update()
        requests = self.server.take_requests()
        self.assertEqual([r[1] for r in requests], [304, 304])
        self.assertLess(second["received"], 1000)
        print(f"\nreceived: first {first['received']} bytes, unchanged {second['received']} bytes")

    def test_three_changed_records_cost_kilobytes(self):
        self.update()
        for i in (5, 6, 7):
            self.records[i] = record(f"GHSA-{i:04}", "renamed", "2025-02-01T00:00:00Z")
            self.server.files[f"/osv/npm/GHSA-{i:04}.json"] = json.dumps(self.records[i]).encode()
        self.server.files["/osv/npm/modified_id.csv"] = changes(self.records)
        self.server.take_requests()
        report, _ = self.update()
        paths = [r[0] for r in self.server.take_requests()]
        self.assertNotIn("/osv/npm/all.zip", paths)
        self.assertEqual(sum(f["records"] for f in report["feeds"]), 3)
        self.assertLess(report["received"], 8_000)
        print(f"\nreceived: three changed records {report['received']} bytes")

    def test_cut_connection_is_gone_on_with(self):
        self.server.faults["/osv/npm/all.zip"] = [Fault(cut_after=50_000)]
        self.update()
        sent = [(r[2], r[3]) for r in self.server.take_requests() if r[0] == "/osv/npm/all.zip"]
        size = len(self.server.files["/osv/npm/all.zip"])
        self.assertEqual(sent[1][1], "bytes=50000-")
        self.assertEqual(sum(s[0] for s in sent), size)

    def test_busy_server_is_asked_again(self):
        self.server.faults["/kev/known_exploited_vulnerabilities.json"] = [
            Fault(status=429, headers={"Retry-After": "1"})]
        report, _ = self.update()
        self.assertTrue(all(f["outcome"] == "fetched" for f in report["feeds"]))

    def test_truncated_feed_keeps_the_earlier_copy(self):
        self.update()
        good = (self.db / "feeds/kev/known_exploited_vulnerabilities.json").read_bytes()
        self.server.files["/kev/known_exploited_vulnerabilities.json"] = good[:-20]
        # Damage is fetched again some times, with waits between; a refusal to wait ends that.
        self.server.faults["/kev/known_exploited_vulnerabilities.json"] = [
            None, Fault(status=503, headers={"Retry-After": "3600"})]
        report, stderr = self.update(expect=3)
        self.assertTrue(report["built"])
        self.assertIn("kev: ", stderr)
        self.assertIn("is used", stderr)
        self.assertEqual((self.db / "feeds/kev/known_exploited_vulnerabilities.json").read_bytes(), good)

    def test_failed_update_leaves_the_database_and_scans_go_on(self):
        self.update()
        before = (self.db / "corten.db").read_bytes()
        for path in list(self.server.files):
            self.server.faults[path] = [Fault(status=403)] * 3
        report, stderr = self.update(expect=3)
        self.assertFalse(report["built"])
        self.assertIn("the last good database stays", stderr)
        self.assertEqual((self.db / "corten.db").read_bytes(), before)
        self.assertEqual(self.corten("db", "status", "--db", str(self.db)).returncode, 0)

    def test_mirror_takes_over(self):
        mirror = FeedServer()
        self.addCleanup(mirror.close)
        mirror.files = self.server.files
        self.server.files = {}
        report, _ = self.update(f"--mirror={mirror.url}")
        self.assertTrue(report["built"])

    def test_configuration_file_names_places(self):
        (self.folder / "corten.yaml").write_text(
            f"db: {{path: {self.db}, mirrors: ['{self.server.url}']}}\n"
            "feeds: {all: 'http://127.0.0.1:9/', osv: off, debian: off, alpine: off, wolfi: off, chainguard: off,"
            f" epss: off, kev: '{self.server.url}/kev'}}\n")
        done = self.corten("db", "update")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.db / "corten.db").exists())

    def test_offline_uses_files_alone(self):
        report, stderr = self.update("--offline", expect=3)
        self.assertFalse(report["built"])
        self.assertIn("offline", stderr)
        self.assertEqual(self.server.take_requests(), [])

    def test_full_disk_leaves_the_database(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a file system of its own cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        feeds = self.folder / "many"
        feeds.mkdir()
        for count, status in ((10, 0), (20000, 3)):
            entries = [{"cveID": f"CVE-2024-{10000 + i}", "dueDate": "2024-01-01"} for i in range(count)]
            (feeds / "kev.json").write_text(json.dumps({"vulnerabilities": entries}))
            built = self.corten("db", "build", "--kev", feeds / "kev.json", "--out", disk)
            self.assertEqual(built.returncode, status, built)
        self.assertIn("no space left", built.stderr)
        self.assertIn(str(disk), built.stderr)
        self.assertEqual([entry.name for entry in disk.iterdir()], ["corten.db"])
        self.assertEqual(self.corten("db", "status", "--db", disk).returncode, 0)

    def test_wrong_words_are_usage_errors(self):
        for word in ("--feed=debain=off", "--feed=debian", "--feed=debian=ftp://x", "--mirror=ftp://x", "--ecosystem=../x"):
            done = self.corten("db", "update", "--db", str(self.db), word)
            self.assertEqual(done.returncode, 2, word)

    @unittest.skipUnless(SHARED and (SHARED / "feeds").exists(), "the shared feeds are not there")
    def test_shared_feeds_over_http(self):
        root = SHARED / "feeds"
        for folder in ("osv", "debian", "alpine", "wolfi", "chainguard", "kev", "epss"):
            for path in (root / folder).rglob("*"):
                if path.is_file():
                    self.server.files["/" + str(path.relative_to(root))] = path.read_bytes()
        releases = sorted(p.name for p in (root / "alpine").iterdir())
        self.server.files["/alpine/"] = "".join(f'<a href="{r}/">{r}</a>' for r in releases).encode()
        scores = sorted((root / "epss").iterdir())[-1].name
        words = ("db", "update", "--db", str(self.db), "--format=json", f"--feed=all={self.server.url}",
                 f"--feed=epss={self.server.url}/epss/{scores}")
        first = self.corten(*words)
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertIn("the server lists no ecosystems", first.stderr)
        second = json.loads(self.corten(*words).stdout)
        self.assertTrue(all(f["outcome"] == "unchanged" for f in second["feeds"]))
        print(f"\nreceived: shared feeds {json.loads(first.stdout)['received']} bytes, then {second['received']} bytes "
              f"for {len(second['feeds'])} feeds")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
