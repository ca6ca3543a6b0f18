"""The platform's refusals: they come inside HTTP 200, with a negative code."""

REASONS: dict[int, str] = {
    -32: "App has reached limit call API",
    -100: "Attachment id is invalid or expired",
    -108: "Phone number is invalid",
    -109: "Template id is invalid",
    -114: "User can not receive this message",
    -115: "Out of balance",
    -117: "App has no permission to use this template",
    -118: "Zalo account does not exist",
    -119: "Account can not receive this message",
    -124: "Access token is invalid",
    -127: "A template in development is sent to administrators only",
    -131: "Template has not been approved",
    -133: "This template is not sent at night",
    -135: "OA has no permission to send this message",
    -141: "User has refused this kind of message",
    -144: "OA has exceeded its quota of the day",
    -146: "Template has been disabled because of its quality",
    -147: "Template has exceeded its quota of the day",
    -200: "Send message failed",
    -201: "Params is invalid",
    -204: "Official Account has been deleted",
    -205: "Official Account does not exist",
    -209: "This API is not supported because the application is not activated",
    -210: "Parameter exceeds the allowed limit",
    -211: "Out of quota",
    -212: "OA has not registered this API",
    -213: "User has not followed this OA",
    -216: "Access token is invalid",
    -217: "User has blocked invitations of this OA",
    -218: "Out of quota receive of this user",
    -219: "Application has been removed or disabled",
    -220: "Access token has expired",
    -221: "OA is not verified",
    -223: "OA has not authorised the application for this API",
    -224: "OA needs a higher package for this API",
    -227: "User is banned or has been inactive for more than 45 days",
    -230: "User has not interacted with the OA in the past 7 days",
    -232: "User has not issued an interaction, or the interaction has expired",
    -233: "Message type is not supported",
    -234: "This kind of message can not be sent at night",
    -235: "The type of this OA does not support this API",
    -240: "MessageV2 API has been shut down, please move to MessageV3",
    -244: "User has restricted this kind of message",
    -249: "Template can not be sent by user id",
    -320: "OA has not linked a Zalo Cloud Account",
    -321: "Zalo Cloud Account is out of money",
    -403: "OA is not a member of the group",
    -404: "Empty API or wrong path",
    -1121: "Body lacks a required parameter",
    -1122: "Template data lacks a parameter",
    -1124: "Template data has a wrong format",
    -14002: "Application is not active",
    -14003: "Redirect uri is not registered",
    -14004: "Secret key is invalid",
    -14009: "Code verifier does not match",
    -14012: "Authorization code is expired or already used",
    -14014: "Refresh token is invalid",
    -14020: "Grant type is not supported",
}
"""What each code means; the words are the stand-in's own, and no client should read them."""


class ApiError(Exception):
    """A refusal inside HTTP 200. `detail` is put behind the reason."""

    def __init__(self, code: int, detail: str = "") -> None:
        reason = REASONS.get(code, "Error")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.code = code


class NotFound(Exception):
    """A path that does not exist: the one refusal that is HTTP 404."""
