from pydantic_settings import BaseSettings, SettingsConfigDict


class Database(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DB_", extra="ignore")

    host: str
    port: int = 5432
    password: str


class Cache(BaseSettings):
    url: str

    class Config:
        env_prefix = "cache_"
        case_sensitive = False


class Plain(BaseSettings):
    model_config = {"env_prefix": "PLAIN_"}

    name: str = "plain"


def handler(event, context):
    return {"host": Database().host, "cache": Cache().url, "name": Plain().name}
