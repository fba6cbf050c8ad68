"""The xAPI profiles that a store holds its statements against, and what it does with those that differ.

A store's policy is `off` (nothing is looked at), `warn` (what differs is counted, with an example) or `refuse` (a
statement that breaks what binds it is refused). Profiles stand as the documents that were handed in.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base
from xapi_store.errors import ProfileRefused, StatementRefused
from xapi_store.profiles import profile_documents
from xapi_store.profiles.templates import Finding

Mode = Literal["off", "warn", "refuse"]
MODES: tuple[Mode, ...] = get_args(Mode)
MOST_PROFILES = 20


class ProfilePolicy(Base):
    """What a store does with statements that differ; `revision` grows with every change of it or of the profiles."""

    __tablename__ = "profile_policy"
    __table_args__ = (CheckConstraint("mode IN ('off', 'warn', 'refuse')", name="mode"),)

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(default="off")
    revision: Mapped[int] = mapped_column(BigInteger, default=0)


class LoadedProfile(Base):
    """A profile as it was handed in. `place` is a digest of its IRI: IRIs may be longer than an index takes."""

    __tablename__ = "loaded_profile"

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    place: Mapped[bytes] = mapped_column(primary_key=True)
    iri: Mapped[str]
    version: Mapped[str]
    title: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes]
    at: Mapped[datetime]


class ProfileFinding(Base):
    """How often a rule was broken, when last, and by which statement; one row for each rule that ever was."""

    __tablename__ = "profile_finding"

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    place: Mapped[bytes] = mapped_column(primary_key=True)
    profile: Mapped[str]
    template: Mapped[str]
    rule: Mapped[str]
    reason: Mapped[str]
    binding: Mapped[bool]
    count: Mapped[int] = mapped_column(BigInteger)
    example: Mapped[UUID]
    last: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was loaded. `remarks` name the parts that cannot be checked; `replaced` is the version that stood before."""

    iri: str
    version: str
    title: str
    concepts: int
    templates: int
    remarks: tuple[str, ...]
    replaced: str | None


def load(session: Session, *, store_id: int, document: bytes, at: datetime) -> Summary:
    """The store holds its statements against this profile too; an earlier version of it, and its counts, are gone.

    ProfileRefused where the document is no profile that can be used, with the place of the fault.
    """
    profile = profile_documents.read(document)
    _touch(session, store_id)
    standing = {row.iri: row.version for row in loaded(session, store_id=store_id)}
    if profile.iri not in standing and len(standing) >= MOST_PROFILES:
        raise ProfileRefused(f"the store has {MOST_PROFILES} profiles already")
    if profile.iri in standing:
        _forget(session, store_id, standing[profile.iri])
    values = {
        "iri": profile.iri,
        "version": profile.version,
        "title": profile.title,
        "sha256": hashlib.sha256(document).hexdigest(),
        "content": document,
        "at": at,
    }
    placing = insert(LoadedProfile).values(store_id=store_id, place=_place(profile.iri), **values)
    session.execute(placing.on_conflict_do_update(index_elements=["store_id", "place"], set_=values))
    return Summary(
        profile.iri,
        profile.version,
        profile.title,
        len(profile.concepts.known),
        len(profile.templates),
        profile.remarks,
        standing.get(profile.iri),
    )


def unload(session: Session, *, store_id: int, iri: str) -> None:
    """The store no longer holds its statements against the profile of this IRI; ProfileRefused where it never did.

    What was counted for it is forgotten.
    """
    _touch(session, store_id)
    row = next((each for each in loaded(session, store_id=store_id) if each.iri == iri), None)
    if row is None:
        raise ProfileRefused(f"the store has no profile {iri}")
    _forget(session, store_id, row.version)
    session.delete(row)
    session.flush()


def choose(session: Session, *, store_id: int, mode: Mode) -> None:
    """The store does this with statements that differ from its profiles."""
    if mode not in MODES:
        raise ProfileRefused(f"{mode!r} is none of {', '.join(MODES)}")
    _touch(session, store_id, mode=mode)


def policy(session: Session, *, store_id: int) -> Mode:
    """What the store does with statements that differ."""
    found = session.scalar(select(ProfilePolicy.mode).where(ProfilePolicy.store_id == store_id))
    return next((mode for mode in MODES if mode == found), "off")


def loaded(session: Session, *, store_id: int) -> Sequence[LoadedProfile]:
    """The store's profiles, by their IRIs."""
    asked = select(LoadedProfile).where(LoadedProfile.store_id == store_id).order_by(LoadedProfile.iri)
    return session.scalars(asked.execution_options(populate_existing=True)).all()


def keep(session: Session, *, store_id: int, found: Iterable[tuple[UUID, Finding]], at: datetime) -> None:
    """The findings are counted, each with the statement it was last seen on.

    Rows are taken in one order, so that many who count at once wait for each other and never in a circle. A rule is
    told in the profile's own words, so the number of rows is bounded by the profiles, whatever is sent.
    """
    counts: Counter[bytes] = Counter()
    latest: dict[bytes, tuple[UUID, Finding]] = {}
    for statement_id, finding in found:
        place = _place(finding.profile, finding.template, finding.rule)
        counts[place] += 1
        latest[place] = statement_id, finding
    if not latest:
        return
    counting = insert(ProfileFinding).values(
        [_row(store_id, place, *latest[place]) | {"count": counts[place], "last": at} for place in sorted(latest)]
    )
    news = {
        "count": ProfileFinding.count + counting.excluded["count"],
        "last": func.greatest(ProfileFinding.last, counting.excluded["last"]),
        **{name: counting.excluded[name] for name in ("example", "reason")},
    }
    session.execute(counting.on_conflict_do_update(index_elements=["store_id", "place"], set_=news))


def kept(session: Session, *, store_id: int) -> Sequence[ProfileFinding]:
    """What was counted, the latest first."""
    asked = select(ProfileFinding).where(ProfileFinding.store_id == store_id)
    latest_first = asked.order_by(ProfileFinding.last.desc(), ProfileFinding.place)
    return session.scalars(latest_first.execution_options(populate_existing=True)).all()


def refusal(findings: Iterable[Finding], *, path: str = "statement") -> StatementRefused | None:
    """The error for a statement that breaks what binds it; None where all is advice. `path` is the statement's own.

    Its rule is `profile`, its section the IRI of the template or concept, or of the profile where none is concerned.
    """
    for finding in findings:
        if finding.binding:
            place = f"{path}.{finding.path}" if finding.path else path
            section = finding.template or finding.profile
            return StatementRefused(place, f"{finding.reason} ({section})", rule="profile", section=section)
    return None


def _touch(session: Session, store_id: int, **changed: str) -> None:
    """The revision has grown, and the row is ours until the transaction ends: one change of a store at a time."""
    policy = insert(ProfilePolicy).values(store_id=store_id, revision=1, **{"mode": "off", **changed})
    grown = {"revision": ProfilePolicy.revision + 1, **changed}
    session.execute(policy.on_conflict_do_update(index_elements=["store_id"], set_=grown))


def _forget(session: Session, store_id: int, version: str) -> None:
    counted = delete(ProfileFinding).where(ProfileFinding.store_id == store_id, ProfileFinding.profile == version)
    session.execute(counted.execution_options(synchronize_session=False))


def _row(store_id: int, place: bytes, statement_id: UUID, finding: Finding) -> dict[str, object]:
    return {
        "store_id": store_id,
        "place": place,
        "profile": finding.profile,
        "template": finding.template,
        "rule": finding.rule,
        "reason": finding.reason,
        "binding": finding.binding,
        "example": statement_id,
    }


def _place(*names: str) -> bytes:
    return hashlib.blake2b("\n".join(names).encode(), digest_size=16).digest()
