"""Brightspace, after D2L's documentation; we have not connected one yet.

Its tokens are given at one address for all customers, and its assertions name another audience than that address.
It may open a registration link without a registration token.
"""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "brightspace"
AUDIENCE = "https://api.brightspace.com/auth/token"
WAYS = Ways(
    family=FAMILY,
    name="Brightspace",
    sites=("brightspace.com",),
    where=(
        _l("In Admin Tools, open Manage Extensibility, LTI Advantage, and register a tool."),
        _l("Choose Dynamic and paste the link as the tool initiation registration endpoint."),
    ),
    by_hand=(
        _l("In Manage Extensibility, LTI Advantage, register a tool. Choose Standard and copy the addresses below."),
        _l("Brightspace then shows the client id and the addresses that this form asks for."),
    ),
    afterwards=(
        _l("Enable the tool's registration."),
        _l("Make a deployment of it, choose who may use it, and allow the name and the grades to be sent."),
        _l("Make a link for the deployment, then add it in a course from the activities."),
    ),
    addresses=Addresses(
        logins="{home}/d2l/lti/authenticate",
        tokens="https://auth.brightspace.com/core/connect/token",
        keys="{home}/d2l/.well-known/jwks",
        audience=AUDIENCE,
    ),
)
