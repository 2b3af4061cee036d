"""Opening a cycle, walking it through its stages, and closing it when everybody has been answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.text import slugify

from commissioning import bases, contributing, minutes, people, policy, roles
from commissioning import cycle as table
from commissioning.answering import unanswered_in
from commissioning.contributing import clean_words, printable
from commissioning.models import (
    Area,
    Authority,
    Contribution,
    Cycle,
    ExitAnswer,
    MilestoneMet,
    Minute,
    Participant,
    Role,
    ScopeItem,
    ScopeQuestion,
    Service,
    Stage,
    User,
)
from commissioning.people import held_by
from commissioning.sentences import Refused, require
from commissioning.sentences import Sentence as _


@dataclass(frozen=True)
class CyclePlan:
    """Everything a commissioner says before anybody is invited."""

    title: str
    service: str
    areas: tuple[str, ...]
    purpose: str
    level: int
    payment_line: str
    kind: str = "new"
    who_proposes: str = "Everyone who joins."
    who_votes: str = "Everyone who joins. Each voluntary organisation has one vote."
    who_decides: str = "The authority, with a reason for each agreed item."
    authority_keeps: str = "The final say on money, law and timing."
    bidding_rule: str = "Taking part does not help or harm any bid. Everything shared here is shared with every provider."
    contact: str = ""
    scope: tuple[tuple[str, str], ...] = ()
    invented: bool = False


def unused_slug(title: str) -> str:
    """A web address for a cycle that nobody else has."""
    stem = slugify(title)[:60] or "cycle"
    taken = {"feed", "new", *Cycle.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}  # two are pages of their own
    return next(s for s in [stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))] if s not in taken)


def open_cycle(plan: CyclePlan, *, authority: Authority, by: User, now: datetime) -> Cycle:
    """Open a cycle with its four stages; whoever opens it becomes its lead commissioner.

    Raises `Refused` when `by` is no officer of the authority, or the plan names no area or no payment line.
    """
    if not authority.memberships.filter(user=by).exists():
        raise Refused(_("Only an officer of the authority can open a cycle for it."))
    plan = _cleaned(plan)
    if not plan.areas:
        raise Refused(_("Name at least one area."))
    if not plan.payment_line.strip():
        raise Refused(_('Say what people are paid for taking part, or "none, because".'))
    with transaction.atomic():
        cycle = Cycle.objects.create(
            authority=authority,
            service=Service.objects.get_or_create(authority=authority, name=plan.service)[0],
            title=plan.title,
            slug=unused_slug(plan.title),
            opened_at=now,
            basis=bases.in_force(timezone.localdate(now)),
            **{name: getattr(plan, name) for name in _PLAIN},
        )
        cycle.areas.set([Area.objects.get_or_create(authority=authority, name=name)[0] for name in plan.areas])
        for position, code in enumerate(table.STAGES):
            Stage.objects.create(cycle=cycle, code=code, position=position, state="open" if position == 0 else "not_started")
        ScopeItem.objects.bulk_create(ScopeItem(cycle=cycle, kind=kind, text=text) for kind, text in plan.scope)
        hello = people.Introduction(by.name or by.email, "commissioner", "officer", consents=frozenset({"take_part", "naming"}))
        lead, __ = people.take_part(cycle, hello, now=now, user=by)
        Role.objects.create(participant=lead, code="lead")
        lead.__dict__.pop("_role_codes", None)
        minutes.record(
            cycle,
            "open",
            _("The cycle was opened. Promised level: {level}", level=table.LEVELS[plan.level][0]),
            by=lead,
            now=now,
        )
    return cycle


def _cleaned(plan: CyclePlan) -> CyclePlan:
    """The plan without what cannot be stored or printed: some comes from a cycle before, or from a program outside."""
    words = {name: printable(value).strip() for name in _PLAIN if isinstance(value := getattr(plan, name), str)}
    return replace(
        plan,
        **words,  # type: ignore[arg-type]
        title=clean_words(people.printable_line(plan.title), 160) if plan.title else "",
        service=people.printable_line(plan.service),
        areas=tuple(dict.fromkeys(filter(None, map(people.printable_line, plan.areas)))),
        scope=tuple((kind, printable(text).strip()) for kind, text in plan.scope),
    )


_PLAIN = (
    "purpose",
    "level",
    "payment_line",
    "kind",
    "who_proposes",
    "who_votes",
    "who_decides",
    "authority_keeps",
    "bidding_rule",
    "contact",
    "invented",
)


def invite(
    cycle: Cycle, who: people.Introduction, *, by: Participant, now: datetime, email: str = "", role: str = ""
) -> tuple[Participant, str]:
    """Bring somebody in by name, with a personal link, an account at `email`, or both.

    Raises `Refused` when `by` may not convene, or the person is already in the cycle.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        user = None
        if email:
            user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email, who.name)
            if Participant.objects.filter(cycle=cycle, user=user).exists():
                raise Refused(_("{who} is already in this cycle.", who=user))
        participant, key = people.take_part(cycle, who, now=now, user=user, invited=True)
        if role:
            people.give_role(participant, role, by=by, now=now)
    return participant, key


def add_scope_item(cycle: Cycle, *, kind: str, text: str, by: Participant, now: datetime) -> ScopeItem:
    """Say openly that something is decided, open, or not part of this (AN-16)."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(text, 300)
    with transaction.atomic():
        item = ScopeItem.objects.create(cycle=cycle, kind=kind, text=words)
        minutes.record(cycle, "scope", _("{kind}: {text}", kind=ScopeItem.Kind(kind).label, text=words), by=by, now=now)
    return item


def ask_about(item: ScopeItem, *, text: str, key: str, by: Participant, now: datetime) -> Contribution:
    """Ask about a line of the honesty list; the question is read by everybody and waits for an answer (AN-16)."""
    with transaction.atomic():
        said, new = contributing.contribute(cycle=item.cycle, by=by, kind=Contribution.Kind.COMMENT, text=text, key=key, now=now)
        if new:
            ScopeQuestion.objects.create(item=item, contribution=said)
    return said


def scope_with_questions(cycle: Cycle) -> list[ScopeItem]:
    """The honesty list with what people asked about each line, and the answers; three queries."""
    readable = ScopeQuestion.objects.filter(contribution__in=Contribution.objects.open_to_all())
    asked = readable.select_related("contribution__participant__organisation").prefetch_related("contribution__feedback")
    return list(cycle.scope.prefetch_related(Prefetch("questions", asked, to_attr="asked")))


def change_level(cycle: Cycle, *, level: int, reason: str, by: Participant, now: datetime) -> Minute | None:
    """Change the promised level; lowering it needs a reason that everybody can read (INV-20).

    Returns the line of the minutes, or None when it was that level already. Who is told is for the floor that writes letters.
    """
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(policy.why_not_lower_level(cycle.level, level, reason))
        if level == cycle.level:
            return None
        cycle.level = level
        cycle.save(update_fields=["level"])
        return minutes.record(
            cycle,
            "level",
            _("The promised level is now: {level}", level=table.LEVELS[level][0]),
            by=by,
            now=now,
            why=reason,
        )


def answer_exit_questions(stage: Stage, answers: Mapping[str, tuple[bool, str]], *, by: Participant, now: datetime) -> None:
    """Keep answers to a stage's exit questions; each is yes or no with words, never blank."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    known = {q.code: q for q in table.STAGES[stage.code].questions}
    with transaction.atomic():
        for code, (yes, words) in answers.items():
            if code not in known:
                raise Refused(_("There is no such question."))
            ExitAnswer.objects.update_or_create(stage=stage, question=code, defaults={"yes": yes, "words": clean_words(words, 1000)})
            what = _("{question} {answer}", question=known[code].text, answer=_("Yes") if yes else _("No, because"))
            minutes.record(stage.cycle, "exit answer", what, by=by, now=now, why=words)


def close_stage(stage: Stage, *, by: Participant, now: datetime) -> None:
    """Close a stage whose milestones are met and questions answered; the next one opens if it had not started."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        stage = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
        answered = set(stage.answers.values_list("question", flat=True))
        require(table.why_not_close_stage(stage.code, answered, milestones_met(stage.cycle)))
        _move_stage(stage, "closed", "", by, now)


def skip_stage(stage: Stage, *, reason: str, by: Participant, now: datetime) -> None:
    """Skip a stage, with a reason that every participant sees (AN-01)."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(reason, 500)
    with transaction.atomic():
        _move_stage(Stage.objects.select_for_update(no_key=True).get(pk=stage.pk), "skipped", words, by, now)


def reopen_stage(stage: Stage, *, reason: str, by: Participant, now: datetime) -> None:
    """Go back to a stage: the order is a guide, not a lock (INV-26)."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    words = clean_words(reason, 500)
    with transaction.atomic():
        stage = Stage.objects.select_for_update(no_key=True).get(pk=stage.pk)
        stage.state, stage.reason = "open", words
        stage.save(update_fields=["state", "reason"])
        minutes.record(
            stage.cycle,
            "stage",
            _("{stage} is open again", stage=table.STAGES[stage.code].title),
            by=by,
            now=now,
            why=words,
        )


def _move_stage(stage: Stage, state: str, reason: str, by: Participant, now: datetime) -> None:
    stage.state, stage.reason = state, reason
    stage.save(update_fields=["state", "reason"])
    Stage.objects.filter(cycle=stage.cycle, position=stage.position + 1, state="not_started").update(state="open")
    what = _("{stage}: {state}", stage=table.STAGES[stage.code].title, state=Stage.State(state).label)
    minutes.record(stage.cycle, "stage", what, by=by, now=now, why=reason)


@dataclass(frozen=True)
class StageLook:
    """One stage as every cycle page shows it."""

    stage: Stage
    plan: table.StagePlan
    needs: list[_]


def stages_of(cycle: Cycle) -> list[StageLook]:
    """The four stages of a cycle with what each still needs."""
    met = milestones_met(cycle)
    return [
        StageLook(
            stage,
            table.STAGES[stage.code],
            table.still_needed(stage.code, {a.question for a in stage.answers.all()}, met),
        )
        for stage in cycle.stages.prefetch_related("answers")
    ]


def milestones_met(cycle: Cycle) -> set[str]:
    """The milestones the cycle has reached, whichever floor left them."""
    return set(MilestoneMet.objects.filter(cycle=cycle).values_list("code", flat=True))


def meet_milestone(cycle: Cycle, code: str, *, now: datetime) -> None:
    """Leave a milestone on the cycle; leaving it again changes nothing."""
    MilestoneMet.objects.get_or_create(cycle=cycle, code=code, defaults={"at": now})


def withdraw_milestones(cycle: Cycle, codes: Iterable[str]) -> None:
    """Take milestones back, when what they stood for was reopened."""
    MilestoneMet.objects.filter(cycle=cycle, code__in=list(codes)).delete()


def close_cycle(cycle: Cycle, *, by: Participant, now: datetime) -> None:
    """Close a cycle. Refused while one contribution has no answer or a stage is neither closed nor skipped (FB-02)."""
    require(policy.why_not(roles.CONVENE, held_by(by)))
    with transaction.atomic():
        cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
        require(table.why_not_close_cycle(unanswered_in(cycle), dict(cycle.stages.values_list("code", "state"))))
        cycle.state, cycle.closed_at = Cycle.State.CLOSED, now
        cycle.save(update_fields=["state", "closed_at"])
        minutes.record(cycle, "close", _("The cycle was closed. Everybody has been answered."), by=by, now=now)
