"""What has to stay while calls are on it: versions of the office, and the desks of those versions on the exchange."""

from __future__ import annotations

import datetime

from ivr.config import Config
from ivr.errors import BadInput, StoreUnavailable
from ivr.language.desks import Desks
from ivr.language.office import Office
from ivr.office.versions import Versions
from ivr.records.calls import versions_in_use
from ivr.records.store import Store
from ivr.telephony.link import LONGEST


def in_use(config: Config, versions: Versions) -> set[str]:
    """The versions that calls in progress are on; while the database can't tell, every one that is kept."""
    since = datetime.datetime.now(datetime.UTC) - LONGEST
    try:
        with Store(config.database_url).reading() as session:
            return versions_in_use(session, config.node, since)
    except StoreUnavailable:
        return {kept.version for kept in versions.kept()}


def desks(config: Config, versions: Versions, office: Office) -> Desks:
    """The desks that the exchange must know when `office` is in place, those of calls in progress included."""
    exchange, earlier = config.exchange, []
    for version in versions.needed(in_use(config, versions), datetime.datetime.now(datetime.UTC)):
        try:
            known = versions.get(version).desks
        except BadInput:  # no call can be on what isn't readable
            continue
        there = {
            name: desk
            for name, desk in known.desks.items()
            if desk.district is None or desk.district in exchange.districts or exchange.practice
        }
        earlier.append(known.model_copy(update={"desks": there}))
    return office.desks.beside(earlier)
