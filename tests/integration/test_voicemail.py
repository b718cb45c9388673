"""A voicemail on its way: recorded, sealed, journaled, in the database, told to its officers, heard, done."""

from __future__ import annotations

import logging
import math
import struct
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from callback import voicemails
from ivr.cli import Program
from ivr.cli.inbox import inbox
from ivr.config import Config
from ivr.errors import CallerGone, ExchangeError, OnestopError
from ivr.language.office import Office
from ivr.office.versions import Versions
from ivr.records.journal import Journal
from ivr.records.keys import Keys
from ivr.records.mailbox import MOST, Mailbox
from ivr.records.message_tables import Message
from ivr.records.models import Mark
from ivr.records.recorder import Recorder
from ivr.records.store import Store
from ivr.records.voicemail_tables import Voicemail
from ivr.speech import wav
from ivr.telephony.host import Host
from ivr.telephony.lookups import Lookups
from ivr.telephony.wishes import Wishes
from ivr.telephony.worlds import Worlds
from tests import offices
from tests.exchange import wait_for
from tests.unit.test_host import CALL, OPEN, FakeChannel, FullDisk, speak, variable, visit

FLOW = """\
  tell: {record: tax, prompt: 말씀해 주십시오., next: bye, tries: 1}
  bye: {hangup: 안녕히 가십시오.}
"""
MESSAGES = "messages:\n  voicemail: {text: '{desk} {at} {length}초'}\n" + "".join(
    f"  {name}: {{text: x}}\n"
    for name in ("case_status", "case_extended", "case_refused", "case_neutral", "case_due", "case_overdue")
)
SPEECH = b"".join(struct.pack("<h", round(8_000 * math.sin(i / 3))) for i in range(3 * wav.RATE))
"""Three seconds of a tone."""


class Talking(FakeChannel):
    """A caller who says something, in slices when it is long, and presses keys then."""

    def __init__(self, *keys: str, said: bytes | Exception | None = SPEECH, more: Sequence[bytes | None] = ()) -> None:
        """more: what comes in each further slice; None: he hung up before it."""
        super().__init__(*keys)
        self._said: list[bytes | Exception | None] = [said, *more]
        self.played: list[bytes] = []
        self.slices: list[tuple[int, bool]] = []

    def record_file(self, filename: str, escape_digits: str, timeout: int, silence: int, *, beep: bool = True) -> bool:
        self.slices.append((timeout, beep))
        said = self._said.pop(0)
        if isinstance(said, Exception):
            raise said
        if said is not None:
            wav.write(Path(f"{filename}.wav"), said)
        return bool(self._said)

    def stream_file(self, filename: str, escape_digits: str = "") -> str:
        if Path(f"{filename}.wav").is_absolute():
            self.played.append(wav.read(Path(f"{filename}.wav")))
        return super().stream_file(filename, escape_digits)


class Installation:
    """An installation whose only line records."""

    def __init__(self, folder: Path) -> None:
        digest = "  desk_digest: {text: x}\n"
        offices.write(folder / "flows", FLOW, messages=MESSAGES + digest)
        (folder / "config.yaml").write_text(
            "lines: {'1000': {flow: main}}\ndata: data\nkeys: keys\n"
            "messages: {contacts: {tax: '01011112222', '102': '01033334444', supervisor: '01055556666'}}\n"
        )
        self.program = Program(folder / "config.yaml")
        self.keys, self.store = Keys(self.config.keys_dir), Store(self.config.database_url)
        self.journal = Journal(self.data / "journal")
        self._versions = Versions(self.data / "offices")
        self.store.migrate()

    @property
    def config(self) -> Config:
        return self.program.config

    @property
    def data(self) -> Path:
        return self.config.data_dir

    @property
    def office(self) -> Office:
        return self.program.office

    @property
    def mailbox(self) -> Mailbox:
        return Mailbox(self.data / "voicemail", self.keys)

    def call(self, channel: Talking, journal: Any = None) -> Talking:
        self._versions.adopt(self.config.office_dir)
        lookups = Lookups(self.store, self.keys, lambda: OPEN)
        wishes, worlds = Wishes(self.store, self.keys), Worlds(lambda: OPEN, dict)
        host = Host(self.config, self._versions, journal or self.journal, self.keys, speak, lookups, wishes, worlds)
        visit(host, channel)
        lookups.close()
        return channel

    def voicemails(self) -> list[Voicemail]:
        Recorder(self.journal.folder, self.data / "witness/witness.log", self.store, "n1").once()
        with self.store.reading() as session:
            found = list(session.scalars(select(Voicemail)))
            session.expunge_all()
            return found

    def tell(self) -> list[str]:
        with self.store.transaction() as session:
            voicemails.tell(session, self.office, self.keys, self.config.messages.contacts)
        with self.store.reading() as session:
            return sorted(self.keys.open(message.number) for message in session.scalars(select(Message)))

    def ivr(self, *arguments: str) -> str:
        result = CliRunner().invoke(inbox, arguments, obj=self.program, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    handlers = logging.getLogger().handlers[:]
    yield Installation(tmp_path)
    logging.getLogger().handlers[:] = handlers


def test_a_long_one_is_recorded_in_slices_and_is_one(installed: Installation) -> None:
    channel = installed.call(Talking("*", "1", more=[SPEECH, SPEECH[:160]]))
    assert channel.slices == [(10_000, True), (10_000, False), (10_000, False)]
    (one,) = installed.voicemails()
    assert installed.mailbox.get(one.file).endswith(SPEECH + SPEECH + SPEECH[:160])
    assert channel.played[0] == SPEECH + SPEECH + SPEECH[:160]


@pytest.mark.parametrize(
    ("pause_s", "more", "lengths"),
    [
        (3.0, [wav.silence(2.0), SPEECH], [10_000, 2_000]),
        (1.0, [SPEECH, SPEECH], [10_000, 4_000, 10_000]),
        (7.0, [SPEECH], [10_000]),
    ],
    ids=["no more than is missing of it", "speech within it goes on", "not heard by the exchange"],
)
def test_a_silence_ends_it_also_across_slices(
    installed: Installation, pause_s: float, more: list[bytes], lengths: list[int]
) -> None:
    channel = installed.call(Talking("1", said=SPEECH + wav.silence(pause_s), more=more))
    assert [length for length, _ in channel.slices] == lengths


def test_who_hangs_up_during_the_beep_has_left_nothing_and_that_is_no_failure(
    installed: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    installed.call(Talking(said=None))
    assert installed.voicemails() == []
    assert "can't be recorded" not in caplog.text


@pytest.mark.parametrize("more", [[SPEECH[:160], SPEECH], [None]])
def test_a_telephone_that_sends_nothing_more_and_one_that_is_gone_end_it(
    installed: Installation, more: list[bytes | None]
) -> None:
    channel = installed.call(Talking("1", more=more))
    assert len(channel.slices) == 2
    (one,) = installed.voicemails()
    assert installed.mailbox.get(one.file).endswith(SPEECH + (more[0] or b""))


def test_no_slice_is_longer_than_what_is_left_of_the_length(installed: Installation) -> None:
    flow = installed.config.office_dir / "main.yaml"
    flow.write_text(flow.read_text().replace("tries: 1", "tries: 1, length: 15s"))
    channel = installed.call(Talking("1", more=[SPEECH, SPEECH]))
    assert channel.slices == [(10_000, True), (5_000, False)]


def test_a_voicemail_is_sealed_and_comes_out_as_it_was_said(installed: Installation) -> None:
    channel = installed.call(Talking("1"))
    assert channel.told[-2:] == ["main/bye", "IVR_NEXT=hangup,s,1"]
    (one,) = installed.voicemails()
    assert (one.call, one.desk, one.language, one.seconds) == (CALL, "tax", "ko", 3)
    (sealed,) = (installed.data / "voicemail").glob("*.sealed")
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert SPEECH[:400] not in sealed.read_bytes()
    assert installed.mailbox.get(one.file).endswith(SPEECH)
    assert [*(installed.data / "voicemail").rglob("*.wav")] == []


def test_it_is_on_the_disk_before_that_is_spoken(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    plain = Journal.append

    def append(self: Journal, record: dict[str, Any], durable: bool = False) -> None:
        plain(self, record, durable=durable)
        if durable:
            events.append(f"durable {record['k']}, {len(list((installed.data / 'voicemail').glob('*.sealed')))} sealed")

    class Listening(Talking):
        def stream_file(self, filename: str, escape_digits: str = "") -> str:
            events.append(filename)
            return ""

    monkeypatch.setattr(Journal, "append", append)
    installed.call(Listening("1"))
    assert events == ["main/tell", "durable voicemail, 1 sealed", "main/bye"]


def test_star_plays_what_was_said(installed: Installation) -> None:
    assert installed.call(Talking("*", "1")).played == [SPEECH]


def test_a_caller_who_hangs_up_after_speaking_has_left_it(installed: Installation) -> None:
    installed.call(Talking())
    assert [one.seconds for one in installed.voicemails()] == [3]


@pytest.mark.parametrize("channel", [Talking("0"), Talking("1", said=wav.silence(4)), Talking("1", said=SPEECH[:2000])])
def test_nothing_is_kept_of_what_nobody_wanted_to_say(installed: Installation, channel: Talking) -> None:
    installed.call(channel)
    assert installed.voicemails() == []
    assert [path for path in (installed.data / "voicemail").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("error", [ExchangeError("RECORD FILE failed"), OSError("no space left")])
def test_what_cannot_be_recorded_leads_to_a_person(installed: Installation, error: Exception) -> None:
    channel = installed.call(Talking(said=error))
    assert variable(channel, "IVR_NEXT") == "desk-operators,s,1"


def test_on_a_full_disk_nothing_is_said_to_be_kept(installed: Installation) -> None:
    channel = installed.call(Talking("1"), FullDisk())
    assert variable(channel, "IVR_NEXT") == "desk-operators,s,1"
    assert [*(installed.data / "voicemail").glob("*.sealed")] == []


def test_a_full_mailbox_takes_no_more(installed: Installation) -> None:
    (installed.data / "voicemail").mkdir(parents=True)
    for n in range(MOST):
        (installed.data / f"voicemail/{n:032x}.sealed").touch()
    assert variable(installed.call(Talking("1")), "IVR_NEXT") == "desk-operators,s,1"


def test_its_officers_are_told_once(installed: Installation) -> None:
    installed.call(Talking("1"))
    installed.voicemails()
    assert installed.tell() == ["01011112222", "01033334444"]
    with installed.store.transaction() as session:
        for one in session.scalars(select(Voicemail)):
            one.told_at = None  # as after a crash that the messages outlived
    assert len(installed.tell()) == 2


def test_the_worker_tells_of_it_as_it_comes(installed: Installation) -> None:
    stop = threading.Event()
    contacts = installed.config.messages.contacts
    arguments = (stop, installed.store, installed.office, installed.keys, contacts)
    telling = threading.Thread(target=voicemails.tell_until, args=arguments)
    telling.start()
    installed.call(Talking("1"))
    wait_for(lambda: all(one.told_at for one in installed.voicemails()), 15, "the officers to be told")
    stop.set()
    telling.join()
    assert installed.tell() == ["01011112222", "01033334444"]


def test_a_journal_read_again_makes_no_second_voicemail(installed: Installation) -> None:
    installed.call(Talking("1"))
    installed.voicemails()
    installed.ivr("done", installed.voicemails()[0].file[:8])
    with installed.store.transaction() as session:
        session.execute(delete(Mark))
    (one,) = installed.voicemails()
    assert one.heard_at is not None


def test_an_officer_lists_hears_and_settles_it(installed: Installation, tmp_path: Path) -> None:
    installed.call(Talking("1"))
    (one,) = installed.voicemails()
    listed = installed.ivr("list", "--desk", "tax")
    assert one.file[:8] in listed
    assert "010-****-5678" in listed
    assert installed.ivr("list", "--desk", "operators") == ""
    out = tmp_path / "call.wav"
    installed.ivr("export", one.file[:8], str(out))
    assert wav.read(out) == SPEECH
    assert out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OnestopError, match="is there already"):
        installed.ivr("export", one.file[:8], str(out))
    installed.ivr("done", one.file[:8], "--delete")
    assert installed.ivr("list") == ""
    assert "sound deleted" in installed.ivr("list", "--done")
    log = (installed.data / "log/inbox.log").read_text()
    assert "a voicemail was exported" in log
    assert one.file in log


@pytest.mark.parametrize("id", ["../../../etc/passwd", "%", "zzzz"])
def test_an_id_is_no_path(installed: Installation, tmp_path: Path, id: str) -> None:
    installed.call(Talking("1"))
    installed.voicemails()
    with pytest.raises(OnestopError, match="is no voicemail"):
        installed.ivr("export", id, str(tmp_path / "x.wav"))
    with pytest.raises(FileNotFoundError):
        installed.mailbox.get("../../keys/lookup.key")


def test_what_a_dead_engine_left_unkept_is_deleted(installed: Installation) -> None:
    left = installed.data / "voicemail/passing/0.wav"
    left.parent.mkdir(parents=True)
    left.touch()
    installed.call(Talking(said=CallerGone("the caller hung up")))
    assert not left.exists()
