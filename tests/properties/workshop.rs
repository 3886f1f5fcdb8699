//! Builds and runs batches of programs: one generated crate, one module a program.

use crate::harness::module;
use crate::program::Program;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What became of one program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    Good(Count),
    /// No fault of the macro's: the program itself panics or overflows, or does not compile as plain Rust.
    Invalid(String),
    /// The derivatives do not compile.
    Rejected(String),
    /// They compile and are wrong.
    Wrong(String),
}

/// What was checked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Count {
    /// Points at which differences were no measure.
    pub(crate) skipped: usize,
    pub(crate) points: usize,
    /// Derivatives that were evaluated, and how many directional ones and second ones were not zero.
    pub(crate) evaluated: usize,
    pub(crate) moved: usize,
    pub(crate) curved: usize,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.skipped += other.skipped;
        self.points += other.points;
        self.evaluated += other.evaluated;
        self.moved += other.moved;
        self.curved += other.curved;
    }
}

impl Verdict {
    /// Failures of the same class are likely to be the same failure.
    pub(crate) fn class(&self) -> String {
        match self {
            Self::Good(_) => "good".to_owned(),
            Self::Invalid(_) => "invalid".to_owned(),
            Self::Rejected(error) => format!("rejected {}", error.chars().take(24).collect::<String>()),
            Self::Wrong(error) => format!("wrong {}", error.split([':', ' ']).next().unwrap_or_default()),
        }
    }
}

/// A directory with a generated crate.
#[derive(Debug)]
pub(crate) struct Workshop {
    dir: PathBuf,
    release: bool,
}

impl Workshop {
    /// The crate is overwritten by every batch; its dependencies stay compiled.
    pub(crate) fn new(name: &str) -> Self {
        let release = std::env::var_os("PROPERTY_RELEASE").is_some();
        Self { dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), release }
    }

    /// Builds and runs the programs, as plain Rust or with derivatives.
    pub(crate) fn verdicts(&self, programs: &[Program], differentiated: bool) -> Vec<Verdict> {
        self.judge(programs, differentiated, true)
    }

    /// Only has the programs checked by the compiler, which is quicker.
    pub(crate) fn compiles(&self, programs: &[Program], differentiated: bool) -> Vec<Verdict> {
        self.judge(programs, differentiated, false)
    }

    fn judge(&self, programs: &[Program], differentiated: bool, run: bool) -> Vec<Verdict> {
        let mut verdicts: BTreeMap<usize, Verdict> = BTreeMap::new();
        loop {
            let left: Vec<usize> = (0..programs.len()).filter(|i| !verdicts.contains_key(i)).collect();
            if left.is_empty() {
                break;
            }
            self.write(programs, &left, differentiated);
            let rejected = self.build(if run { "build" } else { "check" });
            if !rejected.is_empty() {
                let wrap = |error| if differentiated { Verdict::Rejected(error) } else { Verdict::Invalid(error) };
                verdicts.extend(rejected.into_iter().map(|(i, error)| (i, wrap(error))));
                continue;
            }
            if !run {
                verdicts.extend(left.into_iter().map(|i| (i, Verdict::Good(Count::default()))));
                break;
            }
            let lines = self.run();
            check_canaries(&lines);
            for i in left {
                let found = lines.iter().find_map(|line| verdict(line.strip_prefix(&format!("p{i} "))?));
                let crashed = found.is_none();
                verdicts.insert(i, found.unwrap_or_else(|| Verdict::Wrong("crashed: the process ended or hung".to_owned())));
                // What comes after a crash has not run.
                if crashed {
                    break;
                }
            }
        }
        verdicts.into_values().collect()
    }

    fn write(&self, programs: &[Program], which: &[usize], differentiated: bool) {
        let source = self.dir.join("src");
        let _ = std::fs::remove_dir_all(&source);
        std::fs::create_dir_all(&source).expect("the test directory is writable");
        let put = |name: &str, text: &str| std::fs::write(self.dir.join(name), text).expect("the test directory is writable");
        let root = env!("CARGO_MANIFEST_DIR");
        put(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"properties\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                 [dependencies]\ndifferentiate = {{ path = {root:?} }}\n\n[profile.dev]\ndebug = 0\n\n[profile.release]\nopt-level = 2\n"
            ),
        );
        let mut main = String::from(
            "#![forbid(unsafe_code)]\n#![deny(warnings)]\n\
             #![allow(dead_code, unused_assignments, unused_braces, unused_labels, unused_mut, unused_parens, unused_variables)]\n\
             #![recursion_limit = \"512\"]\n\nmod support;\n",
        );
        main.push_str("mod canary;\n");
        which.iter().for_each(|i| main.push_str(&format!("mod p{i};\n")));
        main.push_str("\nfn main() {\n    canary::programs().iter().for_each(|program| support::check(\"canary\", program));\n");
        which.iter().for_each(|i| main.push_str(&format!("    support::check(\"p{i}\", &p{i}::program());\n")));
        main.push_str("}\n");
        put("src/main.rs", &main);
        put("src/support.rs", include_str!("support.rs"));
        put("src/canary.rs", include_str!("canary.rs"));
        put("Cargo.lock", include_str!("../../Cargo.lock"));
        for i in which {
            put(&format!("src/p{i}.rs"), &module(&programs[*i], differentiated));
        }
    }

    /// What the compiler has against which program; empty if it built.
    fn build(&self, command: &str) -> BTreeMap<usize, String> {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([command, "--offline", "--color=never", "--message-format=short"]).current_dir(&self.dir);
        cargo.env("CARGO_TARGET_DIR", target);
        if self.release {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo can be run");
        let text = String::from_utf8_lossy(&output.stderr);
        let mut errors: BTreeMap<usize, String> = BTreeMap::new();
        for line in text.lines().filter(|line| line.contains(": error")) {
            if let Some(i) = module_of(line) {
                let message = line.split_once(": error").map_or(line, |(_, message)| message);
                errors
                    .entry(i)
                    .or_insert_with(|| format!("error{message}  [{}]", line.split(": error").next().unwrap_or_default()));
            }
        }
        assert!(output.status.success() || !errors.is_empty(), "the generated crate does not build:\n{text}");
        errors
    }

    /// The lines that the programs print; ends a process that hangs.
    fn run(&self) -> Vec<String> {
        let profile = if self.release { "release" } else { "debug" };
        let binary = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated").join(profile).join("properties");
        let log = self.dir.join("log");
        let file = std::fs::File::create(&log).expect("the test directory is writable");
        let mut child =
            Command::new(binary).stdout(file).stderr(Stdio::null()).spawn().expect("the generated program can be run");
        let started = Instant::now();
        while child.try_wait().expect("the child is ours").is_none() {
            if started.elapsed() > Duration::from_secs(20) {
                let _ = child.kill();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        std::fs::read_to_string(log).expect("the log is there").lines().map(str::to_owned).collect()
    }
}

/// Reads what follows a program's name in its line.
fn verdict(line: &str) -> Option<Verdict> {
    if let Some(error) = line.strip_prefix("FAIL ") {
        let invalid = error.starts_with("INVALID");
        return Some(if invalid { Verdict::Invalid(error.to_owned()) } else { Verdict::Wrong(error.to_owned()) });
    }
    let counts: Vec<usize> = line.strip_prefix("ok ")?.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [skipped, points, evaluated, moved, curved] = counts[..] else { return None };
    Some(Verdict::Good(Count { skipped, points, evaluated, moved, curved }))
}

/// The checks find what is wrong on purpose, in every batch.
fn check_canaries(lines: &[String]) {
    let found: Vec<&str> = lines.iter().filter_map(|line| line.strip_prefix("canary ")).collect();
    let expected = ["ok", "FAIL wrong", "FAIL transpose", "FAIL second pull", "FAIL vjp", "FAIL asymmetric", "FAIL hvp"];
    assert_eq!(found.len(), expected.len(), "{lines:?}");
    found
        .iter()
        .zip(expected)
        .for_each(|(found, expected)| assert!(found.starts_with(expected), "{found:?} is not {expected:?}"));
}

/// The program whose module a message of the compiler's names: `src/p12.rs:3:5: error…`.
fn module_of(line: &str) -> Option<usize> {
    line.split_once("src/p")?.1.split_once(".rs")?.0.parse().ok()
}
