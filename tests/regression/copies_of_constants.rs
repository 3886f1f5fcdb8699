//! Variables that start from a constant of a type that the macro cannot see, and are changed where they are: through a reference, a method, a
//! pattern. What was stored there lost its derivative without a word.

use crate::differentiate;
use differentiate::Differentiable;

const START: f64 = 2.0;
const ARRAY: [f64; 3] = [1.0, 2.0, 3.0];
const LAST: usize = 2;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct State {
    x: f64,
    v: f64,
}

#[differentiate]
impl State {
    const ONE: State = State { x: 1.0, v: 0.5 };

    fn advance(&mut self, k: f64) -> f64 {
        self.x *= k;
        self.v += self.x;
        self.v
    }

    fn energy(&self) -> f64 {
        self.x * self.v
    }
}

#[derive(Clone, Debug, Differentiable)]
enum Phase {
    Idle,
    Running { speed: f64, past: Vec<f64> },
    Over(f64, [f64; 2]),
}

#[derive(Clone, Debug)]
struct Scenario {
    gain: f64,
    pair: [f64; 2],
    state: State,
    list: Vec<f64>,
    states: Vec<State>,
    held: Option<f64>,
}

/// Nothing of a derivative's.
#[derive(Clone, Debug)]
struct Counter {
    n: u64,
}

const COUNTER: Counter = Counter { n: 3 };

impl Counter {
    fn next(&mut self) -> f64 {
        self.n = self.n * 31 % 17;
        self.n as f64
    }
}

#[differentiate]
fn bump(a: &mut f64, b: f64) -> f64 {
    let before = *a;
    *a = before * b + 1.0;
    before
}

#[differentiate]
fn bump_all(a: &mut [f64], b: f64) {
    for (i, v) in a.iter_mut().enumerate() {
        *v = *v * b + i as f64;
    }
}

#[differentiate]
fn running(x: f64) -> Phase {
    Phase::Running { speed: x, past: vec![x] }
}

#[differentiate]
fn quicker(phase: &mut Phase, k: f64) {
    match phase {
        Phase::Running { speed, .. } => *speed *= k,
        Phase::Over(a, _) => *a += k,
        Phase::Idle => {}
    }
}

#[differentiate]
fn of_phase(phase: &Phase) -> f64 {
    match phase {
        Phase::Idle => 0.0,
        Phase::Running { speed, past } => speed * past[0],
        Phase::Over(a, [b, c]) => a * b + c,
    }
}

#[differentiate]
fn numbers(x: f64, y: f64) -> f64 {
    let mut s = START;
    bump(&mut s, x);
    let mut negative = -START;
    bump(&mut negative, y);
    let mut sum = START + f64::EPSILON;
    sum *= x;
    let r = &mut sum;
    *r *= y;
    let (mut a, mut b) = (START, ARRAY[1]);
    let c = std::mem::replace(&mut a, x);
    std::mem::swap(&mut a, &mut b);
    a *= y;
    let mut add = |k: f64| s += k * y;
    add(x);
    add(c);
    s * negative + sum * a + b
}

#[differentiate]
fn arrays(x: f64, y: f64) -> f64 {
    let mut a = ARRAY;
    bump_all(&mut a, x);
    let mut b = ARRAY;
    for v in b.iter_mut() {
        *v *= y;
    }
    for v in &mut b {
        *v += x;
    }
    let mut c = ARRAY;
    let r = &mut c[1];
    *r *= x;
    bump_all(&mut c[1..], y);
    c.iter_mut().zip(&b).for_each(|(v, w)| *v *= w);
    a[0] * a[1] + b[1] * c[2] + c[1]
}

#[differentiate]
fn structs(x: f64, y: f64) -> f64 {
    let mut s = State::ONE;
    let v = s.advance(x);
    let mut best = State::ONE;
    for i in 0..3 {
        let candidate = State { x: x * i as f64, v: y };
        if candidate.energy() > best.energy() {
            best = candidate;
        }
        best.advance(1.1);
    }
    let mut pair = (START, ARRAY);
    let (a, b) = &mut pair;
    bump(a, x);
    bump_all(b, *a);
    s.energy() * v + best.energy() + pair.0 * pair.1[1]
}

#[differentiate]
fn enums(x: f64, y: f64) -> f64 {
    let mut first = Phase::Idle;
    let mut sum = of_phase(&first) * x;
    first = running(x);
    quicker(&mut first, y);
    let mut over = Phase::Over(1.0, [0.5, 2.0]);
    if let Phase::Over(a, [b, _]) = &mut over {
        *a *= x;
        *b += y;
    }
    for i in 0..3 {
        let mut now = Phase::Idle;
        if i > 0 {
            now = running(x + sum * 0.1);
        }
        if let Phase::Running { speed, past } = &mut now {
            *speed += y;
            past[0] *= *speed;
        }
        sum += of_phase(&now);
    }
    sum + of_phase(&first) * of_phase(&over)
}

#[differentiate]
fn options(x: f64, y: f64) -> f64 {
    let mut number = Some(2.0);
    if let Some(a) = &mut number {
        bump(a, x);
    }
    let mut state = Some(State::ONE);
    match &mut state {
        Some(s) => {
            s.advance(x);
        }
        None => {}
    }
    let mut array = Some(ARRAY);
    if let Some(a) = array.as_mut() {
        bump_all(a, y);
    }
    let mut other = Some(State::ONE);
    let r = other.as_mut().unwrap();
    r.advance(y);
    let mut list: Vec<Option<f64>> = vec![Some(1.0), None];
    for one in list.iter_mut() {
        if let Some(a) = one {
            *a *= x;
        }
    }
    let array = array.unwrap();
    number.unwrap() * state.unwrap().energy() + array[0] * array[1] + r.energy() * list[0].unwrap()
}

#[differentiate]
fn of_a_scenario(x: f64, y: f64, #[constant] scenario: &Scenario) -> f64 {
    let mut state = scenario.state;
    state.advance(x);
    let mut pair = scenario.pair;
    bump_all(&mut pair, y);
    let mut list = scenario.list.clone();
    list.push(x);
    list[0] *= y;
    let mut gain = scenario.gain;
    bump(&mut gain, x);
    let mut states = scenario.states.clone();
    for s in states.iter_mut() {
        s.advance(y);
    }
    states[0].advance(x);
    let mut held = scenario.held;
    if let Some(a) = &mut held {
        *a *= x;
    }
    state.energy() * gain + pair[0] * pair[1] + list[0] * list[2] + states[0].energy() * held.unwrap()
}

/// These have no derivatives, and are numbers to count with as before.
#[differentiate]
fn counted(x: f64, y: f64) -> f64 {
    let v = [x, y, x * y, 1.0];
    let mut n = LAST;
    let r = &mut n;
    *r += 1;
    let mut counter = COUNTER;
    let mut sum = 0.1;
    for _ in 0..3 {
        sum += x * counter.next() + sum * y;
    }
    sum + v[n] + v[n - 1] * x
}

/// Not in memory until they are assigned: a reference was one to a copy, and the value itself was wrong.
#[differentiate]
fn assigned_late(x: f64, y: f64) -> f64 {
    let mut a;
    a = x;
    bump(&mut a, y);
    let mut b: f64;
    b = START;
    bump(&mut b, y);
    let s;
    s = START;
    let mut c = s;
    bump(&mut c, x);
    let mut nested = ((START, 1.0), ARRAY);
    bump(&mut nested.0.0, y);
    bump_all(&mut nested.1, x);
    a * b + c * nested.0.0 * nested.1[1]
}

/// The macro did not come to an end at `pop` of a `Vec` of constants.
#[differentiate]
fn popped(x: f64, y: f64) -> f64 {
    let mut states = vec![State::ONE, State { x: 3.0, v: 2.0 }];
    let last = states.pop().unwrap();
    let mut numbers = vec![1.5, 0.5, 2.0];
    let mut sum = x;
    while let Some(number) = numbers.pop() {
        sum = sum * y + number;
        if number > 1.9 {
            numbers.push(0.1);
        }
    }
    let rest = states.pop();
    sum * last.x + rest.map_or(0.0, |rest| rest.v * y)
}

fn scenario() -> Scenario {
    let (list, states) = (vec![0.5, 1.5], vec![State::ONE; 2]);
    Scenario { gain: 2.0, pair: [1.0, 3.0], state: State::ONE, list, states, held: Some(0.7) }
}

programs! {
    numbers: (x = 0.3, y = 0.4);
    arrays: (x = 0.3, y = 0.4);
    structs: (x = 0.3, y = 0.4);
    enums: (x = 0.3, y = 0.4);
    options: (x = 0.3, y = 0.4);
    of_a_scenario: (x = 0.3, y = 0.4, const &scenario = scenario());
    counted: (x = 0.3, y = 0.4);
    assigned_late: (x = 0.3, y = 0.4);
    popped: (x = 0.3, y = 0.4);
}
