"""`tools/loopback`: scripted models on a loopback address, without an agent."""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

TOOLS = str(Path(__file__).resolve().parents[2] / "tools")
if TOOLS not in sys.path:
    sys.path.insert(0, TOOLS)

from loopback.messages import messages_server  # noqa: E402 (found through the path above)
from loopback.responses import responses_server  # noqa: E402
from loopback.script import Answer, Call, Model, Request, Say  # noqa: E402


def anyone(request):
    return True


def opening(said="Begin.", tools=("look",)):
    return Request(f"opening {said}", "", tools, said)


def answering(number, text="seen"):
    return Request(f"answer {number}", "", ("look",), "", number, Answer(text))


def post(address, body):
    request = urllib.request.Request(address, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return response.read().decode()


def streamed(text):
    return [
        json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")
    ]


def test_a_script_is_sent_what_came_of_its_calls():
    heard = []

    def script():
        heard.append((yield Call("look")).text)
        yield Say("Done.")

    model = Model([(anyone, script)])
    assert model.move(opening()) == (Call("look"), 1)
    assert model.move(answering(1)) == (Say("Done."), 2)
    model.check()
    assert heard == ["seen"]
    assert model.finished == 1


def test_a_repeated_request_gets_the_same_move():
    def script():
        yield Call("look")
        yield Say("Done.")

    model = Model([(anyone, script)])
    assert model.move(opening()) == model.move(opening())
    assert len(model.requests) == 1


def test_conversations_within_conversations_are_told_apart():
    def outer():
        answer = yield Call("delegate")
        assert answer.text == "from inside"
        yield Say("outer")

    def inner():
        yield Call("look")
        yield Say("inner")

    model = Model([(lambda r: r.said == "inner", inner), (lambda r: r.said == "outer", outer)])
    assert model.move(opening("outer"))[0] == Call("delegate")
    assert model.move(opening("inner"))[0] == Call("look")
    assert model.move(answering(2))[0] == Say("inner")
    assert model.move(answering(1, "from inside"))[0] == Say("outer")
    model.check()
    assert model.finished == 2


def test_a_script_that_is_not_let_go_hears_why():
    def script():
        answer = yield Say("I stop.")
        assert answer.text == "An experiment is open."
        yield Say("I discard it.")

    model = Model([(lambda r: r.said == "Begin.", script)])
    model.move(opening())
    assert model.move(opening("An experiment is open."))[0] == Say("I discard it.")
    model.check()


def test_titles_that_agents_ask_for_disturb_no_script():
    model = Model([(lambda r: r.said == "Begin.", lambda: iter(()))])
    assert model.move(opening("Name this conversation", tools=()))[0] == Say("ok")


def test_a_failed_assertion_is_raised_by_the_check():
    def script():
        answer = yield Call("look")
        assert answer.text == "something else"

    model = Model([(anyone, script)])
    model.move(opening())
    assert "The script failed" in model.move(answering(1))[0].text
    with pytest.raises(AssertionError, match="something else"):
        model.check()


def gone_in_a_call():
    yield Call("look")


def gone_too_early():
    yield Say("Bye.")
    yield Say("One more thing.")


@pytest.mark.parametrize(
    ("script", "complaint"), [(gone_in_a_call, "never handed back"), (gone_too_early, "more to do")]
)
def test_an_agent_that_ends_early_is_a_failure(script, complaint):
    model = Model([(anyone, script)])
    model.move(opening())
    with pytest.raises(AssertionError, match=complaint):
        model.check()


def test_no_request_is_a_failure():
    with pytest.raises(AssertionError, match="no script was begun"):
        Model([(anyone, lambda: iter(()))]).check()


def test_the_data_of_an_answer_is_its_first_json():
    assert Answer('Wall time: 1 s\nOutput:\n{"a": [1]} and more').data == {"a": [1]}
    with pytest.raises(AssertionError, match="no JSON"):
        _ = Answer("nothing").data


def conversation():
    answer = yield Call("room.look", {"at": "sky"})
    assert answer == Answer("blue")
    yield Say("It is blue.")


def test_messages_are_streamed_and_tool_results_read():
    def script():
        answer = yield Call("look", {"at": "sky"})
        assert answer == Answer("blue")
        yield Say("It is blue.")

    model = Model([(anyone, script)])
    with messages_server(model) as address:
        body = {"model": "m", "stream": True, "tools": [{"name": "look"}]}
        asked = [{"role": "user", "content": "Look."}]
        events = streamed(post(f"{address}/v1/messages?beta=true", {**body, "messages": asked}))
        call = next(e["content_block"] for e in events if e["type"] == "content_block_start")
        assert (call["name"], events[-1]["type"]) == ("look", "message_stop")
        result = {
            "type": "tool_result",
            "tool_use_id": call["id"],
            "content": [{"type": "text", "text": "blue"}],
        }
        asked += [{"role": "user", "content": [result]}, {"role": "system", "content": "A reminder."}]
        whole = json.loads(post(f"{address}/v1/messages", {**body, "stream": False, "messages": asked}))
        assert whole["content"] == [{"type": "text", "text": "It is blue."}]
        assert json.loads(post(f"{address}/v1/messages/count_tokens", {}))["input_tokens"]
        with pytest.raises(urllib.error.HTTPError):
            post(f"{address}/v1/elsewhere", {})
    model.check()


def test_responses_are_streamed_and_outputs_read():
    model = Model([(anyone, conversation)])
    tools = [{"type": "namespace", "name": "room", "tools": [{"name": "look"}]}, {"type": "web_search"}]
    with responses_server(model) as address:
        asked = [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Look."}]}]
        events = streamed(post(f"{address}/responses", {"tools": tools, "input": asked}))
        call = events[-1]["response"]["output"][0]
        assert (call["namespace"], call["name"]) == ("room", "look")
        output = {"type": "function_call_output", "call_id": call["call_id"], "output": "blue"}
        events = streamed(post(f"{address}/responses", {"tools": tools, "input": [*asked, call, output]}))
        assert events[-1]["response"]["output"][0]["content"][0]["text"] == "It is blue."
    model.check()
    assert model.requests[0].tools == ("room.look", "web_search")
