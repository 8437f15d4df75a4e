"""Answer requests, a line each, until there are no more."""

import json
import sys
from importlib import import_module
from typing import Any

from .limits import bound_memory
from .refused import Refused

_TOO_LARGE = ("MemoryError", "ArrowMemoryError")
_NO_MEMORY = ("alloc", "map segment")


def main() -> None:
    """Bound the memory, then answer."""
    bound_memory(int(sys.argv[2]))
    for line in sys.stdin:
        answer = _answer(**json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _answer(kind: str, task: str, **asked: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = getattr(import_module(f".{kind}", __package__), task)(**asked)
    except Refused as refused:
        return {"refused": str(refused)}
    except BaseException as error:  # libraries written in other languages fail in ways of their own
        if type(error).__name__ in _TOO_LARGE or any(sign in str(error) for sign in _NO_MEMORY):
            return {"too_large": True}
        return {"damaged": (str(error) or type(error).__name__).splitlines()[0]}
    return found
