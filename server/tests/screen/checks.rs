//! What holds for a screen whatever it is fed: for random bytes, for the corpus and for fuzzing.

use relatch::wire::Size;
use relatch_server::screen::Screen;

/// All lines above the screen that a snapshot has.
pub const ABOVE: usize = 100;

/// The byte that begins a resize in a file: two more are the columns and the rows. It is never part of UTF-8.
const RESIZE: u8 = 0xff;

/// Plays a file: a size, and output with resizes in it. A terminal that is restored has the same snapshot again.
pub fn check_screen_file(bytes: &[u8]) {
    let (size, mut rest) = size_of(bytes);
    let (mut screen, mut size) = (Screen::new(size), size);
    while let Some(at) = rest.iter().position(|byte| *byte == RESIZE) {
        screen.feed(&rest[..at]);
        (size, rest) = size_of(&rest[at + 1..]);
        screen.resize(size);
    }
    screen.feed(rest);
    check_restored(&screen, size);
}

/// A screen that is fed a snapshot has that snapshot.
pub fn check_restored(screen: &Screen, size: Size) {
    let snapshot = screen.snapshot(ABOVE);
    let mut restored = Screen::new(size);
    restored.feed(&snapshot);
    let again = restored.snapshot(ABOVE);
    let same = snapshot.iter().zip(&again).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(40);
    let shown =
        |bytes: &[u8]| String::from_utf8_lossy(&bytes[from.min(bytes.len())..bytes.len().min(same + 40)]).into_owned();
    assert!(
        again == snapshot,
        "from byte {same} of {} on the snapshot {:?} becomes {:?}",
        snapshot.len(),
        shown(&snapshot),
        shown(&again)
    );
    let _ = screen.snapshot(0);
}

fn size_of(bytes: &[u8]) -> (Size, &[u8]) {
    let side = |at: usize| bytes.get(at).map_or(1, |side| u16::from(*side).max(1));
    let size = Size {
        cols: side(0),
        rows: side(1),
    };
    (size, bytes.get(2..).unwrap_or_default())
}
