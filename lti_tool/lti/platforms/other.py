"""Any other platform that speaks LTI 1.3: nothing is known of it but the standard."""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Ways

FAMILY = "other"
WAYS = Ways(
    family=FAMILY,
    name=_l("Another platform"),
    where=(
        _l("Open the place where external tools (LTI 1.3) are managed."),
        _l("Look for “dynamic registration” or “registration URL”, and paste the link there."),
    ),
    by_hand=(
        _l("Add an external tool for LTI 1.3 and copy the addresses below."),
        _l("The platform shows a client id and its own addresses: they are what this form asks for."),
    ),
    afterwards=(
        _l("Activate the tool, where your platform asks for it."),
        _l("In a course, add it and choose a module."),
    ),
)
