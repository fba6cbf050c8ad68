"""Requests drawn from the published OpenAPI document, right and wrong ones, by schemathesis."""

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

# The answer is one that the document names: status, headers, content type and body.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def judged(schema: BaseSchema, headers: dict[str, str], *, examples: int, number: int) -> Counter[int]:
    """How often each status came from all operations of the store; AssertionError at an answer that must not be.

    So many examples of each operation and mode; `number` is their seed.
    """
    statuses = Counter[int]()
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path.startswith(("/xapi", "/store")):
            for mode in MODES:
                _judge(operation, mode, headers, statuses, examples=examples, number=number)
    return statuses


def _judge(
    operation: APIOperation,
    mode: GenerationMode,
    headers: dict[str, str],
    statuses: Counter[int],
    *,
    examples: int,
    number: int,
) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        statuses[answer.status_code] += 1

    ask()
