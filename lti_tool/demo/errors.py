"""What the demo LMS refuses.

Refused          a tool (or a person) asked for something that the specifications or this LMS do not allow
"""


class Refused(Exception):
    """Not done. `code` is the machine's word (OAuth 2.0 where it has one), `reason` a sentence for the tool's maker."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
