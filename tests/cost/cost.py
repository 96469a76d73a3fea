#!/usr/bin/env -S python3 -B
"""Counts the instructions that the real programs take for one of what they do all day.

cost.py PROGRAMS           fails where one takes a tenth more than BASELINE says, or a tenth less
cost.py PROGRAMS --renew   writes what it counts into BASELINE

Time differs from machine to machine and from moment to moment, instructions hardly: valgrind's
callgrind counts them, of all threads. What is gained is written down as well, or it could be lost
unseen.
"""
import contextlib
import http.client
import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

BASELINE = pathlib.Path(__file__).with_name("baseline.json")
MOST = 0.10
SETTINGS = {f"app{number}": {"theme": "dark", "size": number, "recent": ["a", "b", "c"]}
            for number in range(100)}
PATIENCE = 120  # seconds, for a program that starts


class Connection(http.client.HTTPConnection):
    """HTTP over the daemon's socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self.path))

    def ask(self, method, target, body=None, **headers):
        self.request(method, target, body and json.dumps(body), headers)
        answer = self.getresponse()
        text = answer.read()
        if answer.status != 200:
            sys.exit(f"{method} {target}: {answer.status} {text.decode()}")


@contextlib.contextmanager
def running(*command, **options):
    program = subprocess.Popen(list(map(str, command)), **options)
    try:
        yield program
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait()


def wait_for(found, what):
    for _ in range(PATIENCE * 20):
        if found():
            return
        time.sleep(0.05)
    sys.exit(f"{what} does not come")


def counted(file):
    """Instructions that a dump of callgrind's tells of."""
    return int(re.search(r"^(?:totals|summary): (\d+)", file.read_text(), re.MULTILINE)[1])


def under_callgrind(folder, *command):
    return ("valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={folder}/counted",
            *command)


class Daemon:
    """One under callgrind, with a store of its own and the settings above."""

    def __init__(self, programs, folder, configuration):
        self.folder, self.dumps = folder, 0
        (folder / "config.toml").write_text(f"""
            store.directory = "{folder}"
            socket.path = "{folder}/socket"
            log.level = "warn"
            {configuration}""")
        self.command = under_callgrind(folder, programs / "settingsd", "--config", folder / "config.toml")

    @contextlib.contextmanager
    def serving(self):
        with running(*self.command, env={"HOME": str(self.folder)}) as self.program:
            wait_for(self.has_begun, "the daemon's socket")
            self.connection = Connection(self.folder / "socket")
            self.connection.ask("PUT", "/settings/user", SETTINGS)
            yield self

    def has_begun(self):
        if self.program.poll() is not None:
            sys.exit("the daemon has ended")
        return (self.folder / "socket").exists()

    def cost(self, times, do):
        """What one costs, once the first few have warmed up all that is kept."""
        first = 5 + times // 10
        for number in range(first):
            do(number)
        self.dump()
        for number in range(first, first + times):
            do(number)
        return self.dump() // times

    def dump(self):
        """What was counted since the last one."""
        self.dumps += 1
        subprocess.run(["vgdb", f"--pid={self.program.pid}", "dump"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return counted(self.folder / f"counted.{self.dumps}")


def costs_of_the_local_side(programs, folder):
    with Daemon(programs, folder, "").serving() as daemon:
        ask = daemon.connection.ask
        yield "edit", daemon.cost(
            300, lambda number: ask("PUT", "/settings/user", {"app7": {"size": number}}))
        yield "get of one setting", daemon.cost(300, lambda _: ask("GET", "/v1/settings/app7.theme"))
        yield "get of all settings", daemon.cost(300, lambda _: ask("GET", "/settings/user"))
        yield "get from the mapped file", cost_of_a_mapped_get(programs, folder)


def cost_of_a_mapped_get(programs, folder):
    """By the C header, without the program that does it."""
    few, many = (count_of_mapped_gets(programs, folder, times) for times in (10, 10_010))
    return (many - few) // 10_000


def count_of_mapped_gets(programs, folder, times):
    reader = folder / "reader"
    reader.mkdir(exist_ok=True)
    subprocess.run(list(map(str, under_callgrind(
        reader, programs / "settings-reader", f"{folder}/socket.snapshot", "get", "app7.size", times))),
        check=True, stdout=subprocess.DEVNULL)
    return counted(reader / "counted")


def costs_of_the_sync(programs, folder):
    emulator = running(programs / "flashback-emulator", "--tls-dir", folder, stdout=subprocess.PIPE)
    with emulator as service:
        ready = json.loads(service.stdout.readline())
        token = folder / "token"
        token.write_text(ready["token"])
        token.chmod(0o600)
        configuration = f"""
            server = {{ url = "{ready['url']}", ca_file = "{ready['ca']}" }}
            credentials.token_file = "{token}"
            sync = {{ debounce_seconds = 0.01, budget_interval_seconds = 1 }}
            """
        with Daemon(programs, folder, configuration).serving() as daemon:
            ask = daemon.connection.ask
            yield "edit and its round of the sync", daemon.cost(
                10, lambda number: ask("PUT", "/settings/user", {"app7": {"size": number}},
                                       Prefer="wait=60"))


def count(programs):
    found = {}
    for costs in (costs_of_the_local_side, costs_of_the_sync):
        with tempfile.TemporaryDirectory(prefix="cost.") as folder:
            found.update(costs(programs, pathlib.Path(folder)))
    return found


def is_as_before(found):
    baseline = json.loads(BASELINE.read_text())
    print(f"{'instructions':>12} {'before':>12} {'change':>8}")
    same = True
    for name, before in baseline.items():
        change = found[name] / before - 1
        is_same = abs(change) <= MOST
        print(f"{found[name]:12,} {before:12,} {change:+8.1%}  {name}{'' if is_same else '  <- changed'}")
        same = same and is_same
    return same


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    found = count(programs)
    if sys.argv[2:] == ["--renew"]:
        BASELINE.write_text(json.dumps(found, indent=2) + "\n")
        return 0
    if is_as_before(found):
        return 0
    print("cost: where that is what the change is worth, commit new figures with it: script/cost --renew")
    return 1


if __name__ == "__main__":
    sys.exit(main())
