variable "name" {
  description = "The function's name in AWS."
  type        = string
}

variable "alias" {
  description = "The alias that callers use, or null for $LATEST itself."
  type        = string
}

variable "runtime" {
  description = "The runtime, in Lambda's words."
  type        = string
}

variable "handler" {
  description = "The handler."
  type        = string
}

variable "memory_size" {
  description = "Memory in MB."
  type        = number
}

variable "timeout" {
  description = "Timeout in seconds."
  type        = number
}

variable "environment_names" {
  description = "The names of the environment variables that the configuration sets; never their values."
  type        = set(string)
}

variable "accept_missing" {
  description = "Variables that may be missing all the same."
  type        = set(string)
}

variable "store" {
  description = "The store's URL, s3://BUCKET/PREFIX, or null."
  type        = string
}

variable "project" {
  description = "The project's name in shipway.toml."
  type        = string
}

variable "environment" {
  description = "The environment's name in shipway.toml."
  type        = string
}

variable "function" {
  description = "The function's logical name in shipway.toml."
  type        = string
}

variable "targets" {
  description = "Whether the function has one target in this environment or several: one, several."
  type        = string
}

variable "found" {
  description = "The keys that are in the store, of those that were asked for."
  type        = set(string)
}

variable "head" {
  description = "The head's text, or null where there is none or it could not be read."
  type        = string
}

variable "records" {
  description = "The texts of the build records that the head names, by key."
  type        = map(string)
}

variable "keep_warm" {
  description = "The keep-warm schedule, or null."
  type = object({
    expression = string
    input      = string
  })
}

variable "log_group_arn" {
  description = "The log group's ARN."
  type        = string
}

variable "vpc" {
  description = "Whether the function runs in a VPC: inside, outside."
  type        = string
}

variable "tracing" {
  description = "Active, PassThrough, or null."
  type        = string
}

variable "dead_letter_arn" {
  description = "The dead-letter queue or topic, or null."
  type        = string
}

variable "destination_arns" {
  description = "Where the outcomes of asynchronous calls go."
  type        = list(string)
}

variable "account" {
  description = "The account's id, for buckets that do not say theirs; null where none is needed."
  type        = string
}
