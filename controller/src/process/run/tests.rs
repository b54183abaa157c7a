//! What is sent a second time, and what is not.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use http::Request;
use kube::client::Body;

use super::{Metrics, client};

/// The fence lets a write through once: a client that sends it again after `503` passes by the fence, maybe when the lease
/// is somebody else's.
#[tokio::test]
async fn a_write_that_was_refused_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    // Ends with the test's process, waiting for a request that must not come.
    let (seen, requests) = std::sync::mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let read = stream.read(&mut [0; 4096]).unwrap();
            seen.send(read).unwrap();
            let head =
                "HTTP/1.1 503 Service Unavailable\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(head.as_bytes()).unwrap();
        }
    });
    let path = std::env::temp_dir().join(format!("placewright-sent-once-{}.yaml", std::process::id()));
    let text = format!(
        "clusters: [{{name: hub, cluster: {{server: 'http://{at}'}}}}]
users: [{{name: me, user: {{}}}}]
contexts: [{{name: here, context: {{cluster: hub, user: me}}}}]
current-context: here
"
    );
    fs::write(&path, text).unwrap();

    let client = client(path.to_str().unwrap(), &Metrics::new()).await;
    fs::remove_file(&path).unwrap();
    let write = Request::post("/write").body(Body::empty()).unwrap();
    let answer = client.unwrap().send(write).await.unwrap();

    assert_eq!(answer.status().as_u16(), 503);
    assert_eq!(requests.try_iter().count(), 1);
}
