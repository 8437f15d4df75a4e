"""Why a file is not read."""


class Refused(Exception):
    """The message goes on where a sentence has begun with the name of the file."""
