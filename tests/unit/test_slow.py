"""Slow and easy mode: turned on by 9 or by an earlier wish; options by four, ten seconds for a key."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from ivr.engine.effects import Ask, Connect, Wish
from ivr.engine.events import Digits, Started
from ivr.language import loader
from ivr.language.office import Office
from ivr.records import wish_tables
from ivr.records.journal_records import from_journal
from ivr.records.keys import Keys
from ivr.records.store import Store
from ivr.records.tellings import record
from ivr.telephony import rehearsal
from ivr.telephony.wishes import Wishes
from tests import offices
from tests.engine_call import NOTHING, Call

SIX = "  top: {menu: 무엇?, options: {" + ", ".join(f"{n}: {{label: 일, next: desk/tax}}" for n in range(1, 7)) + "}}\n"
NINE = SIX.replace("6: {label", "9: {label")
CALLER = "01012345678"


def office(folder: Path, flow: str = SIX, slow: str = "") -> Office:
    return offices.small(folder, flow, office=offices.OFFICE + (f"slow: {{{slow}}}\n" if slow else ""))


def slow_call(office: Office) -> Call:
    """A call of somebody who wished for it earlier."""
    call = Call.__new__(Call)
    call.office, call.world, call.effects, call.journey = office, offices.world(), [], []
    call.session = Call(office).session.copy()
    call.session.step, call.session.slow, call.session.menus, call.session.turns = "", True, [], 0
    return call.send(Started())


def options(call: Call) -> list[str]:
    return [id.rpartition("/")[2] for id in call.heard if "/options/" in id]


def timeout(call: Call) -> int:
    assert isinstance(call.wait, Ask)
    return call.wait.timeout_ms


def test_nine_turns_it_on_and_is_a_wish(tmp_path: Path) -> None:
    call = Call(office(tmp_path))
    assert (options(call), timeout(call)) == (list("123456"), 5_000)
    call.send("9")
    assert call.session.slow
    assert Wish(True) in call.effects
    assert call.journey == ["main/top:slow"]
    assert (options(call), timeout(call)) == (list("1234"), 10_000)
    assert "phrases/more_options" in call.heard


def test_nine_goes_on_by_four_and_then_back_to_ordinary_speed(tmp_path: Path) -> None:
    call = Call(office(tmp_path)).send("9", "9")
    assert options(call) == ["5", "6"]
    assert "phrases/normal_speed" in call.heard
    assert options(call.send("*")) == ["5", "6"]
    call.send("9")
    assert not call.session.slow
    assert Wish(False) in call.effects
    assert (options(call), timeout(call)) == (list("123456"), 5_000)


def test_silence_goes_on_and_counts_as_no_failure_before_the_last_option(tmp_path: Path) -> None:
    call = Call(office(tmp_path)).send("9", NOTHING)
    assert (options(call), call.session.tries) == (["5", "6"], 0)
    call.send(NOTHING)
    assert call.session.tries == 1
    assert call.heard[0] == "phrases/no_input"
    assert call.send(NOTHING, NOTHING).wait == Connect("operators")


def test_every_options_key_works_on_every_page(tmp_path: Path) -> None:
    assert Call(office(tmp_path)).send("9", "6").wait == Connect("tax")
    assert Call(office(tmp_path)).send("9", "9", "1").wait == Connect("tax")


def test_a_nine_of_the_menus_own_stays_what_it_is(tmp_path: Path) -> None:
    own = office(tmp_path, NINE)
    assert Call(own).send("9").wait == Connect("tax")
    call = slow_call(own)
    assert options(call) == list("1234")
    assert not {"phrases/more_options", "phrases/normal_speed"} & set(call.heard)
    assert options(call.send(NOTHING)) == ["5", "9"]


def test_a_table_is_offered_by_four(tmp_path: Path) -> None:
    sample = loader.load(offices.SAMPLE)
    call = Call(sample, flow="academies").send("9")
    asked = [id for id in call.heard if id.startswith("tables/academies/")]
    assert len(asked) == 4
    assert len([id for id in call.send("9").heard if id.startswith("tables/academies/")]) == 1


def test_it_is_offered_at_the_first_menu_when_the_office_says_so(tmp_path: Path) -> None:
    second = SIX.replace("next: desk/tax", "next: more", 1) + SIX.replace("top", "more")
    call = Call(office(tmp_path, second, "offer: true"))
    assert "phrases/slow" in call.heard
    assert "phrases/slow" not in call.send("1").heard
    assert "phrases/slow" not in Call(office(tmp_path)).heard
    assert "phrases/slow" not in Call(office(tmp_path, NINE, "offer: true")).heard


def test_straight_to_a_person_when_the_office_says_so(tmp_path: Path) -> None:
    direct = office(tmp_path, SIX, "to: desk/operators")
    assert Call(direct).send("9").wait == Connect("operators")
    call = slow_call(direct)
    assert call.wait == Connect("operators")
    assert call.journey == ["main/top:slow"]
    assert Wish(True) not in call.effects


@pytest.mark.parametrize(("to", "message"), [("desk/taxx", "there is no desk “taxx”"), ("hangup", "to: ")])
def test_only_a_desk_is_a_person(tmp_path: Path, to: str, message: str) -> None:
    files = offices.write(tmp_path, SIX, office=offices.OFFICE + f"slow: {{to: {to}}}\n")
    (problem,) = loader.examine(files)[1]
    assert problem.message.startswith(message)
    assert problem.line == 2


def test_other_keys_are_no_wish(tmp_path: Path) -> None:
    for keys in (Digits("99"), Digits("7"), Digits("９")):
        call = Call(office(tmp_path)).send(keys)
        assert not call.session.slow
        assert call.session.tries == 1


def test_what_is_spoken_beforehand_is_at_ordinary_speed(tmp_path: Path) -> None:
    heard = {prompt.id for said, _ in rehearsal.utterances(office(tmp_path), "main", "ko") for prompt in said}
    assert "phrases/normal_speed" not in heard


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'one.db'}")
    store.migrate()
    return store


def test_a_wish_goes_from_the_journal_to_the_callers_next_call(store: Store, tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    wishes = Wishes(store, keys)
    for at, slow in ((1_800_000_000_000, True), (1_800_000_060_000, False), (1_800_000_030_000, True)):
        told = {"k": "wish", "call": "n1-1.1", "t": at, "who": keys.who(CALLER), "slow": slow}
        with store.transaction() as session:
            record(session, from_journal(told))
        assert wishes.slow("010-1234-5678") is (at == 1_800_000_000_000), "the newest wish counts, whenever it is told"
    assert wishes.slow("01099999999") is wishes.slow("") is False
    wishes.close()


def test_a_wish_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no record of a kind we know"):
        from_journal({"k": "wish", "call": "n1-1.1", "t": 1_800_000_000_000, "who": "x", "slow": "yes"})


def test_a_call_begins_without_a_wish_that_cannot_be_read_in_time(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, go = Keys(tmp_path / "keys"), Event()
    assert Wishes(Store(f"sqlite:///{tmp_path / 'none.db'}"), keys).slow(CALLER) is False
    monkeypatch.setattr(wish_tables, "slow", lambda *_: go.wait(60))
    monkeypatch.setattr("ivr.telephony.wishes.LIMIT_S", 0.01)
    wishes = Wishes(store, keys)
    try:
        assert [wishes.slow(CALLER) for _ in range(6)] == [False] * 6
    finally:
        go.set()
        wishes.close()
