"""Putting a photograph of a flipchart on the board, alone with its words or with an idea said before."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from commissioning import minutes
from commissioning.contributing import PLAINLY, Manner, clean_words
from commissioning.models import Participant
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _
from workshops import phases, policy, proposing
from workshops.announcing import announce, turn_queue
from workshops.attending import here
from workshops.models import Idea, Photo, Workshop
from workshops.pictures import Drawn, Picture, draw

MOST_EACH = 20  # photographs of one person in one workshop


@dataclass(frozen=True)
class Taken:
    """A photograph as somebody sends it: its bytes, what it shows in words, and the idea it belongs to or a new one's kind."""

    content: bytes
    shows: str
    kind: str = "idea"
    idea: int | None = None


def put_up(workshop: Workshop, taken: Taken, *, by: Participant, key: str, now: datetime, manner: Manner = PLAINLY) -> Photo:
    """Put a photograph on the board. The same form sent twice puts up one.

    The picture is made anew before the transaction, so that nobody waits for it. Raises `Refused` for what is no photograph, has
    no words, or belongs to somebody else's idea.
    """
    shows = clean_words(taken.shows)
    _require_room(workshop, by)
    picture = draw(taken.content)
    kept: list[str] = []
    try:
        with transaction.atomic():
            idea = _idea_of(workshop, taken, shows, by, key, now, manner)
            before = Photo.objects.filter(idea=idea).first()
            if before is not None:
                return before
            photo = _keep(idea, picture, shows, now, kept)
            what = _("A photograph was put on the board: number {n}", n=idea.pk)
            minutes.record(workshop.cycle, "photo", what, by=by, now=now, place=workshop.slug)
            announce(workshop.pk, f"idea-{idea.pk}", f"desk-{workshop.pk}")
    except (Refused, IntegrityError):
        for name in kept:
            default_storage.delete(name)
        raise
    return photo


def _require_room(workshop: Workshop, by: Participant) -> None:
    """Refuse before the costly reading whoever may not, or has put up enough."""
    if by.cycle_id != workshop.cycle_id:
        raise Refused(_("You are not part of this workshop."))
    require(policy.why_not_do(here(workshop, by), phases.CONTRIBUTE))
    if Photo.objects.filter(idea__workshop=workshop, idea__contribution__participant=by).count() >= MOST_EACH:
        raise Refused(_("You have put up {n} photographs here already, which is the most.", n=MOST_EACH))


def _idea_of(workshop: Workshop, taken: Taken, shows: str, by: Participant, key: str, now: datetime, manner: Manner) -> Idea:
    if taken.idea is None:
        return proposing.add_idea(workshop, kind=taken.kind, text=shows, by=by, key=key, now=now, manner=manner)
    idea = Idea.objects.select_related("contribution").select_for_update(no_key=True).filter(pk=taken.idea, workshop=workshop).first()
    if idea is None or idea.contribution.participant_id != by.pk or not idea.contribution.is_shown or idea.contribution.redacted_at:
        raise Refused(_("Choose one of your own ideas, or put the photograph up by itself."))
    if manner.held:  # where things are looked at first, a new picture is something new
        said = idea.contribution
        said.held, said.moderation = True, manner.moderation
        said.save(update_fields=["held", "moderation"])
        turn_queue(workshop.pk)
    return idea


def _keep(idea: Idea, picture: Picture, shows: str, now: datetime, kept: list[str]) -> Photo:
    large, small = _file(picture.large, kept), _file(picture.small, kept)
    return Photo.objects.create(
        idea=idea,
        large=large,
        small=small,
        width=picture.large.width,
        height=picture.large.height,
        small_width=picture.small.width,
        small_height=picture.small.height,
        shows=shows,
        at=now,
    )


def _file(drawn: Drawn, kept: list[str]) -> str:
    """Write a picture under a name nobody can guess and nobody chose."""
    mark = secrets.token_hex(16)
    name = default_storage.save(f"photos/{mark[:2]}/{mark}.jpg", ContentFile(drawn.content))
    kept.append(name)
    return name


def may_see(photo: Photo, me: Participant | None, facilitates: bool) -> bool:
    """Whether a photograph is shown to somebody: with its idea to everybody; held back, to its author and the facilitator.

    Where words were taken out nobody sees the picture: what was written on it cannot be taken out.
    """
    said = photo.idea.contribution
    if said.redacted_at is not None or said.withdrawn_at is not None:
        return False
    return said.is_shown or facilitates or (me is not None and said.participant_id == me.pk)


def without_photo(workshop: Workshop, me: Participant) -> list[Idea]:
    """This person's own ideas that could still be given a photograph, newest first."""
    mine = Idea.objects.filter(workshop=workshop, contribution__participant=me, photo=None, contribution__redacted_at=None)
    return [idea for idea in mine.select_related("contribution").order_by("-pk")[:20] if idea.contribution.is_shown]
