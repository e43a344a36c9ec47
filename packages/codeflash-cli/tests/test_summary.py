import pytest


@pytest.mark.slow
def test_a_run_can_be_summed_up_again(optimized, tmp_path) -> None:
    page = tmp_path / "a folder" / "page.md"
    said = optimized.shop.run("runs", "show", "last", "--summary", str(page))
    assert said.code == 0
    assert f"report: {page}" in said.err
    text = page.read_text(encoding="utf-8")
    assert "**1 of 1 target** made faster" in text
    assert "### `src/shop/ordering.py::distinct`, at least " in text
    assert "```diff\n" in text


def test_a_folder_in_the_place_of_the_page_is_refused_before_anything_runs(codeflash, shop) -> None:
    said = codeflash("optimize", "src/shop/ordering.py::distinct", "--summary", str(shop.root))
    assert said.code == 2
    assert "it is a folder" in said.err
    assert not (shop.state / "runs").exists()
