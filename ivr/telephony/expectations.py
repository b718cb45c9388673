"""Expectations rewritten: what a conversation expects becomes what the engine does. Keys and circumstances stay, and
so does every line that is right already.
"""

from __future__ import annotations

from collections.abc import Sequence

from ivr.language.conversation import Conversation
from ivr.language.office import Office
from ivr.telephony.alignment import align
from ivr.telephony.conversation import BOUNDS, Stretch, agrees, closing, take, unlike
from ivr.telephony.hearing import fits
from ivr.telephony.script import Gap, Script
from ivr.telephony.stand_in import StandIn
from ivr.telephony.walk import Walk


def rewrite(office: Office, conversations: Sequence[Conversation]) -> bool:
    """Rewrite the expectations of conversations, of one file, that go otherwise; whether anything was changed.

    A conversation that presses keys where nobody takes them stays as it is: only a person knows what was meant.
    """
    script = Script(conversations[0].source)
    for conversation in conversations:
        before = len(script.edits)
        if not _Rewriting(office, conversation, script).run():
            del script.edits[before:]
    return script.write()


class _Rewriting:
    """One conversation, walked to its end whatever it expects."""

    def __init__(self, office: Office, conversation: Conversation, script: Script) -> None:
        self._talk = conversation.talk
        self._at = ("calls", conversation.name, "talk")
        self._script = script
        self._walk = Walk(StandIn(office, conversation.circumstances.model_copy(deep=True)))

    def run(self) -> bool:
        """Gather the edits; False when keys are left over."""
        moments = self._walk.start()
        stretch = take(moments)
        start = 0
        while start < len(self._talk):
            bound = next(i for i in range(start, len(self._talk)) if self._talk[i].kind in BOUNDS)
            entry, ending = self._talk[bound], stretch.bound
            stretch = closing(entry, stretch, self._walk)
            self._mend(start, bound, stretch)
            if entry.kind == "press":
                if ending.kind == "desk":
                    self._script.insert((*self._at, bound), "desk", [ending.text])
                    start, stretch = bound, take(moments)
                    continue
                for count, keys in enumerate(entry.press):
                    stretch = take(moments) if count else stretch
                    if stretch.bound.kind != "asks":
                        return False
                    moments = self._walk.press(keys)
            elif ending.kind == "asks":
                if entry.ends == "hangup":
                    return True
                if not self._presses(bound):
                    self._replace(bound, "ends", "hangup")
                    return self._drop(bound + 1)
                self._script.delete((*self._at, bound))
                start, stretch = bound + 1, Stretch(bound=ending)
                continue
            elif not agrees(entry, ending):
                self._replace(bound, ending.kind, ending.text)
                if ending.kind == "ends":
                    return self._drop(bound + 1)
            start = bound + 1
            stretch = take(moments) if start < len(self._talk) else stretch
        return True

    def _replace(self, index: int, kind: str, text: str) -> None:
        self._script.replace((*self._at, index), kind, [text])

    def _presses(self, start: int) -> bool:
        return any(entry.kind == "press" for entry in self._talk[start:])

    def _drop(self, start: int) -> bool:
        """Delete what is expected after the end; False when something is pressed there."""
        for index in range(start, len(self._talk)):
            self._script.delete((*self._at, index))
        return not self._presses(start)

    def _mend(self, start: int, bound: int, stretch: Stretch) -> None:
        """What is heard and happens in a stretch, where it differs and is written at all."""
        kinds = {self._talk[d.entry].kind for d in unlike(self._talk, start, bound, stretch)}
        heard = [i for i in range(start, bound) if self._talk[i].kind == "heard"]
        happens = [i for i in range(start, bound) if self._talk[i].kind == "happens"]
        if "heard" in kinds:
            self._heard(heard, stretch)
        if "whisper" in kinds:
            self._whisper([i for i in range(start, bound) if self._talk[i].kind == "whisper"], stretch.whisper)
        if "happens" in kinds:
            for place, index in enumerate(happens):
                if place < len(stretch.notes):
                    if not fits(self._talk[index].happens or "", stretch.notes[place]):
                        self._replace(index, "happens", stretch.notes[place])
                else:
                    self._script.delete((*self._at, index))
            for note in stretch.notes[len(happens) :]:
                self._script.insert((*self._at, happens[-1] + 1), "happens", [note])

    def _whisper(self, entries: list[int], whisper: str) -> None:
        """What is whispered is one thing: it goes into the first entry."""
        first, *rest = entries
        for index in rest if whisper else entries:
            self._script.delete((*self._at, index))
        if whisper:
            self._replace(first, "whisper", whisper)

    def _heard(self, entries: list[int], stretch: Stretch) -> None:
        """What is heard goes where it belongs among the items that are right, which stay."""
        items = [(index, item) for index in entries for item in self._talk[index].heard or [""]]
        mended: dict[int, list[Gap]] = {index: [] for index in entries}
        count = dict.fromkeys(entries, 0)
        right = dict.fromkeys(entries, False)
        here = entries[0]
        for place, words in align([item for _, item in items], stretch.said):
            if place is not None:
                here = items[place][0]
                count[here] += 1
                right[here] |= words is None
            at = count[here] - (place is not None)
            if words is not None:
                mended[here].append((at, count[here], words))
        for index in entries:
            gaps, path = mended[index], (*self._at, index)
            if right[index]:
                self._script.items(path, gaps)
            elif words := [text for _, _, texts in gaps for text in texts]:
                self._script.replace(path, "heard", words)
            else:
                self._script.delete(path)
