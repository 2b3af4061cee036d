"""What `make run` does: bring the database up to date, load the demonstration when it is empty, then serve."""

import os
import sys

import django
from django.core.management import call_command

from config import serve


def main() -> int:
    """Prepare and serve; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if serve.port_is_taken():
        return serve.main()  # says so, and what to do
    django.setup()
    from django.conf import settings  # noqa: PLC0415 (settings exist only now)

    from commissioning.models import Authority  # noqa: PLC0415 (models exist only now)

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    if settings.DEMO:
        if not Authority.objects.exists():
            sys.stdout.write("Loading the demonstration …\n")
            sys.stdout.flush()
        _load_demo()
    return serve.main()


def _load_demo() -> None:
    """Its people are invented: their letters are written and kept, but none is posted or fills the window with links."""
    from django.test.utils import override_settings  # noqa: PLC0415 (after the set-up)

    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        call_command("load_demo", port=os.environ.get("PORT", "8000"), all=True)


if __name__ == "__main__":
    sys.exit(main())
