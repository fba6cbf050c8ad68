"""Signing in without a learning platform: invited people, learners with a door of their own, and everybody else."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from lti_tool import visitor
from lti_tool.lti.platforms import Platform
from lti_tool.sign_in import accounts, passwords
from lti_tool.sign_in.accounts import Account
from lti_tool.sign_in.invitations import AccountInvitation
from tests.lti_tool import entering
from tests.lti_tool.entering import EMAIL, PASSWORD
from tests.lti_tool.entrance import database, house, launched, one_house, one_platform
from tests.walking import MANAGER, Person
from xapi_store import ledger
from xapi_store.database import Database
from xapi_store.transaction import transaction

__all__ = ["database", "house", "launched", "one_house", "one_platform"]
AS_SHIPPED = passwords.HASHER


def an_account(house: Flask, role: str = "officer", **changed: str) -> None:
    """Somebody north invited in this role has a sign-in, made in a browser of their own."""
    agency = None if role == "operator" else "north"
    path = entering.invitation(house, role, agency=agency)
    assert entering.accept(house.test_client(), path, **changed).status_code == 303


@pytest.mark.parametrize(
    ("role", "first", "agency"),
    [("officer", "/agency", "north"), ("trainer", "/teach", "north"), ("operator", "/operator", None)],
)
def test_who_is_invited_makes_a_sign_in_and_comes_back_with_it(
    role: str, first: str, agency: str | None, house: Flask
) -> None:
    made = entering.accept(house.test_client(), entering.invitation(house, role, agency=agency))
    assert (made.status_code, made.location) == (303, first)
    browser = house.test_client()
    assert browser.get(first).status_code == 401
    assert entering.sign_in(browser).location == first
    assert browser.get(first).status_code == 200


def test_an_invited_officer_sees_no_other_agency_and_no_operators_page(house: Flask) -> None:
    browser = house.test_client()
    entering.accept(browser, entering.invitation(house, "officer"))
    assert [browser.get(path).status_code for path in ("/agency", "/teach", "/operator")] == [200, 403, 401]


def test_opening_an_invitation_spends_nothing_and_accepting_it_does(house: Flask) -> None:
    path = entering.invitation(house, "officer")
    for _ in range(3):
        assert "North" in house.test_client().get(path).text
    assert entering.accept(house.test_client(), path).status_code == 303
    late = house.test_client().get(path)
    assert (late.status_code, "used already" in late.text) == (410, True)


def test_an_invitation_ends_after_seven_days(house: Flask, database: Database) -> None:
    path = entering.invitation(house, "officer")
    with transaction(database) as session:
        row = session.scalars(select(AccountInvitation)).one()
        assert row.expires_at - row.created_at == timedelta(days=7)
        assert row.token_hash not in path
        row.expires_at = datetime.now(UTC)
    assert house.test_client().get(path).status_code == 410
    assert house.test_client().get("/invitation/x").status_code == 410


def test_an_invitation_that_meets_a_bad_password_is_not_spent(house: Flask) -> None:
    path, browser = entering.invitation(house, "officer"), house.test_client()
    for password, said in (
        ("tiny one", "at least 12"),
        ("passwordpassword", "Too many people"),
        (EMAIL, "your e-mail"),
    ):
        answer = entering.accept(browser, path, password=password)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert 'type="password"' in answer.text
        assert f'value="{password}"' not in answer.text.partition('type="password"')[2]
    assert entering.accept(browser, path, email="not an address").status_code == 422
    assert entering.accept(browser, path).status_code == 303


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "a b@c.example", "a@b", "a\x00@b.example", f"{'a' * 250}@b.example"]
)
def test_what_is_no_address_is_none(email: str) -> None:
    assert accounts.normalised(email) is None


def test_an_address_is_compared_without_case_and_width() -> None:
    assert accounts.normalised(" Ａda@Private.Example ") == EMAIL


def test_passwords_are_kept_as_argon2id_as_owasp_says() -> None:
    assert AS_SHIPPED.hash(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_unknown_account_and_a_wrong_password_get_one_answer(house: Flask) -> None:
    an_account(house)
    unknown = entering.sign_in(house.test_client(), email="bo@private.example")
    wrong = entering.sign_in(house.test_client(), password="not the password")
    plain = [re.sub(r'value="[^"]*"', "", each.text) for each in (unknown, wrong)]
    assert (unknown.status_code, wrong.status_code, plain[0]) == (422, 422, plain[1])


def test_every_attempt_compares_as_often_whether_there_is_an_account_or_not(
    house: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_account(house)
    compared: list[str | None] = []
    fits = passwords._fits
    monkeypatch.setattr(passwords, "_fits", lambda password, kept: compared.append(kept) or fits(password, kept))
    counts = []
    for email in (EMAIL, "bo@private.example", "no address"):
        compared.clear()
        entering.sign_in(house.test_client(), email=email, password="not the password")
        counts.append(len(compared))
    assert counts == [passwords.TRIES] * 3


def test_two_may_claim_one_address_and_each_password_opens_its_own(house: Flask) -> None:
    an_account(house, "officer")
    path = entering.invitation(house, "trainer")
    same = entering.accept(house.test_client(), path)
    assert (same.status_code, "already" in same.text) == (422, True)
    assert entering.accept(house.test_client(), path, password="another long sentence").status_code == 303
    assert entering.sign_in(house.test_client()).location == "/agency"
    assert entering.sign_in(house.test_client(), password="another long sentence").location == "/teach"


def test_who_fails_often_waits_even_with_the_right_password(house: Flask, database: Database) -> None:
    an_account(house)
    answers = [entering.sign_in(house.test_client(), password="wrong").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert entering.sign_in(house.test_client()).status_code == 429
    # Nobody else waits, and an address without an account waits in the same way.
    answers = [entering.sign_in(house.test_client(), email="bo@private.example").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_one_neighbourhood_that_tries_many_addresses_waits(house: Flask) -> None:
    addresses = [f"a{number}@private.example" for number in range(22)]
    answers = [entering.sign_in(house.test_client(), email=each).status_code for each in addresses]
    assert answers[:20] == [422] * 20
    assert answers[20:] == [429, 429]


def test_a_form_that_this_browser_was_not_shown_signs_nobody_in(house: Flask) -> None:
    an_account(house)
    fields = {"email": EMAIL, "password": PASSWORD}
    foreign = entering.token_of(house.test_client().get("/sign-in"))
    browser = house.test_client()
    browser.get("/sign-in")
    for token in ("", "0" * 64, foreign):
        answer = browser.post("/sign-in", data={**fields, "form_token": token})
        assert (answer.status_code, "__Host-signed-in" in str(answer.headers)) == (403, False)
    assert house.test_client().post("/sign-in", data={**fields, "form_token": foreign}).status_code == 403


def test_the_pages_of_the_door_are_framed_by_nobody(house: Flask) -> None:
    for path in ("/sign-in", entering.invitation(house, "officer")):
        policy = house.test_client().get(path).headers["Content-Security-Policy"]
        assert policy.endswith("frame-ancestors 'self'")


def test_the_cookie_is_lax_closed_to_scripts_and_of_this_host(house: Flask) -> None:
    an_account(house)
    answer = entering.sign_in(house.test_client())
    [cookie] = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith(visitor.SIGNED_IN_COOKIE)]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


# --- Learners keep what they earned ---


def test_a_learner_keeps_what_they_earned_when_the_platform_is_gone(
    house: Flask, launched: Any, database: Database
) -> None:
    ada: Person = launched("5", name="Ada Example")
    assert "/keep" in ada.get("/certificates").text
    assert entering.accept(house.test_client(), entering.keep(ada)).location == "/certificates"
    with transaction(database) as session:
        session.execute(update(Platform).values(status="blocked"))
    browser = house.test_client()
    assert entering.sign_in(browser).location == "/certificates"
    for path in ("/certificates", "/learn/oicf/m1", "/learn/oicf/m1/1"):
        answer = browser.get(path)
        assert (answer.status_code, "Ada Example" in answer.text) == (200, True)
    assert browser.get("/agency").status_code == 403


def test_a_launch_never_leads_into_an_account_that_is_there(house: Flask, launched: Any) -> None:
    ada: Person = launched("5")
    path = entering.keep(ada)
    second = entering.keep(ada)
    assert entering.accept(house.test_client(), path).status_code == 303
    assert entering.accept(house.test_client(), second, password="taken over by another").status_code == 410
    assert "You have a sign-in" in ada.get("/keep").text
    assert "/invitation/" not in ada.send("/keep", "/certificates").text
    assert entering.sign_in(house.test_client()).status_code == 303


def test_an_officer_who_was_launched_can_accept_as_that_person(house: Flask, launched: Any, database: Database) -> None:
    officer: Person = launched("9", name="Ola Officer", roles=[MANAGER])
    path = entering.invitation(house, "officer")
    assert "Ola Officer" in officer.get(path).text
    assert entering.accept(officer.browser, path, as_here="1", name="").status_code == 303
    with database.session() as session:
        assert len(set(session.scalars(select(Account.person_id)))) == 1
    assert "Ola Officer" in officer.get("/agency").text


def test_a_second_role_is_added_to_the_sign_in_one_is_here_with(house: Flask, database: Database) -> None:
    browser = house.test_client()
    entering.accept(browser, entering.invitation(house, "officer"))
    path = entering.invitation(house, "trainer")
    assert Person(browser).send(path, path, as_here="1").status_code == 303
    assert [browser.get(page).status_code for page in ("/agency", "/teach")] == [200, 200]
    with database.session() as session:
        assert [each.roles for each in session.scalars(select(Account))] == [["officer", "trainer"]]


# --- Who looks after whom ---


def test_an_officer_invites_renews_and_closes_and_the_ledger_knows(house: Flask, database: Database) -> None:
    officer = Person(house.test_client())
    entering.accept(officer.browser, entering.invitation(house, "officer"))
    shown = officer.send("/agency/people/invite", "/agency/people", role="trainer").text
    path = re.search(r'value="http://localhost(/invitation/[\w-]+)"', shown)
    assert path is not None
    assessor = house.test_client()
    entering.accept(assessor, path.group(1), email="bo@private.example", name="Bo")
    with database.session() as session:
        account = session.scalars(select(Account).where(Account.email == "bo@private.example")).one()
    there = f"/agency/people/{account.id}"
    renewed = officer.send(f"{there}/renew", "/agency/people").text
    again = re.search(r'value="http://localhost(/invitation/[\w-]+)"', renewed)
    assert again is not None
    assert entering.accept(house.test_client(), again.group(1), email="bo@new.example").status_code == 303
    assert assessor.get("/teach").status_code == 401
    bo = house.test_client()
    assert entering.sign_in(house.test_client(), email="bo@private.example").status_code == 422
    assert entering.sign_in(bo, email="bo@new.example").status_code == 303
    assert officer.send(f"{there}/close", "/agency/people").status_code == 303
    assert bo.get("/teach").status_code == 401
    assert entering.sign_in(house.test_client(), email="bo@new.example").status_code == 422
    with database.session() as session:
        assert ledger.verify(session, store_id=account.store_id or 0) is None
        kinds = list(session.scalars(select(ledger.Entry.kind).order_by(ledger.Entry.seq)))[-3:]
    assert kinds == ["staff_admitted", "staff_admitted", "staff_dismissed"]


def test_an_officer_invites_no_operator_and_touches_no_learners_account(
    house: Flask, launched: Any, database: Database
) -> None:
    ada: Person = launched("5", name="Ada Example")
    entering.accept(house.test_client(), entering.keep(ada))
    officer: Person = launched("9", roles=[MANAGER])
    page = officer.get("/agency/people").text
    assert EMAIL not in page
    assert officer.send("/agency/people/invite", "/agency/people", role="operator").status_code == 400
    assert officer.send("/agency/people/invite", "/agency/people", role="learner").status_code == 400
    with database.session() as session:
        account_id = session.scalars(select(Account.id)).one()
    for act in ("renew", "close"):
        assert officer.send(f"/agency/people/{account_id}/{act}", "/agency/people").status_code == 404


def test_the_operator_finds_a_learners_account_by_its_exact_address(house: Flask, launched: Any) -> None:
    ada: Person = launched("5", name="Ada Example")
    entering.accept(house.test_client(), entering.keep(ada))
    operator = Person(house.test_client())
    entering.accept(operator.browser, entering.invitation(house, "operator", agency=None), email="op@private.example")
    assert "Ada Example" not in operator.get("/operator/people").text
    assert "Ada Example" in operator.send("/operator/people/find", "/operator/people", email=EMAIL.upper()).text
    assert "no sign-in" in operator.send("/operator/people/find", "/operator/people", email="ada@private").text
    assert operator.send("/operator/sign-out", "/operator/people").status_code == 303
    assert operator.get("/operator").status_code == 401


# --- The account itself ---


def test_a_password_is_changed_with_the_old_one_and_other_stays_end(house: Flask) -> None:
    here, there = Person(house.test_client()), house.test_client()
    entering.accept(here.browser, entering.invitation(house, "officer"))
    entering.sign_in(there)
    wrong = here.send("/account/password", "/account", password="not mine at all", new="a new long sentence")
    assert (wrong.status_code, there.get("/agency").status_code) == (422, 200)
    right = here.send("/account/password", "/account", password=PASSWORD, new="a new long sentence")
    assert (right.status_code, there.get("/agency").status_code, here.get("/agency").status_code) == (303, 401, 200)
    assert entering.sign_in(house.test_client()).status_code == 422
    assert entering.sign_in(house.test_client(), password="a new long sentence").status_code == 303


def test_a_launch_is_not_enough_to_change_an_account(house: Flask, launched: Any) -> None:
    ada: Person = launched("5")
    entering.accept(house.test_client(), entering.keep(ada))
    assert ada.get("/account").status_code == 403
