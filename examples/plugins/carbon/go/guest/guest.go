// Package guest ranks clusters by what an hour of a core there costs, and how much carbon it sets free.
// `../rust/src/lib.rs` says what the figures are; the operations stand in the same order here, so that both give the same
// bits.
package guest

import (
	"encoding/json"
	"runtime/debug"
	"strconv"
	"strings"

	wit "go.bytecodealliance.org/pkg/wit/types"

	"wit_component/placewright_placement_lifecycle"
	"wit_component/placewright_placement_types"
)

const (
	intensityUsual     = 475.0
	intensityDigitsMax = 6
	regionGain         = 0.25
)

// What the settings document can hold.
type document struct {
	DirtyWeight    float64 `json:"dirtyWeight"`
	Region         string  `json:"region"`
	IntensityClaim string  `json:"intensityClaim"`
	PriceResource  string  `json:"priceResource"`
	PriceScore     string  `json:"priceScore"`
}

// Of this instance; Init is called before anything that reads them.
var settings = document{
	DirtyWeight:    0.5,
	IntensityClaim: "carbon-intensity.example.com",
	PriceResource:  "cost",
	PriceScore:     "price",
}

func init() {
	// No instance lives long enough to need it, and it asks for a clock that a plugin does not have.
	debug.SetGCPercent(-1)
}

// Describe says who this is.
func Describe() placewright_placement_lifecycle.About {
	return placewright_placement_lifecycle.About{Name: "carbon-go", Version: "0.1.0"}
}

func refused(path, message string) wit.Result[placewright_placement_types.Plan, []placewright_placement_types.SettingsError] {
	wrong := []placewright_placement_types.SettingsError{{Path: path, Message: message}}
	return wit.Err[placewright_placement_types.Plan](wrong)
}

// Init takes the settings and says what is wanted.
func Init(given string) wit.Result[placewright_placement_types.Plan, []placewright_placement_types.SettingsError] {
	decoder := json.NewDecoder(strings.NewReader(given))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&settings); err != nil {
		return refused("", err.Error())
	}
	if !(settings.DirtyWeight >= 0 && settings.DirtyWeight <= 1) {
		return refused("/dirtyWeight", "must be a number from 0 to 1")
	}
	texts := func(source placewright_placement_types.Source) placewright_placement_types.Input {
		return placewright_placement_types.Input{Source: source, Encoding: placewright_placement_types.EncodingTexts}
	}
	numbers := func(source placewright_placement_types.Source) placewright_placement_types.Input {
		return placewright_placement_types.Input{Source: source, Encoding: placewright_placement_types.EncodingNumbers}
	}
	price := wit.Tuple2[string, string]{F0: settings.PriceResource, F1: settings.PriceScore}
	return wit.Ok[placewright_placement_types.Plan, []placewright_placement_types.SettingsError](placewright_placement_types.Plan{
		Inputs: []placewright_placement_types.Input{
			texts(placewright_placement_types.MakeSourceLabel("region")),
			texts(placewright_placement_types.MakeSourceLabel("arch")),
			texts(placewright_placement_types.MakeSourceClaim("platform.open-cluster-management.io")),
			texts(placewright_placement_types.MakeSourceClaim(settings.IntensityClaim)),
			numbers(placewright_placement_types.MakeSourceAllocatable("cpu")),
			numbers(placewright_placement_types.MakeSourceCapacity("cpu")),
			numbers(placewright_placement_types.MakeSourceAllocatable("memory")),
			numbers(placewright_placement_types.MakeSourceCapacity("memory")),
			numbers(placewright_placement_types.MakeSourceAddonScore(price)),
		},
		Normalization: placewright_placement_types.NormalizationMinMax,
		RowLocal:      true,
	})
}

func gain(region string) float64 {
	if region != "" && region == settings.Region {
		return regionGain
	}
	return 0
}

func watts(arch string) float64 {
	if arch == "arm64" {
		return 3.5
	}
	return 6
}

func cooling(platform string) float64 {
	switch platform {
	case "AWS":
		return 1.15
	case "Azure":
		return 1.18
	case "GCP":
		return 1.1
	}
	return 1.5
}

func intensity(claim string) float64 {
	if len(claim) > intensityDigitsMax {
		return intensityUsual
	}
	// Digits and nothing else, as ParseUint takes them.
	if grams, err := strconv.ParseUint(claim, 10, 32); err == nil {
		return float64(grams)
	}
	return intensityUsual
}

func share(allocatable, capacity float64) float64 {
	if capacity > 0 {
		return allocatable / capacity
	}
	return 0
}

// What is made of each distinct text of a column.
func each(texts placewright_placement_types.Texts, of func(string) float64) []float64 {
	made := make([]float64, len(texts.Values))
	for i, value := range texts.Values {
		made[i] = of(value)
	}
	return made
}

// Score ranks clusters.
func Score(clusters placewright_placement_types.Batch) wit.Result[[]float64, placewright_placement_types.Failure] {
	columns := clusters.Columns
	regions, archs, platforms, claims := columns[0].Texts(), columns[1].Texts(), columns[2].Texts(), columns[3].Texts()
	gains, wattages, coolings, grids := each(regions, gain), each(archs, watts), each(platforms, cooling), each(claims, intensity)
	cpu, cpuAll, memory, memoryAll := columns[4].Numbers(), columns[5].Numbers(), columns[6].Numbers(), columns[7].Numbers()
	price := columns[8].Numbers()
	dirtyWeight := settings.DirtyWeight
	cleanWeight := 1 - dirtyWeight
	scores := make([]float64, clusters.Rows)
	for row := range scores {
		idle := (share(cpu[row], cpuAll[row]) + share(memory[row], memoryAll[row])) / 2
		site := grids[claims.Codes[row]] * coolings[platforms.Codes[row]]
		carbon := site * (wattages[archs.Codes[row]] * (1 + 0.5*idle)) / 4275
		cost := 1 + price[row]/200
		scores[row] = gains[regions.Codes[row]] - (dirtyWeight*carbon + cleanWeight*cost)
	}
	return wit.Ok[[]float64, placewright_placement_types.Failure](scores)
}
