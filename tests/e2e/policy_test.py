"""What decides the exit status and what is shown: thresholds, ignore files, VEX, the environment, corten.yaml."""

import json

import corten
import images

FLAW = "CVE-2018-1000849"


class Policy(corten.Case):
    def setUp(self):
        super().setUp()
        feed = self.folder / "feed/v3.8"
        feed.mkdir(parents=True)
        (feed / "main.json").write_text(json.dumps({
            "distroversion": "v3.8", "reponame": "main", "archs": ["x86_64"],
            "packages": [{"pkg": {"name": "apk-tools", "secfixes": {"2.10.1-r0": [FLAW]}}},
                         {"pkg": {"name": "zlib", "secfixes": {"1.2.12-r0": ["CVE-2018-25032"]}}}]}))
        corten.build_database(self, "--alpine", feed.parent)
        image = images.Image([images.alpine_layer({"apk-tools": "2.9.1-r2", "zlib": "1.2.11-r1"})],
                             config={"Entrypoint": ["/app"], "User": "root"})
        self.target = images.write_tar(self.folder / "app.tar", images.layout_files([image]))

    def ids(self, *words, **more):
        return self.scan(*words, self.target, **more).ids()

    def suppressed(self, outcome):
        return {f["id"]: f["suppressed"] for f in outcome.json["findings"] if "suppressed" in f}

    def test_exit_statuses(self):
        cases = [((), 0), (("--fail-on", "high"), 1), (("--fail-on", "critical"), 0), (("--fail-on", "low"), 1),
                 (("--fail-on", "never"), 0), (("--fail-on", "none"), 0), (("--fail-on", "worst"), 2), (("--severity", "severe"), 2),
                 (("--no-such-option",), 2), (("--jobs", "0"), 2), (("--jobs", "x"), 2), (("--format", "xml"), 2),
                 (("--platform", "linux/amd64/x/y"), 2), (("--max-memory", "1"), 2), (("--ignore-file", "no-such-file"), 3),
                 (("--vex", "no-such-file"), 3), (("--policy", "no-such-file"), 3)]
        for words, status in cases:
            with self.subTest(words):
                outcome = self.corten("scan", "--no-cache", "--db", self.database, *words, self.target)
                self.assertEqual(outcome.status, status, outcome)
                self.assertEqual(outcome.err == "", status in (0, 1), outcome)
        self.assertEqual(self.corten("scan").status, 2)
        self.assertEqual(self.corten("scna").status, 2)
        self.assertEqual(self.corten().status, 2)
        self.assertEqual(self.corten("--help").status, 0)

    def test_a_part_that_was_not_examined_outweighs_findings(self):
        outcome = self.scan("--fail-on", "low", self.target, "no-such.tar")
        self.expect(outcome, corten.INCOMPLETE, "no-such.tar")

    def test_severity_hides_what_is_below(self):
        everything = self.ids()
        self.assertIn(FLAW, everything)
        self.assertIn("CTN-IMG-07", everything)
        self.assertNotIn("CTN-IMG-07", self.ids("--severity", "medium"))
        self.assertEqual(self.ids("--severity", "HIGH,CRITICAL"), self.ids("--severity", "high"))

    def test_what_is_not_shown_fails_too(self):
        outcome = self.scan("--severity", "critical", "--fail-on", "high", self.target)
        self.assertEqual(outcome.status, corten.FINDINGS, outcome)
        self.assertEqual(outcome.ids(), [])
        self.assertIn("--severity high shows it", " ".join(outcome.json["notes"]))

    def test_what_cannot_be_written_is_said_before_the_work(self):
        for words in (("--output", "no-such-folder/report"), ("--policy", "formats.yaml")):
            (self.folder / "formats.yaml").write_text("format: jsno\n")
            outcome = self.corten("scan", "--db", self.database, *words, "no-such.tar")
            self.assertNotIn("no-such.tar", outcome.err)
            self.assertIn(words[1], outcome.err)

    def test_what_nobody_rated_is_never_silently_left_out(self):
        unrated = {f["id"] for f in self.scan(self.target).json["findings"] if f["severity"] == "unknown"}
        self.assertIn("CVE-2018-25032", unrated)
        self.assertLessEqual(unrated, set(self.ids("--severity", "unknown")))
        outcome = self.scan("--severity", "low", self.target)
        self.assertFalse(unrated & set(outcome.ids()))
        self.assertIn("that nobody has rated yet", " ".join(outcome.json["notes"]))
        self.assertNotIn("nobody has rated", " ".join(self.scan(self.target).json["notes"]))
        for threshold, status in (("unknown", corten.FINDINGS), ("critical", corten.CLEAN)):
            self.assertEqual(self.scan("--fail-on", threshold, self.target).status, status, threshold)

    def test_ignore_file(self):
        (self.folder / ".cortenignore").write_text(f"# accepted\n{FLAW} # not reachable\nCTN-IMG-17 package=* # moves next month\nCTN-IMG-17 # so be it\n")
        outcome = self.scan(self.target)
        self.assertNotIn(FLAW, outcome.ids())
        self.assertNotIn("CTN-IMG-17", outcome.ids())
        self.assertIn(FLAW, self.suppressed(outcome))
        self.assertEqual(self.scan("--fail-on", "high", self.target).status, corten.CLEAN)

    def test_an_ignore_without_a_reason_is_refused(self):
        (self.folder / ".cortenignore").write_text(f"\n{FLAW}\n")
        outcome = self.scan(self.target)
        self.expect(outcome, corten.USAGE, ".cortenignore:2")

    def test_ignores_expire(self):
        for until, gone in (("2099-01-01", True), ("2001-01-01", False)):
            with self.subTest(until):
                (self.folder / ".cortenignore").write_text(f"{FLAW} until={until} # a while\n")
                other = self.folder / ".trivyignore"
                other.write_text(f"CVE-2018-25032 exp:{until}\n")
                found = self.ids()
                self.assertEqual(FLAW not in found, gone, found)
                self.assertEqual("CVE-2018-25032" not in found, gone, found)

    def test_trivyignore(self):
        (self.folder / ".trivyignore").write_text(f"# comment\n\n{FLAW}\n")
        self.assertNotIn(FLAW, self.ids())
        self.assertIn("CVE-2018-25032", self.ids())

    def test_a_named_ignore_file_replaces_the_usual_ones(self):
        (self.folder / ".trivyignore").write_text(f"{FLAW}\n")
        (self.folder / "mine").write_text("CVE-2018-25032 # not called\n")
        found = self.ids("--ignore-file", "mine")
        self.assertIn(FLAW, found)
        self.assertNotIn("CVE-2018-25032", found)

    def test_vex_document(self):
        (self.folder / "vex.json").write_text(json.dumps({
            "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/vex/1", "author": "x",
            "timestamp": "2024-01-01T00:00:00Z", "version": 1,
            "statements": [{"vulnerability": {"name": FLAW}, "products": [{"@id": "pkg:apk/alpine/apk-tools"}],
                            "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path"}]}))
        outcome = self.scan("--vex", "vex.json", self.target)
        self.assertNotIn(FLAW, outcome.ids())
        self.assertIn("CVE-2018-25032", outcome.ids())
        self.assertIn(FLAW, self.suppressed(outcome))

    def test_a_broken_vex_document_is_no_clean_answer(self):
        (self.folder / "vex.json").write_text("{")
        outcome = self.corten("scan", "--vex", "vex.json", self.target)
        self.expect(outcome, corten.INCOMPLETE, "vex.json")

    def test_environment_below_the_command_line(self):
        self.assertEqual(self.scan(self.target, env={"CORTEN_FAIL_ON": "high"}).status, corten.FINDINGS)
        self.assertEqual(self.scan("--fail-on", "critical", self.target, env={"CORTEN_FAIL_ON": "high"}).status, corten.CLEAN)
        outcome = self.corten("scan", self.target, env={"CORTEN_FORMAT": "json", "CORTEN_DB": str(self.database)})
        self.assertIn(FLAW, outcome.ids())
        self.assertEqual(self.scan(self.target, env={"CORTEN_FAIL_ON": "worst"}).status, corten.USAGE)

    def test_corten_yaml_below_both(self):
        (self.folder / "corten.yaml").write_text("fail-on: high\n")
        self.assertEqual(self.scan(self.target).status, corten.FINDINGS)
        self.assertEqual(self.scan(self.target, env={"CORTEN_FAIL_ON": "critical"}).status, corten.CLEAN)
        (self.folder / "corten.yaml").write_text("fail-no: high\n")
        outcome = self.scan(self.target)
        self.assertEqual(outcome.status, corten.USAGE, outcome)
        self.assertIn("fail-on", outcome.err)

    def test_a_named_database_that_is_missing_or_damaged(self):
        self.expect(self.corten("scan", "--db", "nowhere", self.target), corten.INCOMPLETE, "nowhere")
        database = self.database / "corten.db"
        whole = database.read_bytes()
        for name, data in (("empty", b""), ("cut", whole[:len(whole) // 2]), ("noise", b"\x55" * len(whole))):
            with self.subTest(name):
                database.write_bytes(data)
                self.expect(self.corten("scan", "--db", self.database, self.target), corten.INCOMPLETE, "corten.db")

    def test_without_a_database_the_starter_says_what_it_is(self):
        self.folder.chmod(0o755)
        outcome = self.corten("scan", "--no-cache", self.target,
                              prefix=["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
        self.assertEqual(outcome.status, corten.CLEAN, outcome)
        self.assertIn("corten db update", outcome.out)


if __name__ == "__main__":
    corten.main()
