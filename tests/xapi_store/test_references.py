"""Voiding and statements about statements, in every order of arrival (xAPI Data 2.3.2, Communication 2.1.3)."""

import itertools
from uuid import uuid4

import pytest

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import StoreAtHand, a_reference, a_voiding
from xapi_store.actors import identity
from xapi_store.errors import NoSuchStatement

LEARNER = identity(an_agent())
TRAINER = identity(an_agent("trainer"))


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_voided_statement_is_hidden_whichever_came_first(
    store: StoreAtHand, order: tuple[int, int], together: bool
) -> None:
    target = str(uuid4())
    pair = [a_statement(id=target), a_voiding(target)]
    arriving = [pair[each] for each in order]
    for batch in [arriving] if together else [[each] for each in arriving]:
        store.record(*batch)
    with pytest.raises(NoSuchStatement):
        store.by_id(target)
    assert store.by_id(target, voided=True)["id"] == target
    assert target not in store.found()
    assert len(store.found()) == 1, "the voiding statement itself stays"


def test_a_voiding_statement_is_never_voided(store: StoreAtHand) -> None:
    target, voiding = str(uuid4()), str(uuid4())
    store.record(a_statement(id=target))
    store.record(a_voiding(target, id=voiding))
    store.record(a_voiding(voiding))
    assert store.by_id(voiding)["id"] == voiding
    assert store.by_id(target, voided=True)["id"] == target


def test_an_inner_statement_that_says_voided_voids_nothing(store: StoreAtHand) -> None:
    target = str(uuid4())
    store.record(a_statement(id=target))
    inner = {name: value for name, value in a_voiding(target).items() if name in ("actor", "verb", "object")}
    store.record(a_statement(object={"objectType": "SubStatement", **inner}))
    assert store.by_id(target)["id"] == target


def test_a_statement_that_is_not_voided_is_not_found_among_the_voided(store: StoreAtHand) -> None:
    (statement_id,) = store.record(a_statement())
    with pytest.raises(NoSuchStatement):
        store.by_id(statement_id, voided=True)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_statement_about_a_statement_is_found_where_that_one_is(
    store: StoreAtHand, order: tuple[int, int, int]
) -> None:
    first, second, third = str(uuid4()), str(uuid4()), str(uuid4())
    chain = [
        a_statement(id=first),
        a_reference(first, id=second),
        a_reference(second, id=third, actor=an_agent("officer")),
    ]
    for each in order:
        store.record(chain[each])
    assert set(store.found(agent=LEARNER)) == {first, second, third}
    assert set(store.found(agent=TRAINER)) == {second, third}
    assert set(store.found(agent=identity(an_agent("officer")))) == {third}
    assert set(store.found(activity="https://courses.example.org/m1/4")) == {first, second, third}
    assert set(store.found(activity="https://courses.example.org/m1", related_activities=True)) == {
        first,
        second,
        third,
    }
    assert store.found(activity="https://courses.example.org/m1") == []


def test_a_statement_about_a_voided_one_is_still_found(store: StoreAtHand) -> None:
    target, about = str(uuid4()), str(uuid4())
    store.record(a_statement(id=target))
    store.record(a_voiding(target))
    store.record(a_reference(target, id=about))
    assert about in store.found(agent=LEARNER)
    assert target not in store.found(agent=LEARNER)


def test_references_in_a_circle_come_to_an_end(store: StoreAtHand) -> None:
    one, two = str(uuid4()), str(uuid4())
    store.record(a_reference(two, id=one, actor=an_agent("a")))
    store.record(a_reference(one, id=two, actor=an_agent("b")))
    own = str(uuid4())
    store.record(a_reference(own, id=own, actor=an_agent("c")))
    assert set(store.found(agent=identity(an_agent("a")))) == {one, two}
    assert set(store.found(agent=identity(an_agent("b")))) == {one, two}
    assert store.found(agent=identity(an_agent("c"))) == [own]


def test_the_statement_of_the_context_does_not_count(store: StoreAtHand) -> None:
    target, other = str(uuid4()), str(uuid4())
    store.record(a_statement(id=target))
    context = {"statement": {"objectType": "StatementRef", "id": target}}
    store.record(a_statement(id=other, actor=an_agent("trainer"), context=context))
    assert store.found(agent=LEARNER) == [target]
