"""Documents that are read and written back."""

ENTRY = "hidden:read"
USES = "tomlkit"


def read(text):
    import tomlkit

    document = tomlkit.parse(text)
    return document.unwrap(), document.as_string()


def inputs():
    yield ("",), {}
    yield ("# comment\n\nname = 'value' # end\n",), {}
    yield ('a.b.c = 1\na.b.d = "x\\ty\\u00e9"\n[t]\nk = [1, 2,\n 3,]\n',), {}
    yield ("[[p]]\nn = 1\n[[p]]\nn = 2\n[p.q]\nz = {x = 1, y = [true, false]}\n",), {}
    yield ("m = \"\"\"\nline\n  two\\\n   joined\"\"\"\nl = '''\nraw \\ text'''\n",), {}
    yield ("f = 1.5e3\ni = 1_000\nh = 0xff\nn = -inf\n",), {}
    yield ("'quoted key' = 1\n\u00e9 = 2\n",), {}
    yield ("x = \n",), {}
    yield ("x = 1\nx = 2\n",), {}


def workload():
    import tomlkit

    block = (
        '[package-{0}]\nname = "package-{0}"\ndescription = "'
        + "what it is for " * 6
        + '"\nfiles = [\n  "a-{0}.whl",\n  "b-{0}.tar.gz",\n]\n\n'
    )
    text = "".join(block.format(number) for number in range(25))
    return lambda: tomlkit.parse(text)
