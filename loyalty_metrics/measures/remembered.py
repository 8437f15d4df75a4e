"""What was worked out of the same numbers before is not worked out again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar

import numpy as np

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def remembered(most: int) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Have a slow function keep its last answers, found again by the content of what it is given.

    Several measures of one page learn from the same customers, each from a frame of its own. Only answers are kept; for
    what they were made of stands a digest. One is worked out at a time: who asks for the same meanwhile waits for it.

    Args:
        most: How many answers are kept.
    """

    def decorate(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
        kept: OrderedDict[bytes, Answer] = OrderedDict()
        lock = Lock()

        @wraps(function)
        def answer(*args: Given.args, **named: Given.kwargs) -> Answer:
            content = hashlib.blake2b()
            _add(content, (args, named))
            key = content.digest()
            with lock:
                if key not in kept:
                    kept[key] = function(*args, **named)
                    if len(kept) > most:
                        kept.popitem(last=False)
                kept.move_to_end(key)
                return kept[key]

        return answer

    return decorate


def _add(content: Any, given: Any) -> None:
    """Add all that tells one value from another; each part begins with what it is, so that no two run together."""
    content.update(f"|{type(given).__name__} ".encode())
    if isinstance(given, np.ndarray):
        content.update(f"{given.dtype} {given.shape} ".encode())
        content.update(np.ascontiguousarray(given))
    elif isinstance(given, Mapping):
        _add(content, list(given.items()))
    elif isinstance(given, list | tuple):
        content.update(f"{len(given)} ".encode())
        for part in given:
            _add(content, part)
    elif is_dataclass(given):
        _add(content, [getattr(given, part.name) for part in fields(given)])
    else:
        content.update(repr(given).encode())
