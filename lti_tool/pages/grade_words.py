"""Why a score has not arrived, in words: what happened, and what helps."""

import re

from flask_babel import lazy_gettext as _l

Words = tuple[object, object]

_BY_ITSELF = _l("It is tried again by itself.")
_PEOPLE = _l("Tell the people who run the platform. Once it is mended, send the score again.")
_REACH = _l("It is tried again by itself. If it stays so, look whether this server reaches the platform.")

REASONS: dict[str, Words] = {
    "token_refused": (_l("The platform did not take our access token"), _BY_ITSELF),
    "platform_cannot_fetch_our_keys": (
        _l("The platform cannot fetch our keys"),
        _l("It has to reach the key address of this tool. Tell the people who run the platform."),
    ),
    "an answer without a token": (_l("The platform gave no access token"), _BY_ITSELF),
    "the host name is not known": (_l("The platform's host name is not known"), _REACH),
    "the answer is too large": (_l("The platform sent something far too large"), _BY_ITSELF),
    "the answer took too long": (_l("The platform was too slow"), _BY_ITSELF),
    "newer_score_there": (
        _l("The platform already holds another, newer score"),
        _l("It is tried again with a newer date. If the platform's grade was set by hand, it may be meant to stay."),
    ),
    "line_item_gone": (
        _l("The column is not in the gradebook any more"),
        _l("A launch of the same link makes a new one known. Then send the score again."),
    ),
    "no_gradebook": (
        _l("The platform has told us of no gradebook"),
        _l("Grade passback has to be switched on for this link. After one more launch, send the score again."),
    ),
    "foreign_line_item": (
        _l("The column lies on a host that is not the platform's"),
        _l("The address of the gradebook has to be one of the platform's. Compare it on the platform's page."),
    ),
    "column_taken": (
        _l("The only column is another activity's"),
        _l("A trainer links the content with a grade of its own, or the platform lets the tool make columns."),
    ),
    "overridden_there": (
        _l("The score was changed in the platform, and stays so"),
        _l("Nothing is sent over it by itself. A new release would replace it."),
    ),
    "column_in_making": (_l("Another score is just making the column"), _BY_ITSELF),
    "no_line_item": (
        _l("There is no column, and we may not make one"),
        _l("A trainer links the content with a grade, or the platform lets the tool make columns. Then send it again."),
    ),
}
UNREACHED = (_l("The platform could not be reached"), _REACH)
STATUS = re.compile(r"(line_item_|token endpoint: )?status[_ ]([0-9]{3})")
NOT_JSON = re.compile(r"an answer with status [0-9]{3} that is not JSON")


def of(reason: str | None) -> Words:
    """What happened and what helps, for the reason that stands in a ScoreDelivery row."""
    if reason is None:
        return _l("Not tried yet"), _l("It goes by itself when it is its turn.")
    if reason in REASONS:
        return REASONS[reason]
    status = STATUS.fullmatch(reason)
    if status is not None:
        return _of_status(int(status[2]), of_token=(status[1] or "").startswith("token"))
    if NOT_JSON.fullmatch(reason):
        return _l("The platform answered with a page instead of data"), _REACH
    return UNREACHED


def _of_status(status: int, *, of_token: bool) -> Words:
    if status in (408, 429):
        return _l("The platform is busy (status %(status)s)", status=status), _BY_ITSELF
    if status >= 500:
        return _l("The platform has trouble (status %(status)s)", status=status), _BY_ITSELF
    if of_token:
        return _l("The platform gives us no access token (status %(status)s)", status=status), _PEOPLE
    if status in (401, 403):
        return _l("The platform does not let us write this grade (status %(status)s)", status=status), _PEOPLE
    return _l("The platform did not take the score (status %(status)s)", status=status), _PEOPLE
