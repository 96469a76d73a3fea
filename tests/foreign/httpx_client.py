"""httpx, with its transport over a Unix socket."""

import os

import httpx

from told import do_as_told

client = httpx.Client(
    transport=httpx.HTTPTransport(uds=os.environ["SOCKET"]), base_url="http://settingsd", timeout=None
)


def ask(method, path, body):
    answer = client.request(method, path, content=body)
    return answer.status_code, answer.text


def watch(path):
    with client.stream("GET", path) as answer:
        yield from answer.iter_raw()


do_as_told(ask, watch)
