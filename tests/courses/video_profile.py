"""What the xAPI video profile 1.0.3 asks of its statements, written down as a profile document that we can check with.

The profile's own document (https://w3id.org/xapi/video) has the same templates and many words beside them.
"""

from typing import Any

import orjson

from xapi_store import vocabulary as words
from xapi_store.profiles import profile_documents
from xapi_store.profiles.profile_documents import Profile
from xapi_store.profiles.profile_members import CONTEXT

HOME = "https://w3id.org/xapi/video"
VERSION = f"{HOME}/v1.0.3"
TIME = ["$.result.extensions['{}/extensions/time']"]
SEEN = [*TIME, "$.result.extensions['{}/extensions/progress']", "$.result.extensions['{}/extensions/played-segments']"]
LENGTH = "$.context.extensions['{}/extensions/length']"
SESSION = "$.context.extensions['{}/extensions/session-id']"
THRESHOLD = "$.context.extensions['{}/extensions/completion-threshold']"
SHOWN = [
    f"$.context.extensions['{{}}/extensions/{name}']"
    for name in ("cc-enabled", "cc-subtitle-lang", "volume", "full-screen", "screen-size", "video-playback-size")
]
# For each verb, the places that have to be there.
ASKED: dict[str, list[str]] = {
    words.INITIALIZED: [LENGTH, SESSION, THRESHOLD, *SHOWN, "$.context.extensions['{}/extensions/speed']"],
    words.PLAYED: [*TIME, SESSION, LENGTH],
    words.PAUSED: [*SEEN, LENGTH, SESSION, THRESHOLD],
    words.SEEKED: [
        "$.result.extensions['{}/extensions/time-to']",
        "$.result.extensions['{}/extensions/time-from']",
        SESSION,
    ],
    words.COMPLETED: [*SEEN, LENGTH, SESSION, THRESHOLD, "$.result.duration", "$.result.completion"],
    words.TERMINATED: [*SEEN, LENGTH, SESSION, THRESHOLD],
    words.INTERACTED: [*TIME, *SHOWN, SESSION],
}


def profile() -> Profile:
    """Those rules, compiled."""
    return profile_documents.read(orjson.dumps(_document()))


def _document() -> dict[str, Any]:
    templates = [
        {
            "id": f"{HOME}/templates/{verb.rsplit('/', 1)[1]}",
            "type": "StatementTemplate",
            "inScheme": VERSION,
            "prefLabel": {"en": verb},
            "definition": {"en": verb},
            "verb": verb,
            "objectActivityType": words.TYPE_VIDEO,
            "rules": [
                {"location": place.format(HOME), "presence": "included"} for place in ("$.id", "$.timestamp", *places)
            ],
        }
        for verb, places in ASKED.items()
    ]
    return {
        "@context": CONTEXT,
        "id": HOME,
        "type": "Profile",
        "conformsTo": "https://w3id.org/xapi/profiles#1.0",
        "prefLabel": {"en": "Video"},
        "definition": {"en": "What people do with a film."},
        "author": {"type": "Organization", "name": "x"},
        "versions": [{"id": VERSION, "generatedAtTime": "2020-01-01T00:00:00Z"}],
        "templates": templates,
    }
