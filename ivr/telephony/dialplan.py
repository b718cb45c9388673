"""extensions.conf: the way of a call through the exchange, and what is left of it when the engine isn't there.

    lines ─▶ visit,enter ─▶ AGI(engine) ─ IVR_NEXT ─┬▶ desk-NAME ─▶ Queue ─▶ visit,back ─▶ AGI(engine) …
                  │                                 └▶ hangup
                  └ no engine, or no answer of it ─▶ static,REASON ─▶ Queue(operators) ─▶ hangup

What engine and dialplan tell each other, in channel variables:

    IVR_CALL   the call's id, UNIQUEID of the caller's channel; the officer's channel inherits it
    IVR_LINE   the number that was dialled, one of config.yaml's; argument 1 of every request to the engine
    IVR_NEXT   set by the engine as its last command: `next_desk(NAME)`, `next_officer(EXTENSION)` or HANGUP. Empty
               after AGI(): the engine died; when its process is killed, AGISTATUS says SUCCESS, as at a normal end
    IVR_TOKEN  set by the engine before it sends the caller to a desk; handed back to it as argument 2
    IVR_WHISPER  set by the engine, too: path of a sound that the officer hears before he is connected, or empty; the
               officer's channel inherits it
    IVR_LEFT   how the caller came back from the desk, argument 3: QUEUESTATUS (CONTINUE after a conversation),
               `KEY-K` when he left the queue by the key K for what is offered instead of waiting, or `HANDOVER-NAME`
               when the officer sent him on to the desk NAME (ivr.telephony.handover)
    IVR_DOWN   global, set to 1 by the watchdog while the engine hangs
    IVR_STOP   global, set to `stop` by the keeper before it ends the exchange

Each call leaves its own witness, lines `CALL|SECONDS.mmm|EVENT|A|B`, so that the figures hold whoever dies:
enter|LINE, static|REASON, queue|DESK, connect|DESK|AGENT, leave|DESK|QUEUESTATUS (KEY: by a key), handover|DESK|DESK,
and at last end||CAUSE (Q.850), or end|stop|CAUSE when the exchange was being stopped.
A line is one write(2) to a file opened for appending, so lines of different calls don't tear (func_env.c, file_write).

Nothing that a caller chooses is read here: not his number, not his name, and of the dialled number only our own lines
match. Nothing that an admin writes in words is either: desks are known by their names, officers by extension.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ivr.config import Config
from ivr.language.desks import OPERATORS, Desk, Desks
from ivr.language.offer import Offer
from ivr.telephony import exit_keys, handover, practice

HANGUP = "hangup,s,1"
"""IVR_NEXT: end the call."""

WHISPER = "__IVR_WHISPER"
"""IVR_WHISPER as it is set: inherited by the officer's channel."""

STATIC = "static"
"""The context of the static way; its extensions are the reasons."""


def desk_id(name: str) -> str:
    """A desk's queue and context; the prefix keeps a desk called `general` or `default` from having another meaning."""
    return f"desk-{name}"


def next_desk(name: str) -> str:
    """IVR_NEXT: bring the caller to a desk."""
    return f"{desk_id(name)},s,1"


def officer_id(extension: str) -> str:
    """An officer's own queue and context, for callers who dial him."""
    return f"officer-{extension}"


def next_officer(extension: str) -> str:
    """IVR_NEXT: bring the caller to one officer."""
    return f"{officer_id(extension)},s,1"


def witness_file(config: Config) -> Path:
    """Where the dialplan writes its witness lines."""
    return config.data_dir / "witness/witness.log"


def prompts_dir(config: Config) -> Path:
    """Where the dialplan's own prompts lie, when there are any, as LANGUAGE/NAME.wav.

    `sorry`: nobody could be reached. `practice-DESK`: what a desk says that answers by itself. `test-call`: what the
    caller of a test call says when he is recorded.
    """
    return config.data_dir / "exchange/prompts"


def generate(config: Config, desks: Desks) -> str:
    """The whole of extensions.conf."""
    note, prompts = _Witness(witness_file(config)), prompts_dir(config)
    agi = f"agi://{config.engine.agi}/visit"
    contexts = {
        "lines": _lines(config),
        "visit": _visit(agi, config.engine.calls, note),
        **{desk_id(name): _desk(name, desk) for name, desk in desks.desks.items()},
        **{exit_keys.context(name): _exit_keys(desk.offer, note) for name, desk in desks.desks.items() if desk.offer},
        **{officer_id(extension): _officer(extension, desks) for extension in desks.agents},
        "queue": _queue(note),
        "queue-connect": _connect(note),
        handover.CONTEXT: "\n".join(_extension(*extension) for extension in handover.numbers(desks)),
        "handed-over": _extension("s", handover.arrival(note)),
        "static": _static(desks.desks[OPERATORS], note, prompts),
        "hangup": _extension("s", ["Hangup()"]),
        "practice": _extension("_X.", practice.officer()),
        "practice-robot": _extension("_X.", practice.robot(prompts)),
        "test": _test(prompts),
    }
    return "\n".join(f"[{name}]\n{text}" for name, text in contexts.items())


class _Witness:
    """Writes the dialplan application that appends a witness line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self, event: str, a: str = "", b: str = "") -> str:
        # With the format given ("u"), FILE needn't read the file to find out how its lines end.
        line = f"${{IVR_CALL}}|${{STRFTIME(,,%s.%3q)}}|{event}|{a}|{b}"
        return f"Set(FILE({self._file},,,al,u)={line})"


def _extension(pattern: str, steps: Iterable[str]) -> str:
    """One extension; a step that begins with `(label)` can be jumped to."""
    lines = []
    for number, step in enumerate(steps):
        label, _, application = step.partition(") ") if step.startswith("(") else ("", "", step)
        mark = f"{label})" if label else ""
        lines.append(f" same => n{mark},{application}" if number else f"exten => {pattern},1{mark},{application}")
    return "\n".join(lines) + "\n"


def _lines(config: Config) -> str:
    """Any other number is refused by the channel driver itself, with 404 Not Found."""
    return "\n".join(
        _extension(
            number, [f"Set(IVR_LINE={number})", f"Set(CHANNEL(language)={line.language})", "Goto(visit,enter,1)"]
        )
        for number, line in config.lines.items()
    )


def _visit(agi: str, calls: int, note: _Witness) -> str:
    """A call enters, and comes back from a desk."""
    enter = [
        "Set(__IVR_CALL=${UNIQUEID})",
        f"Set(__TRANSFER_CONTEXT={handover.CONTEXT})",
        "Set(__IVR_LANGUAGE=${CHANNEL(language)})",
        note("enter", "${IVR_LINE}"),
        "Set(CHANNEL(hangup_handler_push)=visit,end,1)",
        "Set(GROUP()=calls)",
        f"GotoIf($[${{GROUP_COUNT(calls)}} > {calls}]?{STATIC},full,1)",
        "Answer()",
        "Set(AGISIGHUP=no)",  # no HANGUP line: it costs 41 ms at the next reply
        "Set(AGIEXITONHANGUP=yes)",  # so that a Redirect by the watchdog gets the caller out of AGI()
        "Goto(back,1)",
    ]
    back = [
        'GotoIf($["${IVR_DOWN}" = "1"]?static,frozen,1)',
        "Set(IVR_NEXT=)",
        f"AGI({agi},${{IVR_LINE}},${{IVR_TOKEN}},${{IVR_LEFT}})",
        'GotoIf($["${IVR_NEXT}" != ""]?${IVR_NEXT})',
        'GotoIf($["${AGISTATUS}" = "FAILURE"]?static,unreachable,1)',
        f"Goto({STATIC},died,1)",
    ]
    end = [note("end", "${IVR_STOP}", "${HANGUPCAUSE}"), "Return()"]
    return "\n".join([_extension("enter", enter), _extension("back", back), _extension("end", end)])


def _desk(name: str, desk: Desk) -> str:
    return _extension("s", [_to_queue(name, desk), "Set(IVR_LEFT=${QUEUESTATUS})", "Goto(visit,back,1)"])


def _officer(extension: str, desks: Desks) -> str:
    """A leg of the desk that he is at, in a queue where only he is rung."""
    name = desks.desk_of(extension)
    wait = seconds(desks.desks[name].wait)
    gosub = f"Gosub(queue,s,1({name},{wait},crt,{officer_id(extension)}))"
    return _extension("s", [gosub, "Set(IVR_LEFT=${QUEUESTATUS})", "Goto(visit,back,1)"])


def _to_queue(name: str, desk: Desk) -> str:
    """Options of Queue(): c, the caller stays when the officer hangs up; r, he hears ringing instead of music;
    t, the officer can hand him over.

    n, for a district's number only: one attempt. Whether it is busy, rings out or can't be reached, the caller goes
    on to the next hop. Among officers the exchange knows who is free, and keeps trying until `wait` is over.
    """
    options = "crtn" if desk.district and not desk.agents else "crt"
    return f"Gosub(queue,s,1({name},{seconds(desk.wait)},{options}))"


def _exit_keys(offer: Offer, note: _Witness) -> str:
    return "\n".join(_extension(key, exit_keys.steps(note)) for key in exit_keys.of(offer))


def seconds(ms: int) -> int:
    """Whole seconds, at least one, as Asterisk's queues take them."""
    return max(1, -(-ms // 1000))


def _queue(note: _Witness) -> str:
    """Queue() with its witness lines; ARG1 desk, ARG2 seconds to wait at most, ARG3 options of Queue(), ARG4 the queue
    if it isn't the desk's own."""
    steps = [
        "Set(__IVR_DESK=${ARG1})",
        "Set(QUEUESTATUS=)",
        note("queue", "${ARG1}"),
        f'Set(IVR_QUEUE=${{IF($["${{ARG4}}" = ""]?{desk_id("${ARG1}")}:${{ARG4}})}})',
        "Set(CHANNEL(language)=${IVR_LANGUAGE}_${IVR_CALL})",  # what is said to this one caller: see holding
        "Queue(${IVR_QUEUE},${ARG3},,${IVR_WHISPER},${ARG2},,queue-connect)",
        "Set(CHANNEL(language)=${IVR_LANGUAGE})",
        note("leave", "${ARG1}", "${QUEUESTATUS}"),
        "Return()",
    ]
    return _extension("s", steps)


def _connect(note: _Witness) -> str:
    """Runs on the officer's channel when he has picked up; setinterfacevar in queues.conf gives it MEMBERNAME."""
    return _extension("s", [note("connect", "${IVR_DESK}", "${MEMBERNAME}"), "Return()"])


def _static(operators: Desk, note: _Witness, prompts: Path) -> str:
    """Without the engine: to the operators. Whoever comes from a conversation has got what he rang for."""
    steps = [
        'GotoIf($["${IVR_LEFT}" = "CONTINUE"]?hangup,s,1)',
        note("static", "${EXTEN}"),
        f"Set({WHISPER}=)",  # what the engine had to say may be of another desk, and long deleted
        "Answer()",
        handover.without_engine(),
        _to_queue(OPERATORS, operators),
        'GotoIf($["${QUEUESTATUS}" = "CONTINUE"]?hangup,s,1)',
        *practice.play_if_there(prompts, "${IVR_LANGUAGE}/sorry"),
        f"Goto({HANGUP})",
    ]
    return _extension("_[a-z].", steps)


def _test(prompts: Path) -> str:
    """The caller's half of a test call (ivr.telephony.originate): he waits, and speaks when he is sent to do so."""
    wait = ["Wait(${IVR_PATIENCE})", "Hangup()"]
    speak = ["Wait(1)", *practice.play_if_there(prompts, "${IVR_LANGUAGE}/test-call")]  # after the beep
    return _extension("s", ["Answer()", *wait]) + _extension("speak", [*speak, *wait])
