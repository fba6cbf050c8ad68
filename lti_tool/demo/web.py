"""The demo LMS as a web server starts it: `granian --interface wsgi --factory lti_tool.demo.web:lms`."""

import os

from flask import Flask

from lti_tool.demo.app import create_lms
from lti_tool.demo.setup import ADDRESS, DATABASE


def lms() -> Flask:
    """The LMS of a web process. What it needs comes from `setup.environment` of the process that started it."""
    given = os.environ  # noqa: TID251 (a program of its own; the tool's settings are not read here)
    return create_lms(given[DATABASE], given[ADDRESS])
