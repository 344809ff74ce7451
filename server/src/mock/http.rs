//! The fault controls over HTTP.

use super::plan::{self, BadPlan, Plan};
use super::{Mock, NotPlanned};
use crate::access;
use crate::http::{App, Arrival};
use crate::view::View;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use relatch::wire::PROTOCOL;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The longest body of a request, in bytes.
const LONGEST_BODY: usize = 16 * 1024;

/// `/mock/faults`, `/mock/restart` and `/mock/sessions`; they want `?access=` as the terminal does.
pub(crate) fn routes(app: &Arc<App>, mock: Arc<Mock>) -> Router<Arc<App>> {
    Router::new()
        .route("/mock/faults", post(plan).delete(clear))
        .route("/mock/restart", post(restart))
        .route("/mock/sessions", get(sessions))
        .layer(Extension(mock))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .route_layer(middleware::from_fn_with_state(Arc::clone(app), let_in))
}

async fn let_in(State(app): State<Arc<App>>, RawQuery(query): RawQuery, request: Request, next: Next) -> Response {
    let query = query.unwrap_or_default();
    let offered = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "access");
    match offered.and_then(|(_, token)| access::principal(&app.access, &token)) {
        Some(_) => {
            let mut response = next.run(request).await;
            // A connection kept open would outlive the server's being down.
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
        None => error(
            StatusCode::UNAUTHORIZED,
            "no access",
            "access",
            "must be the server's access token",
        ),
    }
}

async fn plan(Extension(mock): Extension<Arc<Mock>>, Extension(arrival): Extension<Arrival>, body: Bytes) -> Response {
    arrival.line.spare();
    let plan = match Plan::parse(&body) {
        Ok(plan) => plan,
        Err(BadPlan { field, rule }) => {
            return error(StatusCode::BAD_REQUEST, "bad fault", &field, rule);
        }
    };
    match mock.plan(plan) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(NotPlanned::NotAttached) => error(
            StatusCode::NOT_FOUND,
            "no such socket",
            "target.session",
            "must be attached now",
        ),
        Err(NotPlanned::TooMany) => error(
            StatusCode::TOO_MANY_REQUESTS,
            "too many faults",
            "target",
            "256 at most may wait for connections",
        ),
    }
}

async fn clear(Extension(mock): Extension<Arc<Mock>>) -> StatusCode {
    mock.clear();
    StatusCode::NO_CONTENT
}

/// What a server that stops and starts again does to its sessions.
async fn restart(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let keep = match plan::kept(&body) {
        Ok(keep) => keep,
        Err(BadPlan { field, rule }) => {
            return error(StatusCode::BAD_REQUEST, "bad restart", &field, rule);
        }
    };
    match app.registry.restart(keep) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => error(StatusCode::SERVICE_UNAVAILABLE, &refused.msg, "", "try again"),
    }
}

async fn sessions(State(app): State<Arc<App>>) -> Json<Vec<Value>> {
    Json(app.registry.views().iter().map(shown).collect())
}

fn shown(view: &View) -> Value {
    let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let since_1970 = |at: SystemTime| millis(at.duration_since(UNIX_EPOCH).unwrap_or_default());
    let mut shown = json!({
        "key": view.key,
        "kind": view.kind,
        "attached": view.attached,
        "generation": view.generation,
        "inst": view.inst,
        "bytesIn": view.bytes_in,
        "bytesOut": view.bytes_out,
        "detachedForMs": view.detached_for.map(millis),
        "retainedForMs": view.retained_for.map(millis),
        "circuitBreakerTriggered": view.breaker_at.is_some(),
        "circuitBreakerAt": view.breaker_at.map(since_1970),
        "pid": view.pid,
        "exit": view.exit.map(|exit| exit.to_string()),
    });
    if let (Some(resumed), Some(fields)) = (&view.resumed, shown.as_object_mut()) {
        fields.extend([
            ("protocol".to_owned(), PROTOCOL.into()),
            ("epoch".to_owned(), resumed.epoch.into()),
            ("base".to_owned(), resumed.base.into()),
            ("head".to_owned(), resumed.head.into()),
            ("ringBytes".to_owned(), (resumed.head - resumed.base).into()),
            ("cursor".to_owned(), resumed.cursor.into()),
            ("acked".to_owned(), resumed.acked.into()),
            ("held".to_owned(), resumed.held.into()),
            ("inputWaiting".to_owned(), resumed.input_waiting.into()),
        ]);
    }
    shown
}

fn error(status: StatusCode, error: &str, field: &str, rule: &str) -> Response {
    (status, Json(json!({ "error": error, "field": field, "rule": rule }))).into_response()
}
