"""Pages of one's own absences, mounted at /settings/absence/."""

from django.urls import path

from accounts.views import absence

app_name = "absence"
urlpatterns = [
    path("", absence.absences, name="list"),
    path("<int:pk>/end/", absence.end, name="end"),
]
