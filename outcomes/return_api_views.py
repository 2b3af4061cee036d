"""The doorway for a provider's own program: one quarter's return as JSON, by a key that opens nothing else.

No cookie, no session, no form: the key in the header is all there is. What it answers is in `docs/reference/returns-api.md`.
"""

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from commissioning import limiting
from commissioning.models import Cycle
from commissioning.sentences import Refused
from commissioning.sentences import Sentence as _
from outcomes import return_looks, return_rules, return_tokens, returning, standings
from outcomes.models import Award, Measure, Return, ReturnToken

WRONG_KEYS = 30  # from one address in the window of `limiting`; right ones are not counted among them
CALLS = 300  # with keys, from one address in the same window
KEYS = {"hours", "measures", "added", "send", "changed_because"}


ONE_VALUE = _("This must be one number or one text, not a list or an object.")


class Wrong(Exception):  # noqa: N818 (an answer, like `Refused`)
    """An answer that is not the return: its status, a code for programs, and sentences for people."""

    def __init__(self, status: int, code: str, errors: dict[str, Any] | None = None, message: object = "") -> None:
        super().__init__(code)
        self.status, self.code, self.errors, self.message = status, code, errors or {}, str(message)


@csrf_exempt
@never_cache
def quarter(request: HttpRequest, pk: int, quarter: int) -> JsonResponse:
    """Read or put the return of one quarter. Putting the same again changes nothing."""
    with translation.override("en"):
        try:
            answer = _answered(request, pk, quarter)
        except Wrong as wrong:
            body = {"error": wrong.code, "message": wrong.message} | ({"errors": wrong.errors} if wrong.errors else {})
            answer = JsonResponse(body, status=wrong.status)
            if wrong.status == 401:
                answer["WWW-Authenticate"] = 'Bearer realm="returns"'
            if wrong.status == 405:
                answer["Allow"] = "GET, PUT"
            if wrong.status == 429:
                answer["Retry-After"] = str(limiting.WINDOW)
        except Refused as refused:
            answer = JsonResponse({"error": "refused", "message": str(refused)}, status=409)
    return answer


def _answered(request: HttpRequest, pk: int, number: int) -> JsonResponse:
    token = _holder(request)
    if request.method not in ("GET", "PUT"):
        raise Wrong(405, "method", message=_("Use GET or PUT."))
    award = token.award
    if award.pk != pk:
        raise Wrong(404, "not_found", message=_("This key opens another award."))
    term = return_looks.term_of(award)
    if not 1 <= number <= term.quarters:
        why = return_rules.why_not_fill(ours=True, quarter=number, quarters=term.quarters, due=1)
        raise Wrong(404, "outside_contract", message=why)
    due = return_looks.due_measures(award, number, return_looks.measures_of(award.lot.cycle))
    if request.method == "PUT":
        if award.lot.cycle.state == Cycle.State.CLOSED:
            raise Wrong(409, "closed", message=_("This cycle is closed. Nothing more can be added."))
        _put(token, number, due, _body(request))
    return JsonResponse(_as_data(award, number, due))


def _holder(request: HttpRequest) -> ReturnToken:
    if limiting.too_many(request, "wrong-return-key", WRONG_KEYS) or limiting.too_many(request, "return-calls", CALLS):
        raise Wrong(429, "too_many", message=_("Too many calls. Wait ten minutes."))
    scheme, __, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Wrong(401, "no_key", message=_("Send the key in the header: Authorization: Bearer …"))
    token = return_tokens.holder_of(key.strip(), timezone.now())
    if token is None:
        limiting.count_wrong_try(request, "wrong-return-key")
        raise Wrong(401, "wrong_key", message=_("This key is not known, or was taken away."))
    limiting.count_wrong_try(request, "return-calls")
    return token


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body, parse_float=str, parse_int=str, parse_constant=_no_constant, object_pairs_hook=_once)
    except RequestDataTooBig as wrong:
        raise Wrong(413, "too_large", message=_("That is too much for one return.")) from wrong
    except (ValueError, RecursionError) as wrong:
        raise Wrong(400, "not_json", message=_("The body is not JSON.")) from wrong
    if not isinstance(body, dict) or set(body) - KEYS:
        raise Wrong(400, "shape", message=_("The body must be an object with these keys only: {keys}.", keys=", ".join(sorted(KEYS))))
    return body


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong(400, "twice", message=_("The body says the same thing twice in one place, so nobody can tell which holds."))
    return found


def _require_plain(body: dict[str, Any]) -> dict[str, str]:
    """What is a list or an object where one value belongs is wrong: read as nothing, it would wipe out what is kept."""
    wrong = {name: str(ONE_VALUE) for name in ("hours", "changed_because") if isinstance(body.get(name), dict | list)}
    if not isinstance(body.get("send", False), bool):
        wrong["send"] = str(_("This must be true or false."))
    return wrong


def _put(token: ReturnToken, number: int, due: list[Measure], body: dict[str, Any]) -> None:
    said, errors = _said(due, body)
    hours, wrong_hours = return_rules.read_hours(_text(body.get("hours")))
    resources, wrong_added = _resources(body.get("added", []))
    errors |= _require_plain(body)
    errors |= {"hours": str(wrong_hours)} if wrong_hours is not None else {}
    errors |= {"added": wrong_added} if wrong_added else {}
    if errors:
        raise Wrong(422, "invalid", errors, _("Nothing was kept. See “errors”."))
    act: dict[str, Any] = {"by": token.by, "now": timezone.now(), "through": token}
    award = token.award
    with transaction.atomic():
        last = returning.last_of(award, number)
        if last is not None and last.state != Return.State.DRAFT:
            if _same(last, due, said, hours, resources, body):
                return
            if not _text(body.get("changed_because")):
                why = _("This return has been sent. Put it again with “changed_because” to make a new version; the old one stays.")
                raise Wrong(409, "sent", message=why)
            returning.change(award, number, reason=_text(body["changed_because"]), **act)
        returning.keep_readings(award, number, said, **act)
        if "hours" in body or "added" in body:
            kept = returning.last_of(award, number)
            hours = hours if "hours" in body else (kept.hours if kept else None)
            old = [return_rules.Resource(r.kind, r.amount, r.unit, r.words) for r in kept.added.all()] if kept else []
            returning.keep_rest(award, number, hours=hours, resources=resources if "added" in body else old, seen=None, **act)
        if body.get("send") is True:
            _send(award, number, due, act)


def _send(award: Award, number: int, due: list[Measure], act: dict[str, Any]) -> None:
    missing = returning.unfinished(returning.last_of(award, number), due)
    if missing:
        codes = {m.code: {name: str(why) for name, why in missing[m.pk].items()} for m in due if m.pk in missing}
        raise Wrong(422, "unfinished", codes, _("Nothing was kept, because it cannot be sent yet. See “errors”."))
    returning.send(award, number, **act)


def _said(due: list[Measure], body: dict[str, Any]) -> tuple[dict[int, dict[str, str]], dict[str, Any]]:
    by_code, said = {m.code: m for m in due}, {}
    errors: dict[str, Any] = {}
    told = body.get("measures", {})
    if not isinstance(told, dict):
        return {}, {"measures": str(_("This must be an object: a measure’s code, and what it showed."))}
    for code, one in told.items():
        measure = by_code.get(code)
        if measure is None:
            errors[code[:40]] = str(_("“{code}” is no measure that is due in this quarter.", code=code[:40]))
        elif not isinstance(one, dict) or set(one) - set(return_rules.FIELDS):
            errors[code] = str(_("Only these keys: {keys}.", keys=", ".join(return_rules.FIELDS)))
        elif many := [name for name, value in one.items() if isinstance(value, dict | list)]:
            errors[code] = dict.fromkeys(many, str(ONE_VALUE))
        else:
            said[measure.pk] = {name: _text(value) for name, value in one.items()}
            wrong = return_rules.read(measure.form, said[measure.pk]).wrong
            if wrong:
                errors[code] = {name: str(why) for name, why in wrong.items()}
    return said, errors


def _resources(told: Any) -> tuple[list[return_rules.Resource], list[str]]:
    found, wrong = [], []
    for number, one in enumerate(told if isinstance(told, list) else [None], 1):
        if not isinstance(one, dict) or any(isinstance(value, dict | list) for value in one.values()):
            return [], [str(_("This must be a list of objects with kind, amount, unit and words."))]
        made, why = return_rules.read_resource(*(_text(one.get(name)) for name in ("kind", "amount", "unit", "words")))
        if made is not None:
            found.append(made)
        else:
            wrong.append(f"{number}: {why}")
    return found, wrong


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _same(last: Return, due: list[Measure], said: dict[int, dict[str, str]], hours: Any, added: list[Any], body: dict[str, Any]) -> bool:
    """Whether what is put is what was sent: then nothing is to be done."""
    there, forms = {r.measure_id: r for r in last.readings.all()}, {m.pk: m.form for m in due}
    for pk, told in said.items():
        answer, reading = return_rules.read(forms[pk], told).answer, there.get(pk)
        now = (answer.value, answer.part, answer.whole, answer.start, answer.words, answer.standing)
        if reading is None or now != (reading.value, reading.part, reading.whole, reading.start, reading.words, reading.given):
            return False
    if "hours" in body and hours != last.hours:
        return False
    return "added" not in body or [return_rules.Resource(r.kind, r.amount, r.unit, r.words) for r in last.added.all()] == added


def _as_data(award: Award, number: int, due: list[Measure]) -> dict[str, Any]:
    returned = returning.last_of(award, number)
    there = {r.measure_id: r for r in returned.readings.all()} if returned else {}
    return {
        "award": award.pk,
        "quarter": number,
        "due_by": return_looks.term_of(award).due_on(number).isoformat(),
        "state": returned.state if returned else "none",
        "version": returned.version if returned else 0,
        "hours": _number(returned.hours) if returned else None,
        "measures": {m.code: _measure(m, there.get(m.pk)) for m in due},
        "added": [
            {"kind": r.kind, "amount": _number(r.amount), "unit": r.unit, "words": r.words}
            for r in (returned.added.all() if returned else ())
        ],
    }


def _measure(measure: Measure, reading: Any) -> dict[str, Any]:
    about = {"text": measure.text, "form": measure.form, "fields": list(return_rules.fields_of(measure.form))}
    if reading is None:
        return about | {"reading": None}
    numbers = {name: _number(getattr(reading, name)) for name in ("value", "part", "whole", "start")}
    words = {"words": reading.words, "suggested": reading.suggested, "standing": reading.standing}
    return about | {"reading": numbers | words}


def _number(value: Any) -> str | int | None:
    return value if value is None or isinstance(value, int) else standings.rounded(value, 4).replace(",", "")
