"""Labels for other systems."""

from __future__ import annotations

import sqlite3
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler

from labels.label import Label, as_text, barcode


def as_xml(label: Label) -> str:
    """The label in the format of the carrier's importer."""
    rows = [("name", label.name), *(("line", line) for line in label.lines)]
    body = "".join(f"<{tag}>{text}</{tag}>" for tag, text in rows)
    return f'<label barcode="{barcode(label)}">{body}</label>'


def as_mail(label: Label, sender: str) -> str:
    """A message to the depot with the label as its body."""
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = f"Label {barcode(label)}"
    message.set_content(as_text(label))
    return message.as_string()


def store(labels: list[Label], path: str = ":memory:") -> int:
    """Store labels in a database, and return how many countries they go to."""
    database = sqlite3.connect(path)
    try:
        database.execute("create table labels (barcode text primary key, country text)")
        database.executemany("insert into labels values (?, ?)", [(barcode(one), one.country) for one in labels])
        database.commit()
        return database.execute("select count(distinct country) from labels").fetchone()[0]
    finally:
        database.close()


def status_text(code: int) -> str:
    """What the carrier's interface means by an HTTP status."""
    short, long = BaseHTTPRequestHandler.responses.get(code, ("Unknown", "no such status"))
    return f"{code} {short}: {long}"


def export(label: Label, kind: str) -> str:
    """Export as ``xml``, ``mail`` or ``text``."""
    if kind == "xml":
        return as_xml(label)
    if kind == "mail":
        return as_mail(label, "labels@depot.example")
    if kind == "text":
        return as_text(label)
    raise ValueError(f"no export to {kind}")
