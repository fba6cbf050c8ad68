"""The words of our evidence are addresses, each with one meaning, none with the name of a host of ours."""

from tests.builders import an_agent
from xapi_store import vocabulary
from xapi_store.actors import identity, team_group
from xapi_store.form.syntax import is_iri

NAMED = {name: value for name, value in vars(vocabulary).items() if name.isupper() and not name.startswith("_")}
# Where a profile spells one of its words in two ways, both belong to one name.
WORDS = {
    f"{name} {spelling}": word
    for name, value in NAMED.items()
    for spelling, word in enumerate(value if isinstance(value, tuple) else (value,))
}


def test_every_word_is_an_address_and_no_two_are_the_same() -> None:
    assert all(is_iri(value) for value in WORDS.values())
    distinct = {name: value for name, value in WORDS.items() if name != "CATEGORY 0"}
    assert len(set(distinct.values())) == len(distinct)


def test_every_verb_can_be_shown_in_words() -> None:
    assert vocabulary.verb(vocabulary.LOGGED_EFFORT) == {
        "id": "https://w3id.org/xapi/oicf/verbs/logged-effort",
        "display": {"en": "logged effort"},
    }
    assert vocabulary.display(vocabulary.SUBMITTED) == {"en": "submitted"}
    assert vocabulary.display("https://elsewhere.example/verbs/walked-by") == {"en": "walked by"}


def test_actors_are_the_same_by_identifier_alone() -> None:
    assert identity(an_agent()) == identity({"name": "Anna", "account": an_agent()["account"]})
    assert identity(team_group("https://e.org", "7", [an_agent()])) == identity(team_group("https://e.org", "7"))
    assert identity({"mbox_sha1sum": "AB" * 20}) == identity({"mbox_sha1sum": "ab" * 20})
    assert identity({"mbox": "mailto:a@example.org"}) != identity({"openid": "mailto:a@example.org"})
    assert identity({"objectType": "Group", "member": [an_agent()]}) == ""
