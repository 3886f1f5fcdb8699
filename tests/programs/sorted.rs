//! Structs in order, integers that count beside others, and parameters that are changed.

use crate::differentiate;
use differentiate::Differentiable;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Event {
    t: f64,
    v: f64,
}
floats_of!(Event, EventGrad);

/// Of different lengths.
#[derive(Clone, Debug, Differentiable)]
struct Track {
    t: f64,
    samples: Vec<f64>,
    name: String,
}

#[derive(Clone, Debug, Differentiable)]
struct Log {
    events: Vec<Event>,
}

#[differentiate]
fn weighted(events: &[Event], x: f64) -> f64 {
    let mut sum = 0.0;
    for (i, e) in events.iter().enumerate() {
        sum += e.v * e.t * x * (i + 1) as f64;
    }
    sum
}

#[differentiate]
fn ascending(x: f64, y: f64) -> f64 {
    let mut events = vec![Event { t: x, v: y }, Event { t: y, v: x * y }, Event { t: x + y, v: x }, Event { t: 0.1 * x, v: 1.0 }];
    events.sort_by(|a, b| a.t.total_cmp(&b.t));
    weighted(&events, x)
}

#[differentiate]
fn descending(events: &[Event], x: f64) -> f64 {
    let mut events = events.to_vec();
    events.sort_by(|a, b| b.t.partial_cmp(&a.t).unwrap());
    weighted(&events, x)
}

#[differentiate]
fn owned(mut events: Vec<Event>, x: f64) -> f64 {
    events.sort_unstable_by(|a, b| a.t.total_cmp(&b.t));
    events[0].v * x + events[1].v * events[0].t
}

#[differentiate]
fn of_the_callers(events: &mut Vec<Event>, x: f64) {
    events.sort_by(|a, b| a.t.total_cmp(&b.t));
    events[0].v *= x;
    events[1].v += events[0].t * x;
}

#[differentiate]
fn in_a_field(x: f64, y: f64) -> f64 {
    let mut log = Log { events: vec![Event { t: x, v: y }, Event { t: y, v: x * y }] };
    log.events.sort_by(|a, b| a.t.total_cmp(&b.t));
    weighted(&log.events, x)
}

#[differentiate]
fn of_different_lengths(x: f64, y: f64) -> f64 {
    let mut tracks = vec![
        Track { t: x, samples: vec![y], name: "a".to_string() },
        Track { t: y, samples: vec![x, y], name: "b".to_string() },
        Track { t: x * y, samples: vec![], name: "c".to_string() },
    ];
    tracks.sort_by(|a, b| a.t.total_cmp(&b.t));
    let mut sum = 0.0;
    for (i, track) in tracks.iter().enumerate() {
        sum += track.samples.iter().sum::<f64>() * track.t * (i + track.name.len()) as f64;
    }
    sum
}

#[differentiate]
fn again_and_again(x: f64, y: f64) -> f64 {
    let mut events = vec![Event { t: x, v: y }, Event { t: y, v: x * y }, Event { t: x + y, v: x }];
    let mut sum = 0.0;
    for k in 0..3 {
        events.sort_by(|a, b| a.t.total_cmp(&b.t));
        sum += weighted(&events, y);
        events[0].t += x * (k + 1) as f64;
    }
    sum
}

#[differentiate]
fn median(x: f64, y: f64) -> f64 {
    let mut events = vec![Event { t: x, v: y }, Event { t: y, v: x * y }, Event { t: x + y, v: x }];
    let (_, middle, _) = events.select_nth_unstable_by(1, |a, b| a.t.total_cmp(&b.t));
    middle.v * x
}

#[differentiate]
fn pairs(x: f64, y: f64) -> f64 {
    let mut pairs = vec![(x, y), (y, x * y)];
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    pairs[0].1 * x + pairs[1].0 * y
}

#[differentiate]
fn other_integers(x: f64, n: i32) -> f64 {
    let w = [x, x * x, x.sin()];
    let mut sum = 0.0;
    for (i, v) in (0i32..3).zip(&w) {
        sum += i as f64 * v;
    }
    for (v, k) in w.iter().zip(1u8..) {
        sum += k as f64 * v * v;
    }
    for (v, k) in w.iter().zip(1..=3i64) {
        sum += k as f64 * v * v * v;
    }
    for (v, k) in w.iter().zip((-n..n).rev()) {
        sum += k as f64 * v;
    }
    for (v, k) in w.iter().zip((-n..=n).step_by(2)) {
        sum += k as f64 * v * x;
    }
    for (v, k) in w.iter().zip((-n..n as i32).step_by(2).rev()) {
        sum += k as f64 * v * v;
    }
    sum
}

#[differentiate]
fn moved(mut e: Event, y: f64) -> f64 {
    e.t *= y;
    e.v += e.t;
    e.t * e.v
}

#[differentiate]
fn moved_twice(x: f64, y: f64) -> f64 {
    let e = Event { t: x, v: y };
    moved(e, y) * moved(e, x)
}

#[differentiate]
fn grown(mut track: Track, y: f64) -> f64 {
    track.t *= y;
    track.samples[0] += track.t;
    let k = track.t * track.samples[0];
    k * track.samples[0]
}

#[differentiate]
fn grown_twice(x: f64, y: f64) -> f64 {
    let track = Track { t: x, samples: vec![y], name: "a".to_string() };
    grown(track.clone(), y) * grown(track, x)
}

#[derive(Clone, Debug, Differentiable)]
struct Held {
    x: f64,
    #[constant]
    by: Event,
}

#[differentiate]
fn constant_in_a_literal(x: f64, y: f64, #[constant] by: Event) -> f64 {
    let held = Held { x: x * y, by };
    let other = Held { x: y, by: Event { t: 2.0, v: 1.0 } };
    held.x * held.by.t * y + other.x * other.by.t
}

programs! {
    ascending: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
    descending: (&events = vec![Event { t: 1.3, v: 0.7 }, Event { t: 0.3, v: 0.2 }, Event { t: 2.3, v: 1.7 }], x = 0.4);
    owned: (events = vec![Event { t: 1.3, v: 0.7 }, Event { t: 0.3, v: 0.2 }, Event { t: 2.3, v: 1.7 }], x = 0.4);
    of_the_callers -> unit: (&mut events = vec![Event { t: 1.3, v: 0.7 }, Event { t: 0.3, v: 0.2 }, Event { t: 2.3, v: 1.7 }], x = 0.4);
    in_a_field: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
    of_different_lengths: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
    again_and_again: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
    median: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
    pairs: (x = 1.3, y = 0.7), (x = 0.4, y = 0.9);
    other_integers: (x = 1.3, const n = 3);
    moved_twice: (x = 1.3, y = 0.7);
    grown_twice: (x = 1.3, y = 0.7);
    constant_in_a_literal: (x = 1.3, y = 0.7, const by = Event { t: 0.4, v: 0.2 });
}
