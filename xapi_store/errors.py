"""What can go wrong on this floor.

StoreError
├── StatementRefused   a statement that breaks xAPI, with the JSON path of the fault and the reason
├── FilterRefused      a query that xAPI does not allow
├── Conflict           another statement already stands under this id
├── NoSuchStatement    no statement of that id may be shown
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
    """The statement breaks xAPI; `path` names the member at fault, such as `statements[3].result.score.scaled`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


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


class NoSuchStatement(StoreError):
    """No statement of this id may be shown here."""


class NoSuchStore(StoreError):
    """No store goes by that short name; `known` are the names to choose from."""

    def __init__(self, slug: str | None, known: tuple[str, ...]) -> None:
        asked = f"there is no store {slug!r}" if slug else "name a store with --store"
        super().__init__(f"{asked}; there are: {', '.join(known) or 'none yet'}")
        self.known = known


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
