// Adds tax to a price, exactly: money is no business of floating point.
//
// The event is {"price": "19.99", "quantity": 3, "tax_percent": "19"}, the answer the amounts with two places.
package main

import (
	"fmt"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/shopspring/decimal"
)

type Order struct {
	Price      decimal.Decimal `json:"price"`
	Quantity   int64           `json:"quantity"`
	TaxPercent decimal.Decimal `json:"tax_percent"`
}

type Total struct {
	Net   string `json:"net"`
	Tax   string `json:"tax"`
	Gross string `json:"gross"`
}

func total(order Order) (Total, error) {
	if order.Quantity < 1 {
		return Total{}, fmt.Errorf("the quantity must be at least 1, not %d", order.Quantity)
	}
	net := order.Price.Mul(decimal.NewFromInt(order.Quantity))
	tax := net.Mul(order.TaxPercent).Div(decimal.NewFromInt(100)).RoundBank(2)
	return Total{Net: net.StringFixed(2), Tax: tax.StringFixed(2), Gross: net.Add(tax).StringFixed(2)}, nil
}

func main() {
	lambda.Start(total)
}
