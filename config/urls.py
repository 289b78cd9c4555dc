"""The addresses at which the apps are mounted, and nothing else."""

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from config.views import api_docs, healthz, metrics, readyz
from reporting.api import Overview

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/reports/overview/", Overview.as_view(), name="api-overview"),
    path("api/v1/", include("complaints.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
    path("accounts/", include("accounts.urls.account")),
    path("settings/", RedirectView.as_view(pattern_name="accounts:settings"), name="settings"),
    path("settings/changes/", include("accounts.urls.changes")),
    path("settings/absence/", include("accounts.urls.absence")),
    path("settings/tokens/", include("accounts.urls.tokens")),
    path("settings/notices/", include("accounts.urls.notices")),
    path("reports/", include("reporting.urls")),
    path("", include("complaints.urls")),
]
