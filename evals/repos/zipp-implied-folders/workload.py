"""List the folders of archives that are made in memory."""

import io
import zipfile

import zipp

for size in (0, 3, 40, 150):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(size):
            archive.writestr(f"package/part{number % 5}/module{number}.py", b"")
        archive.writestr("top/", b"")
    root = zipp.Path(zipfile.ZipFile(buffer))
    assert [each.name for each in root.iterdir()].count("top") == 1
    assert len(list((root / "package").iterdir())) == min(size, 5)
