//! The recorded fleet of 10,000 clusters and what upstream answers for each shape.
