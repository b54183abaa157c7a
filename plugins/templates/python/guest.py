"""{{name}}: say here what it is for.

%if both
As it stands, it takes out clusters with too few cores, and ranks the others by the cores they have left.
%end
%if filter-only
As it stands, it takes out clusters with too few cores.
%end
%if score-only
As it stands, it ranks clusters by the cores they have left, those of one region first.
%end
"""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.lifecycle import About
%if filter
from wit_world.exports.filter import Verdicts
%end
%if score
from wit_world.imports.types import Encoding, Input, Normalization, Plan, SettingsError, Source_Allocatable, Source_Label
%end
%if filter-only
from wit_world.imports.types import Encoding, Input, Normalization, Plan, SettingsError, Source_Allocatable
%end

# Of this instance; `init` is called before anything that reads them.
%if both
settings = {"atLeast": 8, "region": ""}
%end
%if filter-only
settings = {"atLeast": 8}
%end
%if score-only
settings = {"region": ""}
%end


def mistake(key, value):
    """What is wrong with one of the settings, or None."""
    if key not in settings:
        return f"is no setting: only {', '.join(settings)}"
%if filter
    if key == "atLeast":
        return None if isinstance(value, (int, float)) and not isinstance(value, bool) else "must be a number"
%end
%if score
    if key == "region":
        return None if isinstance(value, str) else "must be a text"
%end
    return None


class Lifecycle(exports.Lifecycle):
    def describe(self):
        return About("{{name}}", "0.1.0", "")

    def init(self, document):
        given = json.loads(document)
        if not isinstance(given, dict):
            raise Err([SettingsError("", "must be an object")])
        wrong = [SettingsError(f"/{key}", mistake(key, value)) for key, value in given.items() if mistake(key, value)]
        if wrong:
            raise Err(wrong)
        settings.update(given)
        inputs = [
            Input(Source_Allocatable("cpu"), Encoding.NUMBERS, 0.0),
%if score
            Input(Source_Label("region"), Encoding.TEXTS, 0.0),
%end
        ]
        # The last: a row's answer hangs on that row alone.
%if score
        return Plan(inputs, Normalization.MIN_MAX, True)
%end
%if filter-only
        return Plan(inputs, Normalization.CLAMP, True)
%end
%if filter


class Filter(exports.Filter):
    def filter(self, clusters):
        cores = clusters.columns[0].value
        # 0 keeps a cluster, 1 takes it out for the first of the reasons.
        codes = bytes(1 if cores < settings["atLeast"] else 0 for cores in cores)
        return Verdicts(codes, [f"fewer than {settings['atLeast']} cores left"])
%end
%if score


class Score(exports.Score):
    def score(self, clusters):
        cores, regions = clusters.columns[0].value, clusters.columns[1].value
        # Row i holds `values[codes[i]]`: each distinct text is there once.
        more = [1000.0 if region and region == settings["region"] else 0.0 for region in regions.values]
        return [cores + more[code] for cores, code in zip(cores, regions.codes)]
%end
