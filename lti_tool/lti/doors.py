"""Every address below /lti, each in the room that answers it; the application registers them all."""

from types import ModuleType

from lti_tool.lti import deep_linking, launch, login, new_window, onboarding, refusals, tool_keys

ALL: tuple[ModuleType, ...] = (login, launch, new_window, tool_keys, onboarding, deep_linking, refusals)
