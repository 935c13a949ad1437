use std::env;

struct Template {
    env: std::collections::HashMap<String, String>,
}

fn var(name: &str) -> Result<String, String> {
    Ok(format!("${{{name}}}"))
}

impl Template {
    fn var(&self, name: &str) -> Option<&String> {
        self.env.get(name)
    }

    fn render(&self) -> String {
        let table = var("TABLE").unwrap();
        let topic = self.var("TOPIC").unwrap();
        let bucket = Self::var(self, "BUCKET").unwrap();
        format!("{table} {topic} {bucket} {}", env::var("SUFFIX").unwrap())
    }
}
