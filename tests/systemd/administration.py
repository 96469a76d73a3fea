#!/usr/bin/python3 -B
"""Does what docs/administration.md says, on a machine of its own (guest.sh), and looks at what came of it.

administration.py SOURCES PROGRAMS PACKAGES PART

Lays each file of the page at its path and runs its commands as root, in the order of the page. PART is
"page" for that; "exporter", where Debian's node_exporter is then to serve what the page's timer has
collected; or "prometheus", where Debian's Prometheus is to get it from there, and to judge it by the page's
rules.

Ends with 77 and a sentence where a program is not installed. With CLIENTS=required in the environment that
is a failure, but for Prometheus, which is too large for it.
"""

import json
import os
import pathlib
import pwd
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SOURCES, PROGRAMS, PACKAGES = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
PART = sys.argv[4]
sys.path.insert(0, str(SOURCES / "tests/pages"))
import run as pages  # noqa: E402

PAGE = SOURCES / "docs/administration.md"
HERE = "administration.py does"  # why the others do not run a block
FLEET = pathlib.Path("/root/fleet")
COLLECTED = pathlib.Path("/var/lib/prometheus/node-exporter/settingsd.prom")
PEOPLE = ("ada", "bob")
KIOSK_SOCKET = "/run/settingsd/kiosk/socket"
PATIENCE = 60  # seconds, for what should be there soon
SKIPPED = 77
RUNS = 'PATH=/usr/local/sbin:$PATH; sudo() { "$@"; }\n'  # as root has it, who needs no sudo


def fail(what):
    sys.exit(f"administration.md: {what}")


def check(holds, what):
    if not holds:
        fail(what)


def until(what, condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            fail(f"not within {PATIENCE} s: {what}")
        time.sleep(0.1)


def attempt(*words, user=None, **more):
    """What came of a command, as root or as somebody who is logged in."""
    if user:
        runtime = f"XDG_RUNTIME_DIR=/run/user/{pwd.getpwnam(user).pw_uid}"
        words = ("runuser", "-u", user, "--", "env", runtime, *words)
    return subprocess.run(words, capture_output=True, text=True, **more)


def output_of(*words, user=None, **more):
    done = attempt(*words, user=user, **more)
    if done.returncode != 0:
        fail(f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


# The machine -------------------------------------------------------------------------------------


class Server:
    def __init__(self):
        users = [word for name in (*PEOPLE, "kiosk") for word in ("--user", f"{name}@example.org:demo")]
        words = [PROGRAMS / "flashback-emulator", "--tls-dir", "/run/server", *users]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        told = json.loads(self.process.stdout.readline())
        self.url, self.admin, self.ca = told["url"], told["admin"], pathlib.Path(told["ca"])
        self.trust = ssl.create_default_context(cafile=str(self.ca))

    def ask(self, url, body=None):
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(url, body and json.dumps(body).encode(), headers)
        return json.load(urllib.request.urlopen(request, context=self.trust))

    def tokens_of(self, user):
        told = self.ask(f"{self.url}/user/login", {"email": f"{user}@example.org", "password": "demo"})
        return {name: told[name] for name in ("accessToken", "refreshToken")}

    def document_of(self, user):
        return self.ask(f"{self.admin}/documents")[f"{user}@example.org"]


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def lay(block, server, root=pathlib.Path("/")):
    text = block.text.replace("https://settings.example.org", server.url)
    mode = 0o755 if text.startswith("#!") else 0o644
    write(root / pages.file_of(block.text).lstrip("/"), text, mode)


def add_people():
    output_of("groupadd", "support")
    for name in (*PEOPLE, "kiosk", "helpdesk"):
        output_of("useradd", "--create-home", "--shell", "/bin/sh", name)
    output_of("usermod", "--append", "--groups", "support", "helpdesk")
    for name in PEOPLE:
        output_of("loginctl", "enable-linger", name)
        manager = f"user@{pwd.getpwnam(name).pw_uid}"
        until(f"{name} is there", lambda: not attempt("systemctl", "is-active", manager).returncode)


def gather_packages():
    """The one that is to be installed, and a newer one, which is the same."""
    (package,) = PACKAGES.glob("settingsd_*.deb")
    shutil.copy(package, FLEET)
    output_of("dpkg-deb", "--raw-extract", package, "/run/newer")
    control = pathlib.Path("/run/newer/DEBIAN/control")
    control.write_text(re.sub(r"(?m)^(Version: .*)$", r"\1+newer", control.read_text()))
    (FLEET / "new").mkdir()
    output_of("dpkg-deb", "-Znone", "--build", "/run/newer", FLEET / "new" / package.name)
    return output_of("dpkg-deb", "--field", package, "Version").strip()


def prepare(blocks, server):
    """What the page takes for granted."""
    FLEET.mkdir()
    version = gather_packages()
    add_people()
    seen = set()
    for title, of_section in sections(blocks):
        for block in of_section:
            path = pages.file_of(block.text)
            if path and path not in seen and title != "Support":
                lay(block, server, FLEET / "machine")
                seen.add(path)
    authority = FLEET / "machine/usr/local/share/ca-certificates/example.crt"
    write(authority, server.ca.read_text())
    write(FLEET / "ada.json", json.dumps(server.tokens_of("ada")), 0o600)
    write(FLEET / "token", server.tokens_of("kiosk")["accessToken"], 0o600)
    secret = pathlib.Path("/etc/example-tokens/bob")
    write(secret, server.tokens_of("bob")["accessToken"], 0o600)
    shutil.chown(secret, "bob", "bob")
    COLLECTED.parent.mkdir(parents=True, exist_ok=True)
    return version


# What has to have come of it ---------------------------------------------------------------------


def configured(name, *options, user=None):
    told = json.loads(output_of("settingsctl", *options, "--json", "config", user=user))
    return next(setting for setting in told["settings"] if setting["name"] == name)


def expect_synced(server, user, *options, person=None):
    output_of("settingsctl", *options, "set", "theme=dark", user=person)
    output_of("settingsctl", *options, "sync", "--wait", "30", user=person)
    check(server.document_of(user)["theme"] == "dark", f"what {user} has set is not at the server")


def check_files(server, _):
    for folder in ("/", "/etc", "/usr/local"):
        mode = os.stat(folder)
        check((mode.st_uid, mode.st_mode & 0o777) == (0, 0o755), f"{folder} has another owner or mode")


def check_policy(server, _):
    for person in PEOPLE:
        url = configured("server.url", user=person)
        check(url["value"] == server.url, f"{person}'s daemon has another server: {url}")
        check(url["file"] == "/etc/settingsd/config.toml", f"the policy is from {url['file']}")


def check_logins(server, _):
    for person in PEOPLE:
        expect_synced(server, person, person=person)
    who = json.loads(output_of("settingsctl", "--json", "whoami", user="ada"))
    check(who["method"] == "tokens", f"ada was logged in otherwise: {who}")
    who = json.loads(output_of("settingsctl", "--json", "whoami", user="bob"))
    check(who["method"] == "command", f"bob was logged in otherwise: {who}")
    check(not (FLEET / "ada.json").exists(), "ada's tokens lie about")


def check_kiosk(server, _):
    options = ("--socket", KIOSK_SOCKET)
    review = configured("sync.review", *options, user="kiosk")
    check(review["value"] == "apply" and "/kiosk/" in review["file"], f"it asks nobody: {review}")
    url = configured("server.url", *options, user="kiosk")
    check(url["file"] == "/etc/settingsd/config.toml", f"the policy is from {url['file']}")
    expect_synced(server, "kiosk", *options, person="kiosk")


def check_support(server, printed):
    check(re.search(r"^ada: synced$", printed, re.M), f"not each session tells how it is: {printed}")
    options = ("--socket", KIOSK_SOCKET)
    refused = attempt("settingsctl", *options, "set", "a=1", user="helpdesk")
    check("only look" in refused.stderr, f"helpdesk may do more than look: {refused}")
    output_of("settingsctl", *options, "set", "by=root")
    refused = attempt("settingsctl", *options, "status", user="bob")
    check(refused.returncode != 0, "everybody may look at the kiosk's settings")


def check_update(server, version):
    installed = output_of("dpkg-query", "--show", "--showformat=${Version}", "settingsd")
    check(installed == version, f"the version before is not back: {installed}")
    log = pathlib.Path("/var/log/dpkg.log").read_text()
    check(f"upgrade settingsd:amd64 {version} {version}+newer" in log, "there was no update")
    check(output_of("settingsctl", "get", "theme", user="ada") == "dark\n", "a setting is lost")
    check_policy(server, None)


def check_journal(server, printed):
    check("settings at revision" in printed, f"nobody serves, says the journal: {printed}")
    check("install settingsd" in printed, "no version was ever installed")


class Impostor:
    """In the place of bob's daemon, somebody who says what would be taken for others' numbers."""

    SAYS = 'settingsd_conflicts 7\nsettingsd_conflicts 8\nsettingsd_up 5\nnode_load1 99\nsettingsd_revision{user="ada"} 1\nsettingsd_pending_settings 9} 1\n'

    def __init__(self):
        output_of("systemctl", "--user", "stop", "settingsd.socket", "settingsd.service", user="bob")
        bob = pwd.getpwnam("bob")
        socket = f"/run/user/{bob.pw_uid}/settingsd/socket"
        script = f"""
import os, socket
os.makedirs(os.path.dirname({socket!r}), exist_ok=True)
door = socket.socket(socket.AF_UNIX)
door.bind({socket!r})
door.listen()
print(flush=True)
while True:
    client, _ = door.accept()
    client.recv(4096)
    client.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + {self.SAYS.encode()!r} + b"x" * 200000)
    client.close()
"""
        words = ["setpriv", "--reuid=bob", "--regid=bob", "--clear-groups", "python3", "-c", script]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE)
        self.process.stdout.readline()
        self.socket = pathlib.Path(socket)

    def leave(self):
        self.process.kill()
        self.process.wait()
        self.socket.unlink()
        output_of("systemctl", "--user", "start", "settingsd.socket", user="bob")


def check_monitoring(server, printed):
    for user in (*PEOPLE, "kiosk"):
        check(f'settingsd_up{{user="{user}"}} 1\n' in printed, f"{user}'s daemon is not up: {printed}")
        check(f'settingsd_sync_state{{user="{user}",state="idle"}} 1\n' in printed, f"{user} is not idle")
        check(f'settingsd_build_info{{user="{user}",version="' in printed, "the version is not told")
    check(COLLECTED.stat().st_mode & 0o777 == 0o644, "node_exporter cannot read the file")
    check(not list(COLLECTED.parent.glob("*.new")), "half a file lies about")
    check_impostor()
    output_of("systemctl", "is-active", "settingsd-metrics.timer")
    faults = attempt("systemd-analyze", "verify", "settingsd-metrics.service", "settingsd-metrics.timer")
    check("settingsd-metrics" not in faults.stderr, faults.stderr)
    output_of("systemd-analyze", "security", "--threshold=25", "settingsd-metrics.service")


def check_impostor():
    impostor = Impostor()
    output_of("systemctl", "start", "settingsd-metrics.service")
    of_bob = [line for line in COLLECTED.read_text().splitlines() if 'user="bob"' in line]
    of_ada = re.findall(r'^settingsd_revision\{user="ada"\}', COLLECTED.read_text(), re.M)
    impostor.leave()
    right = ['settingsd_conflicts{user="bob"} 7', 'settingsd_up{user="bob"} 1']
    check(of_bob == right and len(of_ada) == 1, f"bob tells more than his numbers: {of_bob}")
    check("node_load1" not in COLLECTED.read_text(), "bob tells the machine's numbers")
    output_of("systemctl", "start", "settingsd-metrics.service")


CHECKS = {
    "On each machine": check_files,
    "The policy": check_policy,
    "A login for each person": check_logins,
    "Kiosks": check_kiosk,
    "Support": check_support,
    "What the journal tells": check_journal,
    "Monitoring": check_monitoring,
}


# The page ----------------------------------------------------------------------------------------


def sections(blocks):
    """Each heading with its blocks, in the order of the page."""
    lines = PAGE.read_text().splitlines()
    headings = [(at, line[3:]) for at, line in enumerate(lines, 1) if line.startswith("## ")]
    for (start, title), (end, _) in zip(headings, [*headings[1:], (len(lines) + 1, None)]):
        yield title, [block for block in blocks if start < block.line < end]


def follow(blocks, server):
    """Returns what the commands have printed."""
    printed = ""
    for block in blocks:
        if pages.file_of(block.text):
            lay(block, server)
        elif block.language == "sh" and (block.why_not or "").startswith(HERE):
            done = attempt("bash", "-euo", "pipefail", "-c", RUNS + block.text, cwd=FLEET)
            if done.returncode != 0:
                journal = output_of("journalctl", "--boot", "--lines=20", "--output=cat")
                fail(f"{block.line}: {block.text}{done.stdout}{done.stderr}{journal}")
            printed += done.stdout
    return printed


def follow_the_page(server):
    blocks = pages.blocks_of(PAGE)
    version = prepare(blocks, server)
    for title, of_section in sections(blocks):
        printed = follow(of_section, server)
        if title in CHECKS:
            CHECKS[title](server, printed)
        if title == "Update, back, away":
            check_update(server, version)


# Who asks for it ---------------------------------------------------------------------------------


def page_at(url):
    try:
        return urllib.request.urlopen(url).read().decode()
    except OSError:
        return ""


def check_exporter():
    output_of("systemctl", "start", "prometheus-node-exporter")
    until("node_exporter answers", lambda: page_at("http://127.0.0.1:9100/metrics"))
    served = page_at("http://127.0.0.1:9100/metrics")
    for user in (*PEOPLE, "kiosk"):
        check(f'settingsd_up{{user="{user}"}} 1\n' in served, f"{user}'s metrics are not served")
    check("node_textfile_scrape_error 0\n" in served, "node_exporter cannot read the file")
    check(f'node_textfile_mtime_seconds{{file="{COLLECTED}"}}' in served, "its age is not served")


def told_by_prometheus(what):
    text = page_at(f"http://127.0.0.1:9090/api/v1/{what}")
    return json.loads(text)["data"] if text else None


def check_prometheus():
    rules = next(
        block for block in pages.blocks_of(PAGE) if block.language == "yaml" and "alert:" in block.text
    )
    write(
        pathlib.Path("/etc/prometheus/prometheus.yml"),
        "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
        f"rule_files: [{pages.file_of(rules.text)}]\n"
        "scrape_configs: [{job_name: node, static_configs: [{targets: ['localhost:9100']}]}]\n",
    )
    output_of("systemctl", "start", "prometheus")
    query = "query?query=" + urllib.parse.quote("count(settingsd_up == 1)")
    seen = lambda: ((told_by_prometheus(query) or {}).get("result") or [{}])[0].get("value", [0, "0"])[1]
    until("Prometheus has all daemons", lambda: seen() == "3")
    count = rules.text.count("- alert:")
    judged = lambda: [
        rule["health"]
        for group in (told_by_prometheus("rules") or {}).get("groups", [])
        for rule in group["rules"]
    ]
    until("Prometheus has judged by each rule", lambda: judged() == ["ok"] * count)
    check(told_by_prometheus("alerts")["alerts"] == [], "there is an alarm where all is well")


def skip_without(program, package, large=False):
    if shutil.which(program) is None:
        print(f"{program} is not installed: script/setup {package}")
        sys.exit(1 if os.environ.get("CLIENTS") == "required" and not large else SKIPPED)


def main():
    if not pathlib.Path("/etc/guest-for-tests").exists():
        fail("this installs packages and adds users; run it by guest.sh")
    if PART != "page":
        skip_without("prometheus-node-exporter", "prometheus-node-exporter")
    if PART == "prometheus":
        skip_without("prometheus", "prometheus", large=True)
    server = Server()
    try:
        follow_the_page(server)
        if PART != "page":
            check_exporter()
        if PART == "prometheus":
            check_prometheus()
    finally:
        server.process.kill()


main()
