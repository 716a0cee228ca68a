"""What an installation decides, read from the environment and nowhere else."""

from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from transcript2handoff.errors import SettingsError


class Settings(BaseSettings):
    """Each field is the environment variable of the same name in capitals, after ``T2H_``."""

    model_config = SettingsConfigDict(env_prefix="T2H_", frozen=True)

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


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: a variable has a value that does not fit; the message names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"T2H_{first['loc'][0]}".upper()
        raise SettingsError(
            f"The environment variable {name} does not fit: {first['msg']}."
        ) from error
