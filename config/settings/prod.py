"""Production: secrets are required, and cookies are sent only over TLS."""

from config import env
from config.settings.base import *  # noqa: F403

SECRET_KEY = env.required("SECRET_KEY")
env.required("ALLOWED_HOSTS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS")

# --- Transport ---
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 3600)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY") else None
SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # requested from this machine itself, without TLS
# Subdomains and preload lists affect more than this host, so the owner of the domain sets them at the proxy.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# --- Mail ---
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20  # seconds; a silent mail server must not block the worker
