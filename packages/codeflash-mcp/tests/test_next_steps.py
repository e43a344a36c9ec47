from codeflash_mcp.next_steps import after_judgement


def test_a_cheat_is_not_to_be_hidden_better():
    document = {"decision": "rejected", "verdict": "different", "cheat": "test-edit"}
    assert "deceives" in after_judgement(document)
    assert "counterexample" in after_judgement({**document, "cheat": None})
