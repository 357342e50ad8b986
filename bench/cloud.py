"""A practice cloud in a process of its own, as far away as asked for, over HTTP or TLS."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

LATENCY = 0.08
"""Seconds that each answer takes, as in the budgets."""


@dataclass(frozen=True)
class Far:
    """Where the practice cloud listens, and who may ask it."""

    endpoint: str
    port: int
    key_id: str
    key_secret: str
    suspect: str
    ca_file: str = ""


@contextmanager
def practice_cloud(
    latency: float = LATENCY, *, tls: bool = False, scenario: str = "leaked-ci-key"
) -> Iterator[Far]:
    """Serve a scenario until the block ends."""
    with TemporaryDirectory() as folder:
        ca_file = _certificate(Path(folder)) if tls else ""
        # Nothing happens in the account meanwhile, so that figures compare.
        module = ["bench.tls_cloud", folder] if tls else ["aktui.simcloud", "--still"]
        process = subprocess.Popen(
            [sys.executable, "-m", *module, "--scenario", scenario, "--exit-with-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield _opened(process, latency, ca_file)
        finally:
            process.terminate()
            process.communicate()


def _opened(process: "subprocess.Popen[str]", latency: float, ca_file: str) -> Far:
    assert process.stdout is not None
    hello = json.loads(process.stdout.readline())
    endpoint = str(hello["endpoint"])
    responder = hello["responder"]
    if latency:
        faults = {"faults": [{"action": "*", "kind": "latency", "seconds": latency, "times": None}]}
        _post(f"{endpoint}/__sim__/faults", faults, ca_file)
    return Far(
        endpoint,
        int(endpoint.rpartition(":")[2]),
        responder["access_key_id"],
        responder["access_key_secret"],
        hello["suspect_key_ids"][0],
        ca_file,
    )


def _post(url: str, body: object, ca_file: str) -> None:
    import ssl

    context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    urllib.request.urlopen(request, context=context).close()


def _certificate(folder: Path) -> str:
    """Write a certificate for 127.0.0.1 and its authority; give the authority's path."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    server = authority.issue_cert("127.0.0.1", "localhost")
    server.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return str(folder / "ca.pem")
