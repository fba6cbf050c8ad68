"""What can go wrong on this floor.

StoreError
├── StatementRefused   a statement that breaks xAPI, with the JSON path of the fault and the reason
├── BatchRefused       statements that break xAPI, each with its number in the request
├── VersionRefused     a version of xAPI that is not spoken here, or none
├── FilterRefused      a query that xAPI does not allow
├── Conflict           another statement already stands under this id
├── NoSuchStatement    no statement of that id may be shown
├── NoSuchDocument     no document under these ids
├── DocumentRefused    a document, or its merge, that xAPI does not allow
├── Precondition       If-Match or If-None-Match does not hold, or one of them is needed
├── AttachmentRefused  a multipart body or a part that breaks xAPI
├── TooLarge           a request body beyond what is taken
├── ProfileRefused     a profile document that cannot be used
├── StoreUnreachable   the database does not answer
├── NoSuchStore        no store of that short name, or none named where there are several
├── UnknownKey         no such access key or signing key, or the wrong secret
├── NotAllowed         the access key lacks the scope
├── SealBroken         sealed bytes that this installation's secret does not open
├── SignatureRefused   a token whose signature does not hold
└── EvidenceLost       a commit that would have dropped what was staged: a fault of the program
"""

from uuid import UUID


class StoreError(Exception):
    """Base of this floor's errors."""


class StatementRefused(StoreError):
    """The statement breaks xAPI; `path` names the member at fault, such as `statements[3].result.score.scaled`.

    `rule` is a short stable code of what is broken, such as `unknown-member`; `section` is where the specification
    says so: `Data` and `Communication` are parts two and three of xAPI 1.0.3.
    """

    def __init__(self, path: str, reason: str, *, rule: str = "", section: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.rule = rule
        self.section = section


class BatchRefused(StoreError):
    """Statements of a batch break xAPI; `faults` are their numbers in it, each with what is wrong.

    `more` where further ones were not named any more.
    """

    def __init__(self, faults: list[tuple[int, StatementRefused]], *, more: bool = False) -> None:
        super().__init__(str(faults[0][1]))
        self.faults = faults
        self.more = more


class VersionRefused(StoreError):
    """The request names no version of xAPI that is spoken here."""


class FilterRefused(StoreError):
    """The query is not one that xAPI allows; `name` is the parameter at fault."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class Conflict(StoreError):
    """A different statement already stands under this id (xAPI Data 2.3.1); nothing was changed."""

    def __init__(self, statement_id: UUID) -> None:
        super().__init__(f"another statement is stored under the id {statement_id}")
        self.statement_id = statement_id


class NoSuchDocument(StoreError):
    """No document stands under these ids."""


class DocumentRefused(StoreError):
    """The document, or its merge with the one that stands, is not what xAPI allows; nothing was changed."""


class Precondition(StoreError):
    """If-Match or If-None-Match does not hold; `missing` where one of them is needed and none was sent."""

    def __init__(self, reason: str, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.missing = missing


class AttachmentRefused(StoreError):
    """The multipart body, or one of its parts, breaks xAPI (Communication 1.5.2)."""


class TooLarge(StoreError):
    """The body has more than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"the body is larger than {most // 1024 // 1024} MiB")
        self.most = most


class ProfileRefused(StoreError):
    """The profile document cannot be used; the message says why and where."""


class NoSuchStatement(StoreError):
    """No statement of this id may be shown here."""


class NoSuchStore(StoreError):
    """No store goes by that short name; `known` are the names to choose from."""

    def __init__(self, slug: str | None, known: tuple[str, ...]) -> None:
        asked = f"there is no store {slug!r}" if slug else "name a store with --store"
        super().__init__(f"{asked}; there are: {', '.join(known) or 'none yet'}")
        self.known = known


class StoreUnreachable(StoreError):
    """The database does not answer; what was sent may be sent again."""


class UnknownKey(StoreError):
    """There is no such key, or the secret is wrong."""


class NotAllowed(StoreError):
    """The access key lacks the scope for this request."""


class SealBroken(StoreError):
    """The sealed bytes were changed, or sealed by another installation's secret."""


class SignatureRefused(StoreError):
    """The token is malformed or its signature does not hold."""


class EvidenceLost(StoreError):
    """Statements or ledger entries were staged and the transaction was about to be committed without them."""
