"""Which statements travel to another record store, and in what text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import msgspec
import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from xapi_store.statements import Statement
from xapi_store.vocabulary import VOIDED

MOST = 200
LARGEST = 4 * 1024 * 1024


class Stored(Protocol):
    """A row of the store, as far as it matters here."""

    @property
    def seq(self) -> int:
        """Its place in the store's order."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def raw(self) -> bytes:
        """Its text."""


class _Named(msgspec.Struct):
    """Of a verb or an object, what is needed here; the rest is passed over without being read."""

    id: str = ""
    objectType: str = "Activity"  # noqa: N815 (as xAPI writes it)


_Several = list[_Named] | _Named


class _Beside(msgspec.Struct):
    parent: _Several = []
    grouping: _Several = []
    category: _Several = []
    other: _Several = []


class _Context(msgspec.Struct):
    contextActivities: _Beside = msgspec.field(default_factory=_Beside)  # noqa: N815 (as xAPI writes it)


class Outline(msgspec.Struct):
    """A stored statement in outline: its verb, its object and the activities around it."""

    verb: _Named
    object: _Named
    context: _Context = msgspec.field(default_factory=_Context)

    @property
    def voids(self) -> UUID | None:
        """The statement that this one voids, if any (xAPI Data 2.3.2)."""
        voiding = self.verb.id == VOIDED and self.object.objectType == "StatementRef"
        return UUID(self.object.id) if voiding else None

    def categories(self) -> set[str]:
        """The ids of the profiles it says it keeps (contextActivities.category, xAPI Data 2.4.6.2)."""
        return set(_ids(self.context.contextActivities.category))

    def activities(self) -> set[str]:
        """The ids of its object, where that is an activity, and of all context activities."""
        beside = self.context.contextActivities
        around = (beside.parent, beside.grouping, beside.category, beside.other)
        own = {self.object.id} if self.object.objectType == "Activity" else set()
        return own.union(*(_ids(each) for each in around))


_OUTLINE = msgspec.json.Decoder(Outline)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


def outline(raw: bytes) -> Outline:
    """The outline of a stored statement."""
    return _OUTLINE.decode(raw)


@dataclass(frozen=True)
class Choice:
    """Which statements are chosen.

    Those with one of these verbs, and one of these activities (as object or in the context), and one of these profiles
    (categories). A list that is empty lets everything through.
    """

    verbs: frozenset[str] = frozenset()
    activities: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()

    @property
    def everything(self) -> bool:
        """True where nothing is left out."""
        return not (self.verbs or self.activities or self.profiles)

    def takes(self, statement: Outline) -> bool:
        """True where the statement is chosen by what it says itself."""
        return (
            (not self.verbs or statement.verb.id in self.verbs)
            and (not self.activities or not self.activities.isdisjoint(statement.activities()))
            and (not self.profiles or not self.profiles.isdisjoint(statement.categories()))
        )


def following(session: Session, *, store_id: int, position: int, most: int = MOST) -> Sequence[Stored]:
    """What stands behind the position, in order, voided ones too; at most `most`, in about `LARGEST` bytes.

    Statements are committed in the order of their places, so that nothing can appear before the last one later.
    """
    size = func.octet_length(Statement.raw)
    beyond = Statement.store_id == store_id, Statement.seq > position
    first = select(Statement.seq, size.label("size")).where(*beyond).order_by(Statement.seq).limit(most).subquery()
    before = (func.sum(first.c.size).over(order_by=first.c.seq) - first.c.size).label("before")
    fitting = select(first.c.seq, before).subquery()
    asked = (
        select(Statement.seq, Statement.id, Statement.raw)
        .join(fitting, fitting.c.seq == Statement.seq)
        .where(Statement.store_id == store_id, fitting.c.before < LARGEST)
    )
    return session.execute(asked.order_by(Statement.seq)).all()


def standing(session: Session, *, store_id: int, seqs: Sequence[int]) -> Sequence[Stored]:
    """Those that still stand at these places, in order."""
    asked = select(Statement.seq, Statement.id, Statement.raw).where(
        Statement.store_id == store_id, Statement.seq.in_(seqs)
    )
    return session.execute(asked.order_by(Statement.seq)).all()


def chosen(session: Session, rows: Sequence[Stored], *, store_id: int, choice: Choice) -> Sequence[Stored]:
    """The rows that are chosen, and those that void a chosen statement: otherwise it would stay valid over there."""
    if choice.everything:
        return rows
    outlines = {each.seq: outline(each.raw) for each in rows}
    left_out = _left_out(session, store_id, choice, {each.voids for each in outlines.values() if each.voids})

    def goes(statement: Outline) -> bool:
        # What is voided before it has arrived may still come, and may be chosen.
        return choice.takes(statement) or (statement.voids is not None and statement.voids not in left_out)

    return [each for each in rows if goes(outlines[each.seq])]


def as_sent(raw: bytes, *, keep_authority: bool = False) -> bytes:
    """The statement as it leaves: without `stored` and `authority`, which the receiver sets (xAPI Data 2.4.8, 2.4.9).

    Every other member goes out to the letter.
    """
    left = {"stored"} if keep_authority else {"stored", "authority"}
    kept = (
        b"%b:%b" % (orjson.dumps(name), bytes(text)) for name, text in _MEMBERS.decode(raw).items() if name not in left
    )
    return b"{" + b",".join(kept) + b"}"


def _ids(activities: _Several) -> Iterator[str]:
    return (each.id for each in (activities if isinstance(activities, list) else [activities]))


def _left_out(session: Session, store_id: int, choice: Choice, ids: set[UUID]) -> set[UUID]:
    found = select(Statement.id, Statement.raw).where(Statement.store_id == store_id, Statement.id.in_(ids))
    return {each.id for each in session.execute(found) if not choice.takes(outline(each.raw))} if ids else set()
