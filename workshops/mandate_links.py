"""A group's own link, with which it says whether a broker speaks for it; no account needed."""

from django.core import signing

from commissioning.models import MandateGroup

LINK = signing.Signer(salt="workshops.mandate")


def link_token(group: MandateGroup) -> str:
    """What a group's own link carries."""
    number, email, signature = group.pk, group.email, LINK.sign(f"{group.pk}:{group.email}").rpartition(":")[2]
    return f"{number}~{email}~{signature}"


def group_of_token(token: str) -> MandateGroup | None:
    """The group a link is for; None when it was not signed here."""
    try:
        number, __, rest = token.partition("~")
        email, __, signature = rest.rpartition("~")  # an address may have a tilde in it
        LINK.unsign(f"{number}:{email}:{signature}")
    except signing.BadSignature:
        return None
    found = MandateGroup.objects.select_related("mandate__cycle__authority", "mandate__broker__organisation")
    return found.filter(pk=number, email=email).first()
