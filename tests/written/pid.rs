//! PID controller tuning over a plant with delay and saturation; closures that change captures; state machine.
use differentiate::{Differentiable, differentiate};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Ramp,
    Hold,
    Done,
}

#[derive(Clone, Debug, Differentiable)]
pub struct Gains {
    pub kp: f64,
    pub ki: f64,
    pub kd: f64,
    #[constant]
    pub limit: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Controller {
    integral: f64,
    previous: Option<f64>,
    output: f64,
}

#[differentiate]
impl Controller {
    fn new() -> Self {
        Controller { integral: 0.0, previous: None, output: 0.0 }
    }
    fn update(&mut self, g: &Gains, error: f64, dt: f64) -> f64 {
        self.integral += error * dt;
        let slope = match self.previous {
            Some(p) => (error - p) / dt,
            None => 0.0,
        };
        self.previous = Some(error);
        let raw = g.kp * error + g.ki * self.integral + g.kd * slope;
        self.output = raw.clamp(-g.limit, g.limit);
        if raw != self.output {
            self.integral -= error * dt;
        }
        self.output
    }
}

#[differentiate]
pub fn itae(gains: &Gains, tau: f64, setpoint: f64, steps: usize) -> f64 {
    let dt = 0.05;
    let mut controller = Controller::new();
    let mut y = 0.0;
    let mut delay = [0.0; 4];
    let mut cost = 0.0;
    let mut mode = Mode::Ramp;
    let mut target = 0.0;
    for k in 0..steps {
        let t = k as f64 * dt;
        (mode, target) = match mode {
            Mode::Ramp if target >= setpoint => (Mode::Hold, setpoint),
            Mode::Ramp => (Mode::Ramp, target + 0.5 * dt),
            Mode::Hold if t > 1.5 => (Mode::Done, target),
            m @ (Mode::Hold | Mode::Done) => (m, target),
        };
        let u = controller.update(gains, target - y, dt);
        let oldest = delay[3];
        delay.rotate_right(1);
        delay[0] = u;
        let rate = (oldest - y) / tau;
        let mut push = |rate: f64| {
            y += dt * rate;
            cost += t * rate.abs() * 1e-2;
        };
        push(rate);
        push(0.01 * oldest);
        cost += t * (target - y).abs() * dt;
        if mode == Mode::Done && (target - y).abs() < 1e-9 {
            break;
        }
    }
    cost
}
