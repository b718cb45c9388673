"""`ivr notice`: notices at run time: switched on and off, said in a hurry, listed and previewed."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ivr.cli import Program, database, deed, listing, notice_desk, notice_list, notice_words
from ivr.cli.instant import Instant
from ivr.cli.span import Span
from ivr.cli.speech import Speech
from ivr.errors import OnestopError
from ivr.office import announcing
from ivr.office.emergencies import added
from ivr.telephony.notice_board import read
from reports import switching


@click.group()
def notice() -> None:
    """Notices: what callers are told before the menu. Switch one, or say something in a hurry.

    \b
    ivr notice say "오늘 전산 장애로 증명 발급이 안 됩니다." --for 2h --reason 전산장애
    ivr notice on counter_evening --until 2026-12-24T20:00
    ivr notice off counter_evening
    ivr notice list
    """


def _timed(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--reason", default="", help="Why; it is recorded.")(command)
    command = click.option("--for", "lasts", type=Span(), help="For so long, e.g. 2h.")(command)
    return click.option("--until", type=Instant(), help="Until a time, e.g. 2026-11-27T18:00, by the office's clock.")(
        command
    )


@notice.command()
@click.argument("name")
@_timed
@click.pass_obj
def on(
    program: Program, name: str, until: datetime.datetime | None, lasts: datetime.timedelta | None, reason: str
) -> None:
    """Switch the notice NAME on: also outside its windows and without load, never beyond its validity.

    \b
    Without a time it stays on until its validity ends. An emergency needs a reason and a time.
    Examples: ivr notice on counter_evening
              ivr notice on emergency --for 2h --reason "강당 침수"
    """
    office, store = program.in_use(), database.opened(program)
    now = datetime.datetime.now(datetime.UTC)
    end = notice_desk.end(office, until, lasts, now)
    with store.transaction() as session:
        said = read(session, now)[1]
        notice_desk.find(program, office, said, name)
        done = switching.on(session, office, said, name, end, notice_desk.hand(reason, now))
        deed.note(program, session, "notice.switched", why=f"{name} on: {reason}")
    when = "the next caller hears it" if done.heard <= now else f"it is heard from {done.heard:%Y-%m-%d %H:%M}"
    click.echo(f"“{name}” is on{notice_desk.until(office, done.until)}: {when}")


@notice.command()
@click.argument("name")
@_timed
@click.pass_obj
def off(
    program: Program, name: str, until: datetime.datetime | None, lasts: datetime.timedelta | None, reason: str
) -> None:
    """Switch the notice NAME off, whatever its windows and its load say.

    \b
    Without a time it stays off until it is switched on, or: ivr notice auto NAME
    Examples: ivr notice off counter_evening
              ivr notice off busy --for 1h --reason "시험 방송"
    """
    office, store = program.in_use(), database.opened(program)
    now = datetime.datetime.now(datetime.UTC)
    end = notice_desk.end(office, until, lasts, now)
    with store.transaction() as session:
        said = read(session, now)[1]
        notice_desk.find(program, office, said, name)
        done = switching.off(session, office, said, name, end, notice_desk.hand(reason, now))
        deed.note(program, session, "notice.switched", why=f"{name} off: {reason}")
    click.echo(f"“{name}” is off{notice_desk.until(office, done.until)}: the next caller doesn't hear it")


@notice.command()
@click.argument("name")
@click.option("--reason", default="", help="Why; it is recorded.")
@click.pass_obj
def auto(program: Program, name: str, reason: str) -> None:
    """Let the notice NAME go by its windows and its load again.

    \b
    Example: ivr notice auto counter_evening
    """
    office = program.in_use()
    now = datetime.datetime.now(datetime.UTC)
    with database.opened(program).transaction() as session:
        said = read(session, now)[1]
        notice_desk.find(program, office, said, name)
        gone = switching.auto(session, office, said, name, notice_desk.hand(reason, now))
        deed.note(program, session, "notice.switched", why=f"{name} auto: {reason}")
    click.echo(f"“{name}” goes by its windows and its load" + (" again" if gone else ", as before"))


@notice.command()
@click.argument("text")
@click.option("--also", metavar="LANGUAGE=TEXT", multiple=True, help="The same in another language, e.g. en=…")
@_timed
@click.pass_obj
def say(
    program: Program,
    text: str,
    also: tuple[str, ...],
    until: datetime.datetime | None,
    lasts: datetime.timedelta | None,
    reason: str,
) -> None:
    """Put TEXT on the air at once, before all other notices, on every line, until its time is over.

    \b
    It is spoken first, and live with the next call. It needs a time and a reason. To end it: ivr notice off NAME
    Examples: ivr notice say "오늘 전산 장애로 증명 발급이 안 됩니다." --for 2h --reason 전산장애
              ivr notice say "…" --also en="Certificates can't be issued today." --for 2h --reason 전산장애
    """
    office, store = program.in_use(), database.opened(program)
    now = datetime.datetime.now(datetime.UTC)
    end = notice_desk.end(office, until, lasts, now)
    switching.ready(office, end, notice_desk.hand(reason, now))
    texts = notice_words.checked(office, text, also)
    notice_words.speak(program.config, office, texts)
    with store.transaction() as session:
        hand = notice_desk.hand(reason, datetime.datetime.now(datetime.UTC))
        name = switching.say(session, office, texts, end, hand)
        deed.note(program, session, "notice.said", why=f"{name}: {reason}")
    click.echo(
        f"“{name}” is on{notice_desk.until(office, end)}: the next caller hears it; to end it: ivr notice off {name}"
    )
    for one in office.languages:
        if one not in texts:
            click.echo(f"Callers who speak “{one}” hear it in “{office.languages[0]}”: --also {one}=…", err=True)


@notice.command("list")
@click.option("--changes", is_flag=True, help="Instead: the last changes, who made them and why.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many changes.")
@click.pass_obj
def list_(program: Program, changes: bool, limit: int) -> None:
    """What is on now, why, until when and by whom; and what isn't.

    \b
    Examples: ivr notice list
              ivr notice list --changes --limit 50
    """
    office = program.in_use()
    with database.opened(program).reading() as session:
        if changes:
            told, none = notice_list.changes(session, limit, office.calendar.tz), "no notice was switched yet"
        else:
            told = notice_list.standing(session, office, datetime.datetime.now(datetime.UTC))
            none = "the office has no notice: notices.yaml"
    listing.show(filter(None, [told]), none)


@notice.command()
@click.argument("name")
@click.option("--language", help="Language [all of them].")
@click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="Write the sound into this wav, too.")
@click.pass_obj
def preview(program: Program, name: str, language: str | None, file: Path | None) -> None:
    """What callers hear of the notice NAME, in words; or as sound.

    \b
    Examples: ivr notice preview counter_evening
              ivr notice preview counter_evening --language en --file counter_evening.wav
    """
    office = program.in_use()
    if language and language not in office.languages:
        raise click.UsageError(f"the office doesn't speak “{language}”; it speaks {', '.join(office.languages)}")
    with database.opened(program).reading() as session:
        said = read(session, datetime.datetime.now(datetime.UTC))[1]
    office, emergency = notice_desk.written(program, office, said, name)
    office = added(office, [emergency] if emergency else [])
    for one in [language] if language else office.languages:
        click.echo("\n".join([f"{one}:", *(f"  {line}" for line in notice_words.lines(office, name, one))]))
    if file is not None:
        one = language or office.languages[0]
        speech = Speech(program.config)
        try:
            shutil.copyfile(f"{speech.speak(office, announcing.prompts(office, name, one), one)}.wav", file)
        except OSError as error:
            raise OnestopError(f"{file} can't be written: {error.strerror}") from error
        finally:
            speech.close()
        click.echo(f"{file}: spoken in “{one}”")
