"""The exchange's configuration: what stands in it, and what nobody can make stand in it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from ivr.config import Config
from ivr.errors import BadInput, ExchangeError, KeyMissing
from ivr.language.desks import Desks
from ivr.telephony import dialplan, exchange, passwords, queues, sip
from ivr.telephony.installation import Installation

ASTERISK = Installation(("asterisk",), "22.0", Path("/modules"), Path("/sounds"))
TRUNK = {"host": "10.0.0.1:5060"}


def config(folder: Path, **keys: Any) -> Config:
    lines = {"1000": {"flow": "main"}, "1001": {"flow": "main", "language": "en"}}
    return Config.model_validate({"base": folder, "lines": lines, **keys})


def desks(**more: Any) -> Desks:
    all_desks = {"operators": {"name": "상담실", "agents": ["101", "102"]}, **more}
    return Desks.model_validate({"agents": {"101": "김하늘", "102": "이바다"}, "desks": all_desks})


def generate(config: Config, desks: Desks) -> dict[str, str]:
    return exchange.generate(config, desks, ASTERISK)


HOSTILE = "x\n[evil](desk)\nmember = Local/1@test ; , | ${SHELL(id)} ]\u2028"


def test_no_word_of_an_admin_reaches_asterisk(tmp_path: Path) -> None:
    plain, hostile = (
        desks(),
        Desks.model_validate(
            {
                "agents": {"101": HOSTILE, "102": HOSTILE},
                "desks": {"operators": {"name": HOSTILE, "agents": ["101", "102"]}},
            }
        ),
    )
    assert generate(config(tmp_path), hostile) == generate(config(tmp_path), plain)


@pytest.mark.parametrize(
    "keys",
    [
        {"exchange": {"provider": {"host": "10.0.0.1\n[x]:5060"}}},
        {"exchange": {"provider": {"host": "10.0.0.1:5060", "username": "me\ncontext = test"}}},
        {"exchange": {"districts": {"east": {"host": "a;b:5060"}}}},
        {"exchange": {"sip": "127.0.0.1\n:5060"}},
        {"engine": {"agi": "127.0.0.1,x:4573"}},
    ],
)
def test_addresses_that_would_say_something_else_are_refused(tmp_path: Path, keys: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="is no address or account"):
        generate(config(tmp_path, **keys), desks())


def test_a_folder_that_the_dialplan_cannot_name_is_refused(tmp_path: Path) -> None:
    for name, reason in (("a,b", "character"), ("a b", "character"), ("a" * 100, "too long")):
        with pytest.raises(ExchangeError, match=reason):
            exchange.write(config(tmp_path / name), desks(), ASTERISK)


def test_a_desk_named_like_a_section_of_asterisk_is_only_a_desk(tmp_path: Path) -> None:
    office = desks(general={"name": "일반", "agents": ["101"]}, h={"name": "h", "agents": ["101"]})
    files = generate(config(tmp_path), office)
    assert files["queues.conf"].count("[general]") == 1
    assert "[desk-general](desk)" in files["queues.conf"]
    assert "exten => h," not in files["extensions.conf"]


def test_queues_of_officers_and_of_a_district(tmp_path: Path) -> None:
    office = desks(
        east={"name": "동부", "district": "east", "number": "5101", "wait": "30s"},
        tuition={"name": "교육비", "agents": ["102", "101"], "ring": "together", "wait": "10s", "tell": "30s"},
        turns={"name": "차례", "agents": ["101"], "ring": "in_turn", "offer": "flow/voicemail"},
    )
    settings = config(tmp_path, exchange={"districts": {"east": TRUNK}})
    said = f"periodic-announce = {settings.data_dir}/exchange/holding/said\nperiodic-announce-frequency = "
    text = queues.generate(settings, office)
    assert text.partition("[desk-operators]")[2] == (
        f"(desk)\nstrategy = leastrecent\ntimeout = 15\n{said}45\n"
        "member = PJSIP/101,0,101\nmember = PJSIP/102,0,102\n\n"
        f"[desk-east](desk)\nstrategy = leastrecent\ntimeout = 30\n{said}45\n"
        "member = PJSIP/5101@district-east,1,5101,PJSIP/district-east,yes\n\n"
        f"[desk-tuition](desk)\nstrategy = ringall\ntimeout = 10\n{said}30\n"
        "member = PJSIP/102,0,102\nmember = PJSIP/101,0,101\n\n"
        f"[desk-turns](desk)\nstrategy = rrordered\ntimeout = 15\n{said}45\ncontext = instead-turns\n"
        "member = PJSIP/101,0,101\n\n"
        "[officer-101](desk)\ntimeout = 0\nmember = PJSIP/101,0,101\n\n"
        "[officer-102](desk)\ntimeout = 0\nmember = PJSIP/102,0,102\n"
    )


def test_only_the_keys_of_what_is_offered_lead_out_of_a_queue(tmp_path: Path) -> None:
    offers = {"voicemail": "flow/voicemail"}, {"message": "waiting"}, {"voicemail": "flow/v", "message": "waiting"}
    office = desks(**{f"d{n}": {"name": "가", "agents": ["101"], "offer": offer} for n, offer in enumerate(offers)})
    text = dialplan.generate(config(tmp_path), office)
    contexts = [text.partition(f"[instead-d{n}]\n")[2].partition("\n[")[0] for n in range(3)]
    assert [[key for key in "0123456789*#" if f"exten => {key},1" in context] for context in contexts] == [
        ["1"],
        ["2"],
        ["1", "2"],
    ]
    assert "[instead-operators]" not in text
    assert "|leave|${IVR_DESK}|KEY" in contexts[0]


def test_a_call_to_an_officer_is_a_leg_of_the_first_desk_that_he_is_at(tmp_path: Path) -> None:
    office = desks(tuition={"name": "교육비", "agents": ["102", "103"], "wait": "10s"})
    office = office.model_copy(update={"agents": {**office.agents, "103": "최누리", "104": "정다온"}})
    text = dialplan.generate(config(tmp_path), office)
    assert dialplan.next_officer("103") == "officer-103,s,1"
    for officer, desk, wait in (("102", "operators", 60), ("103", "tuition", 10), ("104", "operators", 60)):
        assert f"[officer-{officer}]\nexten => s,1,Gosub(queue,s,1({desk},{wait},crt,officer-{officer}))" in text


def test_in_practice_desks_answer_by_themselves_without_trunks(tmp_path: Path) -> None:
    office = desks(east={"name": "동부", "district": "east", "number": "5101"})
    text = queues.generate(config(tmp_path, exchange={"practice": True}), office)
    assert "member = Local/101@practice/n,0,101\n" in text
    assert "member = Local/5101@practice-robot/n,1,5101,,yes\n" in text


def test_a_district_without_a_trunk_is_named(tmp_path: Path) -> None:
    office = desks(east={"name": "동부", "district": "east", "number": "5101"})
    with pytest.raises(BadInput, match="“east”, where the desk “east” is"):
        queues.generate(config(tmp_path), office)


def test_a_district_number_is_tried_once_officers_until_the_wait_is_over(tmp_path: Path) -> None:
    office = desks(east={"name": "동부", "district": "east", "number": "5101", "wait": "1500ms"})
    text = dialplan.generate(config(tmp_path), office)
    assert "Gosub(queue,s,1(east,2,crtn))" in text
    assert "Gosub(queue,s,1(operators,60,crt))" in text


def test_lines_enter_in_their_language(tmp_path: Path) -> None:
    text = dialplan.generate(config(tmp_path), desks())
    assert text.startswith(
        "[lines]\n"
        "exten => 1000,1,Set(IVR_LINE=1000)\n same => n,Set(CHANNEL(language)=ko)\n same => n,Goto(visit,enter,1)\n\n"
        "exten => 1001,1,Set(IVR_LINE=1001)\n same => n,Set(CHANNEL(language)=en)\n same => n,Goto(visit,enter,1)\n"
    )


def test_the_dialplan_reads_nothing_that_a_caller_chooses(tmp_path: Path) -> None:
    text = dialplan.generate(config(tmp_path), desks())
    assert "CALLERID" not in text
    lines_and_visit = text[: text.index("[practice]")].replace("|static|${EXTEN}|", "")
    assert "${EXTEN}" not in lines_and_visit


def test_passwords_are_made_once_and_private(tmp_path: Path) -> None:
    here = config(tmp_path)
    first = passwords.phones(here, desks())
    assert set(first) == {"101", "102", "200"}
    assert len(set(first.values())) == 3
    assert passwords.phones(here, desks()) == first
    assert passwords.of(here, "200") == first["200"]
    assert stat.S_IMODE((here.keys_dir / "sip.json").stat().st_mode) == 0o600
    with pytest.raises(KeyMissing, match="extension 999"):
        passwords.of(here, "999")


def test_a_broken_password_file_is_named(tmp_path: Path) -> None:
    here = config(tmp_path)
    here.keys_dir.mkdir(parents=True)
    (here.keys_dir / "sip.json").write_text("{")
    with pytest.raises(ExchangeError, match=r"sip\.json"):
        passwords.phones(here, desks())


def test_a_provider_with_an_account(tmp_path: Path) -> None:
    here = config(tmp_path, exchange={"provider": {**TRUNK, "username": "office", "allow": ["10.1.0.0/16"]}})
    with pytest.raises(KeyMissing, match="sip-provider"):
        sip.generate(here, desks())
    here.keys_dir.mkdir(parents=True, exist_ok=True)
    (here.keys_dir / "sip-provider").write_text("geheim;1\n")
    text = sip.generate(here, desks())
    assert "match = 10.0.0.1,10.1.0.0/16\n" in text
    assert "password = geheim\\;1\n" in text
    assert "client_uri = sip:office@10.0.0.1:5060\n" in text


def test_only_known_callers_and_addresses(tmp_path: Path) -> None:
    files = generate(config(tmp_path), desks())
    assert "anonymous" not in files["pjsip.conf"] + files["modules.conf"]
    assert "bindaddr = 127.0.0.1\n" in files["manager.conf"]
    assert files["manager.conf"].count("deny = 0.0.0.0/0\ndeny = ::/0\npermit = 127.0.0.1/32\npermit = ::1/128\n") == 3
    assert "bind_rtp_to_media_address = yes" in files["pjsip.conf"]
    assert "queue_log = no" in files["logger.conf"]


def test_write_tells_what_changed(tmp_path: Path) -> None:
    here = config(tmp_path)
    assert len(exchange.write(here, desks(), ASTERISK)) == len(list((exchange.folder(here) / "etc").iterdir()))
    assert exchange.write(here, desks(), ASTERISK) == []
    changed = exchange.write(here, desks(h={"name": "h", "agents": ["101"]}), ASTERISK)
    assert {file.name for file in changed} == {"queues.conf", "extensions.conf"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in changed} == {0o600}
