"""Statements with values in the place of their parameters."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.tokens import TokenType


def bind(sql: str, parameters: Mapping[str, Any]) -> str:
    """Write the values into a statement, so that it runs as it stands in the DuckDB shell.

    Only for showing: what is executed keeps its named parameters.
    """
    return with_parameters(sql, {name: _literal(value) for name, value in parameters.items()})


def with_parameters(sql: str, texts: Mapping[str, str]) -> str:
    """The statement with other texts in the place of these parameters."""
    tokens = sqlglot.tokenize(sql, dialect="duckdb")
    pieces, at = [], 0
    for sign, name in pairwise(tokens):
        if sign.token_type == TokenType.PARAMETER and name.text in texts and name.start == sign.end + 1:
            pieces += [sql[at : sign.start], texts[name.text]]
            at = name.end + 1
    return "".join([*pieces, sql[at:]])


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float() | Decimal():
            return str(value)
        case date():
            return f"date '{value.isoformat()}'"
        case list():
            return "[" + ", ".join(_literal(item) for item in value) + "]"
        case _:
            return exp.Literal.string(str(value)).sql("duckdb")
