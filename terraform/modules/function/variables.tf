# Who it is.

variable "name" {
  description = "The function's name in AWS: what shipway.toml's function_name comes to."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))
    error_message = "A function's name is 1 to 64 letters, digits, - or _."
  }
}

variable "alias" {
  description = "The alias that callers use, as in shipway.toml; null where that says alias = false."
  type        = string
  default     = "live"
}

variable "description" {
  description = "The function's description."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
  nullable    = false
}

# Where Shipway keeps what it knows of it.

variable "store" {
  description = <<-EOT
    The environment's store as in shipway.toml: s3://BUCKET/PREFIX. It must be known when the plan is made: a bucket that the
    same configuration creates is not. Without a store the function starts with the placeholder, and no contract is checked.
  EOT
  type        = string
  default     = null

  validation {
    condition     = var.store == null || can(regex("^s3://[a-z0-9.-]{3,63}(/.*)?$", var.store))
    error_message = "store is like s3://acme-artifacts/shipway, or null."
  }
}

variable "project" {
  description = "[project] name in shipway.toml."
  type        = string
  nullable    = false
}

variable "environment" {
  description = "The environment's name in shipway.toml. (The function's variables are environment_variables.)"
  type        = string
  nullable    = false
}

variable "function" {
  description = "The function's logical name in shipway.toml."
  type        = string
  nullable    = false
}

variable "targets" {
  description = "\"several\" where shipway.toml gives the function a list of function_names in this environment."
  type        = string
  default     = "one"
  nullable    = false

  validation {
    condition     = contains(["one", "several"], var.targets)
    error_message = "targets is \"one\" or \"several\"."
  }
}

variable "accept_missing" {
  description = "Variables that a build requires and that may be missing all the same."
  type        = set(string)
  default     = []
  nullable    = false
}

# How it is configured.

variable "runtime" {
  description = "The runtime, like python3.13."
  type        = string
  nullable    = false
}

variable "handler" {
  description = "The handler, like app.handler; anything for provided.al2023."
  type        = string
  nullable    = false
}

variable "architecture" {
  description = "The processor of the first package. Once the function exists, its architecture belongs to its code: to Shipway."
  type        = string
  default     = "x86_64"
  nullable    = false

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture is x86_64 or arm64."
  }
}

variable "memory_size" {
  description = "Memory in MB."
  type        = number
  default     = 128
  nullable    = false
}

variable "timeout" {
  description = "Timeout in seconds."
  type        = number
  default     = 3
  nullable    = false
}

variable "ephemeral_storage" {
  description = "Size of /tmp in MB; null for Lambda's 512."
  type        = number
  default     = null
}

variable "environment_variables" {
  description = "The function's environment variables."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "kms_key_arn" {
  description = "The key that encrypts the environment variables; null for Lambda's own."
  type        = string
  default     = null
}

variable "layers" {
  description = "ARNs of layer versions, in the order in which they are laid over each other."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "vpc" {
  description = "The subnets and security groups in which the function runs; null for no VPC."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
    dual_stack         = optional(bool, false)
  })
  default = null
}

variable "file_system" {
  description = "An EFS access point and where it is mounted, below /mnt."
  type = object({
    access_point_arn = string
    mount_path       = string
  })
  default = null
}

variable "tracing" {
  description = "Active or PassThrough; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.tracing == null || contains(["Active", "PassThrough"], coalesce(var.tracing, "-"))
    error_message = "tracing is Active, PassThrough or null."
  }
}

variable "snap_start" {
  description = "Whether published versions start from a snapshot: off, published-versions."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["off", "published-versions"], var.snap_start)
    error_message = "snap_start is \"off\" or \"published-versions\"."
  }
}

variable "reserved_concurrent_executions" {
  description = "How many executions are kept for this function, and at most allowed; -1 for no reservation."
  type        = number
  default     = -1
  nullable    = false
}

variable "code_signing_config_arn" {
  description = "The code signing configuration."
  type        = string
  default     = null
}

variable "dead_letter_arn" {
  description = "The queue or topic that gets asynchronous events which failed for good. It is frozen into each version."
  type        = string
  default     = null
}

variable "asynchronous" {
  description = "How the alias's asynchronous calls are tried again, and where their outcomes go."
  type = object({
    maximum_event_age      = optional(number)
    maximum_retry_attempts = optional(number)
    on_success_arn         = optional(string)
    on_failure_arn         = optional(string)
  })
  default = null
}

variable "log_group" {
  description = "The log group: retention in days (0: for ever), key, and the format of the function's lines."
  type = object({
    retention_in_days     = optional(number, 30)
    kms_key_arn           = optional(string)
    log_format            = optional(string, "Text")
    application_log_level = optional(string)
    system_log_level      = optional(string)
  })
  default  = {}
  nullable = false
}

# What it may do.

variable "role_arn" {
  description = "A role of yours. With null the module makes one that may do what is configured here, and what the next three say."
  type        = string
  default     = null
}

variable "role_name" {
  description = "The made role's name; null for the function's. Roles are global: two regions need two names."
  type        = string
  default     = null
}

variable "policy_arns" {
  description = "Managed policies of the made role, by a name of yours."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "policies" {
  description = "Further policies of the made role, as JSON, by a name of yours."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "permissions_boundary" {
  description = "The made role's permissions boundary."
  type        = string
  default     = null
}

# What watches it and keeps it warm.

variable "keep_warm" {
  description = "Calls the alias now and then, so that an execution environment stays. The code must know the event and return at once."
  type = object({
    expression = optional(string, "rate(5 minutes)")
    input      = optional(string, "{\"shipway\":\"keep-warm\"}")
  })
  default = null
}

variable "alarms" {
  description = <<-EOT
    Alarms over the alias for the rollout to watch, by a name of yours; each is called NAME-KEY, as shipway.toml's alarms
    name them. The default is one, `errors`, that any error in a minute sets off.
  EOT
  type = map(object({
    metric_name         = optional(string, "Errors")
    statistic           = optional(string, "Sum")
    extended_statistic  = optional(string)
    comparison_operator = optional(string, "GreaterThanThreshold")
    threshold           = optional(number, 0)
    period              = optional(number, 60)
    evaluation_periods  = optional(number, 1)
    datapoints_to_alarm = optional(number)
    # No call is no error.
    treat_missing_data = optional(string, "notBreaching")
    actions            = optional(list(string), [])
  }))
  default  = { errors = {} }
  nullable = false
}
