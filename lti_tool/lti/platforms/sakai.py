"""Sakai, after its own documentation; we have not connected one yet."""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "sakai"
WAYS = Ways(
    family=FAMILY,
    name="Sakai",
    where=(
        _l("In the Administration Workspace, open External Tools and install an LTI 1.3 tool."),
        _l("Choose auto-provision (dynamic registration) and paste the link."),
    ),
    by_hand=(
        _l("In External Tools, install an LTI 1.3 tool and copy the addresses below."),
        _l("Save it, and open it again: Sakai then shows the client id and the addresses that this form asks for."),
    ),
    afterwards=(
        _l("Open the tool's settings once and allow the name, the roster and the grades to be sent."),
        _l("In a site, add it in Lessons, or choose it as an external tool."),
    ),
    addresses=Addresses(
        logins="{home}/imsoidc/lti13/oidc_auth",
        keys="{home}/imsblis/lti13/keyset",
    ),
)
