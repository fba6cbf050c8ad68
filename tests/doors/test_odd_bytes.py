"""Bytes that no text holds and addresses where nothing is: refused or taken, and never a fault of ours."""

from uuid import uuid4

import pytest

from tests.doors.answers import calm, post
from tests.doors.world import World

# NUL, half a character pair, what is no UTF-8, what turns the reading direction, all controls.
ODD = [b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xff\xfe", "‮ab⁦".encode(), bytes(range(32)), "\U0010ffff".encode()]
ODD_IDS = ["NUL", "NUL within", "surrogate", "no UTF-8", "direction", "controls", "last character"]


@pytest.mark.parametrize("odd", ODD, ids=ODD_IDS)
def test_odd_bytes_in_any_text_are_taken_or_refused(odd: bytes, world: World) -> None:
    """Everywhere at once; afterwards every page of everybody still opens."""
    room = f"/team/{world.teams['cy']}"
    tried: list[tuple[str, str, dict[str, bytes]]] = [
        ("cy", "/learn/oicf/m1/2/prompt", {"body": b"A view " + odd}),
        ("cy", "/learn/oicf/m1/2/prompt", {"body": odd}),
        ("cy", "/learn/oicf/m1/1/place", {"section": odd}),
        ("cy", "/learn/oicf/m1/3/begin", {}),
        ("cy", "/learn/oicf/m1/3/choose", {"node": odd, "choice": odd}),
        ("cy", "/learn/oicf/m1/4/answer", {"question": odd, "response": odd}),
        ("cy", f"{room}/posts", {"body": b"A post " + odd}),
        ("cy", f"{room}/posts", {"body": b"An answer", "in_reply_to": odd}),
        ("cy", f"{room}/document", {"body": b"A line " + odd, "based_on": b"0"}),
        ("cy", f"{room}/document", {"body": b"A line", "based_on": odd}),
        ("trainer", f"{room}/advance", {"leaving": odd}),
        ("trainer", f"/teach/{world.teams['ada']}", {"comment": odd, "seen": odd, "group.c5": odd}),
        ("officer", "/agency/issue", dict.fromkeys(("enrolment", "rule", "version", "name"), odd)),
        ("officer", "/agency/issue", {"enrolment": world.enrolment.encode(), "rule": odd, "version": odd, "name": odd}),
        ("officer", f"/agency/certificates/{world.certificate}/revoke", {"reason": odd, "note": odd}),
        ("picker", "/lti/deep-linking", {"item": odd}),
        ("operator", "/operator/invite", {"agency": odd}),
        ("nobody", "/verify", {"text": odd}),
        ("nobody", "/lti/login", dict.fromkeys(("iss", "login_hint", "target_link_uri", "client_id"), odd)),
        ("nobody", "/lti/launch", {"state": odd, "id_token": odd, "error": odd}),
        ("nobody", "/lti/register/x", {"openid_configuration": odd, "registration_token": odd, "form_token": odd}),
    ]
    for name, path, fields in tried:
        token = "" if name == "nobody" else world.token(name)
        calm(post(world.people[name], path, token, fields))
    for name, path in (("cy", room), ("cy", "/learn/oicf/m1/2"), ("trainer", "/teach"), ("officer", "/agency")):
        assert world.people[name].get(path).status_code == 200


PATHS = [
    "/learn/%00/m1", "/learn/oicf/%00", "/learn/oicf/m1/%00", "/learn/oicf/m1/99", "/learn/oicf/m9", "/learn/x/y/z/w",
    "/learn/%ed%a0%80/%ff", "/learn/oicf/m1/..%2f..%2fetc", "/team/x", "/team/%00", f"/team/{uuid4()}",
    f"/team/{uuid4()}/changes", f"/team/{uuid4()}/history/1", "/team/TEAM/history/99", f"/team/TEAM/history/{2**31}",
    f"/team/TEAM/history/{2**80}", "/team/TEAM/history/-1", f"/teach/{uuid4()}", "/teach/x", "/teach?state=%00",
    f"/certificates/{uuid4()}.pdf", f"/certificates/{uuid4()}.exe", "/certificates/x.pdf", "/verify/x", "/verify/%00",
    f"/verify/{uuid4()}", "/agencies/%00", "/agencies/nowhere", "/agencies/%ed%a0%80", "/agencies/north/keys/%00",
    "/agencies/north/keys/none", "/agencies/nowhere/did.json", "/achievements/%00/%00", "/achievements/none/1",
    "/achievements/oicf-m1/%F0%9F%92%A9", "/status/0", f"/status/{2**63}", f"/status/{2**90}", "/status/x",
    "/static/../run/settings.py", "/static/%2e%2e/run/settings.py", "/static/%00", "/static/none.css",
    "/operator/sign-in/%00", "/lti/register/%00", "/no/such/page", "/%00", "/%ff", "/xapi/none", "/xapi//%00",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["nobody", "ada", "trainer", "officer"])
def test_addresses_where_nothing_is_are_answered_calmly(path: str, name: str, world: World) -> None:
    before = world.fingerprint()
    answer = calm(world.people[name].get(path.replace("TEAM", world.teams["ada"])))
    shows_its_own = ("/teach?", "/operator/sign-in")
    assert answer.status_code in (400, 401, 403, 404) or path.startswith(shows_its_own)
    assert world.fingerprint() == before


QUERIES = [
    "/team/TEAM/changes?cursor=%00&revision=%00",
    f"/team/TEAM/changes?cursor={'9' * 500}.1&revision={'9' * 500}",
    "/team/TEAM/changes?cursor=-1.x&revision=-1",
    "/team/TEAM?reply=%00&saved=%00",
    f"/team/TEAM?reply={'9' * 500}",
    "/learn/oicf/m1/4?question=%00",
    "/learn/oicf/m1/3?missing=%00",
    "/learn/oicf/m1?%00=%00&%ff=%ff",
]


@pytest.mark.parametrize("path", QUERIES)
def test_odd_queries_do_not_matter(path: str, world: World) -> None:
    assert world.people["ada"].get(path.replace("TEAM", world.teams["ada"])).status_code == 200


def test_issuing_for_whom_is_not_there_is_404(world: World) -> None:
    asked = {"enrolment": str(uuid4()), "rule": "oicf-m1", "version": "0.1.0", "name": "Ada Example"}
    officer, token = world.people["officer"], {"form_token": world.token("officer")}
    assert officer.browser.post("/agency/issue", data=token | asked).status_code == 404
    unknown = asked | {"enrolment": world.enrolment, "version": "9"}
    assert officer.browser.post("/agency/issue", data=token | unknown).status_code == 404
    assert officer.browser.post("/agency/issue", data=token | asked | {"enrolment": "x"}).status_code == 400
    revoking = token | {"reason": "fraud", "note": ""}
    path = f"/agency/certificates/{uuid4()}/revoke"
    assert officer.browser.post(path, data=revoking).status_code == 404


@pytest.mark.parametrize("path", ["/verify", "/lti/login", "/lti/launch", "/lti/register/x", "/operator/sign-in/x"])
@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x", "text/plain", "a/b;;", ""])
def test_a_body_that_is_no_form_is_refused_calmly(path: str, kind: str, world: World) -> None:
    browser = world.people["nobody"].browser
    for body in (b"", b"\x00" * 100, b"--x\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n\x00'):
        answer = calm(browser.post(path, data=body, headers={"Content-Type": kind}))
        assert answer.status_code in (400, 401, 422)
