"""Names of flat, deep and complete archives."""

ENTRY = "zipp:CompleteDirs._implied_dirs"


def inputs():
    yield ([],), {}
    yield (["a.txt"],), {}
    yield (["a/b.txt", "a/c.txt", "d/e/f/g.txt"],), {}
    yield (["a/", "a/b/", "a/b/c.txt"],), {}
    yield (["a/b/", "x/y/z/"],), {}
    yield (["z/1", "y/2", "z/3", "y/4/5"],), {}
    yield (["./here/file", "a//b"],), {}
    yield ([f"d{number % 7}/e{number % 3}/f{number}" for number in range(60)],), {}


def workload():
    from zipp import CompleteDirs

    names = [f"package/part{number % 20}/module{number}.py" for number in range(300)]
    return lambda: CompleteDirs._implied_dirs(names)
