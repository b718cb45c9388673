"""docs/people.md, with the rights as the code has them."""

from __future__ import annotations

from typing import get_args

from reports import passwords, sessions
from reports.people import ONCE, RIGHTS, ROLES, Right


def page(made: str) -> str:
    """Roles, passwords, lock-out and sessions."""
    head = f"| right | {' | '.join(ROLES)} |\n|---|{'---|' * len(ROLES)}"
    rows = "\n".join(
        f"| `{right}` | {' | '.join('yes' if right in RIGHTS[role] else '' for role in ROLES)} |"
        for right in get_args(Right)
    )
    minutes = int(sessions.WINDOW.total_seconds() // 60)
    return (
        f"# People and their pages\n{made}\n"
        "The pages stand at `web.listen` of config.yaml, beneath the API. Everybody has a name and a password of his "
        "own, and one role:\n\n"
        f"{head}\n{rows}\n\n"
        "`desk` sees of calls, messages and cases those of his own desks. A sensitive case is closed to everybody but "
        "its desk, admins too. Numbers are masked; whoever has `calls.number` sees a whole one for a reason, which the "
        "audit log holds before the number is shown. An auditor changes nothing but his own password.\n\n"
        "## The first way in\n\nWhere nobody has a way in yet, `ivr up` and `ivr web` on a terminal make `admin` and "
        "print his one-time password, once. What isn't a terminal may be a log: there they name the command instead, "
        "`ivr people add NAME --role admin`. "
        f"A one-time password is good for {ONCE.days} days and opens only the page where it is changed.\n\n"
        f"A password has {passwords.SHORTEST} to {passwords.LONGEST} characters and doesn't contain the name. It is "
        "kept as argon2id.\n\n"
        "## At the keyboard\n\n```\nivr people add lee --role desk --desk school_life\nivr people list\n"
        "ivr people role lee supervisor\nivr people password lee      # a new one-time password\n"
        "ivr people lock lee          # unlock, logout, remove, restore as well\n```\n\n"
        "The page People does the same, for admins. The last admin can't be locked, removed or given another role. "
        "Other systems have tokens (`ivr token add`), whose scopes the page shows.\n\n"
        "## Kept out\n\n"
        f"{sessions.NAME_TRIES} tries in vain with one name, or {sessions.ADDRESS_TRIES} from one address, keep that "
        f"name or address out until {minutes} minutes after the first of them. A name that nobody has counts the same "
        "and answers the same. "
        "`ivr people unlock` lets a name in before. Log-ins and failed ones are in the audit log (`ivr audit list "
        "--what login`), but not what was tried while kept out.\n\n"
        "## Sessions\n\n"
        f"One ends after {int(sessions.IDLE.total_seconds() // 60)} minutes without a request, after "
        f"{int(sessions.WHOLE.total_seconds() // 3600)} hours in any case, at a change of password or role, and when "
        f"its person is locked or removed. Nobody has more than {sessions.MOST} at once. The database holds hashes of "
        "the tokens, never the tokens. The page Today asks for news by itself: that counts as a request in its "
        "large view alone, so that a monitor on the wall stays on for those hours.\n\n"
        "On this machine's own address cookies go without TLS; anywhere else they need a proxy with TLS in front, "
        "which sets `X-Forwarded-For` and `X-Forwarded-Proto`. One that isn't on this machine is named in the "
        "environment: `FORWARDED_ALLOW_IPS`.\n"
    )
