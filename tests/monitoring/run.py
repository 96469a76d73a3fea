#!/usr/bin/python3 -B
"""What Prometheus' own promtool says of the metrics and of the rules that docs/administration.md has for them.

run.py SOURCES PROGRAMS PART

PART is "metrics" for those that a daemon tells, or "rules" for the page's rules, which have to raise the alarms of
alerts.yml and no others. Ends with 77 and a sentence where promtool is not installed; it comes with
Prometheus, which is too large to be asked for.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

SOURCES, PROGRAMS = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
sys.path.insert(0, str(SOURCES / "tests/pages"))
import run as pages  # noqa: E402

PATIENCE = 30  # seconds
SKIPPED = 77


def promtool(*words, **more):
    done = subprocess.run(["promtool", *words], capture_output=True, text=True, **more)
    if done.returncode != 0 or "FAILED" in done.stdout:
        sys.exit(f"promtool {' '.join(map(str, words))}: {done.stdout}{done.stderr}")


def metrics_of_a_daemon(folder):
    socket = folder / "run/socket"
    config = folder / "config.toml"
    config.write_text(
        f'server.url = "https://localhost:1"\nstore.directory = "{folder}/state"\nsocket.path = "{socket}"\n'
    )
    words = [PROGRAMS / "settingsd", "--config", config]
    daemon = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    ask = ["curl", "-sf", "--unix-socket", socket, "http://localhost/metrics"]
    deadline = time.monotonic() + PATIENCE
    try:
        while (done := subprocess.run(ask, capture_output=True, text=True)).returncode != 0:
            if daemon.poll() is not None or time.monotonic() > deadline:
                sys.exit("settingsd does not tell its metrics")
            time.sleep(0.02)
    finally:
        daemon.kill()
        daemon.wait()
    return done.stdout


def check_rules(folder):
    blocks = pages.blocks_of(SOURCES / "docs/administration.md")
    rules = next(block.text for block in blocks if block.language == "yaml")
    cases = (SOURCES / "tests/monitoring/alerts.yml").read_text()
    untried = set(re.findall(r"- alert: (\w+)", rules)) - set(re.findall(r"alertname: (\w+)", cases))
    if untried:
        sys.exit(f"no case of alerts.yml is about {', '.join(untried)}")
    (folder / "settingsd.rules.yml").write_text(rules)
    (folder / "alerts.yml").write_text(cases)
    promtool("check", "rules", "settingsd.rules.yml", cwd=folder)
    promtool("test", "rules", "alerts.yml", cwd=folder)


def main():
    if shutil.which("promtool") is None:
        print("promtool is not installed: script/setup prometheus")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if sys.argv[3] == "rules":
            check_rules(folder)
        else:
            promtool("check", "metrics", input=metrics_of_a_daemon(folder))


main()
