"""Results for people: a table in Markdown, a page in HTML."""
