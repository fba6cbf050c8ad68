"""How the LMS can be told to misbehave, so that people and tests see what a tool does about it.

Told by a test (`lms_of(app).faults`) or on the administrator's page; nothing that a tool sends switches a fault.
"""

from enum import StrEnum


class Fault(StrEnum):
    """One way of being a bad platform."""

    # What the LMS signs.
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KID = "unknown_kid"
    ALG_NONE = "alg_none"
    HS256 = "hs256"
    ROTATED_KEY = "rotated_key"
    EXPIRED = "expired"
    FUTURE_IAT = "future_iat"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    REPLAYED_TOKEN = "replayed_token"  # noqa: S105 (the name of a fault)
    REPLAYED_STATE = "replayed_state"
    SWAPPED_NONCE = "swapped_nonce"
    WRONG_NONCE = "wrong_nonce"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_AZP = "wrong_azp"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_DEPLOYMENT = "wrong_deployment"
    WRONG_VERSION = "wrong_version"
    WRONG_MESSAGE_TYPE = "wrong_message_type"
    WRONG_TARGET = "wrong_target"
    # What it leaves out; the value behind `missing_` is the last word of the claim's name.
    MISSING_ISS = "missing_iss"
    MISSING_AUD = "missing_aud"
    MISSING_SUB = "missing_sub"
    MISSING_EXP = "missing_exp"
    MISSING_IAT = "missing_iat"
    MISSING_NONCE = "missing_nonce"
    MISSING_MESSAGE_TYPE = "missing_message_type"
    MISSING_VERSION = "missing_version"
    MISSING_DEPLOYMENT_ID = "missing_deployment_id"
    MISSING_TARGET_LINK_URI = "missing_target_link_uri"
    MISSING_RESOURCE_LINK = "missing_resource_link"
    MISSING_ROLES = "missing_roles"
    MISSING_CONTEXT = "missing_context"
    MISSING_CUSTOM = "missing_custom"
    # How its services answer; `Place` says which of them.
    SLOW = "slow"
    DOWN = "down"
    HANGS_UP = "hangs_up"
    BREAKS_OFF = "breaks_off"
    TOO_MANY = "too_many"
    SERVER_ERROR = "server_error"
    HTML_PAGE = "html_page"
    HTML_NOT_FOUND = "html_not_found"
    ENDLESS = "endless"
    REDIRECTS = "redirects"
    SLOW_JWKS = "slow_jwks"
    TOKEN_DOWN = "token_down"  # noqa: S105 (the name of a fault)
    TOKEN_REFUSED = "token_refused"  # noqa: S105 (the name of a fault)
    AGS_DOWN = "ags_down"
    SCORES_CONFLICT = "scores_conflict"
    # Smaller oddities.
    CURLY_LINK = "curly_link"
    EMPTY_LINEITEM = "empty_lineitem"
    NO_STORAGE = "no_storage"
    SILENT_STORAGE = "silent_storage"
    FORGETFUL_STORAGE = "forgetful_storage"
    NO_RESIZE = "no_resize"


class Place(StrEnum):
    """A service of the LMS that a fault can be kept to."""

    JWKS = "jwks"
    TOKEN = "token"  # noqa: S105 (the name of a service)
    AGS = "ags"
    ROSTER = "roster"
    GROUPS = "groups"
    REGISTRATION = "registration"
