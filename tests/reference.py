"""Pages of docs/ made from the code: calendar.md, config.md, figures.md, flows.md, conditions.md, kr-public.md,
people.md, steps/. `scripts/docs` writes them, a test compares them.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from ivr.cli.schema import MORE
from ivr.config import Config
from ivr.language import loader, schema
from ivr.language.calendar import Calendar
from ivr.language.cases import CasesForm
from ivr.language.cel import LONGEST
from ivr.language.checks.profiles import kr_public
from ivr.language.desks import Desks
from ivr.language.fields import _duration
from ivr.language.messages import MessagesForm
from ivr.language.names import CALENDAR, CASE, CLOCK, FIXED, QUEUE, Known
from ivr.language.notices import NoticesForm
from ivr.language.office import OfficeForm
from ivr.language.phrases import PHRASES
from ivr.language.steps import KINDS
from ivr.language.texts import Texts
from reports.calendar import listed
from tests import figures_page, notices_page, offices, people_page

DOCS = Path(__file__).parents[1] / "docs"
ORIGINS = {"guideline": "guideline", "custom": "custom of public offices"}
"""Origin of a rule, in words."""
MADE = "<!-- Made from the code by scripts/docs: don't edit. -->\n"


def pages() -> dict[str, str]:
    """File name to text."""
    steps = {f"steps/{kind}.md": step_page(kind) for kind in KINDS}
    whole = {"config.md": config_page(), "flows.md": flows_page(), "conditions.md": conditions_page()}
    whole |= {"figures.md": figures_page.page(MADE)}
    whole |= {"kr-public.md": kr_public_page(), "notices.md": notices_page.page(MADE, _table)}
    return whole | {"calendar.md": calendar_page(), "people.md": people_page.page(MADE)} | steps


def config_page() -> str:
    """Every key of config.yaml."""
    rows = "\n".join(_rows(Config, ""))
    return (
        f"# config.yaml\n{MADE}\nPaths are relative to the file. `ivr` reads `--config`, else `$IVR_CONFIG`, else "
        f"`./config.yaml`. `$IVR_DATABASE` wins over `database`.\n\n"
        "Settings are read when a process starts: after a change end `ivr up` and start it again. `ivr reload` takes "
        "up the office, not this file; of a line that runs it tells what has changed here since the start, and refuses "
        "while `lines`, `engine` or `node` have, which exchange and engine must know alike.\n\n"
        f"| key | default | meaning |\n|---|---|---|\n{rows}\n"
    )


def flows_page() -> str:
    """Every file of an office and every step type."""
    parts = [
        f"# The files of an office\n{MADE}\nWhat they mean for a caller: `ivr simulate`. What is wrong: `ivr check`; "
        "what a public office owes besides: the rules of [kr-public](kr-public.md).\n",
        "## Steps\n\nA flow is a file `NAME.yaml`: `title`, `start` (default: the first step) and `steps`, by name. "
        "A step is its kind with the main thing behind it, and options beside. It goes on at `next`; whatever else "
        "can happen goes to a named exit under `else`. A destination is a step's name, `flow/NAME`, `desk/NAME`, "
        "`back` (the menu before), `return` (to the flow that called this one) or `hangup`. "
        "Durations carry a unit: `300ms`, `5s`, `2m`.\n",
    ]
    rows = "\n".join(f"| [`{kind}`](steps/{kind}.md) | {_summary(step)} |" for kind, step in KINDS.items())
    parts.append(f"| step | what it does |\n|---|---|\n{rows}\n")
    parts.append(
        "## Slow and easy mode\n\n9 turns it on at every menu that has no option 9 of its own, and the caller gets it "
        "in later calls, too; a line can begin in it (config.yaml: `lines.NAME.slow`). Speech is 0.8 times as fast "
        "(recordings are played as they are), a key is waited for 10 s at least, and options come by four: 9 goes on "
        "to the next four, and after the last of them back to ordinary speed, which is remembered as well. Where a "
        "menu has an option 9, the next four follow when nothing is pressed. The options' own keys stay the same. "
        "What the office decides stands under `slow` in office.yaml.\n"
    )
    for title, form in (
        ("office.yaml", OfficeForm),
        ("desks.yaml", Desks),
        ("calendar.yaml", Calendar),
        ("cases.yaml", CasesForm),
        ("messages.yaml", MessagesForm),
        ("notices.yaml", NoticesForm),
        ("texts/LANGUAGE.yaml", Texts),
    ):
        parts.append(f"## {title}\n\n{_table(form)}")
    parts.append(
        "## tables/NAME.csv, tables/NAME.yaml\n\nA decision table for `route`: a column for each thing that the desk "
        "depends on, the last one `desk`. `*` fits anything. Of the rows that fit, the one that leaves least open "
        "counts. What is asked is heard as it stands there, in the order of the file. In YAML a row is "
        "`{district: 동구, desk: east_academies}`; a column left out fits anything, a list of values is as many rows.\n"
    )
    phrases = "\n".join(f"| `{name}` | {text} | {PHRASES['en'][name]} |" for name, text in PHRASES["ko"].items())
    parts.append(f"## What the line says by itself\n\n| phrase | 한국어 | English |\n|---|---|---|\n{phrases}\n")
    return "\n".join(parts)


def conditions_page() -> str:
    """How a condition is written, and everything it may name."""
    queue = {f"queue.DESK.{name}": known for name, known in QUEUE.items()}
    notice = {"notice.NAME": Known("flag", "whether the notice is on the air for this caller")}
    clock = {"clock.NAME": Known("text", "the state of a clock of calendar.yaml", CLOCK)}
    rows = "\n".join(
        f"| `{name}` | {known.kind} | {known.about}{': ' if known.values else ''}"
        f"{', '.join(f'`{value}`' for value in known.values)} |"
        for name, known in {**FIXED, **clock, **CALENDAR, **queue, **notice, **CASE}.items()
    )
    return (
        f"# Conditions\n{MADE}\nA condition stands under `if` in a [`when`](steps/when.md) and in a "
        "[notice](notices.md). The plain way names what has to be, all of it at once: a value, several of which one "
        "has to fit, or a comparison with `==`, `!=`, "
        "`<`, `<=`, `>` or `>=`.\n\n```yaml\n- {if: {case.status: 완료}, next: done}\n"
        '- {if: {call.weekday: [sat, sun], queue.exams.waiting: ">= 5"}, next: busy}\n```\n\n'
        "More and less is asked of numbers, amounts, dates, times and durations, which carry a unit "
        '(`queue.exams.longest_wait: ">= 2m"`).\n\nFor the rare hard one there is [CEL](https://cel.dev): '
        "`&&`, `||`, `!`, `==`, `in`, `x.startsWith('…')`, `x.matches('…')`, `size(x)`, `int(x)`, `a ? b : c`. It "
        f"knows no macros, has at most {LONGEST} characters, and takes durations in seconds.\n\n"
        "```yaml\n- {if: \"queue.exams.waiting > 5 || clock.phone != 'open'\", next: later}\n```\n\n"
        "Names and types are checked when the office is loaded. What can't be told during a call (a variable that "
        "isn't set, a queue while the exchange can't be seen, a division by 0) leads to `else`, unless the rest of "
        "the condition decides.\n\n## Names\n\nA variable stands by its bare name and has the type it is collected "
        f"with.\n\n| name | type | meaning |\n|---|---|---|\n{rows}\n"
    )


def calendar_page() -> str:
    """What the calendar says, on the sample's and on some of its days."""
    calendar = loader.load(offices.SAMPLE).calendar
    days = [datetime.date(2027, 1, 21) + datetime.timedelta(days=n) for n in range(5)]
    days += [datetime.date(2027, 2, n) for n in (8, 9, 10)]
    shown = listed(calendar, ["phone", "counter"], days)
    return (
        f"# The calendar\n{MADE}\nOne file says when the office can be reached: `calendar.yaml`. Every clock in it is "
        "one of the office's zone, whatever the machine's is. An office has as many as it needs: a step "
        "[`hours`](steps/hours.md) asks one by its name, desks (`hours`), periods of cases (`clock` in cases.yaml) and "
        "quiet hours (the clock `quiet`: while it is open no message goes out that can wait) do as well. "
        "[Every key](flows.md#calendaryaml).\n\n"
        f"```yaml\n{(offices.SAMPLE / 'calendar.yaml').read_text().strip()}\n```\n\n"
        "Of what is said about a day the nearest counts: `extended` of the clock, its `days_off`, the office's "
        "`days_off`, public holidays with their substitute days (of `country`, by the package `holidays`), the "
        "weekday, of several entries for it the last. A clock with `holidays: false` keeps its own `days_off` alone. A "
        "span that ends earlier than it begins ends on the next day, whatever day that is. A state is `open`, `lunch`, "
        "`holiday` (all of a day that would have hours but for a day off) or `closed`.\n\n"
        "Where summer time begins, what is written for the hour that is leapt over comes when it is leapt over; where "
        "it ends, an edge in the hour that comes twice is the first one.\n\n"
        "A peak begins at its release and lasts until the day is over, or `until`. Conditions know terms and peaks by "
        "their names: `{if: {calendar.peak: 중학교 배정 발표}, next: …}`, `calendar.term: 겨울방학`, and `none` "
        "([conditions](conditions.md)).\n\n`ivr check` says from October on what of the next year is missing; "
        "`complete_until: 2027` that nothing is. `ivr calendar` shows the coming 30 days, and why each is as it is:\n\n"
        f"```\n{shown}\n```\n"
    )


def kr_public_page() -> str:
    """Every rule of the profile kr-public, from the rules themselves."""
    parts = [f"# The rules of kr-public\n{MADE}\n{inspect.cleandoc(kr_public.__doc__ or '')}\n"]
    for rule in kr_public.RULES:
        levels = " or ".join(rule.severities)
        parts.append(f"## {rule.name}\n\n*From the {ORIGINS[rule.origin]}; {levels}.*\n\n{rule.why}\n\n→ {rule.do}\n")
    return "\n".join(parts)


def step_page(kind: str) -> str:
    """One step type: its keys and exits, the flow that tests it, and a call through that flow."""
    step = KINDS[kind]
    parts = [f"# `{kind}`\n{MADE}\n{_doc(step)}\n\n{_table(step)}"]
    if step.exits:
        exits = "\n".join(
            f"| `{name}` | {meaning} | {f'`{step.defaults[name]}`' if name in step.defaults else ''} |"
            for name, meaning in step.exits.items()
        )
        parts.append(f"| exit | when | default |\n|---|---|---|\n{exits}\n")
    parts.append(f"## An example\n\n```yaml\n{(offices.STEPS / f'{kind}.yaml').read_text().strip()}\n```\n")
    return "\n".join(parts)


def _summary(model: type[BaseModel]) -> str:
    """The first sentence of what a type says of itself."""
    return _doc(model).replace("\n", " ").partition(". ")[0].rstrip(".") + "."


def _doc(model: type[BaseModel]) -> str:
    return "\n".join(line.strip() for line in (model.__doc__ or "").strip().splitlines())


def _table(model: type[BaseModel]) -> str:
    return "| key | default | meaning |\n|---|---|---|\n" + "\n".join(_rows(model, "")) + "\n"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        if field.exclude or (field.annotation is type(None)):
            continue
        inner = list(_inner(field.annotation, key))
        meaning = field.description or (_doc(inner[0][0]).splitlines()[0] if inner else None)
        yield f"| `{key}` | {_default(field)} | {meaning} |"
        for model_, path in inner:
            yield from _rows(model_, f"{path}.")


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or isinstance(value, BaseModel) or value is None or value in ([], {}):
        return ""
    if any(getattr(part, "func", None) is _duration for part in field.metadata):
        return f"{value / 1000:g}s"
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value}"


def _inner(annotation: Any, key: str) -> Iterator[tuple[type[BaseModel], str]]:
    """The models within a field's type, with their path; entries of a mapping are NAME."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, key
    arguments = getattr(annotation, "__args__", ())
    mapping = getattr(annotation, "__origin__", None) is dict
    for argument in arguments:
        yield from _inner(argument, f"{key}.NAME" if mapping else key)


def main() -> None:
    """Write the pages, and the schemas beside the sample office."""
    for name, text in pages().items():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(text)
    schema.write(offices.SAMPLE / schema.FOLDER, MORE)


if __name__ == "__main__":
    main()
