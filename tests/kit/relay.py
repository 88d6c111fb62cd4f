"""The mail server of a test, as a process of its own, and what it has received."""
import collections
import email
import email.policy
import json
import mailbox
import os
import shutil
import subprocess
import sys
import tempfile

import system

sys.path.insert(0, os.path.join(system.ROOT, "deploy", "demo"))
import mailbox_reader  # noqa: E402


class Relay:
    """tests/kit/mail_server.py; `pause`: seconds between keeping a message and saying so; `maildir`: it delivers as well."""

    def __init__(self, pause=0.0, maildir=False):
        self.folder = tempfile.mkdtemp(prefix="endorse-relay-")
        self.maildir = os.path.join(self.folder, "maildir")
        if maildir:
            mailbox.Maildir(self.maildir).close()
        script = os.path.join(system.ROOT, "tests", "kit", "mail_server.py")
        self.process = subprocess.Popen(["/usr/bin/python3", script, self.folder, str(pause)],
                                        stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def settings(self):
        return (f'smtp_url = "smtp://127.0.0.1:{self.port}/endorse.test"\n'
                'mail_from = "Endorse <no-reply@endorse.test>"\n'
                'mail_bounce_domain = "bounces.test"\n'
                'sandbox = true\n')

    def lines(self, name):
        """What is in a file of the server so far, without a line that it is still writing."""
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def accepted(self, address):
        return [mail for mail in self.lines("accepted.jsonl") if mail["to"] == [address]]

    def messages(self):
        return [email.message_from_string(mail["data"], policy=email.policy.default)
                for mail in self.lines("accepted.jsonl")]

    def letters(self):
        return [mailbox_reader.Letter(message) for message in self.messages()]

    def received(self):
        """How often each mail came: effect id -> times."""
        return collections.Counter(message["Message-ID"].strip("<> ").split("@")[0] for message in self.messages())

    def close(self):
        self.process.kill()
        self.process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)
