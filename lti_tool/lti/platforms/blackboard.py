"""Blackboard, after Anthology's documentation; we have not connected one yet.

A tool is registered once with Anthology and gets one client id; each customer's platform is a deployment of it.
"""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "blackboard"
GATEWAY = "https://developer.anthology.com/api/v1"
WAYS = Ways(
    family=FAMILY,
    name="Blackboard",
    sites=("blackboard.com", "anthology.com"),
    where=(
        _l("The tool is registered in Anthology's developer portal, not in Blackboard itself."),
        _l("There, choose LTI dynamic registration and paste the link."),
    ),
    by_hand=(
        _l("In Anthology's developer portal, register an application that supports LTI 1.3, with the addresses below."),
        _l("The portal shows the client id and the addresses that this form asks for."),
        _l("In Blackboard, Administrator, LTI Tool Providers, register an LTI 1.3 tool with that client id."),
    ),
    afterwards=(
        _l("In Blackboard, Administrator, LTI Tool Providers, register an LTI 1.3 tool with the client id."),
        _l("Approve the tool and allow the role, the name and the grade service."),
        _l("The first course that opens us tells us its deployment; later ones wait until we let them in."),
    ),
    addresses=Addresses(
        issuer="https://blackboard.com",
        logins=f"{GATEWAY}/gateway/oidcauth",
        tokens=f"{GATEWAY}/gateway/oauth2/jwttoken",
        keys=f"{GATEWAY}/management/applications/{{client_id}}/jwks.json",
    ),
)
