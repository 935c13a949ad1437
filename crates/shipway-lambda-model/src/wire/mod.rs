//! The rest-json form of requests and responses. It decides nothing: values are checked by the model.

mod body;
mod layers;
mod parse;
mod render;
mod routes;

pub use parse::{HttpRequest, parse};
pub use render::{HttpResponse, render, render_error};
