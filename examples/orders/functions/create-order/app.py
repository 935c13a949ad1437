"""Takes an order: checks it, adds it up, and answers with the page where it is paid."""

import hashlib
import os
from decimal import Decimal

import requests
from pydantic import BaseModel, EmailStr, Field, ValidationError


class Line(BaseModel):
    sku: str = Field(min_length=1, max_length=40)
    quantity: int = Field(ge=1, le=1000)
    unit_price: Decimal = Field(ge=0, max_digits=10, decimal_places=2)

    def total(self) -> Decimal:
        return self.quantity * self.unit_price


class Order(BaseModel):
    customer: EmailStr
    lines: list[Line] = Field(min_length=1)

    def total(self) -> Decimal:
        return sum((line.total() for line in self.lines), Decimal(0))

    def number(self) -> str:
        """The same order always has the same number, so a caller may safely ask twice."""
        return "ORD-" + hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:10].upper()


def handler(event, context):
    try:
        order = Order.model_validate(event)
    except ValidationError as error:
        return {"accepted": False, "problems": [problem(detail) for detail in error.errors()]}
    total = f"{order.total():.2f}"
    return {
        "accepted": True,
        "order": order.number(),
        "lines": len(order.lines),
        "total": total,
        "pay_at": payment_page(order.number(), total),
    }


def problem(detail):
    return f"{'.'.join(str(part) for part in detail['loc']) or 'order'}: {detail['msg']}"


def payment_page(order, total):
    """The address, built as a request would be but never sent: the customer's browser goes there."""
    page = requests.Request("GET", os.environ["PAYMENT_PAGE"], params={"order": order, "amount": total})
    return page.prepare().url
