"""pjsip.conf and rtp.conf: the telephones, the telephone company and the district offices.

Who isn't one of them is refused: there is no endpoint for anonymous callers. A peer is known by the address it calls
from, a telephone by its extension and password. (Hence a trunk's `allow` must not cover the officers' telephones.)
"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.config import Config, Trunk, host_port
from ivr.language.desks import Desks
from ivr.telephony import passwords

PROVIDER = "provider"

_HEAD = """\
[global]
type = global
user_agent = Onestop
endpoint_identifier_order = ip,username
; By default a peer is first asked after up to qualify_frequency, and counts as unreachable until then.
max_initial_qualify_time = 1

[udp]
type = transport
protocol = udp
bind = {bind}

[party](!)
type = endpoint
transport = udp
context = lines
disallow = all
allow = alaw,ulaw
dtmf_mode = auto
; Speech stays on this machine, where a vanished peer is noticed: after a minute without a packet the call ends.
direct_media = no
rtp_timeout = 60
rtp_timeout_hold = 600
rtp_symmetric = yes
; An officer who transfers a call would take it out of its record.
allow_transfer = no
allow_subscribe = no
{media}
[phone](!,party)
identify_by = username
force_rport = yes
rewrite_contact = yes

[trunk](!,party)
identify_by = ip

; Any answer to OPTIONS will do; who gives none for 30 s counts as unreachable, and callers go on to the next hop.
[reachable](!)
type = aor
qualify_frequency = 30
qualify_timeout = 3

"""


def endpoint(district: str) -> str:
    """The endpoint of a district office's trunk; the prefix keeps it apart from telephones and sections of ours."""
    return f"district-{district}"


def generate(config: Config, desks: Desks) -> str:
    """The whole of pjsip.conf. Raises KeyMissing when a trunk's password isn't in the key folder."""
    exchange = config.exchange
    host, _ = host_port(exchange.sip)
    # Speech goes by the address that SIP listens on, and no other is opened.
    everywhere = host in {"0.0.0.0", "::"}  # noqa: S104
    media = "" if everywhere else f"media_address = {host}\nbind_rtp_to_media_address = yes\n"
    parts = [_HEAD.format(bind=exchange.sip, media=media)]
    parts += [_phone(*account) for account in passwords.phones(config, desks).items()]
    if exchange.provider is not None:
        parts.append("".join(_trunk(config, PROVIDER, PROVIDER, exchange.provider)))
        parts.append(_registration(exchange.provider))
    for name, trunk in exchange.districts.items():
        parts.append("".join(_trunk(config, name, endpoint(name), trunk)))
    return "".join(parts)


def _phone(extension: str, password: str) -> str:
    return f"""\
[{extension}](phone)
auth = {extension}
aors = {extension}

[{extension}](reachable)
max_contacts = 1
remove_existing = yes

[{extension}]
type = auth
auth_type = userpass
username = {extension}
password = {password}

"""


def _trunk(config: Config, name: str, section: str, trunk: Trunk) -> Iterator[str]:
    """`name`: of the trunk in config.yaml, and of its password's key file; `section`: in pjsip.conf."""
    host, _ = host_port(trunk.host)
    account = f"outbound_auth = {section}\n" if trunk.username else ""
    yield f"[{section}](trunk)\naors = {section}\n{account}\n"
    yield f"[{section}](reachable)\ncontact = sip:{trunk.host}\n\n"
    yield f"[{section}]\ntype = identify\nendpoint = {section}\nmatch = {','.join([host, *trunk.allow])}\n\n"
    if trunk.username:
        password = passwords.trunk(config, name)
        yield f"[{section}]\ntype = auth\nauth_type = userpass\nusername = {trunk.username}\npassword = {password}\n\n"


def _registration(trunk: Trunk) -> str:
    """A telephone company that gave us an account wants to be told where we are."""
    if not trunk.username:
        return ""
    return f"""\
[{PROVIDER}]
type = registration
transport = udp
outbound_auth = {PROVIDER}
server_uri = sip:{trunk.host}
client_uri = sip:{trunk.username}@{trunk.host}
contact_user = {trunk.username}
retry_interval = 30
forbidden_retry_interval = 300
max_retries = 1000000

"""
