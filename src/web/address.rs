//! The URL of one attempt.

use super::identity::Identity;
use super::options::Names;
use crate::client::Claim;
use wasm_bindgen::JsValue;
use web_sys::Url;

/// What goes into the URL besides what the page gave.
pub(super) struct Parameters<'a> {
    pub(super) names: &'a Names,
    pub(super) identity: &'a Identity,
    pub(super) access: Option<&'a str>,
    /// For a server that speaks `control=1`: what the page says of itself, and its life.
    pub(super) claim: Option<(&'a Claim, &'a str)>,
}

/// Reads a WebSocket URL; relative ones count from the page. `None` if it is no URL, has a fragment, or is not ws, wss, http or https.
pub(super) fn parse(text: &str) -> Option<Url> {
    let base = super::global::property("location").and_then(|location| {
        let href = js_sys::Reflect::get(&location, &JsValue::from_str("href"));
        href.ok()?.as_string()
    });
    let url = match base {
        Some(base) => Url::new_with_base(text, &base),
        None => Url::new(text),
    };
    let url = url.ok()?;
    match url.protocol().as_str() {
        "ws:" | "wss:" => {}
        "http:" => url.set_protocol("ws:"),
        "https:" => url.set_protocol("wss:"),
        _ => return None,
    }
    url.hash().is_empty().then_some(url)
}

/// Adds the parameters. One that the page's URL already has is replaced.
pub(super) fn complete(url: &Url, parameters: &Parameters<'_>) -> String {
    let Parameters {
        names,
        identity,
        access,
        claim,
    } = parameters;
    let query = url.search_params();
    query.set(&names.session, identity.session().as_str());
    query.set(&names.project, identity.project().as_str());
    if let Some(kind) = &names.kind {
        query.set("kind", kind);
    }
    if let Some(access) = access {
        query.set(&names.access, access);
    }
    if let Some((claim, life)) = claim {
        query.set("control", "1");
        query.set("inst", life);
        query.set("try", &claim.attempt.to_string());
        for (name, said) in [("known", claim.known), ("warm", claim.warm), ("take", claim.take)] {
            if said {
                query.set(name, "1");
            }
        }
        if let Some(size) = claim.size {
            query.set("cols", &size.cols.to_string());
            query.set("rows", &size.rows.to_string());
        }
    }
    url.href()
}
