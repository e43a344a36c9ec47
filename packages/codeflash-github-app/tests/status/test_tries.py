from codeflash_github_app.status.tries import MOST_HERE, MOST_TOGETHER, WINDOW_SECONDS, Tries


def tries_at():
    now = [0.0]
    return now, Tries(lambda: now[0])


def test_a_few_wrong_passwords_are_free():
    _, tries = tries_at()
    for _ in range(MOST_HERE):
        assert tries.wait("a") == 0
        tries.note_wrong("a")
    assert tries.wait("a") == WINDOW_SECONDS
    assert tries.wait("b") == 0


def test_after_a_while_it_may_be_tried_again():
    now, tries = tries_at()
    for _ in range(MOST_HERE):
        tries.note_wrong("a")
        now[0] += 10
    assert tries.wait("a") == WINDOW_SECONDS - 10 * MOST_HERE
    now[0] = WINDOW_SECONDS
    assert tries.wait("a") == 0


def test_many_addresses_together_have_to_wait():
    now, tries = tries_at()
    for number in range(MOST_TOGETHER):
        tries.note_wrong(str(number))
    assert tries.wait("new") == WINDOW_SECONDS
    now[0] += WINDOW_SECONDS
    assert tries.wait("new") == 0
    assert not tries._wrong
