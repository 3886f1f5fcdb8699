//! `#[derive(Differentiable)]`: what stands beside the type, for every shape of it, under lints that a strict user sets.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused_qualifications)]
#![deny(rust_2018_idioms, future_incompatible, single_use_lifetimes, let_underscore_drop, unused_lifetimes)]
#![deny(clippy::all, clippy::pedantic)]

use std::marker::PhantomData;

use differentiate::{AddScaled, Differentiable, Gradient, Real, differentiate};

/// Generic, with floats in arrays in a `Vec`.
#[derive(Clone, Debug, Differentiable)]
pub struct Layer<T: Real, const N: usize> {
    /// One row for each output.
    pub w: Vec<[T; N]>,
    b: [T; N],
    on: bool,
    marker: PhantomData<T>,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct V3(f64, f64, f64);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Unit;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Node {
    value: f64,
    children: Vec<Node>,
    next: Option<Box<Node>>,
    name: &'static str,
}

/// Not differentiable.
#[derive(Debug)]
struct Foreign;

/// What carries nothing may borrow.
#[derive(Debug, Differentiable)]
struct Config<'a, C, T = f64>
where
    C: Clone,
{
    #[constant]
    foreign: &'a Foreign,
    #[constant]
    constant: C,
    x: T,
    unit: Unit,
    f: fn(f64) -> f64,
    label: &'a str,
    count: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Circle { r: f64 },
    Box(f64, V3),
    Empty,
    Named(String, f32),
}

fn node(value: f64) -> Node {
    Node { value, children: Vec::new(), next: None, name: "leaf" }
}

/// Zeros, seeds, stores and gradients of one value go together.
fn round_trip<T: Differentiable<Grad = G, Tangent = G>, G: Clone + PartialEq + std::fmt::Debug>(x: &T, grad: &G) {
    assert_eq!(T::into_grad(x.zeros()), x.zero_grad());
    let mut stored = x.zero_grad();
    T::store(std::borrow::Borrow::borrow(&T::seed(grad)), &mut stored, false);
    assert_eq!(&stored, grad);
    assert_eq!(&T::into_grad(T::seed(grad)), grad);
}

#[test]
fn every_shape_goes_to_its_shadow_and_back() {
    round_trip(&V3(1.0, 2.0, 3.0), &V3Grad(4.0, 5.0, 6.0));
    round_trip(&Unit, &UnitGrad);
    let layer = Layer { w: vec![[1.0_f32, 2.0]; 2], b: [3.0; 2], on: true, marker: PhantomData };
    let layer_bar = LayerGrad { w: vec![[4.0, 5.0], [6.0, 7.0]], b: [8.0, 9.0], on: (), marker: () };
    assert!(layer.on);
    round_trip(&layer, &layer_bar);
    let (child, next) = (vec![node(2.0)], Some(Box::new(node(3.0))));
    let list = Node { children: child, next, ..node(1.0) };
    let mut list_bar = NodeGrad::zero_like(&list);
    list_bar.children[0].value = 4.0;
    list_bar.next.as_mut().unwrap().value = 5.0;
    round_trip(&list, &list_bar);
    round_trip(&Shape::Circle { r: 1.0 }, &ShapeGrad::Circle { r: 2.0 });
    round_trip(&Shape::Box(1.0, V3(2.0, 3.0, 4.0)), &ShapeGrad::Box(5.0, V3Grad(6.0, 7.0, 8.0)));
    round_trip(&Shape::Empty, &ShapeGrad::Empty);
    round_trip(&Shape::Named("a".into(), 1.0), &ShapeGrad::Named((), 2.0));
}

#[test]
fn what_carries_nothing_costs_nothing() {
    let config = Config { foreign: &Foreign, constant: 'c', x: 1.0, unit: Unit, f: f64::sin, label: "", count: None };
    let want = ConfigGrad { foreign: (), constant: (), x: 0.0, unit: UnitGrad, f: (), label: (), count: None };
    assert_eq!(config.zero_grad(), want);
    let Config { foreign: Foreign, constant: 'c', label: "", f, .. } = config else { unreachable!() };
    assert_eq!(format!("{:?} {:?}", want, f(0.0)), format!("{:?} 0.0", config.zero_grad()));
    assert_eq!(size_of::<ConfigGrad<String, f64>>(), size_of::<f64>() + size_of::<Option<()>>().next_multiple_of(8));
}

#[test]
fn optimisers_have_their_arithmetic() {
    let mut list = Node { children: vec![node(2.0)], ..node(1.0) };
    let mut list_bar = NodeGrad::zero_like(&list);
    list_bar.value = 3.0;
    list_bar.children[0].value = 4.0;
    assert!((list_bar.dot(&list_bar) - 25.0).abs() < 1e-15);
    list_bar += list_bar.clone();
    list_bar *= 0.5;
    list_bar.add_scaled(-2.0, &list_bar.clone());
    list.add_scaled(1.0, &list_bar);
    assert_eq!(list, Node { children: vec![node(-2.0)], ..node(-2.0) });
    assert_eq!(format!("{:?}", V3Grad(1.0, 2.0, 3.0)), "V3Grad(1.0, 2.0, 3.0)");
    assert_eq!(format!("{:?}", ShapeGrad::Circle { r: 1.0 }), "Circle { r: 1.0 }");
}

#[test]
#[should_panic(expected = "a gradient or shadow of one variant meets that of another")]
fn variants_do_not_mix() {
    Shape::Empty.add_scaled(1.0, &ShapeGrad::Circle { r: 1.0 });
}

/// The gradient has the shape of the parameter.
#[test]
fn gradients_of_structs() {
    #[differentiate]
    fn energy(node: &Node, v: V3) -> f64 {
        node.value * v.0 + node.value.sin()
    }
    let (node_bar, v_bar) = energy::grad(&node(2.0), V3(1.0, 2.0, 3.0));
    assert_eq!(v_bar, V3Grad(2.0, 0.0, 0.0));
    let want = NodeGrad { value: 1.0 + 2.0_f64.cos(), children: Vec::new(), next: None, name: () };
    assert_eq!(node_bar, want);
}

/// The library under another path.
mod elsewhere {
    pub(crate) use differentiate as reexported;

    /// A struct that knows only that path.
    #[derive(Debug, reexported::Differentiable)]
    #[differentiable(crate = crate::elsewhere::reexported)]
    pub(crate) struct Scale(pub(crate) f64);
}

#[test]
fn the_library_may_live_elsewhere() {
    assert_eq!(elsewhere::Scale(1.0).zero_grad(), elsewhere::ScaleGrad(0.0));
}
