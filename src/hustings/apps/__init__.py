"""The Django platform: where several organisations work on what is sensitive."""
