"""The form of each record of a bundle; a value of a wrong kind is told by its place."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from fairshelf.reports.bundle.names import CRATE
from fairshelf.reports.bundle.problems import Problem

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$")]
Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Before(_Record):
    role: str
    sha256_salted: Digest | Literal[""]  # a table of an engine has none


class _Timed(_Record):
    step: Literal["sealed", "bundled"]
    actor: str
    time: Moment
    sha256: Digest | None = None


class _Step(_Record):
    step: Literal["collected", "audited"]
    actor: str | None = None
    time: str | None = None
    how: str | None = None
    tool: str | None = None
    before: list[_Before] | None = None
    after: dict[str, Digest] | None = None


class _Tool(_Record):
    name: str
    version: str


class _Environment(_Record):
    tool: _Tool
    python: str
    implementation: str
    system: str
    release: str
    machine: str
    locale: str | None
    packages: dict[str, str]
    seed: int | None
    command: list[str]
    made: Moment
    byteorder: str


class _Reference(_Record):
    id: str = Field(alias="@id")


class _Entity(_Reference):
    type: str | list[str] = Field(alias="@type")
    name: str = ""
    description: str = ""
    encoding: str = Field(default="", alias="encodingFormat")
    published: str = Field(default="", alias="datePublished")
    parts: list[_Reference] = Field(default=[], alias="hasPart")
    about: _Reference | None = None
    conforms: _Reference | list[_Reference] | None = Field(default=None, alias="conformsTo")


class _Crate(_Record):
    context: str | list[Any] = Field(alias="@context")
    graph: Annotated[list[_Entity], Field(min_length=1)] = Field(alias="@graph")


FORMS: dict[str, Any] = {
    "custody.json": list[Annotated[_Step | _Timed, Field(discriminator="step")]],
    "environment.json": _Environment,
    "rejected.json": dict[str, Count],
    "settings.json": dict[str, Any],
    "plan.json": dict[str, Any],
    "case.json": dict[str, Any],
    CRATE: _Crate,
}
"""What each JSON file beside the results must be; fields of later versions are passed over."""


def form_problem(name: str, value: object) -> Problem | None:
    """Say where a record is not of its form; None where it is, or where the name has no form.

    Parameters
    ----------
    name
        The record's name in the payload.
    value
        What it holds.
    """
    if name not in FORMS:
        return None
    try:
        TypeAdapter(FORMS[name]).validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        code = "custody_form" if name == "custody.json" else "record_form"
        return Problem(code, f"data/{name}", place or "-")
    return None
