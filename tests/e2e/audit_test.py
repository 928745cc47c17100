"""`corten audit PATH`: the images that a folder holds, without an engine."""

import tarfile

import corten
import images


class Audit(corten.Case):
    def audit(self, *words):
        return self.corten("audit", "--format", "json", "--no-cache", *words)

    def fill(self, folder):
        image = images.Image([images.alpine_layer({"zlib": "1.2.11-r1"})])
        (folder / "dist/deep").mkdir(parents=True)
        images.write_folder(folder / "dist/layout", images.layout_files([image]))
        images.write_tar(folder / "dist/deep/saved.tar.gz", images.saved_files([image], [["app:1"]], True), "gzip")
        with tarfile.open(self.folder / "root.tar", "w") as archive:
            archive.add(folder / "dist/layout/oci-layout", "etc/hostname")
        with tarfile.open(self.folder / "root.tar") as archive:
            archive.extractall(folder / "rootfs")
        (folder / "rootfs/etc/passwd").write_text("root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n")
        (folder / "README").write_text("nothing to see")
        (folder / "link").symlink_to("/")
        (folder / ".hidden").mkdir()
        (folder / ".hidden/x.tar").write_bytes(b"")

    def test_finds_layouts_archives_and_roots(self):
        project = self.folder / "project"
        project.mkdir()
        self.fill(project)
        found = self.expect(self.audit(project), corten.CLEAN)
        names = sorted(subject["name"].removeprefix(str(project)) for subject in found.json["subjects"])
        self.assertEqual(names, ["/dist/deep/saved.tar.gz", "/dist/layout", "/rootfs"])
        self.assertIn("CTN-IMG-15", found.ids())
        self.assertIn("no Docker engine", " ".join(found.json["notes"]))
        self.assertEqual(found.json["subject"]["type"], "host")

    def test_one_bad_archive_does_not_hide_the_others(self):
        project = self.folder / "project"
        project.mkdir()
        self.fill(project)
        (project / "broken.tar").write_bytes(b"x" * 1000)
        found = self.expect(self.audit(project), corten.INCOMPLETE, "broken.tar")
        self.assertEqual(len(found.json["subjects"]), 3)
        self.assertEqual(len(found.err.splitlines()), 1, found)

    def test_a_single_file_and_a_missing_one(self):
        image = images.Image([images.alpine_layer({"zlib": "1.2.11-r1"})])
        target = images.write_tar(self.folder / "app.tar", images.layout_files([image]))
        self.assertEqual(len(self.expect(self.audit(target), corten.CLEAN).json["subjects"]), 1)
        self.expect(self.audit("no-such-folder"), corten.INCOMPLETE, "no-such-folder: no such file or folder")

    def test_a_folder_without_images_is_said_to_have_none(self):
        (self.folder / "empty").mkdir()
        found = self.expect(self.audit("empty"), corten.CLEAN)
        self.assertIn("empty: no images in it", found.json["notes"])

    def test_files_to_lint_are_in_the_same_report(self):
        project = self.folder / "project"
        project.mkdir()
        self.fill(project)
        (project / "web").mkdir()
        (project / "web/Dockerfile").write_text("FROM alpine:3.20\nCMD [\"/app\"]\n")
        (project / "compose.yaml").write_text("services:\n  web:\n    image: nginx:1.27\n    privileged: true\n")
        found = self.expect(self.audit("project"), corten.CLEAN)
        self.assertLessEqual({"CTN-IMG-15", "CL1001", "CC1001"}, set(found.ids()))
        self.assertEqual(found.json["subject"]["facts"][-2:], ["1 Dockerfile", "1 compose file"])
        subjects = {subject["name"] for subject in found.json["subjects"]}
        self.assertLessEqual({"project/web/Dockerfile", "project/compose.yaml", "project/dist/layout"}, subjects)
        self.assertLessEqual({finding["subject"] for finding in found.json["findings"]}, subjects)
        self.assertEqual(self.audit("--fail-on", "critical", "project").status, corten.FINDINGS)

        one = self.expect(self.audit("project/web/Dockerfile"), corten.CLEAN)
        self.assertEqual([s["name"] for s in one.json["subjects"]], ["project/web/Dockerfile"])
        (project / "web/Dockerfile").write_text("# corten ignore=CL1001 reason=x\nFROM alpine:3.20\nCMD [\"/app\"]\n")
        self.assertNotIn("CL1001", self.audit("project/web").ids())
        self.assertNotIn("no images in it", " ".join(self.audit("project/web").json["notes"]))

    def test_a_file_that_cannot_be_linted_is_an_error_beside_the_others(self):
        (self.folder / "a").mkdir()
        (self.folder / "a/compose.yaml").write_text("services: {")
        (self.folder / "a/Dockerfile").write_text("FROM alpine:3.20\n")
        found = self.expect(self.audit("a"), corten.INCOMPLETE, "a/compose.yaml")
        self.assertIn("CL1001", found.ids())

    def test_nothing_at_all(self):
        found = self.expect(self.audit(), corten.CLEAN)
        self.assertEqual(found.json["findings"], [])


if __name__ == "__main__":
    corten.main()
