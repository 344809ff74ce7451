//! The welcome: where both streams go on, and that nothing else is taken for it (C2).

use crate::common::{Answer, EPOCH, WELCOME, World, accept, resuming, there};
use relatch::client::{Input, State};
use relatch::config::Config;
use relatch::wire::{Attach, FromServer, Gap, Outcome, Welcome};

/// A welcome that is wrong in one thing.
type Lie = fn(&Attach) -> Welcome;

/// A page whose hello says epoch 7, out 5000, in 10..16, and is answered with this.
fn answered(welcome: impl FnMut(&Attach) -> Welcome + 'static) -> World {
    let mut world = World::resumed(resuming());
    world.output_at(10, 5000);
    world.send_at(20, "0123456789").unwrap();
    world.frame_at(30, &FromServer::Ack(10));
    world.send_at(40, "abcdef").unwrap();
    world.run_until(6000);
    world.welcomes(welcome);
    world.close_at(6000, 1006, "");
    world.run_until(6999);
    world.look();
    // What comes after this answer is met by silence.
    world.answer({
        let mut left = 1;
        move |_| {
            left -= 1;
            if left == 0 { accept(0) } else { Answer::default() }
        }
    });
    world.run_until(7000);
    world
}

#[test]
fn a_place_that_was_found_goes_on() {
    let mut world = answered(|hello| Welcome {
        accepted: 13,
        live: 7000,
        ..there(hello)
    });
    world.shows(
        "
        7000 connecting 1: retry
        7000 hello 2: resume, epoch 7, out 5000, done 5000, in 10..16
        7000 resumed: ok at 5000, replay 2000, 80x24
        7000 send {\"t\":\"ack\",\"out\":5000}
        7000 send 3 bytes
        7000 ready 1: opened
        ",
    );
    assert_eq!(world.input, b"def");
}

#[test]
fn another_process_is_not_typed_what_was_meant_for_the_old_one() {
    let mut world = answered(|_| Welcome {
        epoch: EPOCH + 1,
        ..WELCOME
    });
    world.shows(
        "
        7000 connecting 1: retry
        7000 hello 2: resume, epoch 7, out 5000, done 5000, in 10..16
        7000 dropped: session-lost, 1 messages of 6 bytes
        7000 reset: restarted
        7000 resumed: new at 0, replay 0, 80x24
        7000 send {\"t\":\"ack\",\"out\":0}
        7000 ready 1: opened
        ",
    );
    world.send_at(7010, "make").unwrap();
    assert_eq!(world.input, b"make");
    world.frame_at(7020, &FromServer::Ack(4));
    world.output_at(7030, 120);
    world.frame_at(7040, &FromServer::Mark(120));
    world.answer(|_| accept(0));
    world.host(|_| Answer::default());
    world.close_at(7050, 1006, "");
    world.run_until(9050);
    let hello = world.hello.unwrap();
    assert_eq!(
        (hello.epoch, hello.out, hello.in_lo, hello.in_hi),
        (Some(8), Some(120), 4, 4)
    );
}

#[test]
fn what_was_queued_for_the_old_process_goes_with_it() {
    let mut world = World::resumed(resuming());
    world.close_at(6000, 1012, "");
    world.at(6000, Input::Offline);
    world.send_at(6001, "make").unwrap();
    world.send_at(6002, "!").unwrap();
    world.look();
    world.welcomes(|_| Welcome {
        epoch: EPOCH + 1,
        ..WELCOME
    });
    world.at(7000, Input::Online);
    world.run_until(7000);
    let told = world.look();
    assert_eq!(told[2], "7000 dropped: session-lost, 2 messages of 5 bytes");
    assert!(world.input.is_empty());
}

#[test]
fn what_was_typed_before_the_first_welcome_is_kept_for_it() {
    for found in [false, true] {
        let config = Config { found, ..resuming() };
        let mut world = World::greeted(config);
        world.send_at(10, "ls").unwrap();
        world.frame_at(20, &FromServer::Welcome(there(&world.hello.unwrap())));
        assert_eq!(world.input, b"ls");
    }
}

#[test]
fn a_page_without_a_screen_begins_where_the_server_says() {
    let config = Config {
        found: true,
        ..resuming()
    };
    let mut world = World::greeted(config);
    let welcome = Welcome {
        outcome: Outcome::Gap,
        out: 2000,
        live: 9000,
        ..WELCOME
    };
    world.frame_at(10, &FromServer::Welcome(welcome));
    world.frame_at(
        10,
        &FromServer::Gap(Gap {
            from: None,
            to: 2000,
            snap: 0,
        }),
    );
    world.output_at(20, 7000);
    world.frame_at(20, &FromServer::Mark(9000));
    world.shows(
        "
        10 reset: server
        10 resumed: gap at 2000, replay 7000, 80x24
        10 send {\"t\":\"ack\",\"out\":2000}
        10 ready 1: opened
        10 gap: none to 2000
        10 send {\"t\":\"ack\",\"out\":2000}
        20 deliver
        ",
    );
}

#[test]
fn a_new_process_whose_first_output_is_gone_begins_later() {
    let mut world = World::greeted(resuming());
    let welcome = Welcome {
        out: 300,
        live: 400,
        ..WELCOME
    };
    world.frame_at(10, &FromServer::Welcome(welcome));
    let gap = Gap {
        from: None,
        to: 300,
        snap: 0,
    };
    world.frame_at(10, &FromServer::Gap(gap));
    world.output_at(20, 100);
    world.frame_at(20, &FromServer::Mark(400));
    assert_eq!(world.client.state(), State::Ready);
}

#[test]
fn output_of_a_new_process_that_begins_later_waits_for_the_gap() {
    let mut world = World::greeted(resuming());
    let welcome = Welcome {
        out: 300,
        live: 400,
        ..WELCOME
    };
    world.frame_at(10, &FromServer::Welcome(welcome));
    world.answer(|_| Answer::default());
    world.look();
    world.output_at(20, 100);
    assert_eq!(world.look()[0], "20 discard 4400");
}

#[test]
fn a_welcome_that_lies_is_answered_with_4400() {
    let lies: [(&str, Lie); 11] = [
        ("ok, further on", |hello| Welcome {
            out: 5001,
            live: 5001,
            ..there(hello)
        }),
        ("ok, further back", |hello| Welcome {
            out: 4999,
            ..there(hello)
        }),
        ("a gap from elsewhere", |hello| Welcome {
            outcome: Outcome::Gap,
            out: 6000,
            live: 9000,
            ..there(hello)
        }),
        ("new without another process", |hello| Welcome {
            outcome: Outcome::New,
            ..there(hello)
        }),
        ("new from the start, without another process", |_| WELCOME),
        ("live behind out", |hello| Welcome {
            live: 4999,
            ..there(hello)
        }),
        ("less accepted than acked", |hello| Welcome {
            accepted: 9,
            ..there(hello)
        }),
        ("more accepted than sent", |hello| Welcome {
            accepted: 17,
            ..there(hello)
        }),
        ("found in another process", |hello| Welcome {
            epoch: EPOCH + 1,
            accepted: 0,
            ..there(hello)
        }),
        ("a gap in another process", |hello| Welcome {
            epoch: EPOCH + 1,
            accepted: 0,
            outcome: Outcome::Gap,
            ..there(hello)
        }),
        ("another process, from the start, found", |_| Welcome {
            epoch: EPOCH + 1,
            outcome: Outcome::Ok,
            ..WELCOME
        }),
    ];
    for (lie, welcome) in lies {
        let mut world = answered(welcome);
        let told = world.look();
        assert_eq!(
            told[2..],
            [
                "7000 discard 4400",
                "7000 dropped: lost, 1 messages of 6 bytes",
                "7000 connecting 2: desync",
            ]
            .map(str::to_owned),
            "{lie}"
        );
        assert_eq!(world.claim().life, 1, "{lie}");
        assert!(world.claim().take, "{lie}");
    }
}

#[test]
fn another_process_that_has_accepted_what_it_was_never_sent_is_a_mistake() {
    let mut world = answered(|_| Welcome {
        epoch: EPOCH + 1,
        accepted: 1,
        ..WELCOME
    });
    let told = world.look();
    assert_eq!(
        told[2..],
        [
            "7000 dropped: session-lost, 1 messages of 6 bytes",
            "7000 discard 4400",
            "7000 connecting 2: desync",
        ]
    );
}

#[test]
fn a_first_welcome_that_lies_is_answered_with_4400() {
    for welcome in [
        Welcome { accepted: 1, ..WELCOME },
        Welcome {
            out: 1,
            live: 0,
            ..WELCOME
        },
    ] {
        let mut world = World::greeted(resuming());
        world.answer(|_| Answer::default());
        world.frame_at(10, &FromServer::Welcome(welcome));
        world.shows(
            "
            10 discard 4400
            10 connecting 2: desync
            ",
        );
        assert_eq!(world.claim().life, 1);
        assert!(!world.claim().known, "it was not welcomed");
    }
}

#[test]
fn a_page_that_attached_afresh_still_knows_another_process() {
    let mut world = World::resumed(resuming());
    world.output_at(10, 50);
    world.run_until(6000);
    world.answer(|_| Answer::default());
    world.close_at(6000, 4400, "");
    world.send_at(6001, "rm -r *\n").unwrap();
    let socket = world.socket();
    world.look();
    world.welcomes(|_| Welcome {
        epoch: EPOCH + 1,
        ..WELCOME
    });
    world.at(6010, Input::Opened(socket));
    world.run_until(6010);
    world.shows(
        "
        6010 hello 2: resume, epoch 7, take, out none, done 0, in 0..0
        6010 dropped: session-lost, 1 messages of 8 bytes
        6010 reset: restarted
        6010 resumed: new at 0, replay 0, 80x24
        6010 send {\"t\":\"ack\",\"out\":0}
        6010 ready 1: opened
        ",
    );
}

#[test]
fn a_second_welcome_is_a_mistake() {
    let mut world = World::resumed(resuming());
    world.answer(|_| Answer::default());
    world.frame_at(10, &FromServer::Welcome(WELCOME));
    world.shows(
        "
        10 discard 4400
        10 connecting 2: desync
        ",
    );
}
