///Derivatives of [`dot()`] with respect to `x` and `w`.
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub, dead_code)]
#[allow(clippy::all, clippy::pedantic, clippy::nursery)]
pub enum dot {}
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
impl dot {
    ///The gradient of [`dot()`] with respect to `x` and `w`.
    #[inline]
    pub fn grad(x: f64, w: &[f64], n: usize) -> (f64, ::std::vec::Vec<f64>) {
        Self::value_and_grad(x, w, n).1
    }
    ///The value of [`dot()`] and its gradient with respect to `x` and `w`.
    #[inline]
    pub fn value_and_grad(
        x: f64,
        w: &[f64],
        n: usize,
    ) -> (f64, (f64, ::std::vec::Vec<f64>)) {
        let (y, pull) = Self::vjp(x, w, n);
        (y, pull(1.0))
    }
    /**The value of [`dot()`]; overwrites the buffers with its gradient with respect to `x` and `w`.

# Panics

If a buffer has another length than its parameter, before anything is written. If the function itself panics, what is in the buffers is unspecified.*/
    #[inline]
    pub fn value_and_grad_into(
        x: f64,
        w: &[f64],
        n: usize,
        x_bar: &mut f64,
        w_bar: &mut [f64],
    ) -> f64 {
        Self::vjp_into(x, w, n, 1.0, x_bar, w_bar)
    }
    /**The value of [`dot()`]; adds its gradient with respect to `x` and `w` to the buffers.

# Panics

If a buffer has another length than its parameter, before anything is written. If the function itself panics, what is in the buffers is unspecified.*/
    #[inline]
    pub fn value_and_grad_add(
        x: f64,
        w: &[f64],
        n: usize,
        x_bar: &mut f64,
        w_bar: &mut [f64],
    ) -> f64 {
        ::differentiate::rt::check_lengths("`w`", w, "w_bar", &*w_bar);
        let (y, pull) = Self::forward(&x, w, &n);
        let x_shadow = ::differentiate::rt::zeros(&x);
        let w_shadow = ::core::cell::Cell::from_mut(w_bar).as_slice_of_cells();
        pull(
            ::differentiate::rt::Ignored,
            w,
            ::differentiate::rt::Ignored,
            &::core::cell::Cell::new(1.0),
            ::core::option::Option::Some(&x_shadow),
            ::core::option::Option::Some(w_shadow),
            ::differentiate::rt::Ignored,
        );
        ::differentiate::rt::store_add::<f64>(&x_shadow, x_bar);
        y
    }
    ///The value of [`dot()`] and its pullback, which its call uses up. It takes the cotangent of the result and returns the gradient with respect to `x` and `w`.
    #[inline]
    pub fn vjp(
        x: f64,
        w: &[f64],
        n: usize,
    ) -> (f64, impl FnOnce(f64) -> (f64, ::std::vec::Vec<f64>)) {
        Self::vjp_persistent(x, w, n)
    }
    ///The value of [`dot()`] and its pullback, which may be called repeatedly; `drop` it to use its arguments again. It takes the cotangent of the result and returns the gradient with respect to `x` and `w`.
    #[inline]
    pub fn vjp_persistent(
        x: f64,
        w: &[f64],
        n: usize,
    ) -> (f64, impl Fn(f64) -> (f64, ::std::vec::Vec<f64>)) {
        let (y, pull) = Self::forward(&x, w, &n);
        (
            y,
            move |y_bar: f64| {
                let x_bar = ::differentiate::rt::zeros(&x);
                let w_bar = ::differentiate::rt::zeros(w);
                pull(
                    ::differentiate::rt::Ignored,
                    w,
                    ::differentiate::rt::Ignored,
                    &::core::cell::Cell::new(y_bar),
                    ::core::option::Option::Some(&x_bar),
                    ::core::option::Option::Some(
                        ::differentiate::rt::shadow_of::<[f64]>(&w_bar),
                    ),
                    ::differentiate::rt::Ignored,
                );
                (
                    ::differentiate::rt::into_grad::<f64>(x_bar),
                    ::differentiate::rt::into_grad::<[f64]>(w_bar),
                )
            },
        )
    }
    /**Like `vjp` and its pullback in one call, into buffers: overwrites the last arguments with the gradient with respect to `x` and `w`.

# Panics

If a buffer has another length than its parameter, before anything is written. If the function itself panics, what is in the buffers is unspecified.*/
    #[inline]
    pub fn vjp_into(
        x: f64,
        w: &[f64],
        n: usize,
        y_bar: f64,
        x_bar: &mut f64,
        w_bar: &mut [f64],
    ) -> f64 {
        ::differentiate::rt::check_lengths("`w`", w, "w_bar", &*w_bar);
        let (y, pull) = Self::forward(&x, w, &n);
        let x_shadow = ::differentiate::rt::zeros(&x);
        w_bar.fill(::core::default::Default::default());
        let w_shadow = ::core::cell::Cell::from_mut(w_bar).as_slice_of_cells();
        pull(
            ::differentiate::rt::Ignored,
            w,
            ::differentiate::rt::Ignored,
            &::core::cell::Cell::new(y_bar),
            ::core::option::Option::Some(&x_shadow),
            ::core::option::Option::Some(w_shadow),
            ::differentiate::rt::Ignored,
        );
        ::differentiate::rt::store::<f64>(&x_shadow, x_bar);
        y
    }
    ///The value of [`dot()`] and its derivative in the direction given for `x` and `w`.
    #[inline]
    pub fn jvp(x: f64, w: &[f64], n: usize, x_dot: f64, w_dot: &[f64]) -> (f64, f64) {
        ::differentiate::rt::check_lengths("`w`", w, "w_dot", w_dot);
        Self::tangent(
            &x,
            w,
            &n,
            ::core::option::Option::Some(&x_dot),
            ::core::option::Option::Some(w_dot),
            ::differentiate::rt::Ignored,
        )
    }
    ///Like `jvp`, into a buffer: the value of [`dot()`] and its derivative in the direction given for `x` and `w`.
    #[inline]
    pub fn jvp_into(
        x: f64,
        w: &[f64],
        n: usize,
        x_dot: f64,
        w_dot: &[f64],
        y_dot: &mut f64,
    ) -> f64 {
        ::differentiate::rt::check_lengths("`w`", w, "w_dot", w_dot);
        let (y, y_tangent) = Self::tangent(
            &x,
            w,
            &n,
            ::core::option::Option::Some(&x_dot),
            ::core::option::Option::Some(w_dot),
            ::differentiate::rt::Ignored,
        );
        *y_dot = y_tangent;
        y
    }
    /**Compares the derivatives of [`dot()`] at this point: forward mode with central differences, reverse mode with forward mode, and the value that derivatives are taken of with the function's. Costs several calls for each float of the parameters. `&mut` parameters are left as they are.

# Errors

The first float for which they differ.*/
    #[inline]
    pub fn check(
        x: f64,
        w: &[f64],
        n: usize,
    ) -> ::core::result::Result<(), ::differentiate::CheckError> {
        use ::differentiate::rt::UncopiedExt as _;
        let values = ::differentiate::rt::check(
            &::differentiate::rt::Case {
                names: &["x", "w"],
                at: ::std::vec![
                    ::differentiate::rt::gather(& x), ::differentiate::rt::gather(w)
                ],
                primal: &|at: &[::std::vec::Vec<f64>]| {
                    let mut x_at = ::differentiate::rt::Copier(&x).copied();
                    let x_at = ::differentiate::rt::scatter(
                        "x",
                        &x,
                        &mut x_at,
                        &at[0usize],
                    )?;
                    let mut w_at = ::differentiate::rt::Copier(w).copied();
                    let w_at = ::differentiate::rt::scatter(
                        "w",
                        w,
                        &mut w_at,
                        &at[1usize],
                    )?;
                    let (y, _) = Self::forward(&*x_at, &*w_at, &n);
                    ::core::result::Result::Ok(::differentiate::rt::gather(&(&y,)))
                },
                tangent: &|parameter: usize, index: usize| {
                    let mut x_dot = ::differentiate::rt::zero_grad(&x);
                    if parameter == 0usize {
                        ::differentiate::rt::unit(&mut x_dot, index);
                    }
                    let mut w_dot = ::differentiate::rt::zero_grad(w);
                    if parameter == 1usize {
                        ::differentiate::rt::unit(&mut w_dot, index);
                    }
                    let (_, y_dot) = Self::tangent(
                        &x,
                        w,
                        &n,
                        ::core::option::Option::Some(&x_dot),
                        ::core::option::Option::Some(
                            ::differentiate::rt::tangent_of::<[f64]>(&w_dot),
                        ),
                        ::differentiate::rt::Ignored,
                    );
                    ::core::result::Result::Ok(::differentiate::rt::gather(&(&y_dot,)).0)
                },
                reverse: &|weights: &[f64]| {
                    let (y, pull) = Self::forward(&x, w, &n);
                    let mut y_bar = ::differentiate::rt::zero_grad(&y);
                    let weights = ::differentiate::rt::cotangent(&mut y_bar, weights);
                    let y_bar_seed = ::differentiate::rt::seed::<
                        f64,
                    >(::differentiate::rt::tangent_of::<f64>(&y_bar));
                    let x_bar = ::differentiate::rt::zeros(&x);
                    let w_bar = ::differentiate::rt::zeros(w);
                    pull(
                        ::differentiate::rt::Ignored,
                        w,
                        ::differentiate::rt::Ignored,
                        &y_bar_seed,
                        ::core::option::Option::Some(&x_bar),
                        ::core::option::Option::Some(
                            ::differentiate::rt::shadow_of::<[f64]>(&w_bar),
                        ),
                        ::differentiate::rt::Ignored,
                    );
                    ::core::result::Result::Ok(
                        ::std::vec![
                            ::differentiate::rt::gather(&
                            ::differentiate::rt::into_grad:: < f64 > (x_bar)).0,
                            ::differentiate::rt::gather(&
                            ::differentiate::rt::into_grad:: < [f64] > (w_bar)).0
                        ],
                    )
                },
            },
        )?;
        let y = Self::primal(x, w, n);
        ::differentiate::rt::check_values(&values, &::differentiate::rt::gather(&(&y,)))
    }
    ///The derivatives of each result of [`dot()`] with respect to `x` and `w`, a block for each pair of them: arrays of arrays where types tell the lengths, else a tensor; the axes of the result come first.
    #[inline]
    pub fn jacobian(x: f64, w: &[f64], n: usize) -> (f64, ::differentiate::Tensor<f64>) {
        Self::jacobian_by(x, w, n, ::differentiate::rt::Mode::Either)
    }
    ///The derivatives of each result of [`dot()`] with respect to `x` and `w`, a block for each pair of them: arrays of arrays where types tell the lengths, else a tensor; the axes of the result come first. In forward mode, by columns.
    #[inline]
    pub fn jacobian_fwd(
        x: f64,
        w: &[f64],
        n: usize,
    ) -> (f64, ::differentiate::Tensor<f64>) {
        Self::jacobian_by(x, w, n, ::differentiate::rt::Mode::Forward)
    }
    ///The derivatives of each result of [`dot()`] with respect to `x` and `w`, a block for each pair of them: arrays of arrays where types tell the lengths, else a tensor; the axes of the result come first. In reverse mode, by rows.
    #[inline]
    pub fn jacobian_rev(
        x: f64,
        w: &[f64],
        n: usize,
    ) -> (f64, ::differentiate::Tensor<f64>) {
        Self::jacobian_by(x, w, n, ::differentiate::rt::Mode::Reverse)
    }
    /**The value of [`dot()`]; overwrites the buffers with the derivatives of each result with respect to `x` and `w`, row by row.

# Panics

If a buffer has another length than there are derivatives, before anything is written.*/
    #[inline]
    pub fn jacobian_into(
        x: f64,
        w: &[f64],
        n: usize,
        j_x: &mut [f64],
        j_w: &mut [f64],
    ) -> f64 {
        let columns = [1, (w).len()];
        let rows = [1];
        if ::differentiate::rt::Mode::Either
            .is_forward(rows.iter().sum::<usize>(), columns.iter().sum::<usize>())
        {
            Self::jacobian_columns(x, w, n, j_x, j_w)
        } else {
            Self::jacobian_rows(x, w, n, j_x, j_w)
        }
    }
    #[doc(hidden)]
    #[inline]
    pub fn jacobian_by(
        x: f64,
        w: &[f64],
        n: usize,
        mode: ::differentiate::rt::Mode,
    ) -> (f64, ::differentiate::Tensor<f64>) {
        let columns = [1, (w).len()];
        let rows = [1];
        let mut j_x = <f64 as ::core::default::Default>::default();
        let mut j_w = ::std::vec![
            < f64 as ::core::default::Default > ::default(); rows[0] * columns[1]
        ];
        if mode.is_forward(rows.iter().sum::<usize>(), columns.iter().sum::<usize>()) {
            Self::jacobian_columns(
                x,
                w,
                n,
                ::core::slice::from_mut(&mut j_x),
                j_w.as_mut_slice(),
            );
        } else {
            Self::jacobian_rows(
                x,
                w,
                n,
                ::core::slice::from_mut(&mut j_x),
                j_w.as_mut_slice(),
            );
        }
        (j_x, ::differentiate::Tensor::from_shape_vec([columns[1]], j_w))
    }
    #[doc(hidden)]
    #[inline]
    pub fn jacobian_columns(
        x: f64,
        w: &[f64],
        n: usize,
        j_x: &mut [f64],
        j_w: &mut [f64],
    ) -> f64 {
        let columns = [1, (w).len()];
        let mut value: ::core::option::Option<f64> = ::core::option::Option::None;
        for column in 0..columns.iter().sum::<usize>() {
            let (input, at) = ::differentiate::rt::locate(&columns, column);
            let mut unit = ::differentiate::rt::Unit::new(column);
            let mut x_dot = ::differentiate::rt::zero_grad(&x);
            unit.fill(&mut x_dot);
            let mut w_dot = ::differentiate::rt::zero_grad(w);
            unit.fill(&mut w_dot);
            let (y, tangent) = Self::tangent(
                &x,
                w,
                &n,
                ::core::option::Option::Some(&x_dot),
                ::core::option::Option::Some(
                    ::differentiate::rt::tangent_of::<[f64]>(&w_dot),
                ),
                ::differentiate::rt::Ignored,
            );
            if column == 0 {
                let rows = [1];
                ::differentiate::rt::check_block("j_x", j_x.len(), rows[0], columns[0]);
                ::differentiate::rt::check_block("j_w", j_w.len(), rows[0], columns[1]);
            }
            ::differentiate::rt::write_column(
                ::differentiate::rt::block([&mut *j_x, &mut *j_w], input),
                &tangent,
                at,
                columns[input],
            );
            value = ::core::option::Option::Some(y);
        }
        match value {
            ::core::option::Option::Some(y) => y,
            ::core::option::Option::None => Self::forward(&x, w, &n).0,
        }
    }
    #[doc(hidden)]
    #[inline]
    pub fn jacobian_rows(
        x: f64,
        w: &[f64],
        n: usize,
        j_x: &mut [f64],
        j_w: &mut [f64],
    ) -> f64 {
        let columns = [1, (w).len()];
        let (y, pull) = Self::forward(&x, w, &n);
        let rows = [1];
        ::differentiate::rt::check_block("j_x", j_x.len(), rows[0], columns[0]);
        ::differentiate::rt::check_block("j_w", j_w.len(), rows[0], columns[1]);
        for row in 0..rows.iter().sum::<usize>() {
            let (output, at) = ::differentiate::rt::locate(&rows, row);
            let mut unit = ::differentiate::rt::Unit::new(row);
            let mut cotangent = ::differentiate::rt::zero_grad(&y);
            unit.fill(&mut cotangent);
            let cotangent = ::differentiate::rt::seed::<
                f64,
            >(::differentiate::rt::tangent_of::<f64>(&cotangent));
            let x_row = ::differentiate::rt::row([&mut *j_x], output, at, columns[0]);
            x_row.fill(::core::default::Default::default());
            let x_bar = ::core::cell::Cell::from_mut(&mut x_row[0]);
            let w_row = ::differentiate::rt::row([&mut *j_w], output, at, columns[1]);
            w_row.fill(::core::default::Default::default());
            let w_bar = ::core::cell::Cell::from_mut(w_row).as_slice_of_cells();
            pull(
                ::differentiate::rt::Ignored,
                w,
                ::differentiate::rt::Ignored,
                &cotangent,
                ::core::option::Option::Some(x_bar),
                ::core::option::Option::Some(w_bar),
                ::differentiate::rt::Ignored,
            );
        }
        y
    }
    #[doc(hidden)]
    pub fn forward(
        x: &f64,
        w: &[f64],
        n: &usize,
    ) -> (
        f64,
        impl Fn(
            ::differentiate::rt::Ignored,
            &[f64],
            ::differentiate::rt::Ignored,
            &::core::cell::Cell<f64>,
            ::core::option::Option<&::core::cell::Cell<f64>>,
            ::core::option::Option<&[::core::cell::Cell<f64>]>,
            ::differentiate::rt::Ignored,
        ) + use<>,
    ) {
        forward_sweep
    }
    #[doc(hidden)]
    pub fn tangent(
        x: &f64,
        w: &[f64],
        n: &usize,
        x_dot: ::core::option::Option<&::differentiate::rt::Tangent<f64>>,
        w_dot: ::core::option::Option<&::differentiate::rt::Tangent<[f64]>>,
        _: ::differentiate::rt::Ignored,
    ) -> (f64, f64) {
        let mut x_dot_zero = ::core::option::Option::None;
        let x_dot = ::differentiate::rt::tangent_or_zero(x_dot, x, &mut x_dot_zero);
        let mut w_dot_zero = ::core::option::Option::None;
        let w_dot = ::differentiate::rt::tangent_or_zero(w_dot, w, &mut w_dot_zero);
        tangent_sweep
    }
    #[doc(hidden)]
    #[inline]
    pub fn tangent_wide(
        x: &f64,
        w: &[f64],
        n: &usize,
        x_dot: ::core::option::Option<&::differentiate::rt::Lanes<f64>>,
        w_dot: ::core::option::Option<&[::differentiate::rt::Lanes<f64>]>,
        _: ::differentiate::rt::Ignored,
    ) -> (f64, ::differentiate::rt::Lanes<f64>) {
        let mut x_dot_zero = ::core::option::Option::None;
        let x_dot = ::differentiate::rt::wide_or_zero(x_dot, x, &mut x_dot_zero);
        let mut w_dot_zero = ::core::option::Option::None;
        let w_dot = ::differentiate::rt::wide_or_zero(w_dot, w, &mut w_dot_zero);
        ::differentiate::rt::one_by_one(|lane: usize| {
            let x_dot_lane = ::differentiate::rt::lane::<f64>(x_dot, lane);
            let w_dot_lane = ::differentiate::rt::lane::<[f64]>(w_dot, lane);
            let result = Self::tangent(
                x,
                w,
                n,
                ::core::option::Option::Some(
                    ::differentiate::rt::tangent_of::<f64>(&x_dot_lane),
                ),
                ::core::option::Option::Some(
                    ::differentiate::rt::tangent_of::<[f64]>(&w_dot_lane),
                ),
                ::differentiate::rt::Ignored,
            );
            result
        })
    }
    #[inline]
    fn primal(arg0: f64, arg1: &[f64], arg2: usize) -> f64 {
        dot(arg0, arg1, arg2)
    }
    #[doc(hidden)]
    pub const LOOKS: [u64; 3] = [1, 1, 1];
}
