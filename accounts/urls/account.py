"""Pages to sign in and for one's own account."""

from django.contrib.auth import views as auth_views
from django.urls import path

from accounts.views import account, invitation

app_name = "accounts"
urlpatterns = [
    path("login/", account.SignIn.as_view(), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("language/", account.set_language, name="language"),
    path("settings/", account.own_settings, name="settings"),
    path("password/", account.PasswordChange.as_view(), name="password_change"),
    path(
        "password/done/",
        auth_views.PasswordChangeDoneView.as_view(template_name="accounts/password_change_done.html"),
        name="password_change_done",
    ),
    path("invitation/<str:key>/", invitation.accept, name="invitation"),
    path("reset/", account.PasswordReset.as_view(), name="password_reset"),
    path(
        "reset/sent/",
        auth_views.PasswordResetDoneView.as_view(template_name="accounts/password_reset_done.html"),
        name="password_reset_done",
    ),
    path("reset/<uidb64>/<token>/", account.PasswordResetConfirm.as_view(), name="password_reset_confirm"),
    path(
        "reset/complete/",
        auth_views.PasswordResetCompleteView.as_view(template_name="accounts/password_reset_complete.html"),
        name="password_reset_complete",
    ),
]
