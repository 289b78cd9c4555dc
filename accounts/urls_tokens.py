"""One's own tokens; mounted at /settings/tokens/."""

from django.urls import path

from accounts import views_tokens

app_name = "tokens"
urlpatterns = [
    path("", views_tokens.own, name="own"),
    path("<int:pk>/revoke/", views_tokens.revoke, name="revoke"),
]
