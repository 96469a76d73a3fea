#!/usr/bin/env python3
"""Runs the commands of the pages as they stand, in the order of the page, at a terminal.

run.py SOURCES PROGRAMS PAGE…

A block of `sh` has to end with 0. Of a block with lines that begin with "$ " each command is run,
and what it prints has to be what stands below it, but for times, numbers of processes and of ports;
"…" stands for anything. A block of `toml` has to be a right configuration. A block that is not run
says why, in a comment above it: <!-- not run: WHY -->. One whose first line is a comment with a path is that
file, and is run by nobody here. Samples in C++ and TypeScript have tests of
their own, and so have the samples of what a program prints (json, text). Of a manual page each
line of an example (.Dl) is run; there a comment is .\" not run: WHY

A comment <!-- run: COMMAND --> is run as well, and what it prints compared with nothing: it sets the
stage. There `machine NAME` starts a daemon that has seen nothing yet, with which the commands that
follow talk, and `account EMAIL JSON` gives an account its settings.

What is asked is answered as the page shows it. A stream (curl -N) is ended with Ctrl-C once it has shown what stands below it, or anything.

Each page has a home of its own, with a daemon and an emulator of the service unless the page starts
them itself, which it says on top: <!-- starts its own daemon -->.
"""

import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds, for a page
USERS = ("demo@flashback.tech", "ada@example.org", "bob@example.org")
ANSWERS = {"E-mail: ": USERS[0], "Password: ": "demo", "Which? [m/a/d/c] ": "c"}  # where none is shown
STAGE = r"""
machine() {
    local home=$HOME/machines/$1
    mkdir -p -m 700 "$home/config/settingsd" "$home/run"
    { cat "$HOME/.config/settingsd/config.toml"; echo 'server.lag_seconds = 0.01'; } \
        >"$home/config/settingsd/config.toml"
    export SETTINGSD_SOCKET=$home/run/settingsd/socket
    XDG_CONFIG_HOME=$home/config XDG_STATE_HOME=$home XDG_RUNTIME_DIR=$home/run settingsd 2>"$home/log" &
    until [ -S "$SETTINGSD_SOCKET" ]; do sleep 0.05; done
}
account() { curl -sS --insecure --noproxy '*' -X PUT --data-binary "$2" "$ADMIN/documents/$1"; }
"""
SHOWN = {"json", "text", "cpp", "ts", "cmake", "ini", "yaml"}
MARK = "\x01"
STORE = "9f86d081884c7d65"  # the number of the store on the pages; each has its own


class Block:
    def __init__(self, line, language, why_not, text):
        self.line, self.language, self.why_not, self.text = line, language, why_not, text

    def commands(self):
        """Pairs of what to type and what is printed; None for what nobody compares."""
        if self.language == "sh":
            return [(self.text, None)]
        pairs = []
        for line in self.text.splitlines():
            if line.startswith("$ "):
                pairs.append([line[2:], []])
            elif pairs:
                pairs[-1][1].append(line)
        return [(command, "\n".join(printed)) for command, printed in pairs]

    def is_a_file(self):
        return self.language != "toml" and file_of(self.text) is not None

    def is_a_session(self):
        return self.language == "" and self.text.startswith("$ ")


def file_of(text):
    """The path that a block's first line names, or the second one of a script."""
    found = re.match(r"(?:#!.*\n)?# (/\S+)\n", text)
    return found and found[1]


def is_a_stream(command):
    return " -N" in command


def examples_of(manual):
    blocks, why_not = [], None
    for number, line in enumerate(manual.read_text().splitlines(), 1):
        if line.startswith(".Dl "):
            command = line[4:].replace("\\(dq", '"') + "\n"
            blocks.append(Block(number, "sh", why_not, command))
        reason = re.fullmatch(r'\.\\" not run: (.+)', line)
        why_not = reason[1] if reason else None
    return blocks


def blocks_of(page):
    if page.suffix in (".1", ".8"):
        return examples_of(page)
    blocks, inside, why_not = [], None, None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if inside is None and line.startswith("```"):
            inside, language, first = [], line[3:], number + 1
        elif inside is not None and line == "```":
            text = "\n".join(inside) + "\n"
            blocks.append(Block(first, language, why_not, text))
            inside, why_not = None, None
        elif inside is not None:
            inside.append(line)
        elif staged := re.fullmatch(r"<!-- run: (.+) -->", line):
            blocks.append(Block(number, "sh", None, staged[1] + "\n"))
        elif reason := re.fullmatch(r"<!-- not run: (.+) -->", line):
            why_not = reason[1]
        elif line:
            why_not = None
    return blocks


def essence(text):
    """A text without what is another one each time, and however it is wrapped."""
    for pattern, word in (
        (r"\x1b\[[0-9;]*[A-Za-z]|\x03", ""),
        (r"Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", "Date: TIME"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z| [A-Z]{3,4})?", "TIME"),
        (r'"(pid|uid|inSeconds|retryInSeconds|Content-Length)":\d+', r'"\1":N'),
        (r"(Content-Length): \d+", r"\1: N"),
        (r'"clockSkewSeconds":-?\d+', '"clockSkewSeconds":N'),
        (r"\b(\d+)-[0-9a-f]{16}\b", r"\1"),
        (r"localhost:\d+", "localhost:PORT"),
        (r"curl/[\d.]+", "curl"),
        (r"\b(in )?\d+ (s|min|h)( ago)?\b|\bjust now\b", "SPAN"),
        (r"\s+", ""),
    ):
        text = re.sub(pattern, word, text)
    return text


def is_as_shown(printed, shown):
    parts = (re.escape(part) for part in essence(shown).split("…"))
    return re.fullmatch(".*".join(parts), essence(printed)) is not None


class Home:
    """What a page finds: programs on its path, and its own folders."""

    def __init__(self, sources, programs, folder):
        self.folder = pathlib.Path(folder)
        for name in ("home/.config/settingsd", "run", "tmp", "work/build/release"):
            (self.folder / name).mkdir(parents=True, mode=0o700)
        (self.folder / "work/build/release/bin").symlink_to(programs)
        self.environment = {
            "HOME": str(self.folder / "home"),
            "PATH": f"{programs}:{os.environ['PATH']}",
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "TMPDIR": str(self.folder / "tmp"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }
        self.programs = programs
        self.store = STORE
        self.started = []

    def start(self, words, **more):
        log = open(self.folder / "log", "ab")
        more = {"stdout": log} | more
        process = subprocess.Popen(
            words, env=self.environment, cwd=self.folder / "work", stderr=log, **more
        )
        self.started.append(process)
        return process

    def serve(self, with_daemon):
        emulator = self.start(
            [f"{self.programs}/flashback-emulator", "--tls-dir", str(self.folder / "tls")]
            + [word for user in USERS for word in ("--user", f"{user}:demo")],
            stdout=subprocess.PIPE,
        )
        self.service = json.loads(emulator.stdout.readline())
        self.environment["ADMIN"] = self.service["admin"]
        config = self.folder / "home/.config/settingsd"
        (config / "config.toml").write_text(
            f'server.url = "{self.service["url"]}"\nserver.ca_file = "{self.service["ca"]}"\n'
            "sync.debounce_seconds = 0.05\nsync.debounce_cap_seconds = 0.1\n"
        )
        if with_daemon:
            token = config / "token"
            token.write_text(self.service["token"])
            token.chmod(0o600)
            self.start([f"{self.programs}/settingsd"])
            socket = self.folder / "run/settingsd/socket"
            until(socket.exists)
            document = ["curl", "-si", "--unix-socket", socket, "http://localhost/settings/user"]
            head = subprocess.run(document, capture_output=True, text=True, check=True).stdout
            if tag := re.search(r'ETag: "\d+-([0-9a-f]+)"', head):
                self.store = tag[1]

    def end(self):
        for process in self.started:
            process.terminate()
            process.wait()


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("it takes too long")
        time.sleep(0.02)


def script_of(blocks, folder, store):
    """One shell for the whole page, which says before and after each command where it is."""
    lines = ["set -uo pipefail", "trap : INT", "stty -echoctl", STAGE]
    for number, block in enumerate(blocks):
        for at, (command, _) in enumerate(block.commands()):
            place = folder / f"{number}.{at}"
            place.write_text(command.replace(STORE, store))
            lines.append(f"printf '{MARK}{number}.{at}\\n'; . {place}; printf '{MARK}= %d\\n' $?")
    return "\n".join([*lines, f"printf '{MARK}end\\n'"]) + "\n"


def stream_to_end(shown, commands):
    """Where the last command is, if it is a stream that has shown what it is to show."""
    place, printed = shown.rpartition(MARK)[2].partition("\n")[::2]
    command, expected = commands.get(place, ("", None))
    if not is_a_stream(command):
        return None
    enough = bool(printed) if expected is None else is_as_shown(printed, expected)
    return place if enough else None


def answer_to(question, shown, commands):
    """What stands behind the question on the page, or what is usual."""
    place = shown.rpartition(MARK)[2].partition("\n")[0]
    _, expected = commands.get(place, ("", None))
    on_page = re.search(re.escape(question) + r"(\S+)", expected or "")
    return on_page[1] if on_page else ANSWERS[question]


def at_terminal(home, script, commands):
    """What the shell and its programs show; questions are answered, and streams ended."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(home.folder / "work")
        os.execvpe("bash", ["bash", "-c", script], home.environment)
    shown, answered, ended, deadline = b"", 0, set(), time.monotonic() + PATIENCE
    # Programs that the page has left running keep the terminal open when the shell has ended.
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.1)[0]:
            if f"{MARK}end\r\n".encode() in shown:
                break
            continue
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
        place = stream_to_end(shown.decode(errors="replace").replace("\r\n", "\n"), commands)
        if place is not None and place not in ended:
            ended.add(place)
            os.write(terminal, b"\x03")
        for question in ANSWERS:
            if shown[answered:].endswith(question.encode()):
                text = shown.decode(errors="replace").replace("\r\n", "\n")
                os.write(terminal, answer_to(question, text, commands).encode() + b"\n")
                answered = len(shown)
    else:
        print("it takes too long")
    os.killpg(pid, signal.SIGTERM)
    os.close(terminal)
    os.waitpid(pid, 0)
    return shown.decode(errors="replace").replace("\r\n", "\n")


def outcomes(shown):
    """Each place to what was printed there and the status that it ended with."""
    found = re.findall(rf"{MARK}(\d+\.\d+)\n(.*?){MARK}= (\d+)\n", shown, re.S)
    return {place: (printed, int(status)) for place, printed, status in found}


def check(page, sources, programs):
    blocks = blocks_of(page)
    wrong = []
    to_run = []
    for block in blocks:
        if block.language not in SHOWN | {"sh", "toml", ""}:
            wrong.append((block, f"nobody knows how to run {block.language}"))
        elif block.why_not is not None or block.is_a_file():
            continue
        elif block.language == "toml":
            wrong += check_configuration(block, programs)
        elif block.language == "sh" or block.is_a_session():
            to_run.append(block)
    if not to_run:
        return wrong
    with tempfile.TemporaryDirectory() as folder:
        home = Home(sources, programs, folder)
        try:
            home.serve("<!-- starts its own daemon -->" not in page.read_text())
            (home.folder / "script").mkdir()
            commands = {
                f"{number}.{at}": pair
                for number, block in enumerate(to_run)
                for at, pair in enumerate(block.commands())
            }
            shown = at_terminal(home, script_of(to_run, home.folder / "script", home.store), commands)
        finally:
            home.end()
    done = outcomes(shown)
    for number, block in enumerate(to_run):
        for at, (command, expected) in enumerate(block.commands()):
            printed, status = done.get(f"{number}.{at}", ("it was not reached", 1))
            if expected is None and status != 0 and not is_a_stream(command):
                wrong.append((block, f"{command}ends with {status}: {printed}"))
            if expected is not None and not is_as_shown(printed, expected):
                wrong.append((block, f"$ {command}\n{printed}in place of\n{expected}"))
    return wrong


def check_configuration(block, programs):
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(block.text)
        file.flush()
        checked = subprocess.run(
            [f"{programs}/settingsd", "--config", file.name, "--check-config"],
            capture_output=True,
            text=True,
        )
    return [(block, checked.stderr)] if checked.returncode else []


def main():
    sources, programs = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    failed = False
    for name in sys.argv[3:]:
        for block, what in check(sources / name, sources, programs):
            failed = True
            print(f"{name}:{block.line}: {what}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
