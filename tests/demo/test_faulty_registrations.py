"""Tools that register wrongly: each is refused, told why, and may correct itself."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.demo.small_tool import (
    CONFIGURATION,
    SmallTool,
)

REGISTRATIONS: list[tuple[str, dict[str, Any], str]] = [
    ("has_no_redirect_uris", {"redirect_uris": None}, "redirect_uris"),
    ("has_an_empty_list_of_redirect_uris", {"redirect_uris": []}, "redirect_uris"),
    ("redirects_to_another_site", {"redirect_uris": ["http://elsewhere.example/launch"]}, "redirect_uris"),
    ("has_no_login_address", {"initiate_login_uri": None}, "initiate_login_uri"),
    ("has_no_key_set", {"jwks_uri": None}, "jwks_uri"),
    ("has_no_name", {"client_name": ""}, "client_name"),
    ("wants_a_secret", {"token_endpoint_auth_method": "client_secret_basic"}, "token_endpoint_auth_method"),
    ("wants_a_code", {"response_types": ["code"]}, "response_types"),
    ("wants_no_services_flow", {"grant_types": ["implicit"]}, "grant_types"),
    ("has_no_lti_configuration", {CONFIGURATION: None}, "lti-tool-configuration"),
    (
        "forgets_the_port_in_its_domain",
        {CONFIGURATION: {"domain": "127.0.0.1", "target_link_uri": "http://127.0.0.1:9/t", "claims": []}},
        "domain",
    ),
]


@pytest.mark.parametrize(
    ("changes", "member"), [each[1:] for each in REGISTRATIONS], ids=[each[0] for each in REGISTRATIONS]
)
def test_a_tool_that_registers_wrongly_is_refused_and_may_correct_itself(
    new_tool: Callable[[], SmallTool], changes: dict[str, Any], member: str
) -> None:
    tool = new_tool()
    token = tool.permit()

    refused = tool.register(token, **changes)

    assert refused.status_code == 400
    assert member in refused.json()["error_description"]
    assert tool.register(token).status_code == 201


def test_a_registration_token_registers_one_tool(new_tool: Callable[[], SmallTool]) -> None:
    tool = new_tool()
    token = tool.permit()
    tool.register(token).raise_for_status()

    again = tool.register(token)

    assert (again.status_code, again.json()["error"]) == (401, "token_already_used")


@pytest.mark.parametrize(("token", "error"), [(None, "missing_registration_token"), ("made-up", "invalid_token")])
def test_nobody_registers_without_an_administrators_token(
    new_tool: Callable[[], SmallTool], token: str | None, error: str
) -> None:
    assert new_tool().register(token).json()["error"] == error
