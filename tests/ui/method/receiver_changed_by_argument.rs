use differentiate::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct V {
    x: f64,
    y: f64,
}

#[differentiate]
impl V {
    fn plus(self, by: f64) -> f64 {
        self.x * by + self.y
    }

    fn bumped(&mut self, by: f64) -> f64 {
        self.x *= by;
        self.x + self.y
    }
}

#[differentiate]
fn sum(x: f64, y: f64) -> f64 {
    let mut v = V { x, y };
    v.plus(v.bumped(y))
}

fn main() {}
