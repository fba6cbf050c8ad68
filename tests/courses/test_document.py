"""The shared document: nothing that anybody wrote is lost, and every line keeps its writer."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy.orm import Session

from courses import teams
from courses.errors import AnswerRefused
from courses.sandbox import builtin, document, merging
from courses.sandbox.document import Saved
from courses.sandbox.merging import Line
from courses.syllabus import Course, Exercise
from courses.teams import Seat
from courses.texts import lines_of, tidy
from tests.builders import a_team, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction

# --- Three texts become one ---

BASE = ["# Charter", "", "## Purpose", "Why?", "", "## Norms", "When?", ""]


def merged(base: list[str], standing: list[str], arriving: list[str]) -> list[str]:
    """What comes out when Ana's change stands and Ben's arrives."""
    seed = [Line(text, None) for text in base]
    ana, ben = (merging.carried(seed, texts, author=who) for texts, who in ((standing, "Ana"), (arriving, "Ben")))
    return [line.text for line in merging.merge(seed, ana, ben, label=str).lines]


def edited(change: Callable[[list[str]], object]) -> list[str]:
    """The base after a change."""
    texts = list(BASE)
    change(texts)
    return texts


def test_changes_in_different_places_both_stand() -> None:
    ana = edited(lambda texts: texts.insert(4, "To learn."))
    ben = edited(lambda texts: texts.insert(7, "In a day."))
    assert merged(BASE, ana, ben) == [*BASE[:4], "To learn.", *BASE[4:7], "In a day.", *BASE[7:]]


def test_lines_added_at_the_same_place_all_stand_without_a_conflict() -> None:
    assert merged(["Norms", ""], ["Norms", "Be kind.", ""], ["Norms", "Be brief.", ""]) == [
        "Norms",
        "Be kind.",
        "Be brief.",
        "",
    ]


def test_the_same_change_by_both_stands_once() -> None:
    assert merged(["a", "b"], ["a", "B"], ["a", "B"]) == ["a", "B"]
    assert merged(["a"], ["a", "x", "same"], ["a", "y", "same"]) == ["a", "x", "y", "same"]


def test_changes_of_neighbouring_lines_do_not_conflict() -> None:
    assert merged(["one", "two"], ["ONE", "two"], ["one", "TWO"]) == ["ONE", "TWO"]


def test_a_change_outlives_a_deletion() -> None:
    assert merged(["a", "b", "c"], ["a", "c"], ["a", "b, better", "c"]) == ["a", "b, better", "c"]
    assert merged(["a", "b", "c"], ["a", "b, better", "c"], ["a", "c"]) == ["a", "b, better", "c"]


def test_two_versions_of_a_line_stand_side_by_side_under_their_writers() -> None:
    assert merged(["a", "Why?", "c"], ["a", "To learn.", "c"], ["a", "To teach.", "c"]) == [
        "a",
        "┌── Ana",
        "To learn.",
        "├── Ben",
        "To teach.",
        "└──",
        "c",
    ]


def test_two_versions_of_a_paragraph_stand_in_one_frame() -> None:
    text = merged(["p", "q", "end"], ["p1", "q1", "end"], ["p2", "q2", "end"])
    assert text == ["┌── Ana", "p1", "q1", "├── Ben", "p2", "q2", "└──", "end"]
    assert merging.open_conflicts(text) == 1


def test_a_moved_line_stays_with_its_writer() -> None:
    base = [Line("mine", "Ana"), Line("yours", "Ben"), Line("seed", None)]
    moved = merging.carried(base, ["seed", "new", "mine", "yours"], author="Cleo")
    assert moved == [Line("seed", None), Line("new", "Cleo"), Line("mine", "Ana"), Line("yours", "Ben")]


def test_a_line_belongs_to_whom_last_changed_it_though_others_saw_an_older_state() -> None:
    seed = [Line("a", None), Line("b", None), Line("c", None)]
    ana = merging.carried(seed, ["a!", "b", "c"], author="Ana")
    back = merging.carried(ana, ["a", "b", "c"], author="Ben")
    cleo = merging.carried(seed, ["a", "b", "c!"], author="Cleo")
    result = merging.merge(seed, back, cleo, label=str)
    assert result.lines == (Line("a", "Ben"), Line("b", None), Line("c!", "Cleo"))


@dataclass
class Desk:
    """A writer in the random play below: the state they look at, and a mark that makes their lines unique."""

    name: str
    seen: int = 0
    written: int = 0

    def changes(self, dice: random.Random, texts: list[str]) -> list[str]:
        """The text after one to four random edits: lines added, rewritten, deleted, moved."""
        texts = list(texts)
        for _ in range(dice.randint(1, 4)):
            place = dice.randint(0, len(texts))
            kind = dice.choice(["add", "add", "rewrite", "delete", "move", "blank"])
            if kind == "add" or not texts:
                texts[place:place] = [self.line() for _ in range(dice.randint(1, 3))]
            elif kind == "blank":
                texts.insert(place, "")
            elif kind == "move":
                texts.insert(dice.randint(0, len(texts) - 1), texts.pop(min(place, len(texts) - 1)))
            elif kind == "rewrite":
                texts[min(place, len(texts) - 1)] = self.line()
            else:
                del texts[place : place + dice.randint(1, 2)]
        return lines_of(tidy("\n".join(texts)))

    def line(self) -> str:
        """A line that nobody has written before."""
        self.written += 1
        return f"{self.name} {self.written}"


@dataclass
class Play:
    """A document without a database: every state, as lines."""

    states: list[list[Line]] = field(default_factory=lambda: [[Line(text, None) for text in BASE]])

    def save(self, desk: Desk, texts: list[str]) -> None:
        """As `document.save` does it."""
        base = self.states[desk.seen]
        arriving = merging.carried(base, texts, author=desk.name)
        self.states.append(list(merging.merge(base, self.states[-1], arriving, label=str).lines))


def single(*versions: list[str]) -> set[str]:
    """Texts of these versions that stand nowhere twice.

    Where two people moved the same line it stands twice, and if then each of them deletes one copy both are gone:
    that is what they did, no loss.
    """
    counts = [Counter(version) for version in versions]
    return {text for count in counts for text in count if text and all(each[text] < 2 for each in counts)}


def play_one(seed: int) -> None:
    """Four people write at random for 25 saves, mostly on states that are no longer the newest."""
    dice = random.Random(seed)
    play, desks = Play(), [Desk(name) for name in ("Ana", "Ben", "Cleo", "Dov")]
    for _ in range(25):
        desk = dice.choice(desks)
        if dice.random() < 0.4:
            desk.seen = len(play.states) - 1
        before, base = ([line.text for line in play.states[number]] for number in (-1, desk.seen))
        wanted = desk.changes(dice, base)
        play.save(desk, wanted)
        after = {line.text for line in play.states[-1]}
        assert set(wanted) - set(base) - {""} <= after, f"what was just written stands (seed {seed})"
        kept = single(base, before, wanted) & set(before) - (set(base) - set(wanted))
        assert kept <= after, f"what others wrote stands, but for what the writer saw and deleted (seed {seed})"
        for line in play.states[-1]:
            writer = line.text.split(" ")[0]
            if writer in {each.name for each in desks}:
                assert line.author == writer, f"a line is its writer's, however often it moved (seed {seed})"


def test_no_interleaving_of_saves_loses_a_line_that_somebody_added() -> None:
    for seed in range(200):
        play_one(seed)


def test_texts_are_brought_into_one_form() -> None:
    assert tidy("\n\ufeff" + "a  \r\nb\x00\x07\rc\t\n\n") == "\ufeffa\nb\nc"
    assert tidy("e\u0301") == "é"
    assert tidy("half \ud800 sign") == "half ? sign"
    assert lines_of(tidy(" \n \n")) == []


# --- Saved states ---


def both(session: Session, course: Course, exercise: Exercise, now: datetime) -> tuple[Seat, Seat]:
    """A host and a connector at work."""
    host, connector = a_team(session, course, exercise, of=("north", "south"), at=now)
    return host, connector


def save(session: Session, seat: Seat, based_on: int, at: datetime, *swaps: tuple[str, str]) -> Saved:
    """That state, with these replacements, saved by the member."""
    seen = document.numbered(session, team=seat.team, number=based_on).body if based_on else None
    body = tidy(seat.exercise.seed) if seen is None else seen
    for old, new in swaps:
        assert old in body
        body = body.replace(old, new)
    return document.save(session, seat=seat, based_on=based_on, body=body, at=at)


def test_the_document_begins_as_the_seed(session: Session, course: Course, exercise: Exercise, now: datetime) -> None:
    host, _ = both(session, course, exercise, now)
    begun = document.current(session, team=host.team, exercise=exercise)
    assert (begun.number, begun.body) == (0, tidy(exercise.seed))
    assert document.who_wrote(begun) == ()
    assert document.revisions(session, host.team) == []


def test_two_saves_of_the_same_state_both_stand(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    host, connector = both(session, course, exercise, now)
    first = save(session, host, 0, now, ("Why does this group exist", "We exist to learn. Why else"))
    second = save(session, connector, 0, now, ("Who looks after what", "Ana looks after time. Who looks after what"))
    assert (first.number, first.merged) == (1, False)
    assert (second.number, second.merged, second.conflicts) == (2, True, ())
    text = document.current(session, team=host.team, exercise=exercise).body
    assert "We exist to learn" in text
    assert "Ana looks after time" in text


def test_a_true_conflict_is_framed_by_roles_and_reported(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    host, connector = both(session, course, exercise, now)
    question = "Why does this group exist, and what would be missing without it?"
    save(session, host, 0, now, (question, "To learn."))
    saved = save(session, connector, 0, now, (question, "To teach."))
    revision = document.current(session, team=host.team, exercise=exercise)
    lines = revision.body.split("\n")
    [conflict] = saved.conflicts
    frame = lines[conflict.line - 1 : conflict.line + 4]
    assert frame == ["┌── Host", "To learn.", "├── Connector", "To teach.", "└──"]
    assert conflict.standing == (str(host.member.enrolment_id),)
    assert conflict.arriving == (str(connector.member.enrolment_id),)
    assert [(share.lines, share.share) for share in document.who_wrote(revision)] == [(1, Decimal("0.5"))] * 2


def test_members_who_share_a_role_are_told_apart_in_a_frame(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    *_, fourth, fifth = a_team(session, course, exercise, of=("north",) * 5, at=now)
    save(session, fourth, 0, now, ("# Our charter", "# The charter"))
    save(session, fifth, 0, now, ("# Our charter", "# Your charter"))
    text = document.current(session, team=fifth.team, exercise=exercise).body
    assert text.startswith("┌── Steward (4)\n# The charter\n├── Steward (5)\n# Your charter\n└──")


def test_a_conflict_is_settled_like_any_other_edit(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    host, connector = both(session, course, exercise, now)
    save(session, host, 0, now, ("# Our charter", "# The charter"))
    save(session, connector, 0, now, ("# Our charter", "# Your charter"))
    frame = "┌── Host\n# The charter\n├── Connector\n# Your charter\n└──"
    save(session, host, 2, now, (frame, "# Our own charter"))
    settled = document.current(session, team=host.team, exercise=exercise)
    assert settled.body.startswith("# Our own charter\n\n## 1.")
    assert merging.open_conflicts(settled.body.split("\n")) == 0


def test_a_save_that_changes_nothing_leaves_no_trace(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        host, connector = both(session, course, exercise, now)
        assert not save(session, host, 0, now).changed
        assert save(session, host, 0, now, ("# Our charter", "# A charter")).changed
        again = save(session, connector, 0, now, ("# Our charter", "# A charter"))
        assert (again.changed, again.number) == (False, 1)
    assert [each["verb"]["id"] for each in statements_of(database, connector.member.store_id)] == [words.JOINED]


def test_each_edit_is_on_record_with_its_extent_and_without_its_words(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        host, _ = both(session, course, exercise, now)
        save(session, host, 0, now, ("# Our charter", "# Secret title\nOne more line\n\nAnd another"))
    [_, edit] = statements_of(database, host.member.store_id)
    assert edit["verb"]["id"] == words.EDITED
    assert edit["object"]["id"] == f"{course.iri}/teams/{host.team.id}/document"
    assert edit["object"]["definition"]["type"] == words.TYPE_DOCUMENT
    assert edit["result"] == {"response": "+3 −1"}
    assert edit["context"]["team"]["account"]["name"] == str(host.team.id)
    assert edit["context"]["contextActivities"]["parent"] == [{"id": exercise.iri}]
    assert "Secret" not in str(edit)


def test_text_that_is_too_long_or_based_on_nothing_is_refused(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    host, _ = both(session, course, exercise, now)
    with pytest.raises(AnswerRefused, match="too_long"):
        document.save(session, seat=host, based_on=0, body="a\n" * 501, at=now)
    with pytest.raises(AnswerRefused, match="too_long"):
        document.save(session, seat=host, based_on=0, body="a" * 40_001, at=now)
    for number in (7, -1):
        with pytest.raises(AnswerRefused, match="no_such_revision"):
            document.save(session, seat=host, based_on=number, body="a", at=now)


def test_the_history_shows_what_each_save_changed(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    host, connector = both(session, course, exercise, now)
    save(session, host, 0, now, ("# Our charter", "# The charter"))
    save(session, connector, 1, now, ("# The charter", "# The charter\nOf us all"))
    seed, first, second = document.revisions(session, host.team)
    changes = [each for each in document.difference(seed, second) if each.kind != "same"]
    assert [(each.kind, each.text, each.old, each.new) for each in changes] == [
        ("removed", "# Our charter", 1, None),
        ("added", "# The charter", None, 1),
        ("added", "Of us all", None, 2),
    ]
    assert (first.added, first.removed, second.added, second.removed) == (1, 1, 1, 0)
    assert seed.enrolment_id is None


def test_work_after_the_time_is_marked_late_and_kept(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    host, _ = both(session, course, exercise, now)
    saved = save(session, host, 0, now + timedelta(hours=1), ("# Our charter", "# The charter"))
    assert document.numbered(session, team=host.team, number=saved.number).late
    [reflected, other] = builtin.mirror(session, team=host.team)
    assert (reflected.edits, reflected.late, reflected.lines, reflected.share) == (1, 1, 1, Decimal(1))
    assert (other.edits, other.late, other.lines, other.share) == (0, 0, 0, Decimal(0))


def test_two_threads_that_save_at_once_both_survive(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        seats = both(session, course, exercise, now)
    together = Barrier(2, timeout=20)
    rounds = 8

    def write(seat: Seat) -> None:
        for number in range(rounds):
            with transaction(database) as session:
                mine = teams.seat(
                    session,
                    team=teams.by_id(session, seat.team.id),
                    enrolment_id=seat.member.enrolment_id,
                    exercise=exercise,
                )
                seen = document.current(session, team=mine.team, exercise=exercise)
                together.wait()
                text = seen.body.replace("## 3. Roles", f"{seat.member.role} line {number}\n## 3. Roles")
                document.save(session, seat=mine, based_on=seen.number, body=text, at=now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, seats))
    with transaction(database) as session:
        final = document.current(session, team=seats[0].team, exercise=exercise)
        assert final.number == 2 * rounds
        for seat in seats:
            wanted = {(f"{seat.member.role} line {number}", str(seat.member.enrolment_id)) for number in range(rounds)}
            assert wanted <= {(line.text, line.author) for line in final.lines()}
    edits = [each["verb"]["id"] for store in (1, 2) for each in statements_of(database, store)]
    assert edits.count(words.EDITED) == 2 * rounds


def test_an_interrupted_save_leaves_neither_revision_nor_statement(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        host, _ = both(session, course, exercise, now)

    def interrupted() -> None:
        with transaction(database) as session:
            save(session, _again(session, host), 0, now, ("# Our charter", "# Lost"))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    with transaction(database) as session:
        assert document.revisions(session, host.team) == []
    assert len(statements_of(database, host.member.store_id)) == 1


def _again(session: Session, seat: Seat) -> Seat:
    """The same seat in another session."""
    team = teams.by_id(session, seat.team.id)
    return teams.seat(session, team=team, enrolment_id=seat.member.enrolment_id, exercise=seat.exercise)
