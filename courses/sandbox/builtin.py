"""The built-in sandbox seen as a whole: what happened since one last looked, and the mirror of who took part."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from courses import teams
from courses.sandbox import document, thread
from courses.sandbox.document import Revision
from courses.sandbox.thread import Message, Post
from courses.teams import Member, Team

__all__ = ["Changes", "Post", "Reflected", "Revision", "changes_since", "contributed", "mirror"]


@dataclass(frozen=True)
class Changes:
    """What a page needs to catch up. `posts` are those after the cursor; all else is as it stands now.

    `cursor` is for the next call; it is the same as the one given when nothing happened.
    """

    posts: tuple[Message, ...]
    revision: int
    members: tuple[Member, ...]
    phase: int
    closed: bool
    cursor: str


@dataclass(frozen=True)
class Reflected:
    """One member in the mirror. `lines` and `share` (0 to 1) are of the text as it stands.

    `phases` are those with a post or an edit of theirs; `late` counts those that came after the phase's time.
    """

    member: Member
    posts: int
    replies: int
    edits: int
    lines: int
    share: Decimal
    late: int
    phases: tuple[int, ...]


def changes_since(session: Session, *, team: Team, cursor: str) -> Changes:
    """What happened in the team since that cursor; an empty or unknown one begins at the beginning."""
    posts = tuple(thread.thread(session, team, after=_last_seen(cursor)))
    newest = posts[-1].number if posts else _last_seen(cursor)
    revision = session.scalar(select(func.max(Revision.number)).where(Revision.team_id == team.id)) or 0
    people = teams.members(session, team)
    closed = team.closed_at is not None
    reached = f"{newest}.{revision}.{len(people)}.{team.phase}.{int(closed)}"
    return Changes(posts, revision, people, team.phase, closed, reached)


def contributed(session: Session, team: Team) -> set[UUID]:
    """The enrolments that have posted, or saved the document, in the team's present phase."""
    posted = select(Post.enrolment_id).where(Post.team_id == team.id, Post.phase == team.phase)
    edited = select(Revision.enrolment_id).where(
        Revision.team_id == team.id, Revision.phase == team.phase, Revision.enrolment_id.is_not(None)
    )
    return {found for found in session.scalars(posted.union(edited)) if found is not None}


def mirror(session: Session, *, team: Team) -> tuple[Reflected, ...]:
    """How each member has taken part so far, in the order of their seats: for the team itself, and its trainer.

    It shows; it never grades.
    """
    posts = thread.thread(session, team)
    states = document.revisions(session, team)
    shares = {share.enrolment_id: share for share in document.who_wrote(states[-1])} if states else {}
    return tuple(
        _reflected(member, posts, states, shares.get(member.enrolment_id)) for member in teams.members(session, team)
    )


def _reflected(
    member: Member, posts: Iterable[Message], states: Iterable[Revision], share: document.Share | None
) -> Reflected:
    own = [post for post in posts if post.enrolment_id == member.enrolment_id]
    saved = [state for state in states if state.enrolment_id == member.enrolment_id]
    return Reflected(
        member=member,
        posts=len(own),
        replies=sum(post.reply_to is not None for post in own),
        edits=len(saved),
        lines=share.lines if share else 0,
        share=share.share if share else Decimal(0),
        late=sum(post.late for post in own) + sum(state.late for state in saved),
        phases=tuple(sorted({post.phase for post in own} | {state.phase for state in saved})),
    )


def _last_seen(cursor: str) -> int:
    """The number of the newest post behind a cursor."""
    number = cursor.partition(".")[0]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
