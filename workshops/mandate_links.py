"""A group's own link, with which it says whether a broker speaks for it; no account needed."""

from django.core import signing

from commissioning.models import MandateGroup

LINK = signing.Signer(salt="workshops.mandate")


def link_token(group: MandateGroup) -> str:
    """What a group's own link carries."""
    return LINK.sign(f"{group.pk}:{group.email}").replace(":", "~")


def group_of_token(token: str) -> MandateGroup | None:
    """The group a link is for; None when it was not signed here."""
    try:
        number, __, email = LINK.unsign(token.replace("~", ":")).partition(":")
    except signing.BadSignature:
        return None
    found = MandateGroup.objects.select_related("mandate__cycle__authority", "mandate__broker__organisation")
    return found.filter(pk=number, email=email).first()
