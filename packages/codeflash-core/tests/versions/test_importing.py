import random

from codeflash_core.versions.importing import import_block, what_got_lazier
from codeflash_core.versions.values import Row


async def test_imports_are_told_without_the_start_of_the_interpreter(scripted, versions):
    script = scripted({"import words": (4e6, 1e6)})
    done = await import_block(versions(script), random.Random(1), ["import words"])
    samples = done.blocks["import words"].inputs[0]
    assert len(samples.a_cpu) == len(samples.b_cpu) == 6
    assert all(4e6 <= each < 4.1e6 for each in samples.a_cpu)
    assert all(1e6 <= each < 1.1e6 for each in samples.b_cpu)


async def test_a_module_that_does_not_import_is_told(scripted, versions):
    script = scripted({"import words": (4e6, "No module named words")})
    done = await import_block(versions(script), random.Random(1), ["import words"])
    assert done.blocks == {}
    assert done.failures == {("import words", "head"): "No module named words"}


async def test_what_is_imported_no_more_is_named(scripted, versions):
    script = scripted({"import words": (4e6, 1e6)})
    (row,) = await what_got_lazier(versions(script), [Row("import words")])
    assert row.imports == (("only0",), ("only1",))
