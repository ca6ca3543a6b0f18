"""Run the stand-in as a process of its own; prints its address as one line of JSON once it is open."""

import argparse
import asyncio
import json
import signal

from tests.platforms.zalo_bot.stand_in import TOKEN, open_server


async def serve(port: int, token: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    app, server = await open_server(token, port)
    print(json.dumps({"url": server.url, "token": token}), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await app.close()
    await server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.platforms.zalo_bot", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--token", default=TOKEN)
    given = parser.parse_args()
    asyncio.run(serve(given.port, given.token))


if __name__ == "__main__":
    main()
