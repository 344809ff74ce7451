//! What a key types.

use web_sys::KeyboardEvent;

/// The text that a terminal sends for a key, if it sends any.
pub(crate) fn typed(event: &KeyboardEvent) -> Option<String> {
    // Those are the browser's.
    if event.alt_key() || event.meta_key() {
        return None;
    }
    let key = event.key();
    let named = match key.as_str() {
        "Enter" => "\r",
        "Backspace" => "\x7f",
        "Tab" => "\t",
        "Escape" => "\x1b",
        "ArrowUp" => "\x1b[A",
        "ArrowDown" => "\x1b[B",
        "ArrowRight" => "\x1b[C",
        "ArrowLeft" => "\x1b[D",
        _ => "",
    };
    if !named.is_empty() {
        return Some(named.to_owned());
    }
    let mut characters = key.chars();
    match (characters.next(), characters.next()) {
        // Ctrl-A is 1, Ctrl-C is 3.
        (Some(letter @ 'a'..='z'), None) if event.ctrl_key() => Some(char::from(letter as u8 & 0x1f).to_string()),
        (Some(_), None) if !event.ctrl_key() => Some(key),
        // Shift, F5, …
        _ => None,
    }
}
