use super::*;

/// Each lane holds what was put there, and the others stay.
fn round_trip<T: Differentiable + ?Sized>(x: &T, tangents: [&T::Tangent; 2])
where
    T::Grad: PartialEq,
{
    let mut wide = zero_wide(x);
    for (tangent, at) in tangents.into_iter().zip([1, LANES - 1]) {
        set_lane::<T>(wide.borrow_mut(), at, tangent);
    }
    for at in 0..LANES {
        let expected = match at {
            1 => T::into_grad(T::seed(tangents[0])),
            _ if at == LANES - 1 => T::into_grad(T::seed(tangents[1])),
            _ => x.zero_grad(),
        };
        assert_eq!(lane::<T>(wide.borrow(), at), expected, "lane {at}");
    }
}

#[test]
fn every_shape_has_lanes() {
    round_trip(&2.0, [&3.0, &4.0]);
    round_trip(&2.0_f32, [&3.0, &4.0]);
    round_trip([1.0, 2.0].as_slice(), [&[3.0, 4.0], &[5.0, 6.0]]);
    round_trip(&vec![[1.0, 2.0]; 1], [&vec![[3.0, 4.0]], &vec![[5.0, 6.0]]]);
    round_trip(&Some(1.0), [&Some(2.0), &Some(3.0)]);
    round_trip(&None::<f64>, [&None, &None]);
    round_trip(&Box::new(1.0), [&Box::new(2.0), &Box::new(3.0)]);
    round_trip(&(1.0, 7_usize, [1.0_f32]), [&(3.0, (), [4.0]), &(5.0, (), [6.0])]);
    let tensor = |x: f64| crate::Tensor::from_shape_vec([2], vec![x, x]);
    round_trip(&tensor(1.0), [&tensor(2.0), &tensor(3.0)]);
}

#[test]
fn linear_operations() {
    let x = Lanes::<f64>(std::array::from_fn(|lane| lane as f64));
    let mut y = -(x * 2.0 + x / 2.0 - x);
    y *= 2.0;
    y -= x;
    assert_eq!(y.0, std::array::from_fn(|lane| -4.0 * lane as f64));
    let infinite = (x * f64::INFINITY).unless_zero(x);
    assert_eq!(infinite.0[..2], [0.0, f64::INFINITY]);
    assert_eq!(x.cast::<f32>().cast::<f64>(), x);
}

#[test]
fn units_fill_columns() {
    let (mut a, mut b) = ([Lanes::<f64>::ZERO; 3], vec![Lanes::<f64>::ZERO; LANES]);
    let mut units = Units::new(2);
    units.fill(&mut a);
    units.fill(&mut b);
    let unit = |at: usize| Lanes::<f64>(std::array::from_fn(|lane| f64::from(u8::from(lane == at))));
    assert_eq!(a, [Lanes::ZERO, Lanes::ZERO, unit(0)]);
    assert_eq!(b[0], unit(1));
    let (mut c, mut d) = ([Lanes::<f64>::ZERO; 3], vec![Lanes::<f64>::ZERO; LANES]);
    let mut units = Units::new(2);
    units.put(&mut c);
    units.put(&mut d);
    assert_eq!((a, &b), (c, &d));
    // Two rows of a block of 3 and one of 1 columns, from the third column on.
    let (mut first, mut second) = ([0.0; 6], [0.0_f64; 2]);
    let rows = [Lanes(std::array::from_fn(|lane| 1.0 + lane as f64)), Lanes(std::array::from_fn(|lane| 11.0 + lane as f64))];
    write_lanes([&mut first, &mut second], &rows, 2, &[3, 1]);
    assert_eq!((first, second), ([0.0, 0.0, 1.0, 0.0, 0.0, 11.0], [2.0, 12.0]));
    // The same as rows of blocks of three rows and of one, from the third row on.
    let (mut first, mut second) = ([0.0; 6], [0.0_f64; 2]);
    write_lane_rows([&mut first, &mut second], &rows, 2, &[3, 1]);
    assert_eq!((first, second), ([0.0, 0.0, 0.0, 0.0, 1.0, 11.0], [2.0, 12.0]));
}
