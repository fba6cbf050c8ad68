"""Open edX (its LTI consumer block), after its own documentation; we have not connected one yet.

There is no registration by link; each block has a client id of its own, and addresses that end in its id.
"""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "openedx"
WAYS = Ways(
    family=FAMILY,
    name="Open edX",
    registers_itself=False,
    target_in_token=True,
    by_hand=(
        _l("In Studio, allow “lti_consumer” in the course's advanced settings and add an LTI Consumer component."),
        _l("In the component, choose LTI 1.3 and copy the addresses below; take the keyset URL for the public key."),
        _l("Save it: Studio then shows the client id, the deployment id and the addresses that this form asks for."),
    ),
    afterwards=(
        _l("In the component, allow the name to be sent, and switch on scored if grades should arrive."),
        _l("Publish the unit."),
    ),
    addresses=Addresses(logins="{home}/api/lti_consumer/v1/launch/"),
)
