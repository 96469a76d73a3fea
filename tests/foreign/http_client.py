"""Python's own http.client, given a connection to a Unix socket."""

import http.client
import os
import socket
import urllib.parse

from told import do_as_told


class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(os.environ["SOCKET"])


connection = Connection("localhost")


def open_answer(method, path, body=None):
    connection.request(method, urllib.parse.quote(path, safe="/?=&"), body and body.encode())
    return connection.getresponse()


def ask(*what):
    answer = open_answer(*what)
    return answer.status, answer.read().decode()


do_as_told(ask, lambda path: iter(open_answer("GET", path).readline, b""))
