"""Codes of the record store in words for the operator."""

from flask_babel import lazy_gettext as _l

from lti_tool import self_test

SCOPES = {
    "statements/write": (_l("Store statements"), _l("For a program that reports what people did.")),
    "statements/read/mine": (_l("Read back its own statements"), _l("Only those stored with this same key.")),
    "statements/read": (_l("Read all statements"), _l("Everything that anybody stored here.")),
    "state": (_l("Keep a learner's place"), _l("Read and change State documents, such as a bookmark.")),
    "profile": (_l("Keep notes on people and activities"), _l("Read and change Agent and Activity Profile documents.")),
    "define": (_l("Describe activities"), _l("What its statements say of an activity becomes what the store knows.")),
    "all/read": (_l("Read everything"), _l("Statements and documents, and change nothing. For reports.")),
    "all": (_l("Everything"), _l("All of the above. Give it only to a program that you run yourself.")),
}
KEY_STATES = {
    "active": (_l("Works"), "good"),
    "overlap": (_l("Works, the old secret too"), "care"),
    "expired": (_l("Expired"), ""),
    "revoked": (_l("Revoked"), "bad"),
}
KEY_FAULTS = {
    "label": _l("Say in a few words which program this key is for."),
    "scopes": _l("Choose at least one thing that the program may do."),
    "expires": _l("Choose a day that is still to come, or leave it empty."),
}
STEPS = {
    self_test.ABOUT: _l("Ask what the store is"),
    self_test.WRITE: _l("Write a statement"),
    self_test.READ: _l("Read it back"),
    self_test.REACH: _l("Reach the address"),
}
FILTERS = {
    "agent": _l("Who"),
    "verb": _l("Verb"),
    "activity": _l("Activity"),
    "registration": _l("Registration"),
    "since": _l("Stored after"),
    "until": _l("Stored until"),
    "related_agents": _l("also where they are named elsewhere in the statement"),
    "related_activities": _l("also where it stands in the context"),
    "ascending": _l("oldest first"),
    "from": _l("The place in the list"),
}
MODES = {
    "off": (_l("Not looked at"), _l("Statements are checked against xAPI alone.")),
    "warn": (_l("Count what differs"), _l("Statements are taken; what breaks a profile is counted here.")),
    "refuse": (_l("Refuse what breaks a profile"), _l("A statement that breaks what binds it is not taken.")),
}
