"""The message that a change of a case calls for: to the registered number alone, and only with consent.

Templates (messages.yaml): case_status {receipt, type, status}; case_extended {…, deadline}; case_refused {…, remedy};
case_neutral {receipt}, which is all that goes out about a sensitive case.
"""

from __future__ import annotations

from callback.outbox import Note
from ivr.language.office import Office
from ivr.records.case_tables import Case
from ivr.records.keys import Keys


def note(case: Case, office: Office, keys: Keys) -> Note | None:
    """The message about the case as it now stands, or None when none may go out.

    Raises KeyMissing when the registered number can't be opened.
    """
    if not case.consent or case.number is None:
        return None
    template = "case_neutral" if case.sensitive else _TEMPLATES.get(case.status, "case_status")
    if template not in office.messages:
        return None
    return Note(
        key=f"case/{case.receipt}/{case.version}",
        to=keys.open(case.number),
        template=template,
        language=language(case, office),
        values={"receipt": case.receipt} if case.sensitive else _values(case, office),
        case=case.receipt,
        urgent=office.messages[template].urgent,
    )


def language(case: Case, office: Office) -> str:
    """The language to speak of a case in: its own, as long as the office has it."""
    return case.language if case.language in office.cases.words else office.languages[0]


_TEMPLATES = {"기간연장": "case_extended", "거부": "case_refused"}


def _values(case: Case, office: Office) -> dict[str, str]:
    words = office.cases.words[language(case, office)]
    values = {
        "receipt": case.receipt,
        "type": words.types.get(case.type, case.type),  # the office may have dropped it since
        "status": words.statuses[case.status],
    }
    if case.status == "거부":
        values["remedy"] = words.remedy
    if case.status == "기간연장" and case.deadline:
        values["deadline"] = case.deadline.astimezone(office.calendar.tz).date().isoformat()
    return values
