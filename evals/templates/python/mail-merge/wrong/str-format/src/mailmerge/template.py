"""Templates such as ``Dear {name|title}, {?paid}thank you{/paid}``."""

FILTERS = {"title": str.title, "upper": str.upper, "trim": str.strip}


class TemplateError(ValueError):
    """A template that can't be read."""


def tokens(text):
    """Pieces of a template: ("text", words) and ("tag", what stands in braces)."""
    pieces, words, position = [], "", 0
    while position < len(text):
        letter = text[position]
        if letter == "\\" and position + 1 < len(text):
            words += text[position + 1]
            position += 2
            continue
        if letter == "{":
            end = text.find("}", position)
            if end < 0:
                raise TemplateError(f"an open brace at {position}")
            if words:
                pieces.append(("text", words))
                words = ""
            pieces.append(("tag", text[position + 1:end].strip()))
            position = end + 1
            continue
        words += letter
        position += 1
    if words:
        pieces.append(("text", words))
    return pieces


def compile_template(text):
    """Nested lists of ("text", words), ("field", name, filters) and ("if", name, body)."""
    stack = [("", [])]
    for kind, value in tokens(text):
        if kind == "text":
            stack[-1][1].append((kind, value))
        elif value.startswith("?"):
            stack.append((value[1:].strip(), []))
        elif value.startswith("/"):
            name, body = stack.pop()
            if not stack or name != value[1:].strip():
                raise TemplateError(f"{{{value}}} closes nothing")
            stack[-1][1].append(("if", name, body))
        else:
            name, *filters = (part.strip() for part in value.split("|"))
            unknown = [one for one in filters if one not in FILTERS]
            if unknown:
                raise TemplateError(f"unknown filter: {unknown[0]}")
            stack[-1][1].append(("field", name, filters))
    if len(stack) > 1:
        raise TemplateError(f"{{?{stack[-1][0]}}} is never closed")
    return stack[0][1]


def fill(pieces, values):
    """The text of compiled pieces; a field without a value is left empty."""
    out = []
    for piece in pieces:
        if piece[0] == "text":
            out.append(piece[1])
        elif piece[0] == "field":
            value = str(values.get(piece[1], ""))
            for name in piece[2]:
                value = FILTERS[name](value)
            out.append(value)
        elif values.get(piece[1]):
            out.append(fill(piece[2], values))
    return "".join(out)


def render(text, values):
    return text.format_map({"": "", **values})
