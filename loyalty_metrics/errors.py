"""What can go wrong, each told in one clear sentence."""


class LoyaltyError(Exception):
    """Something the user can mend; the message says what is wrong, where, and what to do."""


class ImportRefused(LoyaltyError):
    """A file was not imported; the workspace is as it was."""


class ImportCancelled(LoyaltyError):
    """The user stopped an import; the workspace is as it was."""


class WorkspaceBusy(LoyaltyError):
    """Another program holds the workspace file."""


class QueryFailed(LoyaltyError):
    """A statement could not be run; `sql` holds it."""

    def __init__(self, message: str, sql: str) -> None:
        super().__init__(message)
        self.sql = sql


class QueryStopped(QueryFailed):
    """A statement was stopped from outside while it ran, or before it could begin."""
