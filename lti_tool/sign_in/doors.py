"""Every address of this wing, each in the room that answers it; the application registers them all."""

from types import ModuleType

from lti_tool.sign_in import (
    invited,
    inviting,
    joining_page,
    keeping,
    organisation,
    own_account,
    refusals,
    signing_in,
    stays,
)

ALL: tuple[ModuleType, ...] = (
    signing_in,
    organisation,
    invited,
    keeping,
    own_account,
    stays,
    joining_page,
    inviting,
    refusals,
)
