"""`announce`, menus and desks with notices: what is heard, in which order, and what each key does meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.engine.effects import Ask, Connect, Hangup, Noticed, Play, Send
from ivr.engine.events import DeskLeft, Digits, Promised, World
from ivr.telephony import rehearsal
from tests import offices
from tests.engine_call import NOTHING, Call

FLOW = """\
  hello: {say: 안녕하십니까, next: news}
  news: {announce: line, next: top}
  top: {menu: 무엇?, options: {1: {label: 세무, next: desk/tax}, 2: {label: 다음, next: below}}}
  below: {menu: 어느?, options: {1: {label: 끝, next: bye}}}
  bye: {hangup: 안녕히}
"""
MESSAGES = "".join(
    f"  {name}: {{text: 문자}}\n"
    for name in (
        "case_status",
        "case_extended",
        "case_refused",
        "case_neutral",
        "case_due",
        "case_overdue",
        "desk_digest",
    )
)
PLAIN = "{say: 하나, owner: 총무과, until: 2030-12-31}"
RICH = (
    "{say: 둘, details: 자세히, message: leaflet, owner: 총무과, until: 2030-12-31, "
    "offers: {1: details, 2: message, 3: desk/tax, 4: next, 5: leave}}"
)
MANDATORY = "{say: 필수, owner: 총무과, until: 2030-12-31, barge_in: false}"


def call(
    tmp_path: Path, notices: Iterable[str], world: World | None = None, on_air: tuple[str, ...] | None = None
) -> Call:
    """A call to an office with these notices, n0 to nN; all of them are on the air unless it is said which."""
    named = {f"n{i}": text for i, text in enumerate(notices)}
    office = offices.small(
        tmp_path,
        FLOW,
        notices="notices:\n" + "".join(f"  {name}: {text}\n" for name, text in named.items()),
        messages=f"messages:\n{MESSAGES}  leaflet: {{text: 안내문}}\n",
    )
    world = world or offices.world()
    return Call(office, world=replace(world, notices=tuple(named) if on_air is None else on_air, mobile=True))


def told(call: Call) -> list[str]:
    return [f"{effect.notice} {effect.what}" for effect in call.effects if isinstance(effect, Noticed)]


def test_greeting_notice_menu_each_by_itself(tmp_path: Path) -> None:
    started = call(tmp_path, [PLAIN])
    assert (started.heard, told(started)) == (["main/hello"], [])
    started.send(NOTHING)
    assert (started.heard, told(started)) == (["notices/n0"], ["n0 played"])
    started.send(NOTHING)
    assert (started.heard[0], told(started)) == ("main/top/menu", ["n0 finished"])
    assert started.journey == ["main/hello:next", "main/news:next"]


def test_nothing_is_waited_for_between_notices_without_offers(tmp_path: Path) -> None:
    started = call(tmp_path, [PLAIN, PLAIN, PLAIN])
    for heard in ("main/hello", "notices/n0", "notices/n1", "notices/n2"):
        assert started.heard == [heard]
        assert isinstance(started.wait, Ask)
        assert started.wait.timeout_ms == 0
        started.send(NOTHING)
    assert started.heard[0] == "main/top/menu"


@pytest.mark.parametrize("moments", [0, 1, 2])
def test_a_key_is_for_the_menu_and_passes_over_the_rest(tmp_path: Path, moments: int) -> None:
    started = call(tmp_path, [PLAIN, PLAIN]).send(*[NOTHING] * moments)
    started.send("1")
    assert started.wait == Connect("tax")
    assert told(started) == ["n0 skipped", "n1 skipped"][max(moments - 1, 0) :]


@pytest.mark.parametrize("moments", [0, 1, 2])
def test_zero_is_the_operators_at_any_moment(tmp_path: Path, moments: int) -> None:
    started = call(tmp_path, [RICH, RICH]).send(*[NOTHING] * moments)
    assert started.send("0").wait == Connect("operators")
    assert ("n0 desk/operators" in told(started)) == (moments > 0)


def test_what_is_mandatory_is_heard_whatever_was_pressed(tmp_path: Path) -> None:
    started = call(tmp_path, [PLAIN, MANDATORY]).send(NOTHING)
    started.send("1")
    plays = [effect for effect in started.effects if isinstance(effect, Play)]
    assert [(play.prompts[0].id, play.barge_in) for play in plays if play.prompts[0].id == "notices/n1"] == [
        ("notices/n1", False)
    ]
    assert told(started) == ["n0 skipped", "n1 played", "n1 finished"]
    assert started.wait == Connect("tax")


def test_it_is_told_as_finished_only_after_it_was_played(tmp_path: Path) -> None:
    started = call(tmp_path, [MANDATORY])
    kinds = [type(effect).__name__ for effect in started.effects if not isinstance(effect, Ask)]
    assert kinds[1:] == ["Play", "Noticed", "Play", "Noticed", "Visited"]


def offered(tmp_path: Path, notices: Iterable[str] = (RICH,)) -> Call:
    """A call that waits at the offers of its first notice."""
    started = call(tmp_path, notices).send(NOTHING, NOTHING)
    assert started.heard[:2] == ["phrases/notice_details", "phrases/notice_message"]
    return started


def test_silence_after_the_offers_goes_on_and_so_does_their_key(tmp_path: Path) -> None:
    assert offered(tmp_path / "silent").send(NOTHING).heard[0] == "main/top/menu"
    pressed = offered(tmp_path / "pressed").send("4")
    assert (pressed.heard[0], told(pressed)) == ("main/top/menu", ["n0 next"])


def test_details_are_heard_and_offered_no_more(tmp_path: Path) -> None:
    details = offered(tmp_path).send("1")
    assert details.heard[:2] == ["notices/n0/details", "phrases/notice_message"]
    assert told(details) == ["n0 details"]
    assert details.send("*").heard[0] == "notices/n0/details"
    assert details.send("1").wait == Connect("tax")  # the menu's, now


def test_a_message_is_promised_before_it_is_told(tmp_path: Path) -> None:
    asked = offered(tmp_path / "kept").send("2")
    assert (asked.wait, told(asked)) == (Send("leaflet", (), "notice/n0"), [])
    asked.send(Promised(True))
    assert (asked.heard[:2], told(asked)) == (["phrases/notice_sent", "phrases/notice_details"], ["n0 message"])
    lost = offered(tmp_path / "lost").send("2", Promised(False))
    assert (lost.heard[0], told(lost)) == ("phrases/notice_unsent", [])


def test_a_message_is_offered_to_mobile_telephones_only(tmp_path: Path) -> None:
    started = call(tmp_path, [RICH])
    started.world = replace(started.world, mobile=False)
    assert "phrases/notice_message" not in started.send(NOTHING, NOTHING).heard
    assert started.send("2").heard[0] == "main/below/menu"


def test_a_desk_and_the_end_of_the_call(tmp_path: Path) -> None:
    desk = offered(tmp_path / "desk").send("3")
    assert (desk.wait, told(desk), desk.journey[-1]) == (Connect("tax"), ["n0 desk/tax"], "main/news:3")
    left = offered(tmp_path / "leave").send("5")
    assert (left.wait, left.heard, told(left)) == (Hangup("done"), ["phrases/notice_bye"], ["n0 leave"])


def test_a_star_repeats_and_counts_once(tmp_path: Path) -> None:
    again = offered(tmp_path).send("*")
    assert (again.heard, told(again)) == (["notices/n0/say"], [])
    again.send(NOTHING)
    assert (again.heard[0], told(again)) == ("phrases/notice_details", [])
    cut = call(tmp_path / "cut", [RICH]).send(NOTHING, "*")
    assert (cut.heard, told(cut)) == (["notices/n0/say"], [])
    assert told(cut.send(NOTHING)) == ["n0 finished"]


def test_it_is_heard_once_in_a_call(tmp_path: Path) -> None:
    started = call(tmp_path, ["{say: 하나, owner: 총무과, until: 2030-12-31, menus: [main/top, main/below]}"])
    assert started.send(NOTHING).heard == ["notices/n0"]
    assert started.send(NOTHING).heard[0] == "main/top/menu"
    for keys in ("*", "#", "2", "#", "7"):
        assert "notices/n0" not in started.send(keys).heard


def test_before_a_menu_back_is_the_menu_above(tmp_path: Path) -> None:
    started = call(tmp_path, ["{say: 하나, owner: 총무과, until: 2030-12-31, menus: [main/below]}"]).send("2")
    assert started.heard == ["notices/n0"]
    assert started.send("#").heard[0] == "main/top/menu"
    assert started.send("2").heard[0] == "main/below/menu"


AT_DESK = "{say: 하나, details: 더, owner: 총무과, until: 2030-12-31, desks: [tax]}"


def test_before_a_desk_comes_its_notice_then_the_queue(tmp_path: Path) -> None:
    started = call(tmp_path, [AT_DESK]).send("1")
    assert (started.heard, started.wait.__class__) == (["notices/n0/say"], Ask)
    assert started.send(NOTHING).heard[0] == "phrases/notice_details"
    assert started.send(NOTHING).wait == Connect("tax")
    assert started.heard == ["desks/tax/connecting"]
    assert started.send(DeskLeft("no_answer")).wait == Connect("operators")


def test_before_a_desk_zero_is_the_operators_and_any_other_key_the_desk(tmp_path: Path) -> None:
    zero = call(tmp_path / "zero", [AT_DESK]).send("1", "0")
    assert (zero.wait, zero.heard) == (Connect("operators"), ["desks/operators/connecting"])
    other = call(tmp_path / "other", [AT_DESK]).send("1", "5")
    assert (other.wait, other.send(DeskLeft("answered")).wait) == (Connect("tax"), Hangup("done"))


def test_a_desk_that_takes_over_has_its_notices_too(tmp_path: Path) -> None:
    started = call(tmp_path, [AT_DESK.replace("tax", "operators")]).send("1", DeskLeft("no_answer"))
    assert started.heard == ["notices/n0/say"]
    assert started.send(NOTHING, NOTHING).wait == Connect("operators")
    assert started.heard == ["desks/operators/next_desk"]


def test_a_closed_desk_says_nothing_of_its_notices(tmp_path: Path) -> None:
    started = call(tmp_path, [AT_DESK], offices.world(phone="closed")).send("1")
    assert started.wait == Connect("operators")


def test_a_notice_of_a_line_is_heard_there_alone(tmp_path: Path) -> None:
    notice = "{say: 하나, owner: 총무과, until: 2030-12-31, lines: ['1000']}"
    here = call(tmp_path / "here", [notice], replace(offices.world(), line="1000"))
    assert here.send(NOTHING).heard == ["notices/n0"]
    assert call(tmp_path / "there", [notice], replace(offices.world(), line="2000")).heard[:2] == [
        "main/hello",
        "main/top/menu",
    ]


def test_a_condition_decides_and_can_name_another_notice(tmp_path: Path) -> None:
    notices = [PLAIN, "{say: 둘, owner: 총무과, until: 2030-12-31, if: {notice.n0: 'false'}}"]
    assert call(tmp_path / "both", notices).send(NOTHING, NOTHING).heard[0] == "main/top/menu"
    alone = call(tmp_path / "alone", notices, on_air=("n1",)).send(NOTHING)
    assert alone.heard == ["notices/n1"]


def test_nine_makes_the_offers_slow_and_they_stay_those_of_the_notice(tmp_path: Path) -> None:
    slow = offered(tmp_path).send("9")
    assert slow.session.slow
    assert slow.heard[:1] == ["phrases/notice_details"]
    assert isinstance(slow.wait, Ask)
    assert slow.wait.timeout_ms == 10_000
    assert "phrases/notice_leave" not in slow.heard
    assert slow.send("9").heard[0] == "phrases/notice_leave"


def test_a_call_that_began_with_a_notice_that_is_gone_goes_on(tmp_path: Path) -> None:
    started = call(tmp_path, [PLAIN]).send(NOTHING)
    started.office = replace(started.office, notices={})
    assert started.send(NOTHING).heard[0] == "main/top/menu"


def test_however_odd_the_keys_the_call_ends_at_a_person(tmp_path: Path) -> None:
    started = call(tmp_path, [RICH, MANDATORY, AT_DESK])
    for _ in range(400):
        if isinstance(started.wait, Connect):
            break
        started.send("*")
    assert started.wait == Connect("operators")


def test_all_that_notices_say_is_known_beforehand(tmp_path: Path) -> None:
    office = call(tmp_path, [RICH, AT_DESK]).office
    heard = {tuple(prompt.id for prompt in prompts) for prompts, _ in rehearsal.utterances(office, "main", "ko")}
    assert ("main/hello",) in heard
    assert ("notices/n0/say",) in heard
    assert ("notices/n1/say",) in heard
    assert any(prompts[0] == "main/hello" and "main/top/menu" in prompts for prompts in heard)
    assert any(prompts[:2] == ("notices/n0/details", "phrases/notice_message") for prompts in heard)
    assert any(prompts[:2] == ("phrases/notice_details", "desks/tax/offer") for prompts in heard)
    assert not any(isinstance(key, Digits) for key in heard)
