import os
from typing import Any, ClassVar

from pydantic import computed_field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        env_prefix="JOB_",
    )
    registry: ClassVar[dict[str, Any]] = {}
    name: str
    limit: int = int(os.environ.get("DEFAULT_LIMIT", "10"))

    @field_validator("name")
    @classmethod
    def not_empty(cls, value: str) -> str:
        return value or os.environ["FALLBACK_NAME"]

    @computed_field
    @property
    def label(self) -> str:
        suffix: str = "job"
        return f"{self.name}-{suffix}"

    class Inner:
        depth: int = 2
