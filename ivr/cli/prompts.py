"""`ivr prompts`: what callers hear: which of it is recorded, which is still spoken by the machine; and recording it."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli import Program, database, deed
from ivr.cli.speech import Speech
from ivr.errors import OnestopError, SpeechError
from ivr.language.office import Office
from ivr.language.prompt import Prompt
from ivr.language.seconds import seconds
from ivr.language.source import did_you_mean
from ivr.speech import takes, wav
from ivr.speech.level import Samples
from ivr.speech.shelf import Shelf
from ivr.speech.words import spoken
from ivr.telephony.studio import Studio, ring


@click.group(invoke_without_command=True)
@click.option("--language", help="Only this language, e.g. ko.")
@click.pass_context
def prompts(ctx: click.Context, language: str | None) -> None:
    """List the prompts that no recording stands for yet, with the file each recording would be; or record them.

    \b
    Record one as 8 kHz mono 16-bit wav: flows/prompts/ko/main/greeting.wav
    An option whose key the call gives (of a table, an officer, a language) is
    recorded without it, and each key once for all: prompts/ko/keys/1.wav
    Examples: ivr prompts --language en
              ivr prompts record main/greeting
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, language)


def _list(program: Program, language: str | None) -> None:
    office = program.office
    sounds = Speech(program.config).of(office)
    missing = 0
    fixed = list(office.fixed_prompts())
    for one in [language] if language else office.languages:
        texts = {prompt.id: prompt for said, prompt in fixed if said == one}
        for name in sounds.synthetic(list(texts.values()), one):
            missing += 1
            click.echo(f"prompts/{one}/{name}.wav\t{spoken(texts[name], one)}")
    click.echo(f"{missing} of {len(fixed)} prompts are synthetic", err=True)


@prompts.command()
@click.argument("ids", metavar="PROMPT...", nargs=-1, required=True)
@click.option("--language", help="Language [the office's first].")
@click.option("--file", type=click.Path(path_type=Path), help="A wav of any rate instead of the telephone.")
@click.option("--phone", help="Extension that rings [the softphone].")
@click.option("--undo", is_flag=True, help="Bring the recording before back.")
@click.pass_obj
def record(
    program: Program, ids: tuple[str, ...], language: str | None, file: Path | None, phone: str | None, undo: bool
) -> None:
    """Record PROMPTs, named as `ivr prompts` lists them, without language and .wav.

    The telephone rings: hear the words, read them after the beep, press #, hear yourself; 1 keeps it, 2 records again.
    A take that is too quiet, clipped, or too short or long for its words isn't taken. Silence around it is cut off.
    The line has it with the next version of the office; the recording before stays for --undo.

    \b
    Examples: ivr prompts record main/greeting main/purpose/menu
              ivr prompts record main/greeting --language en --file take.wav
              ivr prompts record main/greeting --undo
    """
    office = program.office
    chosen = language or office.languages[0]
    named = [_prompt(office, chosen, id) for id in ids]
    shelf = Shelf(office.folder / "prompts")
    how = "undone" if undo else "recorded"
    deed.showing(program, database.opened(program), f"prompt.{how}", why=f"{chosen}: {' '.join(ids)}")
    if undo:
        for prompt in named:
            click.echo(f"{shelf.undo(prompt.id, chosen)}: as it was before")
    elif file is None:
        _by_telephone(program, named, chosen, shelf, phone)
    elif len(named) > 1:
        raise click.UsageError("a file is one prompt's recording")
    else:
        take = takes.read(file)
        if flaws := takes.flaws(take, _expected(named[0], chosen)):
            raise SpeechError(f"{file} isn't taken: {'; '.join(flaws)}")
        _keep(shelf, named[0], chosen, take)


def _by_telephone(program: Program, named: list[Prompt], language: str, shelf: Shelf, phone: str | None) -> None:
    config, office = program.config, program.office
    extension = phone or config.exchange.softphone
    known = [*filter(None, [config.exchange.softphone]), *office.desks.agents]
    if extension not in known:
        raise OnestopError(f"no telephone has the extension {extension or '(none)'}; there are: {', '.join(known)}")
    folder = config.data_dir / "takes"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    speech = Speech(config)
    studio = Studio(
        language,
        say=lambda prompt: speech.speak(office, (prompt,), language),
        expected_s=lambda prompt: _expected(prompt, language),
        keep=lambda prompt, take: _keep(shelf, prompt, language, take),
        told=click.echo,
        folder=folder,
    )
    click.echo(f"{extension} rings …")
    try:
        ring(config, extension, lambda channel: studio.session(channel, named))
    finally:
        speech.close()


def _prompt(office: Office, language: str, id: str) -> Prompt:
    texts = office.texts.get(language)
    if texts is None:
        raise OnestopError(f"the office doesn't speak “{language}”; it speaks {', '.join(office.languages)}")
    prompt = texts.get(id)
    if prompt is None:
        raise OnestopError(f"no text is called “{id}”: {did_you_mean(id, texts)}")
    if not isinstance(prompt, Prompt):
        raise OnestopError(f"“{id}” has variables: it can't be recorded, the voice speaks it")
    return prompt


def _expected(prompt: Prompt, language: str) -> float:
    return seconds(spoken(prompt, language), language)


def _keep(shelf: Shelf, prompt: Prompt, language: str, take: Samples) -> None:
    path = shelf.put(prompt.id, language, take)
    click.echo(f"{path}: {len(take) / wav.RATE:.1f} s, {takes.decibels(take):.0f} dB")
