"""The cases of 1EdTech's certification of a tool for LTI 1.3 Core, by their published names.

LTI Advantage Conformance Certification Guide 1.3, 6.1.1 (known "bad" payloads), 6.1.2 (valid teacher launches) and
6.1.3 (valid student launches).
"""

from typing import Any, ClassVar

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from courses.people import Cohort, Person
from lti_tool.lti.counterparts import LtiUser, ResourceLink
from lti_tool.visitor import Visit
from tests import builders
from tests.attacks.aftermath import told_plainly
from tests.attacks.one_platform import database, platform, tool
from tests.builders import LaunchUnderWay, a_launch
from tests.signing_platform import SigningPlatform, key_named
from xapi_store.database import Database

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
INSTRUCTOR, LEARNER = f"{LIS}membership#Instructor", f"{LIS}membership#Learner"
NAMES = {"name": "Ada Example", "given_name": "Ada", "family_name": "Example"}
EMAIL = {"email": "ada@mail.example"}


__all__ = ["database", "platform", "tool"]


class TestKnownBadPayloads:
    """Each is refused with a plain page and a line in the log; the names are those of the guide."""

    @pytest.fixture
    def launch(self, browser: FlaskClient, platform: SigningPlatform) -> LaunchUnderWay:
        """An instructor's launch, good but for what a test changes."""
        return a_launch(browser, platform, sub="bad", roles=[INSTRUCTOR], **NAMES, **EMAIL)

    def _refused(
        self, launch: LaunchUnderWay, code: str, log: pytest.LogCaptureFixture, token: str | None = None
    ) -> None:
        sent = token or launch.platform.sign(launch.claims)
        told_plainly(launch.send(sent), code, log.text, sent, launch.question["state"])
        told_plainly(launch.send(), "unknown_state", log.text, sent)

    def _without(self, launch: LaunchUnderWay, *claims: str) -> None:
        for name in claims:
            del launch.claims[name if name in launch.claims else f"{builders.LTI}{name}"]

    def test_no_kid_sent_in_jwt_header(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        token = jwt.encode(launch.claims, key_named("first-key"), algorithm="RS256")
        self._refused(launch, "unknown_key", caplog, token)

    def test_incorrect_kid_in_jwt_header(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._refused(launch, "unknown_key", caplog, launch.platform.sign(launch.claims, kid="no-such-key"))

    def test_wrong_lti_version(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        launch.claims[f"{builders.LTI}version"] = "11.3"
        self._refused(launch, "wrong_version", caplog)

    def test_no_lti_version(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._without(launch, "version")
        self._refused(launch, "wrong_version", caplog)

    @pytest.mark.parametrize("of_oidc", [False, True])
    def test_invalid_lti_message(self, of_oidc: bool, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        """Not a launch: something else that the platform signed, or a plain sign-in by OpenID Connect."""
        kept = {name: value for name, value in launch.claims.items() if of_oidc and not name.startswith("http")}
        code = "wrong_version" if of_oidc else "wrong_issuer"
        self._refused(launch, code, caplog, launch.platform.sign(kept | {"name": "badltilaunch"}))

    def test_missing_lti_claims(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._without(launch, "resource_link", "roles", "context")
        self._refused(launch, "malformed_claims", caplog)

    @pytest.mark.parametrize(
        ("issued", "ends", "code"),
        [(-5000, -4000, "expired"), (-5000, 60, "too_old"), (5000, 5060, "not_yet_valid"), (0, -10, "no_times")],
    )
    def test_timestamps_incorrect(
        self, issued: int, ends: int, code: str, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture
    ) -> None:
        now = launch.claims["iat"]
        launch.claims |= {"iat": now + issued, "exp": now + ends}
        self._refused(launch, code, caplog)

    def test_message_type_claim_missing(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._without(launch, "message_type")
        self._refused(launch, "wrong_message_type", caplog)

    def test_role_claim_missing(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._without(launch, "roles")
        self._refused(launch, "malformed_claims", caplog)

    def test_deployment_id_claim_missing(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._without(launch, "deployment_id")
        self._refused(launch, "unknown_deployment", caplog)

    def test_resource_link_id_claim_missing(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        launch.claims[f"{builders.LTI}resource_link"] = {"title": "A link without an id"}
        self._refused(launch, "malformed_claims", caplog)

    def test_user_claim_missing(self, launch: LaunchUnderWay, caplog: pytest.LogCaptureFixture) -> None:
        self._without(launch, "sub")
        self._refused(launch, "anonymous", caplog)


class ValidLaunches:
    """Each is let in: as whom, and what is known of the person then."""

    role: ClassVar[str]
    held: ClassVar[list[str]]

    def _let_in(
        self, tool: Flask, platform: SigningPlatform, database: Database, **claims: Any
    ) -> tuple[Visit, Person, Cohort]:
        sub = claims.pop("sub", f"{type(self).__name__}-{len(platform.heard)}-{id(claims)}")
        launch = a_launch(tool.test_client(), platform, sub=sub, **({"roles": [self.role]} | claims))
        for name in claims.get("without", ()):
            launch.claims.pop(name, None)
        answer = launch.send()
        assert answer.status_code == 303, answer.text
        with database.session() as session:
            user = session.scalars(select(LtiUser).where(LtiUser.sub == sub)).one()
            visit = session.scalars(
                select(Visit).where(Visit.person_id == user.person_id).order_by(Visit.started_at.desc())
            ).first()
            assert visit is not None
            return visit, session.get_one(Person, user.person_id), session.get_one(Cohort, visit.cohort_id)

    def test_valid_launch(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        visit, person, cohort = self._let_in(tool, platform, database, **NAMES, **EMAIL)
        assert (visit.roles, person.name, cohort.title) == (self.held, "Ada Example", "A course of the platform")
        assert (visit.enrolment_id is not None) == ("learner" in self.held)

    def test_with_roles(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        more = [self.role, f"{LIS}institution/person#Other", f"{LIS}system/person#None"]
        assert self._let_in(tool, platform, database, roles=more)[0].roles == self.held

    def test_short_role(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        assert self._let_in(tool, platform, database, roles=[self.role.split("#")[1]])[0].roles == self.held

    def test_unknown_role(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        unknown = [f"{LIS}uknownrole/unknown#Helper", self.role]
        assert self._let_in(tool, platform, database, roles=unknown)[0].roles == self.held
        assert self._let_in(tool, platform, database, roles=unknown[:1])[0].roles == ["learner"]

    def test_no_role(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        assert self._let_in(tool, platform, database, roles=[])[0].roles == ["learner"]

    def test_email_only(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        visit, person, _ = self._let_in(tool, platform, database, without=("name",), **EMAIL)
        assert (visit.roles, person.name) == (self.held, None)
        assert EMAIL["email"] not in repr(vars(person)) + repr(vars(visit))

    def test_names_only(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        assert self._let_in(tool, platform, database, **NAMES)[1].name == "Ada Example"

    def test_no_pii(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        visit, person, _ = self._let_in(tool, platform, database, without=("name",))
        assert (visit.roles, person.name) == (self.held, None)

    def test_email_without_context(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        visit, _, cohort = self._let_in(tool, platform, database, without=("name", "context"), **EMAIL)
        assert (visit.roles, cohort.title) == (self.held, "A link")

    def test_new_resource_id(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        sub, link = f"returning-{type(self).__name__}", f"new-{type(self).__name__}"
        _, before, _ = self._let_in(tool, platform, database, sub=sub)
        visit, after, _ = self._let_in(tool, platform, database, sub=sub, resource_link={"id": link})
        assert (visit.link_id, after.id) == (link, before.id)
        with database.session() as session:
            assert session.scalars(select(ResourceLink).where(ResourceLink.link_id == link)).one()

    def test_custom_claims(self, tool: Flask, platform: SigningPlatform, database: Database) -> None:
        custom = {f"{builders.LTI}custom": {"activity": "anything", "role": "operator"}}
        assert self._let_in(tool, platform, database, **custom)[0].roles == self.held


class TestValidTeacherLaunches(ValidLaunches):
    """Guide 6.1.2."""

    role, held = INSTRUCTOR, ["trainer"]


class TestValidStudentLaunches(ValidLaunches):
    """Guide 6.1.3."""

    role, held = LEARNER, ["learner"]
