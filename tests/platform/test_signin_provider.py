"""Signing in by an organisation's own provider, against a small one on loopback."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from made_people import Codes, appoint, heading, leave, organisation, person

from hustings.apps.people.seat import seat_of
from hustings.apps.people.signin.models import Provider, SignedIn
from hustings.apps.people.signin.seal import seal

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, CLIENT_SECRET = "hustings", "between the two of us"


class Idp(ThreadingHTTPServer):
    """Says whatever the test lets it say; checks what a provider has to check."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.codes = {}


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def tell(self, body, status=200):
        sent = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def do_GET(self):
        issuer = self.server.issuer
        assert self.path == "/.well-known/openid-configuration"
        self.tell(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def do_POST(self):
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        claims, challenge = self.server.codes.pop(given["code"][0], (None, None))
        verifier = hashlib.sha256(given["code_verifier"][0].encode()).digest()
        right = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() == challenge
        if claims is None or not right or given["client_secret"] != [CLIENT_SECRET]:
            return self.tell({"error": "invalid_grant"}, 400)
        token = jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})
        return self.tell({"access_token": "a", "token_type": "Bearer", "id_token": token, "expires_in": 60})


@pytest.fixture(scope="module")
def idp():
    server = Idp()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def meridian(db, idp):
    cache.clear()
    made = organisation("Meridian")
    Provider.objects.create(
        slug="meridian",
        organisation=made,
        name="Meridian sign-in",
        issuer=idp.issuer,
        client=CLIENT,
        secret=seal(CLIENT_SECRET),
        strong_acr=["urn:strong"],
        strong_amr=["mfa", "hwk"],
    )
    return made


@pytest.fixture
def anna(meridian):
    made = person("Anna", second_factor=False)
    made.appointment = appoint(made, meridian)
    return made


def come_back(client, idp, *, follow=True, **claims):
    """Go to the provider, be signed in there, come back."""
    page = client.post("/account/provider/meridian/")
    there = urlsplit(page.context["there"])
    assert f"{there.scheme}://{there.netloc}" == idp.issuer
    asked = {name: value for name, (value,) in parse_qs(there.query).items()}
    assert asked["code_challenge_method"] == "S256"
    now = int(time.time())
    said = {"iss": idp.issuer, "aud": CLIENT, "sub": "42", "iat": now, "exp": now + 60} | claims
    idp.codes["c"] = (said, asked["code_challenge"])
    return client.get("/account/provider/meridian/callback/", {"code": "c", "state": asked["state"]}, follow=follow)


HERS = {"email": "anna@example.org", "email_verified": True}


@pytest.mark.parametrize("shown", [{"acr": "urn:strong"}, {"amr": ["pwd", "mfa"]}, {"amr": ["hwk"]}])
def test_who_showed_a_second_factor_there_is_signed_in_here(client, idp, anna, shown):
    come_back(client, idp, **HERS, **shown)
    seat = seat_of(client.get("/account/seat/").wsgi_request)
    assert seat.appointment == anna.appointment
    assert seat.strong


@pytest.mark.parametrize(
    "shown", [{}, {"acr": "urn:weak"}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"acr": None, "amr": None}]
)
def test_a_password_alone_there_signs_nobody_in_here(client, idp, anna, shown):
    come_back(client, idp, **HERS, **shown)
    assert seat_of(client.get("/account/seat/").wsgi_request) is None
    assert not SignedIn.objects.filter(strong=True).exists()
    assert heading(client.get("/account/second-factor/")) == "Not in this session"


def test_a_second_factor_of_ones_own_makes_up_for_a_weak_provider(client, idp, meridian):
    ben = person("Ben")
    appoint(ben, meridian)
    come_back(client, idp, email="ben@example.org", email_verified=True)
    assert seat_of(client.get("/account/seat/").wsgi_request) is None
    client.post("/account/second/", {"code": Codes().next()})
    assert seat_of(client.get("/account/seat/").wsgi_request).person == ben


def test_a_provider_opens_positions_of_its_own_organisation_only(client, idp, anna):
    lab = appoint(anna, organisation("Lab", "research"))
    come_back(client, idp, **HERS, amr=["mfa"])
    assert seat_of(client.get("/account/seat/").wsgi_request).appointment == anna.appointment
    assert client.post("/account/seat/", {"appointment": str(lab.pk)}).status_code == 409
    assert "Lab" not in client.get("/account/seat/").content.decode()


def test_a_provider_cannot_reach_the_secrets_of_an_account(client, idp, anna):
    come_back(client, idp, **HERS, amr=["mfa"])
    for place in ("second-factor/passkey/", "second-factor/codes/", "second-factor/recovery/", "password/change/"):
        assert client.get(f"/account/{place}").status_code == 403, place


def test_who_holds_no_position_there_is_not_signed_in(client, idp, anna):
    stranger = person("Jonas")
    appoint(stranger, organisation("Lab", "research"))
    answer = come_back(client, idp, email="jonas@example.org", email_verified=True, amr=["mfa"])
    assert answer.status_code == 403
    leave(anna.appointment)
    assert come_back(Client(), idp, **HERS, amr=["mfa"]).status_code == 403


def test_an_address_that_the_provider_did_not_verify_is_no_name(client, idp, anna):
    for verified in (False, None, "true"):
        assert come_back(Client(), idp, email=HERS["email"], email_verified=verified, amr=["mfa"]).status_code == 403


def test_another_subject_with_the_same_address_is_somebody_else(client, idp, anna):
    come_back(client, idp, **HERS, amr=["mfa"])
    assert come_back(Client(), idp, **HERS, amr=["mfa"], sub="43").status_code == 403


def test_the_subject_counts_and_not_the_address_after_the_first_time(client, idp, anna):
    come_back(client, idp, **HERS, amr=["mfa"])
    again = Client()
    come_back(again, idp, email="somebody@else.example", email_verified=True, amr=["mfa"])
    assert seat_of(again.get("/account/seat/").wsgi_request).person == anna


@pytest.mark.parametrize("wrong", [{"aud": "another"}, {"iss": "http://127.0.0.1:1"}, {"exp": 1}])
def test_an_answer_meant_for_others_or_too_old_is_not_taken(client, idp, anna, wrong):
    come_back(client, idp, **HERS, amr=["mfa"], **wrong)
    assert not SignedIn.objects.filter(person=anna).exists()


def test_a_provider_that_was_ended_signs_nobody_in(client, idp, anna):
    from django.core.management import call_command

    call_command("signin_provider", "end", "meridian")
    assert client.post("/account/provider/meridian/").status_code in (302, 404)
    assert "Meridian sign-in" not in client.get("/account/login/").content.decode()


def test_a_closed_account_is_closed_to_the_provider_too(client, idp, anna):
    anna.is_active = False
    anna.save()
    assert come_back(client, idp, **HERS, amr=["mfa"]).status_code == 403


def test_the_page_that_leaves_is_no_redirect_of_a_form(client, idp, anna):
    assert "Meridian sign-in" in client.get("/account/login/").content.decode()
    page = client.post("/account/provider/meridian/")
    assert page.status_code == 200
    assert b'http-equiv="refresh"' in page.content
    assert client.get("/account/provider/meridian/").url == "/account/login/"
