from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Gives the project a place for its commands and checks, and binds shared tasks to our Celery application."""

    name = "config"
    verbose_name = "Redress"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401
