from typing import Annotated

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_")

    table: str = Field(alias="ORDERS_TABLE")
    bucket: str = Field("files", validation_alias="FILES_BUCKET")
    redis: str = Field(validation_alias=AliasChoices("REDIS_URL", "CACHE_URL"))
    only: str = Field(validation_alias=AliasChoices("ONLY_ONE"))
    topic: Annotated[str, Field(alias="TOPIC_ARN")]
    queue: Annotated[str, Field(alias="QUEUE_URL")] = "none"
    stage: str


def handler(event, context):
    return Settings().stage
