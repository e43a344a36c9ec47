"""Read the requirements of a project."""

from contextlib import suppress

from packaging.requirements import InvalidRequirement, Requirement

for number in range(15):
    Requirement(f"name-{number}[extra]>=1.{number},<9; python_version >= '3.8' and extra == 'all'")
    Requirement(f"other-{number} @ https://host.example/{number}.whl ; os_name == 'posix'")
    Requirement(f"plain{number}")
for text in ("", "a>=", "a[", "a; os_name"):
    with suppress(InvalidRequirement):
        Requirement(text)
