"""The personal data we ask a platform for, and why: each claim and each right with its reason, for the people there."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lti_tool.lti.scopes import WANTED

NAME_CLAIMS = ("name",)
# claim → (what it is, why we ask for it); the first is needed to launch at all.
CLAIMS = {
    "sub": (
        _l("A number that stands for the person"),
        _l("So that everybody finds their own work again. It says nothing about who they are elsewhere."),
    ),
    "name": (
        _l("The name, as the platform shows it"),
        _l("So that team members and trainers know whom they work with, and as a proposal for the certificate."),
    ),
    "locale": (_l("The language"), _l("So that pages come in that language, where we have it.")),
}
# What every launch message carries, asked for or not (LTI 1.3 Core, 5.3 and 5.4).
ALWAYS = (
    (
        _l("The course: its number and title"),
        _l("So that people of one course become one group, with its own teams and trainers."),
    ),
    (
        _l("The role in that course"),
        _l("So that learners get the course, trainers the desk where they grade, and officers the certificates."),
    ),
)
NOT_ASKED = _l(
    "We do not ask for e-mail addresses, birthdays, pictures or what people do in other courses. "
    "If the platform sends more than this, it is not kept."
)
AGS, NRPS = "https://purl.imsglobal.org/spec/lti-ags/scope/", "https://purl.imsglobal.org/spec/lti-nrps/scope/"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
# right → (what we may do with it, why)
SCOPES = {
    f"{AGS}lineitem": (
        _l("Make and find our columns in the gradebook"),
        _l("So that each graded module has a column. Others are not touched."),
    ),
    f"{AGS}lineitem.readonly": (_l("Find our columns in the gradebook"), _l("So that a score goes to its column.")),
    f"{AGS}score": (_l("Send scores and comments"), _l("So that a grade that was given here stands there, too.")),
    f"{AGS}result.readonly": (
        _l("Read our columns back"),
        _l("So that we notice when a grade did not arrive, or was changed there."),
    ),
    f"{NRPS}contextmembership.readonly": (
        _l("Read who takes part in a course that uses us"),
        _l("So that trainers can form teams before everybody has come here once."),
    ),
    GROUPS: (_l("Read the groups of a course that uses us"), _l("So that groups of the course become teams here.")),
}


@dataclass(frozen=True)
class Asked:
    """One thing we ask for: its technical name, what it is, and why we ask."""

    code: str
    what: object
    why: object


def claims(*, names: bool) -> tuple[str, ...]:
    """The claims about a person that we ask a platform for."""
    return tuple(claim for claim in CLAIMS if names or claim not in NAME_CLAIMS)


def about_people(*, names: bool) -> list[Asked]:
    """What the platform tells us of a person at each launch, and why."""
    asked = [Asked(claim, *CLAIMS[claim]) for claim in claims(names=names)]
    return [*asked, *(Asked("", what, why) for what, why in ALWAYS)]


def rights() -> list[Asked]:
    """What we may do in the platform, and why."""
    return [Asked(scope, *SCOPES.get(scope, (scope, ""))) for scope in WANTED]
