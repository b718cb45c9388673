"""The journal's records as pieces of knowledge: each checked, since a file on a disk can hold anything."""

from __future__ import annotations

from typing import Any

from ivr.records import facts
from ivr.records.facts import (
    Answer,
    Attempt,
    Fact,
    Hearing,
    Known,
    Opening,
    Promise,
    Request,
    Step,
    Tongue,
    Voicemail,
    Wish,
)


def from_journal(record: dict[str, Any]) -> list[Known]:
    """What a journal record says. Raises ValueError with the reason when it isn't a record as they should be."""
    try:
        call, at = _text(record["call"]), _number(record["t"])
        match record["k"]:
            case "call":
                office = [_text(record[name]) for name in ("flow", "language", "office")]
                caller = [None if record[name] is None else _text(record[name]) for name in ("caller", "who")]
                return [Fact(call, at, "call", _text(record["line"])), Opening(call, *office, *caller)]
            case "language":
                return [Tongue(call, _text(record["language"]))]
            case "turn":
                turn = _number(record["n"])
                known: list[Known] = [Fact(call, at, "turn", str(turn))]
                for n, (flow, step, exit_) in enumerate(record["steps"]):
                    known.append(Step(call, turn, n, _text(flow), _text(step), _text(exit_), at))
                return known
            case "desk":
                return [Fact(call, at, "desk", _text(record["desk"]))]
            case "foretold":
                low, high = _number(record["low"]), _number(record["high"])
                return [Fact(call, at, "foretold", _text(record["desk"]), f"{low}-{high}")]
            case "end" if record["reason"] in facts.FINISH:
                return [Fact(call, at, "finish", record["reason"])]
            case "cut":
                return [Fact(call, at, "cut")]
            case "promise":
                case, template, language = (_text(record[name]) for name in ("case", "template", "language"))
                return [Promise(call, at, case, template, language)]
            case "notice":
                notice, what = (_text(record[name]) for name in ("notice", "what"))
                return [Fact(call, at, "notice", notice, what), Hearing(call, at, notice, what)]
            case "request":
                told = [_text(record[name]) for name in ("template", "language", "about", "note")]
                return [Fact(call, at, "message", facts.SMS, told[2]), Request(call, at, *told)]
            case "voicemail":
                file, desk, language = (_text(record[name]) for name in ("file", "desk", "language"))
                voicemail = Voicemail(call, at, file, desk, _number(record["ms"]), language)
                return [Fact(call, at, "message", facts.VOICEMAIL, desk), voicemail]
            case "answer":
                desk, question = (_text(record[name]) for name in ("desk", "question"))
                return [Answer(call, at, desk, question, _number(record["answer"]))]
            case "wish" if isinstance(record["slow"], bool):
                return [Wish(call, at, _text(record["who"]), record["slow"])]
            case "attempt":
                return [Attempt(call, at, _text(record["subject"]))]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    raise ValueError(f"no record of a kind we know: {record['k']!r:.40}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**53:
        raise TypeError(f"{value!r:.40} is no number")
    return value
