import json

import pytest


@pytest.fixture
def document(tmp_path):
    speedup = {"point": 1.83, "low": 1.79, "high": 1.88, "level": 0.99, "blocks": 6}
    result = {"target": "shop/stock.py::missing", "decision": "accepted", "speedup": speedup}
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"run": "r", "results": [result], "seconds": 61.0}))
    return path


def test_the_page_of_a_document_is_written(tool, document, tmp_path):
    assert tool("tools/status_page.py").main([str(document), str(tmp_path / "page.html")]) == 0
    page = (tmp_path / "page.html").read_text()
    assert "1 of 1 functions can be faster" in page
    assert "1.83x [1.79, 1.88]" in page
