"""Pages on which administrators edit accounts, mounted at /settings/people/."""

from django.urls import path

from accounts.views import people

app_name = "people"
urlpatterns = [
    path("", people.people, name="list"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/unlock/", people.unlock, name="unlock"),
]
