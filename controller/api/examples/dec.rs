//! Temporary.
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let rounds: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let data = std::fs::read(path).unwrap();
    let n = data.iter().filter(|&&b| b == b'\n').count();
    for _ in 0..rounds {
        let file = api::read::InputFile { name: "x.jsonl".into(), data: data.clone() };
        let t = std::time::Instant::now();
        let read = api::read::read_with([file], &Default::default(), |o| api::facts::fact(&o.kind));
        eprintln!("{} {} {:?} each", read.objects.len(), read.notices.len(), t.elapsed() / n as u32);
    }
}
