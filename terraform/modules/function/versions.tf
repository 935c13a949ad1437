# A function the way Shipway needs it: everything but its code. README.md says how to use it.

terraform {
  # 1.9: a variable's validation may look at other values.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The arguments were checked against the schemas of 6.40 and 6.66.
      version = ">= 6.40, < 7.0"
    }
  }
}
