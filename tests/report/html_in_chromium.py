#!/usr/bin/env python3
"""Opens HTML reports in a real browser and looks at what it made of them: rows, filters, sorting, details, and that neither
scripts nor policies complained. Usage: html_in_chromium.py REPORT_SAMPLE. Exits with 77 where there is no Chromium."""
import html.parser
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--enable-logging=stderr", "--dump-dom"]
PAGE_ROWS = 100


class Dom(html.parser.HTMLParser):
    """The parts of the page that the checks ask for."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.details, self.elements, self.root_class, self.title, self.text = [], [], [], "", "", {}
        self._cells, self._open_id, self._in_title = None, None, False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        classes = (values.get("class") or "").split()
        self.elements.append((tag, values))
        if tag == "html":
            self.root_class = values.get("class") or ""
        if tag == "title":
            self._in_title = True
        if tag == "tr":
            self._cells = self.rows if "row" in classes else self.details if "detail" in classes else None
            if self._cells is not None:
                self._cells.append("")
        if values.get("id"):
            self._open_id = values["id"]

    def handle_endtag(self, tag):
        if tag == "title":
            self._in_title = False
        if tag == "tbody":
            self._cells = None

    def handle_data(self, data):
        if self._in_title:
            self.title += data
        if self._cells:
            self._cells[-1] += data + "\n"
        if self._open_id:
            self.text[self._open_id] = self.text.get(self._open_id, "") + data


def rendered(page, fragment=""):
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run([CHROMIUM, *ARGUMENTS, f"--user-data-dir={profile}", page.as_uri() + fragment],
                             capture_output=True, text=True, timeout=120, check=False,
                             env={**os.environ, "HOME": profile})
    complaints = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    expect(not complaints, f"{page.name}{fragment}: the console is silent", complaints)
    dom = Dom(run.stdout)
    expect(dom.root_class == "script-ready", f"{page.name}{fragment}: the script is ready", dom.root_class)
    return dom


failures = []


def expect(condition, what, seen=""):
    if not condition:
        failures.append(what)
        print(f"FAILED: {what}: {str(seen)[:400]}")


def check_small(page):
    dom = rendered(page)
    expect(len(dom.rows) == PAGE_ROWS, "200 findings: the first page of rows", len(dom.rows))
    expect("critical" in dom.rows[0], "200 findings: the worst first", dom.rows[0])

    dom = rendered(page, "#filter=CVE-2013-1018")
    expect(len(dom.rows) == 1 and "CVE-2013-1018" in dom.rows[0], "filter by id", dom.rows)
    expect(dom.text.get("shown", "").startswith("1 of "), "filter: the count says so", dom.text.get("shown"))

    dom = rendered(page, "#severity=low,info&sort=id")
    ids = [row.split("\n")[1] for row in dom.rows]
    expect(ids and ids == sorted(ids), "sort by id", ids[:5])
    expect(all("low" in row or "info" in row for row in dom.rows), "filter by severity", dom.rows[:2])

    falling = [row.split("\n")[1] for row in rendered(page, "#severity=low&sort=id&desc=1").rows]
    expect(falling and falling == sorted(falling, reverse=True), "sort by id, falling", falling[:5])

    dom = rendered(page, "#kind=misconfiguration")
    expect(dom.rows and all("Dockerfile" in row for row in dom.rows), "filter by kind", dom.rows[:2])

    dom = rendered(page, "#exploited=1&fixable=1")
    expect(dom.rows and all("exploited" in row or "ransomware" in row for row in dom.rows), "filter by exploited", dom.rows[:2])
    expect(all("no fix yet" not in row for row in dom.rows), "filter by fix", dom.rows[:2])

    dom = rendered(page, "#filter=no-such-thing-anywhere")
    expect(not dom.rows and "Nothing matches" in dom.text.get("rows", ""), "nothing matches", dom.text.get("rows"))

    dom = rendered(page, "#sort=constructor&severity=__proto__&kind=toString&subject=x")
    expect(len(dom.rows) == PAGE_ROWS, "a fragment of nonsense changes nothing", len(dom.rows))


def check_details(page):
    dom = rendered(page, "#open=CL1001")
    expect(len(dom.details) == 1 and "root towards the kernel" in dom.details[0], "details have the catalogue's text", dom.details)
    links = [values.get("href", "") for tag, values in rendered(page, "#open=CVE-2023-44487").elements if tag == "a"]
    expect("https://security-tracker.debian.org/tracker/CVE-2023-44487" in links, "details have links", links)


def check_hostile(page, rows):
    dom = rendered(page)
    expect(len(dom.rows) == rows, f"{page.name}: all its rows", len(dom.rows))
    expect("owned" != dom.title.strip() and "Corten" in dom.title, f"{page.name}: no script of others ran", dom.title)
    tags = {tag for tag, _ in dom.elements}
    expect("img" not in tags, f"{page.name}: no element of others", tags)
    handlers = [name for _, values in dom.elements for name in values if name.startswith("on")]
    expect(not handlers, f"{page.name}: no handler of others", handlers)
    links = [values.get("href") or "" for tag, values in dom.elements if tag == "a"]
    expect(all(link.startswith(("http://", "https://", "#")) for link in links), f"{page.name}: only web links", links)


def check_large(page):
    start = time.monotonic()
    dom = rendered(page)
    print(f"20,000 findings: {time.monotonic() - start:.1f} s from start of the browser to the whole DOM")
    expect(len(dom.rows) == PAGE_ROWS, "20,000 findings: one page of rows", len(dom.rows))
    dom = rendered(page, "#filter=hostile&sort=risk")
    expect(len(dom.rows) == PAGE_ROWS and all("hostile" in row for row in dom.rows), "20,000 findings: search", dom.rows[:1])
    expect("img" not in {tag for tag, _ in dom.elements}, "20,000 findings: hostile titles are text", "")


def main():
    if CHROMIUM is None:
        print("skipped: there is no Chromium")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        def page(what):
            path = pathlib.Path(folder) / f"{what}.html"
            with path.open("wb") as out:
                subprocess.run([sys.argv[1], "html", what], stdout=out, check=True)
            return path

        check_small(page("200"))
        check_details(page("scan"))
        check_hostile(page("hostile"), 2)
        check_large(page("20000"))
        dom = rendered(page("clean"))
        expect("no findings in 15 packages" in dom.text.get("rows", ""), "an empty report says what was looked at", dom.text.get("rows"))
    print("failed: " + ", ".join(failures) if failures else "all good")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
