"""The commissioning cycle as a table: four stages, their tasks, what each still needs (CY-1 to CY-4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from commissioning.sentences import Sentence as _

LOOKED_FOR_ASSETS = "assets_looked_for"  # an asset was recorded, or why there is none (AN-03)


@dataclass(frozen=True)
class Task:
    """Something to do in a stage: done when somebody says so in words, or shows it with a link."""

    code: str
    text: _


@dataclass(frozen=True)
class Question:
    """An exit question: answered "yes" or "no, because" before its stage can close."""

    code: str
    text: _


@dataclass(frozen=True)
class Milestone:
    """Something that must have happened; left on the cycle by whichever floor makes it happen."""

    code: str
    text: _


@dataclass(frozen=True)
class StagePlan:
    """One stage of the cycle, as carried on the wall of every cycle page."""

    code: str
    title: _
    line: _
    tasks: tuple[Task, ...]
    questions: tuple[Question, ...]
    milestones: tuple[Milestone, ...]


STAGES: dict[str, StagePlan] = {
    plan.code: plan
    for plan in (
        StagePlan(
            "analyse",
            _("Analyse"),
            _("Understand what people need and what is already there."),
            (
                Task("needs", _("Listen to people who use the service, and list needs and assets")),
                Task("services", _("Review the services there are now")),
                Task("resources", _("Find out what money, people and places there are")),
                Task("policies", _("Read the policies that matter here")),
                Task("market", _("Map the possible providers")),
                Task("priorities", _("Agree priorities")),
            ),
            (
                Question("needs_from_affected", _("Do the needs come from the people affected?")),
                Question("assets_listed", _("Are the assets listed: people, places and groups already there?")),
                Question("provider_map", _("Has the map of possible providers been reviewed?")),
                Question("priorities_adopted", _("Are the priorities adopted, with reasons?")),
            ),
            (
                Milestone("people_heard", _("People have said what they need")),
                Milestone(LOOKED_FOR_ASSETS, _("Something we already have stands beside the needs, or the reason why nothing does")),
            ),
        ),
        StagePlan(
            "plan",
            _("Plan"),
            _("Agree outcomes together and write what the service must achieve."),
            (
                Task("gaps", _("List the gaps between needs and what is there")),
                Task("design", _("Design the service together in workshops")),
                Task("framework", _("Agree outcomes and indicators, and answer every agreed item")),
                Task("specification", _("Write the specification")),
                Task("options", _("Compare the ways to secure the service")),
                Task("duties", _("Write the duty records")),
            ),
            (
                Question("framework_answered", _("Is the framework agreed and every item answered?")),
                Question("clauses_traceable", _("Can each clause be traced to what people said?")),
                Question("duty_records", _("Are the duty records written and dated?")),
                Question("monitoring_resourced", _("Is somebody able and paid to do the monitoring?")),
            ),
            (
                Milestone("workshop_closed", _("A workshop has closed with actions")),
                Milestone("framework_frozen", _("The outcomes framework is frozen")),
                Milestone("specification_signed_off", _("The specification is signed off")),
            ),
        ),
        StagePlan(
            "do",
            _("Do"),
            _("Secure the service. Procurement is one part of this, not the whole."),
            (
                Task("secure", _("Secure the service")),
                Task("capacity", _("Build providers’ capacity")),
                Task("relations", _("Keep talking with providers")),
                Task("start", _("Start the contract")),
            ),
            (
                Question("all_told_same", _("Were all providers told the same?")),
                Question("criteria_committed", _("Has every criterion become a commitment?")),
                Question("capacity_done", _("Are the capacity actions done?")),
            ),
            (),
        ),
        StagePlan(
            "review",
            _("Review"),
            _("See what changed, and carry it into the next cycle."),
            (
                Task("returns", _("Read the returns")),
                Task("outcomes", _("Review the outcomes")),
                Task("market", _("See how the providers are doing")),
                Task("process", _("Review the process, and tell people")),
            ),
            (
                Question("returns_in", _("Are the returns in?")),
                Question("findings_answered", _("Are the findings answered?")),
                Question("heard_back", _("Did contributors hear back?")),
                Question("carried_forward", _("What goes forward to the next cycle?")),
            ),
            (Milestone("process_reviewed", _("Everybody was asked how the work together went, and was answered")),),
        ),
    )
}

LEVELS: dict[int, tuple[_, _, _]] = {
    0: (_("No participation"), _("Experts decide needs and design."), _("You cannot change anything.")),
    1: (_("Inform"), _("The authority tells people."), _("You cannot change anything.")),
    2: (_("Consult"), _("The authority asks, then decides alone."), _("You may change something.")),
    3: (
        _("Engage"),
        _("The authority works with people over time and still decides."),
        _("You can change needs and priorities."),
    ),
    4: (
        _("Co-design"),
        _("Workshops write outcomes and indicators together. The authority keeps the final strategy."),
        _("You can change the outcomes, the indicators and the words of the specification."),
    ),
    5: (
        _("Co-decide"),
        _("The authority shares the decision where it can."),
        _("You can change the decision, within limits stated first."),
    ),
    6: (
        _("Co-produce"),
        _("Design, delivery and evaluation are done together, over the whole cycle."),
        _("You can change all of it."),
    ),
}


def still_needed(stage: str, answered: Collection[str], met: Collection[str]) -> list[_]:
    """What a stage still needs before it can close, in the order of its page. Empty when it is ready."""
    plan = STAGES[stage]
    return [m.text for m in plan.milestones if m.code not in met] + [q.text for q in plan.questions if q.code not in answered]


def why_not_close_stage(stage: str, answered: Collection[str], met: Collection[str]) -> _ | None:
    """Why a stage cannot close yet, or None. A stage can always be reopened: sequence is a guide (INV-26)."""
    missing = still_needed(stage, answered, met)
    if not missing:
        return None
    return _(
        "{stage} cannot close yet. It still needs: {items}",
        stage=STAGES[stage].title,
        items="; ".join(map(str, missing)),
    )


def why_not_close_cycle(unanswered: int, stages: Mapping[str, str]) -> _ | None:
    """Why the cycle cannot close: people are waiting for an answer (FB-02), or a stage is still open."""
    if unanswered:
        return _("The cycle cannot close: {n} contributions have no answer yet.", n=unanswered)
    unfinished = [str(STAGES[code].title) for code, state in stages.items() if state not in ("closed", "skipped")]
    if unfinished:
        return _(
            "The cycle cannot close: these stages are not closed or skipped with a reason: {items}.",
            items=", ".join(unfinished),
        )
    return None
