"""Statements brought over from elsewhere: what is good is stored, and the rest is named (not part of xAPI).

xAPI takes a batch whole or not at all. Who moves years of statements wants to know which few are bad, and to send
the same file again without harm.
"""

from xapi_store.api import intake
from xapi_store.api.answers import fault_named
from xapi_store.api.exchange import Answer, House, Method, Request, json_answer
from xapi_store.errors import FilterRefused, StatementRefused
from xapi_store.statements import Arrival


def post(request: Request, house: House) -> Answer:
    """Every good statement is stored; told are those that were there already, that contradict one that is, or break
    a rule (each by its number in the list)."""
    intake.require(request.bearer.may_write)
    if request.parameters:
        raise FilterRefused(min(request.parameters), "is not known here")
    raws, as_list, sent = intake.read(request)
    if not as_list:
        raise StatementRefused("statements", "must be a list here", rule="list")
    judged = intake.judge(request, house, raws, sent, as_list=True)
    arrival = Arrival(request.bearer.store_id, judged.statements, skip_existing=True)
    if judged.good:
        house.group.store(arrival)
        intake.count_findings(request, house, judged)
    known = len(judged.good) - arrival.fresh - len(arrival.conflicts)
    told = {"stored": arrival.fresh, "known": known, "conflicts": [str(each) for each in arrival.conflicts]}
    return json_answer({**told, "refused": [fault_named(*each) for each in judged.faults]})


METHODS: dict[str, Method] = {"POST": post}
