"""The one command: `animateur`."""

import json
import logging
import sys
from collections.abc import Callable
from contextlib import contextmanager
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from courses import agencies
from lti_tool.run import demo as demo_run
from lti_tool.run import check_credential, ping, serve as serve_run
from lti_tool.run.settings import Settings
from xapi_store import api_keys
from xapi_store.database import Database
from xapi_store.transaction import transaction

Command = Callable[..., Any]
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def main() -> None:
    """Courses for facilitators inside any LMS: team exercises, evidence, grading, certificates."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
