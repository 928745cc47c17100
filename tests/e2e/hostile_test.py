"""Archives made to hurt: bounded time and memory, nothing outside of the root, an error instead of a wrong answer."""

import gzip
import os
import subprocess
import tarfile
import time
import zlib

import corten
import images

NEW = {"zlib": "1.2.11-r1"}
# The bounds hold for the shipped build; sanitizers take many times as much.
RELEASE = corten.build_type() == "Release"
MEMORY = 200 << 20


def header(path, size=0, kind=b"0", mode=0o644, link=""):
    info = tarfile.TarInfo(path)
    info.size, info.type, info.mode, info.linkname = size, kind, mode, link
    return info.tobuf(tarfile.GNU_FORMAT)


class Hostile(corten.Case):
    def bounded(self, outcome, seconds=60):
        self.assertLess(time.monotonic() - self.started, seconds)
        if RELEASE:
            self.assertLess(self.peak_bytes, MEMORY)
        return outcome

    def setUp(self):
        super().setUp()
        self.started = time.monotonic()

    def layout(self, tar, compression="gzip"):
        image = images.Image([images.alpine_layer(NEW), tar], compression=["gzip", compression])
        return images.write_tar(self.folder / "image.tar", images.layout_files([image]))

    def test_a_million_entries(self):
        plain = header("srv/f0000000")
        total = sum(plain) - sum(plain[148:156]) + 8 * ord(" ") - 7 * ord("0")
        before, between, behind = plain[:5], plain[12:148], plain[156:]
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        out = []
        for start in range(0, 1_000_000, 10_000):
            entries = []
            for number in range(start, start + 10_000):
                digits = b"%07d" % number
                entries += [before, digits, between, b"%06o\0 " % (total + sum(digits)), behind]
            out.append(packer.compress(b"".join(entries)))
        out += [packer.compress(bytes(1024)), packer.flush()]
        target = self.folder / "million.tar.gz"
        target.write_bytes(b"".join(out))
        self.started = time.monotonic()
        found = self.bounded(self.measured(target), 30)
        self.expect(found, corten.CLEAN)
        self.assertEqual(found.packages(), [])

    def test_a_header_that_claims_four_gigabytes(self):
        for size in (4 << 30, (1 << 33) - 1):
            target = self.folder / "claims.tar"
            target.write_bytes(header("srv/big", size) + b"x" * 512)
            self.bounded(self.expect_one_line(self.measured(target), "claims.tar"))

    def test_a_sparse_file_of_four_gigabytes(self):
        sparse = bytearray(header("usr/bin/huge", 512, b"S", 0o755))
        sparse[386:398], sparse[398:410] = b"%011o\0" % 0, b"%011o\0" % 512
        sparse[483:495] = b"%011o\0" % (4 << 30)
        sparse[148:156] = b"        "
        sparse[148:156] = b"%06o\0 " % sum(sparse)
        content = bytes(sparse) + b"\x7fELF" + bytes(508) + bytes(1024)
        target = self.folder / "sparse.tar"
        target.write_bytes(content)
        found = self.bounded(self.measured(target))
        self.assertIn(found.status, (corten.CLEAN, corten.INCOMPLETE), found)

    def test_a_gzip_bomb(self):
        # 2 GiB of zeros within one file of a layer: passes by, but is not kept.
        chunk = gzip.compress(bytes(16 << 20), mtime=0)
        target = self.folder / "bomb.tar.gz"
        target.write_bytes(gzip.compress(header("srv/zeros", 2 << 30)) + chunk * 128 + gzip.compress(bytes(1024)))
        self.started = time.monotonic()
        found = self.bounded(self.measured(target), 60)
        self.assertIn(found.status, (corten.CLEAN, corten.INCOMPLETE), found)

    def test_a_bomb_where_a_database_is_expected(self):
        # A wanted file beyond every limit is said not to have been read; the rest of the image is.
        tar = images.Tar().add("lib/apk/db/installed", bytes(300 << 20))
        found = self.bounded(self.measured(self.layout(tar.bytes())))
        self.expect(found, corten.INCOMPLETE, "lib/apk/db/installed: larger than")

    def test_a_database_of_many_packages_is_bounded_by_memory(self):
        tar = images.layer({"lib/apk/db/installed": "".join(f"P:p{n}\nV:1-r0\n\n" for n in range(400_000))})
        found = self.scan("--max-memory", "32M", self.layout(tar))
        self.assertEqual(found.status, corten.INCOMPLETE)
        self.assertEqual(len(found.err.splitlines()), 1, found.err[:2000])
        self.assertRegex(found.err, "memory|limit|more than")

    def test_paths_that_leave_the_root(self):
        tar = images.Tar().add("../../../../etc/os-release", images.ALPINE_RELEASE.format("9.9"))
        tar.add("etc/../lib/apk/db/installed", images.apk_database({"evil": "1-r0"}))
        found = self.expect(self.scan(self.layout(tar.bytes())), corten.INCOMPLETE, "leaves the root")
        self.assertEqual(found.packages(), sorted(NEW.items()))
        self.assertEqual(found.json["subject"]["distribution"], "alpine 3.8.5")

    def test_links_that_leave_the_root_stay_in_it(self):
        secret = self.folder / "secret"
        secret.write_text("ID=outside\nVERSION_ID=1\n")
        for target_path in (str(secret), "../../../../../../.." + str(secret)):
            tar = images.Tar().symlink("etc/os-release", target_path)
            found = self.scan(self.layout(tar.bytes()))
            self.assertNotIn("outside", found.out)
            folder = self.folder / f"rootfs{len(target_path)}"
            (folder / "etc").mkdir(parents=True)
            (folder / "etc/os-release").symlink_to(target_path)
            self.assertNotIn("outside", self.scan(folder).out)

    def test_folder_links_of_an_unpacked_root_are_not_followed(self):
        outside = self.folder / "outside/db"
        outside.mkdir(parents=True)
        (outside / "installed").write_text(images.apk_database({"outside": "1-r0"}))
        folder = self.folder / "rootfs"
        (folder / "lib/apk").mkdir(parents=True)
        (folder / "etc").mkdir()
        (folder / "lib/apk/db").symlink_to(outside)
        self.assertEqual(self.scan(folder).packages(), [])

    def test_links_in_a_circle(self):
        tar = images.Tar().symlink("etc/os-release", "../usr/lib/os-release").symlink("usr/lib/os-release", "/etc/os-release")
        tar.hard_link("lib/apk/db/installed", "lib/apk/db/installed").hard_link("etc/passwd", "etc/group").hard_link("etc/group", "etc/passwd")
        found = self.scan(self.layout(tar.bytes()))
        self.expect(found, corten.INCOMPLETE, "hard link")
        self.assertEqual(found.packages(), [])

    def test_names_with_control_characters(self):
        name = "srv/\x1b]0;owned\x07\n\r.key"
        tar = images.Tar().add(name, "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7b\n" + "x" * 100)
        tar.add("lib/apk/db/installed", images.apk_database({"\x1b[2Jzlib": "1.2\x1b[31m-r1"}))
        target = self.layout(tar.bytes())
        for output in ("table", "markdown", "csv"):
            with self.subTest(output):
                found = self.corten("scan", "--no-cache", "--format", output, target)
                self.assertNotIn("\x1b", found.out + found.err)
                self.assertNotIn("\x07", found.out + found.err)
        self.assertIn("CTN-IMG-12", self.scan(target).ids())

    def test_many_targets_open_no_more_files_than_they_need(self):
        target = self.layout(images.layer({"srv/x": "y"}))
        targets = [target.with_name(f"{number}.tar") for number in range(60)]
        for name in targets:
            os.link(target, name)
        found = self.corten("scan", "--no-cache", "-f", "json", *targets, prefix=["prlimit", "--nofile=64"])
        self.expect(found, corten.CLEAN)

    def test_deep_nesting_of_folders(self):
        folder = self.folder / "deep"
        (folder / "etc").mkdir(parents=True)
        self.addCleanup(subprocess.run, ["rm", "-rf", folder], check=True)
        at = os.open(folder, os.O_RDONLY)
        for _ in range(3000):  # beyond PATH_MAX
            os.mkdir("dd", dir_fd=at)
            below = os.open("dd", os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
        os.close(at)
        found = self.bounded(self.measured(folder))
        self.assertIn(found.status, (corten.CLEAN, corten.INCOMPLETE), found)


if __name__ == "__main__":
    corten.main()
