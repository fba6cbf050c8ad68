"""The commands for record stores: what the operator's pages do, and what takes longer than a page may."""

import click

from lti_tool.run.store_commands import erasure, forwarding, importing, keys, profiles, retention, statements, stores

ALL: tuple[click.Command, ...] = (
    stores.store,
    keys.api_key,
    statements.statements,
    forwarding.forward,
    importing.import_statements,
    profiles.profile,
    erasure.erase,
    retention.retention,
)
