use clap::{Arg, Command, Parser};

#[derive(Parser)]
struct Arguments {
    #[arg(long, env = "TABLE")]
    table: String,
    #[arg(long, env = "TOPIC", default_value = "orders")]
    topic: String,
    #[clap(env)]
    stage: Option<String>,
}

fn builder() -> Command {
    Command::new("orders").arg(Arg::new("bucket").long("bucket").env("BUCKET").required(true))
}

fn main() {
    let arguments = Arguments::parse();
    let _ = builder();
    println!("{} {} {:?}", arguments.table, arguments.topic, arguments.stage);
}
