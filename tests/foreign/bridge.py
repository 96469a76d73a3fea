"""A bridge to a Unix socket, byte by byte, as socat is one. It remembers what was said on each connection."""

import contextlib
import os
import socket
import socketserver
import threading


class Bridge(socketserver.ThreadingTCPServer):
    """From `address`, a path or a pair of host and port, to the Unix socket at `door`, while in a with."""

    daemon_threads = True

    def __init__(self, door, address):
        self.address_family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        self.door = str(door)
        self.connections = []  # of each, what the client said and what it was told
        super().__init__(address, Connection)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
        if self.address_family == socket.AF_UNIX:
            os.unlink(self.server_address)


class Connection(socketserver.BaseRequestHandler):
    def handle(self):
        said, told = bytearray(), bytearray()
        self.server.connections.append((said, told))
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(self.server.door)
            back = threading.Thread(target=pump, args=(door, self.request, told))
            back.start()
            pump(self.request, door, said)
            back.join()


def pump(source, sink, copy):
    with contextlib.suppress(OSError):  # either side may go at any time
        while piece := source.recv(65536):
            copy += piece
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
