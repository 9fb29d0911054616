"""How forms look: label above, help beneath it, what is wrong beside the field and once more on top, with links."""

from __future__ import annotations

from django.forms.renderers import DjangoTemplates

__all__ = ["Renderer"]


class Renderer(DjangoTemplates):
    """Draws `{{ form }}` with the console's templates."""

    form_template_name = "console/parts/form.html"
    field_template_name = "console/parts/field.html"
