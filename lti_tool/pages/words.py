"""Codes of the lower floors in words for people."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from assessments.errors import AlreadyReleased, LevelsMissing, NotQualified, NotYourTask, StaleGrading

REFUSED = {
    "empty": _l("Write a sentence or two first."),
    "too_long": _l("This is longer than we can keep. Shorten it a little."),
    "choose_one": _l("Choose one answer."),
    "choose_some": _l("Choose at least one answer."),
    "order_all": _l("Give each line a different place."),
    "match_all": _l("Find a partner for each line."),
    "number_needed": _l("Write a number, for example 27.5."),
    "no_such_post": _l("The message you are answering is not here any more."),
    "no_such_revision": _l("The document moved on. Copy your text and load the page again."),
    "too_short": _l("Write a little more: the number of sentences stands above the field."),
    "fill_in": _l("Fill this in."),
    "date_needed": _l("Choose a date."),
    "hours_needed": _l("Write the hours as numbers, for example 3.5. Together at least one quarter of an hour."),
    "wrong_file": _l("This kind of file cannot be kept. Take a PDF, a picture, a text or a table."),
    "too_large": _l("This file is larger than 5 MB. Make it smaller, or leave it out."),
    "not_asked": _l("This question is not part of your attempt."),
}

# The codes of what an adviser's hours are spent on.
FUNCTIONS = {
    "INF": _l("Information"),
    "BRO": _l("Brokerage"),
    "OPP": _l("Opportunity identification"),
    "ANI": _l("Group animation"),
    "PRJ": _l("Project development"),
    "LRN": _l("Learning and service improvement"),
    "ADM": _l("Administration"),
}
OUTCOME_KINDS = {
    "K": _l("Knowledge"),
    "S": _l("Skill"),
    "RA": _l("Responsibility and autonomy"),
}

ROLES = {
    "learner": _l("Learner"),
    "trainer": _l("Trainer"),
    "officer": _l("Officer of the agency"),
    "observer": _l("Observer: sees how certain learners get along"),
    "nothing": _l("Nothing: it is passed over"),
}
ROLES_REFUSED = {
    "no_role": _l("Write the role as the platform does, without spaces."),
    "no_meaning": _l("Choose what the role means here."),
    "too_many": _l("A platform can have at most 100 changed roles. Undo one first."),
}

REJECTED = {
    "not_recorded_by_us": _l("was not recorded by this agency's courses"),
    "after_the_decision": _l("came after the moment that was looked at"),
    "other_verb": _l("is no result"),
    "no_score": _l("has no score"),
    "score_too_low": _l("has too low a score"),
    "no_level": _l("has no level"),
    "level_too_low": _l("has too low a level"),
    "no_assessor": _l("names no assessor"),
    "self_assessed": _l("was judged by the learner"),
    "superseded": _l("was followed by a newer judgement"),
    "repeated": _l("counts once, and a better one counted"),
}
MISSING = {
    "nothing_yet": _l("Nothing has been shown yet."),
    "not_enough": _l("What has been shown is not enough yet."),
}
REVOKED = {
    "fraud": _l("It was obtained by deceit"),
    "breach_of_confidence": _l("A confidence was broken"),
    "evidence_withdrawn": _l("Evidence was withdrawn"),
    "issued_in_error": _l("It was issued in error"),
    "asked_by_holder": _l("The holder asked for it"),
}
NOT_YOURS = {
    "other_agency": _l("This learner belongs to another agency."),
    "own_certificate": _l("Nobody issues a certificate to themselves."),
    "own_judgement": _l("You judged part of the evidence; another officer has to issue this one."),
    "not_trainer": _l("You are not a trainer of this team's course."),
    "own_team": _l("You have a seat in this team; another trainer has to grade it."),
}
NOT_QUALIFIED = _l("The evidence does not meet the rule any more. Look at what is missing.")
NAME_REFUSED = _l("Write the name as it should be printed, without control characters.")
AGENCY_FORMS = {
    "name": NAME_REFUSED,
    "reason": _l("Choose a reason."),
    "note": _l("Write at most 2,000 characters, without control characters."),
}

STALE = _l("Somebody else saved this meanwhile. What you typed is still here; look at what changed and save again.")
RELEASED_ALREADY = _l("This grade has been released and stands.")
LEVELS_REFUSED = _l("One of the values does not fit the rubric. Choose the level again.")
DELIVERIES = {
    "waiting": _l("On its way to the learning platform"),
    "delivered": _l("In the learning platform's gradebook"),
    "refused": _l("The learning platform did not take it"),
}
EARLY = {
    "too_few": _l("The team needs one more person."),
    "time_left": _l("There is time left in this phase."),
    "not_heard": _l("Not everybody has been heard in this phase: by a post, or by an edit of the document."),
    "nothing_written": _l("Nobody has written anything in the document yet."),
    "earlier_phase": _l("The team is not in its last phase yet."),
    "not_frozen": _l("The document has not been frozen yet."),
}

VERDICTS = {
    "valid": _l("This certificate is valid"),
    "revoked": _l("This certificate was revoked"),
    "expired": _l("This certificate has expired"),
    "not_yet_valid": _l("This certificate is not valid yet"),
    "altered": _l("This certificate was altered"),
    "unknown_issuer": _l("We do not know who issued this"),
    "unconfirmed": _l("This certificate could not be confirmed"),
    "unreadable": _l("No certificate was found in this"),
}
CHECKS = {
    "readable": _l("A credential can be read from it"),
    "issuer": _l("The issuer's key is known here"),
    "signature": _l("The signature fits every word of it"),
    "form": _l("It has the form of an Open Badge"),
    "begun": _l("Its time has begun"),
    "not_expired": _l("It has not expired"),
    "not_revoked": _l("It has not been revoked"),
}
OUTCOMES = {"yes": _l("Yes"), "no": _l("No"), "unknown": _l("Could not be found out")}
UNREADABLE = {
    "too_large": _l("The file is larger than any certificate."),
    "empty": _l("The file is empty."),
    "not_a_token": _l("The text is no signed credential."),
    "damaged_pdf": _l("The PDF is damaged."),
    "no_credential": _l("The PDF carries no credential; it may have been printed or scanned. Use the code on it."),
    "several_credentials": _l("The PDF carries more than one credential."),
}
NOTHING_HANDED_IN = _l("Choose a file, or paste the text of a certificate.")
NO_SUCH_CERTIFICATE = _l("No certificate was issued here under this address. Check it, or hand in the file.")


def certificate_refused(error: Exception) -> object:
    """Why a certificate was not issued, for the one who tried."""
    if isinstance(error, NotYourTask):
        return NOT_YOURS[error.reason]
    return NOT_QUALIFIED if isinstance(error, NotQualified) else NAME_REFUSED


def grading_refused(error: Exception) -> object:
    """Why a draft was not saved or a grade not released, for the trainer who tried."""
    if isinstance(error, StaleGrading):
        return STALE
    if isinstance(error, LevelsMissing):
        return ngettext(
            "One thing is still to be given before this can be released.",
            "%(num)s things are still to be given before this can be released.",
            len(error.fields),
        )
    return RELEASED_ALREADY if isinstance(error, AlreadyReleased) else LEVELS_REFUSED
