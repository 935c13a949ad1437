from functools import lru_cache
from typing import ClassVar, List, Optional

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Everything the function needs."""

    table_name: str
    queueUrl: str
    log_level: str = "INFO"
    owner: Optional[str] = None
    nickname: Optional[str]
    origins: List[str] = []
    aws_region: str
    kind: ClassVar[str] = "lambda"
    _client: object = None

    def client(self):
        return self._client

    @property
    def label(self) -> str:
        return f"{self.kind}-{self.table_name}"


@lru_cache
def settings() -> Settings:
    return Settings()
