"""Canvas, after Instructure's documentation; we have not connected one yet.

All platforms in Instructure's cloud share one issuer and differ by client id (and by the address people open).
"""

from flask_babel import lazy_gettext as _l

from lti_tool.lti.platforms.ways import Addresses, Ways

FAMILY = "canvas"
WAYS = Ways(
    family=FAMILY,
    name="Canvas",
    sites=("instructure.com", "canvaslms.com"),
    where=(
        _l("In Admin, open Apps (or Developer Keys) and begin a new LTI registration."),
        _l("Choose dynamic registration and paste the link."),
    ),
    by_hand=(
        _l("In Admin, Developer Keys, add an LTI key. Choose “Paste JSON” and paste the text below."),
        _l("Save and switch the key on. The number under “Details” is the client id."),
        _l("In the account's or a course's apps, add an app by client id. Its menu shows the deployment id."),
    ),
    afterwards=(
        _l("Switch the developer key on, if it is still off."),
        _l("Add the app to the account or to a course by its client id."),
        _l("In a course, add a module item or an assignment of the kind “External tool” and choose a module."),
    ),
    addresses=Addresses(
        issuer="https://canvas.instructure.com",
        logins="https://sso.canvaslms.com/api/lti/authorize_redirect",
        tokens="https://sso.canvaslms.com/login/oauth2/token",
        keys="https://sso.canvaslms.com/api/lti/security/jwks",
    ),
)
