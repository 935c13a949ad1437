from dataclasses import dataclass
from typing import NamedTuple

from pydantic import BaseModel


class BaseSettings:
    """Our own, from before pydantic: it reads a file."""

    def __init__(self, path: str = "/opt/settings.json"):
        self.path = path


class Settings(BaseSettings):
    table: str
    bucket: str = "files"


class Event(BaseModel):
    detail: str


@dataclass
class Options:
    region: str
    limit: int = 3


class Point(NamedTuple):
    x: int
    y: int
