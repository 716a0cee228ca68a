"""How we prove to Salesforce who we are: OAuth client credentials of an external client app."""

import threading
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from transcript2handoff.crm.answers import Answer
from transcript2handoff.crm.client import Errand
from transcript2handoff.crm.records import Request
from transcript2handoff.errors import CrmAccessError

_PATH = "/services/oauth2/token"


class ClientCredentials:
    """Fetches a token when there is none, and another when it is not accepted any more.

    Args:
        client_id: the consumer key of the app.
        client_secret: its consumer secret.
    """

    def __init__(self, client_id: str, client_secret: SecretStr) -> None:
        self._client_id = client_id
        self._client_secret = client_secret
        self._token: SecretStr | None = None
        self._lock = threading.Lock()

    def token(self, errand: Errand) -> SecretStr:
        """The token, fetched if there is none.

        Raises:
            CrmAccessError: the app is not accepted.
            CrmPassingError: Salesforce cannot be asked for now.
        """
        with self._lock:
            if self._token is None:
                self._token = self._fetch(errand)
            return self._token

    def renew(self) -> bool:
        """Forget the token: it has ended, or somebody has revoked it."""
        with self._lock:
            self._token = None
        return True

    def _fetch(self, errand: Errand) -> SecretStr:
        answer = errand.client.exchange(
            Request(method="POST", path=_PATH, body=self._form()),
            headers=httpx.Headers({"content-type": "application/x-www-form-urlencoded"}),
            until=errand.until,
        )
        return self._read(errand, answer)

    def _form(self) -> bytes:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret.get_secret_value(),
        }
        return urlencode(form).encode()

    def _read(self, errand: Errand, answer: Answer) -> SecretStr:
        if answer.status >= 500 or answer.status == 429 or _is_no_answer(answer):
            raise errand.client.broken(f"gave no token (status {answer.status})")
        body = answer.body if isinstance(answer.body, dict) else {}
        token = body.get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise CrmAccessError(
                f"Salesforce gives no token ({body.get('error') or f'status {answer.status}'}). "
                "Check consumer key and secret, the My Domain address, and that the app's client "
                "credentials flow has a user to run as."
            )
        return SecretStr(token)


def _is_no_answer(answer: Answer) -> bool:
    """Something else than Salesforce has answered that all is well, as a page of a proxy."""
    return answer.status == 200 and not isinstance(answer.body, dict)
