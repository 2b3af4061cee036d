"""The words of every letter, as it goes out: short sentences, what to do, and one link."""

from datetime import datetime
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from commissioning.models import Contribution
from commissioning.people import link_key
from workshops import calendar_file, from_above, handing_out, mandate_links, promised, pulsing, reporting
from workshops.models import Agreement, Letter, ProposalVersion, Workshop

WITH_CALENDAR = (Letter.Kind.INVITATION, Letter.Kind.CHOSEN, Letter.Kind.CALLED_OFF, Letter.Kind.REMINDER)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def compose(letter: Letter, *, now: datetime) -> EmailMessage:
    """A letter as e-mail: plain text, with the calendar file where it is about a date, and the document with a summary."""
    subject, body = of_letter(letter)
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    # The same name each time it is tried: should one be sent twice, mail programs show it once.
    headers = {"Message-ID": f"<letter-{letter.pk}-{int(letter.asked_at.timestamp())}@{host}>", "Auto-Submitted": "auto-generated"}
    account = letter.participant and letter.participant.user
    mail = EmailMessage(subject, body, to=[letter.address or (account.email if account else "")], headers=headers)
    workshop = letter.workshop
    if workshop is not None and workshop.starts_at is not None and letter.kind in WITH_CALENDAR:
        mail.attach(_calendar(workshop, now))
    if letter.kind == Letter.Kind.SUMMARY and letter.closing is not None:
        large = letter.form == "large"
        name = f"{_workshop(letter).slug}{'-large-print' if large else ''}.docx"
        mail.attach(name, handing_out.document(letter.closing, large=large), DOCX)
    with_it = from_above.FILES.get(letter.kind)
    if with_it is not None and (file := with_it(letter)) is not None:
        mail.attach(*file)
    return mail


def _calendar(workshop: Workshop, now: datetime) -> MIMEText:
    part = MIMEText(calendar_file.as_ics(workshop, now=now).decode(), "calendar", "utf-8")
    part.set_param("method", calendar_file.method_of(workshop))
    part.add_header("Content-Disposition", "attachment", filename=_("workshop.ics"))
    return part


def address(name: str, *arguments: Any) -> str:
    """The full address of a page, for a letter."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"


def of_letter(letter: Letter) -> tuple[str, str]:
    """Subject and plain text of a letter."""
    if letter.workshop_id is None and letter.kind in (Letter.Kind.LATER, Letter.Kind.REVIEW) and not letter.words:
        return _how_it_went(letter)
    own = {"summary": _summary, "later": _later, "promise": _promise, "mandate": _mandate, "reopened": _reopened}
    return (own | from_above.WORDS).get(letter.kind, _about_taking_part)(letter)


def _about_taking_part(letter: Letter) -> tuple[str, str]:
    """Invitations, dates, reminders, claims: the first line of the template is the subject."""
    context = {
        "letter": letter,
        "workshop": letter.workshop,
        "cycle": letter.cycle,
        "person": letter.participant,
        "link": _own_page(letter),
    }
    subject, __, body = render_to_string(f"workshops/letters/{letter.kind}.txt", context).strip().partition("\n\n")
    return _one_line(subject), body.strip() + "\n"


def _own_page(letter: Letter) -> str:
    """The person's own page about the workshop, or about the cycle."""
    assert letter.participant is not None  # noqa: S101 (these are letters to people who take part; this tells the type checker)
    key = link_key(letter.participant)
    if letter.workshop is None:
        return address("mine", key)
    return address("invited_claim" if letter.kind == Letter.Kind.CLAIM else "invited", key, letter.workshop.slug)


def _workshop(letter: Letter) -> Workshop:
    assert letter.workshop is not None  # noqa: S101 (a letter about a close has one; this tells the type checker)
    return letter.workshop


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _written(template: str, context: dict[str, Any]) -> str:
    """A text template, with no more than one empty line between paragraphs."""
    lines = render_to_string(f"workshops/letters/{template}.txt", context).splitlines()
    kept = [line.rstrip() for i, line in enumerate(lines) if line.strip() or (i and lines[i - 1].strip())]
    return "\n".join(kept).strip() + "\n"


def _summary(letter: Letter) -> tuple[str, str]:
    report = reporting.report_of(_workshop(letter), now=timezone.now())
    context = {
        "report": report,
        "workshop": _workshop(letter),
        "cycle": letter.cycle,
        "again": bool(letter.closing and letter.closing.number > 1),
        "report_link": address("report", _workshop(letter).slug),
        "pulse_link": _pulse_link(letter),
        "mine_link": address("mine_here", letter.cycle.slug),
    }
    return _one_line(_("What happened at %(workshop)s") % {"workshop": _workshop(letter)}), _written("summary", context)


def _pulse_link(letter: Letter) -> str:
    assert letter.participant is not None  # noqa: S101 (a letter to nobody is not written; this tells the type checker)
    return address("pulse_link", pulsing.link_token(_workshop(letter), letter.participant))


def _later(letter: Letter) -> tuple[str, str]:
    context = {
        "workshop": _workshop(letter),
        "cycle": letter.cycle,
        "pulse_link": _pulse_link(letter),
        "report_link": address("report", _workshop(letter).slug),
    }
    return _one_line(_("Six months on: what has changed since %(workshop)s?") % {"workshop": _workshop(letter)}), _written("later", context)


def _how_it_went(letter: Letter) -> tuple[str, str]:
    """The questions about the whole work together, at its close and six months later: one link, no account needed."""
    assert letter.participant is not None  # noqa: S101 (the same)
    later = letter.kind == Letter.Kind.LATER
    context = {"cycle": letter.cycle, "later": later, "link": address("asked", link_key(letter.participant))}
    subject = _("Six months on: what has changed since %(cycle)s?") if later else _("How did we work together? %(cycle)s")
    return _one_line(subject % {"cycle": letter.cycle}), _written("how_it_went", context)


def _promise(letter: Letter) -> tuple[str, str]:
    assert letter.action is not None  # noqa: S101 (the same)
    context = {
        "action": letter.action,
        "workshop": _workshop(letter),
        "cycle": letter.cycle,
        "link": address("promise", promised.link_token(letter.action)),
    }
    return _one_line(_("Will you do this? %(action)s") % {"action": letter.action})[:200], _written("promise", context)


def _mandate(letter: Letter) -> tuple[str, str]:
    assert letter.mandate_group is not None  # noqa: S101 (the same)
    group = letter.mandate_group
    link = address("mandate", mandate_links.link_token(group))
    context = {"group": group, "mandate": group.mandate, "cycle": letter.cycle, "link": link}
    return _one_line(_("Does %(who)s speak for you?") % {"who": group.mandate.broker.signature})[:200], _written("mandate", context)


def _reopened(letter: Letter) -> tuple[str, str]:
    """People's words are read when the letter goes, not kept in it: what was taken out or hidden since must not go out."""
    assert letter.participant is not None  # noqa: S101 (the same)
    ended = Agreement.objects.select_related("version", "proposal").get(pk=int(letter.occasion.partition(":")[2]))
    shown = ProposalVersion.objects.filter(proposal=ended.proposal_id, contribution__in=Contribution.objects.shown())
    context = {
        "letter": letter,
        "workshop": _workshop(letter),
        "cycle": letter.cycle,
        "person": letter.participant,
        "was": shown.filter(pk=ended.version_id).first(),
        "words": shown.filter(number=ended.version.number + 1).first(),
        "look": address("proposal", _workshop(letter).slug, ended.proposal.card_id),
        "link": address("mine", link_key(letter.participant)),
    }
    return _one_line(_("Agreed words are open again: %(workshop)s") % {"workshop": _workshop(letter)}), _written("reopened", context)
