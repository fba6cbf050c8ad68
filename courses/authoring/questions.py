"""Questions as authors write them: a stem, then answers in the form of their type, each with its feedback."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from string import ascii_lowercase

from courses.authoring.around import Around
from courses.authoring.document import Block
from courses.authoring.markdown import html, plain
from courses.syllabus import Option, Pairing, Question

TYPES = ("single", "multi", "sjt", "order", "match", "numeric", "short")
CHOICES = ("single", "multi", "sjt")
WORDS = r"(?P<id>[A-Za-z0-9-]+) +(?P<type>[a-z]+)(?: +(?P<criterion>\S+))?"
FORM = "an id, the type and the criterion, such as Q-M1-1 single U6.PC3"
BOX = re.compile(r"- \[([^\]]*)\] *(.*)")
NUMBERED = re.compile(r"(\d+)[.)] +(.*)")
PAIR = re.compile(r"- (?:(.*?) )?= +(.*)")
EQUALS = re.compile(r"= +(.*)")
BEGINS = {"order": NUMBERED, "match": PAIR, "numeric": EQUALS, "short": EQUALS, **dict.fromkeys(CHOICES, BOX)}
FIGURE = re.compile(r"([+-]?\d+(?:\.\d+)?)(?: *(?:±|\+/?-) *(\d+(?:\.\d+)?))?(?: +(.+))?")


@dataclass
class Answer:
    """An answer as written: what its mark holds, its text, its feedback, and its line."""

    line: int
    marks: tuple[str, ...]
    said: list[str] = field(default_factory=list)
    feedback: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The answer's text on one line."""
        return plain(" ".join(self.said))

    @property
    def why(self) -> str:
        """The feedback on one line."""
        return plain(" ".join(self.feedback))


def read(block: Block, around: Around) -> Question | None:
    """The question; None, and told, where it cannot be asked or marked."""
    named = around.words(block, WORDS, FORM)
    if named is None:
        return None
    if named["type"] not in TYPES:
        around.faults.tell(block.line, f"there is no question type {named['type']}; there are {', '.join(TYPES)}")
        return None
    stem, answers, note = _apart(block, BEGINS[named["type"]], around)
    if not stem:
        around.faults.tell(block.line, f"{named['id']}: the question itself is missing")
    face = Question(
        id=named["id"],
        iri=f"{around.iri}/{named['id']}",
        type=named["type"],
        criterion=named["criterion"],
        criterion_iri=around.criterion_iri(named["criterion"], block.line),
        stem_html=html(stem),
        stem=plain(stem),
        note=note,
        line=block.line,
    )
    return _READERS[face.type](face, answers, around)


def _apart(block: Block, begins: re.Pattern[str], around: Around) -> tuple[str, list[Answer], str]:
    """The stem, the answers, and the note below them."""
    stem: list[str] = []
    answers: list[Answer] = []
    note: list[str] = []
    for line, text in block.lines():
        if found := begins.fullmatch(text):
            *marks, said = found.groups()
            answers.append(Answer(line, tuple(mark or "" for mark in marks), [said]))
        elif not answers:
            stem.append(text)
        elif text.startswith(">"):
            note.append(text.lstrip("> "))
        elif text.strip():
            if not text.startswith(" "):
                around.faults.tell(line, "what is this? An answer goes on in lines that begin with two spaces")
            _go_on(answers[-1], text.strip(), note)
    return "\n".join(stem).strip(), answers, plain(" ".join(note))


def _go_on(answer: Answer, text: str, note: list[str]) -> None:
    """One more line of an answer, of its feedback, or of the note once that has begun."""
    if note:
        note.append(text)
    elif text.startswith(">") or answer.feedback:
        answer.feedback.append(text.lstrip("> "))
    else:
        answer.said.append(text)


def _key(index: int) -> str:
    """a, b, c … in the order written."""
    return ascii_lowercase[index] if index < 26 else f"z{index}"


def _choice(face: Question, answers: list[Answer], around: Around) -> Question | None:
    """A question with options to choose from."""
    values = [_credit(answer, face.type) for answer in answers]
    told = around.faults.tell
    for answer, value in zip(answers, values, strict=True):
        if value is None:
            told(answer.line, f"{face.id}: in the box stands x or nothing; in a question of type sjt, 0 to 1")
        if not answer.feedback:
            told(answer.line, f"{face.id}: this option has no feedback (a line below it: two spaces, >, and why)")
    good = [value for value in values if value is not None]
    if fault := _credits_fault(face.type, good):
        told(face.line, f"{face.id}: {fault}")
        return None
    options = [
        Option(_key(index), answer.text, value or Decimal(0), answer.why)
        for index, (answer, value) in enumerate(zip(answers, values, strict=True))
    ]
    return _with(face, options=tuple(options))


def _credit(answer: Answer, kind: str) -> Decimal | None:
    """What the box holds, as credit; None where it makes no sense."""
    mark = answer.marks[0].strip()
    if mark in ("", "x", "X"):
        return Decimal(1 if mark else 0)
    if kind != "sjt" or not re.fullmatch(r"\d(\.\d+)?", mark):
        return None
    return Decimal(mark) if Decimal(mark) <= 1 else None


def _credits_fault(kind: str, values: list[Decimal]) -> str:
    """What is wrong with the credits of a choice; empty where nothing is."""
    least = 2 if kind == "multi" else 3
    if len(values) < least:
        return f"at least {least} options are needed"
    if max(values) != 1 or min(values) == 1:
        return "a right option (x) and a wrong one are needed"
    if kind == "single" and sum(values) != 1:
        return "a single choice has exactly one right option"
    return ""


def _order(face: Question, answers: list[Answer], around: Around) -> Question | None:
    """Things to put in order; the numbers are their places."""
    options = [
        Option(_key(index), answer.text, Decimal(answer.marks[0]), answer.why) for index, answer in enumerate(answers)
    ]
    if len({option.value for option in options}) < 2:
        around.faults.tell(face.line, f"{face.id}: a numbered list in the right order is needed")
        return None
    return _with(face, options=tuple(options))


def _match(face: Question, answers: list[Answer], around: Around) -> Question | None:
    """Pairs: left sides, and right sides among which some may belong to nothing."""
    rights = list(dict.fromkeys(answer.text for answer in answers))
    keys = {text: _key(index) for index, text in enumerate(rights)}
    lefts = [answer for answer in answers if answer.marks[0].strip()]
    for answer in lefts:
        if not answer.feedback:
            around.faults.tell(
                answer.line, f"{face.id}: this pair has no feedback (a line below it: two spaces, >, why)"
            )
    if len(lefts) < 2:
        around.faults.tell(face.line, f"{face.id}: at least two pairs are needed, each as - left = right")
        return None
    pairings = [
        Pairing(str(place), plain(answer.marks[0]), keys[answer.text], answer.why)
        for place, answer in enumerate(lefts, start=1)
    ]
    options = [Option(key, text, Decimal(0), "") for text, key in keys.items()]
    return _with(face, options=tuple(options), pairings=tuple(pairings))


def _numeric(face: Question, answers: list[Answer], around: Around) -> Question | None:
    """A number with its tolerance and unit."""
    found = FIGURE.fullmatch(answers[0].said[0].strip()) if len(answers) == 1 else None
    if found is None:
        around.faults.tell(face.line, f"{face.id}: one line is needed with number, tolerance and unit: = 27.5 ± 0.1 %")
        return None
    note = face.note or answers[0].why
    return _with(
        face, number=Decimal(found[1]), tolerance=Decimal(found[2] or 0), unit=(found[3] or "").strip(), note=note
    )


def _short(face: Question, answers: list[Answer], around: Around) -> Question | None:
    """A few words to write; any of those named is right."""
    written = [each for answer in answers for each in " ".join(answer.said).split("|")]
    accepted = tuple(each.strip() for each in written if each.strip(" *"))
    if not accepted:
        around.faults.tell(face.line, f"{face.id}: at least one answer is needed: = bus driver | rural bus firm")
        return None
    return _with(face, accepted=accepted, note=face.note or " ".join(answer.why for answer in answers).strip())


def _with(face: Question, **parts: object) -> Question:
    """The question with the parts of its type."""
    return replace(face, **parts)  # type: ignore[arg-type]  # the parts are those of its fields


_READERS = {
    **dict.fromkeys(CHOICES, _choice),
    "order": _order,
    "match": _match,
    "numeric": _numeric,
    "short": _short,
}
