"""Which calls are taken to come from Zalo."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.zalo_signature import ANY, VARIANTS, Refused, Signatures

APP, OA, OA_KEY, APP_SECRET = "300001", "2000001", "oa-key-for-tests", "app-secret-for-tests"
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp() * 1000))
TOLD = {"app_id": APP, "event_name": "user_send_text", "recipient": {"id": OA}, "timestamp": STAMP, "message": {}}
BODY = json.dumps(TOLD, ensure_ascii=False).encode()


def signed(variant: str, body: bytes = BODY, stamp: str = STAMP, prefix: str = "mac=") -> dict[str, str]:
    """The headers of a call that is signed in this form."""
    first, time, secret = variant.split("-")
    whole = {"app_id": APP, "oa_id": OA}[first].encode() + body + stamp.encode()
    mac = hashlib.sha256(whole + {"oa_key": OA_KEY, "app_secret": APP_SECRET}[secret].encode()).hexdigest()
    return {"x-zevent-signature": prefix + mac} | ({"x-zevent-timestamp": stamp} if time == "header" else {})


def checker(variant: str = ANY) -> Signatures:
    return Signatures(APP, OA_KEY, APP_SECRET, variant)


def reason(signatures: Signatures, headers: dict[str, str], body: bytes = BODY, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as refused:
        signatures.check(headers, body, json.loads(body), now)
    return refused.value.reason


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("prefix", ["mac=", "", "MAC="])
def test_every_form_is_accepted_and_counted(variant: str, prefix: str) -> None:
    signatures, stamp = checker(), STAMP if "body" in variant else str(int(STAMP) + 5)
    headers = signed(variant, stamp=stamp, prefix=prefix)
    assert signatures.check(headers, BODY, TOLD, NOW) == variant
    assert signatures.metrics() == {f'kehoach_zalo_oa_signature_total{{variant="{variant}"}}': 1.0}


@pytest.mark.parametrize("pinned", VARIANTS)
def test_only_the_form_that_was_pinned_is_accepted(pinned: str) -> None:
    stamp = str(int(STAMP) + 5)
    for variant in VARIANTS:
        headers = signed(variant, stamp=STAMP if "body" in variant else stamp)
        if variant == pinned:
            assert checker(pinned).check(headers, BODY, TOLD, NOW) == pinned
        else:
            assert reason(checker(pinned), headers) == "wrong"


def test_a_call_without_a_signature_is_refused_and_counted() -> None:
    signatures = checker()
    assert reason(signatures, {}) == reason(signatures, {"x-zevent-signature": " "}) == "missing"
    assert signatures.metrics() == {'kehoach_zalo_oa_refused_total{reason="missing"}': 2.0}


@pytest.mark.parametrize(
    "shown", ["mac=", "mac=00", "mac=" + "g" * 64, "mac=" + "0" * 64, "mac=" + "0" * 65, "kế hoạch"]
)
def test_a_signature_of_another_shape_or_value_is_wrong(shown: str) -> None:
    assert reason(checker(), {"x-zevent-signature": shown}) == "wrong"


def test_another_secret_or_another_app_is_wrong() -> None:
    good = signed("app_id-body-oa_key")
    assert reason(Signatures(APP, "another", ""), good) == "wrong"
    assert reason(Signatures("300002", OA_KEY, APP_SECRET), good) == "wrong"


@pytest.mark.parametrize(
    ("age", "outcome"),
    [
        (timedelta(0), ""),
        (timedelta(hours=2, minutes=5), ""),
        (timedelta(hours=3, minutes=1), "stale"),
        (timedelta(days=400), "stale"),
        (timedelta(minutes=-9), ""),
        (timedelta(minutes=-11), "stale"),
    ],
)
def test_an_old_call_is_refused_but_not_the_last_of_the_retries(age: timedelta, outcome: str) -> None:
    headers = signed("app_id-body-oa_key")
    if outcome:
        assert reason(checker(), headers, now=NOW + age) == outcome
    else:
        assert checker().check(headers, BODY, TOLD, NOW + age) == "app_id-body-oa_key"


def test_a_time_in_the_header_makes_no_old_body_fresh() -> None:
    headers = signed("app_id-body-oa_key") | {"x-zevent-timestamp": str(int(STAMP) + 86_400_000)}
    assert reason(checker(), headers, now=NOW + timedelta(days=1)) == "stale"


def test_a_part_of_the_body_cannot_pass_for_the_time() -> None:
    """Nothing stands between body and time: the end of a signed body moved into the header must not match."""
    headers = signed("app_id-header-oa_key")
    moved = BODY[-1:].decode() + STAMP
    assert reason(checker(), headers | {"x-zevent-timestamp": moved}, BODY[:-1] + b" }") == "wrong"
    shorter = signed("app_id-header-oa_key", BODY + b"12", STAMP)
    assert reason(checker(), shorter | {"x-zevent-timestamp": "12" + STAMP}) == "wrong"


def test_events_delivered_again_are_counted() -> None:
    signatures = checker()
    signatures.check(signed("app_id-body-oa_key") | {"num_retry": "2"}, BODY, TOLD, NOW)
    signatures.check(signed("app_id-body-oa_key") | {"num_retry": "0"}, BODY, TOLD, NOW)
    assert signatures.metrics()["kehoach_zalo_oa_redelivered_total"] == 1.0


def test_without_an_app_or_a_secret_nothing_is_ready() -> None:
    assert not Signatures("", OA_KEY, "").is_ready and not Signatures(APP, "", "").is_ready
    assert Signatures(APP, "", APP_SECRET).is_ready
    assert reason(Signatures(APP, "", ""), signed("app_id-body-oa_key")) == "wrong"


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=80), st.integers(0, len(BODY)), st.sampled_from(VARIANTS))
def test_whoever_changes_a_byte_is_refused(noise: bytes, at: int, variant: str) -> None:
    changed = BODY[:at] + noise + BODY[at:]
    told: dict[str, Any] = {**TOLD}
    if noise:
        with pytest.raises(Refused):
            checker().check(signed(variant), changed, told, NOW)
    else:
        assert checker().check(signed(variant), changed, told, NOW)


JUNK = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.dictionaries(st.text(max_size=5), st.none())
)


@settings(max_examples=80, deadline=None)
@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(("timestamp", "oa_id", "recipient", "sender", "app_id"), JUNK)),
    st.dictionaries(
        st.sampled_from(["x-zevent-signature", "x-zevent-timestamp", "num_retry"]), st.text(max_size=80), max_size=3
    ),
)
def test_whatever_is_shown_by_a_stranger_is_refused(told: dict[str, Any], headers: dict[str, str]) -> None:
    with pytest.raises(Refused):
        checker().check(headers, json.dumps(told).encode(), told, NOW)
