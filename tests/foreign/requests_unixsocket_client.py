"""requests_unixsocket, whose URLs have the socket's path in the host's place."""

import os
import urllib.parse

import requests_unixsocket

from told import do_as_told

session = requests_unixsocket.Session()
base = "http+unix://" + urllib.parse.quote(os.environ["SOCKET"], safe="")


def ask(method, path, body):
    answer = session.request(method, base + path, data=body and body.encode())
    return answer.status_code, answer.text


def watch(path):
    # More would be waited for: what a stream holds is not cut into chunks.
    return session.get(base + path, stream=True).iter_content(chunk_size=1)


do_as_told(ask, watch)
