// Package guest is {{name}}: say here what it is for.
//
%if both
// As it stands, it takes out clusters with too few cores, and ranks the others by the cores they have left.
%end
%if filter-only
// As it stands, it takes out clusters with too few cores.
%end
%if score-only
// As it stands, it ranks clusters by the cores they have left, those of one region first.
%end
package guest

import (
	"encoding/json"
	"runtime/debug"
	"strings"

	wit "go.bytecodealliance.org/pkg/wit/types"

%if filter
	"wit_component/placewright_placement_filter"
%end
	"wit_component/placewright_placement_lifecycle"
	"wit_component/placewright_placement_types"
)

// What the settings document can hold.
type document struct {
%if filter
	AtLeast float64 `json:"atLeast"`
%end
%if score
	Region  string  `json:"region"`
%end
}

// Of this instance; Init is called before anything that reads them.
%if both
var settings = document{AtLeast: 8}
%end
%if filter-only
var settings = document{AtLeast: 8}
%end
%if score-only
var settings document
%end

func init() {
	// No instance lives long enough to need it, and it asks for a clock that a plugin does not have.
	debug.SetGCPercent(-1)
}

// Describe says who this is.
func Describe() placewright_placement_lifecycle.About {
	return placewright_placement_lifecycle.About{Name: "{{name}}", Version: "0.1.0"}
}

type planned = wit.Result[placewright_placement_types.Plan, []placewright_placement_types.SettingsError]

// Init takes the settings and says what is wanted.
func Init(given string) planned {
	decoder := json.NewDecoder(strings.NewReader(given))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&settings); err != nil {
		wrong := placewright_placement_types.SettingsError{Message: err.Error()}
		return wit.Err[placewright_placement_types.Plan]([]placewright_placement_types.SettingsError{wrong})
	}
	return wit.Ok[placewright_placement_types.Plan, []placewright_placement_types.SettingsError](placewright_placement_types.Plan{
		Inputs: []placewright_placement_types.Input{
			{Source: placewright_placement_types.MakeSourceAllocatable("cpu"), Encoding: placewright_placement_types.EncodingNumbers},
%if score
			{Source: placewright_placement_types.MakeSourceLabel("region"), Encoding: placewright_placement_types.EncodingTexts},
%end
		},
%if score
		Normalization: placewright_placement_types.NormalizationMinMax,
%end
%if filter-only
		Normalization: placewright_placement_types.NormalizationClamp,
%end
		// A row's answer hangs on that row alone.
		RowLocal: true,
	})
}
%if filter

// Filter takes out clusters with too few cores.
func Filter(clusters placewright_placement_types.Batch) wit.Result[placewright_placement_filter.Verdicts, placewright_placement_types.Failure] {
	codes := make([]uint8, clusters.Rows)
	for row, cores := range clusters.Columns[0].Numbers() {
		// 0 keeps a cluster, 1 takes it out for the first of the reasons.
		if cores < settings.AtLeast {
			codes[row] = 1
		}
	}
	verdicts := placewright_placement_filter.Verdicts{Codes: codes, Reasons: []string{"too few cores left"}}
	return wit.Ok[placewright_placement_filter.Verdicts, placewright_placement_types.Failure](verdicts)
}
%end
%if score

// Score ranks clusters by the cores they have left, those of the preferred region first.
func Score(clusters placewright_placement_types.Batch) wit.Result[[]float64, placewright_placement_types.Failure] {
	cores, regions := clusters.Columns[0].Numbers(), clusters.Columns[1].Texts()
	scores := make([]float64, clusters.Rows)
	for row := range scores {
		scores[row] = cores[row]
		// Each distinct text is there once.
		if region := regions.Values[regions.Codes[row]]; region != "" && region == settings.Region {
			scores[row] += 1000
		}
	}
	return wit.Ok[[]float64, placewright_placement_types.Failure](scores)
}
%end
