"""One's own choice of notices; mounted at /settings/notices/."""

from django.urls import path

from accounts import views_notices

app_name = "notices"
urlpatterns = [
    path("", views_notices.choose, name="choose"),
    path("secret/", views_notices.renew_secret, name="secret"),
]
