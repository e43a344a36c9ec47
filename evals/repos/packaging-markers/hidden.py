"""Requirements with extras, versions, addresses and markers, and some malformed ones."""

ENTRY = "hidden:read"
USES = "packaging.requirements"


def read(text):
    from packaging.requirements import Requirement

    found = Requirement(text)
    return found.name, sorted(found.extras), str(found.specifier), found.url, str(found.marker)


def inputs():
    texts = [
        "a",
        "a>=1",
        "a[x,y]>=1,<2; python_version>='3.8'",
        "a @ https://host/f.whl",
        "a @ https://host/f.whl ; os_name=='nt'",
    ]
    texts += [
        "a (>=1)",
        "a; (os_name == 'posix' or extra == 'z') and python_version in '3.8 3.9'",
        "a; 'x' not in platform_machine",
    ]
    texts += ["", "a[", "a; os_name", "a; os_name == 'x", "a ==1.*, ~=1.2", "a===weird"]
    for text in texts:
        yield (text,), {}


def workload(number=0):
    from packaging._parser import parse_requirement

    more = number or ""
    texts = [f"requests{more}", f"zope.interface>=5{more}", f"tomli{more}; python_version<'3.11'"]
    return lambda: [parse_requirement(text) for text in texts]
