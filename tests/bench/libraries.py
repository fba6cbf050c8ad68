"""The small parts of which the store's way in is made, each beside its rivals: for choosing, not for boasting."""

import importlib
import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import orjson

from tests.bench import store_statements
from xapi_store import recurring
from xapi_store.form import received, validation

_RUNS = 7


def report() -> None:
    """Every part has been timed on the same statements, best of several runs, and the table printed."""
    raws = [orjson.dumps(each) for each in store_statements.statements(2_000, seed=3)]
    contents = [orjson.loads(raw) for raw in raws]
    moments = [each["timestamp"] for each in contents]
    ids = [each["id"] for each in contents]
    lines = {
        "JSON read": (raws, {"json": json.loads, "orjson": orjson.loads, "msgspec": msgspec.json.decode}),
        "JSON written": (contents, {"json": json.dumps, "orjson": orjson.dumps, "msgspec": msgspec.json.encode}),
        "time read": (moments, {"datetime": datetime.fromisoformat, **_if_there("ciso8601", "parse_datetime")}),
        "UUID read": (ids, {"uuid": uuid.UUID, "bytes.fromhex": _hexed, **_if_there("uuid_utils", "UUID")}),
        "UUID made": (ids, {"uuid": lambda _: uuid.uuid4(), **_made("uuid_utils", "uuid4")}),
        "statement checked": (
            raws,
            {
                "strictly": lambda raw: json.loads(raw, object_pairs_hook=_once),
                "read": lambda raw: received.read(raw, "statement"),
                "and judged": lambda raw: validation.check(received.read(raw, "statement")),
                "recognised": lambda raw: recurring.recognise(raw, version="1.0.3"),
            },
        ),
    }
    print("microseconds each, best of several runs")
    for name, (values, ways) in lines.items():
        found = "  ".join(f"{way} {_best(act, values):.2f}" for way, act in ways.items())
        print(f"  {name:<18} {found}")


def _best(act: Callable[[Any], object], values: list[Any]) -> float:
    best = float("inf")
    for _ in range(_RUNS):
        began = time.thread_time()
        for each in values:
            act(each)
        best = min(best, time.thread_time() - began)
    return best / len(values) * 1e6


def _hexed(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("twice")
    return members


def _if_there(module: str, name: str) -> dict[str, Callable[[Any], object]]:
    """The rival, where somebody has installed it."""
    try:
        return {module: getattr(importlib.import_module(module), name)}
    except ImportError:
        return {}


def _made(module: str, name: str) -> dict[str, Callable[[Any], object]]:
    return {key: (lambda _, act=act: act()) for key, act in _if_there(module, name).items()}
