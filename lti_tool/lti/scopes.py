"""The rights we ask platforms for (AGS 2.0, 3.1.1; NRPS 2.0, 2.3; Course Groups Service 1.0, 3.2)."""

LINEITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"

ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"

WANTED = (LINEITEM, RESULT, SCORE, ROSTER, GROUPS)
