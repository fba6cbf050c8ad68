"""What every step of a module has, and what it can show."""

from dataclasses import dataclass, field

from xapi_store import vocabulary as words


@dataclass(frozen=True)
class Evidence:
    """What a step can show: a criterion of the profile, and the kind of evidence.

    Kinds: A answer, T trace, P peer, F reflection or talk, R judged by a trainer, W confirmed at work.
    """

    criterion: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do in a module. `id` is its short address (`oicf/m1/4`), `iri` its permanent one."""

    id: str
    iri: str
    key: str
    code: str
    title: str
    lead: str
    minutes: int
    evidence: tuple[Evidence, ...]
    module_iri: str
    course_iri: str
    profile_version: str
    line: int = field(default=0, compare=False)

    kind = "step"
    activity_type = words.TYPE_STEP

    @property
    def criteria(self) -> tuple[str, ...]:
        """The criteria that the step can show, each once, in the order of its evidence."""
        return tuple(dict.fromkeys(each.criterion for each in self.evidence))
