"""How work is judged: criteria with four levels."""

from dataclasses import dataclass

EVERYONE: tuple[str, ...] = ()


@dataclass(frozen=True)
class Criterion:
    """A line of a rubric, with four levels in words. Group criteria speak to a criterion of the profile.

    `roles` are those for whom the level counts; none named means everyone.
    """

    key: str
    title: str
    levels: tuple[str, str, str, str]
    code: str | None = None
    iri: str | None = None
    roles: tuple[str, ...] = EVERYONE

    def counts_for(self, role: str | None) -> bool:
        """Whether the level counts for who has this role."""
        return not self.roles or role in self.roles


@dataclass(frozen=True)
class Rubric:
    """How work is judged: what was made (`group`), and in a team how each member took part (`conduct`)."""

    id: str
    group: tuple[Criterion, ...]
    conduct: tuple[Criterion, ...]
