//! Generated functions, one shape for each way in which a stage might take more than its share.

use std::fmt::Write as _;

/// A kind of function that can be generated at any length.
pub struct Shape {
    /// For the table.
    pub name: &'static str,
    header: &'static str,
    /// One block of statements; `@` stands for its number.
    block: &'static str,
    footer: &'static str,
}

impl Shape {
    /// A function of about `lines` lines.
    pub fn function(&self, lines: usize) -> String {
        let mut source = format!("fn generated(x: &[f64], scale: f64, n: usize, out: &mut [f64]) -> f64 {{\n{}\n", self.header);
        for block in 0..lines.div_ceil(self.block.lines().count()) {
            writeln!(source, "{}", self.block.replace('@', &block.to_string())).expect("a string takes everything");
        }
        source + self.footer + "\n}"
    }
}

/// One nest of loops, `depth` deep, in which every level changes variables of every level around it.
pub fn nest(depth: usize) -> String {
    let mut source = String::from("fn generated(x: &[f64], n: usize, out: &mut [f64]) -> f64 {\nlet mut sum = 0.0;\n");
    for level in 0..depth {
        write!(source, "let mut v{level} = x[{level} % n];\nfor i{level} in 0..n {{\nv{level} += x[i{level}] * sum;\n")
            .expect("a string takes everything");
    }
    source += "sum += out[i0] * v0.sin();\n";
    for level in (0..depth).rev() {
        write!(source, "out[i{level}] = v{level} * sum;\n}}\nsum += v{level} * 0.5;\n").expect("a string takes everything");
    }
    source + "sum\n}"
}

/// All shapes.
pub const SHAPES: &[Shape] = &[
    Shape {
        name: "mixed",
        header: "let mut sum = 0.0;",
        block: "let a@ = x[@ % n] * scale;
let b@ = (a@ + sum).sin() * 0.5;
let c@ = helper(a@, b@);
let mut v@ = c@.max(0.1).ln() + x[@ % n] / (1.0 + b@ * b@);
for j in 0..n {
    v@ += x[j] * b@.powi(2);
    out[j] = out[j] * 0.5 + v@;
}
if v@ > 1.0 {
    sum += v@.sqrt();
} else {
    let t@ = v@ * v@ - c@;
    sum -= t@;
}
scale_row(&x[..n], out, b@);
sum += out[@ % n];",
        footer: "sum",
    },
    Shape {
        name: "straight",
        header: "let mut p = scale; let mut q = x[0];",
        block: "let a@ = p * q + scale;
let b@ = (a@ - p).exp() / (2.0 + q);
p = a@.tanh() + b@ * 0.25;
q = (q + a@ * b@).sqrt();",
        footer: "p + q",
    },
    Shape {
        name: "variables",
        header: "let mut sum = scale;",
        block: "let mut a@ = x[@];
let mut b@ = a@ * sum;
a@ *= b@;
b@ += a@;
if a@ > sum {
    sum += b@;
}",
        footer: "sum",
    },
    Shape {
        name: "branches",
        header: "let mut sum = scale; let mut weight = 1.0;",
        block: "if sum > @.0 {
    sum -= weight * x[@];
} else if weight > 0.5 {
    weight = weight * sum.cos();
} else {
    sum += 1.0;
    weight = 0.75;
}
sum += match n % 4 {
    0 => x[@] * sum,
    1 => weight.sin(),
    2 if n > @ => weight * weight,
    _ => 0.0,
};",
        footer: "sum * weight",
    },
    Shape {
        name: "exits",
        header: "let mut sum = scale;",
        block: "sum += x[@] * sum.sin();
if sum > @.0 {
    return sum * 2.0;
}
let a@ = sum * x[@];
for i in 0..n {
    if x[i] > a@ {
        break;
    }
    sum += x[i] * a@;
}
sum -= a@;
sum *= 0.5;
out[@] = sum;
sum += out[0];
sum /= 1.0 + a@ * a@;",
        footer: "sum",
    },
    Shape {
        name: "loops",
        header: "let mut sum = 0.0;",
        block: "for a in 0..n {
    let mut u = x[a];
    for b in 0..n {
        for c in 0..b {
            let mut v = u * x[c];
            for d in 0..n {
                for e in d..n {
                    for f in 0..n {
                        v += x[e] * x[f] * sum;
                        sum += v * 0.5;
                    }
                    out[e] += v;
                }
            }
            u += v * scale;
        }
        out[b] = out[b] * u;
    }
    sum += u.sin();
}",
        footer: "sum",
    },
    Shape {
        name: "ladder",
        header: "let mut sum = scale;",
        block: "if sum > 1.0 {
    sum += x[1];
    if sum > 2.0 {
        sum *= x[2];
        if sum > 3.0 {
            sum -= x[3];
            if sum > 4.0 {
                sum /= x[4];
                if sum > 5.0 {
                    sum += sum.ln();
                    if sum > 6.0 {
                        sum *= 0.5;
                    }
                }
            }
        }
    }
}",
        footer: "sum",
    },
    Shape {
        name: "arrays",
        header: "let mut work = vec![0.0; n]; let mut small = [scale; 4];",
        block: "for (w, v) in work.iter_mut().zip(x) {
    *w = *w * 0.5 + v * small[1];
}
small[@ % 4] = work[@ % n] + small[0] * small[2];
let copy@ = work.clone();
let total@: f64 = copy@.iter().map(|v| v * v).sum();
out[@ % n] = total@ + work.iter().sum::<f64>();
work.swap(0, @ % n);
small[3] += out[0].max(total@);
let (left@, right@) = work.split_at_mut(n / 2);
left@[0] += right@[0] * scale;
work.fill(total@);
let view@ = &mut out[1..n];
view@[0] *= small[1];",
        footer: "small[0] + work[0]",
    },
    Shape {
        name: "calls",
        header: "let mut sum = scale;",
        block: "let a@ = helper(sum, x[@]);
update(&x[..n], out, a@);
let (b@, c@) = pair(a@, &out[1..]);
sum += b@ * c@ + norm(out);",
        footer: "sum",
    },
];
