"""A server with OpenAI's chat interface whose model does what a test tells it to, well or badly."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

KEY = "sk-khoa-thu-nghiem-0123456789"

Behaviour = Callable[[dict[str, Any]], Any]
"""What the model does with the question and the sources it was given: the content of its message, or a Response."""


@dataclass
class StandIn:
    """The server as a test sees it: what it is told to do, and what it was sent."""

    url: str = ""
    behaviour: Behaviour = field(default=lambda given: "")
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def given(self) -> str:
        """All that was ever sent to it, as one text."""
        return json.dumps(self.asked, ensure_ascii=False)


def answering(answer: str, *sources: str, completeness: str = "full") -> Behaviour:
    """A model that fills in the form like this."""
    filled = {"answer": answer, "completeness": completeness, "sources_used": list(sources or ("S1",))}
    return lambda given: json.dumps(filled, ensure_ascii=False)


def writing(text: str) -> Behaviour:
    """A model that writes this and no form."""
    return lambda given: text


def failing(status: int) -> Behaviour:
    """A server that refuses, with a message that repeats the key as some do."""
    return lambda given: JSONResponse({"error": {"message": f"refused for {KEY}", "type": "error"}}, status)


def hanging(given: dict[str, Any]) -> Response:
    """A server that takes the request and never answers."""
    return _Never()


def copying(given: dict[str, Any]) -> str:
    """A good model: it answers with the first sentence of the first source, its list mark left out."""
    text = re.sub(r"^[-+*] ", "", given["sources"][0]["text"])
    return json.dumps(
        {"answer": text.split(". ")[0].rstrip("."), "completeness": "full", "sources_used": ["S1"]}, ensure_ascii=False
    )


def obeying(given: dict[str, Any]) -> str:
    """A gullible model: where the data holds an order in double quotes after "SAY", it says just that."""
    order = re.search(r"SAY (.+?) NOW", json.dumps(given, ensure_ascii=False))
    filled = {"answer": order.group(1) if order else "", "completeness": "full", "sources_used": ["S1"]}
    return json.dumps(filled, ensure_ascii=False)


class _Never(Response):
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """The server, listening on a free port of this machine."""
    told = StandIn()
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = await request.json()
        told.asked.append(body)
        told.keys.append(request.headers.get("authorization", ""))
        said = told.behaviour(_given(body))
        answer = said if isinstance(said, Response) else JSONResponse(_completion(body["model"], said))
        # LangChain keeps one pool of connections for all event loops; what stays open would outlive a test's own.
        answer.headers["connection"] = "close"
        return answer

    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=0)
    )
    opened = threading.Event()

    async def serve() -> None:
        serving = asyncio.ensure_future(server.serve())  # noqa: TID251 (a test's own loop)
        while not server.started:
            await asyncio.sleep(0.01)
        told.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
        opened.set()
        await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert opened.wait(20)
    try:
        yield told
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)


def _completion(model: str, said: str) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "x", "object": "chat.completion", "created": 0, "model": model, "choices": [choice], "usage": usage}


def _given(body: dict[str, Any]) -> dict[str, Any]:
    """The question and the sources inside a request, or nothing where it holds none."""
    human = str(body["messages"][-1]["content"])
    fenced = re.search(r"(=== \w+ ===)\n(.*)\n\1", human, re.S)
    return dict(json.loads(fenced.group(2))) if fenced else {}
