"""All settings, from the environment. With none set: one process on SQLite, nothing to install."""

import os
import secrets
import sys
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
VAR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR.mkdir(parents=True, exist_ok=True)

DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
EMBEDDED = not REDIS_URL
DEBUG = env.bool("DEBUG", default=False)
# The demonstration lets anybody enter as an invented person: only for a machine that shows it, never with real people.
DEMO = env.bool("DEMO", default=False)


def _kept_secret() -> str:
    """A secret made once for this machine and kept beside its database."""
    kept = VAR / "secret-key"
    if not kept.exists():
        fd = os.open(kept, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w") as out:
            out.write(secrets.token_urlsafe(50))
    return kept.read_text()


# Whoever holds SQLite's write lock gives up the interpreter at every statement; five milliseconds, Python's own figure, is
# then five for each statement before it gets it back from a thread that is busy.
sys.setswitchinterval(0.0005)

SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret()
# The Ed25519 key (32 bytes, in hexadecimal) that signs the record of votes; empty: one is made and kept beside the database.
RECORD_KEY = env.str("RECORD_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# Where people reach this installation: letters are written with no request to read it from.
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "commissioning.views.form_too_old"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # the templates of its widgets, which our form renderer uses
    "django_htmx",
    "channels",
    "csp",
    "allauth",
    "allauth.account",
    "commissioning",
    "workshops",
    "outcomes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "commissioning.doorway.SignAnswers",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "commissioning.doorway.KnowWhoLooks",
    "commissioning.doorway.SayWhyNot",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commissioning.doorway.on_every_page",
            ],
        },
    }
]
FORM_RENDERER = "commissioning.form_look.GovukRenderer"

if DATABASE_URL:
    _database: dict[str, Any] = dict(env.db_url_config(DATABASE_URL))
    # CONN_MAX_AGE has no effect under ASGI, where each request may come on another thread: a pool does.
    _pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", default=12)}
    _options: dict[str, Any] = dict(_database.get("OPTIONS", {})) | {"pool": _pool}
    _database |= {"CONN_HEALTH_CHECKS": True, "OPTIONS": _options}
    DATABASES: dict[str, Any] = {"default": _database}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "throughline.sqlite3",
            "CONN_MAX_AGE": None,  # opening the file and its settings again costs as much as a vote
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024  # bytes of a form's words: no form here needs more
DATA_UPLOAD_MAX_NUMBER_FILES = 2  # a photograph; a phone offers two ways to choose it
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # bytes of a file kept in memory; larger ones wait on disk
# Photographs. Never served from here by a web server: only through a view that asks who looks.
MEDIA_ROOT = VAR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640

if EMBEDDED:
    CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    CACHES: dict[str, dict[str, Any]] = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    }
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": env.str("REDIS_PREFIX", default="throughline")},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env.str("REDIS_PREFIX", default="throughline"),
        }
    }

CELERY_TASK_ALWAYS_EAGER = EMBEDDED
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 240  # seconds; below the visibility timeout, or a long task would run twice
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": env.str("REDIS_PREFIX", default="throughline") + ":",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# With no worker, long work (reading a file of answers) is done in a thread beside the pages, so that nobody waits for it.
LONG_WORK_IN_THREADS = env.bool("LONG_WORK_IN_THREADS", default=EMBEDDED)
CELERY_BEAT_SCHEDULE = {
    "sweep-consultations": {"task": "commissioning.tasks.sweep_consultations", "schedule": crontab(minute="*/2")},
    "sweep-exports": {"task": "outcomes.tasks.sweep_exports", "schedule": crontab(minute="*/5")},
    "remind": {"task": "workshops.tasks.remind", "schedule": crontab(minute="*/10")},
    "remind-of-returns": {"task": "outcomes.tasks.remind_of_returns", "schedule": crontab(hour=6, minute=20)},
    "sweep-letters": {"task": "workshops.tasks.sweep_letters", "schedule": crontab(minute="*/5")},
    "sweep-releases": {"task": "commissioning.tasks.sweep_deliveries", "schedule": crontab(minute="*/5")},
    "sign-records": {"task": "workshops.tasks.sign_records", "schedule": crontab(hour=2, minute=10)},
    "tell-how-far": {"task": "outcomes.tasks.tell_how_far", "schedule": crontab(hour="7-19", minute=40)},
    "look-back": {"task": "outcomes.tasks.look_back", "schedule": crontab(hour=6, minute=40)},
    "six-months-later": {"task": "workshops.tasks.ask_six_months_later", "schedule": crontab(hour=7, minute=30)},
}
# How long a file of answers that nobody brings in is kept. Add a row to change it: the newest that has begun counts.
ANSWER_FILES_WAIT = env.json("ANSWER_FILES_WAIT", default=[{"days": 30, "since": "2025-01-01"}])
# Days in which an owner answers how an action goes before the question can go to the champion.
UPDATE_ANSWERED_WITHIN = env.int("UPDATE_ANSWERED_WITHIN", default=5)

AUTH_USER_MODEL = "commissioning.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
# Nobody signs up by themselves (see signing_in.py), and every way in is a code sent to the address: that is the proof.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_REQUIRED = False
ACCOUNT_ADAPTER = "commissioning.signing_in.Adapter"
ACCOUNT_PREVENT_ENUMERATION = True
# A council building shares one address: the limit that matters is the one for each mailbox.
ACCOUNT_RATE_LIMITS = {"request_login_code": "200/m/ip,5/m/key", "login": "200/m/ip"}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20  # seconds
LETTER_RETRIES = 0 if EMBEDDED else 5  # with no worker the person who acts would wait; `send_letters` tries again instead
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="Throughline <no-reply@localhost>")

# What a programme aims at. Each is shown with its source and counts from its day; add a row to change one, remove none.
PULSE_TARGETS = env.json(
    "PULSE_TARGETS",
    default=[
        {"measure": measure, "percent": percent, "source": "the 2009 logic model", "since": "2009-04-01"}
        for measure, percent in (("M-01a", 90), ("M-02a", 90), ("M-03a", 90), ("M-20", 80), ("M-04", 90))
    ],
)

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]  # each by its own name, whoever reads
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 400  # seconds: a device keeps its choice as long as a personal key
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE = True, "Lax", HTTPS
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

MESSAGE_TAGS = {10: "debug", 20: "info", 25: "success", 30: "warning", 40: "error"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"hide_keys": {"()": "commissioning.limiting.HideKeys"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["hide_keys"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]
HEARTBEAT = env.int("HEARTBEAT", default=15)  # seconds between signs of life on a socket; 20 at most
