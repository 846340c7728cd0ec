import Testing

/// Proofs that keep a processor busy for long: one after another, beside all other tests.
@Suite(.serialized) enum HeavyTests {}
