"""The rules of an installation, read from the content files: each has an id, a version and a digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import rfc8785
import yaml
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from assessments.errors import NoSuchRule, RuleRefused
from assessments.rules import JUDGED, PASSED, Alignment, Clause, Rule
from assessments.texts import is_signable


def _signable(value: str) -> None:
    if not is_signable(value):
        raise ValidationError("Empty, or holds control characters.")


def _text() -> fields.String:
    return fields.String(required=True, validate=_signable)


class _ClauseSchema(Schema):
    """A clause as it stands in the file."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9-]+$"))
    kind = fields.String(required=True, validate=validate.OneOf([PASSED, JUDGED]))
    object = fields.Url(required=True, require_tld=False)
    text = _text()
    competence = _text()
    at_least = fields.Decimal(required=True, validate=validate.Range(min=Decimal(0), max=Decimal(4)))


class _AlignmentSchema(Schema):
    """An alignment as it stands in the file."""

    framework = _text()
    target_type = fields.String(required=True, validate=validate.Regexp(r"^(ext:.+|CTDL|CFItem|ceasn:Competency)$"))
    name = _text()
    url = fields.Url(required=True)


class _RuleSchema(Schema):
    """A rule document."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9-]+$"))
    version = fields.String(required=True, validate=validate.Regexp(r"^\d+\.\d+\.\d+$"))
    title = _text()
    language = fields.String(required=True, validate=validate.Regexp(r"^[a-z]{2}(-[A-Z]{2})?$"))
    course = fields.String(required=True)
    description = _text()
    achievement_type = fields.String(
        required=True, validate=validate.OneOf(["Certificate", "Certification", "Competency", "MicroCredential"])
    )
    valid_months = fields.Integer(load_default=None, strict=True, validate=validate.Range(min=1, max=120))
    clauses = fields.List(fields.Nested(_ClauseSchema), required=True, validate=validate.Length(min=1))
    alignments = fields.List(fields.Nested(_AlignmentSchema), load_default=list)


def read(document: str, *, name: str) -> Rule:
    """The rule that stands in this YAML text; RuleRefused names `name` and what to mend."""
    try:
        raw = yaml.safe_load(document)
        loaded: dict[str, Any] = _RuleSchema(unknown=RAISE).load(raw)
        digest = hashlib.sha256(rfc8785.dumps(raw)).hexdigest()
    except yaml.YAMLError as error:
        raise RuleRefused(f"{name}: {error}") from error
    except (ValidationError, rfc8785.CanonicalizationError) as error:
        raise RuleRefused(f"{name}: {error}") from error
    clauses = tuple(Clause(**clause) for clause in loaded.pop("clauses"))
    if len({clause.id for clause in clauses}) < len(clauses):
        raise RuleRefused(f"{name}: clauses: two clauses bear the same id")
    alignments = tuple(Alignment(**alignment) for alignment in loaded.pop("alignments"))
    return Rule(clauses=clauses, alignments=alignments, digest=digest, **loaded)


@dataclass(frozen=True)
class Rulebook:
    """Every rule of an installation, by id and version."""

    rules: Mapping[tuple[str, str], Rule]

    @classmethod
    def load(cls, directory: Path) -> "Rulebook":
        """The rules that stand in `*/rules/*.yaml` under a content directory."""
        found: dict[tuple[str, str], Rule] = {}
        for path in sorted(directory.glob("*/rules/*.yaml")):
            rule = read(path.read_text(encoding="utf-8"), name=str(path.relative_to(directory)))
            if (rule.id, rule.version) in found:
                raise RuleRefused(f"{path.name}: {rule.id} {rule.version} stands in another file already")
            found[rule.id, rule.version] = rule
        return cls(found)

    def find(self, rule_id: str, version: str) -> Rule:
        """The rule of that id and version; NoSuchRule where there is none."""
        try:
            return self.rules[rule_id, version]
        except KeyError:
            raise NoSuchRule(f"{rule_id} {version}") from None

    def of_course(self, course: str) -> tuple[Rule, ...]:
        """The rules that certify work in this course."""
        return tuple(rule for rule in self.rules.values() if rule.course == course)
