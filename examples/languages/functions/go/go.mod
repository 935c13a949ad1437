module example.com/languages/go

go 1.21

require (
	github.com/aws/aws-lambda-go v1.49.0
	github.com/shopspring/decimal v1.4.0
)
