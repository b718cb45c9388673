"""What callers say for a desk: recorded by the exchange, in the clear while the call lasts, then sealed and journaled.

A recording in progress lies under a name made from its call's id and a secret of this process, so that nothing has to
be remembered, and nobody can tell whose it is.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import shutil
import time
from pathlib import Path

from ivr.engine.events import Kept, Recorded
from ivr.engine.session import Session
from ivr.errors import ExchangeError, JournalUnavailable, SpeechError
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.records.mailbox import Mailbox
from ivr.speech import level, wav
from ivr.telephony.agi import Channel

SILENCE_S = 5
"""So long a silence ends a recording, also one that began in the slice before."""
SLICE_MS = 10_000
"""Recorded in one go. A telephone that sends nothing at all, not even silence, would hold the exchange until the end of
the longest recording: it waits for the next packet."""
ARRIVED = 0.1
"""With sound for a smaller share of a whole slice, nothing comes any more."""
SPEECH_S = 0.3
"""A recording with less speech in it holds nothing but a click or a cough."""
KEYS = "0123456789*#"

log = logging.getLogger(__name__)


class Voicemail:
    """Takes and keeps the recordings of all calls. Safe between the visits' threads."""

    def __init__(self, folder: Path, keys: Keys, journal: Journal) -> None:
        """folder: where they are kept. What an engine that died left unkept there is deleted: nobody was promised
        anything of it."""
        self._mailbox, self._journal = Mailbox(folder, keys), journal
        self._passing, self._secret = folder / "passing", secrets.token_bytes(32)
        shutil.rmtree(self._passing, ignore_errors=True)

    def record(self, channel: Channel, call: str, length_ms: int) -> Recorded:
        """Beep and record, `length_ms` at most. A caller who hangs up meanwhile has said what is recorded."""
        take = self._take(call)
        try:
            if self._mailbox.full():
                raise ExchangeError("too many voicemails are kept: ivr inbox done ID --delete makes room")
            self._passing.mkdir(mode=0o700, parents=True, exist_ok=True)
            samples = self._listen(channel, take, length_ms)
            wav.write(take, samples)
        except (ExchangeError, SpeechError, OSError) as error:
            log.error("a voicemail can't be recorded", extra={"reason": str(error)})
            return Recorded(0, failed=True)
        return Recorded(round(1000 * wav.seconds(samples)) if level.speech(samples) >= SPEECH_S else 0)

    def _listen(self, channel: Channel, take: Path, length_ms: int) -> bytes:
        """What the caller says, slice after slice. Raises ExchangeError, SpeechError or OSError."""
        samples, left, quiet_ms = b"", length_ms, 0
        while left > 0 and quiet_ms < 1000 * SILENCE_S:
            take.unlink(missing_ok=True)
            # The exchange hears a silence within a slice: after one that ends in silence, no more than its rest.
            length = min(left, 1000 * SILENCE_S - quiet_ms if quiet_ms else SLICE_MS)
            whole = channel.record_file(str(take.with_suffix("")), "#", length, SILENCE_S, beep=left == length_ms)
            if not take.exists():  # hung up before it
                break
            heard = wav.read(take)
            samples, left = samples + heard, left - length
            if not whole or 1000 * wav.seconds(heard) < ARRIVED * length:
                break
            quiet_ms = round(1000 * level.quiet(samples))
        return samples

    def play(self, channel: Channel, call: str) -> None:
        """Play it to the caller; a key ends it. Raises CallerGone."""
        try:
            channel.stream_file(str(self._take(call).with_suffix("")), KEYS)
        except ExchangeError as error:
            log.error("a voicemail can't be played", extra={"reason": str(error)})

    def keep(self, session: Session, desk: str) -> Kept:
        """Seal it and journal it; `kept` only when both are on the disk."""
        record = {"k": "voicemail", "call": session.call, "t": int(time.time() * 1000), "desk": desk}
        record |= {"ms": session.recorded, "language": session.language}
        try:
            file = self._mailbox.put(self._take(session.call).read_bytes())
            try:
                self._journal.append({**record, "file": file}, durable=True)
            except JournalUnavailable:
                self._mailbox.delete(file)
                raise
        except (JournalUnavailable, OSError) as error:
            log.error("a voicemail can't be kept", extra={"reason": str(error)})
            return Kept(False)
        return Kept(True)

    def forget(self, call: str) -> None:
        """The visit is over: what wasn't kept goes, and what was is sealed elsewhere."""
        self._take(call).unlink(missing_ok=True)

    def _take(self, call: str) -> Path:
        name = hashlib.blake2b(call.encode(), key=self._secret, digest_size=16).hexdigest()
        return self._passing / f"{name}.wav"
