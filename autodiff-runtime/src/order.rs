//! Memory that is put into another order.

/// The order as swaps, to be made one after the other: at each place of the element there with the one at the place that stands here.
pub fn swaps(order: &[usize]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..order.len()).collect();
    let mut elements = places.clone();
    let swap = |(at, element): (usize, &usize)| {
        let from = places[*element];
        places[elements[at]] = from;
        elements[from] = elements[at];
        from
    };
    order.iter().enumerate().map(swap).collect()
}

#[cfg(test)]
mod tests {
    use super::swaps;

    #[test]
    fn swaps_make_the_order() {
        for order in [vec![], vec![0], vec![2, 0, 1, 3], vec![3, 2, 1, 0], vec![1, 2, 3, 4, 0], vec![4, 1, 0, 2, 3]] {
            let mut all: Vec<usize> = (0..order.len()).collect();
            swaps(&order).into_iter().enumerate().for_each(|(i, j)| all.swap(i, j));
            assert_eq!(all, order);
        }
    }
}
