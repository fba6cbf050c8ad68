"""Every way we know to get in by a launch that should not be let in, tried one by one."""

import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from lti_tool.lti.login import Login
from lti_tool.lti.platforms import Platform
from lti_tool.visitor import COOKIE, Visit
from tests.attacks.aftermath import refused
from tests.builders import TOOL_ADDRESS, a_launch, a_platform
from tests.signing_platform import SigningPlatform, key_named
from xapi_store.database import Database


def test_a_proper_launch_is_let_in(browser: FlaskClient, platform: SigningPlatform) -> None:
    answer = a_launch(browser, platform).send()
    assert (answer.status_code, answer.location) == (303, f"{TOOL_ADDRESS}/learn/oicf/m1")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith(COOKIE))
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_a_state_is_good_for_one_launch(browser: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    under_way = a_launch(browser, platform)
    token = platform.sign(under_way.claims)
    assert under_way.send(token).status_code == 303
    again = under_way.send(token)
    assert 'data-code="unknown_state"' in again.text
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1


def test_a_refused_launch_cannot_be_tried_again(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    assert under_way.send(platform.sign(under_way.claims | {"aud": "somebody"})).status_code == 400
    refused(under_way.send(), "unknown_state", database)
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Login)) == 0


def test_a_state_does_not_work_in_another_browser(tool: Flask, platform: SigningPlatform, database: Database) -> None:
    attacker, victim = tool.test_client(), tool.test_client()
    refused(a_launch(attacker, platform).send(browser=victim), "no_cookie", database)


def test_a_state_does_not_work_with_the_cookie_of_another_login(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    attacker, victim = tool.test_client(), tool.test_client()
    begun = a_launch(attacker, platform)
    own = a_launch(victim, platform)
    cookies = {name: cookie.value for (_, _, name), cookie in victim._cookies.items()}
    name = next(each for (_, _, each) in attacker._cookies)
    victim.set_cookie(name, next(iter(cookies.values())), domain="localhost")
    refused(begun.send(browser=victim), "other_browser", database)
    assert own.send().status_code == 303


def test_parallel_launches_of_one_browser_leave_each_other_alone(
    browser: FlaskClient, platform: SigningPlatform
) -> None:
    first, second = a_launch(browser, platform), a_launch(browser, platform)
    assert (first.send().status_code, second.send().status_code) == (303, 303)


def test_the_nonce_of_another_login_is_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    first, second = a_launch(browser, platform), a_launch(browser, platform)
    second.claims["nonce"] = first.claims["nonce"]
    refused(second.send(), "wrong_nonce", database)


def test_an_unsigned_token_is_refused(browser: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    under_way = a_launch(browser, platform)
    token = jwt.encode(under_way.claims, None, algorithm="none", headers={"kid": "first-key"})
    refused(under_way.send(token), "wrong_algorithm", database)


def test_a_token_whose_signature_was_cut_off_is_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    token = platform.sign(under_way.claims).rsplit(".", 1)[0] + "."
    refused(under_way.send(token), "bad_signature", database)


def test_a_token_signed_with_the_public_key_as_a_password_is_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    secret = key_named("first-key").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": "HS256", "typ": "JWT", "kid": "first-key"}
    signed = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, under_way.claims)
    )
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(signed.encode(), secret)
    refused(
        under_way.send(f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"), "wrong_algorithm", database
    )


def test_changed_claims_under_an_old_signature_are_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    head, _, signature = platform.sign(under_way.claims).split(".")
    changed = base64.urlsafe_b64encode(json.dumps(under_way.claims | {"sub": "1"}).encode()).rstrip(b"=").decode()
    refused(under_way.send(f"{head}.{changed}.{signature}"), "bad_signature", database)


def test_an_unknown_key_is_looked_for_once_and_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    for _ in range(3):
        under_way = a_launch(browser, platform)
        refused(under_way.send(platform.sign(under_way.claims, key="foreign-key")), "unknown_key", database)
    assert len(platform.asked("/jwks")) == 1


def test_a_key_address_in_the_token_is_never_called(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    attacker = SigningPlatform(published=["attackers-key"])
    under_way = a_launch(browser, platform)
    token = platform.sign(under_way.claims, key="attackers-key", jku=f"{attacker.address}/jwks")
    refused(under_way.send(token), "unknown_key", database)
    assert attacker.heard == []
    attacker.close()


def test_the_key_of_another_client_of_the_same_issuer_is_refused(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    other = SigningPlatform(client_id="client-2", published=["others-key"])
    a_platform(
        database, other, agency="south", issuer=platform.address, client_id="client-2", jwks_uri=f"{other.address}/jwks"
    )
    under_way = a_launch(tool.test_client(), platform)
    refused(under_way.send(other.sign(under_way.claims, key="others-key")), "unknown_key", database)
    renamed = a_launch(tool.test_client(), platform)
    forged = other.sign(renamed.claims, key="others-key", kid="first-key")
    refused(renamed.send(forged), "bad_signature", database)
    other.close()


def test_clocks_may_differ_by_half_a_minute(browser: FlaskClient, platform: SigningPlatform) -> None:
    under_way = a_launch(browser, platform)
    under_way.claims["iat"] += 20
    assert under_way.send().status_code == 303


def test_a_role_in_one_agency_is_none_in_another(tool: Flask, platform: SigningPlatform, database: Database) -> None:
    other = SigningPlatform(client_id="client-2")
    south = a_platform(database, other, agency="south")
    admin = ["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"]
    a_launch(tool.test_client(), platform, roles=admin).send()
    a_launch(tool.test_client(), other, sub="5", roles=admin).send()
    with database.session() as session:
        visits = session.scalars(select(Visit)).all()
        assert len({visit.agency_id for visit in visits}) == 2
        assert len({visit.person_id for visit in visits}) == 2
        assert {visit.agency_id for visit in visits if visit.platform_id == south.id} == {south.agency_id}
        assert {tuple(visit.roles) for visit in visits} == {("officer",)}
    other.close()


def test_the_log_of_a_refusal_holds_no_secret(
    browser: FlaskClient, platform: SigningPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    under_way = a_launch(browser, platform, aud="another-client")
    token = platform.sign(under_way.claims)
    answer = under_way.send(token)
    for secret in (token, under_way.question["state"], under_way.question["nonce"], "Ada", "sesskey"):
        assert secret not in caplog.text
        assert secret not in answer.text
    number = answer.text.split("<code>")[1].split("</code>")[0]
    assert number in caplog.text


def test_a_login_ends_after_ten_minutes(browser: FlaskClient, platform: SigningPlatform, database: Database) -> None:
    under_way = a_launch(browser, platform)
    with database.session() as session, session.begin():
        left = session.scalars(select(Login.expires_at)).one() - datetime.now(UTC)
        assert timedelta(minutes=9) < left <= timedelta(minutes=10)
        session.execute(update(Login).values(expires_at=datetime.now(UTC)))
    refused(under_way.send(), "login_expired", database)


def test_a_platform_that_was_blocked_meanwhile_is_refused(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    with database.session() as session, session.begin():
        session.execute(update(Platform).values(status="blocked"))
    refused(under_way.send(), "unknown_platform", database)
    assert a_launch(browser, platform).question == {}
