//! The placement engine without IO: facts and a time in, decisions with reasons out.
