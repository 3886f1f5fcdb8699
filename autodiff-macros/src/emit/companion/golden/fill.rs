///Derivatives of [`fill()`] with respect to `x` and `state`.
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub, dead_code)]
#[allow(clippy::all, clippy::pedantic, clippy::nursery)]
enum fill {}
#[allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    unused,
    non_snake_case,
    deprecated,
    elided_lifetimes_in_paths,
    trivial_bounds
)]
#[allow(
    unused_qualifications,
    unused_lifetimes,
    single_use_lifetimes,
    unused_results,
    let_underscore_drop
)]
#[allow(non_shorthand_field_patterns)]
#[allow(clippy::all, clippy::pedantic, clippy::nursery)]
impl fill {
    ///The value of [`fill()`] and its pullback, which its call uses up. It takes the cotangent of `state` after the call and returns the gradient with respect to `x` and `state`.
    #[inline]
    pub fn vjp<'a>(
        x: &'a [f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> (
        (),
        impl FnOnce(::std::vec::Vec<f64>) -> ([f64; 3], ::std::vec::Vec<f64>) + use<'a>,
    ) {
        let (y, pull) = Self::forward(x, &mut *state, &mut *seeds);
        let state_after = ::std::borrow::ToOwned::to_owned(&*state);
        let seeds_after = ::std::borrow::ToOwned::to_owned(&*seeds);
        (
            y,
            move |state_bar: ::std::vec::Vec<f64>| {
                let x_bar = ::differentiate::rt::zeros(x);
                ::differentiate::rt::check_lengths(
                    "`state`",
                    ::std::borrow::Borrow::<[f64]>::borrow(&state_after),
                    "state_bar",
                    &state_bar,
                );
                let state_bar = ::differentiate::rt::seed::<
                    [f64],
                >(::differentiate::rt::tangent_of::<[f64]>(&state_bar));
                let mut state_again = state_after;
                let mut seeds_again = seeds_after;
                pull(
                    x,
                    ::std::borrow::BorrowMut::borrow_mut(&mut state_again),
                    ::std::borrow::BorrowMut::borrow_mut(&mut seeds_again),
                    &(),
                    ::core::option::Option::Some(
                        ::differentiate::rt::shadow_of::<[f64; 3]>(&x_bar),
                    ),
                    ::core::option::Option::Some(
                        ::differentiate::rt::shadow_of::<[f64]>(&state_bar),
                    ),
                    ::differentiate::rt::Ignored,
                );
                (
                    ::differentiate::rt::into_grad::<[f64; 3]>(x_bar),
                    ::differentiate::rt::into_grad::<[f64]>(state_bar),
                )
            },
        )
    }
    ///The value of [`fill()`] and its pullback, which may be called repeatedly; `drop` it to use its arguments again. It takes the cotangent of `state` after the call and returns the gradient with respect to `x` and `state`.
    #[inline]
    pub fn vjp_persistent<'a>(
        x: &'a [f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> (
        (),
        impl Fn(::std::vec::Vec<f64>) -> ([f64; 3], ::std::vec::Vec<f64>) + use<'a>,
    ) {
        let (y, pull) = Self::forward(x, &mut *state, &mut *seeds);
        let state_after = ::std::borrow::ToOwned::to_owned(&*state);
        let seeds_after = ::std::borrow::ToOwned::to_owned(&*seeds);
        (
            y,
            move |state_bar: ::std::vec::Vec<f64>| {
                let x_bar = ::differentiate::rt::zeros(x);
                ::differentiate::rt::check_lengths(
                    "`state`",
                    ::std::borrow::Borrow::<[f64]>::borrow(&state_after),
                    "state_bar",
                    &state_bar,
                );
                let state_bar = ::differentiate::rt::seed::<
                    [f64],
                >(::differentiate::rt::tangent_of::<[f64]>(&state_bar));
                let mut state_again = ::std::borrow::ToOwned::to_owned(
                    ::std::borrow::Borrow::<[f64]>::borrow(&state_after),
                );
                let mut seeds_again = ::std::borrow::ToOwned::to_owned(
                    ::std::borrow::Borrow::<[u64]>::borrow(&seeds_after),
                );
                pull(
                    x,
                    ::std::borrow::BorrowMut::borrow_mut(&mut state_again),
                    ::std::borrow::BorrowMut::borrow_mut(&mut seeds_again),
                    &(),
                    ::core::option::Option::Some(
                        ::differentiate::rt::shadow_of::<[f64; 3]>(&x_bar),
                    ),
                    ::core::option::Option::Some(
                        ::differentiate::rt::shadow_of::<[f64]>(&state_bar),
                    ),
                    ::differentiate::rt::Ignored,
                );
                (
                    ::differentiate::rt::into_grad::<[f64; 3]>(x_bar),
                    ::differentiate::rt::into_grad::<[f64]>(state_bar),
                )
            },
        )
    }
    /**Like `vjp` and its pullback in one call, into buffers: overwrites the last arguments with the gradient with respect to `x` and `state`. In the buffers of `&mut` parameters it expects the cotangent of what the call leaves in them.

# Panics

If a buffer has another length than its parameter, before anything is written. If the function itself panics, what is in the buffers is unspecified.*/
    #[inline]
    pub fn vjp_into(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        x_bar: &mut [f64; 3],
        state_bar: &mut [f64],
    ) {
        ::differentiate::rt::check_lengths("`state`", &*state, "state_bar", &*state_bar);
        let (y, pull) = Self::forward(x, &mut *state, &mut *seeds);
        let mut state_after = ::std::borrow::ToOwned::to_owned(&*state);
        let mut seeds_after = ::std::borrow::ToOwned::to_owned(&*seeds);
        x_bar.fill(::core::default::Default::default());
        let x_shadow = ::core::cell::Cell::from_mut(x_bar).as_array_of_cells();
        let state_shadow = ::core::cell::Cell::from_mut(state_bar).as_slice_of_cells();
        pull(
            x,
            ::std::borrow::BorrowMut::borrow_mut(&mut state_after),
            ::std::borrow::BorrowMut::borrow_mut(&mut seeds_after),
            &(),
            ::core::option::Option::Some(x_shadow),
            ::core::option::Option::Some(state_shadow),
            ::differentiate::rt::Ignored,
        );
        y
    }
    ///The value of [`fill()`] and its derivative in the direction given for `x` and `state`. The tangents of `&mut` parameters are updated as these are.
    #[inline]
    pub fn jvp(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        x_dot: &[f64; 3],
        state_dot: &mut [f64],
    ) {
        ::differentiate::rt::check_lengths("`state`", &*state, "state_dot", &*state_dot);
        Self::tangent(
            x,
            &mut *state,
            &mut *seeds,
            ::core::option::Option::Some(x_dot),
            ::core::option::Option::Some(&mut *state_dot),
            ::differentiate::rt::Ignored,
        );
    }
    ///Like `jvp`, into a buffer: the value of [`fill()`] and its derivative in the direction given for `x` and `state`. The tangents of `&mut` parameters are updated as these are.
    #[inline]
    pub fn jvp_into(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        x_dot: &[f64; 3],
        state_dot: &mut [f64],
    ) {
        ::differentiate::rt::check_lengths("`state`", &*state, "state_dot", &*state_dot);
        let (y, y_tangent) = Self::tangent(
            x,
            &mut *state,
            &mut *seeds,
            ::core::option::Option::Some(x_dot),
            ::core::option::Option::Some(&mut *state_dot),
            ::differentiate::rt::Ignored,
        );
        y
    }
    /**Compares the derivatives of [`fill()`] at this point: forward mode with central differences, reverse mode with forward mode, and the value that derivatives are taken of with the function's. Costs several calls for each float of the parameters. `&mut` parameters are left as they are.

# Errors

The first float for which they differ.*/
    #[inline]
    pub fn check(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> ::core::result::Result<(), ::differentiate::CheckError> {
        use ::differentiate::rt::UncopiedExt as _;
        let values = ::differentiate::rt::check(
            &::differentiate::rt::Case {
                names: &["x", "state"],
                at: ::std::vec![
                    ::differentiate::rt::gather(x), ::differentiate::rt::gather(& *
                    state)
                ],
                primal: &|at: &[::std::vec::Vec<f64>]| {
                    let mut x_at = ::differentiate::rt::Copier(x).copied();
                    let x_at = ::differentiate::rt::scatter(
                        "x",
                        x,
                        &mut x_at,
                        &at[0usize],
                    )?;
                    let mut state_at = ::differentiate::rt::Copier(&*state).copied();
                    let state_at = ::differentiate::rt::scatter(
                        "state",
                        &*state,
                        &mut state_at,
                        &at[1usize],
                    )?;
                    let mut seeds_copy = ::differentiate::rt::Copier(&*seeds).copied();
                    let seeds_copy = ::differentiate::rt::again(
                        "seeds",
                        &*seeds,
                        &mut seeds_copy,
                    )?;
                    let (y, _) = Self::forward(&*x_at, &mut *state_at, &mut *seeds_copy);
                    ::core::result::Result::Ok(
                        ::differentiate::rt::gather(&(&y, &*state_at)),
                    )
                },
                tangent: &|parameter: usize, index: usize| {
                    let mut x_dot = ::differentiate::rt::zero_grad(x);
                    if parameter == 0usize {
                        ::differentiate::rt::unit(&mut x_dot, index);
                    }
                    let mut state_dot = ::differentiate::rt::zero_grad(&*state);
                    if parameter == 1usize {
                        ::differentiate::rt::unit(&mut state_dot, index);
                    }
                    let mut state_copy = ::differentiate::rt::Copier(&*state).copied();
                    let state_copy = ::differentiate::rt::again(
                        "state",
                        &*state,
                        &mut state_copy,
                    )?;
                    let mut seeds_copy_ = ::differentiate::rt::Copier(&*seeds).copied();
                    let seeds_copy_ = ::differentiate::rt::again(
                        "seeds",
                        &*seeds,
                        &mut seeds_copy_,
                    )?;
                    let (_, y_dot) = Self::tangent(
                        x,
                        &mut *state_copy,
                        &mut *seeds_copy_,
                        ::core::option::Option::Some(
                            ::differentiate::rt::tangent_of::<[f64; 3]>(&x_dot),
                        ),
                        ::core::option::Option::Some(
                            ::std::borrow::BorrowMut::borrow_mut(&mut state_dot),
                        ),
                        ::differentiate::rt::Ignored,
                    );
                    ::core::result::Result::Ok(
                        ::differentiate::rt::gather(&(&y_dot, &state_dot)).0,
                    )
                },
                reverse: &|weights: &[f64]| {
                    let mut state_copy_ = ::differentiate::rt::Copier(&*state).copied();
                    let state_copy_ = ::differentiate::rt::again(
                        "state",
                        &*state,
                        &mut state_copy_,
                    )?;
                    let mut seeds_copy__ = ::differentiate::rt::Copier(&*seeds).copied();
                    let seeds_copy__ = ::differentiate::rt::again(
                        "seeds",
                        &*seeds,
                        &mut seeds_copy__,
                    )?;
                    let (y, pull) = Self::forward(
                        x,
                        &mut *state_copy_,
                        &mut *seeds_copy__,
                    );
                    let mut y_bar = ::differentiate::rt::zero_grad(&y);
                    let weights = ::differentiate::rt::cotangent(&mut y_bar, weights);
                    let y_bar_seed = ::differentiate::rt::seed::<
                        (),
                    >(::differentiate::rt::tangent_of::<()>(&y_bar));
                    let x_bar = ::differentiate::rt::zeros(x);
                    let mut state_bar = ::differentiate::rt::zero_grad(&*state_copy_);
                    let weights = ::differentiate::rt::cotangent(
                        &mut state_bar,
                        weights,
                    );
                    let state_bar = ::differentiate::rt::seed::<
                        [f64],
                    >(::differentiate::rt::tangent_of::<[f64]>(&state_bar));
                    pull(
                        x,
                        ::std::borrow::BorrowMut::borrow_mut(&mut *state_copy_),
                        ::std::borrow::BorrowMut::borrow_mut(&mut *seeds_copy__),
                        ::differentiate::rt::shadow_of::<()>(&y_bar_seed),
                        ::core::option::Option::Some(
                            ::differentiate::rt::shadow_of::<[f64; 3]>(&x_bar),
                        ),
                        ::core::option::Option::Some(
                            ::differentiate::rt::shadow_of::<[f64]>(&state_bar),
                        ),
                        ::differentiate::rt::Ignored,
                    );
                    ::core::result::Result::Ok(
                        ::std::vec![
                            ::differentiate::rt::gather(&
                            ::differentiate::rt::into_grad:: < [f64; 3] > (x_bar)).0,
                            ::differentiate::rt::gather(&
                            ::differentiate::rt::into_grad:: < [f64] > (state_bar)).0
                        ],
                    )
                },
            },
        )?;
        let mut state_copy__ = ::differentiate::rt::Copier(&*state).copied();
        let state_copy__ = ::differentiate::rt::again(
            "state",
            &*state,
            &mut state_copy__,
        )?;
        let mut seeds_copy___ = ::differentiate::rt::Copier(&*seeds).copied();
        let seeds_copy___ = ::differentiate::rt::again(
            "seeds",
            &*seeds,
            &mut seeds_copy___,
        )?;
        let y = Self::primal(x, &mut *state_copy__, &mut *seeds_copy___);
        ::differentiate::rt::check_values(
            &values,
            &::differentiate::rt::gather(&(&y, &*state_copy__)),
        )
    }
    ///The derivatives of each result of [`fill()`] with respect to `x` and `state`, a block for each pair of them: arrays of arrays where types tell the lengths, else a tensor; the axes of the result come first.
    #[inline]
    pub fn jacobian(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> (::differentiate::Tensor<f64>, ::differentiate::Tensor<f64>) {
        Self::jacobian_by(x, &mut *state, &mut *seeds, ::differentiate::rt::Mode::Either)
    }
    ///The derivatives of each result of [`fill()`] with respect to `x` and `state`, a block for each pair of them: arrays of arrays where types tell the lengths, else a tensor; the axes of the result come first. In forward mode, by columns.
    #[inline]
    pub fn jacobian_fwd(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> (::differentiate::Tensor<f64>, ::differentiate::Tensor<f64>) {
        Self::jacobian_by(
            x,
            &mut *state,
            &mut *seeds,
            ::differentiate::rt::Mode::Forward,
        )
    }
    ///The derivatives of each result of [`fill()`] with respect to `x` and `state`, a block for each pair of them: arrays of arrays where types tell the lengths, else a tensor; the axes of the result come first. In reverse mode, by rows.
    #[inline]
    pub fn jacobian_rev(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> (::differentiate::Tensor<f64>, ::differentiate::Tensor<f64>) {
        Self::jacobian_by(
            x,
            &mut *state,
            &mut *seeds,
            ::differentiate::rt::Mode::Reverse,
        )
    }
    /**The value of [`fill()`]; overwrites the buffers with the derivatives of each result with respect to `x` and `state`, row by row.

# Panics

If a buffer has another length than there are derivatives, before anything is written.*/
    #[inline]
    pub fn jacobian_into(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        j_x: &mut [f64],
        j_state: &mut [f64],
    ) {
        let columns = [((3)), (&*state).len()];
        let rows = [j_x.len() / ::core::cmp::Ord::max(columns[0], 1)];
        if ::differentiate::rt::Mode::Either
            .is_forward(rows.iter().sum::<usize>(), columns.iter().sum::<usize>())
        {
            Self::jacobian_columns(x, &mut *state, &mut *seeds, j_x, j_state)
        } else {
            Self::jacobian_rows(x, &mut *state, &mut *seeds, j_x, j_state)
        }
    }
    #[doc(hidden)]
    #[inline]
    pub fn jacobian_by(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        mode: ::differentiate::rt::Mode,
    ) -> (::differentiate::Tensor<f64>, ::differentiate::Tensor<f64>) {
        let columns = [((3)), (&*state).len()];
        let rows = [(&*state).len()];
        let mut j_x = ::std::vec![
            < f64 as ::core::default::Default > ::default(); rows[0] * columns[0]
        ];
        let mut j_state = ::std::vec![
            < f64 as ::core::default::Default > ::default(); rows[0] * columns[1]
        ];
        if mode.is_forward(rows.iter().sum::<usize>(), columns.iter().sum::<usize>()) {
            Self::jacobian_columns(
                x,
                &mut *state,
                &mut *seeds,
                j_x.as_mut_slice(),
                j_state.as_mut_slice(),
            );
        } else {
            Self::jacobian_rows(
                x,
                &mut *state,
                &mut *seeds,
                j_x.as_mut_slice(),
                j_state.as_mut_slice(),
            );
        }
        (
            ::differentiate::Tensor::from_shape_vec([rows[0], 3], j_x),
            ::differentiate::Tensor::from_shape_vec([rows[0], columns[1]], j_state),
        )
    }
    #[doc(hidden)]
    #[inline]
    pub fn jacobian_columns(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        j_x: &mut [f64],
        j_state: &mut [f64],
    ) {
        let columns = [((3)), (&*state).len()];
        for column in 0..columns.iter().sum::<usize>() {
            let (input, at) = ::differentiate::rt::locate(&columns, column);
            let mut unit = ::differentiate::rt::Unit::new(column);
            let mut x_dot = ::differentiate::rt::zero_grad(x);
            unit.fill(&mut x_dot);
            let mut state_dot = ::differentiate::rt::zero_grad(&*state);
            unit.fill(&mut state_dot);
            let mut state_copy = ::std::borrow::ToOwned::to_owned(&*state);
            let mut seeds_copy = ::std::borrow::ToOwned::to_owned(&*seeds);
            let (y, tangent) = Self::tangent(
                x,
                ::std::borrow::BorrowMut::borrow_mut(&mut state_copy),
                ::std::borrow::BorrowMut::borrow_mut(&mut seeds_copy),
                ::core::option::Option::Some(
                    ::differentiate::rt::tangent_of::<[f64; 3]>(&x_dot),
                ),
                ::core::option::Option::Some(
                    ::std::borrow::BorrowMut::borrow_mut(&mut state_dot),
                ),
                ::differentiate::rt::Ignored,
            );
            if column == 0 {
                let rows = [(&state_dot).len()];
                ::differentiate::rt::check_block("j_x", j_x.len(), rows[0], columns[0]);
                ::differentiate::rt::check_block(
                    "j_state",
                    j_state.len(),
                    rows[0],
                    columns[1],
                );
            }
            ::differentiate::rt::write_column(
                ::differentiate::rt::block([&mut *j_x, &mut *j_state], input),
                &state_dot,
                at,
                columns[input],
            );
        }
        Self::forward(x, &mut *state, &mut *seeds).0
    }
    #[doc(hidden)]
    #[inline]
    pub fn jacobian_rows(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        j_x: &mut [f64],
        j_state: &mut [f64],
    ) {
        let columns = [((3)), (&*state).len()];
        let (y, pull) = Self::forward(x, &mut *state, &mut *seeds);
        let rows = [(&*state).len()];
        ::differentiate::rt::check_block("j_x", j_x.len(), rows[0], columns[0]);
        ::differentiate::rt::check_block("j_state", j_state.len(), rows[0], columns[1]);
        let state_after = ::std::borrow::ToOwned::to_owned(&*state);
        let seeds_after = ::std::borrow::ToOwned::to_owned(&*seeds);
        for row in 0..rows.iter().sum::<usize>() {
            let (output, at) = ::differentiate::rt::locate(&rows, row);
            let mut unit = ::differentiate::rt::Unit::new(row);
            let mut state_again = ::std::borrow::ToOwned::to_owned(
                ::std::borrow::Borrow::<[f64]>::borrow(&state_after),
            );
            let mut seeds_again = ::std::borrow::ToOwned::to_owned(
                ::std::borrow::Borrow::<[u64]>::borrow(&seeds_after),
            );
            let x_row = ::differentiate::rt::row([&mut *j_x], output, at, columns[0]);
            x_row.fill(::core::default::Default::default());
            let x_bar = ::core::cell::Cell::from_mut(
                    <&mut [f64; 3]>::try_from(&mut *x_row)
                        .expect("as many columns as floats"),
                )
                .as_array_of_cells();
            let state_row = ::differentiate::rt::row(
                [&mut *j_state],
                output,
                at,
                columns[1],
            );
            unit.fill(state_row);
            let state_bar = ::core::cell::Cell::from_mut(state_row).as_slice_of_cells();
            pull(
                x,
                ::std::borrow::BorrowMut::borrow_mut(&mut state_again),
                ::std::borrow::BorrowMut::borrow_mut(&mut seeds_again),
                &(),
                ::core::option::Option::Some(x_bar),
                ::core::option::Option::Some(state_bar),
                ::differentiate::rt::Ignored,
            );
        }
        y
    }
    #[doc(hidden)]
    pub fn forward(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
    ) -> (
        (),
        impl Fn(
            &[f64; 3],
            &mut [f64],
            &mut [u64],
            &::differentiate::rt::ShadowOf<()>,
            ::core::option::Option<&::differentiate::rt::ShadowOf<[f64; 3]>>,
            ::core::option::Option<&[::core::cell::Cell<f64>]>,
            ::differentiate::rt::Ignored,
        ) + use<>,
    ) {
        forward_sweep
    }
    #[doc(hidden)]
    #[inline]
    pub fn forward_over(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        __kept: u64,
    ) -> (
        (),
        impl Fn(
            &[f64; 3],
            &mut [f64],
            &mut [u64],
            &::differentiate::rt::ShadowOf<()>,
            ::core::option::Option<&::differentiate::rt::ShadowOf<[f64; 3]>>,
            ::core::option::Option<&[::core::cell::Cell<f64>]>,
            ::differentiate::rt::Ignored,
        ) + use<>,
    ) {
        Self::forward(x, state, seeds)
    }
    #[doc(hidden)]
    pub fn tangent(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        x_dot: ::core::option::Option<&::differentiate::rt::Tangent<[f64; 3]>>,
        state_dot: ::core::option::Option<&mut ::differentiate::rt::Tangent<[f64]>>,
        _: ::differentiate::rt::Ignored,
    ) -> ((), ()) {
        let mut x_dot_zero = ::core::option::Option::None;
        let x_dot = ::differentiate::rt::tangent_or_zero(x_dot, x, &mut x_dot_zero);
        let mut state_dot_zero = ::core::option::Option::None;
        let state_dot = ::differentiate::rt::tangent_or_zero_mut(
            state_dot,
            &*state,
            &mut state_dot_zero,
        );
        tangent_sweep
    }
    #[doc(hidden)]
    #[inline]
    pub fn tangent_wide(
        x: &[f64; 3],
        state: &mut [f64],
        seeds: &mut [u64],
        x_dot: ::core::option::Option<&[::differentiate::rt::Lanes<f64>; 3]>,
        state_dot: ::core::option::Option<&mut [::differentiate::rt::Lanes<f64>]>,
        _: ::differentiate::rt::Ignored,
    ) -> ((), ::differentiate::rt::WideGrad<()>) {
        let mut x_dot_zero = ::core::option::Option::None;
        let x_dot = ::differentiate::rt::wide_or_zero(x_dot, x, &mut x_dot_zero);
        let mut state_dot_zero = ::core::option::Option::None;
        let state_dot = ::differentiate::rt::wide_or_zero_mut(
            state_dot,
            &*state,
            &mut state_dot_zero,
        );
        ::differentiate::rt::one_by_one(|lane: usize| {
            let x_dot_lane = ::differentiate::rt::lane::<[f64; 3]>(x_dot, lane);
            let mut state_copy;
            let state: &mut [f64] = if lane == 0 {
                &mut *state
            } else {
                state_copy = ::std::borrow::ToOwned::to_owned(&*state);
                ::std::borrow::BorrowMut::borrow_mut(&mut state_copy)
            };
            let mut state_dot_lane = ::differentiate::rt::lane::<[f64]>(state_dot, lane);
            let mut seeds_copy;
            let seeds: &mut [u64] = if lane == 0 {
                &mut *seeds
            } else {
                seeds_copy = ::std::borrow::ToOwned::to_owned(&*seeds);
                ::std::borrow::BorrowMut::borrow_mut(&mut seeds_copy)
            };
            let result = Self::tangent(
                x,
                state,
                seeds,
                ::core::option::Option::Some(
                    ::differentiate::rt::tangent_of::<[f64; 3]>(&x_dot_lane),
                ),
                ::core::option::Option::Some(
                    ::std::borrow::BorrowMut::borrow_mut(&mut state_dot_lane),
                ),
                ::differentiate::rt::Ignored,
            );
            ::differentiate::rt::set_lane::<
                [f64],
            >(
                state_dot,
                lane,
                ::differentiate::rt::tangent_of::<[f64]>(&state_dot_lane),
            );
            result
        })
    }
    #[inline]
    fn primal(arg0: &[f64; 3], arg1: &mut [f64], arg2: &mut [u64]) -> () {
        fill(arg0, arg1, arg2)
    }
    #[doc(hidden)]
    pub const LOOKS: [u64; 3] = [1, 1, 1];
}
