"""Debian root file systems that mmdebstrap makes, against the security tracker, with apt's own comparison as the oracle.

Slow (minutes) and needs root and a mirror: only with CORTEN_SLOW_TESTS=1. CORTEN_DEBIAN_TAR names a root file system of
bookworm's main archive that is ready.
"""

import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import tarfile

import corten

MAIN = "deb http://deb.debian.org/debian bookworm main"
SECURITY = "deb http://deb.debian.org/debian-security bookworm-security main"
INCLUDE = "ca-certificates,curl,git,openssh-client,python3-minimal"


def status_packages(archive):
    """(package, version, source, source version) of what dpkg has installed, from its status file."""
    with tarfile.open(archive) as tar:
        member = next(m for m in tar if m.name.lstrip("./") == "var/lib/dpkg/status")
        text = tar.extractfile(member).read().decode()
    out = []
    for stanza in text.split("\n\n"):
        fields = dict(re.findall(r"(?m)^(Package|Version|Source|Status): (.*)$", stanza))
        if fields.get("Status", "").endswith(" installed"):
            source = re.fullmatch(r"(\S+)(?: \((.+)\))?", fields.get("Source", fields["Package"]))
            out.append((fields["Package"], fields["Version"], source[1], source[2] or fields["Version"]))
    return out


class Debian(corten.Case):
    def setUp(self):
        super().setUp()
        self.feed = corten.shared("feeds", "debian", "json.gz")
        try:
            import apt_pkg
        except ImportError:
            self.skipTest("python3-apt is not installed")
        apt_pkg.init_system()
        self.compare = apt_pkg.version_compare

    def root(self, name, *sources):
        if not corten.SLOW:
            self.skipTest("makes a root file system: CORTEN_SLOW_TESTS=1 runs it")
        if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
            self.skipTest("needs root and mmdebstrap")
        ready = os.environ.get("CORTEN_DEBIAN_TAR") if len(sources) == 1 else None
        if ready:
            return pathlib.Path(ready)
        path = self.folder / f"{name}.tar"
        lines = self.folder / f"{name}.list"
        lines.write_text("".join(line + "\n" for line in sources))
        made = subprocess.run(["mmdebstrap", "--variant=minbase", f"--include={INCLUDE}", "bookworm", path, lines],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if made.returncode != 0:
            self.skipTest("mmdebstrap failed: " + made.stdout.decode()[-300:])
        return path

    def expected(self, installed):
        """{(binary package, CVE): fixed or None} by the tracker's words."""
        with gzip.open(self.feed) as stream:
            tracker = json.load(stream)
        out = {}
        for package, _, source, version in installed:
            for cve, flaw in tracker.get(source, {}).items():
                state = flaw.get("releases", {}).get("bookworm")
                if state is None or not cve.startswith("CVE-") or state.get("status") == "undetermined":
                    continue
                fixed = state.get("fixed_version")
                if fixed == "0":
                    continue
                if fixed is None or self.compare(version, fixed) < 0:
                    out[package, cve] = fixed
        return out

    def check(self, archive):
        installed = status_packages(archive)
        corten.build_database(self, "--debian", self.feed)
        found = self.scan(archive)
        self.assertIn(found.status, (corten.CLEAN, corten.INCOMPLETE), found.err)
        self.assertEqual(sorted((p["name"], p["version"]) for p in found.json["packages"] if p["type"] == "deb"),
                         sorted((package, version) for package, version, _, _ in installed))
        flaws = {(f["package"]["name"], f["id"]): f for f in found.json["findings"]
                 if f["kind"] == "vulnerability" and f["package"]["type"] == "deb"}
        wanted = self.expected(installed)
        self.assertEqual(sorted(flaws), sorted(wanted))
        for name, fixed in wanted.items():
            self.assertEqual(flaws[name]["fixed_versions"], [fixed] if fixed else [], name)
        return flaws

    def test_a_suite_without_its_updates_has_hundreds(self):
        self.assertGreater(len(self.check(self.root("old", MAIN))), 100)

    def test_a_suite_with_its_updates_has_next_to_none(self):
        fixable = [flaw for flaw in self.check(self.root("new", MAIN, SECURITY)).values() if flaw["fixed_versions"]]
        self.assertLess(len(fixable), 20)


if __name__ == "__main__":
    corten.main()
