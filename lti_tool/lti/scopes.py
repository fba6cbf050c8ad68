"""The rights we ask platforms for (Assignment and Grade Services 2.0, 3.1.1)."""

LINEITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

WANTED = (LINEITEM, RESULT, SCORE)
