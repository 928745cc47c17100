"""Images and containers of a real Docker engine: in place, saved and exported, they give the same answer."""

import json
import os
import pathlib
import unittest

import corten
import docker_engine
import images

BASE = {"musl": "1.1.19-r11", "zlib": "1.2.11-r1"}
APP = {**BASE, "apk-tools": "2.9.1-r2"}
EXTRA = {**APP, "curl": "7.61.0-r0"}


def busybox():
    path = pathlib.Path("/bin/busybox")
    if not path.exists():
        raise unittest.SkipTest("busybox-static is not installed")
    return path.read_bytes()


class EngineCase(corten.Case):
    engine = None

    @classmethod
    def setUpClass(cls):
        program = busybox()
        cls.engine = engine = docker_engine.Engine()
        cls.addClassCleanup(engine.stop)
        tar = images.Tar().folder("bin").add("bin/busybox", program, 0o755)
        tar.symlink("bin/sh", "busybox").symlink("bin/sleep", "busybox").folder("etc").folder("lib").folder("tmp", 0o1777)
        tar.add("etc/os-release", images.ALPINE_RELEASE.format("3.8.5"))
        tar.add("etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/sh\n")
        tar.folder("lib/apk").folder("lib/apk/db").add("lib/apk/db/installed", images.apk_database(BASE))
        tar.add("usr/bin/tool", "#!/bin/sh\n", 0o4755)
        tar.folder("srv").folder("srv/data").add("srv/data/.netrc", "machine x login y password z\n")
        engine.docker("import", "--change", 'CMD ["/bin/sh"]', "-", "base:1.0", data=tar.bytes())
        build = engine.folder / "build"
        build.mkdir()
        (build / "installed").write_text(images.apk_database(APP))
        (build / "secret").write_text("-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7b\n")
        (build / "Dockerfile").write_text(
            "FROM base:1.0\nENV DB_PASSWORD=hunter2\nCOPY installed /lib/apk/db/installed\n"
            "COPY secret /srv/id_rsa\nRUN rm /srv/id_rsa && rm /usr/bin/tool && mkdir /srv/open && chmod 777 /srv/open\n"
            "WORKDIR /srv/work\nWORKDIR /srv\nRUN true\nLABEL a=b\nRUN rm -r /srv/data && mkdir /srv/data && echo > /srv/data/new\n"
            'USER app\nENTRYPOINT ["/bin/sleep"]\nCMD ["1000"]\n')
        engine.docker("build", "--network", "none", "-t", "shop/app:2.0", "-t", "shop/app:latest", build)
        engine.docker("run", "-d", "--network", "none", "--name", "web", "--user", "root", "--entrypoint", "/bin/sh",
                      "shop/app:2.0", "-c",
                      "echo > /manifest.json; cat > /lib/apk/db/installed < /srv/new 2>/dev/null; exec sleep 1000")
        engine.docker("cp", cls.new_database(build), "web:/lib/apk/db/installed")

    @staticmethod
    def new_database(build):
        path = build / "new"
        path.write_text(images.apk_database(EXTRA))
        return path

    def on(self, *words, **more):
        return self.scan("-H", self.engine.host, *words, **more)

    @staticmethod
    def essence(outcome):
        """What does not depend on the way of reading."""
        document = outcome.json
        package = [(p["name"], p["version"], p["purl"]) for p in document["packages"]]
        finding = [(f["id"], f["severity"], f.get("evidence", ""), json.dumps(f.get("origin")))
                   for f in document["findings"] if f["id"] != "CTN-IMG-08"]
        return sorted(package), sorted(finding)


class Engine(EngineCase):
    def test_by_each_of_its_names(self):
        image_id = self.engine.out("image", "inspect", "--format", "{{.Id}}", "shop/app:2.0")
        for name in ("shop/app:2.0", image_id, image_id[7:], image_id[7:19], "shop/app"):
            with self.subTest(name):
                found = self.expect(self.on(name), corten.CLEAN)
                self.assertEqual(found.packages(), sorted(APP.items()))
                self.assertEqual(found.json["subject"]["type"], "image")
                self.assertEqual(found.json["subject"]["digest"], image_id)

    def test_findings_of_the_image(self):
        found = self.on("shop/app:2.0")
        ids = found.ids()
        self.assertIn("CTN-IMG-04", ids)  # DB_PASSWORD
        self.assertIn("CTN-IMG-10", ids)  # /srv/open
        self.assertNotIn("CTN-IMG-01", ids)  # USER app
        self.assertNotIn("CTN-IMG-12", ids)  # the key was removed
        self.assertNotIn("CTN-IMG-03", ids)  # and the setuid tool
        self.assertNotIn("CTN-IMG-13", ids)  # and the .netrc, by a folder that hides what was there
        self.assertIn("CTN-IMG-13", self.on("base:1.0").ids())

    def test_which_layer_brought_a_package(self):
        found = self.on("shop/app:2.0")
        layers = self.engine.out("image", "inspect", "--format", "{{join .RootFS.Layers \" \"}}", "shop/app:2.0").split()
        where = {p["name"]: p["layer"] for p in found.json["packages"]}
        self.assertEqual(where["musl"], layers[0])
        self.assertEqual(where["apk-tools"], layers[1])

    def test_in_place_equals_saved_equals_exported(self):
        self.assertEqual(self.engine.storage_driver, "overlay2")
        place = self.expect(self.on("shop/app:2.0"), corten.CLEAN)
        saved = self.folder / "app.tar"
        self.engine.docker("save", "-o", saved, "shop/app:2.0")
        self.assertEqual(self.essence(self.expect(self.scan(saved), corten.CLEAN)), self.essence(place))
        self.engine.docker("create", "--name", "still", "shop/app:2.0")
        exported = self.folder / "rootfs.tar"
        self.engine.docker("export", "-o", exported, "still")
        self.engine.docker("rm", "still")
        flat = self.expect(self.scan(exported), corten.CLEAN)
        self.assertEqual(flat.packages(), place.packages())

    def test_save_with_several_tags_and_images(self):
        saved = self.folder / "several.tar"
        self.engine.docker("save", "-o", saved, "shop/app:2.0", "shop/app:latest", "base:1.0")
        found = self.expect(self.scan(saved), corten.CLEAN)
        names = [subject["name"] for subject in found.json["subjects"]]
        self.assertEqual(len(names), 2, names)
        self.assertEqual(len(set(names)), 2, names)

    def test_the_cache_is_shared_between_the_ways(self):
        first = self.on("shop/app:2.0", cache=True)
        second = self.on("shop/app:2.0", cache=True)
        self.assertEqual(self.essence(first), self.essence(second))
        saved = self.folder / "app.tar"
        self.engine.docker("save", "-o", saved, "shop/app:2.0")
        self.assertEqual(self.essence(self.scan(saved, cache=True)), self.essence(first))

    def test_a_container_with_its_own_changes(self):
        for name in ("web", self.engine.out("inspect", "--format", "{{.Id}}", "web")[:12]):
            found = self.expect(self.on(name), corten.CLEAN)
            self.assertEqual(found.packages(), sorted(EXTRA.items()), found)
            self.assertEqual(found.json["subject"]["type"], "container")
            self.assertEqual(found.json["subject"]["name"], "web")

    def test_as_another_user_the_engine_exports(self):
        # As on a host where the user is in group docker: the socket, but not the store.
        self.engine.folder.chmod(0o711)
        self.engine.socket.chmod(0o666)
        self.addCleanup(self.engine.socket.chmod, 0o600)
        self.folder.chmod(0o777)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        root = self.on("shop/app:2.0")
        found = self.expect(self.on("shop/app:2.0", prefix=nobody), corten.CLEAN)
        self.assertEqual(self.essence(found), self.essence(root))
        self.assertEqual(found.json["subject"]["name"], "shop/app:2.0")
        web = self.expect(self.on("web", prefix=nobody), corten.CLEAN)
        self.assertEqual(web.packages(), sorted(EXTRA.items()))
        self.assertEqual(web.json["subject"]["type"], "container")

    def test_without_permission(self):
        self.engine.folder.chmod(0o711)
        self.engine.socket.chmod(0o600)
        self.folder.chmod(0o777)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        self.expect_one_line(self.on("shop/app:2.0", prefix=nobody), "ermission denied", "group docker")
        audit = self.corten("audit", "--format", "json", "-H", self.engine.host, prefix=nobody)
        self.expect_one_line(audit, "ermission denied", "group docker")

    def test_a_folder_of_the_same_name_is_no_hindrance(self):
        (self.folder / "web/src").mkdir(parents=True)
        self.assertEqual(self.expect(self.on("web"), corten.CLEAN).json["subject"]["type"], "container")
        self.expect_one_line(self.on("./web"), "neither an OCI layout nor a root file system")
        (self.folder / "web/etc").mkdir()
        self.assertEqual(self.expect(self.on("web"), corten.CLEAN).json["subject"]["type"], "filesystem")

    def test_no_such_image(self):
        self.expect_one_line(self.on("no/such:1"), "no/such:1: no such file, and no image or container")

    def test_no_engine(self):
        outcome = self.scan("-H", f"unix://{self.folder}/nothing.sock", "shop/app:2.0")
        self.expect_one_line(outcome, "cannot reach the Docker engine")
        audit = self.corten("audit", "--format", "json", "-H", f"unix://{self.folder}/nothing.sock")
        self.expect(audit, corten.CLEAN)
        self.assertIn("no Docker engine answers at", " ".join(audit.json["notes"]))

    def test_audit_lists_images_and_containers(self):
        found = self.expect(self.corten("audit", "--format", "json", "--no-cache", "-H", self.engine.host), corten.CLEAN)
        subjects = {(s["type"], s["name"]) for s in found.json["subjects"]}
        self.assertIn(("image", "base:1.0"), subjects)
        self.assertIn(("container", "web"), subjects)
        self.assertTrue({("image", "shop/app:2.0"), ("image", "shop/app:latest")} & subjects)
        self.assertEqual(len(subjects), 3, subjects)
        # What a container has from its image is told with the image only.
        described = {(f["subject"], f["id"], f.get("evidence")) for f in found.json["findings"]}
        images = {(id, evidence) for subject, id, evidence in described if subject != "web"}
        self.assertFalse({(id, evidence) for subject, id, evidence in described if subject == "web"} & images)
        self.assertIn("told there", " ".join(found.json["notes"]))

    def test_an_image_without_a_tag(self):
        build = self.folder / "untagged"
        build.mkdir()
        (build / "Dockerfile").write_text("FROM base:1.0\nLABEL a=b\n")
        image_id = self.engine.out("build", "-q", "--network", "none", build)
        found = self.expect(self.on(image_id), corten.CLEAN)
        self.assertEqual(found.packages(), sorted(BASE.items()))
        audit = self.expect(self.corten("audit", "--format", "json", "--no-cache", "-H", self.engine.host), corten.CLEAN)
        self.engine.docker("rmi", image_id)
        self.assertTrue(any(s["digest"] == image_id for s in audit.json["subjects"]), audit)

    def test_an_image_of_nothing_but_settings(self):
        build = self.folder / "scratch"
        build.mkdir()
        (build / "Dockerfile").write_text('FROM scratch\nCMD ["/x"]\n')
        image_id = self.engine.out("build", "-q", "--network", "none", build)
        found = self.on(image_id)
        self.engine.docker("rmi", image_id)
        self.expect(found, corten.CLEAN)
        self.assertEqual(found.packages(), [])

    def test_lint_looks_into_the_base_images_of_the_engine(self):
        lint = ("lint", "--no-shellcheck", "--format", "json", "-H", self.engine.host, "--base", "engine")
        dockerfile = self.folder / "Dockerfile"
        for image, user, expected in (("shop/app:2.0", "", set()), ("base:1.0", "", {"CL1001"}),
                                      ("shop/app:2.0", "USER app\n", set()), ("shop/app:2.0", "USER other\n", {"CL1004"})):
            with self.subTest(image=image, user=user):
                dockerfile.write_text(f'FROM {image}\n{user}CMD ["/x"]\n')
                self.assertEqual({"CL1001", "CL1004"} & set(self.corten(*lint, dockerfile).ids()), expected)
        dockerfile.write_text("FROM no/such:1\n")
        self.assertIn("no/such:1 is judged by its name", " ".join(self.corten(*lint, dockerfile).json["notes"]))


if __name__ == "__main__":
    corten.main()
