"""What bash, zsh and fish offer after the words of a command line: asked of the real shells."""

import os
import pty
import select
import shutil
import subprocess
import time
import unittest

import corten

SEVERITIES = {"critical", "high", "medium", "low", "unknown", "info"}
FORMATS = {"table", "json", "sarif", "html", "markdown", "junit", "csv", "gitlab"}
GROUP_DB = {"update", "build", "status", "push", "pull"}
FOLDERS = {"folder", "with space"}
FILES = FOLDERS | {"image.tar"}

# The line before the cursor, what must be offered, and whether that is all.
CASES = [
    ("corten ", {"audit", "scan", "db", "explain", "version", "completion", "man"}, False),
    ("corten sc", {"scan"}, True),
    ("corten db ", GROUP_DB, True),
    ("corten db p", {"push", "pull"}, True),
    ("corten version ", {"compare"}, True),
    ("corten scan --format ", FORMATS, True),
    ("corten scan -f ", FORMATS, True),
    ("corten db status --format ", {"table", "json"}, True),
    ("corten scan --severity ", SEVERITIES, True),
    ("corten scan --fail-on ", SEVERITIES | {"never"}, True),
    ("corten scan --color a", {"auto", "always"}, True),
    ("corten scan --db ", FOLDERS, True),
    ("corten db build --osv ", FOLDERS, True),
    ("corten scan --vex ", FILES, True),
    ("corten scan ", FILES, True),
    ("corten scan --all --db folder image.tar im", {"image.tar"}, True),
    ("corten audit i", {"image.tar"}, True),
    ("corten scan --ignore-f", {"--ignore-file"}, True),
    ("corten db update ", set(), True),
    ("corten db push ", set(), True),
    ("corten db build --j", {"--jobs"}, True),
    ("corten version compare d", {"deb"}, True),
    ("corten version compare deb ", set(), True),
    ("corten completion ", {"bash", "zsh", "fish"}, True),
    ("corten completion bash ", set(), True),
    ("corten explain CTN-IMG-0", {f"CTN-IMG-0{n}" for n in range(1, 10)}, True),
    ("corten man db-b", {"db-build"}, True),
    ("corten scan --docker-host ", set(), True),
    ("corten nonsense ", set(), True),
]


class Completion(corten.Case):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "place"
        for name in FOLDERS:
            (self.place / name).mkdir(parents=True)
        (self.place / "image.tar").write_bytes(b"")

    def script(self, shell):
        path = self.folder / f"completion.{shell}"
        path.write_text(self.expect(self.corten("completion", shell), corten.CLEAN).out)
        return path

    def check(self, shell, ask, cases):
        if not shutil.which(shell):
            self.skipTest(f"{shell} is not installed")
        script = self.script(shell)
        for line, offers, is_all in cases:
            with self.subTest(shell=shell, line=line):
                found = {offer.rstrip("/") for offer in ask(script, line)} - {"--help", "help", "--version"}
                if not line.split(" ")[-1].startswith("-"):
                    found = {offer for offer in found if not offer.startswith("-")}  # zsh: where nothing else may stand
                if is_all:
                    self.assertEqual(found, offers)
                else:
                    self.assertLessEqual(offers, found)

    def run_shell(self, *words):
        run = subprocess.run(words, cwd=self.place, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                             timeout=60, env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"})
        self.assertEqual(run.stderr, "")
        return run.stdout

    def in_bash(self, script, line):
        return self.in_bash_words(script, line.split(" "))

    def in_bash_words(self, script, words):
        text = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _corten; '
                '((${#COMPREPLY[@]})) && printf "%s\\n" "${COMPREPLY[@]}"; true')
        return self.run_shell("bash", "--norc", "-c", text, script, *words).splitlines()

    def test_bash(self):
        self.check("bash", self.in_bash, CASES)

    def test_bash_breaks_words_at_equals_signs(self):
        script = self.script("bash")
        self.assertEqual(set(self.in_bash_words(script, ["corten", "scan", "--format", "="])), FORMATS)
        self.assertEqual(self.in_bash_words(script, ["corten", "scan", "--format", "=", "js"]), ["json"])
        self.assertEqual(set(self.in_bash_words(script, ["corten", "scan", "--format", "=", "json", ""])), FILES)
        self.assertEqual(self.in_bash_words(script, ["corten", "scan", "--", "--form"]), [])

    def in_fish(self, script, line):
        out = self.run_shell("fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]', str(script), line)
        return [row.split("\t")[0] for row in out.splitlines()]

    def test_fish(self):
        self.check("fish", self.in_fish, CASES)

    def in_zsh(self, script, line):
        """zsh completes only at a terminal; every offer is listed by a completer that prints them."""
        driver = self.folder / "driver.zsh"
        driver.write_text(
            "autoload -Uz compinit; compinit -u -D\n"
            f"source {script}\n"
            # compadd is where every offer passes: -O gives those that match what is typed.
            "compadd() {\n"
            "  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"$@\"; return; fi\n"
            "  local -a kept; builtin compadd -A kept \"$@\"\n"
            "  local match; for match in $kept; do print -r -- \"<$match>\" >>$OFFERS; done\n"
            "  builtin compadd \"$@\"\n"
            "}\n"
            "list() { zle complete-word; print DONE; exit }\n"
            "zle -N list; zle -C complete-word complete-word _main_complete; bindkey '^I' list\n"
            "PS1='ready>'; stty -echo\n")
        offers = self.folder / "offers"
        offers.write_text("")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.place)
            os.execvpe("zsh", ["zsh", "-f", "-i"], {"PATH": os.environ["PATH"], "HOME": str(self.folder), "TERM": "dumb",
                                                    "LC_ALL": "C.UTF-8", "OFFERS": str(offers)})
        self.say(terminal, f"source {driver}\n", "ready>")
        self.say(terminal, line + "\t", "DONE")
        os.close(terminal)
        os.waitpid(pid, 0)
        return [offer[1:-1].replace("\\ ", " ") for offer in offers.read_text().splitlines()]

    def say(self, terminal, text, awaited):
        os.write(terminal, text.encode())
        seen, end = b"", time.monotonic() + 20
        while awaited.encode() not in seen:
            ready, _, _ = select.select([terminal], [], [], max(0, end - time.monotonic()))
            try:
                piece = os.read(terminal, 4096) if ready else b""
            except OSError:
                piece = b""
            if not piece:
                self.fail(f"zsh did not say {awaited}: {seen}")
            seen += piece

    def test_zsh(self):
        self.check("zsh", self.in_zsh, CASES)


if __name__ == "__main__":
    corten.main()
