"""Statements in words: a line for a list, and the facts of one statement for who reads it whole."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from xapi_store.actors import IDENTIFIERS
from xapi_store.definitions import activities
from xapi_store.form import languages, received, syntax
from xapi_store.presentation import canonical
from xapi_store.vocabulary import VOIDED

Content = Mapping[str, Any]
_LONGEST = 80


@dataclass(frozen=True)
class Line:
    """A statement in a list: who did what to what, with what outcome; `at` is when it happened, by its own word."""

    id: str
    at: datetime | None
    stored: datetime | None
    actor: str
    verb: str
    object: str
    outcome: str
    voiding: bool


@dataclass(frozen=True)
class Fact:
    """One thing a statement says: in words, as an identifier, and the question that finds others with the same."""

    label: str
    text: str
    iri: str = ""
    question: Mapping[str, str] = field(default_factory=dict)
    statement: str = ""


def in_words(session: Session, raws: Sequence[bytes], *, store_id: int, accept: str | None) -> list[dict[str, Any]]:
    """The statements as the store knows their activities and verbs, each text in the reader's language."""
    names = activities.mentioned(map(received.read_stored, raws))
    known = activities.fetch(session, store_id=store_id, names=names)
    wanted = languages.read(accept)
    return [json.loads(canonical(raw, wanted, known)) for raw in raws]


def line(content: Content) -> Line:
    """The statement as a line of a list."""
    return Line(
        id=content["id"],
        at=syntax.read_time(content["timestamp"]),
        stored=syntax.read_time(content["stored"]),
        actor=_party(content["actor"]),
        verb=_verb(content["verb"]),
        object=_short(_object(content["object"])),
        outcome=_outcome(content.get("result", {})),
        voiding=content["verb"]["id"] == VOIDED,
    )


def facts(content: Content) -> Iterator[Fact]:
    """What the statement says, in the order in which people ask."""
    verb, target = content["verb"], content["object"]
    yield _who(_("Who"), content["actor"])
    yield Fact(_("Did what"), _verb(verb), verb["id"], {"verb": verb["id"]})
    yield _what(_("To what"), target)
    yield from _results(content.get("result", {}))
    yield from _context(content.get("context", {}))
    yield _who(_("Taken on the word of"), content["authority"])


def _results(result: Content) -> Iterator[Fact]:
    if result and (said := _outcome(result)):
        yield Fact(_("Outcome"), said)
    if "duration" in result:
        yield Fact(_("Took"), str(result["duration"]))
    if "response" in result:
        yield Fact(_("Said"), str(result["response"]))
    for name, value in result.get("extensions", {}).items():
        yield Fact(_("More on the result"), _written(value), name)


def _context(context: Content) -> Iterator[Fact]:
    if "registration" in context:
        yield Fact(_("Registration"), context["registration"], "", {"registration": context["registration"]})
    for name, label in (("instructor", _("Instructor")), ("team", _("Team"))):
        if name in context:
            yield _who(label, context[name])
    yield from _beside(context.get("contextActivities", {}))
    if "statement" in context:
        yield Fact(_("In answer to"), _("a statement"), "", {}, context["statement"]["id"])
    for name, label in (("platform", _("Platform")), ("language", _("Language")), ("revision", _("Revision"))):
        if name in context:
            yield Fact(label, str(context[name]))
    for name, value in context.get("extensions", {}).items():
        yield Fact(_("More on the context"), _written(value), name)


def _beside(beside: Content) -> Iterator[Fact]:
    labels = {"parent": _("Part of"), "grouping": _("Belongs to"), "category": _("Of the kind"), "other": _("See also")}
    for name, label in labels.items():
        found = beside.get(name, [])
        for each in found if isinstance(found, list) else [found]:
            yield _what(label, each)


def _who(label: str, party: Content) -> Fact:
    known = {name: party[name] for name in IDENTIFIERS if name in party}
    question = {"agent": json.dumps({"objectType": party.get("objectType", "Agent"), **known})} if known else {}
    home = party.get("account", {}).get("homePage", "")
    return Fact(label, _party(party, whole=True), home, question)


def _what(label: str, target: Content) -> Fact:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return Fact(label, _object(target), target["id"], {"activity": target["id"]})
    if kind == "StatementRef":
        return Fact(label, _("a statement"), "", {}, target["id"])
    return _who(label, target) if kind in ("Agent", "Group") else Fact(label, _object(target))


def _party(party: Content, *, whole: bool = False) -> str:
    account = party.get("account", {})
    mail = str(party.get("mbox", "")).removeprefix("mailto:")
    identified = account.get("name") or mail or party.get("openid") or party.get("mbox_sha1sum", "")
    name = party.get("name", "")
    said = str(f"{name} ({identified})" if whole and name and identified else name or identified)
    if not said:
        count = len(party.get("member", []))
        said = ngettext("a group of %(num)s person", "a group of %(num)s persons", count)
    return said if whole else _short(said)


def _verb(verb: Content) -> str:
    return _only(verb.get("display", {})) or _last(verb["id"])


def _object(target: Content) -> str:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return _only(target.get("definition", {}).get("name", {})) or str(target["id"])
    if kind == "StatementRef":
        return str(_("statement %(id)s", id=str(target["id"])[:8]))
    if kind == "SubStatement":
        return f"{_party(target['actor'])} {_verb(target['verb'])} {_object(target['object'])}"
    return _party(target)


def _outcome(result: Content) -> str:
    said = []
    if "success" in result:
        said.append(_("succeeded") if result["success"] else _("did not succeed"))
    if "completion" in result:
        said.append(_("finished") if result["completion"] else _("not finished"))
    score = result.get("score", {})
    if "raw" in score and "max" in score:
        said.append(_("%(given)s of %(most)s", given=score["raw"], most=score["max"]))
    elif "scaled" in score:
        said.append(_("%(share)s %%", share=round(score["scaled"] * 100)))
    elif "raw" in score:
        said.append(str(score["raw"]))
    return ", ".join(said)


def _only(texts: Mapping[str, str]) -> str:
    return next(iter(texts.values()), "")


def _last(iri: str) -> str:
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1] or iri


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
