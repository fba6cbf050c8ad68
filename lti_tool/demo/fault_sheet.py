"""The faults in plain words, grouped as the administrator's page shows them."""

from lti_tool.demo.faults import Fault, Place
from lti_tool.demo.tempers import Temper

TEMPERS = {
    Temper.PLAIN: ("Plain", "As the specifications say, and strict about it."),
    Temper.MOODLE: (
        "Moodle 4.5",
        "Exact media types, odd Link headers, short roles, answers without words, no storage, no groups.",
    ),
    Temper.CANVAS: ("Canvas", "Its name, a storage frame of its own, messages that are good for an hour."),
    Temper.BRIGHTSPACE: ("Brightspace", "Its name, and no token when a tool registers."),
}

PLACES = {
    Place.JWKS: "the key set",
    Place.TOKEN: "access tokens",
    Place.AGS: "the gradebook",
    Place.ROSTER: "the list of people",
    Place.GROUPS: "the groups",
    Place.REGISTRATION: "registration of tools",
}

SERVICES = {
    Fault.SLOW: "Slow: answers after some seconds",
    Fault.DOWN: "Down: says 503",
    Fault.HANGS_UP: "Hangs up: the connection ends without an answer",
    Fault.BREAKS_OFF: "Breaks off in the middle of an answer",
    Fault.TOO_MANY: "Says that there were too many requests (429), and when to come again",
    Fault.SERVER_ERROR: "Breaks down (500)",
    Fault.HTML_PAGE: "Answers with a web page instead of data",
    Fault.HTML_NOT_FOUND: "Answers with a web page that says “not found”",
    Fault.ENDLESS: "Sends an answer without end",
    Fault.REDIRECTS: "Sends the tool to another address",
}
SINGLE = {
    Fault.SLOW_JWKS: "The key set is slow",
    Fault.TOKEN_DOWN: "No access tokens: the service is down",
    Fault.TOKEN_REFUSED: "No access tokens: the tool is refused",
    Fault.AGS_DOWN: "The gradebook is down",
    Fault.SCORES_CONFLICT: "The gradebook takes no score: it says it has a newer one (409)",
    Fault.CURLY_LINK: "Lists name their next page with the wrong quotation marks",
    Fault.EMPTY_LINEITEM: "A launch names an empty column of the gradebook",
}
SIGNATURE = {
    Fault.BAD_SIGNATURE: "The signature is wrong",
    Fault.UNKNOWN_KID: "Names a key that nobody published",
    Fault.ALG_NONE: "Not signed at all (alg none)",
    Fault.HS256: "Signed with the public key as a secret (HS256)",
    Fault.ROTATED_KEY: "A new key at each launch; the old ones are gone",
}
TIME = {
    Fault.EXPIRED: "Expired an hour ago",
    Fault.FUTURE_IAT: "Made an hour from now",
    Fault.CLOCK_AHEAD: "The clock is a little ahead",
    Fault.CLOCK_BEHIND: "The clock is a little behind",
}
AGAIN = {
    Fault.REPLAYED_TOKEN: "The same message comes again",
    Fault.REPLAYED_STATE: "A new message with an earlier state",
    Fault.SWAPPED_NONCE: "The nonce of another login",
    Fault.WRONG_NONCE: "A nonce that nobody asked for",
}
WRONG = {
    Fault.WRONG_AUDIENCE: "Made for another tool (aud)",
    Fault.WRONG_AZP: "Made for several tools, and another may use it (azp)",
    Fault.WRONG_ISSUER: "From another platform (iss)",
    Fault.WRONG_DEPLOYMENT: "Another deployment",
    Fault.WRONG_VERSION: "Another version of LTI",
    Fault.WRONG_MESSAGE_TYPE: "A kind of message that does not exist",
    Fault.WRONG_TARGET: "Leads to another site (target_link_uri)",
}
MISSING = {each: each.removeprefix("missing_") for each in Fault if each.startswith("missing_")}
BROWSER = {
    Fault.NO_STORAGE: "Offers tools no storage in the browser",
    Fault.SILENT_STORAGE: "Offers storage, but never answers",
    Fault.FORGETFUL_STORAGE: "Forgets what was stored",
    Fault.NO_RESIZE: "Does not change the height of the frame",
}
GROUPS: tuple[tuple[str, str, dict[Fault, str]], ...] = (
    ("How services answer", "What the tool meets when it asks this LMS for something.", SERVICES),
    ("Single services", "One service, whatever is chosen under “where”.", SINGLE),
    ("The signature of a launch", "A tool must not let these in.", SIGNATURE),
    ("The time of a launch", "A few seconds must not matter, an hour must.", TIME),
    ("The same again", "A message is good once, for the login that asked for it.", AGAIN),
    ("What a launch says wrongly", "A tool must not let these in.", WRONG),
    ("What a launch leaves out", "Named as in the message; a tool can do without the last two.", MISSING),
    ("In the browser", "What the page around the tool's frame does.", BROWSER),
)


def words(fault: Fault) -> str:
    """One fault in a sentence, outside its group."""
    if fault in MISSING:
        return f"A launch leaves out {MISSING[fault]}"
    return next(faults[fault] for _, _, faults in GROUPS if fault in faults)
