//! Data of the caller's of which there are no copies: found, held by reference, matched on.

use crate::differentiate;

/// Neither `Clone` nor `Copy`.
#[derive(Debug)]
enum Order {
    Buy { price: f64, n: usize },
    Sell(f64),
    Hold(&'static str),
}

#[derive(Debug)]
struct Event {
    t: f64,
    order: Order,
}

/// What stands at the ends, and the first that fits.
#[differentiate]
fn ends(x: f64, #[constant] orders: &[Order]) -> f64 {
    let last = match orders.last() {
        Some(Order::Buy { price, .. }) if *price > 1.0 => (x * price).sin(),
        Some(Order::Buy { price, n }) => x * price * *n as f64,
        Some(Order::Sell(p)) => x * x * p,
        _ => x,
    };
    let first = match orders.iter().next() {
        Some(Order::Buy { price, n }) => (x * price).cos() * *n as f64,
        Some(Order::Hold(name)) => x * name.len() as f64,
        _ => x * x,
    };
    let found = orders.iter().rev().find(|order| matches!(order, Order::Sell(_)));
    match found {
        Some(Order::Sell(p)) => first * last * p,
        _ => first + last,
    }
}

#[differentiate]
fn walked(x: f64, #[constant] orders: &[Order], #[constant] skipped: usize) -> f64 {
    let mut y = x;
    let mut rest = orders.iter().skip(skipped);
    while let Some(order) = rest.next() {
        y *= match order {
            Order::Buy { price, n } => (y * price).sin() + *n as f64,
            Order::Sell(p) => y * x * p,
            Order::Hold(name) if name.is_empty() => y.exp(),
            Order::Hold(_) => continue,
        };
    }
    y
}

#[differentiate]
fn worth(x: f64, #[constant] order: &Order) -> f64 {
    match order {
        Order::Sell(p) => x.exp() * p,
        Order::Buy { price, .. } => (x * price).cos(),
        Order::Hold(_) => 0.5 * x,
    }
}

/// They are passed on.
#[differentiate]
fn passed_on(x: f64, #[constant] orders: &[Order]) -> f64 {
    let first = orders.iter().next().unwrap();
    let last = orders.last().expect("there are orders");
    let second = if let Some(order) = orders.get(1) { worth(x, order) } else { x };
    worth(x, first) * worth(second * x, last)
}

/// Part of what a reference refers to, and what is asked for later in the loop.
#[differentiate]
fn waiting(k: f64, #[constant] events: &[Event], #[constant] times: &[f64]) -> f64 {
    let mut rest = events.iter();
    let mut next = rest.next();
    let (mut amount, mut sum) = (0.0, 0.0);
    for t in times {
        while let Some(event) = next {
            if event.t > *t {
                break;
            }
            match event.order {
                Order::Buy { price, n } => amount += price * k * n as f64,
                Order::Sell(part) => amount *= part * k,
                Order::Hold(_) => amount = k * k,
            }
            next = rest.next();
        }
        amount *= (-k).exp();
        sum += amount;
    }
    let latest = events.iter().max_by(|a, b| a.t.total_cmp(&b.t)).unwrap();
    let early = events.iter().find(|event| event.t < 1.0);
    sum * early.map_or(k, |event| (event.t * k).sin())
        + match latest.order {
            Order::Sell(part) => part * k * latest.t,
            _ => k,
        }
}

const BUY: Order = Order::Buy { price: 1.3, n: 2 };
const SELL: Order = Order::Sell(0.8);
static BOOK: [Order; 5] = [BUY, Order::Hold(""), SELL, Order::Hold("kept"), Order::Buy { price: 0.4, n: 3 }];
static DIARY: [Event; 4] = [
    Event { t: 0.5, order: BUY },
    Event { t: 1.0, order: SELL },
    Event { t: 1.2, order: Order::Hold("") },
    Event { t: 2.9, order: SELL },
];

programs! {
    ends: (x = 0.7, const orders = &BOOK[..]), (x = 0.7, const orders = &BOOK[..3]), (x = 0.7, const orders = &BOOK[1..2]);
    walked: (x = 0.7, const orders = &BOOK[..], const skipped = 1), (x = 0.7, const orders = &BOOK[..2], const skipped = 0);
    passed_on: (x = 0.7, const orders = &BOOK[..]), (x = 0.7, const orders = &BOOK[..1]);
    waiting: (k = 0.6, const events = &DIARY[..], const &times = vec![0.7, 1.1, 1.9, 4.0]), (k = 0.6, const events = &DIARY[2..], const &times = vec![0.1]);
}
