"""Statements on their way in: read from the body, each checked, with the bytes that came with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from xapi_store import attachments, query, signed_statements, statements
from xapi_store.api.exchange import Answer, House, Request, Storing
from xapi_store.attachments import Sent
from xapi_store.errors import BatchRefused, NotAllowed, StatementRefused
from xapi_store.form import multipart, received
from xapi_store.profiles import profiles
from xapi_store.profiles.templates import Finding
from xapi_store.statements import Arrival, Prepared, Sender
from xapi_store.transaction import transaction

MOST_FAULTS = 100
_BATCH = "Communication 2.1.2"


@dataclass(slots=True)
class Judged:
    """A request's statements: the good ones with their place in it, the others by their number with what is wrong,
    and what the store's profiles did not foresee."""

    good: list[tuple[str, Prepared]] = field(default_factory=list)
    faults: list[tuple[int, StatementRefused]] = field(default_factory=list)
    findings: list[tuple[UUID, Finding]] = field(default_factory=list)

    @property
    def statements(self) -> list[Prepared]:
        """The good ones, in order."""
        return [each for _, each in self.good]


def require(allowed: bool) -> None:
    """The key has the scope for this; NotAllowed otherwise."""
    if not allowed:
        raise NotAllowed("scope")


def under(statement_id: UUID, raw: bytes) -> bytes:
    """The statement with the id of the address, which it may leave out but not contradict."""
    content = received.read(raw, "statement")
    if not isinstance(content, dict) or "id" not in content:
        own = {"id": str(statement_id)}
        return received.completed(raw, content, own) if isinstance(content, dict) else raw
    if str(content["id"]).lower() != str(statement_id):
        raise StatementRefused("statement.id", "differs from statementId", rule="id", section="Communication 2.1.1")
    return raw


def read(request: Request) -> tuple[list[bytes], bool, dict[str, Sent]]:
    """The statements of the body as they were sent, whether as a list, and what came with them."""
    if request.media_type == "application/json":
        return *received.split(request.body), {}
    if request.media_type != "multipart/mixed":
        raise StatementRefused(
            "body", "must be application/json or multipart/mixed", rule="media-type", section="Communication 1.5"
        )
    parts = multipart.parse(request.header("content-type") or "", request.body)
    body, sent = attachments.received(parts)
    return *received.split(body), sent


def judge(request: Request, house: House, raws: Sequence[bytes], sent: Mapping[str, Sent], *, as_list: bool) -> Judged:
    """Each statement is checked by itself; what was sent along must fit the good ones as a whole."""
    judge_one = _Judge(request, house)
    judged = Judged()
    for number, raw in enumerate(raws):
        path = f"statements[{number}]" if as_list else "statement"
        try:
            judged.good.append((path, judge_one(raw, path, judged)))
        except StatementRefused as fault:
            judged.faults.append((number, fault))
    _attach(judged, sent)
    return judged


def storing(request: Request, house: House, judged: Judged, then: Callable[[datetime], Answer]) -> Answer | Storing:
    """All of a request's statements are to be stored, or none; `then` answers, knowing through when all is in.

    BatchRefused names every one that breaks a rule.
    """
    if judged.faults:
        raise BatchRefused(judged.faults[:MOST_FAULTS], more=len(judged.faults) > MOST_FAULTS)
    _refuse_repeated(judged.good)
    if not judged.good:
        with house.database.session() as session:
            return then(query.consistent_through(session, store_id=request.bearer.store_id))

    def stored(through: datetime) -> Answer:
        count_findings(request, house, judged)
        return then(through)

    return Storing(Arrival(request.bearer.store_id, judged.statements), stored, at_once=not judged.findings)


def count_findings(request: Request, house: House, judged: Judged) -> None:
    """What the store's profiles did not foresee is counted for who looks after them."""
    if judged.findings:
        with transaction(house.database) as session:
            profiles.keep(session, store_id=request.bearer.store_id, found=judged.findings, at=datetime.now(UTC))


class _Judge:
    """By which rules the statements of one request are judged: those of xAPI, then those of the store's profiles."""

    def __init__(self, request: Request, house: House) -> None:
        access = request.bearer
        self._sender = Sender(access.authority, request.version, access.may_define)
        self._store_id = access.store_id
        self._checker = house.profiles
        self._mode = house.profiles.mode(access.store_id)

    def __call__(self, raw: bytes, path: str, judged: Judged) -> Prepared:
        prepared = statements.prepare(raw, sender=self._sender, path=path)
        if self._mode != "off":
            found = self._checker.findings(self._store_id, prepared.content)
            refusal = profiles.refusal(found, path=path) if self._mode == "refuse" else None
            if refusal is not None:
                raise refusal
            judged.findings.extend((prepared.id, each) for each in found)
        return prepared


def _refuse_repeated(good: Sequence[tuple[str, Prepared]]) -> None:
    if len(good) < 2:
        return
    seen: set[UUID] = set()
    for path, each in good:
        if each.id in seen:
            raise StatementRefused(f"{path}.id", "appears twice in this request", rule="repeated-id", section=_BATCH)
        seen.add(each.id)


def _attach(judged: Judged, sent: Mapping[str, Sent]) -> None:
    """Each statement has the bytes that came for it, and what is signed is signed as it should be."""
    if judged.faults and not judged.good:
        return
    if not sent and not any(each.declares_attachments for _, each in judged.good):
        return
    kept = attachments.matched(((path, each.content) for path, each in judged.good), sent)
    for number, (path, each) in enumerate(judged.good):
        own = attachments.belonging(each.content, kept)
        signed_statements.check(each.content, own, path=path)
        judged.good[number] = (path, replace(each, attachments=own))
