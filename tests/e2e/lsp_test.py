"""`corten lint --lsp` as an editor meets it: a session with edits, pages, fixes, and what no client should send."""

import itertools
import json
import os
import queue
import subprocess
import threading
import urllib.parse

import corten

DOCKERFILE = """FROM debian:12.8
MAINTAINER somebody@example.org
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
WORKDIR app
USER 10001
CMD ["/app/x"]
"""
COMPOSE = """services:
  web:
    image: nginx:1.27
    privileged: true
"""
POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers:
    - name: web
      image: nginx:1.27
      securityContext:
        privileged: true
"""
CAPABILITIES = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True, "codeDescriptionSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
                       "isPreferredSupport": True},
    },
}
LEVELS = {"critical": 1, "high": 1, "medium": 2, "low": 3, "info": 4}
ENOUGH = 20  # seconds; only a broken server lets a test wait


def frame(message, **headers):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Client:
    """The program with pipes, and a thread that reads what it says."""

    def __init__(self, case, folder, *words, env=None):
        self.process = subprocess.Popen(
            [corten.BINARY, "lint", "--lsp", *words], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={"PATH": os.environ["PATH"], "HOME": str(case.folder), **(env or {})})
        self.case = case
        self.ids = itertools.count(1)
        self.came = queue.Queue()
        self.kept = []
        self.text = {}
        self.version = {}
        threading.Thread(target=self.read, daemon=True).start()
        case.addCleanup(self.kill)

    def kill(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def read(self):
        out = self.process.stdout
        while header := out.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = out.readline()
            self.came.put(json.loads(out.read(length)))
        self.came.put(None)

    def raw(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.raw(frame({"jsonrpc": "2.0", **message}))

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def wait_for(self, wanted):
        for i, message in enumerate(self.kept):
            if wanted(message):
                return self.kept.pop(i)
        while True:
            message = self.came.get(timeout=ENOUGH)
            if message is None:
                raise AssertionError(f"the server has gone; it had said {self.kept}")
            if wanted(message):
                return message
            self.kept.append(message)

    def ask(self, method, params=None):
        number = next(self.ids)
        self.send({"id": number, "method": method, "params": params or {}})
        return self.answer(number)

    def answer(self, number):
        return self.wait_for(lambda m: "method" not in m and m.get("id") == number)

    def result(self, method, params=None):
        answer = self.ask(method, params)
        self.case.assertNotIn("error", answer)
        return answer["result"]

    def start(self, folder, capabilities=None, **more):
        result = self.result("initialize", {
            "processId": None, "rootUri": None, "capabilities": CAPABILITIES if capabilities is None else capabilities,
            "workspaceFolders": [{"uri": uri_of(folder), "name": "place"}], **more})
        self.notify("initialized", {})
        return result

    def open(self, uri, text, language="dockerfile", version=1):
        self.text[uri], self.version[uri] = text, version
        self.notify("textDocument/didOpen", {
            "textDocument": {"uri": uri, "languageId": language, "version": version, "text": text}})
        return self.diagnostics(uri)

    def diagnostics(self, uri):
        """What is published for the newest version."""
        version = self.version[uri]
        return self.wait_for(lambda m: m.get("method") == "textDocument/publishDiagnostics"
                             and m["params"]["uri"] == uri and m["params"].get("version") == version)["params"]["diagnostics"]

    def change(self, uri, changes):
        self.version[uri] += 1
        for change in changes:
            self.text[uri] = change["text"] if "range" not in change else apply(self.text[uri], [
                {"range": change["range"], "newText": change["text"]}])
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri, "version": self.version[uri]}, "contentChanges": changes})
        return self.diagnostics(uri)

    def actions(self, uri, where, only=None):
        context = {"diagnostics": []} if only is None else {"diagnostics": [], "only": only}
        return self.result("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": where, "context": context})

    def do(self, uri, action):
        """Applies an action of one document as an editor does, and tells the server."""
        edits = edits_of(action, uri)
        changes = [{"range": e["range"], "text": e["newText"]} for e in backwards(edits)]
        return self.change(uri, changes)

    def end(self):
        self.case.assertIsNone(self.result("shutdown"))
        self.notify("exit", None)
        return self.process.wait(ENOUGH)


def uri_of(path):
    return "file://" + urllib.parse.quote(str(path))


def offset(text, position):
    """A place in UTF-16 units, by Python's own codec."""
    lines = text.split("\n")
    line = lines[position["line"]].encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
    return sum(len(one) + 1 for one in lines[: position["line"]]) + len(line)


def backwards(edits):
    return sorted(edits, key=lambda e: (e["range"]["start"]["line"], e["range"]["start"]["character"]), reverse=True)


def apply(text, edits):
    for edit in backwards(edits):
        begin, end = offset(text, edit["range"]["start"]), offset(text, edit["range"]["end"])
        text = text[:begin] + edit["newText"] + text[end:]
    return text


def edits_of(action, uri):
    edit = action["edit"]
    if "changes" in edit:
        return edit["changes"][uri]
    (document,) = edit["documentChanges"]
    assert document["textDocument"]["uri"] == uri
    return document["edits"]


def ids(diagnostics):
    return {d.get("code") for d in diagnostics}


def with_id(diagnostics, code):
    return [d for d in diagnostics if d.get("code") == code]


class Editor(corten.Case):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "my place"
        self.place.mkdir()
        self.uri = uri_of(self.place / "Dockerfile")

    def client(self, *words, start=True, capabilities=None, **more):
        client = Client(self, self.folder, *words, **more)
        if start:
            client.start(self.place, capabilities)
        return client

    def put(self, name, text):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Session(Editor):
    def test_from_the_first_word_to_the_last(self):
        client = self.client(start=False)
        can = client.start(self.place)["capabilities"]
        self.assertEqual(can["positionEncoding"], "utf-16")
        self.assertEqual(can["textDocumentSync"]["change"], 2)
        found = client.open(self.uri, DOCKERFILE)
        self.assertLessEqual({"DL3008", "DL4000", "DL3000"}, ids(found))
        # Typing "/" in front of a relative WORKDIR ends the finding.
        found = client.change(self.uri, [{"range": span(3, 8, 3, 8), "text": "/"}])
        self.assertNotIn("DL3000", ids(found))
        self.assertIn("DL3008", ids(found))
        found = client.change(self.uri, [{"text": "FROM scratch\nCOPY --chown=1 x /x\nUSER 1\nCMD [\"/x\"]\n"}])
        self.assertFalse({"DL3008", "DL4000"} & ids(found))
        client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})
        closed = client.wait_for(lambda m: m.get("method") == "textDocument/publishDiagnostics"
                                 and "version" not in m["params"])
        self.assertEqual(closed["params"], {"uri": self.uri, "diagnostics": []})
        self.assertEqual(client.end(), 0)
        self.assertEqual(client.process.stderr.read(), b"")

    def test_diagnostics_say_where_how_bad_and_where_to_read_on(self):
        client = self.client("--no-shellcheck")
        found = client.open(self.uri, DOCKERFILE)
        (pinned,) = with_id(found, "DL3008")
        self.assertEqual(pinned["source"], "corten")
        self.assertEqual(pinned["codeDescription"]["href"], "https://github.com/hadolint/hadolint/wiki/DL3008")
        self.assertEqual(pinned["range"]["start"]["line"], 2)
        (old,) = with_id(found, "DL4000")
        self.assertEqual((old["severity"], old["tags"], old["range"]["start"]["line"]), (1, [2], 1))
        found = client.change(self.uri, [{"text": "FROM debian:12.8 AS a\nFROM debian:12.8 AS a\nUSER 1\n"}])
        (twice,) = with_id(found, "DL3024")
        (other,) = twice["relatedInformation"]
        self.assertEqual(other["location"], {"uri": self.uri, "range": span(0, 0, 0, 21)})

    def test_the_same_is_found_as_on_the_command_line(self):
        self.put("Dockerfile", DOCKERFILE)
        self.put("compose.yaml", COMPOSE)
        self.put("pod.yaml", POD)
        client = self.client()
        for name, text, language in (("Dockerfile", DOCKERFILE, "dockerfile"), ("compose.yaml", COMPOSE, "yaml"),
                                     ("pod.yaml", POD, "yaml")):
            there = self.corten("lint", "--format", "json", name, cwd=self.place).json["findings"]
            here = client.open(uri_of(self.place / name), text, language)
            self.assertEqual(sorted((f["id"], f["location"]["line"], LEVELS[f["severity"]]) for f in there),
                             sorted((d["code"], d["range"]["start"]["line"] + 1, d["severity"]) for d in here), name)
            self.assertTrue(here, name)

    def test_what_is_no_file_or_no_business_of_ours(self):
        client = self.client("--no-shellcheck")
        for uri, language, text, wanted in (
                ("untitled:Untitled-1", "dockerfile", DOCKERFILE, "DL4000"),
                ("untitled:Untitled-2", "dockercompose", COMPOSE, "CC1001"),
                ("untitled:Untitled-3", "yaml", POD, "KSV-0017"),
                (uri_of(self.place / "new" / "Dockerfile.dev"), "plaintext", DOCKERFILE, "DL4000"),
                (uri_of(self.place / "x.py"), "python", "FROM = 1\n", None),
                (uri_of(self.place / "notes.txt"), "plaintext", "RUN cd /\n", None),
                (uri_of(self.place / "values.yaml"), "yaml", "FROM: x\n", None),
                (uri_of(self.place / "%41"), "", "x", None)):
            with self.subTest(uri):
                found = client.open(uri, text, language)
                if wanted:
                    self.assertIn(wanted, ids(found))
                else:
                    self.assertEqual(found, [])

    def test_a_file_that_cannot_be_read_says_where(self):
        client = self.client()
        found = client.open(uri_of(self.place / "compose.yaml"), "services:\n  web:\n   image: x\n  - y\n", "yaml")
        self.assertEqual([(d["severity"], d["range"]["start"]["line"]) for d in found], [(1, 3)])

    def test_only_the_newest_version_is_told(self):
        client = self.client("--no-shellcheck")
        long_text = "FROM debian:12.8\n" + "".join(f"ENV A{i}={i}\n" for i in range(10_000)) + "USER 1\n"
        client.open(self.uri, long_text)
        for i in range(300):
            client.version[self.uri] += 1
            client.notify("textDocument/didChange", {
                "textDocument": {"uri": self.uri, "version": client.version[self.uri]},
                "contentChanges": [{"range": span(1, 0, 1, 0), "text": "#"}]})
        client.diagnostics(self.uri)
        self.assertEqual(client.end(), 0)
        told = [m for m in client.kept if m.get("method") == "textDocument/publishDiagnostics"]
        self.assertLess(len(told), 100, "most of the 300 versions were superseded")

    def test_pulled_diagnostics(self):
        client = self.client("--no-shellcheck", capabilities={"textDocument": {"diagnostic": {}}})
        client.open(self.uri, DOCKERFILE)
        report = client.result("textDocument/diagnostic", {"textDocument": {"uri": self.uri}})
        self.assertEqual(report["kind"], "full")
        self.assertIn("DL4000", ids(report["items"]))
        nothing = client.result("textDocument/diagnostic", {"textDocument": {"uri": "file:///not/open"}})
        self.assertEqual(nothing["items"], [])

    def test_shellcheck_and_without_it(self):
        text = "FROM debian:12.8\nRUN echo $x\nUSER 1\n"
        self.assertNotIn("SC2086", ids(self.client("--no-shellcheck").open(self.uri, text)))
        with_it = self.client()
        self.assertIn("SC2086", ids(with_it.open(self.uri, text)))


class Configuration(Editor):
    def test_files_of_the_workspace_folder_count_and_are_read_again(self):
        self.put(".hadolint.yaml", "ignored: [DL3008]\noverride:\n  error: [DL4000]\n")
        self.put(".cortenignore", "DL3000 # built below /srv\n")
        client = self.client("--no-shellcheck")
        found = client.open(self.uri, DOCKERFILE)
        self.assertFalse({"DL3008", "DL3000"} & ids(found))
        self.assertIn("DL4000", ids(found))
        self.put(".hadolint.yaml", "ignored: [DL4000]\n")
        client.notify("workspace/didChangeWatchedFiles",
                      {"changes": [{"uri": uri_of(self.place / ".hadolint.yaml"), "type": 2}]})
        found = client.diagnostics(self.uri)
        self.assertNotIn("DL4000", ids(found))
        self.assertIn("DL3008", ids(found))

    def test_the_policy_counts_as_on_the_command_line(self):
        self.put("corten.yaml", "severity: high\n")
        client = self.client("--no-shellcheck")
        self.assertEqual({d["severity"] for d in client.open(self.uri, DOCKERFILE)}, {1})

    def test_a_mistake_in_it_is_shown_once_and_the_last_good_one_stays(self):
        self.put(".hadolint.yaml", "ignored: [DL3008]\n")
        client = self.client("--no-shellcheck")
        client.open(self.uri, DOCKERFILE)
        self.put(".hadolint.yaml", "ignroed: [DL4000]\n")
        for _ in range(2):
            client.notify("workspace/didChangeConfiguration", {"settings": None})
            found = client.diagnostics(self.uri)
            self.assertNotIn("DL3008", ids(found))
            self.assertIn("DL4000", ids(found))
        shown = [m for m in client.kept if m.get("method") == "window/showMessage"]
        self.assertEqual(len(shown), 1, client.kept)
        self.assertIn("ignroed", shown[0]["params"]["message"])

    def test_each_folder_of_the_workspace_has_its_own(self):
        other = self.folder / "other"
        other.mkdir()
        self.put(".hadolint.yaml", "ignored: [DL4000]\n")
        client = self.client("--no-shellcheck")
        client.notify("workspace/didChangeWorkspaceFolders",
                      {"event": {"added": [{"uri": uri_of(other), "name": "other"}], "removed": []}})
        self.assertNotIn("DL4000", ids(client.open(self.uri, DOCKERFILE)))
        self.assertIn("DL4000", ids(client.open(uri_of(other / "Dockerfile"), DOCKERFILE)))

    def test_registers_for_changes_where_the_client_can(self):
        client = self.client(capabilities={"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
        asked = client.wait_for(lambda m: m.get("method") == "client/registerCapability")
        client.send({"id": asked["id"], "result": None})
        self.assertEqual(client.end(), 0)

    def test_options_that_make_no_sense(self):
        for words in (("Dockerfile",), ("--fix",), ("--diff",), ("--changed-since", "HEAD")):
            self.expect(self.corten("lint", "--lsp", *words), corten.USAGE, "--lsp")


class Actions(Editor):
    def test_a_quick_fix_ends_its_finding(self):
        client = self.client()
        text = "FROM debian:12.8\nRUN echo 1 && \\\n    echo `date`\nUSER 1\n"
        (old,) = with_id(client.open(self.uri, text), "SC2006")
        fix = next(a for a in client.actions(self.uri, old["range"]) if a["title"].startswith("Mend SC2006"))
        self.assertEqual((fix["kind"], fix["isPreferred"]), ("quickfix", True))
        self.assertEqual(ids(fix["diagnostics"]), {"SC2006"})
        self.assertEqual(fix["edit"]["documentChanges"][0]["textDocument"]["version"], 1)
        self.assertNotIn("SC2006", ids(client.do(self.uri, fix)))
        self.assertEqual(client.text[self.uri], text.replace("`date`", "$(date)"))

    def test_a_fix_with_a_risk_says_so_and_is_not_preferred(self):
        client = self.client()
        text = "FROM debian:12.8\nRUN echo $x\nUSER 1\n"
        (split,) = with_id(client.open(self.uri, text), "SC2086")
        fix = next(a for a in client.actions(self.uri, split["range"]) if a["title"].startswith("Mend SC2086"))
        self.assertIn("risk", fix["title"])
        self.assertNotIn("isPreferred", fix)
        self.assertNotIn("SC2086", ids(client.do(self.uri, fix)))
        self.assertEqual(client.text[self.uri], text.replace("$x", '"$x"'))

    def test_ignoring_here_adds_a_pragma(self):
        client = self.client("--no-shellcheck")
        for name, language, text, code, wanted in (
                ("Dockerfile", "dockerfile", "FROM debian:12.8\n# why\nRUN apt-get install \\\n  -y curl\nUSER 1\n", "DL3008",
                 "FROM debian:12.8\n# why\n# hadolint ignore=DL3008\nRUN apt-get install \\\n  -y curl\nUSER 1\n"),
                ("a.Dockerfile", "dockerfile", "FROM debian:12.8\n# hadolint ignore=DL3009 # fine\nRUN apt-get install -y curl\nUSER 1\n",
                 "DL3008", "FROM debian:12.8\n# hadolint ignore=DL3009,DL3008 # fine\nRUN apt-get install -y curl\nUSER 1\n"),
                ("b.Dockerfile", "dockerfile", "# syntax=docker/dockerfile:1\nFROM debian:12.8\n", "CL1001",
                 "# syntax=docker/dockerfile:1\n# corten ignore=CL1001\nFROM debian:12.8\n"),
                ("compose.yaml", "yaml", COMPOSE, "CC1001", COMPOSE.replace(
                    "    privileged", "    # corten ignore=CC1001\n    privileged")),
                ("pod.yaml", "yaml", POD, "KSV-0017", POD.replace(
                    "        privileged", "        # corten ignore=KSV-0017\n        privileged"))):
            with self.subTest(name):
                uri = uri_of(self.place / name)
                found = with_id(client.open(uri, text, language), code)
                self.assertTrue(found)
                action = next(a for a in client.actions(uri, found[0]["range"]) if a["title"] == f"Ignore {code} here")
                self.assertEqual(action["kind"], "quickfix")
                self.assertNotIn(code, ids(client.do(uri, action)))
                self.assertEqual(client.text[uri], wanted)

    def test_the_fix_of_every_rule_ends_its_finding(self):
        rules = self.corten("lint", "--list-rules", "--format", "json").json["rules"]
        client = self.client("--no-shellcheck", *(word for rule in rules if rule["id"].startswith("DL")
                                                  for word in ("--warning", rule["id"])))
        names = {"Dockerfile": "Dockerfile", "compose file": "compose.yaml", "Kubernetes manifest": "pod.yaml",
                 "kustomization": "kustomization.yaml"}
        mended = 0
        for rule in rules:
            if rule["fix"] is None:
                continue
            with self.subTest(rule["id"]):
                uri = f"untitled:{rule['id']}/{names[rule['file']]}"
                language = "dockerfile" if rule["file"] == "Dockerfile" else "yaml"
                found = with_id(client.open(uri, rule["bad"], language), rule["id"])
                self.assertTrue(found, rule["bad"])
                fix = next(a for d in found for a in client.actions(uri, d["range"])
                           if a["title"].startswith(f"Mend {rule['id']}") and ids(a["diagnostics"]) == {rule["id"]})
                self.assertEqual("isPreferred" in fix, "(risk: " not in fix["title"])
                left = with_id(client.do(uri, fix), rule["id"])
                self.assertEqual(len(left), len(found) - 1, client.text[uri])
                mended += 1
        self.assertGreater(mended, 50)

    MENDABLE = "FROM debian:12.8\nRUN echo `date`\n# 🐳\nENV A=1\nRUN echo `id` `date`\nUSER 1\n"

    def test_everything_that_is_safe_at_once(self):
        client = self.client()
        client.open(self.uri, self.MENDABLE)
        self.assertFalse(any(a["kind"].startswith("source") for a in client.actions(self.uri, span(0, 0, 6, 0))))
        (fix,) = client.actions(self.uri, span(0, 0, 0, 0), only=["source.fixAll"])
        self.assertEqual(fix["kind"], "source.fixAll.corten")
        client.do(self.uri, fix)
        path = self.put("Dockerfile", self.MENDABLE)
        self.corten("lint", "--fix", path)
        self.assertEqual(client.text[self.uri], path.read_text())
        self.assertIn("RUN echo $(id) $(date)", client.text[self.uri])
        self.assertEqual(client.actions(self.uri, span(0, 0, 0, 0), only=["source.fixAll"]), [])

    def test_everything_at_once_is_worked_out_later_where_the_client_can(self):
        capabilities = json.loads(json.dumps(CAPABILITIES))
        capabilities["textDocument"]["codeAction"].update(dataSupport=True, resolveSupport={"properties": ["edit"]})
        client = self.client(capabilities=capabilities)
        client.open(self.uri, self.MENDABLE)
        fix = next(a for a in client.actions(self.uri, span(0, 0, 0, 0)) if a["kind"] == "source.fixAll.corten")
        self.assertNotIn("edit", fix)
        resolved = client.result("codeAction/resolve", fix)
        self.assertEqual(resolved["title"], fix["title"])
        client.do(self.uri, resolved)
        self.assertNotIn("`", client.text[self.uri])

    def test_a_client_without_document_changes(self):
        client = self.client(capabilities={})
        client.open(self.uri, self.MENDABLE)
        (fix,) = client.actions(self.uri, span(0, 0, 0, 0), only=["source.fixAll.corten"])
        self.assertEqual(list(fix["edit"]), ["changes"])
        self.assertEqual(client.actions(self.uri, span(0, 0, 9, 0), only=["refactor"]), [])
        self.assertTrue(all("isPreferred" not in a for a in client.actions(self.uri, span(0, 0, 9, 0))))


class Pages(Editor):
    def hover(self, client, line, character):
        return client.result("textDocument/hover", {"textDocument": {"uri": self.uri},
                                                    "position": {"line": line, "character": character}})

    def test_hover_shows_the_page_of_the_rule(self):
        client = self.client("--no-shellcheck")
        (pinned,) = with_id(client.open(self.uri, DOCKERFILE), "DL3008")
        page = self.hover(client, 2, pinned["range"]["start"]["character"])
        self.assertEqual(page["contents"]["kind"], "markdown")
        text = page["contents"]["value"]
        for part in ("DL3008: apt-get install without versions", "**What to do:**", "Not so:", "Better:", "curl=7.88"):
            self.assertIn(part, text)

    def test_nothing_where_nothing_was_found(self):
        client = self.client("--no-shellcheck")
        client.open(self.uri, DOCKERFILE)
        self.assertIsNone(self.hover(client, 4, 2))
        self.assertIsNone(self.hover(client, 1000, 1000))
        self.assertIsNone(client.result("textDocument/hover", {"textDocument": {"uri": "file:///not/open"},
                                                               "position": {"line": 0, "character": 0}}))

    def test_pages_of_shellcheck_say_whose_they_are(self):
        client = self.client()
        (split,) = with_id(client.open(self.uri, "FROM debian:12.8\nRUN echo $x\nUSER 1\n"), "SC2086")
        page = self.hover(client, 1, split["range"]["start"]["character"])
        self.assertIn("shellcheck.net/wiki/SC2086", page["contents"]["value"])


class Positions(Editor):
    TEXT = "FROM debian:12.8\nRUN echo '🐳🐳é' $x\nUSER 1\n"

    def agree_on(self, encoding):
        capabilities = {"general": {"positionEncodings": [encoding]}} if encoding else {}
        client = Client(self, self.folder)
        agreed = client.start(self.folder, capabilities)["capabilities"]["positionEncoding"]
        (split,) = with_id(client.open(self.uri, self.TEXT), "SC2086")
        return client, agreed, split["range"]

    def test_columns_count_what_was_agreed(self):
        before = "RUN echo '🐳🐳é' "
        for encoding, column in (("utf-8", len(before.encode())), ("utf-16", len(before.encode("utf-16-le")) // 2),
                                 ("utf-32", len(before))):
            with self.subTest(encoding):
                _, agreed, where = self.agree_on(encoding)
                self.assertEqual(agreed, encoding)
                self.assertEqual(where, span(1, column, 1, column + 2))

    def test_utf16_is_meant_where_nothing_is_said_and_edits_land_where_they_should(self):
        client, agreed, where = self.agree_on(None)
        self.assertEqual(agreed, "utf-16")
        self.assertEqual(where["start"], {"line": 1, "character": 17})
        # In front of the emoji, behind them, and between the two halves of one, which is its beginning.
        found = client.change(self.uri, [
            {"range": span(1, 17, 1, 19), "text": '"$x"'},
            {"range": span(1, 4, 1, 8), "text": "printf"},
            {"range": span(1, 12, 1, 12), "text": ""}])
        self.assertNotIn("SC2086", ids(found))
        self.assertEqual(client.text[self.uri], "FROM debian:12.8\nRUN printf '🐳🐳é' \"$x\"\nUSER 1\n")


class Hostile(Editor):
    def alive(self, client):
        """The server still answers."""
        self.assertIsNone(client.result("textDocument/hover", {"textDocument": {"uri": "file:///x"},
                                                               "position": {"line": 0, "character": 0}}))

    def refused(self, client, code):
        answer = client.wait_for(lambda m: "error" in m)
        self.assertEqual(answer["error"]["code"], code, answer)
        return answer

    def test_frames_that_are_none(self):
        good = frame({"jsonrpc": "2.0", "id": "g", "method": "textDocument/hover", "params": {
            "textDocument": {"uri": "x"}, "position": {"line": 0, "character": 0}}})
        short = good.replace(b"Content-Length: ", b"Content-Length: 1\r\nX: ")
        for name, data in {
                "no length": b"Content-Type: application/json\r\n\r\n",
                "a word for a length": b"Content-Length: many\r\n\r\n",
                "a length below zero": b"Content-Length: -1\r\n\r\n",
                "a length of twenty digits": b"Content-Length: 99999999999999999999\r\n\r\n",
                "a length of gigabytes": b"Content-Length: 9999999999\r\n\r\n{}",
                "no header at all": b"\x00\xff" * 40_000 + b"\r\n\r\n",
                "empty lines": b"\r\n\r\n\r\n\r\n",
                "a short length": short,
                "not JSON": frame(b"{"),
                "not UTF-8": frame(b'{"jsonrpc":"2.0","method":"\xff\xfe"}'),
                "nothing": frame(b""),
                "deep nesting": frame(b"[" * 100_000),
        }.items():
            with self.subTest(name):
                client = self.client()
                client.raw(data + good)
                self.refused(client, -32700)
                self.assertIsNone(client.answer("g")["result"])
                self.assertEqual(client.end(), 0)

    def test_headers_in_other_dress(self):
        client = self.client(start=False)
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}
        client.raw(frame(hello, Content_Type="application/vscode-jsonrpc; charset=utf8"))
        self.assertIn("result", client.answer(1))
        body = json.dumps({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}).encode()
        for piece in b"content-length:%d\n\n%s" % (len(body), body):
            client.raw(bytes([piece]))
        self.assertIsNone(client.answer(2)["result"])

    def test_messages_that_mean_nothing(self):
        position = {"line": 0, "character": 0}
        for message, code in (
                ({"id": 7, "method": "textDocument/hover"}, -32602),
                ({"id": 7, "method": "textDocument/hover", "params": []}, -32602),
                ({"id": 7, "method": "textDocument/hover", "params": {"textDocument": {"uri": 5}, "position": position}}, -32602),
                ({"id": 7, "method": "textDocument/hover",
                  "params": {"textDocument": {"uri": "x"}, "position": {"line": -1, "character": 0}}}, -32602),
                ({"id": 7, "method": "textDocument/hover",
                  "params": {"textDocument": {"uri": "x"}, "position": {"line": 0.5, "character": 0}}}, -32602),
                ({"id": 7, "method": "textDocument/codeAction", "params": {"textDocument": {"uri": "x"}, "range": None}}, -32602),
                ({"id": 7, "method": "textDocument/definition", "params": {}}, -32601),
                ({"id": 7, "method": "initialize", "params": {"capabilities": {}}}, -32600),
                ({"id": 7, "method": "textDocument/didOpen", "params": {}}, -32600),
                ({"id": 7, "method": 5}, -32600),
                ({"id": 7}, -32600),
                ({"id": [7], "method": "shutdown"}, -32600),
                ({"jsonrpc": "1.0", "id": 7, "method": "shutdown"}, -32600)):
            with self.subTest(message):
                client = self.client()
                client.send(message)
                self.refused(client, code)
                self.alive(client)
        client = self.client()
        for body in (b"[]", b"5", b"null", b'"x"'):
            client.raw(frame(body))
            self.assertIsNone(self.refused(client, -32600)["id"])
        for method, params in (("textDocument/didOpen", {}), ("textDocument/didChange", {"textDocument": {"uri": "x"}}),
                               ("textDocument/didClose", None), ("textDocument/didSave", []), ("$/cancelRequest", {}),
                               ("$/cancelRequest", {"id": 99}), ("$/unknown", 5), ("unknown", {}), ("$/setTrace", {"value": "off"}),
                               ("textDocument/didChange", {"textDocument": {"uri": "x", "version": 1}, "contentChanges": [{"text": "x"}]})):
            client.notify(method, params)
        self.alive(client)
        self.assertFalse([m for m in client.kept if "error" in m])

    def test_a_change_that_cannot_be_read_ends_the_diagnostics(self):
        client = self.client("--no-shellcheck")
        client.open(self.uri, DOCKERFILE)
        client.notify("textDocument/didChange", {"textDocument": {"uri": self.uri, "version": 2}, "contentChanges": [{"text": 5}]})
        closed = client.wait_for(lambda m: m.get("method") == "textDocument/publishDiagnostics")
        self.assertEqual(closed["params"]["diagnostics"], [])
        self.assertTrue(client.open(self.uri, DOCKERFILE))

    def test_half_a_character(self):
        client = self.client("--no-shellcheck")
        body = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
            "uri": self.uri, "languageId": "dockerfile", "version": 1, "text": "# \ud83d\nFROM debian\n"}}}).encode()
        client.version[self.uri] = 1
        client.raw(frame(body))
        self.assertIn("DL3006", ids(client.diagnostics(self.uri)))

    def test_before_the_first_word_and_after_the_last(self):
        client = self.client(start=False)
        answer = client.ask("textDocument/hover", {"textDocument": {"uri": "x"}, "position": {"line": 0, "character": 0}})
        self.assertEqual(answer["error"]["code"], -32002)
        client.start(self.place)
        client.result("shutdown")
        self.assertEqual(client.ask("shutdown")["error"]["code"], -32600)
        client.notify("exit", None)
        self.assertEqual(client.process.wait(ENOUGH), 0)

    def test_ends_that_are_none(self):
        for name, last in {"exit without shutdown": frame({"jsonrpc": "2.0", "method": "exit"}), "nothing": b"",
                           "half a message": b"Content-Length: 100\r\n\r\n{"}.items():
            with self.subTest(name):
                client = self.client()
                client.raw(last)
                client.process.stdin.close()
                self.assertEqual(client.process.wait(ENOUGH), 1)

    def test_a_session_in_one_piece_is_answered_whole(self):
        messages = [
            {"id": 1, "method": "initialize", "params": {"capabilities": {}, "rootUri": uri_of(self.place)}},
            {"method": "initialized", "params": {}},
            {"method": "textDocument/didOpen", "params": {"textDocument": {
                "uri": self.uri, "languageId": "dockerfile", "version": 1, "text": DOCKERFILE}}},
            {"id": 2, "method": "shutdown"},
            {"method": "exit"}]
        data = b"".join(frame({"jsonrpc": "2.0", **m}) for m in messages)
        run = subprocess.run([corten.BINARY, "lint", "--lsp", "--stdio"], input=data, capture_output=True, cwd=self.folder,
                             env={"PATH": os.environ["PATH"], "HOME": str(self.folder)}, timeout=ENOUGH, check=False)
        self.assertEqual(run.returncode, 0, run)
        self.assertIn(b"publishDiagnostics", run.stdout)
        self.assertIn(b"DL4000", run.stdout)
        self.assertIn(b'"id":2', run.stdout)

    def test_a_client_that_does_not_read(self):
        process = subprocess.Popen([corten.BINARY, "lint", "--lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, cwd=self.folder,
                                   env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})
        flood = frame({"jsonrpc": "2.0", "id": 1, "method": "x" * 50}) * 20_000
        process.stdin.write(flood)
        process.stdin.close()
        # Nothing has been read so far, and the server has taken all of it.
        out = process.stdout.read()
        self.assertEqual(process.wait(ENOUGH), 1)
        self.assertEqual(out.count(b"-32002"), 20_000)
        process.stdout.close()

    def test_a_client_that_goes_away(self):
        process = subprocess.Popen([corten.BINARY, "lint", "--lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, cwd=self.folder,
                                   env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})
        process.stdin.write(frame({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}))
        process.stdin.flush()
        self.assertTrue(process.stdout.readline())
        process.stdout.close()
        for version in range(3):
            process.stdin.write(frame({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
                "uri": self.uri, "languageId": "dockerfile", "version": version, "text": DOCKERFILE}}}))
        process.stdin.close()
        self.assertEqual(process.wait(ENOUGH), 1)

    def test_nothing_is_worked_out_for_a_client_that_was_killed(self):
        process = subprocess.Popen([corten.BINARY, "lint", "--lsp", "--no-shellcheck"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=self.folder,
                                   env={"PATH": os.environ["PATH"], "HOME": str(self.folder)})
        session = [
            {"id": 1, "method": "initialize", "params": {"capabilities": {}}},
            {"method": "textDocument/didOpen", "params": {"textDocument": {
                "uri": self.uri, "languageId": "dockerfile", "version": 1,
                "text": "FROM debian:12\nMAINTAINER joe\n" + "RUN cd /tmp && ls\n" * 2000}}}]
        # Each mends the whole file: minutes of work.
        session += [{"id": i, "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": self.uri}}}
                    for i in range(2, 900)]
        process.stdin.write(b"".join(frame({"jsonrpc": "2.0", **m}) for m in session))
        process.stdin.close()
        self.assertTrue(process.stdout.readline())
        process.stdout.close()
        self.assertEqual(process.wait(ENOUGH), 1)


def span(line, character, end_line, end_character):
    return {"start": {"line": line, "character": character}, "end": {"line": end_line, "character": end_character}}


if __name__ == "__main__":
    corten.main()
