"""What `make deb` and `make install` leave: a package that dpkg and lintian accept, with all that it needs to run."""

import gzip
import shutil
import subprocess
import tempfile
import unittest
import pathlib

import corten


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="corten-install-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "dpkg-dev is not installed")
class DebianPackage(Installed):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run(corten.ROOT / "tools/make_deb", corten.BINARY, cls.folder)
        (cls.package,) = cls.folder.glob("corten_*.deb")

    def test_depends_on_every_library_and_on_libcurl(self):
        depends = run("dpkg-deb", "-f", self.package, "Depends")
        for library in ("libc6", "libstdc++6", "libsqlite3-0", "liblmdb0", "libseccomp2", "libfyaml0", "libcurl4"):
            self.assertRegex(depends, rf"(^|, ){library.replace('+', '.')}( |,|$)")

    def test_has_the_program_its_pages_and_the_docker_plugin(self):
        root = self.folder / "root"
        run("dpkg-deb", "-x", self.package, root)
        self.assertIn("corten ", run(root / "usr/bin/corten", "--version"))
        plugin = root / "usr/libexec/docker/cli-plugins/docker-corten"
        self.assertEqual(plugin.resolve(), (root / "usr/bin/corten").resolve())
        self.assertIn('"SchemaVersion"', run(plugin, "docker-cli-plugin-metadata"))
        for path in ("man/man1/corten.1.gz", "man/man1/corten-scan.1.gz", "bash-completion/completions/corten",
                     "zsh/vendor-completions/_corten", "fish/vendor_completions.d/corten.fish"):
            self.assertTrue((root / "usr/share" / path).is_file(), path)
        with gzip.open(root / "usr/share/man/man1/corten-scan.1.gz", "rt") as page:
            self.assertTrue(page.read().startswith(".TH"))

    def test_its_files_are_those_of_its_checksums(self):
        root = self.folder / "checked"
        run("dpkg-deb", "-R", self.package, root)
        listed = {line.split()[1] for line in (root / "DEBIAN/md5sums").read_text().splitlines()}
        found = {str(p.relative_to(root)) for p in (root / "usr").rglob("*") if p.is_file() and not p.is_symlink()}
        self.assertEqual(listed, found)
        subprocess.run(["md5sum", "--quiet", "-c", "DEBIAN/md5sums"], cwd=root, check=True)

    def test_is_the_same_when_built_again(self):
        again = self.folder / "again"
        again.mkdir()
        run(corten.ROOT / "tools/make_deb", corten.BINARY, again)
        self.assertEqual((again / self.package.name).read_bytes(), self.package.read_bytes())

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_nothing_but_the_address_of_the_maintainer(self):
        said = subprocess.run(["lintian", "--allow-root", "--no-user-dirs", self.package], capture_output=True, text=True).stdout
        self.assertEqual([line for line in said.splitlines() if line[:1] in "EW" and "bogus-mail-host" not in line], [])


class Pages(Installed):
    def test_zsh_completions_are_where_zsh_looks(self):
        for prefix, folder in (("usr", "vendor-completions"), ("usr/local", "site-functions"), ("opt", "site-functions")):
            run(corten.ROOT / "tools/install_pages", corten.BINARY, self.folder / prefix)
            self.assertTrue((self.folder / prefix / "share/zsh" / folder / "_corten").is_file(), prefix)


if __name__ == "__main__":
    corten.main()
