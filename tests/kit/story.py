"""Whole stories for a test, with the people and the manners of the sample traffic (deploy/demo)."""
import importlib.machinery
import importlib.util
import os

from system import ROOT, wait_until

import cast
import mailbox_reader
import rater


def _load_play():
    path = os.path.join(ROOT, "deploy", "demo", "play")
    loader = importlib.machinery.SourceFileLoader("demo_play", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("demo_play", loader))
    loader.exec_module(module)
    return module


play = _load_play()


def application(number, portal, story="plain", association="MassAIMH", region="US-MA"):
    return cast.Application(number, (association, portal, region), story)


def endorse(system, *applications):
    """From the first event to the public registry."""
    doors, answered = system.doors, set()
    play.publish_opening(doors, applications)
    play.answer_mails(doors, applications, answered)
    system.wait_quiet()
    play.publish_repairs(doors, applications, answered)
    system.wait_quiet()
    play.publish_endings(doors, applications)
    play.check_registry(doors, applications)


def letters_to(system, address):
    return [letter for letter in mailbox_reader.letters(system.state) if letter.to == address]


def answer_form(link, person):
    return rater.answer(link, person)


__all__ = ["application", "endorse", "letters_to", "answer_form", "play", "wait_until"]
