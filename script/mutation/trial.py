"""Tries changes: a copy of the tree, programs with a changed file in them, and what they say."""
import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

SIMULATED = ("model", "store", "sync/engine", "daemon/effects")
SIMULATION = ("--runs", "200", "--days", "3", "--jobs", "1")

# The object gets no code of the headers' templates.
LIGHT = ("-fno-implicit-templates", "-fno-implicit-inline-templates")


def programs_of(module):
    """The programs that test a folder, with their arguments."""
    programs = {f"{module.replace('/', '_')}_tests": ("--gtest_fail_fast", "--gtest_brief=1")}
    return {**programs, "simulate": SIMULATION} if module in SIMULATED else programs


def processor_seconds():
    """Of all programs that were run so far."""
    times = os.times()
    return times.children_user + times.children_system


class Sessions:
    """Runs programs, each as the leader of a session that ends with it."""

    def __init__(self):
        self.lock, self.leaders, self.is_over = threading.Lock(), set(), False

    def run(self, *command, folder, log=os.devnull, seconds=86400):
        """The exit status; nothing after so many seconds in which this process ran itself."""
        with open(log, "w", encoding="utf-8") as printed, self.lock:
            if self.is_over:
                raise InterruptedError
            leader = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=printed,
                                      stderr=printed, start_new_session=True)
            self.leaders.add(leader)
        try:
            for _ in range(int(seconds)):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    return leader.wait(1)
            return None
        finally:
            self.kill(leader)
            leader.wait()
            with self.lock:
                self.leaders.discard(leader)

    @staticmethod
    def kill(leader):
        subprocess.run(["pkill", "-KILL", "--session", str(leader.pid)], check=False)

    def end(self):
        with self.lock:
            self.is_over = True
            for leader in self.leaders:
                self.kill(leader)


class Copy:
    """A copy of the tree, built, in which changed files are compiled and linked."""

    def __init__(self, root, sessions):
        self.root, self.sessions = root, sessions
        self.tree, self.built = f"{root}/tree", f"{root}/tree/build/release"

    def make(self, programs):
        files = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                               stdout=subprocess.PIPE, text=True, check=True).stdout.split("\0")
        for name in filter(os.path.isfile, files):
            os.makedirs(os.path.dirname(f"{self.tree}/{name}"), exist_ok=True)
            shutil.copy2(name, f"{self.tree}/{name}")
        # What the compiler cache knows of the tree serves its copy as well.
        os.environ.update(CCACHE_BASEDIR=self.tree, CCACHE_NOHASHDIR="1")
        # Each file is compiled by itself here, and not as a part of several.
        self.must("cmake", "--preset", "release", "-DCMAKE_UNITY_BUILD=OFF")
        self.must("cmake", "--build", "--preset", "release", "--target", *programs)
        with open(f"{self.built}/compile_commands.json", encoding="utf-8") as file:
            self.compilers = {entry["file"]: shlex.split(entry["command"]) for entry in json.load(file)}
        self.linkers = {program: self.linker(program) for program in programs}

    def must(self, *command):
        log = f"{self.root}/log"
        if self.sessions.run(*command, folder=self.tree, log=log) != 0:
            with open(log, encoding="utf-8", errors="replace") as file:
                sys.exit("".join(file.readlines()[-40:]) + f"mutants: {' '.join(command)} failed")

    def linker(self, program):
        """The words before and after the program's name."""
        steps = subprocess.run(["ninja", "-C", self.built, "-t", "commands", f"bin/{program}"],
                               stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
        words = shlex.split(steps[-1].split(" && ")[1])
        output = words.index("-o") + 1
        return words[:output], words[output + 1:]

    def compile(self, path, *further):
        """As the build does it, but without optimisation, and with another input and output."""
        words = self.compilers[f"{self.tree}/{path}"]
        words = words[words[0].endswith("ccache"):words.index("-o")]
        return self.sessions.run(*words, "-O0", "-g0", "-w", *further,
                                 folder=self.built, seconds=300) == 0

    def link(self, program, result, *objects):
        """Ahead of the libraries, so that their own member is never taken."""
        before, after = self.linkers[program]
        return self.sessions.run(*before, result, *objects, *after, "-s", folder=self.built) == 0


class Trial:
    """Tries the changes of one file.

    Most of a compilation goes into headers and templates. So the headers are compiled once; and the
    templates are taken from the object of the unchanged file, where that has all of them: its own
    functions are made weak, and give way to those of the changed file.
    """

    def __init__(self, copy, source):
        self.copy, self.source = copy, source
        self.folder = tempfile.mkdtemp(dir=copy.root)
        self.headers, self.original = f"{self.folder}/headers.h", f"{self.folder}/original.o"
        self.programs = programs_of(os.path.dirname(source.path))
        self.ways = ((),) if re.search(r"\btemplate\b", source.text) else (LIGHT, ())
        self.seconds = dict.fromkeys(self.programs, 60)

    def prepare(self):
        with open(self.headers, "w", encoding="utf-8") as file:
            file.writelines(re.findall(r"^#include.*\n", self.source.text, re.MULTILINE))
        path = self.source.path
        self.copy.compile(path, "-x", "c++-header", "-o", f"{self.headers}.gch", "-c", self.headers)
        self.copy.compile(path, "-o", self.original, "-c", f"{self.copy.tree}/{path}")
        subprocess.run(["objcopy", "--weaken", self.original], check=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            way = self.build(self.source.text, folder)
            if way is None:
                sys.exit(f"mutants: {path} cannot be compiled and linked by itself")
            self.ways = self.ways[self.ways.index(way):]
            for program in self.programs:
                start = processor_seconds()
                if not self.passes(program, folder):
                    sys.exit(f"mutants: {program} fails without any change")
                self.seconds[program] = processor_seconds() - start

    def build(self, text, folder):
        """The way in which it could be compiled and linked with the unit tests, if any."""
        with open(f"{folder}/changed.cpp", "w", encoding="utf-8") as file:
            file.write(text)
        for way in self.ways:
            if not self.copy.compile(self.source.path, *way, "-include", self.headers,
                                     "-o", f"{folder}/changed.o", "-c", f"{folder}/changed.cpp"):
                return None
            if self.link(next(iter(self.programs)), folder):
                return way
        return None

    def link(self, program, folder):
        result = f"{folder}/{program}"
        return os.path.exists(result) or self.copy.link(program, result, f"{folder}/changed.o",
                                                        self.original)

    def passes(self, program, folder):
        seconds = self.seconds[program]
        return self.link(program, folder) and self.copy.sessions.run(
            "prlimit", "--core=0", "--as=4294967296", f"--cpu={int(5 + 5 * seconds)}",
            "env", f"TMPDIR={folder}", f"{folder}/{program}", *self.programs[program],
            folder=folder, seconds=120 + 20 * seconds) == 0

    def outcome(self, change):
        with tempfile.TemporaryDirectory(dir=self.folder, ignore_cleanup_errors=True) as folder:
            if self.build(self.source.with_change(change), folder) is None:
                return "not built"
            passed = all(self.passes(program, folder) for program in self.programs)
            return "survived" if passed else "noticed"
