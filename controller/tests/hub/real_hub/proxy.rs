//! A hub that is reached through a proxy only.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::running;

/// Starts a proxy that runs as long as this process: its address, and where it was asked to connect to.
fn proxy() -> Result<(SocketAddr, Arc<Mutex<Vec<String>>>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let (at, asked) = (listener.local_addr()?, Arc::<Mutex<Vec<String>>>::default());
    let record = Arc::clone(&asked);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let record = Arc::clone(&record);
            // Whoever hangs up has its reasons.
            thread::spawn(move || tunnel(client, &record).ok());
        }
    });
    Ok((at, asked))
}

/// Answers a `CONNECT`, and passes on what comes from either side until it ends.
fn tunnel(mut client: TcpStream, record: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let to = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
    let mut server = TcpStream::connect(&to)?;
    record.lock().unwrap().push(to);
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || io::copy(&mut from_server, &mut to_client));
    io::copy(&mut client, &mut server)?;
    Ok(())
}

#[tokio::test]
async fn a_hub_behind_a_proxy_is_reached() -> Result<()> {
    let hub = running::ours().await?;
    let (at, asked) = proxy()?;
    let mut kubeconfig: Value = serde_json::from_slice(&fs::read(hub.admin())?)?;
    let server = kubeconfig["clusters"][0]["cluster"]["server"].clone();
    kubeconfig["clusters"][0]["cluster"]["proxy-url"] = json!(format!("http://{at}"));
    let path = hub.folder().join("proxied.kubeconfig");
    fs::write(&path, kubeconfig.to_string())?;
    let asked_for = || asked.lock().unwrap().drain(..).map(|to| format!("https://{to}")).collect::<Vec<_>>();

    let program = Path::new(env!("CARGO_BIN_EXE_placewright"));
    let output = Command::new(program).args(["snapshot", "--kubeconfig"]).arg(&path).stdin(Stdio::null()).output()?;
    ensure!(output.status.success(), "{output:?}");
    let to = asked_for();
    assert!(!to.is_empty() && to.iter().all(|to| server == **to), "{to:?}");

    let flags = ["debug", "--disable-leader-election", "--listen=127.0.0.1:0", "--kubeconfig"].map(str::to_owned);
    let arguments = flags.into_iter().chain([path.display().to_string()]).collect();
    let mut debug = hub.run("behind-a-proxy", program, arguments)?;
    debug.says("all watches are complete").await?;
    let to = asked_for();
    assert!(!to.is_empty() && to.iter().all(|to| server == **to), "{to:?}");
    Ok(())
}
