"""What the operator's pages of a platform say: states, faults of forms, and what has just been done."""

from flask_babel import lazy_gettext as _l

PLATFORM_STATES = {"active": (_l("Active"), "good"), "blocked": (_l("Blocked"), "bad")}
DEPLOYMENT_STATES = {
    "active": (_l("May launch"), "good"),
    "pending": (_l("Waits for you"), "care"),
    "disabled": (_l("Disabled"), "bad"),
}
GRADES = {
    "good": (_l("works"), "✓", "yes"),
    "warning": (_l("look at this"), "!", ""),
    "wrong": (_l("wrong"), "✕", "no"),
}
FAULTS = {
    "name": _l("Write at most 200 characters, without control characters."),
    "home": _l("Write the address at which people open it whole: from https:// on, without spaces."),
    "issuer": _l("Write the issuer as the platform shows it: an address that begins with https://."),
    "client_id": _l("Copy the client id that the platform gave us, at most 255 characters."),
    "authorization_endpoint": _l("Write the login address whole: from https:// on, without spaces."),
    "token_endpoint": _l("Write the token address whole: from https:// on, without spaces."),
    "jwks_uri": _l("Write the address of the keys whole: from https:// on, without spaces."),
    "token_audience": _l("Write at most 1,000 characters, or leave it empty."),
    "deployment_id": _l("Copy the deployment id, at most 255 characters, or leave it empty."),
}
TAKEN = _l("A platform with this issuer and client id is connected already.")
DONE = {
    "connected": _l("The platform is connected. Run the check to see whether everything works."),
    "moved": _l("The platform lives at its new addresses. Its learners and courses stayed."),
    "changed": _l("Saved."),
    "blocked": _l("The platform is blocked: nobody can come from it, and none of its pages shows ours."),
    "unblocked": _l("The platform is active again."),
    "deployment": _l("The deployment was changed."),
}
FIELDS = {
    "issuer": (
        _l("Issuer (platform id)"),
        _l("What the platform calls itself; often its address without a slash at the end."),
    ),
    "client_id": (_l("Client id"), _l("What the platform calls us.")),
    "authorization_endpoint": (_l("Login address (authorization endpoint)"), ""),
    "token_endpoint": (_l("Token address (access token URL)"), ""),
    "jwks_uri": (_l("Address of its keys (JWKS or keyset URL)"), ""),
    "token_audience": (_l("Audience for tokens"), _l("Leave it empty unless the platform names one.")),
    "deployment_id": (
        _l("Deployment id"),
        _l("Leave it empty if the platform shows none: then the first launch brings it."),
    ),
    "home": (
        _l("Address at which people open it"),
        _l("Only where it is not the issuer's, as with Canvas and Blackboard in the cloud."),
    ),
}
