"""The real Chromium, with a page of another site that wants the settings through a bridge."""

import http.server
import json
import pathlib
import queue
import re
import subprocess
import threading

from bridge import Bridge

FOLDER = pathlib.Path(__file__).resolve().parent
REQUESTS = FOLDER / "requests"
TYPED = "get-v1-settings-theme-navigate-document-none"  # the request for an address that a person typed


class Page(http.server.BaseHTTPRequestHandler):
    """Serves page.html; what it posts goes to `server.reports`."""

    def do_GET(self):
        text = (FOLDER / "page.html").read_text().replace("PORT", str(self.server.bridge_port))
        self.answer("text/html; charset=utf-8", text.encode())

    def do_POST(self):
        report = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer("text/plain", b"")
        self.server.reports.put(json.loads(report))

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def words_for(home, *more):
    # As root, as in a container, Chromium has no sandbox.
    options = ["--headless", "--disable-gpu", "--no-sandbox", "--no-proxy-server"]
    return ["chromium", *options, f"--user-data-dir={home.folder}/chromium", *more]


def typed(home, port):
    """What a person sees who types the address."""
    words = words_for(home, "--dump-dom", f"http://127.0.0.1:{port}/v1/settings/theme")
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def report_of_page(home, port):
    """What the page got to see."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.bridge_port, server.reports = port, queue.Queue()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    rules = "--host-resolver-rules=MAP *.example 127.0.0.1"
    page = f"http://site.example:{server.server_port}/"
    words = words_for(home, rules, "--remote-debugging-port=0", page)
    browser = home.start(words, stderr=subprocess.DEVNULL)
    report = server.reports.get()
    browser.kill()
    server.shutdown()
    return report


def name_of(head):
    """What a request is, in the words of its first line and of its Sec-Fetch fields."""
    method, path = head.split(" ")[:2]
    field = dict(re.findall(r"^Sec-Fetch-(\w+): ([\w-]+)\r$", head, re.M))
    kind = [field[each] for each in ("Mode", "Dest", "Site") if each in field]
    if not kind:  # no such fields go to a WebSocket, nor to a name that is not known to be this machine
        kind = ["websocket" if "\r\nUpgrade: websocket\r\n" in head else "rebound"]
    return "-".join([method.lower(), *re.findall(r"\w+", path.partition("?")[0]), *kind])


def requests_on(said):
    """The requests of a connection, each under its name."""
    first_line = r"^(?=(?:GET|PUT|POST|OPTIONS) /\S* HTTP/1\.1\r\n)"
    texts = re.split(first_line, said.decode(), flags=re.M)[1:]
    return {name_of(text): text for text in texts}


def statuses_on(told):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", told)]


def write_down(connections):
    for file in REQUESTS.iterdir():
        file.unlink()
    for said, _ in connections:
        for name, text in requests_on(said).items():
            if "favicon" in name:  # asked for by the browser itself
                continue
            anonymous = re.sub(r"(127\.0\.0\.1|\w+\.example):\d+", r"\1:8080", text)
            (REQUESTS / f"{name}.http").write_bytes(anonymous.encode())


def trial(home, door, capture):
    """Pairs of what Chromium did, and what it has to. `capture`: writes its requests down."""
    document = home.settingsctl("get")
    with Bridge(door, ("127.0.0.1", 0)) as person, Bridge(door, ("127.0.0.1", 0)) as page:
        yield '"value":"dark"' in typed(home, person.server_address[1]), True
        report = report_of_page(home, page.server_address[1])
    yield [name for name, seen in report.items() if "dark" in seen or seen == "open"], []
    requests = [name for said, _ in page.connections for name in requests_on(said)]
    statuses = [status for _, told in page.connections for status in statuses_on(told)]
    yield len(requests) >= len(report), True
    yield statuses, [403] * len(requests)
    yield home.settingsctl("get"), document
    if capture:
        write_down([person.connections[0], *page.connections])
