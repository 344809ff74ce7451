//! What is answered over HTTP: the page's files, the upgrade to a terminal, and the fault controls.

use crate::access::{self, Token};
use crate::client::Client;
use crate::config::{Bounds, Config};
use crate::guard::{Guard, Stranger};
use crate::line::Line;
use crate::mock::{self, Mock, Tap};
use crate::page::Page;
use crate::query::Query;
use crate::registry::Registry;
use crate::ws;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{RawQuery, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// What the page's files may do: load what is theirs, run WASM, style themselves, and open sockets.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
     connect-src 'self' ws: wss:; img-src 'self' data:",
);

/// What every request needs.
pub(crate) struct App {
    pub(crate) registry: Arc<Registry>,
    pub(crate) access: Vec<Token>,
    pub(crate) mock: Option<Arc<Mock>>,
    pub(crate) stopping: CancellationToken,
    /// Every open socket.
    pub(crate) sockets: TaskTracker,
    bounds: Bounds,
    guard: Guard,
}

/// The connection that a request came on.
#[derive(Clone)]
pub(crate) struct Arrival {
    pub(crate) line: Arc<Line>,
    /// Where it came in.
    pub(crate) local: SocketAddr,
}

impl App {
    pub(crate) fn new(config: &Config, guard: Guard, mock: Option<Arc<Mock>>) -> Arc<Self> {
        Arc::new(Self {
            registry: Registry::new(config.profiles.clone(), config.bounds.clone()),
            access: config.access.clone(),
            mock,
            stopping: CancellationToken::new(),
            sockets: TaskTracker::new(),
            bounds: config.bounds.clone(),
            guard,
        })
    }
}

/// All routes. Each request must carry an [`Arrival`].
pub(crate) fn router(app: Arc<App>, www: Option<&Path>) -> Router {
    let mut router = Router::new().route("/terminal", get(terminal));
    if let Some(mock) = &app.mock {
        router = router.merge(mock::routes(&app, Arc::clone(mock)));
    }
    if let Some(folder) = www {
        let files = Router::new()
            .fallback_service(ServeDir::new(folder))
            .layer(set(header::CONTENT_SECURITY_POLICY, POLICY))
            .layer(set(header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
            .layer(set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
            .layer(set(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")));
        router = router.fallback_service(files);
    }
    router
        .layer(middleware::from_fn_with_state(Arc::clone(&app), let_in))
        .with_state(app)
}

/// Turns strangers away, and tells browsers which other origins may read the answers.
async fn let_in(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(arrival) = request.extensions().get::<Arrival>() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let origin = match app.guard.check(request.headers(), request.uri(), arrival.local) {
        Ok(origin) => origin,
        Err(Stranger::Host) => {
            tracing::info!(host = ?request.headers().get(header::HOST), "refused: unknown host");
            return (
                StatusCode::MISDIRECTED_REQUEST,
                "This host name is not served here; see --allow-host.\n",
            )
                .into_response();
        }
        Err(Stranger::Origin) => {
            tracing::info!(origin = ?request.headers().get(header::ORIGIN), "refused: foreign origin");
            return (
                StatusCode::FORBIDDEN,
                "This origin may not connect; see --allow-origin.\n",
            )
                .into_response();
        }
    };
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = if is_preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if let Some(Ok(origin)) = origin.map(HeaderValue::try_from) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.append(header::VARY, HeaderValue::from_static("origin"));
    }
    if is_preflight {
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, DELETE"),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("content-type"),
        );
    }
    response
}

async fn terminal(
    State(app): State<Arc<App>>,
    Extension(arrival): Extension<Arrival>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let tap = match &app.mock {
        Some(mock) => mock.connection(Arc::clone(&arrival.line)),
        None => Tap::default(),
    };
    if let Some(status) = tap.before_upgrade().await {
        return StatusCode::from_u16(status)
            .unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
            .into_response();
    }
    let counted = app.sockets.token();
    let (upgrade, resumes) = ws::resumes(upgrade);
    if resumes {
        let client = Client {
            registry: Arc::clone(&app.registry),
            access: app.access.clone(),
            bounds: app.bounds.clone(),
            stopping: app.stopping.clone(),
            tap,
        };
        return ws::accept(upgrade, async move |sender, receiver| {
            client.serve(sender, receiver).await;
            drop(counted);
        });
    }
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let page = Page {
        registry: Arc::clone(&app.registry),
        bounds: app.bounds.clone(),
        stopping: app.stopping.clone(),
        line: arrival.line,
        tap,
        principal: query
            .as_ref()
            .ok()
            .and_then(|query| access::principal(&app.access, &query.access)),
        query,
    };
    ws::accept(upgrade, async move |sender, receiver| {
        page.serve(sender, receiver).await;
        drop(counted);
    })
}

fn set(name: HeaderName, value: HeaderValue) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, value)
}
