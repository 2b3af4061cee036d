"""When two organisations become one: what they deliver, sign and received goes to the one that stays, and each is named once."""

from typing import Any

from commissioning import register
from commissioning.models import Organisation
from outcomes.models import AwardParty, CapacityReceived, MemorandumParty, Signature, WishToWork


def _same_part(kept: AwardParty | MemorandumParty, gone: AwardParty | MemorandumParty) -> None:
    """What the one that goes was to do is done by the one that stays."""
    kept.part = "; ".join(part for part in (kept.part, gone.part) if part)[:300]
    kept.save(update_fields=["part"])


def move_award_parties(going: Organisation, staying: Organisation) -> None:
    """A party goes along, unless the one that stays leads or is a party already: then its part is told of once."""
    both = {going.pk, staying.pk}
    for party in AwardParty.objects.filter(organisation__in=both).select_related("award").order_by("pk"):
        leads = party.award.provider_id in both
        other = AwardParty.objects.filter(award=party.award_id, organisation=staying).exclude(pk=party.pk).first()
        if leads:
            party.delete()
        elif party.organisation_id == going.pk and other is not None:
            _same_part(other, party)
            party.delete()
        elif party.organisation_id == going.pk:
            party.organisation = staying
            party.save(update_fields=["organisation"])


def move_memorandum_parties(going: Organisation, staying: Organisation) -> None:
    """The same for a memorandum: a signature of either stands for the one, once for each version."""
    for party in MemorandumParty.objects.filter(organisation=going).order_by("pk"):
        other = MemorandumParty.objects.filter(memorandum=party.memorandum_id, organisation=staying).first()
        if other is None:
            party.organisation = staying
            party.save(update_fields=["organisation"])
            continue
        _same_part(other, party)
        signed = set(other.signatures.values_list("version", flat=True))
        party.signatures.filter(version__in=signed).delete()
        Signature.objects.filter(party=party).update(party=other)
        party.delete()


def _newest_stands(model: Any, field: str) -> Any:
    """One row of each thing stands: what was said last."""

    def move(going: Organisation, staying: Organisation) -> None:
        theirs = {getattr(row, f"{field}_id"): row for row in model.objects.filter(organisation=staying)}
        for row in model.objects.filter(organisation=going):
            other = theirs.get(getattr(row, f"{field}_id"))
            if other is not None:
                older = min(row, other, key=lambda one: one.at)
                older.delete()
                if older is row:
                    continue
            row.organisation = staying
            row.save(update_fields=["organisation"])

    return move


def hand_down() -> None:
    """Tell the ground floor's act what only this floor knows."""
    register.MOVERS["outcomes.AwardParty"] = move_award_parties
    register.MOVERS["outcomes.MemorandumParty"] = move_memorandum_parties
    register.MOVERS["outcomes.WishToWork"] = _newest_stands(WishToWork, "cycle")
    register.MOVERS["outcomes.CapacityReceived"] = _newest_stands(CapacityReceived, "action")
