"""What changed between two wordings: nothing lost, nothing invented, and said in words as well as colours."""

from hypothesis import given
from hypothesis import strategies as st

from commissioning import wording

TEXT = st.text(alphabet=st.sampled_from("ab é\n\t.,£<>&"), max_size=60)


def fates(old, new):
    return [(p.fate, p.text) for p in wording.compare(old, new)]


def test_one_word_changes():
    assert fates("People feel safe here.", "People feel welcome here.") == [
        ("kept", "People feel"),
        ("removed", " safe"),
        ("added", " welcome"),
        ("kept", " here."),
    ]


def test_same_words_are_kept_whole():
    assert fates("As it was", "As it was") == [("kept", "As it was")]
    assert not wording.changed(wording.compare("a b", "a b"))
    assert wording.changed(wording.compare("a b", "a c"))


def test_a_line_broken_elsewhere_is_no_change():
    assert not wording.changed(wording.compare("one two\nthree", "one\ntwo three"))


def test_from_and_to_nothing():
    assert fates("", "New words") == [("added", "New words")]
    assert fates("Old words", "") == [("removed", "Old words")]


@given(TEXT, TEXT)
def test_the_pieces_are_both_texts(old, new):
    pieces = wording.compare(old, new)
    assert "".join(p.text for p in pieces if p.fate != wording.REMOVED).split() == new.split()
    assert "".join(p.text for p in pieces if p.fate != wording.ADDED).split() == old.split()
    assert all(p.text for p in pieces)


@given(TEXT)
def test_words_joined_are_the_text(text):
    assert "".join(wording.words_of(text)) == text


def test_the_longest_texts_are_compared_in_no_time():
    import time

    old, new = "a b " * 500, "b a " * 500
    began = time.perf_counter()
    wording.compare(old, new)
    assert time.perf_counter() - began < 2


def test_the_change_is_said_in_words_and_harmless():
    from django.template.loader import render_to_string

    html = render_to_string("workshops/changes.html", {"changes": wording.compare("<b>old</b> x", "<script>new</script> x")})
    assert "<del>" in html
    assert "<ins>" in html
    for words in ("removed:", "added:", "end of change"):
        assert words in html
    assert "<script>" not in html
    assert "<b>" not in html
