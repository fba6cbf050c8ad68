"""The words of our evidence: every verb, activity type and extension that the product writes or reads, by IRI.

Nearly all of them exist in public xAPI profiles; only what none of these has is ours, below `PROFILE`.
The addresses are permanent: they never depend on the host an installation runs on.
"""

from typing import Any

PROFILE = "https://w3id.org/xapi/oicf"
PROFILE_VERSION = f"{PROFILE}/v0.1"
CATEGORY = PROFILE_VERSION
API_KEYS = f"{PROFILE}/api-keys"

# Verbs
LAUNCHED = "http://adlnet.gov/expapi/verbs/launched"
INITIALIZED = "http://adlnet.gov/expapi/verbs/initialized"
TERMINATED = "http://adlnet.gov/expapi/verbs/terminated"
SCORED = "http://adlnet.gov/expapi/verbs/scored"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
ABANDONED = "https://w3id.org/xapi/adl/verbs/abandoned"
PAUSED = "https://w3id.org/xapi/video/verbs/paused"
SEEKED = "https://w3id.org/xapi/video/verbs/seeked"
ASSERTED = "https://w3id.org/xapi/tla/verbs/asserted"
QUALIFIED = "https://w3id.org/xapi/tla/verbs/qualified"
EXPERIENCED = "http://adlnet.gov/expapi/verbs/experienced"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
PASSED = "http://adlnet.gov/expapi/verbs/passed"
FAILED = "http://adlnet.gov/expapi/verbs/failed"
ATTENDED = "http://adlnet.gov/expapi/verbs/attended"
COMMENTED = "http://adlnet.gov/expapi/verbs/commented"
SHARED = "http://adlnet.gov/expapi/verbs/shared"
ASKED = "http://adlnet.gov/expapi/verbs/asked"
INTERACTED = "http://adlnet.gov/expapi/verbs/interacted"
PLAYED = "https://w3id.org/xapi/video/verbs/played"
SELECTED = "http://id.tincanapi.com/verb/selected"
REPLIED = "http://id.tincanapi.com/verb/replied"
REVIEWED = "http://id.tincanapi.com/verb/reviewed"
MENTORED = "http://id.tincanapi.com/verb/mentored"
CREATED_OPPORTUNITY = "http://id.tincanapi.com/verb/created-opportunity"
POSTED = "https://w3id.org/xapi/acrossx/verbs/posted"
EDITED = "https://w3id.org/xapi/acrossx/verbs/edited"
EVALUATED = "https://w3id.org/xapi/acrossx/verbs/evaluated"
ANNOTATED = "https://w3id.org/xapi/acrossx/verbs/annotated"
SEARCHED = "https://w3id.org/xapi/acrossx/verbs/searched"
REPORTED = "https://w3id.org/xapi/acrossx/verbs/reported"
SUBMITTED = "http://activitystrea.ms/submit"
REQUESTED = "http://activitystrea.ms/request"
ACCEPTED = "http://activitystrea.ms/accept"
REJECTED = "http://activitystrea.ms/reject"
INVITED = "http://activitystrea.ms/invite"
JOINED = "http://activitystrea.ms/join"
LEFT = "http://activitystrea.ms/leave"
AGREED = "http://activitystrea.ms/agree"
DISAGREED = "http://activitystrea.ms/disagree"
AUTHORIZED = "http://activitystrea.ms/authorize"
RETRACTED = "http://activitystrea.ms/retract"
RESOLVED = "http://activitystrea.ms/resolve"
STARTED = "http://activitystrea.ms/start"
CLOSED = "http://activitystrea.ms/close"
ACHIEVED = "https://w3id.org/xapi/tla/verbs/achieved"
VERIFIED = "https://w3id.org/xapi/tla/verbs/verified"
CONFERRED = "https://w3id.org/xapi/tla/verbs/conferred"
REVOKED = "https://w3id.org/xapi/tla/verbs/revoked"
EXPIRED = "https://w3id.org/xapi/tla/verbs/expired"
DIAGNOSED = "https://w3id.org/xapi/dod-isd/verbs/diagnosed"
LOGGED_EFFORT = f"{PROFILE}/verbs/logged-effort"
DECIDED = f"{PROFILE}/verbs/decided"

# Activity types
TYPE_COURSE = "http://adlnet.gov/expapi/activities/course"
TYPE_MODULE = "http://adlnet.gov/expapi/activities/module"
TYPE_ASSESSMENT = "http://adlnet.gov/expapi/activities/assessment"
TYPE_ITEM = "http://adlnet.gov/expapi/activities/cmi.interaction"
TYPE_MEETING = "http://adlnet.gov/expapi/activities/meeting"
TYPE_PAGE = "https://w3id.org/xapi/acrossx/activities/page"
TYPE_VIDEO = "https://w3id.org/xapi/video/activity-type/video"
TYPE_MESSAGE = "https://w3id.org/xapi/acrossx/activities/message"
TYPE_COLLABORATION = "https://w3id.org/xapi/acrossx/activities/collaboration"
TYPE_SCENARIO = "http://id.tincanapi.com/activitytype/scenario"
TYPE_STEP = "http://id.tincanapi.com/activitytype/step"
TYPE_DOCUMENT = "http://id.tincanapi.com/activitytype/document"
TYPE_ESSAY = "http://id.tincanapi.com/activitytype/essay"
TYPE_FORUM_TOPIC = "http://id.tincanapi.com/activitytype/forum-topic"
TYPE_FORUM_REPLY = "http://id.tincanapi.com/activitytype/forum-reply"
TYPE_USER_PROFILE = "http://id.tincanapi.com/activitytype/user-profile"
TYPE_CHECKLIST = "http://id.tincanapi.com/activitytype/checklist"
TYPE_PROJECT = "http://id.tincanapi.com/activitytype/project"
TYPE_GROUP = "http://activitystrea.ms/group"
TYPE_CERTIFICATE = "https://www.opigno.org/en/tincan_registry/activity_type/certificate"
TYPE_OPPORTUNITY = f"{PROFILE}/activity-types/opportunity"
TYPE_CONTACT = f"{PROFILE}/activity-types/partner-contact"
TYPE_SERVICE_CASE = f"{PROFILE}/activity-types/service-case"
TYPE_EFFORT = f"{PROFILE}/activity-types/effort-entry"
TYPE_CRITERION = f"{PROFILE}/activity-types/performance-criterion"
TYPE_UNIT = f"{PROFILE}/activity-types/competence-unit"
TYPE_DECISION = f"{PROFILE}/activity-types/decision"

# Context extensions; the comment says what the value is
# phase id of a scripted exercise or service step
EXT_PHASE = f"{PROFILE}/ext/phase"
# role the actor held (closed list per exercise)
EXT_ROLE = f"{PROFILE}/ext/role"
# one of: 1 sandbox event, 2 connector or file import, 3 adviser note confirmed by the firm, 4 adviser note
# unconfirmed
EXT_CAPTURE_TIER = f"{PROFILE}/ext/capture-tier"
# INF information, BRO brokerage, OPP opportunity identification, ANI group animation, PRJ project development,
# LRN learning and service improvement, ADM administration
EXT_FUNCTION = f"{PROFILE}/ext/function"
# coarse partner facets (country, sector section, organisation kind, size class, known-before yes/no); never a
# name
EXT_FACETS = f"{PROFILE}/ext/facets"
# pseudonymous service-case id
EXT_CASE = f"{PROFILE}/ext/case"
# version of the qualification profile the evidence speaks to
EXT_PROFILE_VERSION = f"{PROFILE}/ext/profile-version"
# from the TLA profile, beside conferred and revoked: the learner concerned (an Agent), and the ids of the statements
# that it rests on
EXT_LEARNER = "https://w3id.org/xapi/tla/extensions/learner"
EXT_EVIDENCE = "https://w3id.org/xapi/tla/extensions/evidence"

# Result extensions
# from the ACROSSX profile: {rubric id, criterion id: level 1-4, ...}
RUBRICS = "https://w3id.org/xapi/acrossx/extensions/rubrics"
# {id, value, n, window, formula-version}
INDICATOR = f"{PROFILE}/ext/indicator"

# Of the xAPI video profile 1.0.3: its category, and what its statements say of a film (times in seconds)
VIDEO_CATEGORY = "https://w3id.org/xapi/video"
_VIDEO = f"{VIDEO_CATEGORY}/extensions"
VIDEO_LENGTH = f"{_VIDEO}/length"
VIDEO_SESSION = f"{_VIDEO}/session-id"
VIDEO_THRESHOLD = f"{_VIDEO}/completion-threshold"
VIDEO_SPEED = f"{_VIDEO}/speed"
VIDEO_VOLUME = f"{_VIDEO}/volume"
VIDEO_TRACK = f"{_VIDEO}/track"
VIDEO_FULL_SCREEN = f"{_VIDEO}/full-screen"
VIDEO_SCREEN = f"{_VIDEO}/screen-size"
VIDEO_SHOWN = f"{_VIDEO}/video-playback-size"
# Its templates ask for the first of these, its list of words has the second: both are said.
VIDEO_CAPTIONS = (f"{_VIDEO}/cc-enabled", f"{_VIDEO}/cc-subtitle-enabled")
VIDEO_CAPTION_LANGUAGE = f"{_VIDEO}/cc-subtitle-lang"
VIDEO_TIME = f"{_VIDEO}/time"
VIDEO_TIME_FROM = f"{_VIDEO}/time-from"
VIDEO_TIME_TO = f"{_VIDEO}/time-to"
VIDEO_PROGRESS = f"{_VIDEO}/progress"
VIDEO_SEGMENTS = f"{_VIDEO}/played-segments"

_DISPLAYS: dict[str, dict[str, str]] = {
    LAUNCHED: {"en": "launched"},
    INITIALIZED: {"en": "initialized"},
    TERMINATED: {"en": "terminated"},
    SCORED: {"en": "scored"},
    VOIDED: {"en": "voided"},
    SATISFIED: {"en": "satisfied"},
    WAIVED: {"en": "waived"},
    ABANDONED: {"en": "abandoned"},
    PAUSED: {"en": "paused"},
    SEEKED: {"en": "seeked"},
    ASSERTED: {"en": "asserted"},
    QUALIFIED: {"en": "qualified"},
    EXPERIENCED: {"en": "experienced"},
    COMPLETED: {"en": "completed"},
    ANSWERED: {"en": "answered"},
    PASSED: {"en": "passed"},
    FAILED: {"en": "failed"},
    ATTENDED: {"en": "attended"},
    COMMENTED: {"en": "commented"},
    SHARED: {"en": "shared"},
    ASKED: {"en": "asked"},
    INTERACTED: {"en": "interacted"},
    PLAYED: {"en": "played"},
    SELECTED: {"en": "selected"},
    REPLIED: {"en": "replied"},
    REVIEWED: {"en": "reviewed"},
    MENTORED: {"en": "mentored"},
    CREATED_OPPORTUNITY: {"en": "created opportunity"},
    POSTED: {"en": "posted"},
    EDITED: {"en": "edited"},
    EVALUATED: {"en": "evaluated"},
    ANNOTATED: {"en": "annotated"},
    SEARCHED: {"en": "searched"},
    REPORTED: {"en": "reported"},
    SUBMITTED: {"en": "submitted"},
    REQUESTED: {"en": "requested"},
    ACCEPTED: {"en": "accepted"},
    REJECTED: {"en": "rejected"},
    INVITED: {"en": "invited"},
    JOINED: {"en": "joined"},
    LEFT: {"en": "left"},
    AGREED: {"en": "agreed"},
    DISAGREED: {"en": "disagreed"},
    AUTHORIZED: {"en": "authorized"},
    RETRACTED: {"en": "retracted"},
    RESOLVED: {"en": "resolved"},
    STARTED: {"en": "started"},
    CLOSED: {"en": "closed"},
    ACHIEVED: {"en": "achieved"},
    VERIFIED: {"en": "verified"},
    CONFERRED: {"en": "conferred"},
    REVOKED: {"en": "revoked"},
    EXPIRED: {"en": "expired"},
    DIAGNOSED: {"en": "diagnosed"},
    LOGGED_EFFORT: {"en": "logged effort"},
    DECIDED: {"en": "decided"},
}


def display(verb_iri: str) -> dict[str, str]:
    """The verb in words, by language tag; the last part of its address where the verb is not ours."""
    known = _DISPLAYS.get(verb_iri)
    if known is None:
        return {"en": verb_iri.rstrip("/").rsplit("/", 1)[-1].replace("-", " ")}
    return dict(known)


def verb(verb_iri: str) -> dict[str, Any]:
    """The verb as a statement carries it (xAPI Data 2.4.3)."""
    return {"id": verb_iri, "display": display(verb_iri)}
