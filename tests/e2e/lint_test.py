"""`corten lint` as people first meet it: what it reads, what it says, and what it does not choke on."""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import threading
import unittest

import corten
import images

DOCKERFILE = """FROM node:22
RUN apt-get update && apt-get install -y --no-install-recommends curl=7.88.*
RUN cd /tmp && echo $x
COPY --chown=node . /app
USER node
CMD ["node", "/app/x.js"]
"""
FORMATS = ("table json sarif html markdown junit csv tty gnu hadolint-json checkstyle codeclimate gitlab_codeclimate "
           "sonarqube codacy").split()


class Lint(corten.Case):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        self.place.mkdir()

    def put(self, name, content):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def lint(self, *words, **more):
        return self.corten("lint", *words, cwd=self.place, **more)

    def findings(self, *words, **more):
        return self.lint("--format", "json", "--no-shellcheck", *words, **more).json["findings"]

    def found(self, *words, **more):
        return {finding["id"] for finding in self.findings(*words, **more)}

    def without_shellcheck(self):
        """A PATH with the few programs that are needed, and no ShellCheck."""
        folder = self.folder / "bin"
        folder.mkdir()
        for name in ("prlimit", "env", "git"):
            (folder / name).symlink_to(shutil.which(name))
        return {"PATH": str(folder)}

    def pipe(self, content, *words):
        run = subprocess.run([corten.BINARY, "lint", *words], input=content.encode(), cwd=self.place, capture_output=True,
                             timeout=60, check=False, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})
        return corten.Outcome(run.returncode, run.stdout.decode(), run.stderr.decode())


class WhatItReads(Lint):
    def test_folders_files_and_standard_input(self):
        self.put("a/Dockerfile", DOCKERFILE)
        self.put("compose.yaml", "services:\n  web:\n    image: nginx\n    privileged: true\n")
        whole = self.lint("--format", "json")
        self.assertEqual(whole.status, corten.FINDINGS, whole)
        self.assertEqual([s["name"] for s in whole.json["subjects"]], ["a/Dockerfile", "compose.yaml"])
        self.assertEqual(self.found("a"), self.found("a/Dockerfile"))
        self.assertIn("CC1001", self.found("compose.yaml"))
        piped = self.pipe(DOCKERFILE, "-f", "tty", "--stdin-filename", "web/Dockerfile", "-")
        self.assertEqual(piped.status, corten.FINDINGS, piped)
        self.assertTrue(all(line.startswith("web/Dockerfile:") for line in piped.out.splitlines()), piped)

    def test_nothing_to_lint_is_said(self):
        outcome = self.lint()
        self.assertEqual(outcome.status, corten.CLEAN)
        self.assertIn("no Dockerfile, compose file or Kubernetes manifest in .", outcome.out)

    def test_every_format(self):
        self.put("Dockerfile", DOCKERFILE)
        for name in FORMATS:
            with self.subTest(name):
                outcome = self.lint("--format", name, "Dockerfile")
                self.assertIn(outcome.status, (corten.FINDINGS, corten.CLEAN), outcome)
                self.assertIn("CL3001", outcome.out)
                self.assertEqual(outcome.err, "")

    def test_odd_files(self):
        noise = bytes(range(256)) * 64
        cases = [
            ("empty/Dockerfile", b"", corten.FINDINGS, "there is no instruction"),
            ("noise/Dockerfile", noise, corten.FINDINGS, "is not text"),
            ("program", noise, corten.INCOMPLETE, "neither a Dockerfile nor a compose file"),
            ("long/Dockerfile", b"FROM a:1\nRUN echo " + b"a" * 10_000_000 + b"\n", corten.FINDINGS, "longer than 65535 bytes"),
            ("latin/Dockerfile", b"FROM a:1\n# caf\xe9\nRUN echo \"caf\xe9\"\n", corten.FINDINGS, "CL3001"),
            ("notes.yaml", b"a: b\n", corten.INCOMPLETE, "`services:`"),
            ("chart/templates/x.yaml", b"a: {{ .Values.b }}\n", corten.INCOMPLETE, "helm template CHART | corten lint -"),
        ]
        for name, content, status, said in cases:
            with self.subTest(name):
                self.put(name, content)
                outcome = self.lint("--no-shellcheck", name)
                self.assertEqual(outcome.status, status, outcome)
                self.assertIn(said, " ".join((outcome.out + outcome.err).split()))

    def test_what_is_hidden_fails_only_when_asked_for(self):
        self.put("Dockerfile", "FROM debian:12\nUSER 1000\nWORKDIR srv\nHEALTHCHECK NONE\n")
        cases = [((), corten.FINDINGS, ""), (("-s", "critical"), corten.CLEAN, ""),
                 (("-s", "critical", "--fail-on", "low"), corten.FINDINGS, "--severity low shows it"),
                 (("--fail-on", "critical"), corten.CLEAN, ""), (("--fail-on", "none"), corten.CLEAN, "")]
        for words, status, said in cases:
            with self.subTest(words):
                outcome = self.lint("--no-shellcheck", *words, "Dockerfile")
                self.assertEqual(outcome.status, status, outcome)
                self.assertIn(said, " ".join(outcome.out.split()))

    def test_a_configuration_may_say_that_nothing_fails(self):
        self.put("Dockerfile", "FROM debian:12\nWORKDIR srv\n")
        for word, status in (("never", corten.CLEAN), ("none", corten.CLEAN), ("low", corten.FINDINGS)):
            with self.subTest(word):
                self.put("corten.yaml", f"fail-on: {word}\n")
                self.assertEqual(self.lint("--no-shellcheck", "Dockerfile").status, status)

    @unittest.skipIf(os.geteuid() == 0, "root may read every file")
    def test_files_that_may_not_be_read(self):
        for name in ("a/Dockerfile", "b/pod.yaml"):
            self.put(name, "FROM a\n").chmod(0)
            outcome = self.lint(pathlib.Path(name).parent)
            self.assertEqual(outcome.status, corten.INCOMPLETE, outcome)
            self.assertIn("Permission denied", outcome.err)


class WhatItRefuses(Lint):
    def test_wrong_words(self):
        self.put("Dockerfile", DOCKERFILE)
        cases = [
            (("--nonsense",), corten.USAGE, "unknown option --nonsense"),
            (("--format", "foo"), corten.USAGE, "one of: table"),
            (("--for", "swarm"), corten.USAGE, "one of: docker, kubernetes"),
            (("--fail-on", "bad"), corten.USAGE, "one of: "),
            (("--base", "x"), corten.USAGE, "node:22=node.tar"),
            (("--base", "a:1=nosuch.tar"), corten.INCOMPLETE, "--base a:1=nosuch.tar"),
            (("--base", "a:1=Dockerfile"), corten.INCOMPLETE, "--base a:1=Dockerfile"),
            (("-o", "x", "-o", "y"), corten.USAGE, "2 --output for 1 --format"),
            (("--config", "nosuch.yaml"), corten.INCOMPLETE, "nosuch.yaml: No such file or directory"),
            (("nosuch",), corten.INCOMPLETE, "nosuch: No such file or directory"),
            (("--changed-since", "main"), corten.INCOMPLETE, "is in no git work tree"),
        ]
        for words, status, said in cases:
            with self.subTest(words):
                outcome = self.lint(*words)
                self.assertEqual(outcome.status, status, outcome)
                self.assertIn(said, outcome.err)

    def test_a_commit_that_does_not_exist(self):
        self.put("Dockerfile", DOCKERFILE)
        subprocess.run(["git", "init", "-q", self.place], check=True)
        outcome = self.lint("--changed-since", "nosuchref")
        self.assertNotEqual(outcome.status, corten.CLEAN)
        self.assertIn("nosuchref", outcome.err)

    def test_full_disks_and_closed_pipes(self):
        self.put("Dockerfile", DOCKERFILE)
        for words in (["--list-rules"], ["Dockerfile"], ["--fix=unsafe", "--diff", "Dockerfile"]):
            with self.subTest(words), open("/dev/full", "wb") as full:
                run = subprocess.run([corten.BINARY, "lint", *words], cwd=self.place, stdout=full, stderr=subprocess.PIPE,
                                     timeout=60, check=False)
                self.assertEqual(run.returncode, corten.INCOMPLETE)
                self.assertIn(b"cannot write to standard output", run.stderr)
            with self.subTest(words):
                reader, writer = os.pipe()
                os.close(reader)
                run = subprocess.run([corten.BINARY, "lint", *words], cwd=self.place, stdout=writer, stderr=subprocess.PIPE,
                                     timeout=60, check=False)
                os.close(writer)
                self.assertEqual((run.returncode, run.stderr), (-13, b""))  # as cat(1) ends: by SIGPIPE


class ShellInRun(Lint):
    def test_native_checks_take_the_place_of_shellcheck(self):
        self.put("Dockerfile", DOCKERFILE)
        outcome = self.lint("--format", "json", env=self.without_shellcheck())
        places = {(f["id"], f["location"]["line"], f["location"]["column"]) for f in outcome.json["findings"]}
        self.assertIn(("SC2086", 3, 21), places)
        self.assertTrue(any("apt-get install shellcheck" in note for note in outcome.json["notes"]), outcome)
        silent = self.lint("--format", "json", "--no-shellcheck")
        self.assertFalse([f for f in silent.json["findings"] if f["id"].startswith("SC")])

    def test_their_places_are_those_of_shellcheck(self):
        if not shutil.which("shellcheck"):
            self.skipTest("no shellcheck on PATH")
        self.put("Dockerfile", "FROM debian:12\nRUN true && \\\n    # a comment\n    echo é $x\n")
        def places(**more):
            found = self.lint("--format", "json", **more).json["findings"]
            return {(f["id"], f["location"]["line"], f["location"]["column"]) for f in found if f["id"] == "SC2086"}
        self.assertTrue(places())
        self.assertEqual(places(), places(env=self.without_shellcheck()))


class WhatLiesAround(Lint):
    def test_the_build_context_is_judged(self):
        self.put("Dockerfile", "FROM node:22\nCOPY a.log /x\nCOPY . /app\nUSER node\n")
        self.put("a.log", "")
        self.put(".env", "TOKEN=x\n")
        self.assertIn("CL2007", self.found())
        self.put(".dockerignore", "*.log\n.env\n.git\n")
        self.assertIn("BK-CopyIgnoredFile", self.found())
        self.assertNotIn("CL2007", self.found())
        self.put("Dockerfile.dockerignore", ".env\n.git\n")
        self.assertFalse({"BK-CopyIgnoredFile", "CL2007"} & self.found())

    def base(self, **config):
        layer = images.layer({"etc/passwd": "root:x:0:0::/root:/bin/sh\nworker:x:700:700::/:/bin/sh\n"})
        image = images.Image([layer], config=config)
        return images.write_tar(self.folder / "base.tar", images.layout_files([image]))

    def test_the_base_image_itself_is_the_better_witness(self):
        base = f"--base=corp/base:1={self.base(User='worker', Healthcheck={'Test': ['CMD', 'true']})}"
        self.put("Dockerfile", "FROM corp/base:1\nCMD [\"/app\"]\n")
        self.assertIn("CL1001", self.found())
        self.assertNotIn("CL1001", self.found(base))
        self.assertNotIn("CL4003", self.found(base))
        self.put("Dockerfile", "FROM corp/base:1\nUSER nobody-here\nCMD [\"/app\"]\n")
        named = [f for f in self.findings(base) if "nobody-here" in json.dumps(f)]
        self.assertTrue(named, self.findings(base))
        self.put("Dockerfile", "FROM corp/base:1\nUSER worker\nCMD [\"/app\"]\n")
        self.assertTrue([f for f in self.findings(base) if "USER 700" in f["remediation"]], self.findings(base))

    def test_an_archive_without_the_image_is_an_error(self):
        self.put("Dockerfile", "FROM corp/base:1\n")
        several = [images.Image([images.layer({"etc/x": name})], config={"User": name}) for name in "ab"]
        tags = [["corp/a:1"], ["corp/b:1"]]
        archive = images.write_tar(self.folder / "two.tar", images.saved_files(several, tags, legacy=False))
        outcome = self.lint("--base", f"corp/base:1={archive}")
        self.assertEqual(outcome.status, corten.INCOMPLETE, outcome)
        self.assertIn("corp/a:1", outcome.err)


    def test_a_registry_says_what_a_base_image_is(self):
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"User": "700"},
                             "rootfs": {"type": "layers", "diff_ids": []}}).encode()
        manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": [],
                               "config": {"mediaType": "application/vnd.oci.image.config.v1+json",
                                          "digest": images.digest(config), "size": len(config)}}).encode()
        documents = {f"/v2/corp/base/blobs/{images.digest(config)}": config, "/v2/corp/base/manifests/1": manifest}
        host = self.serve(documents)
        self.put("Dockerfile", f"FROM {host}/corp/base:1\nCMD [\"/app\"]\n")
        self.assertIn("CL1001", self.found())
        self.assertNotIn("CL1001", self.found("--base=registry"))
        fixed = self.lint("--no-shellcheck", "--base=registry", "--fix", "--diff").out
        self.assertIn(f"+FROM {host}/corp/base:1@{images.digest(manifest)}\n", fixed)
        self.put("Dockerfile", f"FROM {host}/corp/other:1\n")
        said = self.lint("--no-shellcheck", "--base=registry", "--format=json").json
        self.assertIn("is judged by its name", " ".join(said["notes"]))

    def serve(self, documents):
        """A registry on loopback; returns its host and port."""
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = documents.get(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"127.0.0.1:{server.server_address[1]}"


class Mending(Lint):
    RISKY = "FROM node:22\nWORKDIR /data\nVOLUME /data\nUSER node\nCOPY x.db /data/\n"

    def test_the_hint_names_the_command_that_mends(self):
        self.put("Dockerfile", self.RISKY)
        said = " ".join(self.lint("--no-shellcheck", "Dockerfile").out.split())
        self.assertIn("2 of 3 can be mended", said)  # CL1006 and DL3066
        self.assertIn("corten lint --fix=unsafe --diff Dockerfile", said)
        safe = self.lint("--no-shellcheck", "--fix", "--diff", "Dockerfile")
        self.assertEqual((safe.status, safe.out), (corten.CLEAN, ""), safe)
        outcome = self.lint("--no-shellcheck", "--fix=unsafe", "--diff", "Dockerfile")
        self.assertEqual(outcome.status, corten.FINDINGS, outcome)
        self.assertTrue(outcome.out.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n"), outcome)

    def test_a_diff_writes_nothing_and_fix_does(self):
        path = self.put("Dockerfile", self.RISKY)
        before = path.read_bytes()
        diff = self.lint("--no-shellcheck", "--fix=unsafe", "--diff")
        self.assertEqual(path.read_bytes(), before)
        self.lint("--no-shellcheck", "--fix=unsafe")
        after = path.read_bytes()
        self.assertIn(b"--chown=node", after)
        path.write_bytes(before)
        subprocess.run(["patch", "-p1", "-s"], input=diff.out, text=True, cwd=self.place, check=True)
        self.assertEqual(path.read_bytes(), after)


    def test_a_compose_project_of_two_files_is_mended_in_both(self):
        base = self.put("compose.yaml", "# shop\nservices:\n  app: # it\n    image: app:1\n    user: '7'\n")
        prod = self.put("prod.yaml", "services:\n  app:\n    cap_add: [SYS_ADMIN]\n    pid: host # why\n")
        apart = self.lint("--no-shellcheck", "prod.yaml")
        self.assertNotIn("CC1014", apart.out)
        files = ("--no-shellcheck", "--merge", "compose.yaml", "--merge", "prod.yaml")
        said = json.loads(self.lint(*files, "-f", "json").out)
        places = {(f["id"], f["location"]["path"], f["location"]["line"]) for f in said["findings"]}
        self.assertLessEqual({("CC1005", "prod.yaml", 3), ("CC1002", "prod.yaml", 4), ("CC1006", "compose.yaml", 3)},
                             places)
        self.lint(*files, "--fix=unsafe")
        self.assertEqual(prod.read_text(), "services:\n  app:\n")
        self.assertIn("# shop\nservices:\n  app: # it\n    image: app:1\n", base.read_text())
        self.assertIn("    cap_drop:\n      - ALL\n", base.read_text())
        again = self.lint(*files, "--fix=unsafe", "--diff")
        self.assertEqual((again.status, again.out), (corten.CLEAN, ""), again)
        alone = self.lint("--merge", "compose.yaml")
        self.assertEqual(alone.status, corten.USAGE, alone)


class Explaining(Lint):
    def test_the_list_of_rules_says_what_fix_mends(self):
        rules = {rule["id"]: rule for rule in self.lint("--list-rules", "--format", "json").json["rules"]}
        lines = {line.split()[0]: line for line in self.lint("--list-rules").out.splitlines()}
        self.assertEqual(list(rules), list(lines))
        for name, fix in (("DL4000", "--fix"), ("DL3015", "--fix=unsafe"), ("DL3008", None)):
            self.assertEqual(rules[name]["fix"], {"--fix": "safe", "--fix=unsafe": "unsafe", None: None}[fix])
            self.assertTrue(lines[name].endswith(f" · {fix}" if fix else rules[name]["title"]), lines[name])
        self.expect(self.lint("--list-rules", "--format", "sarif"), corten.USAGE, "'sarif'", "table, json")

    def test_a_page_has_a_bad_and_a_good_example_in_colour(self):
        page = self.corten("explain", "DL4000", "--color", "always").out
        self.assertIn("\x1b[1mDL4000\x1b[0m", page)
        plain = self.corten("explain", "dl4000").out
        self.assertNotIn("\x1b", plain)
        self.assertLess(plain.index("Not so:\n    FROM"), plain.index("Better:\n    FROM"))
        self.assertTrue(all(len(line) <= 80 for line in plain.splitlines() if "http" not in line), plain)

    def test_every_rule_has_a_page(self):
        listed = [line.split()[0] for line in self.lint("--list-rules").out.splitlines()]
        self.assertEqual(listed, sorted(listed))
        for name in ("DL3008", "CL1001", "CC1001", "KSV-0017", "BK-CopyIgnoredFile"):
            self.assertIn(name, listed)
            outcome = self.corten("explain", name)
            self.assertEqual(outcome.status, corten.CLEAN, outcome)
            self.assertIn("What to do", outcome.out)

    def test_ids_of_shellcheck(self):
        outcome = self.corten("explain", "sc2086")
        self.assertEqual(outcome.status, corten.CLEAN, outcome)
        self.assertIn("https://www.shellcheck.net/wiki/SC2086", outcome.out)
        self.assertNotEqual(self.corten("explain", "SC20").status, corten.CLEAN)


if __name__ == "__main__":
    corten.main()
