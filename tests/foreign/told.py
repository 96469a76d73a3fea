"""What the clients in Python have in common: they do what the standard input says (run.py)."""

import sys


def say(text):
    sys.stdout.buffer.write(text if isinstance(text, bytes) else text.encode())
    sys.stdout.buffer.flush()


def do_as_told(ask, watch):
    """`ask(method, path, body)` gives status and body, `watch(path)` yields the bytes of a stream."""
    for line in sys.stdin:
        method, path, *body = line.rstrip("\n").split(" ", 2)
        if method == "WATCH":
            for piece in watch(path):
                say(piece)
        elif method == "AGAIN":
            for _ in range(3):
                say("%d %s\n" % ask("GET", path, None))
        else:
            say("%d %s\n" % ask(method, path, body[0] if body else None))
