"""One's own absences; mounted at /settings/absence/."""

from django.urls import path

from accounts import views_absence

app_name = "absence"
urlpatterns = [
    path("", views_absence.absences, name="list"),
    path("<int:pk>/end/", views_absence.end, name="end"),
]
