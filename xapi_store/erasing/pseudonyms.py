"""Pseudonyms: one person's identifier in a stored statement gives way to a random account, all else stays."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1
from secrets import token_hex
from typing import Any

import msgspec

from xapi_store.actors import IDENTIFIERS, identity
from xapi_store.form.received import read_stored
from xapi_store.signed_statements import SIGNATURE
from xapi_store.vocabulary import PROFILE

HOME = f"{PROFILE}/pseudonyms"

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])


def fresh() -> str:
    """The name of an account that nobody has: 32 hexadecimal digits, drawn at random."""
    return token_hex(16)


def known_as(identities: Collection[str]) -> list[str]:
    """These identifiers (`actors.identity`) and those that follow from them: a mailbox has its SHA-1 sum too."""
    mailboxes = [each.partition(" ")[2] for each in identities if each.startswith("mbox ")]
    sums = [f"mbox_sha1sum {sha1(each.encode(), usedforsecurity=False).hexdigest()}" for each in mailboxes]
    return sorted({*identities, *sums})


def texts(identities: Collection[str]) -> list[bytes]:
    """What stands in a statement's bytes, quotes included and escapes aside, where it names one of these."""
    # Of an account it is the name, which may hold spaces; its home is everybody's.
    plain = [each.split(" ", 2)[2] if each.startswith("account ") else each.partition(" ")[2] for each in identities]
    return [msgspec.json.encode(each) for each in plain]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by the `actors.identity` texts of all their identifiers."""

    identities: frozenset[str]

    def named_in(self, content: Any) -> bool:
        """True where this content names the person by an identifier, in whatever place, extensions included."""
        if isinstance(content, dict):
            return self._is(content) or any(map(self.named_in, content.values()))
        return isinstance(content, list) and any(map(self.named_in, content))

    def replaced(self, raw: bytes, name: str) -> bytes:
        """The JSON text with this person as the pseudonym of that name, without the name people call them by.

        What does not lie around the person stays to the letter: numbers keep their digits.
        """
        account = msgspec.json.encode({"homePage": HOME, "name": name})
        return self._replaced(raw, account)

    def sums(self, content: Mapping[str, Any]) -> set[bytes]:
        """The SHA-2 sums of what goes with this statement and is the person's: all that comes with their own
        statements, and every signature, for it repeats the statement as it was."""
        return {
            bytes.fromhex(attachment["sha2"])
            for part, inner in _parts(content)
            for attachment in part.get("attachments", ())
            if self._is(part["actor"]) or (not inner and attachment["usageType"] == SIGNATURE)
        }

    def _is(self, actor: Mapping[str, Any]) -> bool:
        return any(_identity(name, actor[name]) in self.identities for name in IDENTIFIERS if name in actor)

    def _replaced(self, raw: bytes, account: bytes) -> bytes:
        begins = raw.lstrip()[:1]
        if begins == b"{":
            return self._in_object(raw, account)
        if begins == b"[":
            items = [bytes(each) for each in _items.decode(raw)]
            changed = [self._replaced(each, account) for each in items]
            return raw if changed == items else b"[" + b",".join(changed) + b"]"
        return raw

    def _in_object(self, raw: bytes, account: bytes) -> bytes:
        members = {name: bytes(each) for name, each in _members.decode(raw).items()}
        changed = {name: self._replaced(each, account) for name, each in members.items()}
        if not members.keys().isdisjoint(IDENTIFIERS):
            named = {name: read_stored(members[name]) for name in IDENTIFIERS if name in members}
            changed = _renamed(changed, account) if self._is(named) else changed
        if changed == members:
            return raw
        return msgspec.json.encode({name: msgspec.Raw(each) for name, each in changed.items()})


def _renamed(members: Mapping[str, bytes], account: bytes) -> dict[str, bytes]:
    """The account stands where the identifier stood."""
    renamed: dict[str, bytes] = {}
    for name, each in members.items():
        if name in IDENTIFIERS:
            renamed["account"] = account
        elif name != "name":
            renamed[name] = each
    return renamed


def _identity(name: str, value: Any) -> str:
    try:
        return identity({name: value})
    except (KeyError, TypeError, AttributeError):
        return ""  # in an extension anything may go by this name


def _parts(content: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], bool]]:
    """The statement and the one inside it, if any."""
    yield content, False
    if content["object"].get("objectType") == "SubStatement":
        yield content["object"], True
