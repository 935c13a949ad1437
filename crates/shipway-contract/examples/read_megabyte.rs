//! Prints how many milliseconds a megabyte of source takes to read, for each language: as one file, and as the hundred that
//! it more likely is, of which every tenth mentions the environment. The best of five runs; build with `--release`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use shipway_contract::{Language, read};

const MEGABYTE: usize = 1 << 20;

/// A function as it might be written; `@` stands for its number.
fn sample(language: Language, environment: &str) -> String {
    let text = match language {
        Language::Python => {
            r#"
def handle_@(event, context=None):
    """Says what happens to one order."""
    table = ENVIRONMENT
    items = [item for item in event.get("items", []) if item["quantity"] > 0]
    total = sum(item["price"] * item["quantity"] for item in items)
    if total > 1000 and context is not None:
        logger.info("large order %s of %s", total, context.function_name)
    for index, item in enumerate(items):
        try:
            client.put_item(TableName=table, Item={"id": {"S": str(index)}, "name": {"S": item["name"]}})
        except ValueError as error:
            return {"statusCode": 400, "body": json.dumps({"error": str(error)})}
    return {"statusCode": 200, "body": json.dumps({"total": total, "items": len(items)})}
"#
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            r#"
export async function handle@(event, context) {
  const table = ENVIRONMENT;
  const items = (event.items ?? []).filter((item) => item.quantity > 0);
  const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  if (total > 1000 && context) {
    console.info(`large order ${total} of ${context.functionName}`);
  }
  for (const [index, item] of items.entries()) {
    try {
      await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: `${index}` }, name: { S: item.name } } }));
    } catch (error) {
      return { statusCode: 400, body: JSON.stringify({ error: error.message }) };
    }
  }
  return { statusCode: 200, body: JSON.stringify({ total, items: items.length }) };
}
"#
        }
        Language::Go => {
            r#"
func handle@(ctx context.Context, event Event) (Response, error) {
	table := ENVIRONMENT
	total := 0
	for _, item := range event.Items {
		if item.Quantity > 0 {
			total += item.Price * item.Quantity
		}
	}
	if total > 1000 {
		log.Printf("large order %d of %s", total, event.Name)
	}
	for index, item := range event.Items {
		input := &dynamodb.PutItemInput{TableName: &table, Item: map[string]Value{"id": text(index), "name": text(item.Name)}}
		if _, err := client.PutItem(ctx, input); err != nil {
			return Response{StatusCode: 400, Body: err.Error()}, nil
		}
	}
	return Response{StatusCode: 200, Body: fmt.Sprint(total)}, nil
}
"#
        }
        Language::Rust => {
            r#"
async fn handle_@(event: Event, context: &Context) -> Result<Response, Error> {
    let table = ENVIRONMENT;
    let items: Vec<&Item> = event.items.iter().filter(|item| item.quantity > 0).collect();
    let total: u64 = items.iter().map(|item| item.price * item.quantity).sum();
    if total > 1000 {
        tracing::info!(total, name = %context.name, "large order");
    }
    for (index, item) in items.iter().enumerate() {
        let put = context.client.put_item().table_name(&table).item("id", text(index)).item("name", text(&item.name));
        if let Err(error) = put.send().await {
            return Ok(Response { status: 400, body: error.to_string() });
        }
    }
    Ok(Response { status: 200, body: format!("{total}") })
}
"#
        }
        Language::Java => {
            r#"
class Handler@ implements RequestHandler<Order, Response> {
    private final String table = ENVIRONMENT;

    @Override
    public Response handleRequest(Order order, Context context) {
        List<Item> items = order.getItems().stream().filter(item -> item.getQuantity() > 0).collect(Collectors.toList());
        int total = 0;
        for (Item item : items) {
            total += item.getPrice() * item.getQuantity();
        }
        if (total > 1000) {
            context.getLogger().log("large order " + total + " of " + context.getFunctionName());
        }
        try {
            client.putItem(PutItemRequest.builder().tableName(table).item(Map.of("id", text(order.getId()))).build());
        } catch (DynamoDbException error) {
            return new Response(400, error.getMessage());
        }
        return new Response(200, String.valueOf(total));
    }
}
"#
        }
        Language::Ruby => {
            r#"
def handle_@(event:, context: nil)
  table = ENVIRONMENT
  items = event.fetch("items", []).select { |item| item["quantity"].positive? }
  total = items.sum { |item| item["price"] * item["quantity"] }
  if total > 1000 && context
    puts "large order #{total} of #{context.function_name}"
  end
  items.each_with_index do |item, index|
    client.put_item(table_name: table, item: { id: index.to_s, name: item["name"] })
  rescue ArgumentError => error
    return { statusCode: 400, body: JSON.generate(error: error.message) }
  end
  { statusCode: 200, body: JSON.generate(total: total, items: items.length) }
end
"#
        }
    };
    text.replace("ENVIRONMENT", environment)
}

/// An expression that reads a variable; `@` stands for a number.
fn environment(language: Language) -> &'static str {
    match language {
        Language::Python => r#"os.environ["TABLE_@"]"#,
        Language::JavaScript | Language::TypeScript | Language::Tsx => "process.env.TABLE_@",
        Language::Go => r#"os.Getenv("TABLE_@")"#,
        Language::Rust => r#"std::env::var("TABLE_@")?"#,
        Language::Java => r#"System.getenv("TABLE_@")"#,
        Language::Ruby => r#"ENV["TABLE_@"]"#,
    }
}

fn source(language: Language, environment: &str, size: usize) -> String {
    let sample = sample(language, environment);
    let mut text = if language == Language::Python { "import os\n".to_owned() } else { String::new() };
    for number in 0.. {
        if text.len() >= size {
            break;
        }
        text.push_str(&sample.replace('@', &number.to_string()).replace(&format!("{number}Override"), "@Override"));
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "this measures, which the reader itself has no business with")]
fn milliseconds(language: Language, sources: &[String]) -> (f64, usize) {
    let (mut best, mut found) = (f64::INFINITY, 0);
    for _ in 0..5 {
        let start = Instant::now();
        found = sources.iter().map(|source| read(language, source.as_bytes()).reads.len()).sum();
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    (best, found)
}

#[expect(clippy::disallowed_methods, reason = "an example prints")]
fn main() -> std::io::Result<()> {
    let mut table = String::new();
    for language in Language::ALL {
        let with = environment(language);
        let (one, in_one) = milliseconds(language, &[source(language, with, MEGABYTE)]);
        let files =
            (0..100).map(|number| source(language, if number % 10 == 0 { with } else { "table_name" }, MEGABYTE / 100));
        let (many, in_many) = milliseconds(language, &files.collect::<Vec<_>>());
        let name = format!("{language:?}");
        let _ = writeln!(
            table,
            "{name:<12}{one:>8.1} ms as one file ({in_one} reads) {many:>8.1} ms as 100 ({in_many} reads)"
        );
    }
    std::io::stdout().lock().write_all(table.as_bytes())
}
