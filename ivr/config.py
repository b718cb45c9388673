"""The settings of one installation: config.yaml, every key with its meaning.

Paths are relative to the file. Secrets never stand in it: they live in the key folder or the environment.
"""

from __future__ import annotations

import ipaddress
import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ivr.errors import BadInput, Problem
from ivr.language.source import Source


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"“{text}” must be HOST:PORT, e.g. 127.0.0.1:5060")
    return text


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        raise ValueError(f"“{text}” must be an address or a network, e.g. 10.1.0.0/16") from None
    return text


Address = Annotated[str, AfterValidator(_address)]
Network = Annotated[str, AfterValidator(_network)]
Number = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Settings(BaseModel):
    """Base of all settings: unknown keys are errors, values don't change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(Settings):
    """A number that citizens dial."""

    flow: Name = Field(description="Flow the call starts with.")
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = Field("ko", description="Language of the call.")
    slow: bool = Field(False, description="true: its calls begin in slow and easy mode.")


class Trunk(Settings):
    """A SIP peer: the telephone company, or the exchange of a district office."""

    host: Address = Field(description="Where its SIP listens, HOST:PORT.")
    allow: list[Network] = Field(
        default_factory=list, description="Further addresses its calls come from (its host is always allowed)."
    )
    username: str | None = Field(None, description="Account, when it wants one; password: key file sip-NAME.")


class Exchange(Settings):
    """The telephone exchange (Asterisk) that `ivr pbx` configures and runs."""

    asterisk: str = Field(
        "auto", description="Folder of an unpacked Asterisk; auto: the installed one, else the one scripts/up fetched."
    )
    sip: Address = Field("127.0.0.1:5060", description="Where SIP listens (UDP).")
    rtp: Annotated[str, Field(pattern=r"^\d+-\d+$")] = Field("10000-10999", description="UDP ports for speech.")
    ami: Address = Field("127.0.0.1:5038", description="Where Asterisk's manager interface listens.")
    softphone: Number | None = Field("200", description="Extension of a softphone to try the line with.")
    practice: bool = Field(
        False, description="Desks answer by themselves and say who they are: to try out, before officers have phones."
    )
    provider: Trunk | None = Field(None, description="The telephone company's SIP trunk.")
    districts: dict[Name, Trunk] = Field(default_factory=dict, description="SIP trunks to district offices.")


class EngineSettings(Settings):
    """The call engine."""

    agi: Address = Field("127.0.0.1:4573", description="Where FastAGI listens.")
    allow: list[Network] = Field(
        default_factory=lambda: ["127.0.0.1/32", "::1/128"],
        description="Addresses whose calls FastAGI takes.",
    )
    calls: int = Field(200, ge=1, le=2000, description="Calls in progress beyond which new ones take the static way.")


class Messages(Settings):
    """Messages to citizens and officers. The provider's secret stands in the key folder or the environment:
    twilio-token or TWILIO_AUTH_TOKEN; solapi-secret or SOLAPI_API_SECRET, and solapi-webhook or SOLAPI_WEBHOOK_SECRET.
    """

    sender: Literal["console", "twilio", "solapi"] = Field(
        "console", description="Who carries them; console: files in data/messages, for trying out."
    )
    account: str = Field("", description="Account there: Twilio's account SID, Solapi's API key.")
    number: Annotated[str, Field(pattern=r"^(\+?[0-9]{2,20})?$")] = Field(
        "", description="Number they come from, as registered there: Twilio +827012345678, Solapi 0421234567."
    )
    kakao: str | None = Field(None, description="Solapi's id of the Kakao channel (pfId), for 알림톡.")
    per_second: float = Field(10, gt=0, le=1000, description="Most messages a second, all workers together.")
    per_day: int = Field(10, ge=1, description="Most messages to one number a day; more wait for the next.")
    unresolved: Annotated[float, Field(gt=0, le=1440)] = Field(
        10, description="Minutes after which a message that nobody knows the fate of is left to a person (unknown)."
    )
    prices: dict[Annotated[str, Field(pattern=r"^(SMS|LMS)$")], Annotated[float, Field(ge=0)]] = Field(
        default_factory=dict, description="Price of a part in won, for the cost that `ivr bulk --dry-run` shows."
    )
    contacts: dict[str, Annotated[str, Field(pattern=r"^\+?[0-9]{9,20}$")]] = Field(
        default_factory=dict,
        description="Mobile numbers for reminders: by an officer's extension, a desk's name, or `supervisor`.",
    )
    foreign: bool = Field(False, description="Whether messages go to numbers of other countries, too.")
    callback: Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*[^\s/?#])?$")] | None = Field(
        None, description="Address under which the provider reaches this machine; without it, deliveries are asked for."
    )
    api: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        None, description="Address of the provider, when it is reached through a gateway."
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [key for key in ("account", "number") if not getattr(self, key)]
        if self.sender != "console" and missing:
            raise ValueError(f"the sender {self.sender} needs {' and '.join(missing)}")
        return self


class LookupSettings(Settings):
    """Other systems that flows ask (`lookup: http`)."""

    internal: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]] = Field(
        default_factory=list,
        description="Hosts of the own network that may be asked, as they stand in a url; any other has to be public.",
    )


class Web(Settings):
    """The API for other systems, and pages."""

    listen: Address = Field("127.0.0.1:8080", description="Where it listens; elsewhere only behind a proxy with TLS.")


class Report(Settings):
    """A report that the worker writes again and again: the figures of each day, week, month or quarter."""

    every: Literal["day", "week", "month", "quarter"] = Field(description="Of what time each file is.")
    by: Literal["line", "desk", "topic", "agent", "hour", "day"] | None = Field("desk", description="Its groups.")
    format: Literal["csv", "xlsx", "pdf"] = Field("pdf", description="What kind of file.")
    line: Number | None = Field(None, description="Only calls to this line.")
    desk: Name | None = Field(None, description="Only this desk.")


class Reports(Settings):
    """Reports that are written by themselves, once their time is over and recorded; missed ones are made up."""

    folder: Path = Field(Path("var/reports"), description="Where they are put, as NAME-2026-11.pdf.")
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-2]):[0-5]\d$")] = Field("06:00", description="When, each day.")
    files: dict[Name, Report] = Field(default_factory=dict, description="The reports by name.")


class Log(Settings):
    """The program's log: one JSON line an event, in data/log, rotated at 10 MB, 10 kept."""

    level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged at least.")


Days = Annotated[int, Field(ge=1, le=36500)]


class Retention(Settings):
    """How many days what is personal is kept; a job of the night deletes what is older, except what is held
    (`ivr hold`). docs/privacy.md says what each is."""

    voicemails: Days = Field(60, description="Voicemails with their sound.")
    messages: Days = Field(365, description="Messages that are over, with number and text; also promises kept.")
    numbers: Days = Field(365, description="Callers' numbers; the calls themselves stay, of nobody.")
    calls: Days = Field(1826, description="Calls with their legs, steps and facts.")
    answers: Days = Field(1096, description="Single answers to surveys.")
    case_numbers: Days = Field(365, description="Number and officers' words of a case, counted from its end.")
    cases: Days = Field(1826, description="Cases, counted from their end.")
    wishes: Days = Field(365, description="Who wants slow and easy mode, counted from the last choice.")
    requests: Days = Field(30, description="Answers kept for other systems that ask the same again.")
    attempts: Days = Field(7, description="Look-ups by telephone that failed.")
    logs: Days = Field(90, description="The program's log files.")
    set_aside: Days = Field(30, description="Lines that nobody could read (.bad files).")
    audit: Annotated[int, Field(ge=365, le=36500)] = Field(730, description="The audit log; a year at least.")


class Config(Settings):
    """config.yaml as a whole. `base` is the folder that its paths are relative to."""

    base: Path = Field(Path(), exclude=True, description="(not a key of the file)")
    office: Path = Field(Path("flows"), description="Folder of the office's flows.")
    data: Path = Field(Path("var/data"), description="Journal, database, logs, spoken prompts.")
    keys: Path = Field(
        Path("var/keys"), description="Keys and passwords, made at first start; never in a backup of data."
    )
    database: str = Field("sqlite", description="sqlite (in the data folder), or a SQLAlchemy URL of PostgreSQL.")
    node: Name = Field("n1", description="Name of this machine; call ids start with it.")
    lines: dict[Number, Line] = Field(description="The numbers citizens dial.")
    exchange: Exchange = Field(default_factory=Exchange)
    engine: EngineSettings = Field(default_factory=EngineSettings)
    messages: Messages = Field(default_factory=Messages)
    lookups: LookupSettings = Field(default_factory=LookupSettings)
    web: Web = Field(default_factory=Web)
    reports: Reports = Field(default_factory=Reports)
    log: Log = Field(default_factory=Log)
    retention: Retention = Field(default_factory=Retention)

    @cached_property
    def office_dir(self) -> Path:
        """The office's folder, absolute."""
        return (self.base / self.office).resolve()

    @cached_property
    def data_dir(self) -> Path:
        """The data folder, absolute; not created here."""
        return (self.base / self.data).resolve()

    @cached_property
    def keys_dir(self) -> Path:
        """The key folder, absolute; not created here."""
        return (self.base / self.keys).resolve()

    @cached_property
    def database_url(self) -> str:
        """SQLAlchemy URL; the environment's IVR_DATABASE wins, so that a password needn't stand in the file."""
        url = os.environ.get("IVR_DATABASE", self.database)
        return f"sqlite:///{self.data_dir / 'onestop.db'}" if url == "sqlite" else url


def host_port(address: str) -> tuple[str, int]:
    """Split a checked HOST:PORT; an IPv6 host loses its brackets."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def find() -> Path:
    """Where the settings are when nobody says: $IVR_CONFIG, else ./config.yaml."""
    return Path(os.environ.get("IVR_CONFIG", "config.yaml"))


def load(path: Path) -> Config:
    """Read config.yaml. Raises BadInput with every problem."""
    source = Source(path)
    if source.data is not None and not (isinstance(source.data, dict) and source.data.keys() & Config.model_fields):
        hint = "name the installation's settings, config.yaml: ivr --config FILE …"
        raise BadInput([Problem(source.name, 0, 0, "none of its keys is a setting", hint)])
    config = source.validate(Config)
    if "base" in (source.data or {}):
        source.problems.append(source.problem(["base"], "unknown key “base”", key=True))
    if config is None or source.problems:
        raise BadInput(source.problems)
    return config.model_copy(update={"base": path.resolve().parent})
