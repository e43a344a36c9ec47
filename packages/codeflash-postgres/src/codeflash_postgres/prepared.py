"""Statements that run with every request: put into words once, and handed to the driver as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.expression import UpdateBase
from sqlalchemy.sql.selectable import SelectBase

_DIALECT: Any = PGDialect_asyncpg  # its constructor is not annotated


class Prepared:
    """A statement for :meth:`codeflash_postgres.database.Database.one`.

    SQLAlchemy looks a statement up in its cache, sorts its values and wraps its rows anew at each execution. For a
    statement with thirty values that takes longer than Postgres takes to execute it.
    """

    def __init__(self, statement: SelectBase | UpdateBase, names: Iterable[str]) -> None:
        """Put a statement into words.

        Args:
            statement: The statement; an insertion or an update sets the columns of these names too.
            names: The values that will be given each time.

        Raises:
            ValueError: It has no values of such a name, or some that are put into words only when they are known (lists,
                and what the driver can't be given as it is).
        """
        given = frozenset(names)
        # Not all that a compiler knows is annotated, or has a name without an underscore.
        compiled: Any = statement.compile(
            dialect=_DIALECT(),
            column_keys=sorted(given) if isinstance(statement, UpdateBase) else None,
        )
        fixed: dict[str, Any] = compiled.construct_params(_check=False)
        order: list[str] = compiled.positiontup
        later = {each.key for each in compiled.post_compile_params}
        converters = compiled._bind_processors
        if problems := (given - set(order)) | later | (given & set(converters)):
            raise ValueError(f"values that a prepared statement can't be given: {sorted(problems)}")

        def converted(name: str) -> Any:
            return converters[name](fixed[name]) if name in converters else fixed[name]

        self.text = str(compiled)
        self._order = [(name, name in given, None if name in given else converted(name)) for name in order]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order in which the text has them.

        Args:
            values: One for each of the names.
        """
        return [values[name] if is_given else fixed for name, is_given, fixed in self._order]
