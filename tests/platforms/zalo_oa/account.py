"""The application and the Official Account that a stand-in stands for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """Ids and secrets: made up, of real ones' shape, and opening nothing.

    `app_secret` goes with the token address; `secret_key` signs the events and stands on the webhook's page.
    """

    app_id: str = "4307551299999900001"
    app_secret: str = "stand-in-app-secret-0"
    oa_id: str = "2741000000000000001"
    secret_key: str = "stand-in-oa-secret-key-0"
