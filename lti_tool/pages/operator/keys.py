"""The keys that this installation signs with: the tool's towards platforms, and those of each agency."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from courses.agencies import Agency
from lti_tool import house, visitor
from lti_tool.lti import tool_keys
from lti_tool.pages.operator.door import bp
from xapi_store.keys import SigningKey


class Key(NamedTuple):
    """A signing key without its halves: whose it is, of what kind, and from when until when it signs."""

    kid: str
    owner: str
    algorithm: str
    created_at: datetime
    retired_at: datetime | None


@bp.get("/keys")
@visitor.operator_only
def keys() -> ResponseReturnValue:
    """Every signing key with its state; nothing private is read."""
    columns = [getattr(SigningKey, name) for name in Key._fields]
    with house.database().session() as session:
        found = [Key(*row) for row in session.execute(select(*columns).order_by(SigningKey.created_at.desc()))]
        agencies = {f"agency:{each.slug}": each for each in session.scalars(select(Agency).order_by(Agency.name))}
    return render_template(
        "operator/keys.html",
        own=[each for each in found if each.owner == tool_keys.OWNER],
        groups=[(agency, _of(found, owner)) for owner, agency in agencies.items()],
        address=f"{house.address()}/lti/jwks",
    )


def _of(found: Sequence[Key], owner: str) -> list[Key]:
    return [each for each in found if each.owner == owner]
