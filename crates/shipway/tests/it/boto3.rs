//! Other clients, boto3 and the AWS CLI, do the whole life of a function on `shipway local serve`.
