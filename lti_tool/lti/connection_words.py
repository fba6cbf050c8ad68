"""The findings of a connection check in plain words: what was looked at, how it stands, and what to do."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from lti_tool.lti.connection import Finding

WHAT = {
    "status": _l("The platform"),
    "our_address": _l("Our public address"),
    "our_keys": _l("Our keys"),
    "keys": _l("The platform's keys"),
    "clock": _l("The clocks"),
    "tokens": _l("Access to the gradebook"),
    "logins": _l("The platform's login address"),
    "deployments": _l("Deployments"),
    "launches": _l("Launches"),
}
NETWORK_ADVICE = _l(
    "Look whether the address is right, and whether a firewall between the two machines lets us through."
)
# why an address was not reached → (what happened, what to do)
REACHING = {
    "plain": (
        _l("The address does not begin with https, so it is not called."),
        _l("Use the https address. For a trial on one machine, allow it: ANIMATEUR_ALLOW_PRIVATE_PLATFORMS=yes."),
    ),
    "private": (
        _l("%(detail)s lies in a private network, so it is not called."),
        _l("If this platform of yours is meant to be there, allow it: ANIMATEUR_ALLOW_PRIVATE_PLATFORMS=yes."),
    ),
    "no_such_host": (
        _l("There is no host of the name %(detail)s, as seen from here."),
        _l("Check the address for a slip, then the name server that this machine asks."),
    ),
    "tls": (
        _l("%(detail)s does not show a certificate that we can trust."),
        _l("The certificate may have ended, be for another name, or come without the one it was signed by."),
    ),
    "slow": (_l("%(detail)s did not answer within five seconds."), NETWORK_ADVICE),
    "down": (_l("%(detail)s did not answer."), NETWORK_ADVICE),
    "fault": (_l("It answered with an error of its own (%(detail)s)."), _l("Look into the log of the platform.")),
    "refused": (
        _l("It refused to answer (%(detail)s)."),
        _l("Look into the log of the platform, and compare client id and addresses with what it shows."),
    ),
    "nothing_there": (
        _l("There is nothing at this address (%(detail)s)."),
        _l("Compare the address with what the platform shows, letter by letter."),
    ),
    "unreadable": (
        _l("The answer cannot be read."),
        _l("The address may be that of another page. Compare it with what the platform shows."),
    ),
}
SAID = {
    ("status", "blocked"): (_l("It is blocked here: nobody can come from it."), _l("Unblock it, if that is over.")),
    ("our_address", "good"): (_l("It is %(detail)s, and encrypted."), ""),
    ("our_address", "local"): (
        _l("%(detail)s can be reached from this machine alone."),
        _l("That is enough for a trial. For others, set ANIMATEUR_PUBLIC_URL to an https address."),
    ),
    ("our_address", "plain"): (
        _l("%(detail)s is not encrypted. Browsers then keep nothing for us inside a platform's page."),
        _l("Put a proxy with a certificate in front and set ANIMATEUR_PUBLIC_URL to the https address."),
    ),
    ("our_address", "another"): (
        _l("You asked for this page at %(detail)s, but platforms are told another address."),
        _l(
            "If a proxy in front does not pass the host name on, all is well. Otherwise set ANIMATEUR_PUBLIC_URL to "
            "the address that people use, then register again where it was wrong."
        ),
    ),
    ("our_keys", "good"): (_l("They can be fetched at our public address."), ""),
    ("our_keys", "something_else"): (
        _l("Somebody else answers at our public address (%(detail)s)."),
        _l("Check ANIMATEUR_PUBLIC_URL and the proxy: /lti/jwks there has to lead here."),
    ),
    ("keys", "good"): (_l("They can be fetched. Keys: %(detail)s."), ""),
    ("keys", "no_rsa"): (
        _l("There is no RSA key with an id among them."),
        _l("LTI 1.3 signs with RSA. Look whether the platform has made its keys, and whether the address is right."),
    ),
    ("clock", "good"): (_l("They agree."), ""),
    ("clock", "ahead"): (
        _l("The platform's clock is %(detail)s seconds ahead of ours, or ours is late. Launches fail."),
        _l("Let both machines set their clocks by the network (NTP)."),
    ),
    ("clock", "behind"): (
        _l("The platform's clock is %(detail)s seconds behind ours, or ours is fast. Launches fail."),
        _l("Let both machines set their clocks by the network (NTP)."),
    ),
    ("tokens", "good"): (_l("The platform knows us and lets us in."), ""),
    ("tokens", "cannot_fetch_our_keys"): (
        _l("Moodle cannot fetch our keys from %(detail)s, so it does not believe that it is us."),
        _l(
            "In Site administration, General, Security, HTTP security: take us out of the cURL blocked hosts and add "
            "our port to the allowed ports. Also look whether Moodle's machine trusts our certificate (TLS)."
        ),
    ),
    ("tokens", "no_rights"): (
        _l("The platform knows us, but does not let us use its gradebook (%(detail)s)."),
        _l("In the tool's settings there, allow the grade services. Courses work without; scores do not arrive."),
    ),
    ("tokens", "unknown_client"): (
        _l("The platform does not know us under this client id, or could not check our signature (%(detail)s)."),
        _l("Compare the client id. If it is right, look whether the platform can fetch our keys."),
    ),
    ("tokens", "clock"): (
        _l("The platform finds our request too early or too late (%(detail)s)."),
        _l("Let both machines set their clocks by the network (NTP)."),
    ),
    ("tokens", "no_token"): (
        _l("The answer holds no token."),
        _l("The address may be that of another page. Compare it with what the platform shows."),
    ),
    ("logins", "good"): (_l("It answers."), ""),
    ("deployments", "good"): (_l("May launch us: %(detail)s."), ""),
    ("deployments", "none_yet"): (_l("None is known yet. The first launch will bring one."), ""),
    ("deployments", "waiting"): (
        _l("Launched us, and wait until you let them in: %(detail)s."),
        _l("Accept those you know; disable the others."),
    ),
    ("deployments", "all_closed"): (_l("All are disabled: nobody can come."), _l("Accept at least one.")),
    ("launches", "good"): (_l("The last one that went well: %(detail)s."), ""),
    ("launches", "none_lately"): (
        _l("Nobody has come from this platform lately."),
        _l("Open the course there as a trainer. If the platform stops it, compare the redirect address with ours."),
    ),
}
BROWSERS_ONLY = _l("Only people's browsers need this address; if they reach it, all is well.")


@dataclass(frozen=True)
class Told:
    """A finding in words."""

    grade: str
    what: str
    happened: str
    advice: str


def told(finding: Finding) -> Told:
    """The finding in words; what is missing here is told by its code."""
    said = SAID.get((finding.what, finding.why)) or REACHING.get(finding.why) or (finding.why, "")
    happened, advice = said
    if finding.what == "logins" and advice:
        advice = BROWSERS_ONLY
    return Told(finding.grade, str(WHAT[finding.what]), _filled(happened, finding.detail), str(advice))


def _filled(text: object, detail: str) -> str:
    return str(text).replace("%(detail)s", detail)
