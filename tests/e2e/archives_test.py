"""Image files in every form that tools write, and what the program says of damaged ones."""

import json
import os
import pathlib
import tarfile

import corten
import images

OLD = {"apk-tools": "2.9.1-r2", "zlib": "1.2.11-r1"}  # CVE-2018-1000849 was fixed in apk-tools 2.10.1-r0
NEW = {"apk-tools": "2.10.1-r0", "zlib": "1.2.11-r1"}


def packages(found):
    return sorted(found.items())


class Forms(corten.Case):
    """The same image, however it is packed, gives the same answer."""

    def two_layers(self, compression="gzip", **more):
        base = images.alpine_layer({"musl": "1.1.19-r11"})
        upper = images.layer({"lib/apk/db/installed": images.apk_database({"musl": "1.1.19-r11", "zlib": "1.2.11-r1"})})
        return images.Image([base, upper], compression=compression, **more)

    WANTED = [("musl", "1.1.19-r11"), ("zlib", "1.2.11-r1")]

    def check(self, target, layers=2):
        found = self.expect(self.scan(target), corten.CLEAN)
        self.assertEqual(found.packages(), self.WANTED, found)
        self.assertEqual(found.json["subject"]["distribution"], "alpine 3.8.5")
        where = {p["name"]: p["layer"] for p in found.json["packages"]}
        self.assertNotEqual(where["musl"], where["zlib"])
        return found

    def test_layout_folder_with_each_compression(self):
        for compression in ("none", "gzip", "zstd", ["zstd", "none"]):
            with self.subTest(compression):
                image = self.two_layers(compression)
                folder = images.write_folder(self.folder / f"layout-{compression}", images.layout_files([image]))
                found = self.check(folder)
                self.assertEqual(found.json["subject"]["digest"], images.digest(image.manifest))

    def test_layout_as_a_tar_plain_and_compressed(self):
        files = images.layout_files([self.two_layers()])
        for compression in ("none", "gzip", "zstd", "xz", "bzip2"):
            with self.subTest(compression):
                self.check(images.write_tar(self.folder / f"layout-{compression}.tar", files, compression))

    def test_layout_whose_index_comes_last_in_the_tar(self):
        files = images.layout_files([self.two_layers()])
        self.check(images.write_tar(self.folder / "last.tar", files, order=sorted(files, reverse=True)))

    def test_docker_save_of_old_and_new_docker(self):
        for legacy in (True, False):
            with self.subTest(legacy=legacy):
                files = images.saved_files([self.two_layers()], [["app:1"]], legacy)
                found = self.check(images.write_tar(self.folder / f"saved-{legacy}.tar", files))
                self.assertEqual(len(found.json["subjects"]), 1, found)

    def test_docker_save_compressed_by_hand(self):
        files = images.saved_files([self.two_layers()], [["app:1"]], legacy=True)
        self.check(images.write_tar(self.folder / "saved.tar.gz", files, "gzip"))

    def test_several_tags_of_one_image_are_one_subject(self):
        for legacy in (True, False):
            files = images.saved_files([self.two_layers()], [["app:1", "app:2", "other:3"]], legacy)
            with self.subTest(legacy=legacy):
                found = self.check(images.write_tar(self.folder / f"tags-{legacy}.tar", files))
                self.assertEqual(len(found.json["subjects"]), 1, found)

    def test_a_target_named_twice_is_examined_once(self):
        target = images.write_tar(self.folder / "twice.tar", images.layout_files([self.two_layers()]))
        once, twice = self.check(target), self.expect(self.scan(target, target), corten.CLEAN)
        self.assertEqual(twice.packages(), self.WANTED)
        self.assertEqual(twice.json["subjects"], once.json["subjects"])

    def test_several_images_of_one_file_are_told_apart(self):
        first = self.two_layers()
        second = images.Image([images.alpine_layer(OLD)])
        for legacy in (True, False):
            files = images.saved_files([first, second], [["one:1"], ["two:2"]], legacy)
            with self.subTest(legacy=legacy):
                target = images.write_tar(self.folder / f"two-{legacy}.tar", files)
                found = self.expect(self.scan(target), corten.CLEAN)
                names = [subject["name"] for subject in found.json["subjects"]]
                self.assertEqual(len(set(names)), 2, found)
                self.assertTrue(any("one:1" in name for name in names) and any("two:2" in name for name in names), names)
                of_second = next(name for name in names if "two:2" in name)
                self.assertEqual([p["version"] for p in found.json["packages"]
                                  if p["subject"] == of_second and p["name"] == "apk-tools"], ["2.9.1-r2"])

    def test_names_in_a_layout_that_mean_the_same_image(self):
        files = images.layout_files([self.two_layers()], names=["1.0", "latest"])
        found = self.check(images.write_folder(self.folder / "named", files))
        self.assertEqual(len(found.json["subjects"]), 1, found)

    def test_one_of_several_images_by_its_name(self):
        first, second = images.Image([images.alpine_layer({"one": "1-r0"})]), images.Image([images.alpine_layer({"two": "2-r0"})])
        saved = images.write_tar(self.folder / "both.tar", images.saved_files([first, second], [["app:1"], ["reg.io/db:2"]], True))
        layout = images.write_folder(self.folder / "layout", self.united(("1.0", first), ("docker.io/library/db:2.0", second)))
        names = {f"{saved}:app:1": "one", f"{saved}:2": "two", f"{saved}:db:2": "two", f"docker-archive:{saved}:db:2": "two",
                 f"{layout}:1.0": "one", f"oci:{layout}:db:2.0": "two", f"{layout}@{images.digest(second.manifest)}": "two",
                 "layout:1.0": "one"}
        for name, package in names.items():
            with self.subTest(name):
                found = self.expect(self.scan(name), corten.CLEAN)
                self.assertEqual([p for p, _ in found.packages()], [package])
        self.expect_one_line(self.scan(f"{saved}:b:2"), "no image 'b:2' in it", "there is app:1, reg.io/db:2")
        self.expect_one_line(self.scan(f"{saved}@sha256:"), "no image 'sha256:' in it")

    @staticmethod
    def united(*named):
        """One layout of several images, each with its name."""
        files, manifests = {}, []
        for name, image in named:
            files.update(images.layout_files([image], names=[name]))
            manifests += json.loads(files["index.json"])["manifests"]
        files["index.json"] = images.index(manifests)
        return files

    def test_kinds_of_targets_as_other_programs_name_them(self):
        archive = images.write_tar(self.folder / "a.tar", images.layout_files([self.two_layers()]))
        folder = images.write_folder(self.folder / "folder", images.layout_files([self.two_layers()]))
        for name in (f"oci-archive:{archive}", f"file:{archive}", f"oci:{folder}", f"oci-dir:{folder}", f"dir:{folder}"):
            with self.subTest(name):
                self.check(name)

    def flat_folder(self, name):
        image = self.two_layers()
        files = {"version": b"Directory Transport Version: 1.1\n", "manifest.json": image.manifest}
        for data in (image.config, *(data for data, _ in image.blobs)):
            files[images.digest(data)[7:]] = data
        return images.write_folder(self.folder / name, files), image

    def test_the_folder_of_skopeo(self):
        folder, image = self.flat_folder("flat")
        found = self.check(folder)
        self.assertEqual(found.json["subject"]["digest"], images.digest(image.manifest))
        self.expect_one_line(self.scan(folder, "--platform", "linux/s390x"), "no image for linux/s390x; there is linux/amd64")
        top = folder / images.digest(image.blobs[1][0])[7:]
        top.write_bytes(top.read_bytes()[:-9] + b"x" + top.read_bytes()[-8:])
        self.expect_one_line(self.scan(folder), "does not match its digest")
        top.unlink()
        self.expect_one_line(self.scan(folder), "is missing")
        (folder / "manifest.json").unlink()
        self.expect_one_line(self.scan(folder), "without manifest.json")

    def test_a_folder_is_no_hindrance_to_the_tag_of_an_image(self):
        (self.folder / "nginx").mkdir()
        self.expect_one_line(self.scan("nginx:1.27"), "nginx:1.27: no such file, and cannot reach the Docker engine")

    def test_an_archive_from_standard_input(self):
        for form in ("none", "gzip"):
            archive = images.write_tar(self.folder / f"piped-{form}", images.layout_files([self.two_layers()]), form)
            for command in (f'cat {archive} | "$@"', f'"$@" < {archive}'):
                with self.subTest(command):
                    found = self.scan("-", prefix=["sh", "-c", command, "sh"])
                    self.assertEqual(self.expect(found, corten.CLEAN).packages(), self.WANTED)
            script = f'"$@" <(cat {archive})'
            found = self.scan(prefix=["bash", "-c", script, "bash"])
            self.assertEqual(self.expect(found, corten.CLEAN).packages(), self.WANTED)
        self.expect_one_line(self.scan("-"), "-: the file is empty")

    def test_spellings_of_a_platform(self):
        arm = images.Image([images.alpine_layer({"zlib": "9.9-r9"})], platform=("linux", "arm64"))
        amd = images.Image([images.alpine_layer({"zlib": "1.1-r1"})], platform=("linux", "amd64"))
        folder = images.write_folder(self.folder / "multi", images.layout_files([arm, amd], nested=True))
        for platform in ("arm64", "aarch64", "linux/aarch64", "LINUX/ARM64", "linux/arm64/v8"):
            with self.subTest(platform):
                found = self.expect(self.scan(folder, "--platform", platform), corten.CLEAN)
                self.assertEqual(found.packages(), [("zlib", "9.9-r9")])
        self.expect(self.scan(folder, "--platform", "all"), corten.USAGE, "'all' is not a platform")

    def test_platform_of_an_index(self):
        arm = images.Image([images.alpine_layer({"zlib": "9.9-r9"})], platform=("linux", "arm64"))
        amd = images.Image([images.alpine_layer({"zlib": "1.1-r1"})], platform=("linux", "amd64"))
        for nested in (False, True):
            folder = images.write_folder(self.folder / f"multi-{nested}", images.layout_files([arm, amd], nested=nested))
            for platform, version in (("linux/arm64", "9.9-r9"), ("linux/amd64", "1.1-r1")):
                with self.subTest(nested=nested, platform=platform):
                    found = self.expect(self.scan(folder, "--platform", platform), corten.CLEAN)
                    self.assertEqual(found.packages(), [("zlib", version)])
                    self.assertEqual(found.json["subject"]["platform"], platform)
            self.expect_one_line(self.scan(folder, "--platform", "linux/s390x"), "s390x")

    def test_whiteouts_hide_what_lies_below(self):
        base = images.alpine_layer(OLD)
        cases = {
            "file": images.layer({"lib/apk/db/.wh.installed": b""}),
            "folder": images.layer({"lib/apk/.wh.db": b""}),
            "opaque": images.layer({"lib/apk/.wh..wh..opq": b""}),
            "folder replaced by a file": images.layer({"lib/apk": b"not a folder"}),
            "file replaced by a folder": images.Tar().folder("lib/apk/db/installed").bytes(),
            "file replaced by a link to nothing": images.Tar().symlink("lib/apk/db/installed", "/nothing").bytes(),
        }
        for name, upper in cases.items():
            with self.subTest(name):
                image = images.Image([base, upper])
                target = images.write_tar(self.folder / "hidden.tar", images.layout_files([image]))
                self.assertEqual(self.expect(self.scan(target), corten.CLEAN).packages(), [])

    def test_what_is_put_back_above_a_whiteout_is_there(self):
        base = images.alpine_layer(OLD)
        gone = images.layer({"lib/apk/db/.wh.installed": b""})
        back = images.layer({"lib/apk/db/installed": images.apk_database(NEW)})
        image = images.Image([base, gone, back])
        target = images.write_tar(self.folder / "back.tar", images.layout_files([image]))
        found = self.expect(self.scan(target), corten.CLEAN)
        self.assertEqual(found.packages(), packages(NEW))
        self.assertEqual({p["layer"] for p in found.json["packages"]}, {images.digest(back)})

    def test_opaque_folder_and_its_new_content_in_one_layer(self):
        upper = images.layer({"lib/apk/db/.wh..wh..opq": b"", "lib/apk/db/installed": images.apk_database(NEW)})
        image = images.Image([images.alpine_layer(OLD), upper])
        target = images.write_tar(self.folder / "opaque.tar", images.layout_files([image]))
        self.assertEqual(self.scan(target).packages(), packages(NEW))

    def test_wanted_files_behind_hard_links(self):
        tar = images.Tar()
        tar.add("store/db", images.apk_database(OLD)).add("store/release", images.ALPINE_RELEASE.format("3.8.5"))
        tar.hard_link("lib/apk/db/installed", "store/db")
        tar.hard_link("etc/os-release", "store/release").hard_link("usr/lib/os-release", "store/release")
        target = images.write_tar(self.folder / "links.tar", images.layout_files([images.Image([tar.bytes()])]))
        found = self.expect(self.scan(target), corten.CLEAN)
        self.assertEqual(found.packages(), packages(OLD))
        self.assertEqual(found.json["subject"]["distribution"], "alpine 3.8.5")

    def test_os_release_behind_a_symbolic_link(self):
        tar = images.Tar().add("usr/lib/os-release", images.ALPINE_RELEASE.format("3.8.5"))
        tar.symlink("etc/os-release", "../usr/lib/os-release").add("lib/apk/db/installed", images.apk_database(NEW))
        target = images.write_tar(self.folder / "symlink.tar", images.layout_files([images.Image([tar.bytes()])]))
        self.assertEqual(self.scan(target).json["subject"]["distribution"], "alpine 3.8.5")

    def test_of_an_entry_that_comes_twice_the_last_counts(self):
        tar = images.Tar().add("lib/apk/db/installed", images.apk_database(OLD))
        tar.add("etc/os-release", images.ALPINE_RELEASE.format("3.8.5"))
        tar.add("./lib/apk/db/installed", images.apk_database(NEW))
        target = images.write_tar(self.folder / "twice.tar", images.layout_files([images.Image([tar.bytes()])]))
        self.assertEqual(self.expect(self.scan(target), corten.CLEAN).packages(), packages(NEW))

    def test_foreign_layer_is_said_to_be_missing(self):
        image = self.two_layers()
        manifest = json.loads(image.manifest)
        manifest["layers"].insert(0, {"mediaType": "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                                      "digest": "sha256:" + "ab" * 32, "size": 7, "urls": ["https://example.org/x"]})
        image.document["rootfs"]["diff_ids"].insert(0, "sha256:" + "cd" * 32)
        config = json.dumps(image.document).encode()
        manifest["config"] = images.descriptor(config, images.OCI + ".config.v1+json")
        text = json.dumps(manifest).encode()
        files = images.layout_files([image])
        files[images.blob_path(config)] = config
        files[images.blob_path(text)] = text
        files["index.json"] = images.index([images.descriptor(text, images.OCI + ".manifest.v1+json")])
        target = images.write_tar(self.folder / "foreign.tar", files)
        found = self.expect(self.scan(target), corten.INCOMPLETE, "foreign layer")
        self.assertEqual(found.packages(), self.WANTED)

    def test_empty_and_repeated_layers(self):
        base = images.alpine_layer(OLD)
        nothing = images.Tar().bytes()
        image = images.Image([base, nothing, nothing, base])
        for name, files in (("oci", images.layout_files([image])),
                            ("saved", images.saved_files([image], [["app:1"]], legacy=True))):
            with self.subTest(name):
                target = images.write_tar(self.folder / f"{name}.tar", files)
                self.assertEqual(self.expect(self.scan(target), corten.CLEAN).packages(), packages(OLD))

    def test_image_without_layers(self):
        target = images.write_tar(self.folder / "none.tar", images.layout_files([images.Image([])]))
        found = self.expect(self.scan(target), corten.CLEAN)
        self.assertEqual(found.packages(), [])

    def test_root_file_system_as_tar_and_as_folder(self):
        tar = images.alpine_layer(OLD)
        for compression in ("none", "gzip", "zstd", "xz", "bzip2"):
            target = self.folder / f"rootfs-{compression}.tar"
            target.write_bytes(images.COMPRESS[compression](tar))
            with self.subTest(compression):
                found = self.expect(self.scan(target), corten.CLEAN)
                self.assertEqual(found.packages(), packages(OLD))
                self.assertEqual(found.json["subject"]["type"], "filesystem")
        folder = self.folder / "rootfs"
        with tarfile.open(self.folder / "rootfs-none.tar") as archive:
            archive.extractall(folder)
        self.assertEqual(self.expect(self.scan(folder), corten.CLEAN).packages(), packages(OLD))

    def test_root_file_system_that_looks_like_an_image_to_others_is_warned_of(self):
        tar = images.Tar().add("etc/os-release", images.ALPINE_RELEASE.format("3.8.5"))
        tar.add("lib/apk/db/installed", images.apk_database(NEW))
        tar.add("index.json", "{}").add("manifest.json", "[]")
        target = self.folder / "two-faces.tar.gz"
        target.write_bytes(images.COMPRESS["gzip"](tar.bytes()))
        found = self.expect(self.scan(target), corten.INCOMPLETE, "manifest.json")
        self.assertEqual(found.packages(), packages(NEW))


class Damage(corten.Case):
    """One clear line, exit status 3, and never half an answer."""

    def setUp(self):
        super().setUp()
        self.image = images.Image([images.alpine_layer(NEW), images.layer({"srv/data": b"x" * 100_000})])
        self.files = images.layout_files([self.image])

    def write(self, files=None, name="image.tar"):
        return images.write_tar(self.folder / name, files or self.files)

    def flipped(self, data, at=-20):
        damaged = bytearray(data)
        damaged[at] ^= 1
        return bytes(damaged)

    def test_a_flipped_byte_names_the_layer(self):
        for number, (stored, _) in enumerate(self.image.blobs):
            with self.subTest(number):
                files = {**self.files, images.blob_path(stored): self.flipped(stored)}
                self.expect_one_line(self.scan(self.write(files)), images.digest(stored))

    def test_a_flipped_byte_of_an_uncompressed_layer(self):
        for legacy in (True, False):
            with self.subTest(legacy=legacy):
                image = images.Image(self.image.layers, compression="none")
                files = images.saved_files([image], [["app:1"]], legacy)
                name = next(path for path, data in files.items() if data == image.layers[1])
                files[name] = self.flipped(files[name], at=5000)
                self.expect_one_line(self.scan(self.write(files)), images.digest(image.layers[1]))

    def test_the_cache_does_not_vouch_for_other_bytes(self):
        target = self.write()
        for _ in range(2):  # the second run answers from the cache
            self.assertEqual(self.expect(self.scan(target, cache=True), corten.CLEAN).packages(), packages(NEW))
        stored = self.image.blobs[0][0]
        files = {**self.files, images.blob_path(stored): self.flipped(stored)}
        self.expect_one_line(self.scan(self.write(files), cache=True), images.digest(stored))
        self.expect_one_line(self.scan(self.write(files, "other.tar"), cache=True), images.digest(stored))
        self.assertEqual(self.expect(self.scan(self.write(), cache=True), corten.CLEAN).packages(), packages(NEW))

    def test_the_cache_does_not_vouch_for_other_bytes_of_a_layout_folder(self):
        folder = images.write_folder(self.folder / "layout", self.files)
        self.expect(self.scan(folder, cache=True), corten.CLEAN)
        stored = self.image.blobs[0][0]
        (folder / images.blob_path(stored)).write_bytes(self.flipped(stored))
        self.expect_one_line(self.scan(folder, cache=True), images.digest(stored))

    def test_a_damaged_configuration_or_manifest(self):
        for name, data in (("config", self.image.config), ("manifest", self.image.manifest)):
            with self.subTest(name):
                files = {**self.files, images.blob_path(data): data.replace(b"amd64", b"arm64") + b" "}
                self.expect_one_line(self.scan(self.write(files)), images.digest(data)[7:19])

    def test_missing_blobs(self):
        for data in (self.image.config, self.image.manifest, self.image.blobs[1][0]):
            files = {path: content for path, content in self.files.items() if content != data}
            with self.subTest(images.digest(data)):
                self.expect_one_line(self.scan(self.write(files)), images.digest(data)[7:19])
                folder = images.write_folder(self.folder / images.digest(data)[7:], files)
                self.expect_one_line(self.scan(folder), images.digest(data)[7:19])

    def test_cut_off_at_any_place(self):
        whole = pathlib.Path(self.write()).read_bytes()
        for part in (100, 513, 1500, 2000, len(whole) // 3, len(whole) // 2):
            with self.subTest(part):
                target = self.folder / "cut.tar"
                target.write_bytes(whole[:part])
                self.expect_one_line(self.scan(target), "cut.tar")

    def test_cut_off_compressed_root_file_system(self):
        for compression in ("gzip", "zstd", "xz", "bzip2"):
            data = images.COMPRESS[compression](images.alpine_layer(OLD))
            for part in (len(data) // 4, len(data) // 2, len(data) - 3):
                with self.subTest(compression=compression, part=part):
                    target = self.folder / "cut.tar.x"
                    target.write_bytes(data[:part])
                    found = self.expect_one_line(self.scan(target), "cut.tar.x")
                    self.assertEqual(found.packages(), [])

    def test_a_layer_that_is_longer_than_its_descriptor_says(self):
        manifest = json.loads(self.image.manifest)
        manifest["layers"][1]["size"] -= 1
        text = json.dumps(manifest).encode()
        files = {**self.files, images.blob_path(text): text,
                 "index.json": images.index([images.descriptor(text, images.OCI + ".manifest.v1+json")])}
        self.expect_one_line(self.scan(self.write(files)), "its descriptor says")

    def test_what_is_no_image(self):
        cases = {"empty": b"", "text": b"just a text\n" * 100, "noise": bytes(range(256)) * 400, "zeros": bytes(10240),
                 "gzip of text": images.COMPRESS["gzip"](b"just a text\n" * 100), "pdf": b"%PDF-1.4\n" + b"x" * 2000}
        for name, data in cases.items():
            with self.subTest(name):
                target = self.folder / "target"
                target.write_bytes(data)
                self.expect_one_line(self.scan(target), "target")

    def test_a_folder_that_is_no_image(self):
        (self.folder / "empty").mkdir()
        self.expect_one_line(self.scan("empty"), "empty: neither an OCI layout nor a root file system")

    def test_devices_and_pipes(self):
        os.mkfifo(self.folder / "pipe")
        for target in ("/dev/null", self.folder / "pipe"):
            self.expect_one_line(self.scan(target, timeout=10), f"{target}: neither a folder nor a regular file")

    def test_a_closed_standard_input(self):
        closed = ["sh", "-c", 'exec "$@" <&-', "sh"]
        self.expect_one_line(self.scan("-", prefix=closed), "-: read: Bad file descriptor")

    def test_a_missing_file_and_the_one_that_was_meant(self):
        self.write(name="nginx.tar")
        self.expect_one_line(self.scan("ngnix.tar"), "ngnix.tar: no such file", "there is nginx.tar here")

    def test_an_unreadable_file(self):
        target = pathlib.Path(self.write())
        target.chmod(0)
        self.folder.chmod(0o755)
        self.expect_one_line(self.scan(target, prefix=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]),
                             "ermission denied")

    def test_one_bad_target_among_good_ones(self):
        good = self.write(name="good.tar")
        (self.folder / "bad.tar").write_bytes(b"")
        found = self.expect(self.scan("bad.tar", good), corten.INCOMPLETE, "bad.tar: the file is empty")
        self.assertEqual(found.packages(), packages(NEW))

    def test_names_with_control_characters_are_escaped(self):
        target = self.folder / "evil\x1b[31m\n.tar"
        target.write_bytes(b"")
        for output in ("table", "markdown"):
            found = self.corten("scan", "--format", output, target)
            self.assertEqual(found.status, corten.INCOMPLETE)
            self.assertNotIn("\x1b", found.out + found.err)
            self.assertEqual(len(found.err.splitlines()), 1, found)


if __name__ == "__main__":
    corten.main()
