"""Every output format is well-formed, also for hostile names, and says the same as the others."""

import csv
import io
import json
import re
import xml.etree.ElementTree

import corten
import images

FORMATS = ("table", "json", "sarif", "html", "markdown", "junit", "csv", "gitlab")
KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "A" * 100


class Formats(corten.Case):
    def setUp(self):
        super().setUp()
        upper = images.Tar().add("srv/<script>alert(1)</script>.key", KEY).add('srv/"quoted", comma\n=1+1.pem', KEY)
        upper.add("srv/\u202eevil\xff.key", KEY)
        image = images.Image([images.alpine_layer({"zlib": "1.2.11-r1"}), upper.bytes()],
                             config={"Entrypoint": ["/app"], "Env": ["DB_PASSWORD=tr0ub4dor"]})
        self.targets = {
            "findings": images.write_tar(self.folder / "app.tar", images.layout_files([image])),
            "nothing": images.write_tar(self.folder / "empty.tar", images.layout_files([images.Image([])])),
            "error": self.folder / "no-such.tar",
        }

    def each(self, name):
        for what, target in self.targets.items():
            outcome = self.corten("scan", "--no-cache", "--format", name, target)
            self.assertEqual(outcome.status, corten.INCOMPLETE if what == "error" else corten.CLEAN, outcome)
            with self.subTest(what):
                yield what, outcome

    def test_json(self):
        for what, outcome in self.each("json"):
            document = outcome.json
            self.assertEqual(document["schema"], 1)
            self.assertEqual(bool(document["errors"]), what == "error")
            self.assertEqual("CTN-IMG-12" in outcome.ids(), what == "findings")

    def test_sarif_by_its_schema(self):
        import jsonschema
        schema = json.loads(corten.shared("schemas", "sarif", "sarif-schema-2.1.0.json").read_text())
        for what, outcome in self.each("sarif"):
            jsonschema.validate(outcome.json, schema)
            run = outcome.json["runs"][0]
            ids = {result["ruleId"] for result in run["results"]}
            self.assertEqual("CTN-IMG-12" in ids, what == "findings")
            self.assertLessEqual(ids, {rule["id"] for rule in run["tool"]["driver"]["rules"]})
            self.assertEqual(run["invocations"][0]["executionSuccessful"], what != "error")

    def test_junit(self):
        for _, outcome in self.each("junit"):
            root = xml.etree.ElementTree.fromstring(outcome.out)
            self.assertIn(root.tag, ("testsuites", "testsuite"))

    def test_html_keeps_names_as_text(self):
        for _, outcome in self.each("html"):
            self.assertTrue(outcome.out.startswith("<!"), outcome.out[:200])
            self.assertNotIn("<script>alert", outcome.out)
            self.assertFalse(re.search(r"(src|href)=[\"']https?://[^\"']*\.(js|css)", outcome.out))

    def test_csv(self):
        for what, outcome in self.each("csv"):
            rows = list(csv.reader(io.StringIO(outcome.out)))
            self.assertTrue(rows)
            self.assertEqual(len({len(row) for row in rows}), 1)
            self.assertEqual(len(rows[0]), len(set(rows[0])))
            self.assertEqual("CTN-IMG-12" in {row[1] for row in rows}, what == "findings")
            # No cell is a formula to a spreadsheet.
            self.assertFalse([cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))])

    def test_gitlab(self):
        for what, outcome in self.each("gitlab"):
            document = outcome.json
            self.assertIn("scan", document)
            self.assertEqual(document["scan"]["status"], "failure" if what == "error" else "success")

    def test_tables_are_text_of_the_asked_width(self):
        for _, outcome in self.each("table"):
            self.assertFalse([line for line in outcome.out.splitlines() if len(line) > 80 and "/" not in line])
            self.assertNotIn("\x1b", outcome.out)
        for width in ("40", "200"):
            outcome = self.corten("scan", "--no-cache", self.targets["findings"], env={"COLUMNS": width})
            self.assertEqual(outcome.status, corten.CLEAN, outcome)

    def test_output_file_holds_what_stdout_would(self):
        for name in FORMATS:
            if name in ("table", "json", "html", "junit", "sarif", "gitlab"):
                continue  # these tell the time
            with self.subTest(name):
                plain = self.corten("scan", "--no-cache", "--format", name, self.targets["findings"])
                written = self.corten("scan", "--no-cache", "--format", name, "--output", "report", self.targets["findings"])
                self.assertEqual((written.status, written.out), (corten.CLEAN, ""), written)
                self.assertEqual((self.folder / "report").read_bytes(), plain.out.encode())

    def test_an_output_that_cannot_be_written(self):
        for output in ("/no/such/folder/report", "/proc/report"):
            outcome = self.corten("scan", "--output", output, self.targets["findings"])
            self.expect(outcome, corten.INCOMPLETE, output)
            self.assertEqual(len(outcome.err.splitlines()), 1, outcome)

    def test_the_secret_is_in_no_format(self):
        for name in FORMATS:
            self.assertNotIn("tr0ub4dor", self.corten("scan", "--format", name, self.targets["findings"]).out)

    def test_the_same_input_gives_the_same_output(self):
        def without_time(text):
            return re.sub(r'"created": "[^"]*"', "", text)
        runs = {without_time(self.scan("--jobs", jobs, *self.targets.values()).out) for jobs in (1, 2, 8)}
        self.assertEqual(len(runs), 1)


if __name__ == "__main__":
    corten.main()
