"""What can be wrong with a form."""

import re

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}").fullmatch
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})").fullmatch


def check(form):
    """All faults as (field, what), in the order of the fields on the page."""
    faults = []
    name = form.get("name", "").strip()
    if not name:
        return [("name", "is missing")]
    elif len(name) > 80:
        faults.append(("name", "is too long"))
    mail = form.get("mail", "")
    if not _MAIL(mail):
        return [*faults, ("mail", "is no address")]
    start, end = _DATE(form.get("from", "")), _DATE(form.get("to", ""))
    if start is None:
        faults.append(("from", "is no date"))
    if end is None:
        faults.append(("to", "is no date"))
    if start is not None and end is not None and start[0] > end[0]:
        faults.append(("to", "is before the first day"))
    return faults


def triage(forms):
    """Number of forms without a fault, and how often each fault came, in order of first appearance."""
    good, counts = 0, {}
    for form in forms:
        faults = check(form)
        if not faults:
            good += 1
        for fault in faults:
            counts[fault] = counts.get(fault, 0) + 1
    return good, counts
