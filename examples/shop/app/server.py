"""The shop: says what it sells. An example; see the README one folder up."""
from http.server import BaseHTTPRequestHandler, HTTPServer


class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"iron oxide, 2 a bag\n")


HTTPServer(("0.0.0.0", 8080), Shop).serve_forever()
