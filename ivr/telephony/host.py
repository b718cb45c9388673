"""The host of the engine: carries one visit of a call, from the event that opens it to a desk or the end.

A visit holds a thread; the session of a call that waits or talks at a desk is in the journal and in memory, so that
the call's next visit finds it, also after this process was killed.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from typing import Any

from ivr.config import Config
from ivr.engine.effects import (
    Ask,
    Connect,
    Effect,
    Fetch,
    Hangup,
    Keep,
    Lookup,
    Noticed,
    Play,
    Playback,
    Promise,
    Recall,
    Record,
    Send,
    Whisper,
    Wish,
)
from ivr.engine.engine import resume
from ivr.engine.events import Digits, Event, HungUp, Looked, Recalled, Started
from ivr.engine.session import Session
from ivr.errors import CallerGone, ExchangeError, JournalUnavailable, KeyMissing, OnestopError
from ivr.language.office import Office
from ivr.office.versions import Versions
from ivr.records import mailbox
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.telephony import comeback, dialplan, tongue, trace, whisper
from ivr.telephony.agi import Channel
from ivr.telephony.caller import number as number_of
from ivr.telephony.lookups import Lookups
from ivr.telephony.promising import Promising
from ivr.telephony.voicemail import Voicemail
from ivr.telephony.whisper import Speak
from ivr.telephony.wishes import Wishes
from ivr.telephony.worlds import Worlds

CALL = re.compile(r"^[a-z][a-z0-9_]*-\d{1,12}\.[0-9a-z]{1,12}$")
"""A call's id: Asterisk's unique id of the caller's channel, behind the node's name."""
KEYS = "0123456789*#"
SESSIONS = 10_000
"""Most sessions kept for calls at desks; the oldest go first: callers that hung up there never come back."""

log = logging.getLogger(__name__)


class Host:
    """Answers the visits of all calls. Its parts are shared between the visits' threads and safe for that."""

    def __init__(
        self,
        config: Config,
        versions: Versions,
        journal: Journal,
        keys: Keys,
        speak: Speak,
        lookups: Lookups,
        wishes: Wishes,
        worlds: Worlds,
    ) -> None:
        """New calls take the newest of `versions`.

        Sessions at desks are taken up from the journal. Raises JournalUnavailable when it can't be read.
        """
        self._worlds, self._lookups, self._wishes = worlds, lookups, wishes
        self._config, self._versions = config, versions
        self._journal, self._keys, self._speak = journal, keys, speak
        self._promising = Promising(journal, keys)
        self._voicemail = Voicemail(config.data_dir / mailbox.FOLDER, keys, journal)
        self._lock = threading.Lock()
        self._waiting: dict[str, tuple[str, str]] = {
            call: (record["token"], record["session"]) for call, record in journal.sessions().items()
        }

    def visit(self, channel: Channel) -> None:
        """One AGI visit, whatever it is. Never raises: a visit that fails leaves the call to the dialplan."""
        thread = threading.current_thread()
        try:
            script, call = channel.script, channel.env.get("agi_uniqueid", "")
            if script == "ping":
                channel.pong()
            elif script == "renew":  # a new version is in place: read before a caller has to wait for it
                self._versions.get(self._versions.marked())
                channel.pong()
            elif script == "visit" and CALL.fullmatch(call):
                thread.name = f"call {call}"
                try:
                    self._visit(channel, call)
                finally:
                    self._voicemail.forget(call)
            else:
                log.warning("a visit that is none of ours was dropped")
        except CallerGone as gone:
            log.info("the visit ended", extra={"reason": str(gone)})
        except OnestopError:
            log.exception("the visit failed; the call takes the static way")
        except Exception:  # one call's failure must never be another's
            log.exception("the visit broke; the call takes the static way")

    def session(self, call: str) -> Session | None:
        """The session of a call at a desk; None for one we don't know."""
        with self._lock:
            _, sealed = self._waiting.get(call, ("", ""))
        return Session.from_json(self._keys.open(sealed)) if sealed else None

    def _visit(self, channel: Channel, call: str) -> None:
        number, token, status = (channel.env.get(f"agi_arg_{n}", "") for n in (1, 2, 3))
        if token:
            session = self._take_up(call, token)
            event: Event = comeback.event(status)
        else:
            session = self._open(channel, call, number)
            event = Started()
        office = self._versions.get(session.office)
        while True:
            before = session.language
            world = self._worlds.world(office, number, number_of(channel), call)
            session, effects = resume(self._worlds.office(office), session, event, world)
            self._trace(session, event, effects)
            try:
                if session.language != before:
                    tongue.switch(channel, session.language)
                    self._append({"k": "language", "call": call, "t": _now_ms(), "language": session.language})
                following = self._carry_out(channel, office, session, effects)
            except CallerGone:
                following = HungUp()
            if following is None:
                return
            if isinstance(event, HungUp):
                self._append({"k": "end", "call": call, "t": _now_ms(), "reason": "hangup"})
                return
            event = following

    def _open(self, channel: Channel, call: str, number: str) -> Session:
        """A new call: its line decides flow and language."""
        line = self._config.lines.get(number)
        if line is None:
            raise ExchangeError("the exchange sends a call of a line that config.yaml doesn't have")
        caller = number_of(channel)
        office = self._versions.newest_good().version
        slow = line.slow or self._wishes.slow(caller)
        session = Session(call=call, office=office, language=line.language, flow=line.flow, slow=slow)
        self._append(trace.opening(session, number, caller, self._keys, _now_ms()))
        return session

    def _take_up(self, call: str, token: str) -> Session:
        """The session of a call that comes back from a desk. A wrong token leaves it to the one that has the right."""
        with self._lock:
            known, sealed = self._waiting.get(call, ("", ""))
            if not secrets.compare_digest(known.encode(), token.encode()):
                raise KeyMissing("the call comes back with a token that nobody gave it")
            del self._waiting[call]
        return Session.from_json(self._keys.open(sealed))

    def _carry_out(self, channel: Channel, office: Office, session: Session, effects: list[Effect]) -> Event | None:
        """Do what the engine wants; the event that answers it, or None when the visit is over."""
        for effect in effects:
            match effect:
                case Play(prompts, barge_in):
                    sound = self._speak(office, prompts, session.language, session.slow)
                    channel.stream_file(sound, KEYS if barge_in else "")
                case Ask(prompts, max_digits, timeout_ms):
                    sound = self._speak(office, prompts, session.language, session.slow)
                    return Digits(*channel.get_data(sound, timeout_ms, max_digits))
                case Lookup() | Fetch() | Recall():
                    return self._look_up(number_of(channel), office, session, effect)
                case Promise() | Send():
                    return self._promising.make(session, effect, number_of(channel))
                case Record(length_ms):
                    return self._voicemail.record(channel, session.call, length_ms)
                case Playback():
                    self._voicemail.play(channel, session.call)
                case Keep(desk):
                    return self._voicemail.keep(session, desk)
                case Whisper(prompts):
                    channel.set_variable(dialplan.WHISPER, whisper.sound(self._speak, office, prompts))
                case Wish(slow) if caller := number_of(channel):
                    record = {"k": "wish", "call": session.call, "t": _now_ms()}
                    self._append({**record, "who": self._keys.who(caller), "slow": slow})
                case Noticed():
                    self._noticed(session, effect, number_of(channel))
                case Connect():
                    self._leave_for(channel, session, effect)
                case Hangup(reason):
                    self._append({"k": "end", "call": session.call, "t": _now_ms(), "reason": reason})
                    channel.set_variable("IVR_NEXT", dialplan.HANGUP)
        return HungUp() if session.ended and not isinstance(effects[-1], Hangup) else None

    def _look_up(
        self, caller: str, office: Office, session: Session, wait: Lookup | Fetch | Recall
    ) -> Looked | Recalled:
        def failed(subject: str) -> None:
            self._append({"k": "attempt", "call": session.call, "t": _now_ms(), "subject": subject})

        match wait:
            case Lookup(receipt, last4):
                return self._lookups.find(office, session.language, receipt, last4, caller, failed)
            case Fetch():
                return self._lookups.fetches.find(wait)
            case Recall(within_ms):
                return self._lookups.recall(caller, within_ms)

    def _noticed(self, session: Session, told: Noticed, caller: str) -> None:
        self._append({"k": "notice", "call": session.call, "t": _now_ms(), "notice": told.notice, "what": told.what})
        if told.what == "played":
            self._worlds.played(told.notice, caller, session.call)

    def _leave_for(self, channel: Channel, session: Session, to: Connect) -> None:
        token = f"{session.turns}-{secrets.token_hex(4)}"
        sealed = self._keys.seal(session.to_json())
        with self._lock:
            while len(self._waiting) >= SESSIONS:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[session.call] = (token, sealed)
        record = {"k": "desk", "call": session.call, "t": _now_ms(), "n": session.turns, "desk": to.desk}
        self._append({**record, "token": token, "session": sealed})
        channel.set_variable("IVR_TOKEN", token)
        channel.set_variable("IVR_NEXT", dialplan.next_officer(to.agent) if to.agent else dialplan.next_desk(to.desk))

    def _trace(self, session: Session, event: Event, effects: list[Effect]) -> None:
        """Journal the turn; an answer to a survey is on the disk before it is thanked for."""
        for record in trace.records(session, event, effects, self._keys.seal, _now_ms()):
            self._append(record, durable=record["k"] == "answer")

    def _append(self, record: dict[str, Any], durable: bool = False) -> None:
        """Journal what happened. A journal that can't be written never stops a call."""
        try:
            self._journal.append(record, durable=durable)
        except JournalUnavailable as error:
            log.error("the call goes on without a journal", extra={"reason": str(error)})


def _now_ms() -> int:
    return int(time.time() * 1000)
