# HTTP: API Gateway of both kinds, and the alias's function URL.

resource "aws_apigatewayv2_integration" "this" {
  for_each = module.logic.http_apis

  api_id                 = each.value.api_id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = local.callable_invoke_arn
  payload_format_version = each.value.payload_format_version
  timeout_milliseconds   = each.value.timeout_milliseconds
}

resource "aws_apigatewayv2_route" "this" {
  for_each = module.logic.http_routes

  api_id               = aws_apigatewayv2_integration.this[each.value.trigger].api_id
  route_key            = each.value.route
  target               = "integrations/${aws_apigatewayv2_integration.this[each.value.trigger].id}"
  authorization_type   = module.logic.http_apis[each.value.trigger].authorization_type
  authorizer_id        = module.logic.http_apis[each.value.trigger].authorizer_id
  authorization_scopes = module.logic.http_apis[each.value.trigger].authorization_scopes

  depends_on = [aws_lambda_permission.this]
}

resource "aws_api_gateway_method" "this" {
  for_each = module.logic.rest_apis

  rest_api_id      = each.value.rest_api_id
  resource_id      = each.value.resource_id
  http_method      = each.value.http_method
  authorization    = each.value.authorization
  authorizer_id    = each.value.authorizer_id
  api_key_required = each.value.api_key_required
}

resource "aws_api_gateway_integration" "this" {
  for_each = module.logic.rest_apis

  rest_api_id             = aws_api_gateway_method.this[each.key].rest_api_id
  resource_id             = aws_api_gateway_method.this[each.key].resource_id
  http_method             = aws_api_gateway_method.this[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = local.callable_invoke_arn
  timeout_milliseconds    = each.value.timeout_milliseconds

  depends_on = [aws_lambda_permission.this]
}

resource "aws_lambda_function_url" "this" {
  for_each = module.logic.url == null ? {} : { this = module.logic.url }

  function_name      = aws_lambda_function.this.function_name
  qualifier          = local.qualifier
  authorization_type = each.value.authorization_type
  invoke_mode        = each.value.invoke_mode

  dynamic "cors" {
    for_each = each.value.cors == null ? [] : [each.value.cors]
    content {
      allow_credentials = cors.value.allow_credentials
      allow_headers     = cors.value.allow_headers
      allow_methods     = cors.value.allow_methods
      allow_origins     = cors.value.allow_origins
      expose_headers    = cors.value.expose_headers
      max_age           = cors.value.max_age
    }
  }
}
