"""A real SMTP server (aiosmtpd) whose behaviour the recipient's local part chooses; keeps what it accepts.

  mail_server.py FOLDER [SECONDS]    prints its port, then serves until killed; so long after it kept a message it
                                     says so, as a server does whose disk is slow

FOLDER/accepted.jsonl gets one line for each accepted message: {"from", "to", "data"}; recipients.jsonl one
for each recipient that was named, accepted or not.  FOLDER/maildir, if it is there, gets each accepted message as well.
  gone...    550 5.1.1 at RCPT          later...   451 4.2.0 at RCPT the first time, then accepted
  drop...    accepts the message, then closes the connection without an answer
  full...    554 5.6.0 after DATA       slow...    never answers RCPT
  once...    as drop, the first time    slowonce... as slow, the first time
A sender at closed.example is refused at MAIL (550 5.7.1)."""
import asyncio
import json
import mailbox
import os
import sys

from aiosmtpd.smtp import SMTP


class Handler:
    def __init__(self, folder, pause):
        self.folder, self.pause = folder, pause
        self.seen = set()

    def keep(self, name, value):
        with open(os.path.join(self.folder, name), "a", encoding="utf-8") as file:
            file.write(json.dumps(value) + "\n")

    def is_first(self, address):
        first = address not in self.seen
        self.seen.add(address)
        return first

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.endswith("@closed.example"):
            return "550 5.7.1 sender not allowed"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.keep("recipients.jsonl", address)
        if address.startswith("gone"):
            return f"550 5.1.1 <{address}>: no such person"
        if address.startswith("later") and self.is_first(address):
            return "451 4.2.0 come again"
        if address.startswith("slow") and (not address.startswith("slowonce") or self.is_first(address)):
            await asyncio.sleep(600)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 recipient ok"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full"):
            return "554 5.6.0 not this one"
        self.keep("accepted.jsonl", {"from": envelope.mail_from, "to": envelope.rcpt_tos,
                                     "data": envelope.content.decode("utf-8", "replace")})
        maildir = os.path.join(self.folder, "maildir")
        if os.path.isdir(maildir):
            mailbox.Maildir(maildir).add(envelope.content)
        to = envelope.rcpt_tos[0]
        if to.startswith("drop") or (to.startswith("once") and self.is_first(to)):
            server.transport.abort()
        await asyncio.sleep(self.pause)
        return "250 2.0.0 taken"


async def main():
    handler = Handler(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="mail.example", enable_SMTPUTF8=False), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
