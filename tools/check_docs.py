#!/usr/bin/env python3
"""Fails when a relative link or a `make` target in the Markdown files leads nowhere, a file path of src/ named there is gone, or
docs/checks is not what build/debug/corten says (if that was built)."""
import filecmp
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
TARGET = re.compile(r"`make ([a-z-]+)`")
SOURCE = re.compile(r"`(src/[\w/.-]+)`")


def problems():
    targets = set(re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text(), re.M))
    names = {name for group in targets for name in group.split()}
    files = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for name in files:
        text = (ROOT / name).read_text()
        for link in LINK.findall(text):
            if not (ROOT / name).parent.joinpath(link).exists():
                yield f"{name}: broken link {link}"
        for target in TARGET.findall(text):
            if target not in names:
                yield f"{name}: no make target '{target}'"
        for path in SOURCE.findall(text):
            if not (ROOT / path).exists():
                yield f"{name}: {path} does not exist"
    yield from outdated_check_pages()


def outdated_check_pages():
    corten = ROOT / "build/debug/corten"
    if not corten.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([ROOT / "tools/generate_check_docs", corten, folder], check=True)
        pages = ROOT / "docs/checks"
        names = {page.name for place in (pages, pathlib.Path(folder)) for page in place.glob("*.md")}
        same, _, _ = filecmp.cmpfiles(pages, folder, names, shallow=False)
        for name in sorted(names - set(same)):
            yield f"docs/checks/{name}: out of date: tools/generate_check_docs build/debug/corten"


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or 0)
