"""The practice cloud behind TLS, for comparing with the SDKs' own transport.

`python -m bench.tls_cloud FOLDER …`

Takes the certificate from FOLDER; the rest of the arguments are `aktui simcloud`'s. Ends with its stdin.
"""

import argparse
import json
import os
import socket
import sys
import threading

import uvicorn

from aktui.simcloud.main import announcement, builder
from aktui.simcloud.server import create_app


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--scenario", default="leaked-ci-key")
    parser.add_argument("--exit-with-stdin", action="store_true")
    options = parser.parse_args()
    rebuild = builder(options.scenario, 0, None)
    account = rebuild()
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(
        create_app(account, rebuild=rebuild),
        ssl_certfile=f"{options.folder}/server.pem",
        log_level="critical",
        lifespan="off",
        timeout_keep_alive=60,
    )
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    print(json.dumps(announcement(account, f"https://127.0.0.1:{listener.getsockname()[1]}")), flush=True)
    server.run(sockets=[listener])


def _end_with_stdin(server: uvicorn.Server) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        continue
    server.should_exit = True


if __name__ == "__main__":
    main()
