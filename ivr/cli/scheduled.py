"""The reports that write themselves, as the worker and `ivr export schedule` put them together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from ivr.config import Config
from ivr.language.office import Office
from ivr.records import backlog, journal
from ivr.records.journal_tail import JournalTail
from ivr.records.witness import Witness
from ivr.telephony import dialplan
from reports.export.scheduled import Scheduled
from reports.figure import Language
from reports.web.naming import naming


def scheduled(config: Config, office: Office) -> Scheduled:
    """The reports of an installation. They wait for what this machine's own files hold; another node's it can't see."""
    tails = JournalTail(config.data_dir / journal.FOLDER), Witness(dialplan.witness_file(config), config.node)

    def behind(session: Session) -> datetime | None:
        return backlog.oldest(session, tails, config.node)

    folder = (config.base / config.reports.folder).resolve()
    spoken = language(office)
    return Scheduled(config.reports, folder, office.calendar, naming(office, spoken), spoken, behind)


def language(office: Office) -> Language:
    """Korean where the office speaks it first."""
    return "ko" if office.languages[0] == "ko" else "en"
