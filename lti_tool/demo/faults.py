"""How the LMS can be told to misbehave, so that tests see what a tool does about it. Never reachable over HTTP."""

from enum import StrEnum


class Fault(StrEnum):
    """One way of being a bad platform."""

    BAD_SIGNATURE = "bad_signature"
    REPLAYED_TOKEN = "replayed_token"  # noqa: S105 (the name of a fault)
    ALG_NONE = "alg_none"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_NONCE = "wrong_nonce"
    WRONG_DEPLOYMENT = "wrong_deployment"
    EXPIRED = "expired"
    SLOW_JWKS = "slow_jwks"
    ROTATED_KEY = "rotated_key"
    CURLY_LINK = "curly_link"
    SCORES_CONFLICT = "scores_conflict"
    TOKEN_DOWN = "token_down"  # noqa: S105 (the name of a fault)
    AGS_DOWN = "ags_down"
