"""The team's discussion thread. It stays open after the freeze: whoever cannot agree says there why not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, teams
from courses.errors import AnswerRefused
from courses.teams import Seat, Team
from courses.texts import within
from xapi_store import vocabulary as words
from xapi_store.database import Base

POST_LIMIT = 5_000


class Post(Base):
    """One message in a team's thread, answering another one or standing alone.

    `number` counts from 1 in the order in which the thread took the posts; `late` marks what came after the time of
    its phase was over.
    """

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("team_id", "number"),
        ForeignKeyConstraint(["team_id", "enrolment_id"], ["team_member.team_id", "team_member.enrolment_id"]),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    number: Mapped[int]
    store_id: Mapped[int]
    enrolment_id: Mapped[UUID]
    in_reply_to: Mapped[UUID | None] = mapped_column(ForeignKey("post.id"))
    body: Mapped[str]
    phase: Mapped[int]
    late: Mapped[bool]
    at: Mapped[datetime]


@dataclass(frozen=True)
class Message:
    """A post as its team sees it; `reply_to` is the number of the post that it answers."""

    id: UUID
    number: int
    enrolment_id: UUID
    reply_to: int | None
    body: str
    phase: int
    late: bool
    at: datetime


def post(session: Session, *, seat: Seat, body: str, in_reply_to: UUID | None = None, at: datetime) -> Post:
    """The message stands at the end of the thread, and is on record as posted or replied.

    AnswerRefused with `empty`, `too_long`, or `no_such_post` for an answer to what is not in this thread.
    """
    tidied = within(body, most=POST_LIMIT)
    teams.lock(session, seat.team)
    answered = _answered(session, seat.team, in_reply_to)
    written = Post(
        id=uuid4(),
        team_id=seat.team.id,
        number=newest(session, seat.team) + 1,
        store_id=seat.member.store_id,
        enrolment_id=seat.member.enrolment_id,
        in_reply_to=in_reply_to,
        body=tidied,
        phase=seat.team.phase,
        late=teams.is_late(seat.team, seat.exercise, at),
        at=at,
    )
    session.add(written)
    session.flush()
    _record(session, seat, written, answered, at)
    return written


def thread(session: Session, team: Team, *, after: int = 0) -> list[Message]:
    """The posts in their order; `after` leaves out those up to that number."""
    asked = select(Post).where(Post.team_id == team.id, Post.number > after).order_by(Post.number)
    posts = list(session.scalars(asked))
    answered = [each.in_reply_to for each in posts if each.in_reply_to]
    rows = session.execute(select(Post.id, Post.number).where(Post.id.in_(answered))).all() if answered else []
    numbers: dict[UUID, int] = {row.id: row.number for row in rows}
    return [_message(each, numbers) for each in posts]


def newest(session: Session, team: Team) -> int:
    """The number of the newest post; 0 in an empty thread."""
    return session.scalar(select(func.max(Post.number)).where(Post.team_id == team.id)) or 0


def _answered(session: Session, team: Team, post_id: UUID | None) -> Post | None:
    """The post of this thread that is answered; AnswerRefused where it is none of this thread's."""
    if post_id is None:
        return None
    found = session.get(Post, post_id)
    if found is None or found.team_id != team.id:
        raise AnswerRefused("no_such_post")
    return found


def _record(session: Session, seat: Seat, written: Post, answered: Post | None, at: datetime) -> None:
    """The message is on record, by its address and without its words."""
    place = f"{teams.address(seat.team, seat.exercise)}/posts"
    here = f"{place}/{written.id}"
    if answered is None:
        topic = evidence.activity(here, kind=words.TYPE_FORUM_TOPIC)
        teams.leave_evidence(session, seat=seat, verb=words.POSTED, about=topic, at=at)
        return
    teams.leave_evidence(
        session,
        seat=seat,
        verb=words.REPLIED,
        about=evidence.activity(here, kind=words.TYPE_FORUM_REPLY),
        at=at,
        parent=[f"{place}/{answered.id}"],
        grouping=[seat.exercise.iri],
    )


def _message(post: Post, numbers: dict[UUID, int]) -> Message:
    """A post as its team sees it."""
    reply_to = numbers[post.in_reply_to] if post.in_reply_to else None
    return Message(post.id, post.number, post.enrolment_id, reply_to, post.body, post.phase, post.late, post.at)
