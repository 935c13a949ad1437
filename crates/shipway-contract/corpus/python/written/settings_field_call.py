from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    table: str = Field(...)
    bucket: str = Field(default=...)
    topic: str = Field(description="where results go")
    queue: str = Field(..., min_length=3)
    stage: str = Field("dev")
    level: str = Field(default="INFO", pattern="^[A-Z]+$")
    tags: list[str] = Field(default_factory=list)
    token: SecretStr = Field(
        description="for the upstream",
        repr=False,
    )
    note: str | None = Field(None)


def handler(event, context):
    return Settings().model_dump(mode="json")
