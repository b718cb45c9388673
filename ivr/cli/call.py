"""`ivr call`: a real test call through the running exchange."""

from __future__ import annotations

import sys
from contextlib import suppress

import click

from ivr.cli import Program, ended
from ivr.config import Config
from ivr.errors import ExchangeError, SpeechError
from ivr.speech import wav
from ivr.speech.voice import Voice
from ivr.telephony import dialplan, passwords
from ivr.telephony.ami import connected
from ivr.telephony.originate import attend, entries, hang_up, place_call
from ivr.telephony.voicemail import SILENCE_S

PATIENCE_S = 900
"""A test caller hangs up after so long."""
RECORD_S = 15.0
"""How long the record of a call that has ended is waited for."""
WORDS = {"ko": "시험 전화입니다. 잘 들리십니까?", "en": "This is a test call. Can you hear me?"}
"""What he says when he is recorded, in the line's language, else in English."""


@click.command()
@click.option("--keys", default="", help="What is pressed, a comma between questions; “-” waits too long.")
@click.option("--line", help="Number dialled [default: the first line].")
@click.option("--caller", default="", help="Number shown as the caller's.")
@click.pass_obj
def call(program: Program, keys: str, line: str | None, caller: str) -> None:
    """Place a test call through the running exchange, tell what its caller does and how it ends, and end with it.

    Each entry of --keys is pressed when its question can be answered, so nothing is lost to a text that can't be
    skipped. After the last one nothing is pressed any more. Where the line records, the caller says a sentence.
    Ctrl-C hangs up.

    \b
    Examples: ivr call --keys 2,1,4
              ivr call --keys 20261234,5678,1   eight digits, four digits, yes
              ivr call --keys 2,-,1#            silence at the second question, then 1 and #
              ivr call --keys 2,1 && ivr calls
    """
    config = program.config
    pressed = entries(keys)
    number = line or next(iter(config.lines))
    with connected(config, passwords.CALLER) as manager:
        _give_voice(config, number)
        placed = place_call(manager, config, number, caller=caller, patience=PATIENCE_S)
        click.echo(placed)
        try:
            unasked = attend(manager, placed, pressed, lambda done: click.echo(f"  {done}"))
        except KeyboardInterrupt:
            with suppress(ExchangeError):
                hang_up(manager, placed)
            sys.exit(130)
    click.echo(f"its way: ivr calls {placed}")
    click.echo(ended.told(ended.recorded(config, placed, RECORD_S), unasked))


def _give_voice(config: Config, number: str) -> None:
    """Put what the caller says where the exchange finds it, and after it the silence that ends a recording."""
    language = config.lines[number].language if number in config.lines else "ko"
    path = dialplan.prompts_dir(config) / language / "test-call.wav"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    voice = Voice()
    try:
        voice.say(WORDS.get(language, WORDS["en"]), language if language in WORDS else "en", path)
        wav.write(path, wav.read(path) + wav.silence(SILENCE_S + 1))
    except SpeechError as error:
        click.echo(f"The caller stays silent where he is recorded: {error}", err=True)
    finally:
        voice.close()
