"""The client's half of a Session Manager data channel, written from its description: what session-manager-plugin does.

Only what tests need: the handshake, acknowledgements, order, resize. It can be told to lose a message once.
"""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import time
import urllib.parse
import uuid

HEADER = struct.Struct(">I32sIQqQ16s32sII")
OUTPUT, SIZE, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE, HANDSHAKE_COMPLETE, FLAG, STDERR, EXIT_CODE = 1, 3, 5, 6, 7, 10, 11, 12


def swapped(identity):
    return identity[8:] + identity[:8]


class DataChannel:
    """One session. `output` and `errors` are what arrived, `closed` the last message of the server."""

    def __init__(self, session, lose_output=0, authority=None, token=None):
        self.output, self.errors, self.closed, self.exit_code = b"", b"", None, None
        self.opened = False
        self.lost, self.lose_output = [], lose_output
        self.sent, self.expected, self.ahead = 0, 0, {}
        self.acknowledged = set()
        self._connect(session["streamUrl"], authority)
        self._frame(1, json.dumps({"MessageSchemaVersion": "1.0", "RequestId": str(uuid.uuid4()),
                                   "TokenValue": token or session["tokenValue"], "ClientId": str(uuid.uuid4()),
                                   "ClientVersion": "1.2.0.0"}).encode())

    def _connect(self, url, authority):
        parts = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        if parts.scheme == "wss":
            self.socket = ssl.create_default_context(cafile=authority).wrap_socket(self.socket, server_hostname=parts.hostname)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                             f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        if not head.startswith(b"HTTP/1.1 101 ") or accept not in head:
            raise AssertionError(head.decode())

    def _fill(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError("the server has closed the connection")
        self.buffer += piece

    def _take(self, size):
        while len(self.buffer) < size:
            self._fill()
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def _frame(self, opcode, payload):
        mask = os.urandom(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0x80 | 126]) + struct.pack(">H", size)
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def ping(self):
        self._frame(9, b"keepalive")

    def _message(self, kind, sequence, flags, payload_type, payload):
        self._frame(2, HEADER.pack(116, kind.ljust(32).encode(), 1, int(time.time() * 1000), sequence, flags,
                                   swapped(uuid.uuid4().bytes), hashlib.sha256(payload).digest(), payload_type, len(payload)) + payload)

    def send(self, payload_type, payload):
        self._message("input_stream_data", self.sent, 0, payload_type, payload)
        self.sent += 1

    def type(self, text):
        self.send(OUTPUT, text.encode())

    def resize(self, columns, rows):
        self.send(SIZE, json.dumps({"cols": columns, "rows": rows}).encode())

    def read(self):
        """Takes one WebSocket message in."""
        first, second = self._take(2)
        size = second & 0x7F
        if size == 126:
            size, = struct.unpack(">H", self._take(2))
        elif size == 127:
            size, = struct.unpack(">Q", self._take(8))
        payload = self._take(size)
        if first & 0x0F == 8:
            raise EOFError(payload[2:].decode())
        if first & 0x0F == 2:
            self._take_message(payload)

    def _take_message(self, message):
        header, kind, schema, created, sequence, flags, identity, digest, payload_type, size = HEADER.unpack(message[:120])
        payload = message[120:]
        kind = kind.decode().rstrip(" \0")
        if header != 116 or schema != 1 or created == 0 or size != len(payload) or digest != hashlib.sha256(payload).digest():
            raise AssertionError(f"a malformed message: {message!r}")
        if kind == "acknowledge":
            self.acknowledged.add(json.loads(payload)["AcknowledgedMessageSequenceNumber"])
        elif kind == "channel_closed":
            self.closed = json.loads(payload)
        elif payload_type == OUTPUT and self.lose_output > 0:
            self.lose_output -= 1
            self.lost.append(sequence)
        elif sequence >= self.expected:
            answer = {"AcknowledgedMessageType": kind, "AcknowledgedMessageId": str(uuid.UUID(bytes=swapped(identity))),
                      "AcknowledgedMessageSequenceNumber": sequence, "IsSequentialMessage": True}
            self._message("acknowledge", 0, 3, 0, json.dumps(answer).encode())
            self.ahead[sequence] = (payload_type, payload)
            while self.expected in self.ahead:
                self._handle(*self.ahead.pop(self.expected))
                self.expected += 1

    def _handle(self, payload_type, payload):
        if payload_type == HANDSHAKE_REQUEST:
            self.request = json.loads(payload)
            actions = [{"ActionType": "SessionType", "ActionStatus": 1, "ActionResult": None, "Error": ""}]
            self.send(HANDSHAKE_RESPONSE, json.dumps({"ClientVersion": "1.2.0.0", "ProcessedClientActions": actions,
                                                      "Errors": None}).encode())
        elif payload_type == HANDSHAKE_COMPLETE:
            self.opened = True
        elif payload_type == OUTPUT:
            self.output += payload
        elif payload_type == STDERR:
            self.errors += payload
        elif payload_type == EXIT_CODE:
            self.exit_code = int(payload)

    def until(self, done):
        """Reads until `done()`; fails when the connection ends before."""
        while not done():
            self.read()

    def close(self):
        self.socket.close()
