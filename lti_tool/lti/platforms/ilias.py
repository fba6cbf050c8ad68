"""ILIAS (its LTI consumer), after its own documentation and source; we have not connected one yet."""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "ilias"
WAYS = Ways(
    family=FAMILY,
    name="ILIAS",
    registers_itself=False,
    by_hand=(
        _l("In Administration, Extending ILIAS, LTI, open the LTI consumer and add a provider for LTI 1.3."),
        _l("Copy the addresses below; take the key type “JWK keyset”."),
        _l("Save it, and open it again: ILIAS then shows the client id and the addresses that this form asks for."),
    ),
    afterwards=(_l("In the repository, add an object “LTI Consumer” and choose the provider."),),
    addresses=Addresses(
        logins="{home}/Modules/LTIConsumer/ltiauth.php",
        tokens="{home}/Modules/LTIConsumer/ltitoken.php",
        keys="{home}/Modules/LTIConsumer/lticerts.php",
    ),
)
