"""Documents with comments everywhere, and one that is mostly comments."""

ENTRY = "tomli:loads"


def inputs():
    yield ("",), {}
    yield ("# only a comment",), {}
    yield ("# a\n#\n##\n  # b\t\nx = 1 # c\n[t] # d\ny = 'z # no' # e",), {}
    yield ("a = [ # first\n 1, # second\n 2 # third\n]\n",), {}
    yield ('# \u00e9 \u4e2d\u6587 \U0001f600\nk = "v"\n',), {}
    yield ("# crlf\r\nk = 1.5 # more\r\n",), {}
    yield ("[[p]] # one\nn = 1\n[[p]]\n# two\nn = 2\n",), {}


def workload():
    import tomli

    comment = "# " + "what this setting does, and why it was chosen so " * 4 + "\n"
    text = "".join(f"{comment}{comment}{comment}key-{number} = {number}\n" for number in range(40))
    return lambda: tomli.loads(text)
