#!/usr/bin/env python3
"""Fails when an #include of src/ crosses tools/layers.txt ("room: room room"), when that table has a cycle, or when a room
reaches into another room's internal/ folder."""
import graphlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"/]+)/(internal/)?')


def legal_edges():
    edges = {}
    for line in (ROOT / "tools/layers.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            room, _, uses = line.partition(":")
            edges[room.strip()] = set(uses.split())
    return edges


def violations(edges):
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in {".h", ".cpp"}:
            continue
        where = path.relative_to(ROOT)
        room = path.relative_to(ROOT / "src").parts[0]
        if room not in edges:
            yield f"{where}: room '{room}' is not in tools/layers.txt"
            continue
        for number, text in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(text)
            if match and match[1] != room and (match[2] or match[1] not in edges[room]):
                yield f"{where}:{number}: {room} may not include {match[0].strip()}"


def main():
    edges = legal_edges()
    try:
        graphlib.TopologicalSorter(edges).prepare()
    except graphlib.CycleError as cycle:
        return f"tools/layers.txt: cycle {' -> '.join(cycle.args[1])}"
    return "\n".join(violations(edges))


if __name__ == "__main__":
    sys.exit(main() or 0)
