#!/usr/bin/env -S python3 -B
"""A newcomer's first hour on a bare Debian, typed line by line at a real terminal.

first_hour.py PACKAGES ROOT            has apt install the packages in the root
first_hour.py --source CLONE ROOT      builds a clone of the source there

In mounts of its own, as bare_root.sh has them. Prints what the terminal showed, with most of what apt says left out.
Fails where a line fails, or does not show what the newcomer is promised.
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time

PATIENCE = 3600  # seconds, for a machine that has to get and build everything
PROMPT = re.compile(r"\[(\d+)\] \$ $")


class Terminal:
    """A shell in the root, at a terminal of 100 columns."""

    def __init__(self, root):
        self.text = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chroot(root)
            os.chdir("/root")
            environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "TERM": "dumb",
                           "LC_ALL": "C.UTF-8", "COLUMNS": "100", "PS1": "[$?] $ ",
                           "DEBIAN_FRONTEND": "noninteractive"}
            if os.path.exists("/etc/apt/machine.crt"):  # authorities of the machine's company, for npm as for apt
                environment["NODE_EXTRA_CA_CERTS"] = "/etc/apt/machine.crt"
            os.execve("/bin/bash", ["bash", "--norc", "--noediting"], environment)
        self.expect(PROMPT)

    def read(self):
        readable, _, _ = select.select([self.fd], [], [], 0.2)
        if readable:
            try:
                self.text += os.read(self.fd, 65_536).decode(errors="replace").replace("\r\n", "\n")
            except OSError:
                sys.exit("the terminal is closed:\n" + self.text)

    def expect(self, pattern, begin=0):
        """The match behind `begin`, once it is there."""
        deadline = time.monotonic() + PATIENCE
        while not (found := re.compile(pattern).search(self.text, begin)):
            if time.monotonic() > deadline:
                sys.exit(f"{pattern} does not come:\n{self.text}")
            self.read()
        return found

    def type(self, line, *promises, answers=()):
        """Types a line; what it shows has to match the promises. `answers` are questions with what is typed then."""
        begin = len(self.text)
        os.write(self.fd, (line + "\n").encode())
        for question, answer in answers:
            self.expect(question, begin)
            os.write(self.fd, (answer + "\n").encode())
        status = self.expect(r"\n" + PROMPT.pattern, begin)[1]
        shown = self.text[begin:]
        for promise in promises:
            if not re.search(promise, shown):
                sys.exit(f"{line}: shows no {promise}:\n{self.text}")
        if status != "0":
            sys.exit(f"{line}: status {status}\n{self.text}")
        return shown

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def line_on_screen(line):
    """What stays of a line that was written over."""
    return re.sub(r"\x1b\[[\d;]*[Km]", "", line.rstrip("\r").split("\r")[-1])


def shown(text):
    """As a person reads it: without the statuses, and of what apt says the beginning and the end."""
    told = []
    for step in re.split(r"(?=^\[\d+\] \$ )", text, flags=re.MULTILINE):
        lines = list(map(line_on_screen, re.sub(r"^\[\d+\] (?=\$ )", "", step).split("\n")))
        if lines[0].startswith("$ apt") and len(lines) > 8:
            lines[3:-3] = [f"… {len(lines) - 6} lines …"]
        told.append("\n".join(lines))
    return "".join(told)


def live_with_packages(terminal):
    """With the service of the package settingsd-emulator."""
    terminal.type("apt install --yes ./settingsd_*.deb ./settingsd-emulator_*.deb",
                  r"Setting up settingsd \(|is already the newest")
    terminal.type("flashback-emulator --try > lines &")
    live(terminal)


def live_from_source(terminal):
    """With nothing but the source."""
    terminal.type("apt install --yes git", "git")
    terminal.type("git clone -q /mnt settingsd && cd settingsd")
    terminal.type("script/demo", "nothing is lost")
    terminal.type("script/try > lines &")
    live(terminal)


def live(terminal):
    """README's first hour."""
    terminal.type("until grep -q tail lines; do sleep 0.1; done; head -n 8 lines", "export SETTINGSD_SOCKET=")
    terminal.type("$(grep -o 'export .*' lines)")
    terminal.type("settingsctl set theme=dark panel.position=top")
    terminal.type("settingsctl sync --wait 30")
    terminal.type("settingsctl get", "dark")
    terminal.type("settingsctl status", "synced\n", "Account +demo@flashback.tech")
    terminal.type("settingsctl login", "demo@flashback.tech",
                  answers=(("E-mail", "demo@flashback.tech"), ("Password", "demo")))
    terminal.type("settingsctl set theme=light volume=0.5")
    terminal.type("settingsctl explain theme", "theme: ")
    terminal.type("settingsctl log", "theme: .dark. -> .light.")
    terminal.type("settingsctl undo", "theme")
    terminal.type("settingsctl get theme", "dark")
    terminal.type("settingsctl doctor", "login")
    terminal.type("kill %1; wait", "")


def main():
    what, root = map(pathlib.Path, sys.argv[-2:])
    is_source = sys.argv[1] == "--source"
    for package in what.glob("settingsd*_*.deb"):
        shutil.copy(package, root / "root")
    if is_source:
        shutil.copytree(what, root / "mnt", dirs_exist_ok=True)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    subprocess.run(["mount", "--bind", "/dev", root / "dev"], check=True)
    terminal = Terminal(root)
    try:
        (live_from_source if is_source else live_with_packages)(terminal)
    finally:
        terminal.close()
    print(shown(terminal.text))


main()
