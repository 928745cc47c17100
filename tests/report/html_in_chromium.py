#!/usr/bin/env python3
"""Opens HTML reports in a real browser and looks at what it made of them: rows, filters, sorting, details, and that neither
scripts nor policies complained. Usage: html_in_chromium.py REPORT_SAMPLE. Exits with 77 where there is no Chromium."""
import concurrent.futures
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


def ids_of(dom):
    return [row.split("\n")[1] for row in dom.rows]


def check_first_page(page):
    dom = rendered(page("200"))
    expect(len(dom.rows) == PAGE_ROWS, "200 findings: the first page of rows", len(dom.rows))
    expect("critical" in dom.rows[0], "200 findings: the worst first", dom.rows[0])


def check_filter(page):
    dom = rendered(page("200"), "#filter=CVE-2013-1018")
    expect(ids_of(dom) == ["CVE-2013-1018"], "filter by id", dom.rows)
    expect(dom.text.get("shown", "").startswith("1 of "), "filter: the count says so", dom.text.get("shown"))


def check_sort(page):
    dom = rendered(page("200"), "#severity=low,info&sort=id")
    expect(dom.rows and ids_of(dom) == sorted(ids_of(dom)), "sort by id", ids_of(dom)[:5])
    expect(all("low" in row or "info" in row for row in dom.rows), "filter by severity", dom.rows[:2])


def check_falling_sort(page):
    ids = ids_of(rendered(page("200"), "#severity=low&sort=id&desc=1"))
    expect(ids and ids == sorted(ids, reverse=True), "sort by id, falling", ids[:5])


def check_kind(page):
    dom = rendered(page("200"), "#kind=misconfiguration")
    expect(dom.rows and all("Dockerfile" in row for row in dom.rows), "filter by kind", dom.rows[:2])


def check_flags(page):
    dom = rendered(page("200"), "#exploited=1&fixable=1")
    expect(dom.rows and all("exploited" in row or "ransomware" in row for row in dom.rows), "filter by exploited", dom.rows[:2])
    expect(all("no fix yet" not in row for row in dom.rows), "filter by fix", dom.rows[:2])


def check_no_match(page):
    dom = rendered(page("200"), "#filter=no-such-thing-anywhere")
    expect(not dom.rows and "Nothing matches" in dom.text.get("rows", ""), "nothing matches", dom.text.get("rows"))


def check_nonsense(page):
    dom = rendered(page("200"), "#sort=constructor&severity=__proto__&kind=toString&subject=x&open=%00")
    expect(len(dom.rows) == PAGE_ROWS, "a fragment of nonsense changes nothing", len(dom.rows))


def check_details(page):
    dom = rendered(page("scan"), "#open=CL1001")
    expect(len(dom.details) == 1 and "root towards the kernel" in dom.details[0], "details have the catalogue's text", dom.details)


def check_links(page):
    links = [values.get("href", "") for tag, values in rendered(page("scan"), "#open=CVE-2023-44487").elements if tag == "a"]
    expect("https://security-tracker.debian.org/tracker/CVE-2023-44487" in links, "details have links", links)


def check_hostile(page):
    dom = rendered(page("hostile"))
    expect(len(dom.rows) > 3, "hostile: its rows", len(dom.rows))
    expect("owned" != dom.title.strip() and "Corten" in dom.title, "hostile: no script of others ran", dom.title)
    tags = {tag for tag, _ in dom.elements}
    expect("img" not in tags, "hostile: no element of others", tags)
    handlers = [name for _, values in dom.elements for name in values if name.startswith("on")]
    expect(not handlers, "hostile: no handler of others", handlers)
    links = [values.get("href") or "" for tag, values in dom.elements if tag == "a"]
    expect(all(link.startswith(("http://", "https://", "#")) for link in links), "hostile: only web links", links)


def check_large(page):
    start = time.monotonic()
    dom = rendered(page("20000"))
    print(f"20,000 findings: {time.monotonic() - start:.1f} s from start of the browser to the whole DOM")
    expect(len(dom.rows) == PAGE_ROWS, "20,000 findings: one page of rows", len(dom.rows))


def check_large_search(page):
    dom = rendered(page("20000"), "#filter=hostile&sort=risk")
    expect(len(dom.rows) == PAGE_ROWS and all("hostile" in row for row in dom.rows), "20,000 findings: search", dom.rows[:1])
    expect("img" not in {tag for tag, _ in dom.elements}, "20,000 findings: hostile titles are text", "")


def check_empty(page):
    dom = rendered(page("clean"))
    expect("no findings in 15 packages" in dom.text.get("rows", ""), "an empty report says what was looked at", dom.text.get("rows"))


CHECKS = [check_first_page, check_filter, check_sort, check_falling_sort, check_kind, check_flags, check_no_match, check_nonsense,
          check_details, check_links, check_hostile, check_large, check_large_search, check_empty]


def main():
    if CHROMIUM is None:
        print("skipped: there is no Chromium")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        for what in ["200", "scan", "hostile", "20000", "clean"]:
            with (pathlib.Path(folder) / f"{what}.html").open("wb") as out:
                subprocess.run([sys.argv[1], "html", what], stdout=out, check=True)
        page = lambda what: pathlib.Path(folder) / f"{what}.html"  # noqa: E731
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(check, page) for check in CHECKS]:
                done.result()
    print("failed: " + ", ".join(failures) if failures else "all good")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
