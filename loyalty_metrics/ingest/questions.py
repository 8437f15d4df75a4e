"""What a reading has to ask, and what of it decides how much money is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """Something only the analyst knows.

    Attributes:
        code: A stable name of what is asked, such as `date_order`, `decimal_mark`, `missing_column` or `currencies`.
        sentence: What cannot be told, and how to answer.
        option: The import option that answers it.
        header: The file's column it is about.
        choices: Possible answers.
        readings: For each choice, how a real value of the column would be understood.
        key: Where the option holds several answers, such as one a word: which of them is asked for.
    """

    code: str
    sentence: str
    option: str
    header: str | None = None
    choices: tuple[str, ...] = ()
    readings: tuple[tuple[str, str], ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class MoneyMove:
    """A reading that decides how much money is loaded, before its rows and money are added up; see `MoneyNote`.

    Attributes:
        code: A stable name of the reading.
        sentence: What was read how.
        rows: SQL over the source that is true of the rows it concerns; None where it is all of them.
        money: SQL over the source of what it adds to a row's money, or takes off it, below 0; None where that cannot
            be told.
    """

    code: str
    sentence: str
    rows: str | None = None
    money: str | None = None
