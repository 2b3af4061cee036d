"""What a close needs and leaves behind: the rules asked, and what the room decided about meeting again (WS-06, WS-09)."""

from dataclasses import dataclass
from datetime import datetime

from commissioning import minutes
from commissioning.contributing import clean_words, printable
from commissioning.models import Participant
from commissioning.sentences import Sentence as _
from commissioning.sentences import require
from workshops import agreeing, policy, promises
from workshops.models import Action, Closing, Workshop


@dataclass(frozen=True)
class Afterwards:
    """What the room decided about meeting again: yes with who agreed, or no with the reason."""

    meet_again: bool | None = None
    agreed_by: str = ""
    because: str = ""


UNDECIDED = Afterwards()


def require_ready(workshop: Workshop, actions: list[Action], left: list[Action], none_because: str, afterwards: Afterwards) -> None:
    """Raises `Refused` while anything a close needs is missing. `left` are the actions nobody has taken on."""
    require(
        policy.why_not_close(
            phase=workshop.phase,
            open_ballots=workshop.ballots.filter(closed_at=None).count(),
            unrecorded=agreeing.unrecorded_in(workshop).count(),
            actions=sum(1 for a in actions if a.owner),
            ownerless=sum(1 for a in actions if not a.owner),
            none_because=none_because,
        )
    )
    meet_again, agreed, because = afterwards.meet_again, afterwards.agreed_by, afterwards.because
    require(promises.why_not_leave_open(len(left), meet_again=meet_again, because=because, agreed=agreed))


def keep(
    workshop: Workshop, left: list[Action], afterwards: Afterwards, follow_up: Workshop | None, *, by: Participant, now: datetime
) -> Closing:
    """Keep one closing with what was decided, carry the open actions to the follow-up, and minute who agreed to it."""
    closing = Closing.objects.create(workshop=workshop, number=workshop.closings.count() + 1, by=by, at=now)
    if not left:
        return closing
    if follow_up is None:
        closing.no_follow_up_because = clean_words(afterwards.because, 500)
        what = _("No follow-up, with {n} actions still open", n=len(left))
    else:
        closing.agreed_by, closing.follow_up = printable(afterwards.agreed_by).strip()[:500], follow_up
        willing = list(workshop.willing.filter(yes=True).values_list("participant", flat=True))
        closing.willing.set(willing)
        Action.objects.filter(pk__in=[a.pk for a in left]).update(carried_to=follow_up)
        what = _("A follow-up was agreed: {title}. {n} people said they would come.", title=follow_up.title, n=len(willing))
    closing.save(update_fields=["agreed_by", "follow_up", "no_follow_up_because"])
    why = closing.agreed_by or closing.no_follow_up_because
    minutes.record(workshop.cycle, "follow-up", what, by=by, now=now, why=why, place=workshop.slug)
    return closing
