"""Policy words put to people's own words, later and by officers; whoever said them may disagree (AN-04, PN-02)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from commissioning import minutes, needs_rules, unattributed
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Participant, Tag
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


def tag(said: Contribution, *, word: str, by: Participant, now: datetime) -> Tag:
    """Put a policy word to what somebody said. Putting it again changes nothing; their own words never change."""
    require(needs_rules.why_not_run(held_by(by)))
    if word not in Tag.Word.values:
        raise Refused(_("Choose a word."))
    with transaction.atomic():
        said = Contribution.objects.open_to_all().select_related("cycle").get(pk=said.pk, cycle=by.cycle_id)
        made, new = Tag.objects.get_or_create(contribution=said, word=word, defaults={"by": by, "at": now})
        if new:
            what = _("A contribution was tagged “{word}”", word=made.get_word_display())
            minutes.record(said.cycle, "tag", what, by=by, now=now)
    return made


def disagree(made: Tag, *, words: str, by: Participant, secrets: Collection[str] = (), now: datetime) -> None:
    """Say that a word put to one's own words is wrong. The word stays, with the disagreement beside it."""
    why = clean_words(words, 500)
    with transaction.atomic():
        made = Tag.objects.select_for_update(of=("self",), no_key=True).select_related("contribution__cycle").get(pk=made.pk)
        said = made.contribution
        mine = Contribution.objects.filter(unattributed.mine(said.cycle, by, secrets), pk=said.pk).exists()
        require(needs_rules.why_not_disagree(mine=mine, already=made.disagreed_at is not None))
        made.disagreed, made.disagreed_at = why, now
        made.save(update_fields=["disagreed", "disagreed_at"])
        what = _("Whoever said it disagrees with the word “{word}”", word=made.get_word_display())
        minutes.record(said.cycle, "tag", what, by=by if said.participant_id == by.pk else None, now=now)
