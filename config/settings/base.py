"""Settings shared by every way of running: the demo, production and tests."""

from pathlib import Path
from typing import Any

import dj_database_url

from config import env, zones
from config.schedule import BEAT_SCHEDULE

zones.pin()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# A relative folder lies in the checkout, whatever folder the process was started in.
VAR_DIR = BASE_DIR / env.text("REDRESS_VAR", "var")

# --- Mode ---
DEBUG = False
DEMO = False
DEMO_PASSWORD = ""
DEMO_ACCOUNTS: list[tuple[str, str, str, str, str]] = []  # username, name, name in Chinese, role, teams
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.words("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# --- Applications ---
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "config.apps.ConfigConfig",
    "ui",
    "accounts",
    "complaints",
    "reporting",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.UserPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.SignInAgain",
    "config.middleware.NoNul",
    "complaints.views.once.Once",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.preferences",
                "complaints.views.navigation.navigation",
            ],
            # Its `csrf_token` takes the place of Django's, so that no form can be without a one-time key.
            "builtins": ["ui.templatetags.once_ui"],
        },
    }
]

# --- Database ---
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database() -> dict[str, Any]:
    """Return PostgreSQL by DATABASE_URL, else SQLite in VAR_DIR.

    On SQLite every transaction takes the write lock at its start. Otherwise one that reads first and writes
    later could fail with "database is locked".
    """
    url = env.text("DATABASE_URL")
    if url:
        return dict(
            dj_database_url.parse(url, conn_max_age=env.integer("CONN_MAX_AGE", 60), conn_health_checks=True)
        )
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "redress.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


DATABASES = {"default": database()}

# --- People ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"

# --- Language and time ---
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]  # each in its own language
CUSTOMER_LANGUAGE = "zh-hans"  # of letters, where neither the customer's nor the organisation's is known
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("TIME_ZONE", "Asia/Shanghai")

# --- Static files ---
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / env.text("STATIC_ROOT", str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Evidence ---
# Attachments are stored here and served only to people who may see their complaint, never by address.
MEDIA_ROOT = BASE_DIR / env.text("MEDIA_ROOT", str(VAR_DIR / "media"))

# --- What a page may load ---
# Only our own files. Style attributes are allowed, because charts set widths with them.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"

# --- Organisation ---
COMPLAINT_NUMBER_PREFIX = env.text("COMPLAINT_NUMBER_PREFIX", "RD")
CURRENCY = env.text("CURRENCY", "CNY")
BRAND_NAME = env.text("BRAND_NAME", "Redress · 回音")  # the name that customers see on their page
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000")
# The country (two letters) whose phone numbers are written without a country code. If empty, the country of
# TIME_ZONE.
PHONE_COUNTRY = env.text("PHONE_COUNTRY").upper()

# --- The customer's page ---
# A private link is valid while its complaint is open, and for this many days after it was closed.
PORTAL_LINK_DAYS = env.integer("PORTAL_LINK_DAYS", 180, at_least=1)
# Requests a minute from one address, with one link, and in all. 0 sets no limit.
PORTAL_CALLS_OF_ADDRESS = env.integer("PORTAL_CALLS_OF_ADDRESS", 120)
PORTAL_CALLS_OF_LINK = env.integer("PORTAL_CALLS_OF_LINK", 60)
PORTAL_CALLS_OF_ALL = env.integer("PORTAL_CALLS_OF_ALL", 6000)
# How many proxies of our own add to X-Forwarded-For. 0 means none: the connection's address is used.
PROXIES_IN_FRONT = env.integer("PROXIES_IN_FRONT", 1 if env.flag("BEHIND_TLS_PROXY") else 0)

# --- Mail ---
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "redress@localhost")
# The dotted path of a function (number, text, reference) that sends a text message. If empty, none is sent.
TEXT_MESSAGE_GATEWAY = env.text("TEXT_MESSAGE_GATEWAY")
# Webhooks may only go to the public internet, unless this allows receivers in our own network.
WEBHOOK_ALLOW_PRIVATE = env.flag("WEBHOOK_ALLOW_PRIVATE")

# --- HTTP interface ---
API_CALLS_A_MINUTE = env.integer("API_CALLS_A_MINUTE", 600, at_least=1)  # per token or session
API_LARGEST_BODY = env.integer("API_LARGEST_BODY", 1_000_000, at_least=1_000)  # bytes of JSON
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "accounts.authentication.ScopeAllows",
    ],
    "DEFAULT_PARSER_CLASSES": ["complaints.api.parsing.JSONBody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "complaints.api.parsing.AlwaysJSON",
    "DEFAULT_THROTTLE_CLASSES": ["complaints.api.throttle.CallsAMinute"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "complaints.api.errors.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Redress",
    "VERSION": "1",
    "DESCRIPTION": "The HTTP interface of Redress: a program can do what the pages do, by the same rules.",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PATH_CONVERTER_OVERRIDES": {"id": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}},
    "POSTPROCESSING_HOOKS": ["complaints.api.links.add"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "PARSER_WHITELIST": ["complaints.api.parsing.JSONBody", "rest_framework.parsers.MultiPartParser"],
}

# --- Monitoring ---
METRICS_TOKEN = env.text("METRICS_TOKEN")  # if empty, only this machine may read /metrics
SWEEP_LAG_LIMIT = env.integer("SWEEP_LAG_LIMIT", 60, at_least=1)  # seconds; with a longer lag /readyz fails

# --- Cache ---
# For counts shared by several processes. Without Redis a folder is used, which serves one machine.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }
}

# --- Background work ---
# Redis by REDIS_URL, else a folder of messages, which needs no server and serves one machine.
REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_IGNORE_RESULT = True  # results are not stored, because every effect of a task is a row
CELERY_TASK_ACKS_LATE = True  # a killed worker's task is delivered again; tasks are safe to run twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Remote control is off with the folder broker, because its pings would be files that nobody collects.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"

# The number of workers that share a re-target job. SQLite lets only one write at a time.
_one_writer = DATABASES["default"]["ENGINE"].endswith("sqlite3")
RETARGET_WORKERS = env.integer("RETARGET_WORKERS", 1 if _one_writer else 2, at_least=1)

# --- Logging ---
# Without this Django shows nothing on the terminal when DEBUG is off.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": env.text("LOG_LEVEL", "WARNING").upper()},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
