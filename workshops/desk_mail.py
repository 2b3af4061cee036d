"""What waits on one person's desk: suggestions and professional views to answer, what they are told, what matters to them."""

from datetime import datetime
from typing import Any

from commissioning.models import Participant
from workshops import discussing, mattering, moderating, phases, suggesting
from workshops.attending import HERE_FOR
from workshops.models import Workshop


def for_desk(workshop: Workshop, me: Participant, *, facilitates: bool, now: datetime) -> dict[str, Any]:
    """Everything of this kind; a fixed number of queries. The facilitator answers for proposers who are not here."""
    here = set(workshop.attendances.filter(last_at__gte=now - HERE_FOR).values_list("participant", flat=True)) if facilitates else None
    mail = suggesting.mail_for(workshop, me, here)
    told = moderating.told_to(workshop, me)
    return {
        "mail": mail,
        "views": discussing.views_waiting_for(workshop, me, here) if phases.opens(workshop.phase, phases.COMMENT) else [],
        "may_answer": phases.opens(workshop.phase, phases.AMEND),
        "told": told if (told.waiting or told.decided or told.reports or told.private or mail.answered) else None,
        "told_of": mail.answered,
        "my_matters": mattering.mine_in(workshop, me),
    }
