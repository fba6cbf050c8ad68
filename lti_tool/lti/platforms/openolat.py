"""OpenOlat, after its own documentation and source; we have not connected one yet."""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "openolat"
WAYS = Ways(
    family=FAMILY,
    name="OpenOlat",
    registers_itself=False,
    by_hand=(
        _l("In Administration, Modules, LTI 1.3, open the external tools and add one. Copy the addresses below."),
        _l("OpenOlat then shows the client id, the deployment id and the addresses that this form asks for."),
    ),
    afterwards=(_l("In a course, add an element “LTI page” and choose the tool."),),
    addresses=Addresses(
        logins="{home}/lti/auth",
        tokens="{home}/lti/token",
        keys="{home}/lti/keys",
    ),
)
