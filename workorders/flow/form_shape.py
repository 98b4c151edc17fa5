"""A form of a flow: what is asked, field by field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One question; `kind` is of FIELD_KINDS.

    `unit` belongs to numbers; `decimals` is how many of their digits follow the point, `low` and
    `high` bound them in thousandths. `options` are (code, label) of a choice. `count` photos are
    asked for, `example` says what a good one shows, and `picture` is the number of one that does
    ("" for none). A computed field takes `of` (keys of
    number fields of the same form) together by `formula`. `prefill` is of PREFILLS.
    """

    key: str
    label: str
    kind: str
    required: bool = False
    hint: str = ""
    unit: str = ""
    decimals: int = 0
    low: int | None = None
    high: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    count: int = 1
    example: str = ""
    picture: str = ""
    formula: str = ""
    of: tuple[str, ...] = ()
    prefill: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields a stage or a task asks for, in their order."""

    key: str
    name: str
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        """The field of this key; None when there is none."""
        return next((each for each in self.fields if each.key == key), None)


LONGEST_LABEL = 60


def picture_label(form: Form, field: Field) -> str:
    """Return the label under which pictures of a field are kept: form and field in words."""
    return f"{form.name} · {field.label}"[:LONGEST_LABEL]
