"""docs/notices.md: what the types of notices don't say of themselves."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel

from ivr.language.load import Load
from ivr.language.notices import Notice
from tests import offices

INTRODUCTION = """\
A notice is what callers are told for a time: results that are out, a system that is down, a line that is busy. It
stands in notices.yaml, by name, has an owner, and always ends. It is heard at the step [`announce`](steps/announce.md)
of every line, or of those under `lines`; or before the menus and the desks that it names.

```yaml
notices:
  closing_early:
    say: 오늘은 오후 네 시까지만 상담합니다.
    owner: 민원실
    until: 2027-02-05
```
"""

WHEN = """\
## When it is on the air

From `from` until `until`, by the office's wall clock; a date is the whole day. An end is an end: an hour that summer
time repeats doesn't bring a notice back. Within that, in its `windows`; with `load`, while there is load. A switch by
hand ([`ivr notice on|off NAME`](switching.md)) wins over windows, load and `state`, never over the end. `state: off`
and `emergency: true` wait for one. Nobody hears a notice twice in one call, or more than `at_most` times a day, and
`if` has to hold. A condition elsewhere can ask for it, too: `{notice.NAME: true}` is whether it is on the air.

## What a caller meets

Greeting, then the notices: emergencies first, then by `order`, then as they stand in the file. Nothing is waited for
between them. After a notice come its offers; silence goes on. A key that it doesn't offer is for the question that
follows, which takes it at once, and what else is due is passed over. So who knows the menu presses the key at any
moment, and 0 is always the operators. With `barge_in: false` a notice is heard to its end whatever is pressed. `*`
repeats it, `#` is the menu before, 9 slow speech.

| offer | what it does |
|---|---|
| `details` | speaks the second text, and offers what is left |
| `message` | sends the message to the number that calls, when that is a mobile telephone's |
| `desk/NAME` | goes to that desk |
| `next` | goes on |
| `leave` | says goodbye and ends the call |

Translations stand in texts/LANGUAGE.yaml under `notices`; recordings are `prompts/LANGUAGE/notices/NAME.wav`, or
`NAME/say.wav` and `NAME/details.wav` where there are details. In a conversation of calls/ `notices: [NAME]` says which
are on the air; without it those are whose time it is by themselves.
"""


def page(made: str, table: Callable[[type[BaseModel]], str]) -> str:
    """The page. made: its mark as made; table: writes a type's keys."""
    example = (offices.SAMPLE / "notices.yaml").read_text().partition("notices:\n")[2].rstrip()
    load = (Load.__doc__ or "").strip()
    return (
        f"# Notices\n{made}\n{INTRODUCTION}\n{table(Notice)}\n## load\n\n{load}\n\n{table(Load)}\n"
        f"{WHEN}\n## An example\n\n```yaml\nnotices:\n{example}\n```\n"
    )
