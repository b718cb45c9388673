"""Asking other systems for what a caller wants to know: one GET, in seconds, of bounded size, and never of a machine
within the office's own network unless config.yaml says so. By https the certificate has to be the name's, and from an
authority that this machine trusts.

A name is resolved first, and the connection goes to an address that was looked at: a name that answers differently the
second time leads nowhere. Redirects aren't followed, and no proxy of the environment is asked.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import httpx

from ivr.engine.effects import Fetch
from ivr.engine.events import Looked
from ivr.language import answer

READERS = 8
"""Requests at once; further ones wait, within their own time limit."""
UNKNOWN = (204, 404, 410)
"""Statuses that say: there is no such thing."""

log = logging.getLogger(__name__)


class _Unavailable(Exception):
    """The other system can't be asked, or not now; why."""


class _Unfit(Exception):
    """It has answered, with what isn't an answer; why."""


class Fetches:
    """The requests of all calls of this process. Safe between threads."""

    def __init__(self, internal: Collection[str] = ()) -> None:
        """internal: hosts, as they stand in a url, that may be at any address."""
        self._internal = frozenset(internal)
        # Public authorities', and those that the machine trusts besides: an office has its own.
        self._trusted = httpx.create_ssl_context(trust_env=False)
        self._trusted.load_default_certs()
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="fetch")

    def find(self, wanted: Fetch) -> Looked:
        """Ask. Never raises; what went wrong is logged without what was asked for."""
        host = httpx.URL(wanted.url).host
        future = self._pool.submit(self._ask, wanted, time.monotonic() + wanted.timeout_ms / 1000)
        try:
            return future.result(wanted.timeout_ms / 1000)
        except TimeoutError:
            future.cancel()
            log.warning("a look-up took too long", extra={"host": host})
            return Looked("unavailable")
        except (_Unavailable, httpx.HTTPError) as error:
            log.warning("a look-up isn't to be had", extra={"host": host, "reason": type(error).__name__})
            return Looked("unavailable")
        except _Unfit as error:
            log.warning("a look-up was answered unfit", extra={"host": host, "reason": str(error)})
            return Looked("failed")

    def close(self) -> None:
        """Wait for no request that hangs."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, wanted: Fetch, deadline: float) -> Looked:
        url = httpx.URL(wanted.url)
        address = self._address(url)
        left = deadline - time.monotonic()
        if left <= 0:
            raise _Unavailable("no time is left")
        with httpx.Client(verify=self._trusted, timeout=left, follow_redirects=False, trust_env=False) as client:
            headers = {"Host": url.netloc.decode(), "Accept": "application/json", "Accept-Encoding": "identity"}
            request = client.build_request("GET", url.copy_with(host=address), headers=headers)
            request.extensions["sni_hostname"] = url.host  # the certificate has to be the name's, not the address's
            response = client.send(request, stream=True)
            try:
                if response.status_code in UNKNOWN:
                    return Looked("missing")
                if response.status_code >= 500 or response.status_code == 429:
                    raise _Unavailable(f"status {response.status_code}")
                if response.status_code != 200:
                    raise _Unfit(f"status {response.status_code}")
                body = _body(response, wanted.limit, deadline)
            finally:
                response.close()
        try:
            found = answer.values(dict(wanted.answer), json.loads(body))
        except (ValueError, RecursionError) as error:
            raise _Unfit("no JSON" if isinstance(error, json.JSONDecodeError) else str(error)) from None
        return Looked("found", tuple(found.items()))

    def _address(self, url: httpx.URL) -> str:
        """The address to connect to. Raises _Unavailable when the name has none that may be asked."""
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _Unavailable("the host has no address") from error
        addresses = [str(entry[4][0]) for entry in found]
        allowed = [address for address in addresses if url.host in self._internal or _public(address)]
        if not allowed:
            raise _Unavailable("the host is within the network, and config.yaml doesn't allow it: lookups.internal")
        return allowed[0]


def _public(text: str) -> bool:
    """Whether an address is one of the public internet; one that stands for another is judged by that."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _public(str(inner))
    return address.is_global and not address.is_multicast


def _body(response: httpx.Response, limit: int, deadline: float) -> bytes:
    """The answer as it came. Raises _Unfit when it is too large or packed, _Unavailable when it drips too long."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _Unfit("the answer is compressed")
    body = b""
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > limit:
            raise _Unfit("the answer is too large")
        if time.monotonic() > deadline:
            raise _Unavailable("the answer took too long")
    return body
