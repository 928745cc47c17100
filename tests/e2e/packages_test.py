"""Packages that real tools installed or built, with those tools as the oracle: rpm and go."""

import json
import os
import re
import shutil
import subprocess
import tarfile
import zipfile

import corten

SPEC = """Name: {name}
Version: {version}
Release: {release}
{epoch}
Summary: a test
License: MIT
Vendor: AlmaLinux
BuildArch: noarch
%description
A test.
%files
"""


def run(*words, **more):
    return subprocess.run([*map(str, words)], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more).stdout.decode()


class Rpm(corten.Case):
    PACKAGES = [("openssl", "", "3.0.7", "6.el9"), ("bind", "32", "9.16.23", "1.el9"), ("healthy", "", "1.0", "1.el9")]

    def setUp(self):
        super().setUp()
        for program in ("rpm", "rpmbuild"):
            if shutil.which(program) is None:
                self.skipTest(f"{program} is not installed")

    def build(self, root):
        specs = []
        for name, epoch, version, release in self.PACKAGES:
            spec = self.folder / f"{name}.spec"
            spec.write_text(SPEC.format(name=name, version=version, release=release, epoch=f"Epoch: {epoch}" if epoch else ""))
            specs.append(spec)
        run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {self.folder}/top", *specs)
        built = sorted((self.folder / "top/RPMS/noarch").glob("*.rpm"))
        self.assertEqual(len(built), len(self.PACKAGES))
        run("rpm", "--root", root, "--dbpath", "/var/lib/rpm", "-i", "--nodeps", "--noscripts", "--justdb", *built)

    def test_database_of_rpm_itself(self):
        root = self.folder / "rootfs"
        (root / "etc").mkdir(parents=True)
        (root / "etc/os-release").write_text('ID="almalinux"\nVERSION_ID="9.2"\nNAME="AlmaLinux"\n')
        self.build(root)
        query = run("rpm", "--root", root, "--dbpath", "/var/lib/rpm", "-qa", "--qf",
                    "%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\n")
        wanted = sorted(tuple(line.split()) for line in query.splitlines())
        self.assertEqual(len(wanted), len(self.PACKAGES))
        self.assertEqual(self.expect(self.scan(root), corten.CLEAN).packages(), wanted)
        archive = self.folder / "rootfs.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(root, ".")
        self.assertEqual(self.expect(self.scan(archive), corten.CLEAN).packages(), wanted)

        feed = corten.shared("feeds", "osv", "AlmaLinux", "all.zip")
        corten.build_database(self, "--osv", feed.parent.parent)
        found = self.expect(self.scan(root), corten.CLEAN)
        names = {f["package"]["name"] for f in found.json["findings"] if f["kind"] == "vulnerability"}
        self.assertEqual(names, self.affected(feed, wanted))
        self.assertIn("openssl", names)

    @staticmethod
    def affected(feed, installed):
        """Names with a version below one that AlmaLinux 9 names as fixed, by rpm's own comparison."""
        versions = dict(installed)
        pairs = set()
        with zipfile.ZipFile(feed) as records:
            for name in records.namelist():
                for affected in json.loads(records.read(name))["affected"]:
                    package = affected["package"]
                    if package["ecosystem"] != "AlmaLinux:9" or package["name"] not in versions:
                        continue
                    pairs |= {(package["name"], event["fixed"]) for part in affected["ranges"] for event in part["events"]
                              if "fixed" in event}
        out = set()
        for name, fixed in pairs:
            script = f'%{{lua: print(rpm.vercmp("{versions[name]}", "{fixed}"))}}'
            if run("rpm", "--eval", script).strip() == "-1":
                out.add(name)
        return out


def stub_proxy(folder, modules):
    """A Go module proxy of modules that have one empty package each, at real names and versions."""
    for module, (version, package) in modules.items():
        place = folder / module / "@v"
        place.mkdir(parents=True)
        go_mod = f"module {module}\n"
        (place / "list").write_text(version + "\n")
        (place / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2020-01-01T00:00:00Z"}))
        (place / f"{version}.mod").write_text(go_mod)
        with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
            archive.writestr(f"{module}@{version}/go.mod", go_mod)
            archive.writestr(f"{module}@{version}/{package}/x.go", "package x\n\nfunc X() {}\n")


class Go(corten.Case):
    MODULES = {"golang.org/x/text": ("v0.3.5", "language"), "github.com/gogo/protobuf": ("v1.3.1", "proto"),
               "github.com/pkg/errors": ("v0.9.1", "sub")}

    def build(self):
        if shutil.which("go") is None:
            self.skipTest("go is not installed")
        stub_proxy(self.folder / "proxy", self.MODULES)
        source = self.folder / "src"
        source.mkdir()
        imports = [f"{module}/{package}" for module, (_, package) in self.MODULES.items()]
        (source / "go.mod").write_text("module example.org/app\n\ngo 1.17\n\nrequire (\n" + "".join(
            f"\t{module} {version}\n" for module, (version, _) in self.MODULES.items()) + ")\n")
        (source / "main.go").write_text("package main\n\nimport (\n" + "".join(
            f'\tp{i} "{path}"\n' for i, path in enumerate(imports)) + ")\n\nfunc main() {\n" + "".join(
            f"\tp{i}.X()\n" for i in range(len(imports))) + "}\n")
        environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", str(self.folder)),
                       "GOPROXY": f"file://{self.folder}/proxy", "GOSUMDB": "off", "GOFLAGS": "-mod=mod -modcacherw",
                       "GOMODCACHE": str(self.folder / "modules"), "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
        root = self.folder / "rootfs"
        (root / "usr/local/bin").mkdir(parents=True)
        (root / "etc").mkdir()
        program = root / "usr/local/bin/app"
        try:
            run("go", "build", "-trimpath", "-o", program, ".", cwd=source, env=environment)
        except subprocess.CalledProcessError as error:
            self.skipTest("go cannot build here: " + error.stderr.decode()[-300:])
        return root, program

    @staticmethod
    def modules(program):
        """(path, version) by `go version -m`."""
        text = run("go", "version", "-m", program)
        pairs = re.findall(r"(?m)^\tdep\t(\S+)\t(\S+)", text)
        return [*pairs, ("stdlib", re.search(r": go(\S+)", text)[1])]

    @staticmethod
    def affected(feed, modules):
        """GO- ids whose ranges hold one of the modules' versions."""
        def key(version):
            match = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?(-.*)?$", version)
            return (int(match[1]), int(match[2]), int(match[3] or 0), match[4] is None, match[4] or "")

        versions, out = dict(modules), set()
        with zipfile.ZipFile(feed) as records:
            for name in records.namelist():
                record = json.loads(records.read(name))
                for affected in record.get("affected", []):
                    version = versions.get(affected["package"]["name"])
                    if version is None or "withdrawn" in record:
                        continue
                    for part in affected.get("ranges", []):
                        inside = False
                        for event in part["events"]:
                            if "introduced" in event and (event["introduced"] == "0" or key(event["introduced"]) <= key(version)):
                                inside = True
                            if "fixed" in event and key(event["fixed"]) <= key(version):
                                inside = False
                        if inside:
                            out.add(record["id"])
        return out

    def test_modules_of_a_program(self):
        root, program = self.build()
        found = self.expect(self.scan(root), corten.CLEAN)
        modules = self.modules(program)
        scanned = {(p["name"], p["version"].removeprefix("v").removeprefix("go")) for p in found.json["packages"]}
        self.assertLessEqual({(name, version.removeprefix("v")) for name, version in modules}, scanned)

        feed = corten.shared("feeds", "osv", "Go", "all.zip")
        only_go = self.folder / "osv/Go"
        only_go.mkdir(parents=True)
        shutil.copy(feed, only_go / "all.zip")
        corten.build_database(self, "--osv", only_go.parent)
        wanted = self.affected(feed, modules)
        self.assertGreater(len(wanted), 2)
        found = self.expect(self.scan(root), corten.CLEAN)
        flaws = [f for f in found.json["findings"] if f["kind"] == "vulnerability"]
        names = set()
        for flaw in flaws:
            ids = {flaw["id"], *flaw["aliases"]} & wanted
            self.assertTrue(ids, flaw)
            self.assertEqual(flaw["location"]["path"], "usr/local/bin/app")
            names |= ids
        self.assertEqual(names, wanted)

        large = program.read_bytes()
        shutil.rmtree(root / "usr")
        (root / "app").write_bytes(large + bytes(30 << 20))  # beyond what is read whole
        (root / "app").chmod(0o755)
        archive = self.folder / "large.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(root, ".")
        streamed = self.expect(self.scan(archive), corten.CLEAN)
        self.assertEqual({(p["name"], p["version"]) for p in streamed.json["packages"]},
                         {(p["name"], p["version"]) for p in found.json["packages"]})


if __name__ == "__main__":
    corten.main()
