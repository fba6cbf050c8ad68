"""What a process has seen merged of activities and verbs: in the usual case nothing is read and nothing written."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from xapi_store.definitions.activities import Definition, Name
from xapi_store.definitions.definition_merging import merge


class Known:
    """What this process has seen merged, so that in the usual case nothing is read and nothing written.

    A store counts the changes of what it knows (`Store.definitions_changed`). What is remembered of a store holds at
    one count: at another, somebody else has merged meanwhile, and what changed since must be forgotten first
    (`catch_up`). Stores are told apart by their posting keys, which no two share, wherever they are.
    """

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._size = 0
        self._stores: dict[bytes, _Seen] = {}
        self._mutex = threading.Lock()

    def new(self, store: bytes, count: int, definitions: Sequence[Definition]) -> list[Definition]:
        """Those that must be learnt, in their order; `count` is the store's, read while its head is locked.

        Of one activity or verb it is all or none, for what is known already may be overruled by what is not.
        """
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or seen.count != count:
                self._forget(seen)
                seen = self._stores[store] = _Seen(count)
            merged = seen.merged
            strange = {each[:2] for each in definitions if _print(each) not in merged.get(each[:2], _NOBODY)}
        return [each for each in definitions if each[:2] in strange] if strange else []

    def seen(self, store: bytes) -> int | None:
        """The count at which what is remembered of this store holds; None where nothing is."""
        with self._mutex:
            seen = self._stores.get(store)
            return None if seen is None else seen.count

    def catch_up(self, store: bytes, count: int, changed: Collection[Name] | None) -> None:
        """What changed is forgotten (None: all of it), and the rest holds at this count."""
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or seen.count >= count:
                return
            for name in list(seen.merged) if changed is None else changed:
                self._size -= len(seen.merged.pop(name, ()))
            seen.count = count

    def settled_at(self, store: bytes, definitions: Sequence[Definition]) -> int | None:
        """The store's count at which nothing of this is new; None where something is, or nothing is remembered."""
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or any(_print(each) not in seen.merged.get(each[:2], _NOBODY) for each in definitions):
                return None
            return seen.count

    def remember(self, store: bytes, learnt: tuple[int, Sequence[Definition]] | None) -> None:
        """These definitions, given by `new` and then learnt, need not be learnt again; only after the commit.

        They come with the store's count as it then is: one more than before, where anything was learnt.
        """
        if learnt is None:
            return
        count, definitions = learnt
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or count - seen.count not in (0, 1):
                return  # somebody else was faster: what they left is not known here
            if count != seen.count:
                for each in definitions:
                    self._size -= len(seen.merged.pop(each[:2], ()))
                seen.count = count
            for each in _settled(definitions):
                prints = seen.merged.setdefault(each[:2], set())
                mark = _print(each)
                self._size += mark not in prints
                prints.add(mark)
            if self._size > self._most:
                self._stores.clear()
                self._size = 0

    def _forget(self, seen: "_Seen | None") -> None:
        if seen is not None:
            self._size -= sum(map(len, seen.merged.values()))


@dataclass(slots=True)
class _Seen:
    """The prints of the definitions that change nothing in a store at this count."""

    count: int
    merged: dict[Name, set[int]] = field(default_factory=dict)


KNOWN = Known()
_NOBODY: frozenset[int] = frozenset()


def _print(definition: Definition) -> int:
    return definition.mark or hash(orjson.dumps(definition.content))


def _settled(definitions: Sequence[Definition]) -> list[Definition]:
    """Those that the later ones did not overrule: merging them again changes nothing."""
    together: dict[Name, dict[str, Any]] = {}
    for each in definitions:
        together[each.name] = merge(together.get(each.name, {}), each.content)
    return [each for each in definitions if merge(together[each.name], each.content) == together[each.name]]
