"""One letter for each recipient."""

from mailmerge.template import compile_template, fill

FOOTER = "\n--\n{sender|trim}{?office}, {office}{/office}"


def merge(template, recipients, sender):
    """Letters by address, in the order of the recipients; a recipient without an address gets none."""
    letters, body = {}, None
    for recipient in recipients:
        address = recipient.get("address", "").strip()
        if not address:
            continue
        values = {**sender, **recipient}
        if body is None:
            body, footer = compile_template(template), compile_template(FOOTER)
        letters[address] = fill(body, values) + fill(footer, values)
    return letters


def lengths(letters):
    """Number of letters by rounded size in lines, for the printer."""
    sizes = {}
    for text in letters.values():
        lines = text.count("\n") + 1
        sizes[lines] = sizes.get(lines, 0) + 1
    return dict(sorted(sizes.items()))
