"""Numbers in digits and in words, before a unit is looked at."""

from fractions import Fraction

import pytest

from wavereel.agent.values.numbers import number_at

NUMBERS = [
    ("25", "25", 2),
    ("2.5", "5/2", 3),
    ("1,000", "1000", 5),
    ("1,000,000", "1000000", 9),
    ("twenty-five", "25", 11),
    ("a dozen", "12", 7),
    ("two dozen", "24", 9),
    ("half a dozen", "6", 12),
    ("one and a half", "3/2", 14),
    ("half", "1/2", 4),
    ("a couple of bars", "2", 8),
    ("二十五", "25", 3),
    ("两", "2", 1),
    ("一点五", "3/2", 3),
    ("半", "1/2", 1),
    ("三分之一", "1/3", 4),
    ("-6", "-6", 2),
    ("minus six", "-6", 9),
    ("负六", "-6", 2),
    ("a hundred and twenty", "120", 20),
    ("one hundred twenty five", "125", 23),
    ("two thousand and five", "2005", 21),
    ("twelve hundred", "1200", 14),
    ("point five", "1/2", 10),
    ("one point two five", "5/4", 18),
    ("one point twenty-five", "5/4", 21),
    ("2 point 5", "5/2", 9),
    ("1/2", "1/2", 3),
    ("2 1/2", "5/2", 5),
    ("21\u20442", "5/2", 4),
    ("3/4", "3/4", 3),
    ("一百五", "150", 3),
    ("一百零五", "105", 4),
    ("一千二百", "1200", 4),
    ("两千三", "2300", 3),
    ("一二〇", "120", 3),
    ("一零八零", "1080", 4),
    ("两三", "3", 2),
    ("十五", "15", 2),
    ("二十多", "20", 2),
    ("两万五", "25000", 3),
    ("3千", "3000", 2),
    ("1.5万", "15000", 4),
    ("四分之三", "3/4", 4),
    ("零点五", "1/2", 3),
    ("一点一点", "1", 1),
    ("twenty twenty", "20", 6),
    ("one two", "1", 3),
    ("three-second", "3", 5),
    ("a third of", "1/3", 7),
    ("two thirds", "2/3", 10),
    ("a third title", None, 0),
    ("three quarters", "3/4", 14),
    ("twenty fifth", "20", 6),
    ("一百十五", "115", 4),
    ("三百六十", "360", 4),
    ("三千万", "30000000", 3),
    ("十分之一", "1/10", 4),
    (".5", "1/2", 2),
    ("5 hundred", "500", 9),
    ("two and three quarters", "11/4", 22),
    ("一五", None, 0),
    ("百度", None, 0),
    ("tattoo", None, 0),
    ("90s", "90", 2),
    ("fourty", "40", 6),
]


@pytest.mark.parametrize(("text", "value", "end"), NUMBERS)
def test_a_number(text: str, value: str | None, end: int):
    number = number_at(text, 0)
    if value is None:
        assert number is None
    else:
        assert number is not None and (number.value, number.end) == (Fraction(value), end)
