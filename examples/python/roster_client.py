"""The code under test: it uploads a roster, polls until the import has ended, and downloads the result file."""

import time

import requests

TIMEOUT_SECONDS = 10


class RosterClient:
    """A client of the rostering API. It keeps its access token, and renews it after a 401."""

    def __init__(self, host, client_id, client_secret, pause=lambda: time.sleep(2)):
        self._base = f"https://{host}/api/v1/upload"
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._pause = pause
        self._session = requests.Session()

    def close(self):
        self._session.close()

    def upload(self, file_name, content):
        """Uploads a CSV file and returns its reference id."""
        files = {"file": (file_name, content, "text/csv")}
        return self._call("POST", "/api/v1/upload", files=files)["result"]["referenceId"]

    def wait_for_import(self, reference_id):
        """Polls until the import is processed or failed, and returns its result."""
        while True:
            result = self._call("GET", f"/api/v1/status/{reference_id}")["result"]
            if result["status"] in ("processed", "failed"):
                return result
            self._pause()

    def download(self, reference_id):
        """Returns the text of the result file."""
        signed_url = self._call("GET", f"/api/v1/download/{reference_id}")["signedUrl"]
        # Without the session: a signed URL needs no access token.
        response = requests.get(signed_url, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        return response.content.decode()

    def _call(self, method, path, **options):
        if "Authorization" not in self._session.headers:
            self._renew_token()
        response = self._send(method, path, options)
        if response.status_code == 401:
            self._renew_token()
            response = self._send(method, path, options)
        response.raise_for_status()
        return response.json()

    def _send(self, method, path, options):
        return self._session.request(method, self._base + path, timeout=TIMEOUT_SECONDS, **options)

    def _renew_token(self):
        form = {"grant_type": "client_credentials", **self._credentials}
        response = requests.post(f"{self._base}/v1/oauth2/tokens", data=form, timeout=TIMEOUT_SECONDS)
        response.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {response.json()['access_token']}"
