"""The services that a tool may be granted (AGS 2.0, 3.1; NRPS 2.0, 2.1; Course Groups 1.0)."""

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM = AGS + "lineitem"
LINE_ITEM_READ = AGS + "lineitem.readonly"
RESULT_READ = AGS + "result.readonly"
SCORE = AGS + "score"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
GROUPS = "https://purl.imsglobal.org/spec/lti-gs/scope/contextgroup.readonly"
ALL = (LINE_ITEM, LINE_ITEM_READ, RESULT_READ, SCORE, ROSTER, GROUPS)
