//! An API server in the process, on the time of the test, that can be told to misbehave.
