"""A receiver of the Fluent forward protocol, with an independent implementation of MessagePack, as a thread of a test or as
the log router of a task: then it takes its sockets from the configuration that FireLens gave it.

  forward_receiver.py <configuration> <file>     writes every message as a line of JSON: [tag, seconds, record]
"""

import json
import os
import re
import signal
import socket
import sys
import threading

import msgpack


def decode_time(value):
    """Seconds of an integer, or of an EventTime (extension 0: seconds and nanoseconds)."""
    if not isinstance(value, msgpack.ExtType):
        return value
    if value.code != 0 or len(value.data) != 8:
        raise ValueError(f"not an EventTime: {value}")
    return int.from_bytes(value.data[:4], "big") + int.from_bytes(value.data[4:], "big") / 1e9


class Receiver:
    """Listens on sockets and gives every message to `take(tag, seconds, record)`, from threads of its own."""

    def __init__(self, take):
        self.take = take
        self.sockets = []
        self.connections = []

    def listen(self, family, address):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        self.sockets.append(listener)
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener.getsockname()

    def close(self):
        for each in self.sockets + self.connections:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection):
        unpacker = msgpack.Unpacker(raw=False, unicode_errors="replace")
        with connection:
            while True:
                try:
                    piece = connection.recv(65536)
                except OSError:
                    return
                if not piece:
                    return
                unpacker.feed(piece)
                for tag, time, record in unpacker:
                    self.take(tag, decode_time(time), record)


def main():
    # Before anything else: process 1 of a container is not told of signals that it neither handles nor blocks.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    configuration, path = sys.argv[1:]
    text = open(configuration, encoding="utf-8").read()
    out = open(path, "a", encoding="utf-8", buffering=1)
    lock = threading.Lock()

    def take(*message):
        with lock:
            out.write(json.dumps(message) + "\n")

    take("receiver", 0, {"configuration": text, "environment": dict(os.environ)})
    receiver = Receiver(take)
    for place in re.findall(r"unix_path (\S+)", text):
        if os.path.exists(place):
            os.unlink(place)
        receiver.listen(socket.AF_UNIX, place)
    for host, port in re.findall(r"Name forward\n +Listen (\S+)\n +Port (\d+)", text):
        receiver.listen(socket.AF_INET, (host, int(port)))
    signal.sigwait({signal.SIGTERM})
    take("receiver", 0, {"stopped": True})


if __name__ == "__main__":
    main()
