"""The whole house in one process, as the journeys have it; and a place where the installed product may run."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.journeys.conftest import house, launched, platform
from tests.run.test_supervisor import STARTED, on

__all__ = ["data", "house", "launched", "platform"]


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory of its own; whatever still runs on it at the end is ended."""
    place = tmp_path_factory.mktemp("serve")
    yield place
    for process in on(place):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    while STARTED:
        STARTED.pop().wait(timeout=30)
