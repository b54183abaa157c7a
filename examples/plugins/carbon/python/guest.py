"""Ranks clusters by what an hour of a core there costs, and how much carbon it sets free. `../rust/src/lib.rs` says what the
figures are; the operations stand in the same order here, so that both give the same bits."""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.lifecycle import About
from wit_world.imports.types import (
    Encoding,
    Input,
    Normalization,
    Plan,
    SettingsError,
    Source_AddonScore,
    Source_Allocatable,
    Source_Capacity,
    Source_Claim,
    Source_Label,
)

INTENSITY_USUAL = 475.0
REGION_GAIN = 0.25
COOLING = {"AWS": 1.15, "Azure": 1.18, "GCP": 1.1}
USUAL = {
    "dirtyWeight": 0.5,
    "region": "",
    "intensityClaim": "carbon-intensity.example.com",
    "priceResource": "cost",
    "priceScore": "price",
}

# Of this instance; `init` is called before anything that reads them.
settings = dict(USUAL)


def texts(source):
    return Input(source, Encoding.TEXTS, 0.0)


def numbers(source):
    return Input(source, Encoding.NUMBERS, 0.0)


def mistake(key, value):
    """What is wrong with one of the settings, or None."""
    if key not in USUAL:
        return f"is no setting: only {', '.join(USUAL)}"
    if key == "dirtyWeight":
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return None if number and 0 <= value <= 1 else "must be a number from 0 to 1"
    return None if isinstance(value, str) else "must be a text"


class Lifecycle(exports.Lifecycle):
    def describe(self):
        return About("carbon-python", "0.1.0", "")

    def init(self, document):
        given = json.loads(document)
        if not isinstance(given, dict):
            raise Err([SettingsError("", "must be an object")])
        wrong = [SettingsError(f"/{key}", mistake(key, value)) for key, value in given.items() if mistake(key, value)]
        if wrong:
            raise Err(wrong)
        settings.update(given)
        inputs = [
            texts(Source_Label("region")),
            texts(Source_Label("arch")),
            texts(Source_Claim("platform.open-cluster-management.io")),
            texts(Source_Claim(settings["intensityClaim"])),
            numbers(Source_Allocatable("cpu")),
            numbers(Source_Capacity("cpu")),
            numbers(Source_Allocatable("memory")),
            numbers(Source_Capacity("memory")),
            numbers(Source_AddonScore((settings["priceResource"], settings["priceScore"]))),
        ]
        return Plan(inputs, Normalization.MIN_MAX, True)


def gain(region):
    return REGION_GAIN if region and region == settings["region"] else 0.0


def watts(arch):
    return 3.5 if arch == "arm64" else 6.0


def cooling(platform):
    return COOLING.get(platform, 1.5)


def intensity(claim):
    number = 1 <= len(claim) <= 6 and claim.isascii() and claim.isdigit()
    return float(claim) if number else INTENSITY_USUAL


def share(allocatable, capacity):
    return allocatable / capacity if capacity > 0 else 0.0


def by_row(column, of):
    """What is made of each row's text; each distinct text is looked at once."""
    made = [of(value) for value in column.value.values]
    return [made[code] for code in column.value.codes]


class Score(exports.Score):
    def score(self, clusters):
        regions, archs, platforms, claims, *rest = clusters.columns
        rows = zip(
            by_row(regions, gain),
            by_row(archs, watts),
            by_row(platforms, cooling),
            by_row(claims, intensity),
            *(column.value for column in rest),
        )
        dirty_weight = settings["dirtyWeight"]
        clean_weight = 1.0 - dirty_weight
        scores = []
        for gained, watt, cooled, grid, cpu, cpu_all, memory, memory_all, price in rows:
            idle = (share(cpu, cpu_all) + share(memory, memory_all)) / 2.0
            carbon = grid * cooled * (watt * (1.0 + 0.5 * idle)) / 4275.0
            cost = 1.0 + price / 200.0
            scores.append(gained - (dirty_weight * carbon + clean_weight * cost))
        return scores
