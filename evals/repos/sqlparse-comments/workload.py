"""Strip the comments of statements as a log of queries does."""

import sqlparse

for count in (0, 1, 2, 5, 8, 11):
    for line in ("\n", "\r\n", "\r"):
        statement = f"select a /* {line * count}x */ from t /* {line * count} */ where b = 1 -- end"
        assert "/*" not in sqlparse.format(statement, strip_comments=True)
