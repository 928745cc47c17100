"""Real Alpine root file systems against Alpine's own advisories of that release."""

import json
import io
import re
import tarfile

import corten


def numbers(version):
    """Enough of apk's order for the versions that occur here: dotted numbers and -rN."""
    match = re.fullmatch(r"([0-9.]+)([a-z]?)(?:_p(\d+))?-r(\d+)", version)
    return ([int(part) for part in match[1].split(".")], match[2], int(match[3] or -1), int(match[4]))


def with_versions(archive, versions):
    """The bytes of the gzipped tar with other versions of some packages in its database."""
    out = io.BytesIO()
    with tarfile.open(archive) as source, tarfile.open(fileobj=out, mode="w:gz") as target:
        for member in source:
            content = source.extractfile(member).read() if member.isreg() else None
            if member.name.endswith("lib/apk/db/installed"):
                text = content.decode()
                for name, version in versions.items():
                    text = re.sub(rf"(?m)^(P:{re.escape(name)}\nV:).*$", rf"\g<1>{version}", text)
                content = text.encode()
                member.size = len(content)
            target.addfile(member, io.BytesIO(content) if content is not None else None)
    return out.getvalue()


class Alpine(corten.Case):
    def setUp(self):
        super().setUp()
        self.root = corten.shared("images", "alpine-minirootfs-3.8.5-x86_64.tar.gz")
        self.feed = corten.shared("feeds", "alpine")
        corten.build_database(self, "--alpine", self.feed)

    def flaws(self, outcome):
        return sorted((f["package"]["name"], f["id"]) for f in outcome.json["findings"] if f["kind"] == "vulnerability")

    def expected(self, installed):
        """(package, CVE) by the feed's own words: affected below the version that names the CVE."""
        out = set()
        for repository in ("main", "community"):
            for entry in json.loads((self.feed / "v3.8" / f"{repository}.json").read_text())["packages"]:
                for fixed, ids in entry["pkg"].get("secfixes", {}).items():
                    for name, (version, source) in installed.items():
                        if source != entry["pkg"]["name"] or fixed == "0":
                            continue
                        if numbers(version) < numbers(fixed):
                            out |= {(name, word) for one in ids for word in one.split() if word.startswith("CVE-")}
        return sorted(out)

    def installed(self, outcome):
        return {p["name"]: (p["version"], p.get("source", p["name"])) for p in outcome.json["packages"]}

    def test_a_release_that_the_database_does_not_know_is_said(self):
        newer = corten.shared("images", "alpine-minirootfs-3.18.9-x86_64.tar.gz")
        for root, notes in ((newer, ["the database tells nothing of alpine 3.18.9: flaws of its packages are not listed"]),
                            (self.root, [])):
            report = self.expect(self.scan(root), corten.CLEAN).json
            self.assertEqual(report["subject"].get("notes", []), notes)

    def test_the_current_release_has_no_known_flaw(self):
        found = self.expect(self.scan(self.root), corten.CLEAN)
        self.assertEqual(found.json["subject"]["distribution"], "alpine 3.8.5")
        self.assertEqual(len(found.json["packages"]), 13)
        self.assertEqual(self.expected(self.installed(found)), [])
        self.assertEqual(self.flaws(found), [])

    def test_packages_are_those_of_the_database(self):
        found = self.scan(self.root)
        with tarfile.open(self.root) as archive:
            text = archive.extractfile("./lib/apk/db/installed").read().decode()
        pairs = re.findall(r"(?m)^P:(.*)\nV:(.*)$", text)
        self.assertEqual(found.packages(), sorted(pairs))

    def test_older_versions_have_the_flaws_that_the_feed_lists(self):
        versions = {"apk-tools": "2.9.1-r2", "musl": "1.1.19-r10", "libressl2.7-libssl": "2.7.3-r0",
                    "busybox": "1.27.2-r10", "zlib": "1.2.11-r0"}
        target = self.folder / "old.tar.gz"
        target.write_bytes(with_versions(self.root, versions))
        found = self.expect(self.scan(target), corten.CLEAN)
        self.assertEqual({name: version for name, version in found.packages() if name in versions}, versions)
        wanted = self.expected(self.installed(found))
        self.assertGreaterEqual(len(wanted), 3)
        self.assertEqual(self.flaws(found), wanted)
        self.expect(self.scan(target, "--fail-on", "high"), corten.FINDINGS)

    def test_a_release_that_the_database_does_not_know(self):
        other = corten.shared("images", "alpine-minirootfs-3.18.9-x86_64.tar.gz")
        found = self.expect(self.scan(other), corten.CLEAN)
        self.assertEqual(len(found.json["packages"]), 15)
        self.assertEqual(self.flaws(found), [])
        # No advisories of its release: silence would pass for health.
        self.assertIn("3.18", json.dumps(found.json["notes"]) + json.dumps(found.json["subjects"]))


if __name__ == "__main__":
    corten.main()
