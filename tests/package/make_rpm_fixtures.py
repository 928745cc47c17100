#!/usr/bin/env python3
"""Writes rpm databases of every store into a folder, and what rpm itself says is in them.

usage: make_rpm_fixtures.py FOLDER [COPIES]

rpmbuild makes small packages, `rpm --root` installs them, and the header blobs of the SQLite store that it wrote go into the
other stores: Berkeley DB by db_load, ndb (which Debian's rpm cannot write) by the code below. With COPIES, the database
"many.sqlite" has every package that many times, for measurements. Exits with status 3 when a program is missing.
"""

import pathlib
import shutil
import sqlite3
import struct
import subprocess
import sys
import zlib

# One record a package: fields by "|", packages by lines, files after.
QUERY = (
    "%{NAME}|%|EPOCH?{%{EPOCH}}:{}||%{VERSION}|%{RELEASE}|%|ARCH?{%{ARCH}}:{}||%|SOURCERPM?{%{SOURCERPM}}:{}||"
    "%|VENDOR?{%{VENDOR}}:{}||%|PACKAGER?{%{PACKAGER}}:{}||%|MODULARITYLABEL?{%{MODULARITYLABEL}}:{}||%{LICENSE}"
    "[|%{FILENAMES}]\\n"
)

SPECS = {
    "plain": """
Name: plain
Version: 1.2
Release: 3.el9
Summary: without epoch, vendor or module
License: MIT
%description
nothing
%package devel
Summary: another name than its source
%description devel
nothing
%package -n libplain-compat
Summary: another name, epoch and version than its source
Version: 0.9~rc1
Epoch: 4
%description -n libplain-compat
nothing
%install
mkdir -p %{buildroot}/usr/lib64 %{buildroot}/etc
echo > %{buildroot}/usr/lib64/libplain.so.1
echo > %{buildroot}/etc/plain.conf
%files
/usr/lib64/libplain.so.1
/etc/plain.conf
%files devel
%files -n libplain-compat
""",
    "modular": """
Name: modular
Version: 18.20.2
Release: 1.module_el8+1+abc
Epoch: 1
Summary: of a module
License: MIT and (GPLv2+ or "Artistic 2.0")
Vendor: Corten Test Vendor, Inc. <vendor@example.org>
Packager: someone else
ModularityLabel: nodejs:18:8090020240101:cafe1234:x86_64
BuildArch: noarch
%description
nothing
%files
""",
    "packaged": """
Name: packaged
Version: 5
Release: 1
Epoch: 0
Summary: with a packager and no vendor, and an epoch of zero
License: BSD
Packager: A Packager <packager@example.org>
BuildArch: noarch
%description
nothing
%files
""",
    "gpg-pubkey": """
Name: gpg-pubkey
Version: fd431d51
Release: 4ae0493b
Summary: named as rpm names imported keys
License: pubkey
BuildArch: noarch
%description
nothing
%files
""",
    "large": """
Name: large
Version: 2024.1
Release: 7
Summary: whose header needs many pages
License: Public Domain
Vendor: Corten Test Vendor, Inc. <vendor@example.org>
BuildArch: noarch
%description
nothing
%install
for folder in a b/c d; do
  mkdir -p %{buildroot}/opt/large/$folder
  for i in $(seq 1 400); do : > %{buildroot}/opt/large/$folder/file-number-$i.txt; done
done
%files
/opt/large
""",
}


def run(*argv, **options):
    done = subprocess.run([str(word) for word in argv], capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(f"{argv[0]}: {done.stderr.decode(errors='replace')}")
    return done.stdout


def build_packages(folder):
    for name, spec in SPECS.items():
        path = folder / f"{name}.spec"
        path.write_text(spec.lstrip())
        run("rpmbuild", "-bb", "--define", f"_topdir {folder}/top", "--define", "debug_package %{nil}", path)
    return sorted((folder / "top" / "RPMS").rglob("*.rpm"))


def install(folder, packages):
    root = folder / "root"
    common = ["rpm", "--root", root, "--dbpath", "/var/lib/rpm", "--define", "_db_backend sqlite"]
    run(*common, "--initdb")
    run(*common, "-i", "--nodeps", "--noscripts", "--ignorearch", "--justdb", *packages)
    (folder / "expected.txt").write_bytes(run(*common, "-qa", "--qf", QUERY))
    return root / "var/lib/rpm/rpmdb.sqlite"


def blobs_of(database):
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT hnum, blob FROM Packages ORDER BY hnum").fetchall()


def write_sqlite_copies(database, target, copies):
    shutil.copy(database, target)
    with sqlite3.connect(target) as connection:
        rows = connection.execute("SELECT blob FROM Packages").fetchall()
        for _ in range(copies - 1):
            connection.executemany("INSERT INTO Packages(blob) VALUES (?)", rows)


def write_bdb(target, blobs, page_bytes, order):
    """order: 1234 little endian, 4321 big endian. rpm writes its numbers in the order of the machine."""
    number = "<I" if order == 1234 else ">I"
    records = [(struct.pack(number, 0), struct.pack(number, len(blobs) + 1))]
    records += [(struct.pack(number, key), blob) for key, blob in blobs]
    lines = ["VERSION=3", "format=bytevalue", "type=hash", f"db_pagesize={page_bytes}", f"db_lorder={order}", "HEADER=END"]
    for key, value in records:
        lines += [" " + key.hex(), " " + value.hex()]
    lines += ["DATA=END", ""]
    run("db5.3_load", target, input="\n".join(lines).encode())


def write_ndb(target, blobs, slot_pages=1):
    """One slot page, with a free slot between every two packages, as after an erase."""
    slots = [struct.pack("<4s4xII", b"Slot", 0, 0) for _ in range(slot_pages * 256 - 2)]
    body = b""
    for index, (key, blob) in enumerate(blobs):
        size = -(-(16 + len(blob) + 12) // 16) * 16
        start = slot_pages * 256 + len(body) // 16
        slots[2 * index] = struct.pack("<4sIII", b"Slot", key, start, size // 16)
        head = struct.pack("<4sIII", b"BlbS", key, 1700000000, len(blob)) + blob
        head += bytes(size - len(head) - 12)
        body += head + struct.pack("<II4s", zlib.adler32(head), len(blob), b"BlbE")
    header = struct.pack("<4sIIII12x", b"RpmP", 0, 1, slot_pages, len(blobs) + 1)
    target.write_bytes(header + b"".join(slots) + body)


def main():
    missing = [name for name in ("rpm", "rpmbuild", "db5.3_load") if not shutil.which(name)]
    if missing:
        print("not installed: " + ", ".join(missing), file=sys.stderr)
        sys.exit(3)
    folder = pathlib.Path(sys.argv[1])
    database = install(folder, build_packages(folder))
    blobs = blobs_of(database)
    shutil.copy(database, folder / "rpmdb.sqlite")
    for page_bytes, order in ((512, 1234), (4096, 1234), (4096, 4321), (65536, 1234)):
        write_bdb(folder / f"bdb-{page_bytes}-{order}", blobs, page_bytes, order)
    write_ndb(folder / "ndb", blobs)
    for key, blob in blobs:
        (folder / f"header-{key}").write_bytes(blob)
    if len(sys.argv) > 2:
        write_sqlite_copies(database, folder / "many.sqlite", int(sys.argv[2]))


main()
