"""How a launch ended, in words for the operator: what happened, and what to do about it."""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.launch_log import NEVER_CAME_BACK, OK

Words = tuple[object, object]

_WATCH = _l("Nothing, where it happens now and then. If it comes often from one platform, look at its connection.")
_FORGED = _l(
    "One alone may be a trial. Where they are many, compare the platform's issuer, client id and addresses with ours."
)
_AGAIN = _l("Nothing. The person opens the link in the course again.")
_LMS = _l("Tell the people who run the platform: its launch message is not as LTI 1.3 wants it.")

# code → (what happened, what to do)
OUTCOMES: dict[str, Words] = {
    OK: (_l("Came in"), ""),
    NEVER_CAME_BACK: (
        _l("The platform never sent the person back"),
        _l("Look whether the platform has our launch address as a redirect address, and whether people can sign in."),
    ),
    "incomplete_login": (_l("The login named too little"), _LMS),
    "unknown_platform": (
        _l("The platform is not known here, or is blocked"),
        _l("Invite it, or compare issuer and client id with what the platform shows for this tool."),
    ),
    "disabled_deployment": (
        _l("The deployment was disabled here"),
        _l("Accept it on the platform's page, if that is over."),
    ),
    "unknown_deployment": (
        _l("The deployment is not one of this platform's"),
        _l("If it belongs to the same agency, accept the deployment on the platform's page."),
    ),
    "foreign_target": (
        _l("The link leads to another address than ours"),
        _l("The tool's address in the platform is wrong or old. Have it set to the address of this installation."),
    ),
    "unknown_target": (
        _l("The link leads to a page that we do not have"),
        _l("The trainer chooses the content again; the course may have been copied from an older one."),
    ),
    "unknown_state": (
        _l("The launch was used already, or took too long"),
        _l("Usually somebody pressed Back or reloaded. Nothing to do, unless it comes often."),
    ),
    "login_expired": (_l("The launch took too long"), _AGAIN),
    "no_cookie": (
        _l("The browser kept no cookie"),
        _l("The browser blocks cookies in frames. Let the platform open the tool in a new window."),
    ),
    "other_browser": (_l("The launch was begun in another browser"), _AGAIN),
    "signed_out": (_l("The person was signed out of the platform"), _l("Nothing. They sign in there and try again.")),
    "platform_error": (
        _l("The platform stopped the launch"),
        _l("The detail is the platform's own word. Its log says more."),
    ),
    "expired": (_l("The platform's message had run out"), _l("If it comes often, compare the clocks of both servers.")),
    "too_old": (_l("The platform's message was old"), _l("If it comes often, compare the clocks of both servers.")),
    "not_yet_valid": (
        _l("The platform's message is dated ahead"),
        _l("The platform's clock is ahead of ours. Have it set by NTP, and ours as well."),
    ),
    "no_times": (_l("The message says not when it was made"), _LMS),
    "keys_unreachable": (
        _l("The platform's keys could not be fetched"),
        _l("Look whether this server reaches the platform's key address: firewall, name, certificate."),
    ),
    "unknown_key": (
        _l("Signed with a key that the platform does not publish"),
        _l("The platform may have changed its keys a moment ago. If it stays, compare its key address."),
    ),
    "bad_signature": (_l("The signature is not the platform's"), _FORGED),
    "wrong_algorithm": (_l("Signed in a way that we do not take"), _FORGED),
    "malformed_token": (_l("What came was no launch message"), _FORGED),
    "wrong_issuer": (_l("The message names another platform"), _FORGED),
    "wrong_audience": (_l("The message is for another tool"), _FORGED),
    "wrong_authorized_party": (_l("The message is for another tool"), _FORGED),
    "wrong_nonce": (_l("The message belongs to another launch"), _FORGED),
    "wrong_version": (_l("The message is of another version of LTI"), _LMS),
    "wrong_message_type": (_l("The message is of a kind that we do not have"), _LMS),
    "malformed_claims": (_l("The message lacks a part, or has it in a wrong form"), _LMS),
    "anonymous": (
        _l("The platform did not say who came"),
        _l("Guests cannot take part. If it was no guest, let the platform send a user id."),
    ),
    "not_a_trainer": (_l("Somebody who is no trainer wanted to choose content"), _WATCH),
    "foreign_return": (_l("The content was to be returned to a host that is not the platform's"), _FORGED),
    "foreign_proof": (_l("The proof of a launch came from another site"), _FORGED),
    "window_code": (_l("The new window came too late, or twice"), _AGAIN),
    "already_answered": (_l("Content was chosen twice for one request"), _AGAIN),
    "unknown_learner": (
        _l("A review was asked for somebody who has not been here"),
        _l("Nothing. The learner opens the link in the course once; then there is something to review."),
    ),
    "not_your_work": (_l("A learner asked for somebody else's work"), _FORGED),
}
UNKNOWN: Words = (_l("The launch was refused"), _WATCH)


def of(outcome: str) -> Words:
    """What happened and what to do, for that outcome."""
    return OUTCOMES.get(outcome, UNKNOWN)
