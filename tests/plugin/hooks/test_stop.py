def stop(desk, **more):
    return desk.event("stop.py", "Stop", **{"stop_hook_active": False, **more}).answer


def test_an_open_experiment_holds_the_end_back_twice_at_most(desk):
    desk.begin()
    desk.open()
    answers = [stop(desk) for _ in range(4)]
    assert [answer.get("decision") for answer in answers] == ["block", "block", None, None]
    assert "Evaluate the change" in answers[0]["reason"]
    assert "experiment 1" in answers[3]["systemMessage"]


def test_the_next_experiment_is_counted_anew(desk):
    desk.begin()
    desk.open()
    stop(desk), stop(desk)
    desk.close()
    desk.open(2)
    assert stop(desk)["decision"] == "block"


def test_it_never_holds_back_what_a_hook_has_held_back(desk):
    desk.begin()
    desk.open()
    assert "decision" not in stop(desk, stop_hook_active=True)


def test_work_in_the_background_is_waited_for_elsewhere(desk):
    desk.begin()
    desk.open()
    assert "decision" not in stop(desk, background_tasks=[{"id": "1", "status": "running"}])


def test_it_lets_go_when_it_cannot_count(desk):
    desk.begin()
    desk.open()
    desk.state.write_text("a file where a folder should be")
    told = desk.event("stop.py", "Stop", stop_hook_active=False)
    assert told.answer == {}
    assert told.errors.startswith("codeflash stop.py: ")


def test_an_unfinished_session_is_said_and_holds_nothing_back(desk):
    desk.begin()
    answer = stop(desk)
    assert "decision" not in answer
    assert "Next step: Try one change" in answer["systemMessage"]


def test_without_a_session_it_says_nothing(desk):
    assert stop(desk) == {}
    desk.begin()
    desk.finish()
    assert stop(desk) == {}
