"""What can go wrong on this floor.

ToolError
├── LaunchRefused           a login or launch that must not go on; carries a stable reason code
├── OnboardingRefused       a platform that could not be connected; carries a stable reason code
├── WishesRefused           what a trainer added to chosen links cannot be understood; a code for each field
├── RoleRefused             a platform's role cannot be given that meaning; carries a stable code
├── NoSuchPlatform          no platform, or no deployment of it, of that id
├── VisitorRefused
│   ├── NobodyHere          no visit, or one that ended
│   ├── NotForThisRole      somebody is here, but not as whom the page is for
│   ├── NothingIsKept       a form sent in the learner view, in which nothing is saved
│   └── FormRefused         a form without its token, or with the token of another visit
├── SignInRefused           a sign-in or invitation that is not good; says not more than that
│   ├── NoAccount           no such open account, or not this password, passkey or identity
│   ├── InvitationRefused   an invitation that is unknown, spent or too old
│   └── TooOften            tried too often; `wait` says how long nothing is tried
└── PlatformTrouble
    ├── AddressRefused      an address we do not call: wrong scheme, private network, foreign host
    ├── PlatformUnreachable no usable answer in time; worth another try
    ├── PlatformRefused     a clear no from the platform
    ├── DeliverLater        a score that waits; the worker tries again
    └── DeliveryRefused     a score that will not arrive; the reason stands in its ScoreDelivery row
"""

from datetime import timedelta


class ToolError(Exception):
    """Base of this floor's errors."""


class LaunchRefused(ToolError):
    """A login or launch must not go on. `code` is stable and safe to show; `detail` is for the log alone."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class OnboardingRefused(ToolError):
    """A platform could not be connected. `code` is stable and safe to show; `detail` is for the log alone.

    `said` are the platform's own words, plain text, for the page alone: they may hold what no log should.
    """

    def __init__(self, code: str, detail: str = "", *, said: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.said = said


class NoSuchPlatform(ToolError):
    """There is no platform, or no deployment of it, of that id."""


class WishesRefused(ToolError):
    """What a trainer added to chosen links cannot be understood. `errors` holds a stable code for each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(errors)))
        self.errors = errors


class RoleRefused(ToolError):
    """A platform's role cannot be given that meaning; `code` is stable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VisitorRefused(ToolError):
    """The page is not for the one who asks."""


class NobodyHere(VisitorRefused):
    """The browser shows no visit, or one that ended."""


class NotForThisRole(VisitorRefused):
    """The visitor is known but has none of the roles that the page is for."""


class NothingIsKept(VisitorRefused):
    """A form was sent in the learner view, in which a trainer looks on and nothing is saved."""


class FormRefused(VisitorRefused):
    """The form carries no token, or that of another visit (the browser was launched as someone else meanwhile)."""


class SignInRefused(ToolError):
    """Signing in did not end well. What exactly was wrong is not told."""


class NoAccount(SignInRefused):
    """There is no such open account, or what was shown does not open it."""


class InvitationRefused(SignInRefused):
    """The invitation is unknown, spent or too old."""


class TooOften(SignInRefused):
    """It was tried too often; nothing is tried for as long as `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too often")
        self.wait = wait


class PlatformTrouble(ToolError):
    """Speaking to a platform did not end well."""


class AddressRefused(PlatformTrouble):
    """We do not call this address: wrong scheme, private network, or a host not tied to the platform."""


class PlatformUnreachable(PlatformTrouble):
    """The platform gave no usable answer in time."""


class PlatformRefused(PlatformTrouble):
    """The platform said no; `status` is its HTTP status, `code` its OAuth error code where it gave one."""

    def __init__(self, message: str, *, status: int, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class DeliverLater(PlatformTrouble):
    """The score could not be delivered now; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DeliveryRefused(PlatformTrouble):
    """The score will not arrive; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
