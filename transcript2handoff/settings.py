"""What an installation decides, read from the environment and nowhere else."""

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path
from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

from transcript2handoff.errors import SettingsError

MAIL_ADDRESS: Final = (
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,9}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
"""One e-mail address and nothing else: no name, no line end; a domain in its ASCII form."""
_MAIL_FROM: Final = re.compile(
    rf'(?:"[^<>"\x00-\x1f\x7f]*" ?<|[^<>"\x00-\x1f\x7f]*<)(?:{MAIL_ADDRESS})>|(?:{MAIL_ADDRESS})'
)


class ModelPrice(BaseModel):
    """What a model costs for a million tokens, in a currency of your choice."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]
    cached: Annotated[float, Field(ge=0)] | None = None


def _folder(path: Path) -> Path:
    if "?" in str(path):
        raise ValueError("the name of the folder may hold no question mark")
    return path.expanduser().absolute()


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if (
        parts.port == 0
        or parts.scheme not in ("http", "https")
        or not parts.hostname
        or "@" in parts.netloc
    ):
        raise ValueError("write it as https://HOST or https://HOST:PORT")
    if parts.port == 0 or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("write no more than https://HOST:PORT; the service stands at the root")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _mail_server(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    try:
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_whole = False
    if parts.scheme not in ("smtps", "smtp", "smtp+plain") or not is_whole:
        raise ValueError("write it as smtps://USER:PASSWORD@HOST, smtp://… or smtp+plain://HOST")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("write nothing behind the host and its port; %2F is a slash in a password")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("write both a user and a password, or neither")
    if parts.scheme == "smtp+plain" and parts.password:
        raise ValueError("a password is not sent without TLS: write smtps://… or smtp://…")
    return url


def _mail_from(text: str) -> str:
    if not _MAIL_FROM.fullmatch(text):
        raise ValueError("write it as NAME <ADDRESS>, or as an address alone, on one line")
    return text


def _address(said: Mapping[str, Any]) -> str:
    """Where a browser on this machine finds the service."""
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(said["host"], said["host"])  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{said['port']}"


def _machine() -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", "-", socket.gethostname())[:40] or "machine"


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals, after ``T2H_``."""

    model_config = SettingsConfigDict(env_prefix="T2H_", frozen=True, hide_input_in_errors=True)

    whisper_model: str = Field("base", description="Speech model: `base` or `tiny.en`.")
    whisper_model_path: Path | None = Field(
        None, description="A folder with the speech model's files; looked at before anything else."
    )
    model_cache: Path = Field(
        default_factory=lambda: user_cache_path("transcript2handoff"),
        description="Where model files are put together and kept.",
    )
    model_hub: bool = Field(
        True, description="Whether missing model files may be fetched from the Hugging Face hub."
    )
    threads: int = Field(0, ge=0, description="Processor threads for speech; 0 takes all cores.")
    max_recording_seconds: float = Field(
        6 * 3600, gt=0, description="Longer recordings are refused."
    )
    max_recording_bytes: int = Field(2 * 1024**3, gt=0, description="Larger files are refused.")
    model_url: AnyHttpUrl | None = Field(
        None,
        description="An OpenAI-compatible server, up to the version: `https://api.openai.com/v1`. "
        "Nothing is sent anywhere unless this and `T2H_MODEL_NAME` are set.",
    )
    model_name: str | None = Field(None, min_length=1, description="The model there.")
    model_key: SecretStr | None = Field(None, description="The key for that server.")
    model_key_file: Path | None = Field(
        None, description="A file with the key, instead of `T2H_MODEL_KEY`."
    )
    model_timeout: float = Field(180.0, gt=0, description="Seconds that one request may take.")
    model_deadline: float = Field(
        1800.0, gt=0, description="Seconds that all requests for a call may take, retries included."
    )
    model_concurrency: int = Field(4, ge=1, le=64, description="Requests at once.")
    model_window: int = Field(
        6000, ge=200, description="Tokens of transcript in one request; longer calls take several."
    )
    model_overlap: int = Field(
        600, ge=0, description="Tokens of transcript that two neighbouring requests share."
    )
    model_answer: int = Field(8000, ge=100, description="Tokens that the model may write.")
    model_prices: dict[str, ModelPrice] = Field(
        default_factory=dict,
        description="What models cost for a million tokens, as JSON: "
        '`{"NAME": {"input": 0.25, "cached": 0.025, "output": 2}}`.',
    )
    model_max_cost: float | None = Field(
        None, gt=0, description="Most that a call may cost; `--max-cost` goes before it."
    )
    model_check: bool = Field(
        False, description="Whether the model is asked to confirm what it has found."
    )
    model_incomplete: bool = Field(
        False,
        description="Whether a call of which some turns could not be read still gives a handoff, "
        "which says so; an error else.",
    )
    sending: Literal["never", "with_consent", "unless_refused"] = Field(
        "with_consent",
        description="When a transcript may leave this machine: `never`; `with_consent`, if the "
        'deal file says `consent = "given"` of the call; or `unless_refused`.',
    )
    processing: Literal["always", "unless_refused", "with_consent"] = Field(
        "always",
        description="Which calls are worked on at all, by the consent that is noted of them: "
        "`always`; `unless_refused`; or `with_consent`, only those for which it is `given`. Runs "
        "that are held begin once there is consent, or once this setting lets them.",
    )
    redaction: bool = Field(
        True,
        description="Whether numbers of cards, accounts and people, telephone numbers, addresses, "
        "secrets and dates of birth are hidden in what leaves this machine.",
    )
    redaction_engine: Literal["own", "both"] = Field(
        "own",
        description="By what private data is found: our `own` rules, which know how numbers are "
        "said; or `both`, those and Presidio's for English (the extra `presidio`).",
    )
    data: Annotated[Path, AfterValidator(_folder)] = Field(
        default_factory=lambda: user_data_path("transcript2handoff"),
        description="The folder of the service: its database and its blobs, unless they are "
        "elsewhere. By default the data folder of the user.",
    )
    database: str = Field(
        default_factory=lambda said: f"sqlite:///{said['data'] / 't2h.db'}",
        repr=False,
        description="Where rows are kept: `postgresql://USER:PASSWORD@HOST/NAME`, or an SQLite "
        "file; by default `t2h.db` in `T2H_DATA`.",
    )
    blobs: str = Field(
        default_factory=lambda said: str(said["data"] / "blobs"),
        min_length=1,
        description="Where recordings and documents are kept: a folder, or `s3://BUCKET/PREFIX`; "
        "by default `blobs` in `T2H_DATA`.",
    )
    blob_options: dict[str, str | bool] = Field(
        default_factory=dict,
        repr=False,
        description="How an S3-compatible store is reached, as JSON: `endpoint`, `region`, "
        "`access_key_id`, `secret_access_key`.",
    )
    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="The address that the service listens at; `0.0.0.0` for all of the machine.",
    )
    port: int = Field(8484, ge=1, le=65_535, description="The port that the service listens at.")
    public_url: Annotated[str, AfterValidator(_origin)] = Field(
        default_factory=_address,
        description="How others reach the service: `https://HOST`. Signed webhooks and links "
        "depend on it. By default `http://` with `T2H_HOST` and `T2H_PORT`.",
    )
    worker_name: str = Field(
        default_factory=_machine,
        pattern=r"^[A-Za-z0-9_.-]{1,40}$",
        description="What a worker is called; no two that run at once may share a name. By "
        "default the name of the machine.",
    )
    worker_slots: int = Field(
        1, ge=1, le=64, description="Runs that a worker does at once, each on all its threads."
    )
    service_file: Annotated[Path, AfterValidator(_folder)] | None = Field(
        None, description="A YAML file with webhooks, CRM and sign-in: docs/service.md."
    )
    company_file: Annotated[Path, AfterValidator(_folder)] | None = Field(
        None, description="The `company.yaml` that all deals of the service are prepared with."
    )
    catalog_file: Annotated[Path, AfterValidator(_folder)] | None = Field(
        None, description="The catalog of what the company sells, for all deals of the service."
    )
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], BeforeValidator(str.lower)
    ] = Field("info", description="The least that is logged: `debug`, `info`, `warning`, `error`.")
    log_format: Literal["json", "text"] = Field(
        "json", description="How the service logs: a JSON object a line, or `text` for people."
    )
    keep_audio_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="Days after which recordings are erased; without it they stay.",
    )
    keep_transcript_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="Days after which transcripts, and what is played of them, are erased; "
        "without it they stay.",
    )
    keep_brief_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="Days after the last change of a deal after which its handoffs, documents and "
        "journal are erased; without it they stay.",
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = Field(
        None,
        description="The server that mail is sent by: `smtps://USER:PASSWORD@HOST` (TLS from the "
        "first byte, port 465), `smtp://USER:PASSWORD@HOST` (STARTTLS, port 587), or "
        "`smtp+plain://HOST` (no TLS and no password, port 25).",
    )
    mail_from: Annotated[str, AfterValidator(_mail_from)] | None = Field(
        None, description="Who mail is from: `Handoffs <handoffs@example.com>`, or the address."
    )
    rate_limit: int = Field(
        600, ge=1, description="Requests a minute that one caller may send to the service."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.model_url is None) != (self.model_name is None):
            raise ValueError("set both T2H_MODEL_URL and T2H_MODEL_NAME, or neither")
        if self.model_overlap > self.model_window / 2:
            raise ValueError("T2H_MODEL_OVERLAP may be at most half of T2H_MODEL_WINDOW")
        if (self.smtp_url is None) != (self.mail_from is None):
            raise ValueError("set both T2H_SMTP_URL and T2H_MAIL_FROM, or neither")
        if self.model_key and self.model_key_file:
            raise ValueError("set one of T2H_MODEL_KEY and T2H_MODEL_KEY_FILE, not both")
        return self

    @property
    def is_https(self) -> bool:
        """Whether browsers come to the service over https."""
        return self.public_url.startswith("https:")


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable has a value that does not fit; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        told = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise SettingsError(f"The environment does not fit: {told}.") from error
        name = f"T2H_{first['loc'][0]}".upper()
        raise SettingsError(f"The environment variable {name} does not fit: {told}.") from error
    except UnreadableSetting as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = f"T2H_{field[1]}".upper() if field else "of a list or table"
        raise SettingsError(f"The environment variable {name} does not fit: no JSON.") from error
