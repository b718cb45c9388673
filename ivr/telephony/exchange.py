"""Asterisk's whole configuration, generated from config.yaml and desks.yaml; nothing of /etc/asterisk is read.

What an admin writes in words stays out of it: desks are known by their names, officers by their extensions, both of
which are checked where they are read, so there is nothing to escape.
"""

from __future__ import annotations

import os
import re
from ipaddress import ip_network
from pathlib import Path

from ivr.config import Config, host_port
from ivr.errors import BadInput, ExchangeError, Problem
from ivr.language.desks import Desks
from ivr.telephony import dialplan, handover, passwords, queues, sip
from ivr.telephony.installation import Installation

_MODULES = (
    # These export symbols that others link to; they come first.
    *("res_pjproject", "res_pjsip", "res_pjsip_session", "res_pjsip_pubsub", "res_speech"),
    *("pbx_config", "res_timing_timerfd", "res_sorcery_astdb", "res_sorcery_config", "res_sorcery_memory"),
    *("chan_pjsip", "res_pjsip_sdp_rtp", "res_rtp_asterisk", "res_pjsip_registrar"),
    *("res_pjsip_authenticator_digest", "res_pjsip_outbound_authenticator_digest", "res_pjsip_outbound_registration"),
    *("res_pjsip_endpoint_identifier_ip", "res_pjsip_endpoint_identifier_user", "res_pjsip_caller_id"),
    *("res_pjsip_dtmf_info", "res_pjsip_dlg_options", "res_pjsip_nat", "res_pjsip_rfc3326"),
    *("bridge_simple", "bridge_native_rtp", "codec_alaw", "codec_ulaw", "codec_a_mu", "codec_gsm"),
    *("format_pcm", "format_wav", "format_gsm", "format_sln"),
    *("res_agi", "app_dial", "app_exec", "app_playback", "app_queue", "app_senddtmf", "app_stack"),
    *("func_callerid", "func_channel", "func_env", "func_global", "func_groupcount", "func_logic", "func_strings"),
    "func_timeout",
)
"""What is used, and no more: Asterisk boots in half the time of its 340 modules, and listens nowhere else."""

_CONSTANT = {
    # Personal data stays out of Asterisk's own records: witness lines and journal are ours.
    "cdr.conf": "[general]\nenable = no\n",
    "cel.conf": "[general]\nenable = no\n",
    # The console is read by ivr.telephony.pbx, which masks numbers; queue_log would hold them raw.
    "logger.conf": "[general]\nqueue_log = no\ndateformat = %F %T\n[logfiles]\nconsole = warning,error\n",
    "features.conf": handover.FEATURES,
    "ccss.conf": "[general]\n",
    "udptl.conf": "[general]\n",
    "acl.conf": "",
    "codecs.conf": "",
    "cli.conf": "",
    "stasis.conf": "[threadpool]\n",
    # 1: errors. At 2 it warns, now and then, of the order in which Asterisk itself loads its modules.
    "pjproject.conf": "[startup]\ntype = startup\nlog_level = 1\n",
    "indications.conf": """\
; ITU-T E.180, supplement 2: Korea
[general]
country = kr
[kr]
description = Korea
ringcadence = 1000,2000
dial = 350+440
busy = 480+620/500,0/500
ring = 440+480/1000,0/2000
congestion = 480+620/300,0/200
callwaiting = 350+440/250,0/250,350+440/250,0/3250
""",
}


def folder(config: Config) -> Path:
    """Where the exchange keeps everything of its own."""
    return config.data_dir / "exchange"


def settings_file(config: Config) -> Path:
    """asterisk.conf, the file that names all other places."""
    return folder(config) / "etc/asterisk.conf"


def generate(config: Config, desks: Desks, installation: Installation) -> dict[str, str]:
    """Every file of the configuration, by name. Raises BadInput, KeyMissing or ExchangeError."""
    _refuse_odd(config)
    start, _, end = config.exchange.rtp.partition("-")
    return {
        "asterisk.conf": _asterisk(config, installation),
        "modules.conf": "[modules]\nautoload = no\n" + "".join(f"load = {name}.so\n" for name in _MODULES),
        "manager.conf": _manager(config),
        "pjsip.conf": sip.generate(config, desks),
        "rtp.conf": f"[general]\nrtpstart = {start}\nrtpend = {end}\nicesupport = no\n",
        "queues.conf": queues.generate(config, desks),
        "extensions.conf": "[general]\nclearglobalvars = no\n\n" + dialplan.generate(config, desks),
        **_CONSTANT,
    }


def write(config: Config, desks: Desks, installation: Installation) -> list[Path]:
    """Generate and write the configuration; returns the files whose content changed.

    Raises BadInput, KeyMissing or ExchangeError; then nothing was written.
    """
    home = folder(config)
    _refuse_path(config.data_dir, home / "run/asterisk.ctl")
    texts = generate(config, desks, installation)
    try:
        for name in ("etc", "run", "lib", "spool", "log", "prompts"):
            (home / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        dialplan.witness_file(config).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [home / "etc" / name for name, text in texts.items() if _replace(home / "etc" / name, text)]
    except OSError as error:
        raise ExchangeError(f"the exchange's configuration can't be written: {error}") from error


def _refuse_path(data: Path, socket: Path) -> None:
    """The data folder stands in the dialplan, in brackets; the console's socket has a limit (unix(7), sun_path)."""
    if not re.fullmatch(r"[\w/.@+~-]+", str(data)):
        raise ExchangeError(f"the data folder's path has a character that Asterisk can't take: {data}")
    if len(os.fsencode(socket)) > 107:
        raise ExchangeError(f"the data folder's path is too long for Asterisk: {data}")


def _refuse_odd(config: Config) -> None:
    """Addresses and accounts stand in Asterisk's files as they are: a line break or `;` would say something else."""
    exchange = config.exchange
    trunks = [*filter(None, [exchange.provider]), *exchange.districts.values()]
    texts = [exchange.sip, exchange.ami, config.engine.agi, *config.engine.allow]
    texts += [text for trunk in trunks for text in (trunk.host, trunk.username or "-", *trunk.allow)]
    odd = [text for text in texts if not re.fullmatch(r"[\w.+@:/\[\]-]+", text)]
    if odd:
        raise BadInput(Problem("config.yaml", 0, 0, f"{text!r} is no address or account") for text in odd)


def _replace(file: Path, text: str) -> bool:
    """Write `text` in one step unless it stands there already. Private: passwords are in it."""
    if file.exists() and file.read_text() == text:
        return False
    new = file.with_suffix(".new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
    new.replace(file)
    return True


def _asterisk(config: Config, installation: Installation) -> str:
    home = folder(config)
    places = {
        "astetcdir": home / "etc",
        "astmoddir": installation.modules,
        "astvarlibdir": home / "lib",
        "astdbdir": home / "lib",
        "astkeydir": home / "lib",
        "astcachedir": home / "lib",
        "astdatadir": installation.data,
        "astagidir": home / "lib",
        "astspooldir": home / "spool",
        "astrundir": home / "run",
        "astlogdir": home / "log",
    }
    directories = "".join(f"{key} = {place}\n" for key, place in places.items() if place is not None)
    # systemname begins every UNIQUEID, which is the call's id. maxcalls is the last bound, well above the cap after
    # which calls take the static way: a call to a desk that answers by itself counts more than once.
    options = {
        "systemname": config.node,
        "nocolor": "yes",
        "defaultlanguage": "ko",
        "maxcalls": 4 * config.engine.calls + 20,
        "live_dangerously": "no",
        "hideconnect": "yes",
        "disable_remote_console_shell": "yes",
    }
    return f"[directories]\n{directories}\n[options]\n" + "".join(f"{k} = {v}\n" for k, v in options.items())


def _manager(config: Config) -> str:
    """Only from `engine.allow`; the last rule that matches decides (acl.c, ast_apply_ha)."""
    host, port = host_port(config.exchange.ami)
    permits = "".join(f"permit = {ip_network(network)}\n" for network in config.engine.allow)
    rights = {
        passwords.ENGINE: "read = agent,system\nwrite = system,call,agent,originate,reporting\n",
        passwords.WATCHDOG: "read =\nwrite = system,call,reporting\n",
        passwords.CALLER: "read = agi,call\nwrite = call,originate\n",
    }
    accounts = "".join(
        f"\n[{name}]\nsecret = {secret}\ndeny = 0.0.0.0/0\ndeny = ::/0\n{permits}{rights[name]}writetimeout = 5000\n"
        for name, secret in passwords.managers(config).items()
    )
    return (
        f"[general]\nenabled = yes\nwebenabled = no\nbindaddr = {host}\nport = {port}\n"
        f"authtimeout = 5\nauthlimit = 20\ndisplayconnects = no\n{accounts}"
    )
