use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-env-changed=SCHEMA_DIR");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let manifest = env::var("CARGO_MANIFEST_DIR").unwrap();
    let schema = match env::var("SCHEMA_DIR") {
        Ok(dir) => PathBuf::from(dir),
        Err(_) => PathBuf::from(manifest).join("schema"),
    };
    if env::var("CARGO_FEATURE_COMPRESSED").is_ok() {
        println!("cargo:rustc-cfg=compressed");
    }
    let target = env::var("TARGET").unwrap().to_uppercase().replace('-', "_");
    if let Ok(linker) = env::var(format!("CARGO_TARGET_{target}_LINKER")) {
        println!("cargo:warning={linker}");
    }
    std::fs::copy(schema.join("orders.json"), out.join("orders.json")).unwrap();
}
