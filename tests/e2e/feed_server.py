"""A web server on loopback that publishes feeds as their upstreams do, with entity tags, ranges and
faults on request. Used by tests; counts what it sends."""

import hashlib
import http.server
import threading
import urllib.parse


class Fault:
    """What happens once to a request: a status, or the connection cut after some bytes of the body."""

    def __init__(self, status=None, headers=None, cut_after=None):
        self.status = status
        self.headers = headers or {}
        self.cut_after = cut_after


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server.feeds
        path = urllib.parse.unquote(self.path)
        with server.lock:
            fault = server.faults.get(path, [None]).pop(0) if server.faults.get(path) else None
            content = server.files.get(path)
        if fault and fault.status:
            self.answer(fault.status, fault.headers, b"not now", path)
        elif content is None:
            self.answer(404, {}, b"no such file", path)
        else:
            self.send_file(path, content, fault)

    def send_file(self, path, content, fault):
        tag = '"%s"' % hashlib.sha256(content).hexdigest()[:16]
        headers = {"ETag": tag, "Accept-Ranges": "bytes"}
        if self.headers.get("If-None-Match") == tag:
            self.answer(304, headers, b"", path)
            return
        status, body = 200, content
        wanted = self.headers.get("Range", "")
        if wanted.startswith("bytes=") and self.headers.get("If-Range", tag) == tag:
            first, last = wanted[6:].split("-")
            first, last = int(first), min(int(last) if last else len(content) - 1, len(content) - 1)
            if first >= len(content):
                self.answer(416, headers, b"", path)
                return
            status, body = 206, content[first : last + 1]
            headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        cut = fault.cut_after if fault else None
        self.answer(status, headers, body, path, cut)

    def answer(self, status, headers, body, path, cut=None):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        body = body if cut is None else body[:cut]
        self.wfile.write(body)
        self.wfile.flush()
        if cut is not None:
            self.close_connection = True
        with self.server.feeds.lock:
            self.server.feeds.requests.append((path, status, len(body), self.headers.get("Range", "")))


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # clients that go away in the middle are part of the tests


class FeedServer:
    def __init__(self):
        self.files = {}
        self.faults = {}
        self.requests = []
        self.lock = threading.Lock()
        self.http = QuietServer(("127.0.0.1", 0), Handler)
        self.http.feeds = self
        self.url = "http://127.0.0.1:%d" % self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def take_requests(self):
        with self.lock:
            requests, self.requests = self.requests, []
        return requests

    def close(self):
        self.http.shutdown()
        self.http.server_close()
