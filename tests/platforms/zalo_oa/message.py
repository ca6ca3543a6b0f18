"""The `message` of a consultation message, checked, and what a person will see of it."""

from dataclasses import dataclass, field
from typing import Any

from tests.platforms.zalo_oa.errors import ApiError
from tests.platforms.zalo_oa.world import HANDLE_SECONDS, Json, Upload, World

TEXT_LIMIT = 2_000
TITLE_LIMIT = 100
SUBTITLE_LIMIT = 500
MOST_BUTTONS = 5
MOST_ELEMENTS = 5
BUTTON_KINDS = ("oa.open.url", "oa.query.show", "oa.query.hide", "oa.open.phone", "oa.open.sms")


@dataclass(slots=True)
class Draft:
    """What is about to be posted."""

    kind: str
    text: str = ""
    title: str = ""
    file: Json | None = None
    buttons: list[Json] = field(default_factory=list)
    quote: str = ""


def units(text: str) -> int:
    """The text's length as the platform counts it: the narrowest reading, UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def drafted(world: World, message: Any) -> Draft:
    """The message as it will stand in the chat. Raises ApiError."""
    if not isinstance(message, dict):
        raise ApiError(-201, "message")
    text = message.get("text", "")
    if not isinstance(text, str):
        raise ApiError(-201, "message.text")
    if units(text) > TEXT_LIMIT:
        raise ApiError(-210, "message.text")
    attachment = message.get("attachment")
    if attachment is None:
        if not text.strip():
            raise ApiError(-201, "message.text is empty")
        draft = Draft("text", text)
    else:
        draft = _attached(world, text, attachment)
    draft.quote = str(message.get("quote_message_id", ""))
    return draft


def _attached(world: World, text: str, attachment: Any) -> Draft:
    payload = attachment.get("payload") if isinstance(attachment, dict) else None
    if not isinstance(payload, dict):
        raise ApiError(-201, "attachment.payload")
    if attachment.get("type") == "file":
        if text:
            raise ApiError(-201, "a file has no text")
        held = _upload(world, payload.get("token"), "file")
        return Draft("file", file=_file(held))
    if attachment.get("type") != "template":
        raise ApiError(-233, "attachment.type")
    match payload.get("template_type"):
        case "media":
            return _media(world, text, payload)
        case "request_user_info":
            return _request(payload)
        case None | "list" if world.buttons_work:
            return _with_buttons(text, payload)
    raise ApiError(-233, "template_type")


def _one_element(payload: Json) -> Json:
    elements = payload.get("elements")
    if not isinstance(elements, list) or len(elements) != 1 or not isinstance(elements[0], dict):
        raise ApiError(-201, "elements has exactly one element")
    return elements[0]


def _media(world: World, text: str, payload: Json) -> Draft:
    element = _one_element(payload)
    kind = element.get("media_type")
    if kind == "sticker":
        if not isinstance(element.get("attachment_id"), str) or text:
            raise ApiError(-201, "sticker")
        return Draft("sticker", file={"id": "", "name": element["attachment_id"], "size": 0, "url": ""})
    if kind not in ("image", "gif"):
        raise ApiError(-201, "media_type")
    if kind == "gif" and not (_is_size(element.get("width")) and _is_size(element.get("height"))):
        raise ApiError(-201, "a gif has width and height")
    url = element.get("url")
    if isinstance(url, str) and url.startswith(("http://", "https://")):
        name = url.split("?")[0].rsplit("/", 1)[-1]
        return Draft(kind, text, file={"id": "", "name": name, "size": 0, "url": url})
    held = _upload(world, element.get("attachment_id"), kind)
    return Draft(kind, text, file=_file(held))


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and value > 0


def _upload(world: World, handle: Any, kind: str) -> Upload:
    held = world.uploads.get(handle) if isinstance(handle, str) else None
    if held is None or held.kind != kind:
        raise ApiError(-201, "attachment")
    if world.clock.now() - held.at > HANDLE_SECONDS:
        raise ApiError(-100)
    return held


def _file(held: Upload) -> Json:
    return {"id": held.handle, "name": held.name, "size": len(held.content), "url": ""}


def _request(payload: Json) -> Draft:
    element = _one_element(payload)
    title, subtitle, image = element.get("title"), element.get("subtitle"), element.get("image_url", "")
    if not isinstance(title, str) or not title or not isinstance(subtitle, str) or not subtitle:
        raise ApiError(-201, "title, subtitle")
    if units(title) > TITLE_LIMIT or units(subtitle) > SUBTITLE_LIMIT:
        raise ApiError(-210, "title, subtitle")
    if not isinstance(image, str) or (image and not image.startswith(("http://", "https://"))):
        raise ApiError(-201, "image_url")
    return Draft("request_info", subtitle, title)


def _with_buttons(text: str, payload: Json) -> Draft:
    buttons = payload.get("buttons", [])
    if not isinstance(buttons, list) or len(buttons) > MOST_BUTTONS:
        raise ApiError(-201, "buttons")
    elements = payload.get("elements", [])
    if not isinstance(elements, list) or len(elements) > MOST_ELEMENTS:
        raise ApiError(-201, "elements")
    lines = [text, *(str(e.get("title", "")) for e in elements if isinstance(e, dict))]
    if not any(lines) or not (buttons or elements):
        raise ApiError(-201, "message.text is empty")
    return Draft("text", "\n".join(line for line in lines if line), buttons=[_button(b) for b in buttons])


def _button(button: Any) -> Json:
    if not isinstance(button, dict) or button.get("type") not in BUTTON_KINDS:
        raise ApiError(-201, "buttons.type")
    title, payload = button.get("title"), button.get("payload")
    if not isinstance(title, str) or not title or units(title) > TITLE_LIMIT:
        raise ApiError(-201, "buttons.title")
    is_query = button["type"].startswith("oa.query")
    if is_query != isinstance(payload, str) or not payload:
        raise ApiError(-201, "buttons.payload")
    return {"label": title, "type": button["type"], "payload": payload}
