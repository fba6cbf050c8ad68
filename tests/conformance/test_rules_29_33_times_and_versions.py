"""Rules 29 to 33: languages, times, versions, what the store itself says (over HTTP alone)."""

from datetime import datetime

from tests.builders import an_agent
from tests.conformance.client import (
    VERSION,
    Lrs,
    an_activity,
    bare,
    sub,
)


def test_rule_29_language_tags_follow_rfc_5646(lrs: Lrs) -> None:
    verb = bare()["verb"]
    for tag in ("en", "en-US", "zh-Hant", "sr-Latn-RS", "cmn", "x-private", "de-CH-1996", "es-419", "zh-cmn-Hans-CN"):
        assert not lrs.refuses(bare(verb={**verb, "display": {tag: "x"}})), tag
        assert not lrs.refuses(bare(context={"language": tag})), tag
    for tag in ("", "en_US", "e", "zh-z-aaa-z-bbb", "en-", "-en", "toolonglanguage", "en-US-", "en us", "de-x"):
        assert lrs.refuses(bare(verb={**verb, "display": {tag: "x"}})), tag
        assert lrs.refuses(bare(context={"language": tag})), tag
        assert lrs.refuses(bare(object=an_activity(name={tag: "x"}))), tag
    assert lrs.refuses(bare(verb={**verb, "display": {"en": 1}}))


def test_rule_30_a_timestamp_is_a_time_with_a_zone_that_is_one(lrs: Lrs) -> None:
    for time in (
        "2026-05-18T05:32:34.804Z",
        "2026-05-18T05:32:34Z",
        "2026-05-18T05:32:34+02:00",
        "2026-05-18T05:32:34.123456789Z",
        "2099-01-01T00:00:00Z",
        "2024-02-29T00:00:00Z",
    ):
        assert not lrs.refuses(bare(timestamp=time)), time
    for wrong in (
        "2026-05-18T05:32:34-00",
        "2026-05-18T05:32:34-0000",
        "2026-05-18T05:32:34-00:00",
        "2026-13-18T05:32:34Z",
        "2026-02-30T05:32:34Z",
        "yesterday",
        "",
        1747546354,
        "2026-05-18T25:00:00Z",
    ):
        assert lrs.refuses(bare(timestamp=wrong)), wrong
        assert lrs.refuses(bare(object=sub(timestamp=wrong))), wrong


def test_rule_30_milliseconds_and_the_instant_are_kept(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(bare(timestamp="2026-05-18T07:32:34.804+02:00"))
    kept = lrs.read(statement_id)["timestamp"]
    assert datetime.fromisoformat(kept) == datetime.fromisoformat("2026-05-18T05:32:34.804+00:00")
    if lrs.version == "2.0.0":
        assert kept.endswith("Z")


def test_rule_30_a_time_with_a_blank_is_one_in_version_2(lrs_2: Lrs) -> None:
    assert not lrs_2.refuses(bare(timestamp="2026-05-18 05:32:34.804Z"))


def test_rule_30_durations_are_of_the_first_form_and_kept_as_they_are(lrs: Lrs) -> None:
    for duration in ("PT2M30S", "P1Y", "P4W", "PT16559.14S", "P1Y2M3DT4H5M6S", "PT0S", "PT0.5H", "PT1.23456S", "P0D"):
        (statement_id,) = lrs.store(bare(result={"duration": duration}))
        kept = lrs.read(statement_id)["result"]["duration"]
        assert kept in (duration, "PT1.23S"), duration
    for wrong in ("P4W1D", "2:30", "PT", "P", "P-1D", "P1S", "P0001-01-01T00:00:00", "p1d", "", 150, "PT1.5M30S"):
        assert lrs.refuses(bare(result={"duration": wrong})), wrong


def test_rule_31_versions_are_answered_in_their_own_kind(lrs: Lrs) -> None:
    kept = {"1.0": "1.0.3", "1.0.0": "1.0.3", "1.0.2": "1.0.3", "1.0.3": "1.0.3", "1.0.9": "1.0.3"}
    for asked, answered in {**kept, "2.0.0": "2.0.0", "2.0": "2.0.0", "2.0.1": "2.0.0"}.items():
        for resource in ("statements", "about"):
            answer = lrs.in_version(asked)("GET", resource)
            assert (answer.status_code, answer.headers[VERSION]) == (200, answered), asked
    for asked in (
        "0.9",
        "0.95",
        "1.1.0",
        "1.1",
        "2.1.0",
        "3.0.0",
        "1",
        "2",
        "1.0.x",
        "1.00.3",
        "",
        "01.0.3",
        "1.0.3.1",
    ):
        answer = lrs.in_version(asked)("GET")
        assert answer.status_code == 400, asked
        assert VERSION in answer.headers
        assert answer.get_json()["error"]
        assert lrs.in_version(asked)("GET", "about").status_code == 200
    assert lrs.in_version(None)("GET").status_code == 400
    assert lrs.in_version(None)("GET", "about").status_code == 200
    assert lrs("GET", query_string={"limit": "-1"}).headers[VERSION] == lrs.version
    assert lrs("GET", "nowhere").headers[VERSION] == lrs.version


def test_rule_32_a_statement_keeps_its_version_and_gets_one(lrs: Lrs) -> None:
    default = "2.0.0" if lrs.version == "2.0.0" else "1.0.0"
    for given in (None, "1.0.0", "1.0.3", "1.0.9"):
        (statement_id,) = lrs.store(bare() if given is None else bare(version=given))
        assert lrs.read(statement_id)["version"] == (given or default)
    for wrong in ("0.9", "1.1.0", "1", "3.0.0", "", 1.0):
        assert lrs.refuses(bare(version=wrong)), wrong


def test_rule_32_a_statement_of_one_version_is_read_as_it_is_in_the_other(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(bare())
    other = lrs.in_version("1.0.3" if lrs.version == "2.0.0" else "2.0.0")
    assert other.read(statement_id) == lrs.read(statement_id)


def test_rule_33_the_store_says_when_and_on_whose_word(lrs: Lrs) -> None:
    sent = bare(stored="2001-01-01T00:00:00Z", authority=an_agent("liar"))
    (statement_id,) = lrs.store(sent)
    kept = lrs.read(statement_id)
    assert kept["stored"] > "2026"
    assert kept["authority"] != sent["authority"]
    assert kept["authority"]["objectType"] == "Agent"
    (again,) = lrs.store(bare())
    assert lrs.read(again)["authority"] == kept["authority"]
    (other,) = lrs.with_key("all").store(bare())
    assert lrs.read(other)["authority"] != kept["authority"]
    assert lrs.refuses(bare(stored="soon"))
    assert lrs.refuses(bare(authority={"name": "x"}))
    assert lrs.refuses(bare(id="no-uuid"))
