"""How every form looks: Django's own forms in GOV.UK Frontend's markup, wired for screen readers once for all."""

from typing import Any

from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Widget

KINDS = {
    "RadioSelect": "radios",
    "CheckboxSelectMultiple": "checkboxes",
    "CheckboxInput": "checkbox",
    "Textarea": "textarea",
    "Select": "select",
}
CLASSES = {
    "input": "govuk-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "checkbox": "govuk-checkboxes__input",
    "radios": "govuk-radios__input",
    "checkboxes": "govuk-checkboxes__input",
}


class GovukBoundField(BoundField):
    """A field that knows its GOV.UK classes and which hint and error describe it."""

    @property
    def kind(self) -> str:
        """The GOV.UK component that draws it."""
        return KINDS.get(type(self.field.widget).__name__, "input")

    @property
    def grouped(self) -> bool:
        """Whether it is several inputs under one legend."""
        return self.kind in ("radios", "checkboxes")

    @property
    def hint_id(self) -> str:
        """The id of its hint."""
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        """The id of its error."""
        return f"{self.auto_id}-error"

    @property
    def first_id(self) -> str:
        """Where a link from the error summary leads."""
        return f"{self.auto_id}_0" if self.grouped else self.auto_id

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """The widget's attributes, with classes and descriptions added."""
        attrs = super().build_widget_attrs(attrs, widget)
        css = CLASSES[self.kind]
        if self.errors and self.kind in ("input", "textarea", "select"):
            css += f" {css}--error"
        attrs["class"] = css
        attrs.pop("aria-describedby", None)
        attrs.pop("aria-invalid", None)
        if not self.grouped:
            ids = [i for i, on in ((self.hint_id, self.help_text), (self.error_id, self.errors)) if on]
            if ids:
                attrs["aria-describedby"] = " ".join(ids)
        return attrs


class GovukRenderer(TemplatesSetting):
    """The form renderer of the whole product."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = GovukBoundField
