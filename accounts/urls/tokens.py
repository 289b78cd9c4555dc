"""Pages of one's own tokens, mounted at /settings/tokens/."""

from django.urls import path

from accounts.views import tokens

app_name = "tokens"
urlpatterns = [
    path("", tokens.own, name="own"),
    path("<int:pk>/revoke/", tokens.revoke, name="revoke"),
]
