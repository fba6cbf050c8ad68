"""What every test of this wing starts from: the same tool, platform and browser as the attacks."""

from tests.attacks.conftest import browser, platform, tool

__all__ = ["browser", "platform", "tool"]
