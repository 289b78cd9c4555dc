"""The page of all changes of settings, mounted at /settings/changes/."""

from django.urls import path

from accounts.views import changes

app_name = "changes"
urlpatterns = [path("", changes.listing, name="list")]
