//! One pixel of a ray tracer: spheres, a light, shadows, and a mirror.

use crate::differentiate;
use differentiate::Differentiable;

type V = [f64; 3];

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Sphere {
    centre: V,
    radius: f64,
    albedo: f64,
    mirror: f64,
}
floats_of!(Sphere, SphereGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Ray {
    origin: V,
    direction: V,
}
floats_of!(Ray, RayGrad);

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Hit {
    distance: f64,
    point: V,
    normal: V,
}
floats_of!(Hit, HitGrad);

#[differentiate]
fn dot(a: &V, b: &V) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiate]
fn along(a: &V, k: f64, b: &V) -> V {
    [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]]
}

#[differentiate]
fn normalised(a: &V) -> V {
    let length = dot(a, a).sqrt();
    [a[0] / length, a[1] / length, a[2] / length]
}

#[differentiate]
impl Sphere {
    /// The distance along a ray, if it meets the sphere in front of it.
    fn meets(&self, ray: &Ray) -> Option<f64> {
        let to_origin: V = along(&ray.origin, -1.0, &self.centre);
        let half = dot(&to_origin, &ray.direction);
        let discriminant = half * half - (dot(&to_origin, &to_origin) - self.radius * self.radius);
        if discriminant < 0.0 {
            return None;
        }
        let root = discriminant.sqrt();
        if -half - root > 1e-6 {
            Some(-half - root)
        } else if -half + root > 1e-6 {
            Some(-half + root)
        } else {
            None
        }
    }
}

#[differentiate]
fn hit(ray: &Ray, distance: f64, sphere: &Sphere) -> Hit {
    let point: V = along(&ray.origin, distance, &ray.direction);
    let outwards: V = along(&point, -1.0, &sphere.centre);
    Hit { distance, point, normal: normalised(&outwards) }
}

#[differentiate]
fn traced(scene: &[Sphere], start: Ray, light: &V) -> f64 {
    let mut ray = start;
    let mut brightness = 0.0;
    let mut weight = 1.0;
    for _ in 0..3 {
        let mut nearest = f64::INFINITY;
        let mut which = scene.len();
        for (i, sphere) in scene.iter().enumerate() {
            if let Some(distance) = sphere.meets(&ray) {
                if distance < nearest {
                    nearest = distance;
                    which = i;
                }
            }
        }
        if which == scene.len() {
            // The sky.
            brightness += weight * (0.2 + 0.3 * ray.direction[1].max(0.0));
            break;
        }
        let sphere = scene[which];
        let found: Hit = hit(&ray, nearest, &sphere);
        let away: V = along(light, -1.0, &found.point);
        let to_light: V = normalised(&away);
        let facing = dot(&found.normal, &to_light).max(0.0);
        let shadow_ray = Ray { origin: along(&found.point, 1e-4, &found.normal), direction: to_light };
        let mut lit = 1.0;
        for other in scene {
            if other.meets(&shadow_ray).is_some() {
                lit = 0.1;
            }
        }
        brightness += weight * sphere.albedo * (0.05 + lit * facing) / (1.0 + 0.01 * found.distance * found.distance);
        weight *= sphere.mirror;
        let incoming = dot(&ray.direction, &found.normal);
        ray = Ray { origin: shadow_ray.origin, direction: along(&ray.direction, -2.0 * incoming, &found.normal) };
    }
    brightness
}

fn scene() -> Vec<Sphere> {
    vec![
        Sphere { centre: [0.0, 0.1, 4.0], radius: 1.0, albedo: 0.8, mirror: 0.5 },
        Sphere { centre: [1.6, 0.5, 2.6], radius: 0.6, albedo: 0.6, mirror: 0.3 },
        Sphere { centre: [0.0, -101.0, 4.0], radius: 100.0, albedo: 0.5, mirror: 0.2 },
    ]
}

programs! {
    traced: (
        &scene = scene(),
        start = Ray { origin: [0.0, 0.0, 0.0], direction: [0.1, 0.12, 0.95] },
        &light = [3.0, 5.0, -1.0]
    );
}
