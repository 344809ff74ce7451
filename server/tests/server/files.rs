//! The page's files.

use crate::common::{Folder, config, start};

#[tokio::test]
async fn files_have_their_types_and_the_policy() {
    let folder = Folder::new();
    std::fs::write(folder.path("index.html"), "<!doctype html>hello").unwrap();
    std::fs::write(folder.path("a.wasm"), b"\0asm").unwrap();
    std::fs::write(folder.path("a.js"), "1").unwrap();
    let mut config = config();
    config.www = Some(folder.0.clone());
    let server = start(config).await;
    for (path, kind) in [
        ("/", "text/html"),
        ("/a.wasm", "application/wasm"),
        ("/a.js", "text/javascript"),
    ] {
        let answer = server.request("GET", path, "", "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains(&format!("content-type: {kind}")), "{answer}");
        assert!(answer.contains("cache-control: no-cache"), "{answer}");
        assert!(answer.contains("script-src 'self' 'wasm-unsafe-eval';"), "{answer}");
    }
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("www")).unwrap();
    std::fs::write(folder.path("secret"), "secret").unwrap();
    let mut config = config();
    config.www = Some(folder.0.join("www"));
    let server = start(config).await;
    for path in ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "//secret", "/nothing"] {
        let answer = server.request("GET", path, "", "").await;
        assert!(!answer.contains("\r\n\r\nsecret"), "{path}: {answer}");
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
    }
}
