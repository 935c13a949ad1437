import pydantic_settings
from pydantic import BaseModel
from pydantic_settings import BaseSettings as Base, SettingsConfigDict


class Common(Base):
    stage: str
    level: str = "INFO"


class Worker(Common):
    queue_url: str

    def describe(self) -> str:
        name: str = self.stage
        return name


class Api(pydantic_settings.BaseSettings):
    origin: str = "*"


class Service(Base):
    model_config = SettingsConfigDict(env_prefix="SVC_")

    name: str


class Billing(Service):
    ledger: str


class Item(BaseModel):
    title: str
    price: int = 0


class NotSettings(Item):
    extra: str
