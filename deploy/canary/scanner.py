"""Looks for the canary's tokens in bytes, in every form in which they could hide.

A token is a word of letters that hexadecimal has not, or a phone number.  It is found as written, in any case, by its first or
last eight letters alone, as hexadecimal, as base64 at each of its three offsets, as quoted-printable broken over lines, and as UTF-16.
"""
import base64
import re
import secrets

LETTERS = "ghjkmnprstvwxz"
PART = 8


def new_word():
    """Twelve random letters, a capital first: some 45 bits, and no hexadecimal number."""
    return "".join(secrets.choice(LETTERS) for _ in range(12)).capitalize()


def new_phone():
    return "55501" + "".join(secrets.choice("0123456789") for _ in range(5))


def _base64_forms(text):
    """What every base64 of a text that contains this one contains: without the letters at both ends that neighbours change."""
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + text).rstrip(b"=")
        begin = (offset * 8 + 5) // 6
        yield whole[begin:(offset + len(text)) * 8 // 6]


class Scanner:
    def __init__(self, fields):
        """fields: name of an identity field -> its words (phones as digits)."""
        self.folded, self.exact, self.phones = [], [], []
        for field, words in fields.items():
            for word in words:
                self._learn(field, word)

    def _learn(self, field, word):
        if word.isdigit():
            self.phones.append((field, re.compile(rb"[\s().+-]{0,3}".join(bytes([digit]) for digit in word.encode()))))
            self.exact += [(field, "base64", form) for form in _base64_forms(word.encode())]
            self.folded.append((field, "hexadecimal", word.encode().hex().encode()))
            return
        for text in {word, word.lower(), word.upper()}:
            self.folded.append((field, "hexadecimal", text.encode().hex().encode()))
            self.exact += [(field, "base64", form) for form in _base64_forms(text.encode())]
        low = word.lower()
        if len(low) >= PART:
            self.folded += [(field, "first letters", low[:PART].encode()), (field, "last letters", low[-PART:].encode())]
        self.folded += [(field, "as written", low.encode()), (field, "UTF-16", low.encode("utf-16-le"))]

    def find(self, data):
        """[(field, form)] of what stands in the bytes, each field once."""
        found = {}
        for text in (data, data.replace(b"=\r\n", b"").replace(b"=\n", b"")):
            low = text.lower()
            joined = re.sub(rb"\s+", b"", text)  # base64 of a mail is broken over lines
            for field, form, needle in self.folded:
                if needle in low:
                    found.setdefault(field, form)
            for field, form, needle in self.exact:
                if needle in text or needle in joined or needle.translate(_URL_SAFE) in joined:
                    found.setdefault(field, form)
            for field, pattern in self.phones:
                if pattern.search(text):
                    found.setdefault(field, "digits")
        return sorted(found.items())


_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class Report:
    """Collects what was looked at, and what was found where; what may stand somewhere is said here, once."""

    # (place, fields): by these ids the programs on the identity side name what is theirs.  What somebody is called, or can be
    # reached by, may stand nowhere but sealed.
    ALLOWED = (
        (re.compile(r"^redis key \{intake:"), {"application", "person", "portal", "supporter"}),
        (re.compile(r"^redis key \{reference:"), {"application"}),
        (re.compile(r"^redis key \{renewal:"), {"association", "person"}),
        (re.compile(r"^redis key \{courier:\d+\}:[al]:endpoint:"), {"portal"}),
    )

    def __init__(self, scanner):
        self.scanner, self.finds, self.looked, self.allowed = scanner, [], {}, set()

    def look(self, channel, where, data):
        self.looked[channel] = self.looked.get(channel, 0) + len(data)
        for field, form in self.scanner.find(data):
            allowed = [number for number, (place, fields) in enumerate(self.ALLOWED) if place.match(where) and field in fields]
            self.allowed.update((number, field) for number in allowed)
            if not allowed:
                self.finds.append({"channel": channel, "where": where, "field": field, "form": form})
