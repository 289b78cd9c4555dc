"""People, for administrators; mounted at /settings/people/."""

from django.urls import path

from accounts import views_people

app_name = "people"
urlpatterns = [
    path("", views_people.people, name="list"),
    path("<int:pk>/", views_people.person, name="person"),
    path("<int:pk>/unlock/", views_people.unlock, name="unlock"),
]
