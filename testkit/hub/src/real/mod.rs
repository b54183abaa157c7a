//! kube-apiserver, etcd and, where a test needs it, the garbage collector, on loopback.
