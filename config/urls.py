"""Mount points only."""

from django.urls import include, path

from config.views import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("accounts.urls")),
    path("settings/people/", include("accounts.urls_people")),
    path("settings/absence/", include("accounts.urls_absence")),
    path("reports/", include("reporting.urls")),
    path("", include("complaints.urls")),
]
