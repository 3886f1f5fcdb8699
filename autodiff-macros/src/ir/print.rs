//! The representation as text, for tests and debugging.
