"""Statements with comments before, between and after what stays."""

ENTRY = "hidden:stripped"
USES = "sqlparse"


def stripped(statement):
    import sqlparse

    return sqlparse.format(statement, strip_comments=True)


def inputs():
    for line in ("\n", "\r\n"):
        yield (f"select 1 -- one{line}from t",), {}
        yield (f"/* head{line}{line} */ select a, /* b */ c{line}from t -- end{line}",), {}
        yield (f"select (/* in */ 1){line}-- last",), {}
        yield (f"select 1;{line}{line}-- next{line}select 2;",), {}
    yield ("select 1 /* a */ /* b */ + 2",), {}
    yield ("-- nothing else",), {}
    yield ("",), {}


def workload():
    import sqlparse

    statement = (
        "select a /* " + "\r\n" * 12 + " end */ from t where b = 1 /* " + "\r\n" * 11 + "x */ and c = 2"
    )
    return lambda: sqlparse.format(statement, strip_comments=True)
