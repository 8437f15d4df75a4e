"""Let the process have so much memory and no more."""

try:
    import resource
except ImportError:  # Windows has no such limits; there a file that asks for too much fails when the machine is full
    resource = None  # type: ignore[assignment]


def bound_memory(most: int) -> None:
    """Have every request for memory beyond the limit fail; what the system does not let be limited, is not."""
    if resource is None:
        return
    for kind in ("RLIMIT_AS", "RLIMIT_CORE"):
        try:
            _, hard = resource.getrlimit(getattr(resource, kind))
            wanted = most if kind == "RLIMIT_AS" else 0
            resource.setrlimit(getattr(resource, kind), (_least(wanted, hard), hard))
        except (AttributeError, ValueError, OSError):
            continue


def _least(wanted: int, hard: int) -> int:
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
