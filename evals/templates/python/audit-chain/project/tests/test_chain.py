import pytest

from auditchain.chain import GENESIS, Broken, chain, encode, verify


def records(count):
    return [{"who": f"user{n % 7}", "did": "write" if n % 3 else "read", "at": n, "tags": ["a", n]} for n in range(count)]


def test_the_text_of_a_record_does_not_depend_on_the_order_of_its_keys():
    assert encode({"b": 1, "a": 2}) == encode({"a": 2, "b": 1}) == '{"a":2,"b":1}'


def test_a_chain_verifies():
    links = chain(records(1500))
    assert verify(links) == links[-1].digest


def test_an_empty_chain_ends_where_it_begins():
    assert verify([]) == GENESIS


def test_tampering_shows():
    links = chain(records(5))
    links[2] = links[2]._replace(body="{}")
    with pytest.raises(Broken, match="link 3"):
        verify(links)
