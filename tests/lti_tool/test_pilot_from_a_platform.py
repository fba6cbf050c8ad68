"""Who comes to a pilot from a learning platform, and an officer who takes part in one."""

import re
from typing import Any

from tests.journeys.conftest import house, launched, platform
from tests.walking import INSTRUCTOR, MANAGER

__all__ = ["house", "launched", "platform"]


def test_a_learner_and_a_trainer_come_from_their_platform_and_an_officer_looks_on(launched: Any) -> None:
    officer = launched("olga", role=MANAGER, target="/agency")
    opened = officer.send("/agency/pilots", "/agency/pilots", course="oicf", purpose="Do learners see a change?")
    learner, trainer = launched("ada"), launched("tove", role=INSTRUCTOR, target="/teach")
    assert "take part" in learner.get("/learn/oicf/m1").text
    assert "take part" in trainer.get("/teach").text
    own = learner.send(join(opened.location), "/pilot").location
    assert "Rate yourself before the course" in learner.get(own).text
    assert "Answer questions" in trainer.get(trainer.send(join(opened.location), "/pilot").location).text
    again = learner.send(join(opened.location), "/pilot").location
    assert (learner.get(own).status_code, learner.get(again).status_code) == (404, 200)
    taking = officer.get(f"{opened.location}/report.json").get_json()["taking_part"]
    assert (taking["before"]["invited"], taking["items"]["invited"]) == (1, 1)
    assert "take part" not in officer.get(opened.location).text
    officer.send(f"{opened.location}/close", opened.location)
    assert "take part" not in learner.get("/learn/oicf/m1").text


def test_an_officer_who_rates_sees_the_figures_only_after_handing_in(launched: Any) -> None:
    both = launched("olga", roles=[MANAGER, INSTRUCTOR], target="/agency")
    opened = both.send("/agency/pilots", "/agency/pilots", course="oicf", purpose="Are we right?").location
    assert both.get(f"{opened}/report").status_code == 200
    own = both.send(join(opened), "/pilot").location
    for twin in ("report", "report.csv", "report.json"):
        assert both.get(f"{opened}/{twin}").location.endswith("?blind=1")
    assert "rates differently" in both.get(f"{opened}?blind=1").text
    for part, field in (("criteria", "clear.U1.PC1"), ("items", "")):
        page = f"{own}/{part}/1"
        name = field or next(iter(re.findall(r'name="(answer\.[^"]+)"', both.get(page).text)))
        both.send(page, page, **{name: "1" if field else "none"})
        assert both.send(f"{own}/{part}/hand-in", own).status_code == 303
    assert both.get(f"{opened}/report").status_code == 200


def join(opened: str) -> str:
    """Where one joins the pilot that was opened there."""
    return opened.replace("/agency/pilots/", "/pilot/") + "/join"
