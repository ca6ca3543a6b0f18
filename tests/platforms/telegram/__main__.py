"""Run the stand-in as a process of its own; prints its address as one line of JSON once it is open."""

import argparse
import asyncio
import contextlib
import json
import signal

from tests.platforms.clock import Clock
from tests.platforms.server import Server
from tests.platforms.telegram.app import App
from tests.platforms.telegram.stand_in import TOKEN


async def serve(port: int, token: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = App(token, Clock())
    server = Server(app.handle, port=port)
    await server.open()
    print(json.dumps({"url": server.url, "token": token}), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await app.close()
    await server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--token", default=TOKEN)
    given = parser.parse_args()
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(serve(given.port, given.token))


if __name__ == "__main__":
    main()
