"""How long something lasts, as people type it on the command line."""

from __future__ import annotations

import datetime

import click

from ivr.language.fields import milliseconds


class Span(click.ParamType[datetime.timedelta]):
    """A duration with its unit: 90m, 2h, 1d."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime.timedelta:
        try:
            return datetime.timedelta(milliseconds=milliseconds(str(value)))
        except ValueError as error:
            self.fail(str(error), param, ctx)
