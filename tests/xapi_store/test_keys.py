"""Signing keys, access keys and signatures."""

import threading
from datetime import datetime

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.xapi_store.conftest import StoreAtHand
from xapi_store import api_keys, keys, signatures
from xapi_store.errors import NotAllowed, SealBroken, SignatureRefused, UnknownKey
from xapi_store.keys import Seal, SigningKey
from xapi_store.transaction import transaction

SEAL = Seal("a secret of the installation")


def test_sealed_bytes_open_only_with_the_same_secret_and_unchanged() -> None:
    sealed = SEAL.seal(b"plain", bound_to="this")
    assert b"plain" not in sealed
    assert Seal("a secret of the installation").open(sealed, bound_to="this") == b"plain"
    assert sealed != SEAL.seal(b"plain", bound_to="this")
    for broken, place in [
        (sealed, "that"),
        (sealed[:-1] + b"x", "this"),
        (b"", "this"),
        (b"\x02" + sealed[1:], "this"),
    ]:
        with pytest.raises(SealBroken):
            SEAL.open(broken, bound_to=place)
    with pytest.raises(SealBroken):
        Seal("another secret").open(sealed, bound_to="this")


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_a_key_signs_and_its_public_half_verifies(session: Session, now: datetime, algorithm: str) -> None:
    key = keys.ensure(session, owner="tool", algorithm=algorithm, seal=SEAL, at=now)
    token = signatures.sign({"aud": "x", "exp": 1}, key=key, private=keys.private(key, SEAL), headers={"typ": "vc+jwt"})
    (jwk,) = keys.published(session, owner="tool")
    assert signatures.header(token) == {"alg": algorithm, "kid": key.kid, "typ": "vc+jwt"}
    assert signatures.verify(token, jwk=jwk, algorithms=[algorithm]) == {"aud": "x", "exp": 1}
    assert not jwk.keys() & {"d", "p", "q", "k"}
    assert (jwk["alg"], jwk["use"], jwk["kid"]) == (algorithm, "sig", key.kid)


def test_altered_foreign_and_unsigned_tokens_are_refused(session: Session, now: datetime) -> None:
    key = keys.ensure(session, owner="tool", algorithm="ES256", seal=SEAL, at=now)
    other = keys.ensure(session, owner="agency:north", algorithm="ES256", seal=SEAL, at=now)
    token = signatures.sign({"level": 3}, key=key, private=keys.private(key, SEAL))
    head, body, signature = token.split(".")
    forged = signatures.sign({"level": 4}, key=other, private=keys.private(other, SEAL)).split(".")[1]
    unsigned = jwt.encode({"level": 3}, "", algorithm="none")
    for bad in (f"{head}.{forged}.{signature}", f"{head}.{body}.", unsigned, "", "a.b.c", "é"):
        with pytest.raises(SignatureRefused):
            signatures.verify(bad, jwk=key.public_jwk, algorithms=["ES256"])
    with pytest.raises(SignatureRefused):
        signatures.verify(token, jwk=other.public_jwk, algorithms=["ES256"])
    with pytest.raises(SignatureRefused):
        signatures.verify(token, jwk=key.public_jwk, algorithms=["RS256"])
    with pytest.raises(SignatureRefused):
        signatures.header("nothing")


def test_private_keys_are_sealed_at_rest(session: Session, now: datetime) -> None:
    key = keys.ensure(session, owner="tool", algorithm="RS256", seal=SEAL, at=now)
    row = session.execute(text("SELECT row_to_json(signing_key)::text FROM signing_key")).scalar_one()
    assert "PRIVATE" not in row
    plain = keys.private(key, SEAL).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert plain[30:60].hex() not in row
    with pytest.raises(SealBroken):
        keys.private(key, Seal("another secret"))
    assert keys.private(key, SEAL) is keys.private(key, SEAL), "opened once per process"


def test_a_retired_key_still_verifies_and_a_new_one_signs(session: Session, now: datetime) -> None:
    with pytest.raises(UnknownKey):
        keys.active(session, owner="tool", algorithm="ES256")
    first = keys.ensure(session, owner="tool", algorithm="ES256", seal=SEAL, at=now)
    assert keys.ensure(session, owner="tool", algorithm="ES256", seal=SEAL, at=now) is first
    keys.retire(session, key=first, at=now)
    second = keys.ensure(session, owner="tool", algorithm="ES256", seal=SEAL, at=now)
    assert second.kid != first.kid
    assert {each["kid"] for each in keys.published(session, owner="tool")} == {first.kid, second.kid}
    assert keys.by_kid(session, first.kid) is first
    with pytest.raises(UnknownKey):
        keys.by_kid(session, "nothing")


def test_processes_that_start_together_share_one_key(store: StoreAtHand, now: datetime) -> None:
    def work() -> None:
        with transaction(store.database) as session:
            keys.ensure(session, owner="tool", algorithm="ES256", seal=SEAL, at=now)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.session() as session:
        assert session.scalar(select(func.count()).select_from(SigningKey)) == 1


def test_an_access_key_opens_its_store_only_with_its_secret(store: StoreAtHand, now: datetime) -> None:
    with store.database.session() as session:
        row, secret = api_keys.create(session, store_id=store.id, label="LMS", scopes=["statements/write"], at=now)
        access = api_keys.authenticate(session, key=row.key, secret=secret, at=now)
        assert (access.store_id, access.scopes) == (store.id, frozenset({"statements/write"}))
        assert (access.may_write, access.may_read_own, access.may_read_all) == (True, False, False)
        assert secret.encode() not in row.secret_hash
        for key, wrong in [(row.key, ""), (row.key, secret + "x"), ("nobody", secret), ("\0", secret), ("", "\ud800")]:
            with pytest.raises(UnknownKey):
                api_keys.authenticate(session, key=key, secret=wrong, at=now)
        api_keys.revoke(session, key=row.key, at=now)
        with pytest.raises(UnknownKey):
            api_keys.authenticate(session, key=row.key, secret=secret, at=now)


@pytest.mark.parametrize("scopes", [[], ["statements/delete"], ["all", "root"]])
def test_unknown_scopes_are_refused(store: StoreAtHand, now: datetime, scopes: list[str]) -> None:
    with store.database.session() as session, pytest.raises(NotAllowed):
        api_keys.create(session, store_id=store.id, label="x", scopes=scopes, at=now)
