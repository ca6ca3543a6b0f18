"""The methods of the Bot API that the stand-in knows, with Telegram's limits and its words of complaint."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.platforms.telegram.faults import ApiError
from tests.platforms.telegram.text import BadEntities, parse, units
from tests.platforms.telegram.world import Chat, File, Hook, Json, Posted, World

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_LIMIT = 64
CALLBACK_ANSWER_LIMIT = 200
CHAT_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
        "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
DOWNLOAD_LIMIT = 20 * 2**20
PHOTO_LIMIT = 10 * 2**20
UPLOAD_LIMIT = 50 * 2**20
PATH_SECONDS = 3600.0
"""How long a `file_path` opens its file: "guaranteed to be valid for at least 1 hour", and here for no longer."""
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_URL = re.compile(r"(https?)://([^/:]+)(?::(\d+))?(/.*)?$")
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


class Upload:
    """A file that came in with a request."""

    def __init__(self, name: str, media_type: str, content: bytes) -> None:
        self.name = name
        self.media_type = media_type
        self.content = content

    def as_json(self) -> Json:
        """The form of the journal."""
        return {"file": self.name, "type": self.media_type, "size": len(self.content)}


class Parameters:
    """A request's parameters, whichever way they came in: strings of a form or values of a JSON body."""

    def __init__(self, values: Json, uploads: dict[str, Upload] | None = None) -> None:
        self.values = values
        self.uploads = uploads or {}

    def as_json(self) -> Json:
        """The form of the journal."""
        if not self.uploads:
            return self.values
        return {**self.values, **{key: upload.as_json() for key, upload in self.uploads.items()}}

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number. Raises ApiError 400."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ApiError(400, f"Bad Request: {name} must be an integer") from None

    def truth(self, name: str) -> bool:
        """A boolean, also as a form spells it."""
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def structure(self, name: str) -> Any:
        """A JSON value, also as a string in a form. Raises ApiError 400."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise ApiError(400, f"Bad Request: can't parse {name} JSON object") from None


class Methods:
    """Everything but `getUpdates`, which waits and so is part of the application."""

    def __init__(self, world: World, on_webhook: Callable[[], None]) -> None:
        self._world = world
        self._on_webhook = on_webhook
        self._by_name: dict[str, Callable[[Parameters], Any]] = {
            "getme": self._get_me,
            "sendmessage": self._send_message,
            "editmessagetext": lambda p: self._edit_words(p, "text", TEXT_LIMIT),
            "editmessagecaption": lambda p: self._edit_words(p, "caption", CAPTION_LIMIT),
            "editmessagereplymarkup": self._edit_markup,
            "leavechat": self._leave_chat,
            "deletemessage": self._delete_message,
            "answercallbackquery": self._answer_callback_query,
            "sendchataction": self._send_chat_action,
            "sendphoto": lambda p: self._send_attached(p, "photo"),
            "senddocument": lambda p: self._send_attached(p, "document"),
            "setmycommands": self._set_my_commands,
            "getmycommands": lambda p: self._world.menus.get(_scope(p), []),
            "deletemycommands": self._delete_my_commands,
            "getfile": self._get_file,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
        }

    def call(self, method: str, parameters: Parameters) -> Any:
        """The result. Raises ApiError."""
        handler = self._by_name.get(method.lower())
        if handler is None:
            raise ApiError(404, "Not Found")
        return handler(parameters)

    def _chat(self, parameters: Parameters) -> Chat:
        """The chat that is meant, if the bot may write to it. Raises ApiError."""
        if "chat_id" not in parameters.values or parameters.values["chat_id"] == "":
            raise ApiError(400, "Bad Request: chat_id is empty")
        try:
            chat_id = int(parameters.values["chat_id"])
        except (TypeError, ValueError):
            raise ApiError(400, "Bad Request: chat not found") from None
        chat = self._world.chats.get(chat_id)
        if chat is None:
            if chat_id in self._world.users:
                raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
            raise ApiError(400, "Bad Request: chat not found")
        if chat.moved_to:
            raise ApiError(
                400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": chat.moved_to}
            )
        if chat.refusal:
            raise ApiError(403, f"Forbidden: {chat.refusal}")
        return chat

    def _count(self, chat: Chat) -> None:
        if self._world.meter is not None:
            self._world.meter.check(chat.id, self._world.clock.now())

    def _get_me(self, _: Parameters) -> Json:
        return {
            **self._world.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _send_message(self, parameters: Parameters) -> Json:
        chat = self._chat(parameters)
        content = _worded(parameters, "text", TEXT_LIMIT, "message is too long")
        if not content["text"]:
            raise ApiError(400, "Bad Request: message text is empty")
        markup = _markup(parameters)
        quoted = _quoted(parameters, chat)
        self._count(chat)
        return self._posted(chat, {**content, **markup, **quoted})

    def _posted(self, chat: Chat, content: Json) -> Json:
        body = self._world.post(chat, self._world.bot, content)
        self._world.changes.changed()
        return body

    def _edit_words(self, parameters: Parameters, name: str, limit: int) -> Json:
        posted = self._own_message(parameters, "message to edit not found", "message can't be edited")
        is_text = "text" in posted.body
        if name == "text" and not is_text:
            raise ApiError(400, "Bad Request: there is no text in the message to edit")
        if name == "caption" and is_text:
            raise ApiError(400, "Bad Request: there is no caption in the message to edit")
        content = _worded(parameters, name, limit, "message is too long")
        if not content[name] and is_text:
            raise ApiError(400, "Bad Request: message text is empty")
        return self._changed(parameters, posted, (name, "entities", "reply_markup"), content | _markup(parameters))

    def _edit_markup(self, parameters: Parameters) -> Json:
        posted = self._own_message(parameters, "message to edit not found", "message can't be edited")
        return self._changed(parameters, posted, ("reply_markup",), _markup(parameters))

    def _changed(self, parameters: Parameters, posted: Posted, keys: tuple[str, ...], content: Json) -> Json:
        if all((posted.body.get(key) or None) == (content.get(key) or None) for key in keys):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly"
                " the same as a current content and reply markup of the message",
            )
        if posted.body["message_id"] in self._world.frozen:
            raise ApiError(400, "Bad Request: message can't be edited")
        self._count(self._chat(parameters))
        if "reply_markup" in posted.body:
            posted.old_markups.append(posted.body["reply_markup"])
        kept = {k: v for k, v in posted.body.items() if k not in keys}
        posted.body = {**kept, **content, "edit_date": int(self._world.clock.now())}
        posted.is_edited = True
        self._world.changes.changed()
        return posted.body

    def _leave_chat(self, parameters: Parameters) -> bool:
        chat = self._chat(parameters)
        if chat.body["type"] == "private":
            raise ApiError(400, "Bad Request: chat is private")
        chat.refusal = "bot is not a member of the group chat"
        return True

    def _delete_message(self, parameters: Parameters) -> bool:
        chat = self._chat(parameters)
        posted = chat.messages.pop(parameters.integer("message_id"), None)
        if posted is None:
            raise ApiError(400, "Bad Request: message to delete not found")
        chat.bot_count -= posted.is_from_bot
        self._world.changes.changed()
        return True

    def _own_message(self, parameters: Parameters, absent: str, foreign: str) -> Posted:
        posted = self._chat(parameters).messages.get(parameters.integer("message_id"))
        if posted is None:
            raise ApiError(400, f"Bad Request: {absent}")
        if not posted.is_from_bot:
            raise ApiError(400, f"Bad Request: {foreign}")
        return posted

    def _answer_callback_query(self, parameters: Parameters) -> bool:
        press = self._world.presses.get(parameters.text("callback_query_id"))
        if press is None:
            raise ApiError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        text = parameters.text("text")
        if units(text) > CALLBACK_ANSWER_LIMIT:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        press.answer = {"text": text, "show_alert": parameters.truth("show_alert")}
        self._world.changes.changed()
        return True

    def _send_chat_action(self, parameters: Parameters) -> bool:
        self._chat(parameters)
        if parameters.text("action") not in CHAT_ACTIONS:
            raise ApiError(400, "Bad Request: wrong parameter action in request")
        return True

    def _send_attached(self, parameters: Parameters, kind: str) -> Json:
        chat = self._chat(parameters)
        content = _worded(parameters, "caption", CAPTION_LIMIT, "message caption is too long")
        content = {{"entities": "caption_entities"}.get(k, k): v for k, v in content.items() if v}
        content |= _markup(parameters) | _quoted(parameters, chat)
        kept, name, media_type = self._given_file(parameters, kind)
        if len(kept.content) > (PHOTO_LIMIT if kind == "photo" else UPLOAD_LIMIT):
            raise ApiError(413, "Request Entity Too Large")
        held = {"file_id": kept.id, "file_unique_id": f"u{kept.id}", "file_size": len(kept.content)}
        attached: Any = [{**held, "width": 90, "height": 90}]
        if kind == "document":
            attached = {**held, "file_name": name, "mime_type": media_type}
        self._count(chat)
        body = self._posted(chat, {kind: attached, **content})
        chat.messages[body["message_id"]].file_name = name
        return body

    def _given_file(self, parameters: Parameters, kind: str) -> tuple[File, str, str]:
        value = parameters.text(kind)
        upload = parameters.uploads.get(value.removeprefix("attach://") if value else kind)
        if upload is not None:
            if not upload.content:
                raise ApiError(400, "Bad Request: file must be non-empty")
            return self._world.keep_file(upload.name, upload.content), upload.name, upload.media_type
        if value in self._world.files:
            return self._world.files[value], value, "application/octet-stream"
        if value.startswith(("http://", "https://")):
            name = value.rsplit("/", 1)[-1]
            return self._world.keep_file(name, b""), name, "application/octet-stream"
        raise ApiError(400, f"Bad Request: there is no {kind} in the request")

    def _set_my_commands(self, parameters: Parameters) -> bool:
        commands = parameters.structure("commands")
        if not isinstance(commands, list) or len(commands) > 100:
            raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _COMMAND.fullmatch(command.get("command", "")):
                raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= units(command.get("description", "")) <= 256:
                raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.menus[_scope(parameters)] = commands
        return True

    def _delete_my_commands(self, parameters: Parameters) -> bool:
        self._world.menus.pop(_scope(parameters), None)
        return True

    def _get_file(self, parameters: Parameters) -> Json:
        kept = self._world.files.get(parameters.text("file_id"))
        if kept is None:
            raise ApiError(400, "Bad Request: invalid file_id")
        if kept.id in self._world.lost_files:
            raise ApiError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(kept.content) > DOWNLOAD_LIMIT:
            raise ApiError(400, "Bad Request: file is too big")
        kept.path_ends = self._world.clock.now() + PATH_SECONDS
        return {
            "file_id": kept.id,
            "file_unique_id": f"u{kept.id}",
            "file_size": len(kept.content),
            "file_path": kept.path,
        }

    def _set_webhook(self, parameters: Parameters) -> bool:
        url, secret = parameters.text("url"), parameters.text("secret_token")
        if not url:
            return self._delete_webhook(parameters)
        _check_webhook_url(url)
        if secret and not _SECRET.fullmatch(secret):
            raise ApiError(400, "Bad Request: secret token contains unallowed characters")
        connections = parameters.integer("max_connections", 40)
        self._world.hook = Hook(url, secret, connections if 1 <= connections <= 100 else 40)
        self.allow(parameters)
        if parameters.truth("drop_pending_updates"):
            self._world.updates.clear()
        self._on_webhook()
        return True

    def allow(self, parameters: Parameters) -> None:
        """Take over `allowed_updates`; without it the earlier choice stays."""
        allowed = parameters.structure("allowed_updates")
        if isinstance(allowed, list):
            self._world.updates.allowed = frozenset(allowed) or None

    def _delete_webhook(self, parameters: Parameters) -> bool:
        self._world.hook = None
        if parameters.truth("drop_pending_updates"):
            self._world.updates.clear()
        self._on_webhook()
        return True

    def _get_webhook_info(self, _: Parameters) -> Json:
        hook = self._world.hook
        info: Json = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": self._world.pending,
        }
        if hook is not None:
            info["max_connections"] = hook.max_connections
            if hook.last_error:
                info |= {"last_error_date": hook.last_error_date, "last_error_message": hook.last_error}
        return info


def _worded(parameters: Parameters, name: str, limit: int, complaint: str) -> Json:
    """The text under `name` as it will be shown, with its entities. Raises ApiError 400."""
    try:
        text, entities = parse(parameters.text(name), parameters.text("parse_mode") or None)
    except BadEntities as bad:
        raise ApiError(400, str(bad)) from None
    if units(text) > limit:
        raise ApiError(400, f"Bad Request: {complaint}")
    entities = entities or parameters.structure("entities") or []
    return {name: text, "entities": entities} if entities else {name: text}


def _quoted(parameters: Parameters, chat: Chat) -> Json:
    """The message that is answered, as it stands in the answer. Raises ApiError 400 where there is none."""
    given = parameters.structure("reply_parameters")
    if not isinstance(given, dict):
        return {}
    answered = chat.messages.get(int(given.get("message_id", 0)))
    if answered is None:
        if given.get("allow_sending_without_reply"):
            return {}
        raise ApiError(400, "Bad Request: message to be replied not found")
    return {"reply_to_message": {k: v for k, v in answered.body.items() if k != "reply_to_message"}}


def _scope(parameters: Parameters) -> str:
    """For whom a menu of commands is, in one word: "default", "all_group_chats", "chat:42". Raises ApiError 400."""
    given = parameters.structure("scope") or {"type": "default"}
    kind = given.get("type") if isinstance(given, dict) else None
    if kind in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        return str(kind)
    if kind in ("chat", "chat_administrators") and str(given.get("chat_id", "")):
        return f"{kind}:{given['chat_id']}"
    raise ApiError(400, "Bad Request: can't parse BotCommandScope")


def _markup(parameters: Parameters) -> Json:
    """The keyboard, checked. Raises ApiError 400."""
    markup = parameters.structure("reply_markup")
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise ApiError(400, "Bad Request: object expected as reply markup")
    for button in (b for row in markup.get("inline_keyboard", []) for b in row):
        if not button.get("text"):
            raise ApiError(400, "Bad Request: can't parse inline keyboard button: text is empty")
        if "callback_data" in button:
            if not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_LIMIT:
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
        elif not ({"url", "web_app", "copy_text", "login_url"} & set(button)):
            raise ApiError(
                400,
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            )
    return {"reply_markup": markup}


def _check_webhook_url(url: str) -> None:
    """Telegram asks for HTTPS on one of four ports; plain HTTP passes only to this machine. Raises ApiError 400."""
    parts = _URL.match(url)
    if parts is None:
        raise ApiError(400, "Bad Request: bad webhook: invalid webhook URL specified")
    if parts[2] in _LOOPBACK:
        return
    if parts[1] != "https":
        raise ApiError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if int(parts[3] or 443) not in WEBHOOK_PORTS:
        raise ApiError(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
