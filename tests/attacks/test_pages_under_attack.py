"""The whole house under attack: what a claim can put on a page, who may frame it, whose forms and ids are taken."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import jwt
import pytest
from flask import Flask

from lti_tool.lti.id_token import DEEP_LINKING_SETTINGS, TOOL_PLATFORM
from tests import builders, walking
from tests.attacks.aftermath import told_plainly
from tests.builders import LTI, a_launch, a_platform
from tests.doors.test_who_may_enter import FORMS
from tests.doors.world import fingerprint
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, MANAGER, Person
from xapi_store.database import Database

HTML = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
TEXTS = ("name", "given_name", "family_name", "email", "locale", "picture", "website", "sub")


@pytest.fixture(scope="module")
def house(one_database: str) -> Iterator[Flask]:
    """The whole tool, for all of them."""
    made = walking.a_house(one_database)
    yield made
    made.extensions["database"].close()


@pytest.fixture(scope="module")
def database(house: Flask) -> Database:
    """Its database."""
    opened: Database = house.extensions["database"]
    return opened


@pytest.fixture(scope="module")
def platform(database: Database) -> Iterator[SigningPlatform]:
    """The platform of the agency `north`."""
    listening = SigningPlatform()
    a_platform(database, listening)
    yield listening
    listening.close()


@pytest.fixture(scope="module")
def souths(database: Database) -> Iterator[SigningPlatform]:
    """The platform of the agency `south`."""
    listening = SigningPlatform(client_id="client-s")
    a_platform(database, listening, agency="south")
    yield listening
    listening.close()


def html_in_every_claim(sub: str) -> dict[str, Any]:
    """The claims of a launch, with HTML wherever a text may stand."""
    return {
        **dict.fromkeys(TEXTS, HTML),
        "sub": f"{sub}{HTML}",
        "context": {"id": HTML, "title": HTML, "label": HTML, "type": [HTML]},
        "resource_link": {"id": HTML, "title": HTML, "description": HTML},
        "launch_presentation": {"locale": HTML, "return_url": f"javascript:{HTML}", "document_target": HTML},
        TOOL_PLATFORM: {"product_family_code": HTML, "name": HTML, "guid": HTML},
        f"{LTI}custom": {"activity": HTML, HTML: HTML},
        f"{LTI}lis": {"person_sourcedid": HTML},
        HTML: HTML,
    }


def test_html_in_every_claim_is_shown_as_text(house: Flask, platform: SigningPlatform) -> None:
    claims = html_in_every_claim("learner")
    sub = claims.pop("sub")
    learner = walking.launch(house, platform, sub, **claims)
    trainer = walking.launch(house, platform, "t" + sub, role=INSTRUCTOR, target="/teach", **claims)
    officer = walking.launch(house, platform, "o" + sub, role=MANAGER, target="/agency", **claims)
    pages = [(learner, "/learn/oicf/m1"), (trainer, "/teach"), (officer, "/agency"), (officer, "/reports")]
    shown = ""
    for person, path in pages:
        answer = person.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text
        assert "49}}" not in answer.text
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        shown += answer.text
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize(
    "name", ["sub", "name", "roles", "context", "resource_link", "deployment_id", "version", "aud"]
)
def test_html_in_a_refused_claim_is_not_shown_at_all(
    name: str, house: Flask, platform: SigningPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    value: Any = {"id": HTML * 20} if name in ("context", "resource_link") else HTML * 20
    wrong = {name: value} if name != "name" else {name: [HTML]}
    answer = a_launch(house.test_client(), platform, **wrong).send()
    code = re.search(r'data-code="(\w+)"', answer.text)
    assert code is not None
    told_plainly(answer, code.group(1), caplog.text, "alert(1)", "onerror")


@pytest.mark.parametrize(
    "parameter", ["iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint", "state"]
)
def test_html_in_a_parameter_is_not_shown(parameter: str, house: Flask, platform: SigningPlatform) -> None:
    asked = {
        "iss": platform.address,
        "login_hint": "5",
        "target_link_uri": builders.TOOL_ADDRESS,
        "client_id": "client-1",
    }
    for answer in (
        house.test_client().post("/lti/login", data=asked | {parameter: HTML}),
        house.test_client().post("/lti/launch", data={parameter: HTML}),
    ):
        assert "alert(1)" not in answer.text


def ancestors(answer: Any) -> list[str]:
    """Who may frame that page, by its policy."""
    policy: str = answer.headers["Content-Security-Policy"]
    return policy.split("frame-ancestors ")[1].split(";")[0].split()


def test_a_page_is_framed_by_its_own_agencys_platforms_alone(
    house: Flask, platform: SigningPlatform, souths: SigningPlatform
) -> None:
    north, south = (walking.launch(house, each, "framed") for each in (platform, souths))
    assert ancestors(north.get("/learn/oicf/m1")) == ["'self'", platform.address]
    assert ancestors(south.get("/learn/oicf/m1")) == ["'self'", souths.address]


def test_no_page_is_framed_by_whoever_asks(house: Flask, platform: SigningPlatform) -> None:
    evil = {"Referer": "https://elsewhere.example/", "Origin": "https://elsewhere.example"}
    for path in ("/", "/verify", "/lti/deep-linking", "/agency", "/operator"):
        assert "elsewhere.example" not in " ".join(ancestors(house.test_client().get(path, headers=evil)))
    asked = {"openid_configuration": "https://elsewhere.example;frame-ancestors *"}
    assert "*" not in ancestors(house.test_client().get("/lti/register/guessed", query_string=asked))


@pytest.mark.parametrize("role", ["learner", "trainer", "officer", "nobody"])
def test_no_form_is_taken_without_its_token(
    role: str, house: Flask, platform: SigningPlatform, database: Database
) -> None:
    roles = {"learner": walking.LEARNER, "trainer": INSTRUCTOR, "officer": MANAGER}
    person = walking.launch(house, platform, f"csrf-{role}", role=roles[role]) if role in roles else None
    browser = person.browser if person else house.test_client()
    before = fingerprint(database)
    tried = 0
    for door in FORMS:
        path = re.sub(r"<uuid:\w+>", str(uuid4()), door.split(" ", 1)[1])
        path = re.sub(r"<any\('(\w+)'[^>]*>", r"\1", re.sub(r"<int:\w+>", "1", path))
        path = re.sub(r"<\w+>", "1", path)
        for headers in ({}, {"X-Form-Token": "0" * 64}, {"X-Requested-With": "XMLHttpRequest"}):
            answer = browser.post(path, data={"name": "x"}, headers=headers | {"Origin": "https://elsewhere.example"})
            assert answer.status_code in (401, 403), (door, answer.status_code)
            tried += 1
    assert tried == 3 * len(FORMS) > 60
    assert fingerprint(database) == before


@pytest.fixture(scope="module")
def team(house: Flask, platform: SigningPlatform) -> str:
    """The path of a team's room in north."""
    ada, bo = (walking.launch(house, platform, sub) for sub in ("ada", "bo"))
    return walking.a_team(ada, bo)


@pytest.mark.parametrize("role", [walking.LEARNER, INSTRUCTOR, MANAGER], ids=["learner", "trainer", "officer"])
def test_the_ids_of_another_agency_open_nothing(
    role: str, house: Flask, souths: SigningPlatform, team: str, database: Database
) -> None:
    stranger = walking.launch(house, souths, f"stranger-{role[-4:]}", role=role, name="Somebody")
    before = fingerprint(database)
    teach = team.replace("/team/", "/teach/")
    for path in (team, f"{team}/changes", f"{team}/history/1", teach, f"/certificates/{uuid4()}.pdf"):
        answer = stranger.get(path)
        assert answer.status_code in (403, 404), path
        assert "Ada Example" not in answer.text
    token = {"form_token": walking.visit_token(house, stranger)}
    for path in (f"{team}/posts", f"{team}/document", f"{team}/freeze", teach, f"{teach}/open"):
        assert stranger.browser.post(path, data={"body": "x", "based_on": "0", **token}).status_code in (403, 404), path
    assert fingerprint(database) == before


# --- Deep linking ---


def asked_for_links(house: Flask, platform: SigningPlatform, **settings: Any) -> tuple[Person, Any]:
    """A trainer whom the platform asks for links, and the answer to that launch."""
    wanted = {"deep_link_return_url": f"{platform.address}/return", "accept_types": ["ltiResourceLink"], **settings}
    claims = {"message_type": "LtiDeepLinkingRequest", "roles": [INSTRUCTOR], DEEP_LINKING_SETTINGS: wanted}
    browser = house.test_client()
    return Person(browser), a_launch(browser, platform, sub="linker", **claims).send()


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "javascript://{host}/%0aalert(1)",
        "data://{host}/x",
        "http://{host}@elsewhere.example/",
        "http://elsewhere.example#{host}",
        "http://{host}.elsewhere.example/",
        "http://[",
        "//{host}/return",
        "/return",
        "",
    ],
)
def test_links_are_sent_to_no_other_place(
    url: str, house: Flask, platform: SigningPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    host = platform.address.removeprefix("http://")
    _, answer = asked_for_links(house, platform, deep_link_return_url=url.format(host=host))
    told_plainly(answer, "foreign_return", caplog.text)


def test_a_deep_linking_answer_that_was_changed_fails_its_signature(house: Flask, platform: SigningPlatform) -> None:
    trainer, _ = asked_for_links(house, platform, accept_multiple=True, data="as it was")
    back = trainer.send("/lti/deep-linking", "/lti/deep-linking", item=["/learn/oicf/m1"]).text
    found = re.search(r'name="JWT" value="([^"]+)"', back)
    assert found is not None
    key = jwt.PyJWK(house.test_client().get("/lti/jwks").json["keys"][0])  # type: ignore[index]
    named = {"audience": platform.address, "issuer": platform.client_id}
    claims = jwt.decode(found.group(1), key, algorithms=["RS256"], **named)
    head, _, signature = found.group(1).split(".")
    body = jwt.encode(claims | {f"{LTI}deployment_id": "2"}, "s" * 32, algorithm="HS256").split(".")[1]
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(f"{head}.{body}.{signature}", key, algorithms=["RS256"], **named)


def test_only_what_is_ours_is_ever_linked(house: Flask, platform: SigningPlatform) -> None:
    trainer, _ = asked_for_links(house, platform, accept_multiple=True)
    chosen = ["https://elsewhere.example/", "javascript:alert(1)", "/agency", "/learn/oicf/m1/../../../agency"]
    back = trainer.send("/lti/deep-linking", "/lti/deep-linking", item=chosen).text
    assert "elsewhere.example" not in back
    found = re.search(r'name="JWT" value="([^"]+)"', back)
    claims = jwt.decode(found.group(1), options={"verify_signature": False}) if found else {}
    assert claims.get("https://purl.imsglobal.org/spec/lti-dl/claim/content_items", []) == []


def test_the_links_of_one_trainer_are_not_answered_by_another(house: Flask, platform: SigningPlatform) -> None:
    trainer, _ = asked_for_links(house, platform)
    other = walking.launch(house, platform, "other-trainer", role=INSTRUCTOR, target="/teach")
    sent = {"form_token": trainer.token("/lti/deep-linking"), "item": "/learn/oicf/m1"}
    assert other.browser.post("/lti/deep-linking", data=sent).status_code == 403
    own = {"form_token": walking.visit_token(house, other), "item": "/learn/oicf/m1"}
    assert other.browser.post("/lti/deep-linking", data=own).status_code == 401
