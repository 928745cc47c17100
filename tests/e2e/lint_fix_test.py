"""Insecure Dockerfiles, mended by `corten lint --fix=unsafe`, built by a real engine and run: the same answer as before,
and not from root.

The base images are made here, under the names of those that they stand for: busybox for images without a shell, Alpine's
root file system, and Debian's that mmdebstrap makes (CORTEN_DEBIAN_TAR names one that is ready). The classic builder,
which needs no network, has no secret mounts: what is written for secrets is not built here.

Takes minutes: only with CORTEN_SLOW_TESTS=1, which `make engine-tests` sets.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import unittest

import corten
import docker_engine
import images

ANSWER_SECONDS = 20
PASSWD = "root:x:0:0:root:/root:/bin/sh\n"


def busybox():
    path = pathlib.Path("/bin/busybox")
    if not path.exists():
        raise unittest.SkipTest("busybox-static is not installed")
    return path.read_bytes()


class FixCase(corten.Case):
    """Builds one Dockerfile as it is and as it is mended."""

    engine = None

    @classmethod
    def setUpClass(cls):
        if not corten.SLOW:
            raise unittest.SkipTest("builds and runs images for minutes: CORTEN_SLOW_TESTS=1 runs it")
        cls.program = busybox()
        cls.engine = docker_engine.Engine()
        cls.addClassCleanup(cls.engine.stop)
        cls.make_bases()

    @classmethod
    def make_bases(cls):
        raise NotImplementedError

    @classmethod
    def base(cls, name, tar, *changes):
        words = [word for change in changes for word in ("--change", change)]
        cls.engine.docker("import", *words, "-", name, data=tar)

    def place(self, name):
        place = self.folder / name
        place.mkdir()
        (place / "busybox").write_bytes(self.program)
        (place / "busybox").chmod(0o755)
        (place / "tool").write_bytes(self.program)  # the same under a name that tells nothing of a shell
        (place / "tool").chmod(0o755)
        (place / "index.html").write_text("hello\n")
        (place / "say.sh").write_text("#!/bin/sh\necho said\n")
        (place / "say.sh").chmod(0o755)
        return place

    def build(self, place, text):
        (place / "Dockerfile").write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.engine.out("build", "-q", "--network", "none", place)

    def mended(self, place, text, *gone, keeps=()):
        """The file after --fix=unsafe: the rules `gone` no longer speak, and a second run finds nothing to do."""
        path = place / "Dockerfile"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        words = ("lint", "--no-shellcheck", "--fix=unsafe", "--format", "json", path)
        before = self.corten("lint", "--no-shellcheck", "--format", "json", path)
        for one in gone:
            self.assertIn(one, before.ids(), before)
        after = self.corten(*words)
        for one in gone:
            self.assertNotIn(one, after.ids(), after)
        for one in keeps:
            self.assertIn(one, after.ids(), after)
        written = path.read_bytes()
        self.corten(*words)
        self.assertEqual(path.read_bytes(), written)
        return written

    def both(self, text, *gone, keeps=()):
        """Images of the file as it is and as it is mended, and the mended text."""
        place = self.place("place")
        before = self.build(place, text)
        written = self.mended(place, text, *gone, keeps=keeps)
        return before, self.build(place, written), written.decode()

    def run_once(self, image, *words):
        """What a container of the image says."""
        return self.engine.out("run", "--rm", "--network", "none", image, *words)

    def started(self, image, *options):
        container = self.engine.out("run", "-d", "--network", "none", *options, image)
        self.addCleanup(self.engine.docker, "rm", "-f", container, check=False)
        return container

    def uid(self, container):
        """Of the container's first process, as the kernel says."""
        pid = self.engine.out("inspect", "--format", "{{.State.Pid}}", container)
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        return int(re.search(r"(?m)^Uid:\t(\d+)", status)[1])

    def answer(self, container, port):
        """What its server gives, asked from inside its network."""
        end = time.monotonic() + ANSWER_SECONDS
        while True:
            pid = self.engine.out("inspect", "--format", "{{.State.Pid}}", container)
            if pid != "0":
                asked = subprocess.run(
                    ["nsenter", f"--net=/proc/{pid}/ns/net", "/bin/busybox", "wget", "-q", "-O", "-",
                     f"http://127.0.0.1:{port}/index.html"], capture_output=True, check=False, timeout=ANSWER_SECONDS)
                if asked.returncode == 0:
                    return asked.stdout.decode()
            if time.monotonic() > end:
                self.fail("no answer: " + str(self.engine.docker("logs", container, check=False)))
            time.sleep(0.05)  # the condition is the server's answer; it has no other signal

    def expect_server(self, before, after, port, uid):
        first = self.started(before)
        self.assertEqual((self.answer(first, port), self.uid(first)), ("hello\n", 0))
        second = self.started(after)
        self.assertEqual((self.answer(second, port), self.uid(second)), ("hello\n", uid))


class WithoutShell(FixCase):
    @classmethod
    def make_bases(cls):
        tar = images.Tar().folder("etc").folder("tmp", 0o1777).folder("home").folder("home/nonroot")
        tar.add("etc/passwd", PASSWD + "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n")
        cls.base("gcr.io/distroless/static:latest", tar.bytes())

    def test_scratch(self):
        before, after, text = self.both(
            'FROM scratch\nCOPY busybox /busybox\nCOPY index.html /www/\nEXPOSE 8080\n'
            'ENTRYPOINT ["/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n', "CL1001")
        self.assertIn("USER 65532:65532\nENTRYPOINT", text)
        self.expect_server(before, after, 8080, 65532)

    def test_distroless(self):
        before, after, _ = self.both(
            'FROM gcr.io/distroless/static:latest\nCOPY busybox /busybox\nCOPY index.html /www/\n'
            'USER root\nENTRYPOINT ["/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n', "CL1002")
        self.expect_server(before, after, 8080, 65532)

    def test_a_user_that_is_not_there(self):
        text = 'FROM scratch\nCOPY busybox /id\nUSER web\nENTRYPOINT ["/id", "-u"]\n'
        place = self.place("place")
        broken = self.engine.docker("run", "--rm", self.build(place, text), check=False)
        self.assertIn(b"unable to find user web", broken.stderr)
        self.assertEqual(self.run_once(self.build(place, self.mended(place, text, "CL1004"))), "65532")

    def test_a_shell_form_without_a_shell(self):
        text = 'FROM scratch\nCOPY tool /id\nENTRYPOINT /id -u\n'
        place = self.place("place")
        broken = self.engine.docker("run", "--rm", self.build(place, text), check=False)
        self.assertNotEqual(broken.returncode, 0)
        self.assertEqual(self.run_once(self.build(place, self.mended(place, text, "CL4001"))), "65532")

    def test_a_port_below_1024(self):
        before, after, _ = self.both(
            'FROM scratch\nCOPY busybox /busybox\nCOPY index.html /www/\nEXPOSE 80\n'
            'ENTRYPOINT ["/busybox", "httpd", "-f", "-p", "80", "-h", "/www"]\n', "CL1001")
        self.expect_server(before, after, 80, 65532)


class Alpine(FixCase):
    @classmethod
    def make_bases(cls):
        root = corten.shared("images", "alpine-minirootfs-3.18.9-x86_64.tar.gz").read_bytes()
        cls.base("alpine:3.18", root, 'CMD ["/bin/sh"]')
        # As node's images have it: root, and a user made for the service.
        place = cls.engine.folder / "node"
        place.mkdir()
        (place / "Dockerfile").write_text(
            "FROM alpine:3.18\nRUN addgroup -g 1000 node && adduser -u 1000 -G node -s /bin/sh -D node && "
            "ln -s /bin/busybox /usr/local/bin/node\n")
        cls.engine.docker("build", "-q", "--network", "none", "-t", "node:22-alpine", place)
        cls.engine.docker("tag", "alpine:3.18", "busybox:1.36")  # for its way to make accounts

    def test_a_server_gets_an_account(self):
        before, after, text = self.both(
            "FROM alpine:3.18\nWORKDIR /www\nCOPY index.html .\nEXPOSE 8080\n"
            'CMD ["/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\nCOPY busybox /busybox\n', "CL1001")
        self.assertTrue(text.endswith("USER 10001:10001\n"), text)  # CMD stands above the last step
        self.expect_server(before, after, 8080, 10001)

    def test_the_user_of_the_base(self):
        before, after, text = self.both(
            "FROM node:22-alpine\nWORKDIR /www\nCOPY . .\nCMD [\"./busybox\", \"httpd\", \"-f\", \"-p\", \"8080\"]\n", "CL1001")
        self.assertIn("USER 1000\nCMD", text)
        self.expect_server(before, after, 8080, 1000)

    def test_busybox(self):
        before, after, _ = self.both('FROM busybox:1.36\nCOPY say.sh /say.sh\nCMD ["/say.sh"]\n', "CL1001")
        self.assertEqual(self.run_once(before), "said")
        self.assertEqual(self.run_once(after), "said")
        self.assertEqual(self.run_once(after, "id", "-u", "-n"), "app")

    def test_joined_to_the_last_run(self):
        before, after, text = self.both(
            "FROM alpine:3.18\n# what it says\nRUN mkdir /data \\\n    # a comment\n    && echo said > /data/words\n"
            'CMD ["cat", "/data/words"]\n', "CL1001")
        self.assertEqual(text.count("RUN "), 1)
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])
        self.assertEqual(self.run_once(after, "id", "-u"), "10001")

    def test_windows_line_endings(self):
        text = b'FROM alpine:3.18\r\nCOPY say.sh /say.sh\r\nRUN true \\\r\n  && true\r\nCMD ["/say.sh"]\r\n'
        before, after, written = self.both(text, "CL1001")
        self.assertNotRegex(written, r"(?<!\r)\n")
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])
        self.assertEqual(self.run_once(after, "id", "-u"), "10001")

    def test_back_to_root_in_the_middle(self):
        _, after, text = self.both(
            "FROM node:22-alpine\nUSER node\nWORKDIR /home/node\nUSER root\nRUN touch /etc/made\n"
            'CMD ["id", "-u"]\n', "CL1002")
        self.assertIn("RUN touch /etc/made\nUSER 1000\n", text)
        self.assertEqual(self.run_once(after), "1000")

    def test_an_account_that_was_made_and_not_used(self):
        _, after, text = self.both('FROM alpine:3.18\nRUN adduser -D web\nCMD ["id", "-u", "-n"]\n', "CL1001")
        self.assertIn("RUN adduser -u 10001 -D web\nUSER 10001\n", text)
        self.assertEqual(self.run_once(after), "web")

    def test_a_volume_can_be_written(self):
        before, after, _ = self.both(
            'FROM alpine:3.18\nVOLUME /data\nCOPY say.sh /\nCMD ["sh", "-c", "/say.sh > /data/x && cat /data/x"]\n',
            "CL1001")
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])

    def test_stages(self):
        before, after, text = self.both(
            "FROM alpine:3.18 AS build\nRUN echo said > /words && chmod 600 /words && chmod 644 /words\n"
            "FROM node:22-alpine\nCOPY --from=build /words /words\nENTRYPOINT [\"cat\"]\nCMD [\"/words\"]\n", "CL1001")
        self.assertEqual(text.count("USER"), 1)
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])

    def test_signals_reach_the_program(self):
        text = 'FROM alpine:3.18\nCOPY busybox /busybox\nENV P=8080\nENTRYPOINT /busybox httpd -f -p $P\n'
        _, after, written = self.both(text, "CL4011")
        self.assertIn("ENTRYPOINT exec /busybox", written)
        self.assertEqual(self.engine.out("exec", self.started(after), "cat", "/proc/1/comm"), "busybox")

    def test_a_health_check_of_alpine(self):
        place = self.place("place")
        text = ('FROM alpine:3.18\nCOPY busybox index.html /www/\nEXPOSE 8080\n'
                'CMD ["/www/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]\n')
        container = self.started(self.build(place, self.mended(place, text, "CL4003")))
        self.assertEqual(self.answer(container, 8080), "hello\n")
        check = json.loads(self.engine.out("inspect", "--format", "{{json .Config.Healthcheck.Test}}", container))
        self.engine.docker("exec", container, *check[1:])
        check[-1] = "8081"
        self.assertNotEqual(self.engine.docker("exec", container, *check[1:], check=False).returncode, 0)

    def test_a_step_that_needs_root(self):
        text = ("FROM node:22-alpine\nUSER 1000\nCOPY say.sh /say.sh\nRUN echo a > /etc/made\n"
                'CMD ["sh", "-c", "cat /etc/made; id -u"]\n')
        place = self.place("place")
        (place / "Dockerfile").write_text(text)
        self.assertNotEqual(self.engine.docker("build", "-q", "--network", "none", place, check=False).returncode, 0)
        self.assertEqual(self.run_once(self.build(place, self.mended(place, text, "CL1005"))).split(), ["a", "1000"])

    def test_files_of_the_user(self):
        text = ('FROM node:22-alpine\nWORKDIR /app\nUSER 1000\nCOPY . .\n'
                'CMD ["sh", "-c", "echo new > index.html && cat index.html"]\n')
        place = self.place("place")
        image = self.build(place, text)
        self.assertNotEqual(self.engine.docker("run", "--rm", image, check=False).returncode, 0)
        self.assertEqual(self.run_once(self.build(place, self.mended(place, text, "CL1006"))), "new")

    def test_files_are_not_stored_twice(self):
        before, after, text = self.both(
            "FROM alpine:3.18\nCOPY . /app\nRUN chown -R 10001:10001 /app\nUSER 10001\n"
            'CMD ["sh", "-c", "id -u && touch /app/new /app/busybox && ls -n /app/busybox | cut -c 1-30"]\n', "CL1007")
        self.assertIn("COPY --chown=10001:10001 . /app", text)
        self.assertEqual(self.run_once(before), self.run_once(after))
        sizes = [int(self.engine.out("inspect", "--format", "{{.Size}}", image)) for image in (before, after)]
        self.assertGreater(sizes[0] - sizes[1], len(self.program) * 9 // 10)

    def test_modes(self):
        _, after, text = self.both(
            "FROM node:22-alpine\nRUN mkdir /data && chmod 777 /data\nRUN chmod u+s /bin/busybox\nUSER 1000\n"
            'CMD ["sh", "-c", "touch /data/x && stat -c %a%u /data"]\n', "CL1009", "CL1010")
        self.assertIn("chown 1000 /data && chmod 775 /data", text)
        self.assertEqual(self.run_once(after), "7751000")
        denied = self.engine.docker("run", "--rm", "--user", "12345:12345", after, check=False)
        self.assertNotEqual(denied.returncode, 0)

    def test_triggers_are_left_alone(self):
        place = self.place("place")
        text = 'FROM alpine:3.18\nONBUILD RUN touch /etc/made\nCMD ["id", "-u"]\n'
        self.mended(place, text, keeps=("CL1001",))
        self.engine.docker("build", "-q", "--network", "none", "-t", "parent:1", place)
        child = self.place("child")
        self.assertEqual(self.run_once(self.build(child, "FROM parent:1\n")), "0")

    def test_triggers_that_copy(self):
        place = self.place("place")
        text = 'FROM node:22-alpine\nONBUILD COPY index.html /www/\nCMD ["cat", "/www/index.html"]\n'
        (place / "Dockerfile").write_bytes(self.mended(place, text, "CL1001"))
        self.engine.docker("build", "-q", "--network", "none", "-t", "parent:2", place)
        child = self.build(self.place("child"), "FROM parent:2\n")
        self.assertEqual(self.run_once(child), "hello")
        self.assertEqual(self.run_once(child, "id", "-u"), "1000")

    def test_a_script_that_steps_down_itself_keeps_root(self):
        place = self.place("place")
        (place / "start.sh").write_text("#!/bin/sh\nchown node /home/node\nexec su node -s /bin/id -- -u\n")
        (place / "start.sh").chmod(0o755)
        text = 'FROM node:22-alpine\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n'
        written = self.mended(place, text, keeps=("CL1001",))
        self.assertEqual(self.run_once(self.build(place, written)), "1000")

    def test_a_server_that_steps_down_itself_keeps_root(self):
        text = ("FROM alpine:3.18\nCOPY busybox /usr/local/bin/su-exec\nRUN adduser -D -u 1234 web\n"
                'ENTRYPOINT ["/bin/sh", "-c", "id -u"]\n')
        place = self.place("place")
        written = self.mended(place, text, keeps=("CL1001",))
        self.assertNotIn(b"USER", written)


class Debian(FixCase):
    @classmethod
    def setUpClass(cls):
        if not os.environ.get("CORTEN_DEBIAN_TAR") and shutil.which("mmdebstrap") is None:
            raise unittest.SkipTest("needs mmdebstrap")
        super().setUpClass()

    @classmethod
    def make_bases(cls):
        tar = pathlib.Path(os.environ.get("CORTEN_DEBIAN_TAR") or cls.engine.folder / "debian.tar")
        if not tar.exists():
            made = subprocess.run(
                ["mmdebstrap", "--variant=minbase", "bookworm", tar,
                 "deb http://deb.debian.org/debian bookworm main"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                check=False)
            if made.returncode != 0:
                raise unittest.SkipTest("mmdebstrap failed: " + made.stdout.decode()[-300:])
        cls.engine.docker("import", "--change", 'CMD ["bash"]', tar, "debian:12")

    def test_an_account_with_a_home(self):
        before, after, text = self.both('FROM debian:12\nCOPY say.sh /say.sh\nCMD ["/say.sh"]\n', "CL1001")
        self.assertIn("--uid 10001", text)
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])
        said = self.run_once(after, "sh", "-c", "id -u -n; cd; pwd; touch x && ls")
        self.assertEqual(said.split(), ["app", "/home/app", "x"])

    def test_a_server_in_a_folder_that_all_could_write(self):
        before, after, text = self.both(
            "FROM debian:12\nRUN mkdir -p /srv/www && chmod -R 777 /srv/www\nWORKDIR /srv/www\nCOPY busybox index.html ./\n"
            'EXPOSE 8000\nCMD ["./busybox", "httpd", "-f", "-p", "8000"]\n', "CL1001", "CL1009")
        self.assertIn("chmod -R 775", text)
        self.expect_server(before, after, 8000, 10001)

    def test_a_health_check(self):
        place = self.place("place")
        text = ('FROM debian:12\nCOPY busybox index.html /www/\nEXPOSE 8000\n'
                'CMD ["/www/busybox", "httpd", "-f", "-p", "8000", "-h", "/www"]\n')
        container = self.started(self.build(place, self.mended(place, text, "CL1001", "CL4003")))
        self.assertEqual((self.answer(container, 8000), self.uid(container)), ("hello\n", 10001))
        check = self.engine.out("inspect", "--format", "{{json .Config.Healthcheck.Test}}", container)
        self.assertEqual(json.loads(check), ["CMD", "bash", "-c", "</dev/tcp/127.0.0.1/8000"])
        self.engine.docker("exec", container, *json.loads(check)[1:])
        closed = self.engine.docker("exec", container, "bash", "-c", "</dev/tcp/127.0.0.1/8001", check=False)
        self.assertNotEqual(closed.returncode, 0)

    def test_a_service_with_a_volume(self):
        before, after, _ = self.both(
            "FROM debian:12\nRUN useradd -r worker\nVOLUME [\"/var/lib/worker\"]\n"
            'CMD ["sh", "-c", "echo said > /var/lib/worker/x && cat /var/lib/worker/x"]\n', "CL1001")
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])
        self.assertEqual(self.run_once(after, "id", "-u", "-n"), "worker")

    def test_root_named_last(self):
        before, after, _ = self.both(
            "FROM debian:12\nCOPY say.sh /say.sh\nRUN echo a \\\n  && echo b\nUSER root\nENTRYPOINT [\"/say.sh\"]\n", "CL1002")
        self.assertEqual([self.run_once(before), self.run_once(after)], ["said", "said"])


if __name__ == "__main__":
    corten.main()
