"""What the webhook is told, in the platform's shapes: ids and times are strings, and no event names the person."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The application and the account that an event speaks of."""

    app_id: str
    oa_id: str


def said(names: Names, kind: str, person: str, by_app: str, at: str, message: Json) -> Json:
    """`user_send_…`: a person wrote to the account."""
    return {
        "app_id": names.app_id,
        "user_id_by_app": by_app,
        "event_name": f"user_send_{kind}",
        "timestamp": at,
        "sender": {"id": person},
        "recipient": {"id": names.oa_id},
        "message": message,
    }


def said_in_group(names: Names, kind: str, person: str, by_app: str, group: str, at: str, message: Json) -> Json:
    """`user_send_group_…`: a person wrote in a group of the account."""
    return {
        "app_id": names.app_id,
        "oa_id": names.oa_id,
        "user_id_by_app": by_app,
        "event_name": f"user_send_group_{kind}",
        "timestamp": at,
        "sender": {"id": person},
        "recipient": {"id": group},
        "message": message,
    }


def followed(names: Names, person: str, by_app: str, at: str, *, is_follow: bool, source: str = "oa_profile") -> Json:
    """`follow` and `unfollow`, which have a follower and no sender."""
    return {
        "app_id": names.app_id,
        "oa_id": names.oa_id,
        "user_id_by_app": by_app,
        "event_name": "follow" if is_follow else "unfollow",
        "source": source,
        "follower": {"id": person},
        "timestamp": at,
    }


def submitted(names: Names, person: str, by_app: str, at: str, form: Json, *, is_old: bool) -> Json:
    """`user_submit_info`: what a person typed into the form, in the newer or the older shape."""
    if is_old:
        info = {
            "name": form["name"], "phone": form["phone"], "address": form["address"], "city": form["city"],
            "district": form["district"], "ward": form["ward"],
        }  # fmt: skip
    else:
        info = {
            "name": form["name"],
            "phone": form["phone"],
            "user_dob": form["born"],
            "gender": form["gender"],
            "full_address": {
                "user_city": form["city"], "user_ward": form["ward"], "user_address": form["address"]
            },
        }  # fmt: skip
    return {
        "app_id": names.app_id,
        "oa_id": names.oa_id,
        "user_id_by_app": by_app,
        "event_name": "user_submit_info",
        "timestamp": at,
        "sender": {"id": person},
        "recipient": {"id": names.oa_id},
        "info": info,
    }


def received(names: Names, recipient: str, message_id: str, at: str, tracking_id: str = "") -> Json:
    """`user_received_message`: a message reached a phone; of a template by phone the recipient is the number."""
    message: Json = {"delivery_time": at, "msg_id": message_id}
    if tracking_id:
        message["tracking_id"] = tracking_id
    return {
        "app_id": names.app_id,
        "oa_id": names.oa_id,
        "event_name": "user_received_message",
        "timestamp": at,
        "sender": {"id": names.oa_id},
        "recipient": {"id": recipient},
        "message": message,
    }


def seen(names: Names, person: str, by_app: str, message_ids: list[str], at: str) -> Json:
    """`user_seen_message`: a person opened the chat."""
    return {
        "app_id": names.app_id,
        "oa_id": names.oa_id,
        "user_id_by_app": by_app,
        "event_name": "user_seen_message",
        "timestamp": at,
        "sender": {"id": names.oa_id},
        "recipient": {"id": person},
        "message": {"msg_ids": message_ids},
    }


def echoed(names: Names, kind: str, person: str, by_app: str, at: str, message: Json, admin: str = "") -> Json:
    """`oa_send_…`: the account's own message comes back; `admin` wrote it by hand in the account's inbox."""
    body: Json = {
        "app_id": names.app_id,
        "user_id_by_app": by_app,
        "event_name": f"oa_send_{kind}",
        "timestamp": at,
        "sender": {"id": names.oa_id},
        "recipient": {"id": person},
        "message": message,
    }
    if admin:
        body["sender"]["admin_id"] = admin
    return body


def about_data(names: Names, event_name: str, person: str, by_app: str, at: str) -> Json:
    """A person used a right over their personal data. The platform's name of this event is not known."""
    return {
        "app_id": names.app_id,
        "oa_id": names.oa_id,
        "user_id_by_app": by_app,
        "event_name": event_name,
        "timestamp": at,
        "sender": {"id": person},
        "recipient": {"id": names.oa_id},
    }
