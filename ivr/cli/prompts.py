"""`ivr prompts`: what callers hear: which of it is recorded, which is still spoken by the machine."""

from __future__ import annotations

import click

from ivr.cli import Program
from ivr.cli.speech import Speech
from ivr.speech.words import spoken


@click.command()
@click.option("--language", help="Only this language, e.g. ko.")
@click.pass_obj
def prompts(program: Program, language: str | None) -> None:
    """List the prompts that no recording stands for yet, with the file each recording would be.

    \b
    Record one as 8 kHz mono 16-bit wav: flows/prompts/ko/main/greeting.wav
    Example: ivr prompts --language en
    """
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
