"""Signing in by one's organisation: only who was invited, and only by the provider's own fresh word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_tool.sign_in import invitations
from lti_tool.sign_in.accounts import Account
from tests.lti_tool import entering
from tests.lti_tool.entrance import database, house, launched, one_house, one_platform
from tests.lti_tool.oidc_provider import SECRET, OidcProvider
from xapi_store.database import Database
from xapi_store.transaction import transaction

__all__ = ["database", "house", "launched", "one_house", "one_platform"]


@pytest.fixture
def provider(house: Flask) -> Iterator[OidcProvider]:
    """The provider that the operator of the house has set."""
    listening = OidcProvider()
    before = house.extensions["settings"]
    house.extensions["settings"] = replace(
        before,
        oidc_issuer=listening.address,
        oidc_client_id="client-1",
        oidc_client_secret=SECRET,
        oidc_label="North Office",
    )
    yield listening
    house.extensions["settings"] = before
    listening.close()


def come_back(
    browser: FlaskClient, provider: OidcProvider, subject: str, *, through: str = "/sign-in", query: str = ""
) -> TestResponse:
    """The answer to somebody who went to the provider from that page and was recognised there."""
    assert "North Office" in browser.get(through).text
    question = browser.get(f"/sign-in/organisation{query}").location
    assert question is not None
    return browser.get(provider.recognise(question, subject))


def link(house: Flask, provider: OidcProvider, subject: str) -> TestResponse:
    """The answer to an officer who accepts an invitation by their organisation."""
    path = entering.invitation(house, "officer")
    query = f"?invitation={path.rsplit('/', 1)[1]}"
    return come_back(house.test_client(), provider, subject, through=path, query=query)


def test_an_invitation_links_and_later_the_organisation_is_enough(house: Flask, provider: OidcProvider) -> None:
    linked = link(house, provider, "ola")
    assert (linked.status_code, linked.location) == (303, "/agency")
    browser = house.test_client()
    assert come_back(browser, provider, "ola").location == "/agency"
    assert browser.get("/agency").status_code == 200
    # Described once an hour, not with every sign-in.
    assert len(provider.asked("/.well-known/openid-configuration")) == 1


def test_whom_the_organisation_knows_and_nobody_invited_stays_outside(house: Flask, provider: OidcProvider) -> None:
    link(house, provider, "ola")
    browser = house.test_client()
    assert come_back(browser, provider, "per").status_code == 403
    assert browser.get("/agency").status_code == 401


def test_an_identity_that_opens_one_account_opens_no_second(house: Flask, provider: OidcProvider) -> None:
    link(house, provider, "ola")
    assert link(house, provider, "ola").status_code == 403


def test_a_way_back_is_good_once_and_in_the_browser_that_set_out(house: Flask, provider: OidcProvider) -> None:
    link(house, provider, "ola")
    browser, other = house.test_client(), house.test_client()
    browser.get("/sign-in")
    other.get("/sign-in")
    path = provider.recognise(browser.get("/sign-in/organisation").location or "", "ola")
    assert other.get(path).status_code == 403
    assert browser.get(path).status_code == 403  # spent by the one who tried
    path = provider.recognise(browser.get("/sign-in/organisation").location or "", "ola")
    assert browser.get(path.replace(f"iss={provider.address}", "iss=https://other.example")).status_code == 403
    for query in ("", "?state=x", "?state=x&code=y", "?error=access_denied&state=x"):
        assert browser.get(f"/sign-in/organisation/back{query}").status_code == 403


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "client-2"},
        {"iss": "https://other.example"},
        {"exp": 1_000_000_000},
        {"sub": ""},
    ],
)
def test_a_token_that_does_not_fit_opens_nothing(lie: dict[str, Any], house: Flask, provider: OidcProvider) -> None:
    link(house, provider, "ola")
    provider.claims = lie
    assert come_back(house.test_client(), provider, "ola").status_code == 403


def test_a_new_link_makes_the_organisation_open_the_account_no_more(
    house: Flask, provider: OidcProvider, database: Database
) -> None:
    link(house, provider, "ola")
    with transaction(database) as session:
        account = session.scalars(select(Account)).one()
        token = invitations.renew(session, account=account, at=datetime.now(UTC))
    assert entering.accept(house.test_client(), f"/invitation/{token}").status_code == 303
    assert come_back(house.test_client(), provider, "ola").status_code == 403
    assert entering.sign_in(house.test_client()).location == "/agency"


def test_a_token_signed_with_another_key_opens_nothing(house: Flask, provider: OidcProvider) -> None:
    link(house, provider, "ola")
    provider.key = "stolen-key"
    assert come_back(house.test_client(), provider, "ola").status_code == 403


def test_without_a_provider_there_is_no_such_door(house: Flask) -> None:
    browser = house.test_client()
    assert "Sign in with your organisation" not in browser.get("/sign-in").text
    assert browser.get("/sign-in/organisation").status_code == 404
