"""Whoever has every secret of an installation and all that its Redis and its audit copy hold: which sealed texts of exams can
they read?  Searched byte by byte, whatever field a key may stand in (services/exam/SPEC.md 5.4)."""
import ctypes
import hashlib
import hmac
import importlib
import json
import os
import subprocess
import sys

from system import ROOT

SODIUM = ctypes.CDLL("libsodium.so.23")
KEY, EXTRA = 32, 40  # bytes of a key; what sealing adds
WRAPPED = KEY + EXTRA
# Every value of Redis as hexadecimal, by key; what a stream holds as its entries' fields.
SCRIPT = """
local function hex(text) return (text:gsub('.', function(c) return string.format('%02x', string.byte(c)) end)) end
local function flat(value, rows)
  if type(value) == 'table' then for _, part in ipairs(value) do flat(part, rows) end else rows[#rows + 1] = hex(tostring(value)) end
  return rows
end
local read = {string = {'GET'}, hash = {'HGETALL'}, list = {'LRANGE', 0, -1}, zset = {'ZRANGE', 0, -1}, set = {'SMEMBERS'},
              stream = {'XRANGE', '-', '+'}}
local found = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  local how = read[redis.call('TYPE', key).ok]
  found[#found + 1] = {key, flat(redis.call(how[1], key, unpack(how, 2)), {})}
end
return cjson.encode(found)
"""


def unseal(key, place, sealed):
    """wf_unseal: the text, or None."""
    if len(sealed) < EXTRA:
        return None
    out = ctypes.create_string_buffer(len(sealed))
    place = place.encode()
    done = SODIUM.crypto_aead_xchacha20poly1305_ietf_decrypt(
        out, None, None, sealed[24:], ctypes.c_ulonglong(len(sealed) - 24), place, ctypes.c_ulonglong(len(place)), sealed[:24], key)
    return out.raw[:len(sealed) - EXTRA] if done == 0 else None


class Vault:
    def __init__(self, system):
        self.system = system
        out = os.path.join(system.state, "vault-pb2")
        os.makedirs(out, exist_ok=True)
        files = [os.path.join(ROOT, "proto", "endorse", "v1", f"{name}.proto") for name in ("events", "exam", "internal", "journal")]
        subprocess.run(["protoc", "-I", os.path.join(ROOT, "proto"), "--python_out", out, *files], check=True)
        sys.path.insert(0, out)
        self.exam, self.events, self.internal, self.journal = (
            importlib.import_module(f"endorse.v1.{name}_pb2") for name in ("exam", "events", "internal", "journal"))

    def secrets(self):
        """Name -> bytes, of every program."""
        found, folder = {}, os.path.join(self.system.state, "secrets")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                for line in file:
                    word, _, value = line.strip().partition(" ")
                    if len(value) == 2 * KEY and all(c in "0123456789abcdef" for c in value):
                        found[word] = bytes.fromhex(value)
        return found

    def stored(self):
        """(journals, live): key of Redis -> its values."""
        rows = json.loads(self.system.redis("EVAL", SCRIPT, "0"))
        values = {key: [bytes.fromhex(text) for text in texts] for key, texts in rows}
        journals = {key: texts for key, texts in values.items() if key.endswith("}:j")}
        return journals, {key: texts for key, texts in values.items() if key not in journals}

    def copy(self, journals):
        """The files of the audit copy, once they hold all lines of these journals; else None."""
        folder, found = os.path.join(self.system.state, "audit"), {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = [file.read()]
        whole = b"".join(texts[0] for texts in found.values())
        lines = [text for texts in journals.values() for text in texts if len(text) > WRAPPED]  # not the entries' ids
        return found if lines and all(line in whole for line in lines) else None

    def ciphers(self, journals):
        """{(program, place): set of sealed bytes} of everything written by or about the writer that a journal holds."""
        found = {}
        for key, texts in journals.items():
            for text in texts:
                self._cipher(key[1:].partition(":")[0], text, found)
        return found

    def _cipher(self, program, text, found):
        try:
            line = self.journal.JournalLine.FromString(text)
        except Exception:  # pylint: disable=broad-except  # the stream's field names, ids
            return
        messages = {"endorse.exam.paper.sealed.v1": self.exam.PaperSealed, "endorse.exam.paper.text.replaced.v1": self.exam.PaperTextReplaced,
                    "endorse.desk.seat.offered.v1": self.exam.SeatOffered, "endorse.desk.seat.text.replaced.v1": self.exam.SeatTextReplaced}
        if line.type in messages:
            said = messages[line.type].FromString(line.payload)
            found.setdefault((program, f"text/{said.text_version}"), set()).add(said.sealed_text)
        elif line.type == "org.endorse.exam.essay.submitted.v1":
            kept = self.events.EssaySubmitted.FromString(line.payload).kept
            found.setdefault((program, f"{kept.handle}/answers"), set()).add(kept.sealed_answers)

    def keys(self, handles, *places):
        """Every key that can be had from values of these dictionaries: wrapped under a secret of the installation, or bare."""
        secrets, found, seen = self.secrets(), set(), set()
        for texts in (text for values in places for text in values.values()):
            for text in texts:
                for at in range(max(0, len(text) - KEY + 1)):
                    window = text[at:at + WRAPPED]
                    if window in seen:
                        continue
                    seen.add(window)
                    found.add(window[:KEY])
                    opened = [unseal(secrets["desk-key"], "key", window)]
                    opened += [unseal(secrets["essay-key"], f"{handle}/key", window) for handle in handles]
                    found.update(key for key in opened if key)
        return found | set(secrets.values())

    def opened(self, ciphers, keys):
        """Places that one of these keys opens, or one made of it as intake makes the text's of the paper's."""
        found = set()
        for key in keys:
            for use in (key, hmac.new(key, b"text", hashlib.sha256).digest()):
                found.update(place for (_, place), sealed in ciphers.items() for one in sealed
                             if place not in found and unseal(use, place, one))
        return found
