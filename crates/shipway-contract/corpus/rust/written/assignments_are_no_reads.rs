use std::env;
use std::process::Command;

pub fn prepare() {
    unsafe {
        env::set_var("AWS_STS_REGIONAL_ENDPOINTS", "regional");
        std::env::remove_var("HTTP_PROXY");
    }
    env::set_current_dir("/tmp").unwrap();
}

pub fn convert() -> std::io::Result<()> {
    let mut command = Command::new("convert");
    command
        .env("MAGICK_HOME", "/opt")
        .env("SCRATCH", env::var("SCRATCH_DIR").unwrap_or("/tmp".into()))
        .env_remove("TABLE")
        .envs([("TOPIC", "orders")]);
    unsafe { env::set_var("BUCKET", env::var("DATA_BUCKET").unwrap()) };
    command.status().map(drop)
}
