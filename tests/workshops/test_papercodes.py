"""The codes on papers: what a tired typist gets wrong is noticed, whatever it is."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workshops import papercodes, tally

codes = st.text(papercodes.LETTERS, min_size=5, max_size=5).map(lambda body: body + papercodes.check(body))


@given(codes, st.integers(0, 5), st.sampled_from(papercodes.LETTERS))
def test_every_single_wrong_character_is_noticed(code, place, letter):
    typed = code[:place] + letter + code[place + 1 :]
    assert papercodes.is_code(typed) == (typed == code)


@given(codes, st.integers(0, 5), st.integers(0, 5))
def test_every_two_characters_that_changed_places_are_noticed(code, one, other):
    letters = list(code)
    letters[one], letters[other] = letters[other], letters[one]
    assert papercodes.is_code("".join(letters)) == ("".join(letters) == code)


@given(codes, st.sampled_from(["{} {}", "{}{}", " {}-{} ", "{}\t{}", "{}.{}"]), st.sampled_from(sorted(papercodes.KEYS)), st.booleans())
def test_a_line_is_read_however_it_is_typed(code, manner, key, small):
    typed = manner.format(papercodes.printed(code), key)
    line = papercodes.read_line(typed.lower() if small else typed)
    assert line == papercodes.Line(code, papercodes.KEYS[key])


def test_each_choice_has_a_number_and_a_letter():
    assert {papercodes.KEYS[k] for k in "1234"} == {papercodes.KEYS[k] for k in "SCXA"} == set(tally.CHOICES)


@given(st.text(max_size=300))
def test_nothing_typed_breaks_the_reading(text):
    line = papercodes.read_line(text)
    assert isinstance(line, papercodes.Line) or str(line)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "has 6 characters"),
        ("CDF", "has 6 characters"),
        ("CDFHJ0 1", "“0” is never in a code"),
        ("ＣＤＦ２３４ 1", "has 6 characters"),
        ("CDFHJ² 1", "“1”|characters"),
    ],
)
def test_what_is_wrong_is_said(typed, says):
    import re

    assert re.search(says, str(papercodes.read_line(typed)))


def test_a_code_with_no_key_or_a_strange_one_asks_for_a_key():
    code = papercodes.new_code(secrets.choice)
    for key in ("", "5", "Z", "12", "11"):
        assert "type 1, 2, 3 or 4" in str(papercodes.read_line(code + key))
    assert papercodes.read_line(" u ") == papercodes.Line(undo=True)
