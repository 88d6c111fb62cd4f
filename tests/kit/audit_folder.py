"""An audit copy as files (services/audit/SPEC.md 2), read without a program of ours, and written as a forger would who has
the folder but not the signing key: everything fits, and there is no checkpoint."""
import hashlib
import os
import struct

MAGIC = b"EA\x01"


def records(path):
    """(kind, body) of a file, up to its first byte that does not fit."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while data[at:at + 3] == MAGIC:
        length = struct.unpack(">I", data[at + 4:at + 8])[0]
        end = at + 8 + length
        if data[end:end + 16] != hashlib.sha256(data[at:end]).digest()[:16]:
            return
        yield chr(data[at + 3]), data[at + 8:end]
        at = end + 16


def lines(folder):
    """Every line, in order: [(stream, (ms, n), bytes)]."""
    found = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".log"):
            continue
        for kind, body in records(os.path.join(folder, name)):
            if kind in "LX":
                at = 1 + body[0]
                found.append((body[1:at].decode(), struct.unpack(">QQ", body[at:at + 16]), body[at + 16:]))
    return found


def is_of(packed, aggregate):
    return packed.startswith(bytes([0x0a, len(aggregate)]) + aggregate.encode())


def write(folder, entries, cut=0):
    """A copy of one file; the last `cut` bytes of it are missing."""
    os.makedirs(folder, mode=0o700)
    chain, data = bytes(32), bytearray()

    def add(kind, body):
        nonlocal chain
        frame = MAGIC + kind + struct.pack(">I", len(body)) + body
        digest = hashlib.sha256(frame).digest()
        chain = hashlib.sha256(chain + digest).digest()
        data.extend(frame + digest[:16])
    add(b"F", f"file generation=1 number=1 time=1 records=0 chain={chain.hex()}".encode())
    for stream, (ms, n), line in entries:
        add(b"L", bytes([len(stream)]) + stream.encode() + struct.pack(">QQ", ms, n) + line)
    with open(os.path.join(folder, "0001-000001.log"), "wb") as file:
        file.write(data[:len(data) - cut])
    return folder


def chained(journal_pb2, packed, change=None):
    """The lines of one aggregate with every hash made anew, as whoever has the store could; `change(number, line)` goes first."""
    head, made = bytes(32), []
    for number, data in enumerate(packed):
        line = journal_pb2.JournalLine.FromString(data)
        if change:
            change(number, line)
        line.version, line.previous = number + 1, head
        line.ClearField("chain")
        rest = line.SerializeToString(deterministic=True)
        head = hashlib.sha256(rest).digest()
        made.append(rest + b"\xa2\x01\x20" + head)
    return made
