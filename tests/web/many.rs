//! Many links in one page.

use crate::lab::{Lab, text};
use crate::server::{sessions, take_down};
use relatch::client::State;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn twenty_links_go_down_and_come_back_each_to_its_own_session() {
    let lab = Lab::new();
    let mut lines = Vec::new();
    for number in 0..20 {
        lines.push(lab.link_with(|setup| {
            setup.options.config.control = true;
            setup.options.name = format!("link-{number}");
        }));
    }
    for (number, line) in lines.iter_mut().enumerate() {
        line.ready().await;
        line.echo(&format!("<{number}>")).await;
    }
    let ids: Vec<String> = lines.iter().map(|line| line.id()).collect();

    take_down(200).await;
    for line in &mut lines {
        line.change_to(State::Waiting).await;
    }
    for (number, line) in lines.iter_mut().enumerate() {
        let own = format!("<again {number}>");
        line.ready().await;
        line.send(text(&own)).unwrap();
        assert_eq!(line.receive(&own).await, own);
    }
    assert_eq!(lines.iter().map(|line| line.id()).collect::<Vec<_>>(), ids);
    assert_eq!(sessions(lab.project.as_str()).await.len(), 20);
}
