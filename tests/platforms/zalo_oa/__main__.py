"""Run the stand-in as a process of its own; prints its addresses as one line of JSON once it is open."""

import argparse
import asyncio
import contextlib
import json
import signal

from tests.platforms.clock import Clock
from tests.platforms.server import Server
from tests.platforms.zalo_oa.account import Account
from tests.platforms.zalo_oa.app import App


async def serve(port: int, account: Account) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = App(account, Clock())
    server = Server(app.handle, port=port)
    await server.open()
    app.world.root = server.url
    print(json.dumps({"url": server.url, "app_id": account.app_id, "oa_id": account.oa_id}), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await app.close()
    await server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.zalo_oa", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    given = parser.parse_args()
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(serve(given.port, Account()))


if __name__ == "__main__":
    main()
