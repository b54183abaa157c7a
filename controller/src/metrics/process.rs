//! What the process takes of its machine, under the names that every Prometheus client has. Told where there is `/proc`.

use std::fmt;

use procfs::process::{LimitValue, Process};
use procfs::{WithCurrentSystemInfo, boot_time_secs, ticks_per_second};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Reads `/proc/self` when it is asked.
#[derive(Debug)]
pub(super) struct OfTheProcess;

impl Collector for OfTheProcess {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let Ok(process) = Process::myself() else { return Ok(()) };
        let Ok(stat) = process.stat() else { return Ok(()) };
        let ticks = ticks_per_second() as f64;
        let cpu = ConstCounter::new((stat.utime + stat.stime) as f64 / ticks);
        let help = "Seconds of CPU time, of the user and the system.";
        let metric = encoder.encode_descriptor("process_cpu_seconds", help, None, cpu.metric_type())?;
        cpu.encode(metric)?;
        let files = process.limits().ok().and_then(|limits| match limits.max_open_files.soft_limit {
            LimitValue::Value(most) => Some(most as f64),
            LimitValue::Unlimited => None,
        });
        let started = boot_time_secs().ok().map(|boot| boot as f64 + stat.starttime as f64 / ticks);
        for (name, help, value) in [
            ("process_open_fds", "Open file descriptors.", process.fd_count().ok().map(|count| count as f64)),
            ("process_max_fds", "File descriptors that may be open at most.", files),
            ("process_resident_memory_bytes", "Memory in RAM, in bytes.", Some(stat.rss_bytes().get() as f64)),
            ("process_virtual_memory_bytes", "Address space, in bytes.", Some(stat.vsize as f64)),
            ("process_start_time_seconds", "When the process started, in seconds since 1970.", started),
        ] {
            let Some(value) = value else { continue };
            let metric = ConstGauge::<f64>::new(value);
            let described = encoder.encode_descriptor(name, help, None, metric.metric_type())?;
            metric.encode(described)?;
        }
        Ok(())
    }
}
