#!/usr/bin/env python3
"""corten db push and pull against a small registry on loopback (OCI distribution specification 1.1).

Usage: db_registry.py CORTEN"""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse

CORTEN = os.path.abspath(sys.argv[1])
PASSWORD = base64.b64encode(b"anna:secret").decode()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def handle_request(self):
        registry = self.server.registry
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        given = self.headers.get("Authorization", "")
        if url.path == "/token":
            registry.scopes.append(query.get("scope"))
            good = given == "Basic " + PASSWORD
            token = "t0ken-push" if query["scope"].endswith(":pull,push") else "t0ken"
            self.answer(200 if good else 401, json.dumps({"token": token}).encode())
        elif registry.auth == "bearer" and (
                given != "Bearer t0ken-push" if self.command in ("POST", "PUT") else not given.startswith("Bearer t0ken")):
            realm = f'Bearer realm="{registry.url}/token",service="small, registry"'
            self.answer(401, WWW_Authenticate=realm)
        elif registry.auth == "basic" and given != "Basic " + PASSWORD:
            self.answer(401, WWW_Authenticate='Basic realm="registry"')
        elif self.command == "POST" and url.path.endswith("/blobs/uploads/"):
            self.answer(202, Location=url.path + "some-upload?state=x")
        elif self.command == "PUT" and "/blobs/uploads/" in url.path:
            good = digest(body) == query["digest"]
            registry.blobs[query["digest"]] = body
            self.answer(201 if good else 400)
        elif self.command == "PUT":
            registry.manifests[url.path.rsplit("/", 1)[1]] = registry.manifests[digest(body)] = body
            self.answer(201)
        else:
            kind = registry.manifests if "/manifests/" in url.path else registry.blobs
            content = kind.get(url.path.rsplit("/", 1)[1])
            self.answer(404 if content is None else 200, content or b"")

    do_GET = do_HEAD = do_POST = do_PUT = handle_request


class SmallRegistry:
    def __init__(self):
        self.blobs, self.manifests, self.scopes, self.auth = {}, {}, [], None
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.registry = self
        self.host = "127.0.0.1:%d" % self.http.server_address[1]
        self.url = "http://" + self.host
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()


class Registry(unittest.TestCase):
    def setUp(self):
        self.registry = SmallRegistry()
        self.addCleanup(self.registry.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        kev = {"vulnerabilities": [{"cveID": f"CVE-2024-{i:04}", "dueDate": "2024-01-01"} for i in range(2000)]}
        (self.folder / "kev.json").write_text(json.dumps(kev))
        self.corten("db", "build", "--kev", "kev.json", "--out", "db")
        self.name = f"{self.registry.host}/team/corten-db"

    def corten(self, *words, expect=0):
        env = {k: v for k, v in os.environ.items() if not k.startswith("CORTEN_") and "proxy" not in k.lower()}
        env.update(HOME=str(self.folder), DOCKER_CONFIG=str(self.folder))
        done = subprocess.run([CORTEN, *words], capture_output=True, text=True, env=env, cwd=self.folder, timeout=120)
        self.assertEqual(done.returncode, expect, done.stderr)
        return done

    def log_in(self):
        (self.folder / "config.json").write_text(json.dumps({"auths": {self.registry.host: {"auth": PASSWORD}}}))

    def push(self, **more):
        return self.corten("db", "push", "--db", "db", "--insecure", self.name, **more).stdout.strip()

    def pull(self, name, **more):
        return self.corten("db", "pull", "--db", "pulled", "--insecure", name, **more)

    def test_what_was_pushed_is_pulled(self):
        pushed = self.push()
        manifest = json.loads(self.registry.manifests["latest"])
        self.assertEqual(pushed, f"{self.name}@{digest(self.registry.manifests['latest'])}")
        self.assertEqual(manifest["artifactType"], "application/vnd.corten.db.v1")
        self.assertEqual(manifest["layers"][0]["mediaType"], "application/vnd.corten.db.v1+zstd")
        self.assertIn("org.opencontainers.image.created", manifest["annotations"])
        for described in (manifest["config"], *manifest["layers"]):
            self.assertEqual(len(self.registry.blobs[described["digest"]]), described["size"])
        for name in (self.name, self.name + ":latest", pushed):
            self.pull(name)
            self.assertEqual((self.folder / "pulled/corten.db").read_bytes(), (self.folder / "db/corten.db").read_bytes())
        self.assertEqual(sorted(p.name for p in (self.folder / "pulled").iterdir()), ["corten.db", "update.lock"])

    def test_tokens_and_passwords_of_docker_login(self):
        for auth in ("bearer", "basic"):
            self.registry.auth = auth
            (self.folder / "config.json").unlink(missing_ok=True)
            self.push(expect=3)
            self.log_in()
            self.push()
            self.pull(self.name)
        self.assertIn("repository:team/corten-db:pull,push", self.registry.scopes)
        self.assertIn("repository:team/corten-db:pull", self.registry.scopes)

    def test_what_is_not_as_it_should_be_leaves_the_database(self):
        pushed = self.push()
        self.pull(self.name)
        before = (self.folder / "pulled/corten.db").read_bytes()
        manifest = self.registry.manifests["latest"]
        layer = json.loads(manifest)["layers"][0]["digest"]
        good = self.registry.blobs[layer]
        garbled = good[:100] + bytes([good[100] ^ 1]) + good[101:]
        for what, blob in (("garbled", garbled), ("cut", good[:-10]), ("longer", good + b"x"), ("empty", b"")):
            with self.subTest(what):
                self.registry.blobs[layer] = blob
                self.pull(self.name, expect=3)
        # Digests that fit do not help when the content is no database.
        for content in (b"no zstd at all", subprocess.run(["zstd", "-c"], input=b"no database", capture_output=True).stdout):
            other = json.loads(manifest)
            other["layers"][0].update(digest=digest(content), size=len(content))
            self.registry.blobs[digest(content)] = content
            self.registry.manifests["latest"] = json.dumps(other).encode()
            self.pull(self.name, expect=3)
        self.registry.manifests[pushed.split("@")[1]] = b"{}"
        for body in (b"{}", b"[]", b"", b"<html>", json.dumps({"layers": [{"mediaType": "image", "digest": layer}]}).encode()):
            self.registry.manifests["latest"] = body
            self.pull(self.name, expect=3)
        self.pull(pushed, expect=3)
        self.assertEqual((self.folder / "pulled/corten.db").read_bytes(), before)

    def test_what_is_absent_says_how_it_gets_there(self):
        self.assertIn("corten db push", self.pull(self.name + ":none", expect=3).stderr)

    def test_wrong_names_are_usage_errors(self):
        for name in ("team/corten-db", "UPPER.example/Team/db", "registry.example/", "registry.example/a b",
                     "registry.example/../x", "registry.example/x@sha256:1"):
            self.pull(name, expect=2)
        self.pull("registry.example/x", expect=2)  # --insecure, but not on this machine
        self.corten("db", "pull", expect=2)
        self.pull(self.name + ":absent", expect=3)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
