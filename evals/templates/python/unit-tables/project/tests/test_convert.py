from fractions import Fraction

import pytest

import unittables
from unittables.convert import UnknownUnit, convert, known


def test_a_mile_in_kilometres():
    assert convert(1, "mi", "km") == Fraction("1.609344")


def test_text_is_rounded():
    assert convert("2.5", "lb", "kg", places=3) == "1.134"
    assert convert(90, "min", "hr", places=0) == "2"


def test_lengths_do_not_weigh_anything():
    with pytest.raises(UnknownUnit, match="cannot convert mi into kg"):
        convert(1, "mi", "kg")


def test_known_units():
    assert known("wk")[:3] == ["s", "ks", "Ms"]
    assert known("parsec") == []


def test_there_and_back():
    for source in ("ft", "um", "nmi"):
        for target in known(source):
            assert convert(convert(7, source, target), target, source) == 7


def test_the_package_exports_its_functions():
    assert unittables.convert is convert
