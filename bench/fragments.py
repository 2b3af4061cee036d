"""A message of two kilobytes that looks like a drawn region, for lines where only its weight matters."""

SIZE = 2048  # bytes
_CARD = (
    '<section id="proposal-12" class="card" hx-swap-oob="true"><h3 class="govuk-heading-s">Fewer people'
    " wait longer than a week for a first visit</h3>"
    '<p class="govuk-body">Proposed by Citizen 7, who declared no interest.</p>'
    '<dl class="turnout"><dt>Citizens</dt><dd>14 of 31</dd><dt>Voluntary sector</dt><dd>6 of 9</dd></dl></section>\n'
)


def of_two_kilobytes(revision: int = 1) -> str:
    """The message, ending as every frame of the room does."""
    pulse = f'<span id="pulse" data-revision="{revision}" hidden></span>'
    room = SIZE - len(pulse)
    return (_CARD * (room // len(_CARD) + 1))[:room] + pulse
