output "callable_arns" {
  description = "What callers call: the aliases, never the functions' own ARNs."
  value = {
    create_order     = module.create_order.callable_arn
    notify_notify_eu = module.notify_notify_eu.callable_arn
    notify_notify_us = module.notify_notify_us.callable_arn
  }
}
