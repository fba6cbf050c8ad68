"""The whole house in one process, as the journeys have it."""

from tests.journeys.conftest import house, launched, platform

__all__ = ["house", "launched", "platform"]
