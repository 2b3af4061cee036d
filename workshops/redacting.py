"""Taking words out of what somebody said, with a note: the words leave every column that is shown or exported (FS-06)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from commissioning import taking_words_out
from commissioning.contributing import clean_words
from commissioning.models import Contribution, Participant
from commissioning.people import held_by
from commissioning.removed_words import parts_in, why_not_take_out, without
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import ground_rules, moderating, rooms
from workshops.models import Agreement, Photo, PrivateWord, Proposal, ProposalVersion, Report, Step, Suggestion, Workshop


def take_out(workshop: Workshop, said: Contribution, *, parts: str, note: str, by: Participant, now: datetime) -> Step:
    """Put a mark where these parts were, one a line, in what was said and in everything that repeats it as its words.

    The minutes say who and why, never the words. Raises `Refused` without a note, when a part is not there, or during a vote.
    """
    require(ground_rules.why_not_look_after(held_by(by)))
    chosen = parts_in(parts)
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update(no_key=True).get(pk=workshop.pk)
        said = Contribution.objects.select_for_update(of=("self",), no_key=True).get(
            rooms.said_on(workshop), pk=said.pk, cycle=workshop.cycle
        )
        photo = Photo.objects.filter(idea__contribution=said).first()
        require(why_not_take_out("\n".join([said.text, photo.shows if photo else "", *_whys(said)]), chosen, note))
        why = clean_words(note, 300)
        if moderating.in_vote(said):
            raise Refused(_("This is being voted on. Close the voting first."))
        _in_contribution(said, chosen, why, now)
        for proposal in Proposal.objects.filter(Q(contribution=said) | Q(versions__contribution=said)).distinct():
            _in_proposal(proposal, chosen, why, now)
        _beside(said, photo, chosen)
        return moderating.note_step(workshop, said, Step.Act.REDACT, why, by, now)


def also_in(workshop: Workshop, parts: str) -> QuerySet[Contribution]:
    """What else was said in the workshop with one of these parts in it, for the facilitator to look at next."""
    holding = Q(pk__in=())
    for part in parts_in(parts):
        holding |= Q(text__icontains=part)
    return Contribution.objects.filter(rooms.said_on(workshop), holding, cycle=workshop.cycle)


def _whys(said: Contribution) -> list[str]:
    """The texts that belong to what was said without being its words: reasons, and who benefits."""
    reasons = ProposalVersion.objects.filter(contribution=said).values_list("why", "who_benefits")
    return [text for row in reasons for text in row] + list(Suggestion.objects.filter(contribution=said).values_list("why", flat=True))


def _in_contribution(said: Contribution, parts: Sequence[str], note: str, now: datetime) -> None:
    said.text, said.redacted_at, said.redaction_note = without(said.text, parts), now, note
    said.save(update_fields=["text", "redacted_at", "redaction_note"])
    taking_words_out.follow(said, parts)


def _in_proposal(proposal: Proposal, parts: Sequence[str], note: str, now: datetime) -> None:
    """The present words, every wording that holds a part, and what was suggested against them."""
    Proposal.objects.filter(pk=proposal.pk).update(
        text=without(proposal.text, parts), who_benefits=without(proposal.who_benefits, parts, 500)
    )
    for version in proposal.versions.select_related("contribution"):
        texts = {
            "text": without(version.text, parts),
            "who_benefits": without(version.who_benefits, parts, 500),
            "why": without(version.why, parts, 500),
        }
        if all(getattr(version, name) == text for name, text in texts.items()):
            continue
        if version.redacted_at is not None:
            raise Refused(_("Words were taken out of this wording before, which can be done once. Hide it instead."))
        ProposalVersion.objects.filter(pk=version.pk).update(**texts, redacted_at=now)
        if without(version.contribution.text, parts) != version.contribution.text:
            _in_contribution(version.contribution, parts, note, now)
    for suggestion in proposal.suggestions.select_related("contribution"):
        if without(suggestion.contribution.text, parts) != suggestion.contribution.text:
            _in_contribution(suggestion.contribution, parts, note, now)
        Suggestion.objects.filter(pk=suggestion.pk).update(
            why=without(suggestion.why, parts, 500), reason=without(suggestion.reason, parts, 500)
        )
    _in_agreements(Agreement.objects.filter(proposal=proposal), parts)


def _in_agreements(agreements: QuerySet[Agreement], parts: Sequence[str]) -> None:
    for agreement in agreements:
        dissent = [{**item, "reason": without(item["reason"], parts, 500)} for item in agreement.dissent]
        Agreement.objects.filter(pk=agreement.pk).update(dissent=dissent, reason=without(agreement.reason, parts, 500))


def _beside(said: Contribution, photo: Photo | None, parts: Sequence[str]) -> None:
    """What stands beside it: its reason, the photograph's words, the reports about it, the private lines, a reservation's copy."""
    for suggestion in Suggestion.objects.filter(contribution=said):
        Suggestion.objects.filter(pk=suggestion.pk).update(why=without(suggestion.why, parts, 500))
    for report in Report.objects.filter(contribution=said):
        Report.objects.filter(pk=report.pk).update(words=without(report.words, parts, 300))
    for line in PrivateWord.objects.filter(contribution=said):
        PrivateWord.objects.filter(pk=line.pk).update(text=without(line.text, parts))
    for step in Step.objects.filter(contribution=said):
        Step.objects.filter(pk=step.pk).update(reason=without(step.reason, parts, 300))
    if photo is not None:
        Photo.objects.filter(pk=photo.pk).update(shows=without(photo.shows, parts))
    if said.kind == Contribution.Kind.RESERVATION:
        _in_agreements(Agreement.objects.filter(proposal__in=moderating.proposals_of(said)), parts)
