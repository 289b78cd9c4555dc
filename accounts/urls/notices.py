"""Pages of one's own notice settings, mounted at /settings/notices/."""

from django.urls import path

from accounts.views import notices

app_name = "notices"
urlpatterns = [
    path("", notices.choose, name="choose"),
    path("secret/", notices.renew_secret, name="secret"),
]
