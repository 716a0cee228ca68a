"""Zoom and Gong, as far as recordings are fetched from them: real HTTPS on this machine.

Names of theirs lead to this server by ``network``, and its certificate is theirs for whoever
trusts that. Zoom gives a recording to whoever shows its token, by way of another host; to others
it shows a page and says that all is well. Gong is asked where a call's sound is.
"""

import datetime
import json
import ssl
import tempfile
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from transcript2handoff.fetching import Network
from transcript2handoff.testing.crm_server import CrmServer
from transcript2handoff.testing.model_replies import Reply, json_reply
from transcript2handoff.testing.model_requests import ChatRequest as CrmRequest

ZOOM: Final = "us02web.zoom.us"
ZOOM_FILES: Final = "ssrweb.zoom.us"
GONG: Final = "api.gong.io"
GONG_FILES: Final = "media.gong.io"
NAMES: Final = (ZOOM, ZOOM_FILES, GONG, GONG_FILES)


@dataclass(kw_only=True, eq=False)
class RecorderServer(CrmServer):
    """Both recorders; a context manager.

    Attributes:
        recordings: bytes by the id of a Zoom file, or of a Gong call.
        token: that Zoom accepts.
        key: of Gong.
        secret: of Gong.
        media_type: that files are sent with.
    """

    recordings: dict[str, bytes] = field(default_factory=dict)
    token: str = "download-token-of-zoom"  # noqa: S105 - of a fake
    key: str = "key-of-gong"
    secret: str = "secret-of-gong"  # noqa: S105 - of a fake
    media_type: str = "audio/mp4"

    def __enter__(self) -> Self:
        super().__enter__()
        assert self._listener is not None
        certificate, key = _certificate()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "both.pem")
            path.write_bytes(key + certificate)
            context.load_cert_chain(path)
        self._listener.socket = context.wrap_socket(self._listener.socket, server_side=True)
        return self

    @property
    def network(self) -> Network:
        """By which every name leads here."""
        assert self._listener is not None, "The server runs only within its `with` block."
        port = self._listener.server_port
        certificate, _ = _certificate()
        return Network(
            resolve=lambda host, _: [("127.0.0.1", port)],
            admits=lambda address: address == "127.0.0.1",
            trust=ssl.create_default_context(cadata=certificate.decode()),
        )

    def zoom_url(self, file_id: str) -> str:
        """Where Zoom's deliveries say that a file is."""
        return f"https://{ZOOM}/rec/webhook_download/{file_id}"

    def serve(self, request: CrmRequest) -> Reply:
        """The recording, a way to it, or what the recorder says in its place."""
        parts = urlsplit(request.path)
        name = parts.path.rpartition("/")[2]
        match request.headers.get("host"), request.method:
            case "us02web.zoom.us", "GET":
                return self._zoom(request, name)
            case "ssrweb.zoom.us" | "media.gong.io", "GET":
                return self._file(request, name)
            case "api.gong.io", "POST":
                return self._gong(request)
        return Reply(status=404)

    def _zoom(self, request: CrmRequest, name: str) -> Reply:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            page = b"<html><title>Sign in to Zoom</title></html>"
            return Reply(body=page, headers={"content-type": "text/html;charset=utf-8"})
        if name not in self.recordings:
            return Reply(status=404)
        return Reply(
            status=302, headers={"location": f"https://{ZOOM_FILES}/file/{name}?signed=yes"}
        )

    def _file(self, request: CrmRequest, name: str) -> Reply:
        if "authorization" in request.headers:
            return json_reply({"message": "Only one way to prove oneself is allowed"}, status=400)
        if name not in self.recordings:
            return Reply(status=403)
        return Reply(body=self.recordings[name], headers={"content-type": self.media_type})

    def _gong(self, request: CrmRequest) -> Reply:
        pair = b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return json_reply({"errors": ["Unauthorized"]}, status=401)
        asked: dict[str, Any] = json.loads(request.raw)
        if asked.get("contentSelector", {}).get("exposedFields", {}).get("media") is not True:
            return json_reply({"errors": ["media is not asked for"]}, status=400)
        calls = [
            {
                "metaData": {"id": call},
                "media": {"audioUrl": f"https://{GONG_FILES}/call/{call}?signed=yes"},
            }
            for call in asked["filter"]["callIds"]
            if call in self.recordings
        ]
        if not calls:
            return json_reply({"errors": ["No calls found"]}, status=404)
        return json_reply({"requestId": "1", "calls": calls})


@cache
def _certificate() -> tuple[bytes, bytes]:
    """A certificate of all these names, signed by itself, and its key; as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake recorders")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(list(map(x509.DNSName, NAMES))), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
