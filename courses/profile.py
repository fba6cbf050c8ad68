"""The qualification profile: what a facilitator is able to do, in units, outcomes and performance criteria.

Evidence and certificates speak of a criterion by its permanent address, `{profile}/{version}/{code}`.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Alignment:
    """A relation of a unit to another framework; `status` says how far the reference has been checked."""

    framework: str
    code: str
    uri: str | None
    status: str


@dataclass(frozen=True)
class Outcome:
    """A learning outcome; `kind` is K (knowledge), S (skill) or RA (responsibility and autonomy)."""

    code: str
    iri: str
    kind: str
    text: str


@dataclass(frozen=True)
class PerformanceCriterion:
    """What a judge can see a competent person do; `critical` ones need stronger evidence for a certificate."""

    code: str
    iri: str
    unit: str
    outcomes: tuple[str, ...]
    critical: bool
    text: str


@dataclass(frozen=True)
class Unit:
    """One competence of the profile, with the hours it is taught."""

    code: str
    iri: str
    title: str
    purpose: str
    hours: int
    outcomes: tuple[Outcome, ...]
    criteria: tuple[PerformanceCriterion, ...]
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True)
class Profile:
    """One version of the qualification profile. `workload` is the notional hours of all that leads to it."""

    id: str
    iri: str
    version: str
    title: str
    level: int
    workload: int
    level_note: str
    licence: str
    published: date
    role: str
    target_group: str
    entry: str
    occupations: tuple[Alignment, ...]
    units: tuple[Unit, ...]

    def criteria(self) -> dict[str, PerformanceCriterion]:
        """Every performance criterion by its code, such as `U4.PC1`."""
        return {criterion.code: criterion for unit in self.units for criterion in unit.criteria}

    def parts(self) -> dict[str, Unit | Outcome | PerformanceCriterion]:
        """Everything that has an address of its own, by its code: units, outcomes and criteria."""
        units = {unit.code: unit for unit in self.units}
        outcomes = {outcome.code: outcome for unit in self.units for outcome in unit.outcomes}
        return {**units, **outcomes, **self.criteria()}
