"""The machine itself, unpacked root file systems, other users, and how the program behaves as a program."""

import os
import shutil
import signal
import subprocess
import tarfile
import time

import corten
import images


class Host(corten.Case):
    def unpacked(self, archive="alpine-minirootfs-3.18.9-x86_64.tar.gz"):
        folder = self.folder / "rootfs"
        folder.mkdir()
        subprocess.run(["tar", "-C", folder, "-xf", corten.shared("images", archive)], check=True, stderr=subprocess.DEVNULL)
        return folder

    def test_an_unpacked_root_gives_what_its_archive_gives(self):
        archive = corten.shared("images", "alpine-minirootfs-3.18.9-x86_64.tar.gz")
        tar, folder = self.scan(archive), self.scan(self.unpacked())
        self.assertEqual(folder.status, corten.CLEAN, folder)
        self.assertEqual(folder.packages(), tar.packages())
        self.assertEqual(folder.ids(), tar.ids())
        self.assertEqual(folder.json["subject"]["distribution"], tar.json["subject"]["distribution"])

    def test_the_running_system(self):
        if shutil.which("dpkg-query") is None:
            self.skipTest("not a Debian system")
        start = time.monotonic()
        found = self.scan("/")
        self.assertLess(time.monotonic() - start, 120)  # a cold disk; warm it is a few seconds
        self.assertIn(found.status, (corten.CLEAN, corten.INCOMPLETE), found.err)
        query = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Version}\n"],
                               stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
        installed = {tuple(line.split()[1:]) for line in query if line.startswith("installed ")}
        scanned = {(p["name"], p["version"]) for p in found.json["packages"] if p["type"] == "deb"}
        self.assertEqual(scanned, installed)
        for package in found.json["packages"]:
            self.assertFalse(package["locations"][0].startswith(("proc/", "sys/", "run/", "tmp/", "var/lib/docker/")), package)

    def test_as_an_unprivileged_user(self):
        folder = self.unpacked()
        self.folder.chmod(0o755)
        (folder / "srv/locked").mkdir()
        (folder / "srv/locked").chmod(0o700)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        found = self.scan(folder, prefix=nobody)
        if os.geteuid() == 0:
            self.expect(found, corten.INCOMPLETE, "srv/locked")
        self.assertEqual(len(found.json["packages"]), 15)
        # The home cannot be written: no cache, and no complaint about it.
        archive = corten.shared("images", "alpine-minirootfs-3.18.9-x86_64.tar.gz")
        self.expect(self.scan(archive, prefix=nobody, cache=True), corten.CLEAN)
        self.expect(self.scan(archive, prefix=nobody, cache=True, env={"HOME": "", "XDG_CACHE_HOME": ""}), corten.CLEAN)

    def test_a_folder_that_changes_is_read_anew(self):
        folder = self.folder / "rootfs"
        (folder / "lib/apk/db").mkdir(parents=True)
        for version in ("1-r0", "2-r0"):
            (folder / "lib/apk/db/installed").write_text(images.apk_database({"zlib": version}))
            self.assertEqual(self.scan(folder, cache=True).packages(), [("zlib", version)])

    def test_an_archive_that_changes_is_read_anew(self):
        target = self.folder / "rootfs.tar"
        for version in ("1-r0", "2-r0"):
            target.write_bytes(images.alpine_layer({"zlib": version}))
            self.assertEqual(self.scan(target, cache=True).packages(), [("zlib", version)])

    def test_parallel_runs_share_a_cache(self):
        target = images.write_tar(self.folder / "a.tar", images.layout_files([images.Image([images.alpine_layer({"zlib": "1-r0"})])]))
        words = [corten.BINARY, "scan", "--format", "csv", "--cache-dir", self.folder / "cache", target]
        runs = [subprocess.Popen(words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(8)]
        answers = {(run.communicate(), run.returncode) for run in runs}
        self.assertEqual(len(answers), 1, answers)
        self.assertEqual({status for _, status in answers}, {corten.CLEAN})

    def test_a_damaged_cache_is_only_slower(self):
        target = images.write_tar(self.folder / "a.tar", images.layout_files([images.Image([images.alpine_layer({"zlib": "1-r0"})])]))
        cache = self.folder / "cache/corten"
        cache.mkdir(parents=True)
        (cache / "layers.db").write_bytes(b"noise" * 5000)
        self.expect(self.scan(target, cache=True), corten.CLEAN)

    def test_an_interrupt_stops_at_once_and_leaves_nothing(self):
        temporary = self.folder / "tmp"
        temporary.mkdir()
        layout = self.folder / "layout.tar.gz"
        with tarfile.open(layout, "w:gz", compresslevel=1) as tar:
            info = tarfile.TarInfo("blobs/sha256/" + "a" * 64)
            info.size = 1 << 30
            with open("/dev/zero", "rb") as zeros:
                tar.addfile(info, zeros)
        run = subprocess.Popen([corten.BINARY, "scan", "--no-cache", layout], cwd=self.folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(temporary)})
        children = f"/proc/{run.pid}/task/{run.pid}/children"
        worker = ""
        while run.poll() is None and not worker:
            worker = open(children, encoding="ascii").read().strip()
        run.send_signal(signal.SIGINT)
        start = time.monotonic()
        run.communicate()
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(run.returncode, 130)
        self.assertEqual(list(temporary.iterdir()), [])
        end = time.monotonic() + 5
        while worker and os.path.exists(f"/proc/{worker}/root") and time.monotonic() < end:
            pass
        self.assertFalse(worker and os.path.exists(f"/proc/{worker}/exe"), "the worker lives on")

    def test_a_full_disk_is_one_clear_line(self):
        target = images.write_tar(self.folder / "a.tar", images.layout_files([images.Image([images.alpine_layer({"zlib": "1-r0"})])]))
        with open("/dev/full", "wb") as full:
            run = subprocess.run([corten.BINARY, "scan", "--no-cache", target], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(run.returncode, corten.INCOMPLETE)
        self.assertIn(b"No space left", run.stderr)

    def test_a_closed_pipe_is_no_crash(self):
        run = subprocess.Popen([corten.BINARY, "scan", "--no-cache", "--format", "json", self.folder], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        run.stdout.close()
        run.stderr.read()
        run.stderr.close()
        self.assertIn(run.wait(), (corten.INCOMPLETE, -signal.SIGPIPE))

    def test_an_early_end_of_the_reader_is_quiet(self):
        for words in (("completion", "bash"), ("explain", "--list"), ("--help",), ("man", "scan")):
            read, write = os.pipe()
            os.close(read)
            run = subprocess.run([corten.BINARY, *words], stdout=write, stderr=subprocess.PIPE, check=False)
            os.close(write)
            self.assertEqual((run.returncode, run.stderr), (-signal.SIGPIPE, b""), words)

    def test_a_reader_that_leaves_ends_an_endless_comparison(self):
        pairs = subprocess.Popen(["yes", "1\t2"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        run = subprocess.Popen([corten.BINARY, "version", "compare", "deb"], stdin=pairs.stdout, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
        pairs.stdout.close()
        run.stdout.read(10)
        run.stdout.close()
        self.assertEqual((run.wait(60), run.stderr.read()), (-signal.SIGPIPE, b""))
        run.stderr.close()
        pairs.wait()

    def test_a_full_disk_is_an_error(self):
        for words in (("completion", "bash"), ("explain", "--list"), ("--help",), ("man", "scan"), ("version", "compare", "deb", "1", "2"),
                      ("scan", "--no-cache", "-f", "json", "/no/such"), ("db", "status")):
            with open("/dev/full", "wb") as full:
                run = subprocess.run([corten.BINARY, *words], cwd=self.folder, stdout=full, stderr=subprocess.PIPE, check=False,
                                     env={**os.environ, "HOME": str(self.folder)}, text=True)
            self.assertEqual(run.returncode, corten.INCOMPLETE, words)
            self.assertEqual(run.stderr, "corten: cannot write to standard output: No space left on device\n", words)
    def test_no_color_and_no_progress_into_files(self):
        outcome = self.corten("scan", "--no-cache", self.folder)
        self.assertNotIn("\x1b", outcome.out + outcome.err)

    def test_help_of_every_command(self):
        for words in (("scan",), ("audit",), ("db",), ("db", "build"), ("db", "status"), ("explain",), ("version", "compare"),
                      ("completion",), ("man",)):
            outcome = self.corten(*words, "--help")
            self.assertEqual((outcome.status, outcome.err), (corten.CLEAN, ""), outcome)
            self.assertIn("corten " + words[0], outcome.out)
        explained = self.corten("explain", "CTN-IMG-01")
        self.assertEqual(explained.status, corten.CLEAN)
        self.assertIn("runs as root", explained.out)

    def test_the_docker_plugin_answers(self):
        outcome = self.corten("docker-cli-plugin-metadata")
        self.assertEqual(outcome.status, corten.CLEAN, outcome)
        self.assertEqual(outcome.json["SchemaVersion"], "0.1.0")


if __name__ == "__main__":
    corten.main()
