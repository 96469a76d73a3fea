#!/usr/bin/python3 -B
"""Foreign HTTP clients at the daemon's socket: each does what an app does, and has to see the same.

run.py PROGRAMS CLIENT

A client is a small program in this folder that uses one library or command as its users do. SOCKET in
its environment says where to connect, or BASE, the same as an address, for one that knows no Unix
sockets. On its standard input stands line by line what to do:

    METHOD PATH [BODY]   a request; one line comes back: STATUS BODY
    AGAIN PATH           three GETs, on one connection where it can keep one; three lines
    WATCH PATH           a stream: a line once it has begun, and then those that come

Each has a service and a daemon of its own. "nginx" and "haproxy" are curl with that proxy in front of
the socket. "browser" are the requests that Chromium sent for a web page (requests/), and "chromium" is
the real one with that page; `--capture` as a third word writes its requests down anew.

Ends with 77 and a sentence where the client is not installed. With CLIENTS=required in the environment
that is a failure, but for Go and Chromium, which are too large for it.
"""

import contextlib
import importlib.util
import itertools
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import chromium
from bridge import Bridge

FOLDER = pathlib.Path(__file__).resolve().parent
EXAMPLES = FOLDER.parent.parent / "examples"
PATIENCE = 90  # seconds, for all of it
SKIPPED = 77
USER = "demo@flashback.tech"
SETTINGS = {"notifications": {"email": True, "push": True}, "theme": "dark"}

os.environ["PATH"] += ":/usr/sbin"  # where nginx and haproxy are


# Clients -----------------------------------------------------------------------------------------


def is_command(name):
    return shutil.which(name) is not None


def is_module(name):
    return importlib.util.find_spec(name) is not None


def is_of_npm(name):
    return is_command("node") and (FOLDER / "node_modules" / name).is_dir()


def command(name, words, package=None, **more):
    return Client(words, is_command(name), f"script/setup {package or name}", **more)


def module(name, script, package):
    return Client(["/usr/bin/python3", "-B", script], is_module(name), f"script/setup {package}")


def of_npm(name, **more):
    return Client(["node", f"{name}.mjs"], is_of_npm(name), "npm --prefix tests/foreign ci", **more)


class Client:
    """How it is started, and what is special about it."""

    def __init__(self, words, is_there, install, *, by_address=False, watches=False, large=False):
        self.words, self.is_there, self.install = words, is_there, install
        self.by_address = by_address  # knows no Unix sockets
        self.watches = watches  # does nothing else, and comes back by itself
        self.large = large


CLIENTS = {
    "curl": command("curl", ["bash", "curl.sh"]),
    "wget": command("wget", ["bash", "wget.sh"], by_address=True),
    "node-http": command("node", ["node", "node-http.mjs"], "nodejs"),
    "undici": of_npm("undici"),
    "axios": of_npm("axios"),
    "got": of_npm("got"),
    "eventsource": of_npm("eventsource", watches=True),
    "http.client": module("http.client", "http_client.py", "python3"),
    "aiohttp": module("aiohttp", "aiohttp_client.py", "python3-aiohttp"),
    "httpx": module("httpx", "httpx_client.py", "python3-httpx"),
    "requests_unixsocket": module(
        "requests_unixsocket", "requests_unixsocket_client.py", "python3-requests-unixsocket"
    ),
    "go": command("go", ["go", "run", "go/client.go"], "golang-go", large=True),
    "nginx": command("nginx", ["bash", "curl.sh"], "nginx-light"),
    "haproxy": command("haproxy", ["bash", "curl.sh"]),
    "browser": Client([], True, None),
    "chromium": command("chromium", [], large=True),
}


# Where it is tried -------------------------------------------------------------------------------


class Home:
    """A service, and a daemon that is in step with it."""

    def __init__(self, programs, folder, finally_):
        self.programs, self.folder, self.finally_ = programs, pathlib.Path(folder), finally_
        self.socket = self.folder / "run/socket"
        self.environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "SETTINGSD_SOCKET": str(self.socket),
            "GOCACHE": str(self.folder / "go"),
            "GO111MODULE": "off",
        }  # and nothing of a session's, nor a proxy
        self.service = self.serve()
        self.administer("PUT", f"documents/{USER}", SETTINGS)
        self.daemon = self.start_daemon()
        self.settingsctl("sync", "--wait", "30")

    def start(self, words, **more):
        """Starts a program that ends with this one at the latest."""
        more = {"stdout": subprocess.DEVNULL, "text": True, "env": self.environment} | more
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, words)], **more)
        self.finally_.callback(process.wait)
        self.finally_.callback(process.kill)
        return process

    def serve(self):
        words = [self.programs / "flashback-emulator", "--tls-dir", self.folder / "tls"]
        words += ["--token-file", self.folder / "token"]
        return json.loads(self.start(words, stdout=subprocess.PIPE).stdout.readline())

    def administer(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.service['admin']}/{path}", body and json.dumps(body).encode(), method=method
        )
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.service["ca"])),
        )
        return json.load(opener.open(request))

    def start_daemon(self):
        config = self.folder / "config.toml"
        config.write_text(
            f'server.url = "{self.service["url"]}"\n'
            f'server.ca_file = "{self.service["ca"]}"\n'
            f'credentials.token_file = "{self.folder}/token"\n'
            f'store.directory = "{self.folder}/state"\n'
            f'socket.path = "{self.socket}"\n'
            "sync.debounce_seconds = 0.05\n"
        )
        with open(self.folder / "log", "a") as log:
            daemon = self.start([self.programs / "settingsd", "--config", config], stderr=log)
        until(lambda: accepts(self.socket), daemon)
        return daemon

    def restart_daemon(self):
        self.daemon.kill()
        self.daemon.wait()
        self.daemon = self.start_daemon()

    def settingsctl(self, *words):
        words = [self.programs / "settingsctl", *words]
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"settingsctl {' '.join(words[1:])}: {done.stdout}{done.stderr}")
        return done.stdout

    def start_nginx(self):
        door = self.folder / "nginx"
        config = self.example("nginx.conf", f"unix:{door}")
        words = ["nginx", "-e", "stderr", "-p", self.folder, "-c", config]
        # As one process, which stays who it is, also where root runs it.
        proxy = self.start([*words, "-g", "daemon off; master_process off;"])
        until(lambda: accepts(door), proxy)
        return door

    def start_haproxy(self):
        door = self.folder / "haproxy"
        config = self.example("haproxy.cfg", f"unix@{door}")
        proxy = self.start(["haproxy", "-q", "-f", config])
        until(lambda: accepts(door), proxy)
        return door

    def example(self, name, listen):
        """An example's configuration, but for the two addresses."""
        text = (EXAMPLES / name).read_text().replace("127.0.0.1:8080", listen)
        file = self.folder / name
        file.write_text(text.replace("/run/user/1000/settingsd/socket", str(self.socket)))
        return file


def accepts(path):
    with socket.socket(socket.AF_UNIX) as attempt:
        return attempt.connect_ex(str(path)) == 0


def until(condition, process):
    while not condition():
        if process.poll() is not None:
            raise RuntimeError(f"{process.args[3]} ended with {process.returncode}")
        time.sleep(0.01)


FRONTS = {"nginx": Home.start_nginx, "haproxy": Home.start_haproxy}


class App:
    """A client as a process that does what it is told."""

    def __init__(self, home, client, address):
        where = {"SOCKET": str(address)}
        if client.by_address:
            where = {"BASE": "http://%s:%d" % address}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = home.start(client.words, cwd=FOLDER, env=home.environment | where, **pipes)

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def line(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the client ended with {self.process.wait()}")
        return line.rstrip("\n")

    def answer(self):
        status, body = self.line().split(" ", 1)
        return int(status), json.loads(body)

    def ask(self, line):
        self.tell(line)
        return self.answer()

    def next_change(self):
        """What the next event says of the settings."""
        while not (line := self.line()).startswith("data: "):
            pass
        return json.loads(line.removeprefix("data: "))["changes"]


# What it does ------------------------------------------------------------------------------------


def done(revision, what):
    return 200, {"success": True, "message": f"User settings {what} successfully", "revision": revision}


def refused(status, message):
    return status, {"success": False, "message": message}


def deeds(home, app):
    """Pairs of what came of each deed, and what has to."""
    document = {"success": True, "settings": SETTINGS}
    yield app.ask("GET /settings/user"), (200, document)

    partial = '{"größe":{"文字":14},"theme":"light"}'
    yield app.ask(f"PUT /settings/user {partial}"), done(2, "partially updated")
    value = {"success": True, "path": "größe.文字", "value": 14, "revision": 2}
    yield app.ask("GET /v1/settings/größe/文字"), (200, value)

    keys = '{"keys":["notifications.push","größe"]}'
    yield app.ask(f"DELETE /settings/user {keys}"), done(3, "keys deleted")
    left = {"notifications": {"email": True}, "theme": "light"}
    yield app.ask("GET /settings/user"), (200, {"success": True, "settings": left})

    nowhere = refused(404, 'no setting has the path "nope"')
    yield app.ask("GET /v1/settings/nope"), nowhere
    no_object = refused(400, 'the body is of type array; send an object: {"theme":"dark"}')
    yield app.ask("PUT /settings/user [1]"), no_object
    yield app.ask("GET /settings/user"), (200, {"success": True, "settings": left})

    home.settingsctl("sync", "--wait", "30")
    yield home.administer("GET", "documents")[USER], left


def keeping_alive(app, bridge):
    app.tell("AGAIN /v1/settings/theme")
    for _ in range(3):
        status, body = app.answer()
        yield (status, body.get("value")), (200, "light")
    yield len(bridge.connections), 1


def watching(home, app, comes_back):
    """`comes_back`: by itself, and has missed nothing."""
    app.tell("WATCH /v1/watch")
    app.line()
    for volume in range(3):
        home.settingsctl("set", f"volume={volume}")
        yield [change["new"] for change in app.next_change()], [volume]
        if comes_back:
            home.restart_daemon()


def attempts(home, door):
    """What Chromium sent for a web page is refused; what a person typed is answered."""
    document = home.settingsctl("get")
    for file in sorted(chromium.REQUESTS.iterdir()):
        right = 200 if file.stem == chromium.TYPED else 403
        yield (file.stem, status_of(door, file.read_bytes())), (file.stem, right)
    yield home.settingsctl("get"), document


def literal_path(home, door):
    """A proxy that decodes a path, or cleans it up, leads to another setting, or to none."""
    home.settingsctl("set", "/a~1b=1")
    yield status_of(door, b"GET /v1/settings/%2Fa~1b HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200


def status_of(door, request):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(door))
        connection.sendall(request)
        return int(connection.recv(64).split()[1])


def bridged(home, client, door):
    return Bridge(door, ("127.0.0.1", 0) if client.by_address else str(home.folder / "bridge"))


def all_deeds(home, client, door):
    with bridged(home, client, door) as bridge:
        address = bridge.server_address if client.by_address else door
        if not client.watches:
            yield from deeds(home, App(home, client, address))
        yield from watching(home, App(home, client, address), comes_back=client.watches)
    if not client.watches:
        with bridged(home, client, door) as bridge:
            yield from keeping_alive(App(home, client, bridge.server_address), bridge)


def trial(home, name, client):
    if name == "chromium":
        return chromium.trial(home, home.socket, capture="--capture" in sys.argv)
    if name == "browser":
        return attempts(home, home.socket)
    if name not in FRONTS:
        return all_deeds(home, client, home.socket)
    door = FRONTS[name](home)
    return itertools.chain(
        attempts(home, door), all_deeds(home, client, door), literal_path(home, door)
    )


def main():
    programs, name = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    client = CLIENTS[name]
    if not client.is_there:
        print(f"{name} is not installed: {client.install}")
        required = os.environ.get("CLIENTS") == "required" and not client.large
        sys.exit(1 if required else SKIPPED)
    signal.signal(signal.SIGALRM, too_late)
    signal.alarm(PATIENCE)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as at_end:
        home = Home(programs, folder, at_end)
        wrong = [pair for pair in trial(home, name, client) if pair[0] != pair[1]]
    for seen, right in wrong:
        print(f"{name}: {seen}\nin place of {right}")
    sys.exit(bool(wrong))


def too_late(*_):
    raise TimeoutError(f"not within {PATIENCE} s")


main()
