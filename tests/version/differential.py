#!/usr/bin/env python3
"""Compares Corten's order of versions with that of the tools which define it, on generated pairs.

Usage: differential.py TOOL [SCHEME...], where TOOL is the built version_compare_tool. The pairs depend on nothing but the
seed in this file. A tool that this machine lacks is named and passed over; exit status 77 if all are lacking, 1 on any
difference.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

SEED = 20240229
MANY = 20_000
SOME = 5_000
SHOWN = 10


class Missing(Exception):
    """An oracle that this machine does not have; the text says which."""


def run(command, text="", **options):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, **options)
    if done.returncode != 0:
        raise Missing(f"{command[0]} failed: {done.stderr.strip()[:200]}")
    return done.stdout


def lines_of(pairs):
    return "".join(f"{a}\t{b}\n" for a, b in pairs)


def sign(number):
    return "<" if number < 0 else ">" if number > 0 else "="


# --- versions -------------------------------------------------------------------------------------------------------

class Maker:
    """Makes versions from few and short pieces, so that pairs are often nearly equal."""

    def __init__(self, scheme):
        self.random = random.Random(f"{SEED}/{scheme}")

    def chance(self, probability):
        return self.random.random() < probability

    def one(self, *choices):
        return self.random.choice(choices)

    def number(self):
        return self.one("0", "0", "1", "1", "2", "3", "9", "10", "11", "100", "20240229", str(self.random.randrange(10**25)))

    def zeros(self):
        return self.one("", "", "", "", "0", "00")

    def numbers(self, least, most, joint=".", zeros=False):
        count = self.random.randint(least, most)
        return joint.join((self.zeros() if zeros else "") + self.number() for _ in range(count))

    def text(self, alphabet, least, most):
        return "".join(self.random.choice(alphabet) for _ in range(self.random.randint(least, most)))

    def several(self, make, most):
        return "".join(make() for _ in range(self.random.randint(0, most)))

    def edited(self, version, alphabet):
        """`version` with one character changed, removed or doubled."""
        at = self.random.randrange(len(version))
        return version[:at] + self.one("", version[at] * 2, self.random.choice(alphabet)) + version[at + 1:]


def make_deb(m):
    epoch = m.one("", "", "", "0:", "1:", "01:", "12:")
    upstream = m.one(m.numbers(1, 4, zeros=True), m.number() + m.text("0019azAZ.+~-", 0, 8))
    return epoch + upstream + m.one("", "", "-0", "-" + m.text("01", 1, 1) + m.text("0019abu.+~", 0, 6))


def make_rpm(m):
    epoch = m.one("", "", "", "0:", "1:", "01:", "12:")
    version = m.one(m.numbers(1, 4, zeros=True), m.text("0019azAZ._+~^", 1, 8))
    return epoch + version + m.one("", "-" + m.number() + m.text("0019ael._+~^", 0, 7))


def make_apk(m):
    suffix = lambda: "_" + m.one("alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p") + m.one("", m.number())
    letter = m.one("", "", m.text("abz", 1, 1))
    return m.numbers(1, 4, zeros=True) + letter + m.several(suffix, 2) + m.one("", "-r" + m.one("0", "1", "2", "10"))


def make_semver(m):
    word = lambda: m.one(m.one("0", "1", "2", "10", "11"), m.one("alpha", "beta", "rc", "rc1", "RC", "x-y", "0a", "-", "--1"))
    pre = m.one("", "-" + word() + m.several(lambda: "." + word(), 2))
    return m.numbers(3, 3)[:60] + pre + m.one("", "", "+" + m.text("01ab", 1, 3))


def make_small_semver(m):
    """node's semver takes numbers up to 2**53 only."""
    version = make_semver(m)
    return version if all(len(part) < 15 for part in version.split(".")) else make_small_semver(m)


def make_go(m):
    number = lambda: m.one("0", "1", "2", "9", "19", "20", "21", "22", "100")
    pre = lambda: m.one("alpha", "beta", "rc") + m.one("1", "2", "10")
    return "go" + number() + m.one("", "." + number() + m.one("", pre(), "." + number()))


def make_go_module(m):
    pseudo = "-0.2024022912000" + m.one("0", "1") + "-" + m.text("0123456789abcdef", 12, 12)
    return "v" + m.one(make_semver(m), m.numbers(3, 3) + pseudo, m.numbers(1, 3), m.numbers(3, 3) + "+incompatible")


def make_pep440(m):
    joint = lambda: m.one("", "", ".", "-", "_")
    count = lambda: m.one("", "0", "1", "01", "2", "10")
    pre = joint() + m.one("a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "RC", "Alpha") + joint() + count()
    post = m.one("-1", "-0", joint() + m.one("post", "rev", "r", "Post") + joint() + count())
    dev = joint() + m.one("dev", "DEV") + joint() + count()
    local = "+" + m.text("01aB", 1, 3) + m.several(lambda: m.one(".", "-", "_") + m.text("019ab", 1, 2), 2)
    return (m.one("", "", "v") + m.one("", "", "", "0!", "1!") + m.numbers(1, 4, zeros=True) + m.one("", "", pre) +
            m.one("", "", post) + m.one("", "", dev) + m.one("", "", local))


def make_maven(m):
    words = ("alpha", "beta", "milestone", "rc", "cr", "snapshot", "SNAPSHOT", "ga", "final", "Final", "RELEASE", "sp", "a", "b",
             "m", "jre", "foo", "x")
    qualifier = m.one("-", "-", ".", "") + m.one(*words)
    count = m.one("", "", "1", "-1", ".1", "2", "10", "-" + m.number())
    tail = m.one("", "", "-SNAPSHOT", "-jre8", "-20240229.101112-1")
    return m.numbers(1, 4) + m.one("", "", qualifier + count, "-" + m.number()) + tail


def make_gem(m):
    part = lambda: "." + m.one(m.number(), m.one("pre", "rc", "rc1", "beta", "a", "b1", "RC", "1a"))
    return m.numbers(1, 3, zeros=True) + m.several(part, 3) + m.one("", "", "", "-" + m.one("1", "rc.1", "x"))


def make_composer(m):
    """For PHP's version_compare, in the form to which Composer normalises: four numbers, then words that it knows."""
    word = m.one("-alpha", "-beta", "-RC", "-patch", "-a", "-b", "-p", "-pl", "-rc") + m.one("", "1", "2", "10")
    return m.numbers(4, 4) + m.one("", word) + m.one("", "", "-dev")


# --- oracles --------------------------------------------------------------------------------------------------------
# Each gives a sign per pair, or None for a pair of which the tool makes no statement.

def ask_apt(pairs):
    try:
        import apt_pkg
    except ImportError:
        raise Missing("python3-apt") from None
    apt_pkg.init_system()
    return [sign(apt_pkg.version_compare(a, b)) for a, b in pairs]


def ask_perl_dpkg(pairs):
    program = ("use Dpkg::Version; while (<STDIN>) { chomp; my ($x, $y) = split /\\t/; "
               "print((Dpkg::Version->new($x) <=> Dpkg::Version->new($y)) . \"\\n\"); }")
    answers = [sign(int(line)) for line in run(["perl", "-e", program], lines_of(pairs)).split()]
    is_exact = lambda pair: not re.search(r"\d{16}", "\t".join(pair))  # perl compares numbers as floating point
    return [answer if is_exact(pair) else None for pair, answer in zip(pairs, answers)]


def ask_dpkg(pairs):
    """One process a pair: only some of the pairs."""
    if not shutil.which("dpkg"):
        raise Missing("dpkg")
    answers = [None] * len(pairs)
    for i in range(0, len(pairs), len(pairs) // 300 or 1):
        for relation, answer in (("lt", "<"), ("eq", "="), ("gt", ">")):
            command = ["dpkg", "--compare-versions", pairs[i][0], relation, pairs[i][1]]
            if subprocess.run(command, check=False, capture_output=True).returncode == 0:
                answers[i] = answer
    return answers


def ask_rpm(pairs):
    with tempfile.NamedTemporaryFile("w", suffix=".pairs") as file:
        file.write(lines_of(pairs))
        file.flush()
        program = (f'for line in io.lines("{file.name}") do local x, y = line:match("^(.-)\\t(.*)$") '
                   "print(rpm.vercmp(x, y) .. \"\\n\") end")
        return [sign(int(line)) for line in run(["rpm", "--eval", "%{lua: " + program + "}"]).split()]


def ask_apk(pairs):
    """One process a pair."""
    if not shutil.which("apk"):
        raise Missing("apk")
    return [run(["apk", "version", "-t", a, b]).strip() for a, b in pairs[:1000]] + [None] * len(pairs[1000:])


def ask_node(pairs):
    folders = ["/usr/lib/node_modules/npm/node_modules/semver", "/usr/share/nodejs/semver",
               "/usr/local/lib/node_modules/npm/node_modules/semver"]
    folder = next(filter(os.path.isdir, folders), None)
    if not folder:
        raise Missing("node's semver")
    program = ("const semver = require(process.argv[1]);"
               "for (const line of require('fs').readFileSync(0, 'utf8').split('\\n').slice(0, -1)) {"
               "  const [a, b] = line.split('\\t');"
               "  console.log(semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : 'none'); }")
    answers = run(["node", "-e", program, folder], lines_of(pairs)).split()
    return [None if answer == "none" else sign(int(answer)) for answer in answers]


def run_go(imports, call, valid, pairs, vendored=None):
    root = run(["go", "env", "GOROOT"]).strip()
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/go.mod", "w", encoding="ascii") as file:
            file.write("module differential\n\ngo 1.22\n")
        if vendored:
            source = f"{root}/src/cmd/vendor/{vendored}"
            if not os.path.isdir(source):
                raise Missing(vendored)
            shutil.copytree(source, f"{folder}/semver")
        with open(f"{folder}/main.go", "w", encoding="ascii") as file:
            file.write(f'''package main
import ("bufio"; "fmt"; "os"; "strings"; {imports})
func main() {{
  lines := bufio.NewScanner(os.Stdin)
  for lines.Scan() {{
    a, b, _ := strings.Cut(lines.Text(), "\\t")
    if {valid}(a) && {valid}(b) {{ fmt.Println({call}(a, b)) }} else {{ fmt.Println("none") }}
  }}
}}
''')
        answers = run(["go", "run", "."], lines_of(pairs), cwd=folder,
                      env={**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"}).split()
    return [None if answer == "none" else sign(int(answer)) for answer in answers]


def ask_go(pairs):
    return run_go('"go/version"', "version.Compare", "version.IsValid", pairs)


def ask_go_module(pairs):
    return run_go('"differential/semver"', "semver.Compare", "semver.IsValid", pairs, "golang.org/x/mod/semver")


def ask_packaging(pairs):
    try:
        from packaging.version import InvalidVersion, Version
    except ImportError:
        raise Missing("python3-packaging") from None

    def answer(a, b):
        try:
            left, right = Version(a), Version(b)
        except InvalidVersion:
            return None
        return "<" if left < right else ">" if left > right else "="
    return [answer(a, b) for a, b in pairs]


def ask_maven(pairs):
    """ComparableVersion's own main() compares each of its arguments with the one before."""
    jars = ["/usr/share/java/maven-artifact-3.x.jar", "/usr/share/maven/lib/maven-artifact-3.x.jar"]
    jar = next(filter(os.path.exists, jars), None)
    if not jar or not shutil.which("java"):
        raise Missing("Maven's maven-artifact.jar")
    path = ":".join([jar, "/usr/share/java/commons-lang3.jar", "/usr/share/java/plexus-utils2.jar"])
    main = "org.apache.maven.artifact.versioning.ComparableVersion"
    out = run(["java", "-cp", path, main, *[version for pair in pairs for version in pair]])
    steps = [line.split() for line in out.splitlines() if line.startswith("   ")]
    return ["=" if step[1] == "==" else step[1] for step in steps[::2]]


def ask_ruby(pairs):
    if not shutil.which("ruby"):
        raise Missing("ruby")
    program = "STDIN.each_line(chomp: true) { |l| a, b = l.split(\"\\t\"); puts(Gem::Version.new(a) <=> Gem::Version.new(b)) }"
    return [sign(int(line)) for line in run(["ruby", "-e", program], lines_of(pairs)).split()]


def ask_php(pairs):
    if not shutil.which("php"):
        raise Missing("php")
    program = ("while (($l = fgets(STDIN)) !== false) { [$a, $b] = explode(\"\\t\", rtrim($l, \"\\n\"));"
               " echo version_compare($a, $b), \"\\n\"; }")
    return [sign(int(line)) for line in run(["php", "-r", program], lines_of(pairs)).split()]


# Versions outside these patterns are not asked. Debian's tools disagree on invalid ones. Maven 3.8 departs from its
# specification, and from transitivity, after ".word" without a number, at nulls before a hyphen, and at empty tokens.
ASKED = {
    "deb": re.compile(r"(\d+:)?\d[^:]*(?<!-)"),
    "maven": re.compile(r"(?i)(?!.*([.-][.-]|\.[a-z]+[.-]|[a-z-]0+-|-(final|ga|release)-)).+"),
}

PLANS = [
    # scheme, versions, characters of edits, pairs, oracles
    ("deb", make_deb, "019az.+~", MANY, [ask_apt, ask_perl_dpkg, ask_dpkg]),
    ("rpm", make_rpm, "019az._+~^", MANY, [ask_rpm]),
    ("apk", make_apk, "0129", SOME, [ask_apk]),
    ("semver", make_small_semver, "019", SOME, [ask_node]),
    ("go", make_go, "019", SOME, [ask_go]),
    ("go", make_go_module, "019", SOME, [ask_go_module]),
    ("pep440", make_pep440, "019ab.-", SOME, [ask_packaging]),
    ("maven", make_maven, "019", SOME, [ask_maven]),
    ("gem", make_gem, "019", SOME, [ask_ruby]),
    ("composer", make_composer, "019", SOME, [ask_php]),
]


def make_pairs(scheme, make, alphabet, count):
    maker = Maker(f"{scheme}/{make.__name__}")
    asked = ASKED.get(scheme, re.compile(".+"))
    pairs = []
    while len(pairs) < count:
        a = make(maker)
        b = maker.edited(a, alphabet) if maker.chance(0.4) else make(maker)
        if all(asked.fullmatch(version) for version in (a, b)):
            pairs.append((a, b))
    return pairs


def check(tool, plan):
    """Number of oracles asked and of differences."""
    scheme, make, alphabet, count, oracles = plan
    pairs = make_pairs(scheme, make, alphabet, count)
    ours = run([tool, scheme], lines_of(pairs)).split("\n")[:-1]
    asked = differences = 0
    for ask in oracles:
        name = ask.__name__.removeprefix("ask_")
        try:
            theirs = ask(pairs)
        except (Missing, FileNotFoundError) as reason:
            print(f"{scheme}: skipped {name}: not on this machine ({reason})")
            continue
        if len(theirs) != len(pairs):
            sys.exit(f"{scheme}: {name} gave {len(theirs)} answers for {len(pairs)} pairs")
        asked += 1
        wrong = [(pair, our, their) for pair, our, their in zip(pairs, ours, theirs) if their and our != their]
        differences += len(wrong)
        print(f"{scheme}: {sum(map(bool, theirs))} pairs against {name}, {len(wrong)} differ")
        for (a, b), our, their in wrong[:SHOWN]:
            print(f"  {a!r} {our} {b!r}, but {name} says {their}")
    return asked, differences


def main():
    tool, *wanted = sys.argv[1:]
    results = [check(tool, plan) for plan in PLANS if not wanted or plan[0] in wanted]
    if any(differences for _, differences in results):
        return 1
    return 0 if any(asked for asked, _ in results) else 77


if __name__ == "__main__":
    sys.exit(main())
