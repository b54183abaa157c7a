//! Generators, the naive oracle, laws, scenarios and recorded answers: what judges the engine.
