//! Time over fleet size, both logarithmic, with upstream's recorded figures at 10,000 clusters.

use std::ops::Range;

use anyhow::anyhow;
use plotters::{coord::Shift, prelude::*};

use crate::{
    measured::Measured,
    upstream::Upstream,
    workload::{CLUSTERS, series::SIZES},
};

const SIZE: (u32, u32) = (960, 600);
/// Microseconds.
const TIMES: Range<f64> = 0.5..1e10;

/// One line: what of the series, what it is called, and which recorded figure belongs to it.
struct Line {
    of: &'static str,
    told: &'static str,
    recorded: &'static str,
    colour: RGBColor,
}

const LINES: [Line; 5] = [
    Line { of: "warm/b", told: "pass b", recorded: "pass/b/warm", colour: RGBColor(31, 119, 180) },
    Line { of: "warm/f", told: "pass f", recorded: "pass/f/warm", colour: RGBColor(255, 127, 14) },
    Line { of: "warm/aall", told: "pass aall", recorded: "pass/aall/warm", colour: RGBColor(44, 160, 44) },
    Line {
        of: "apply/label-site",
        told: "apply one label",
        recorded: "hub/mix-1k/change-random",
        colour: RGBColor(148, 103, 189),
    },
    Line { of: "step", told: "decide 1,000 placements", recorded: "hub/mix-1k/cold", colour: RGBColor(214, 39, 40) },
];

/// The plot as SVG.
///
/// # Errors
/// What the plotting library says.
pub fn svg(measured: &Measured, upstream: &Upstream) -> anyhow::Result<String> {
    let mut text = String::new();
    draw(&SVGBackend::with_string(&mut text, SIZE).into_drawing_area(), measured, upstream)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(text)
}

fn draw<B: DrawingBackend>(
    area: &DrawingArea<B, Shift>,
    measured: &Measured,
    upstream: &Upstream,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    area.fill(&WHITE)?;
    let (first, last) = (f64::from(SIZES[0]), f64::from(SIZES[SIZES.len() - 1]));
    let mut chart = ChartBuilder::on(area)
        .margin(16)
        .caption("CPU time over fleet size; crosses: upstream, recorded at 10,000 clusters", ("sans-serif", 18))
        .x_label_area_size(44)
        .y_label_area_size(84)
        .build_cartesian_2d((first * 0.8..last * 1.25).log_scale(), TIMES.log_scale())?;
    chart
        .configure_mesh()
        .x_desc("clusters")
        .y_desc("time")
        .x_label_formatter(&|clusters| format!("{clusters:.0}"))
        .y_label_formatter(&|us| crate::report::unit::time(us * 1e3))
        .light_line_style(WHITE)
        .draw()?;
    let recorded = upstream.figures();
    for Line { of, told, recorded: theirs, colour } in LINES {
        let at =
            |size: u32| Some((f64::from(size), measured.figure(&format!("series/{size}/{of}"))?.ours.cpu.median / 1e3));
        let points: Vec<(f64, f64)> = SIZES.into_iter().filter_map(at).collect();
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)).point_size(4))?
            .label(told)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
        if let Some(theirs) = recorded.get(theirs) {
            let [low, high] = theirs.ms.map(|ms| (f64::from(CLUSTERS), ms * 1e3));
            chart.draw_series([PathElement::new([low, high], colour.stroke_width(3))])?;
            chart.draw_series([low, high].map(|at| Cross::new(at, 5, colour.stroke_width(2))))?;
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()?;
    area.present()
}

#[cfg(test)]
mod tests {
    use super::{LINES, svg};
    use crate::{measured::Measured, upstream::Upstream};

    #[test]
    fn every_line_is_named_and_stands_beside_upstream() {
        let upstream = Upstream::recorded().unwrap();
        let svg = svg(&Measured::nothing(), &upstream).unwrap();
        for line in LINES {
            assert!(svg.contains(line.told), "{} is not in the plot", line.told);
            assert!(upstream.figures().contains_key(line.recorded), "nothing is recorded for {}", line.recorded);
        }
    }
}
