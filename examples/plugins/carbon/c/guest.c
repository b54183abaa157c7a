// Ranks clusters by what an hour of a core there costs, and how much carbon it sets free. `rust/src/lib.rs` beside this
// says what the figures are; the operations stand in the same order here, so that both give the same bits.
#include <stdlib.h>
#include <string.h>

#include "score_plugin.h"
#include "settings.h"

#define INTENSITY_USUAL 475.0
#define INTENSITY_DIGITS_MAX 6
#define REGION_GAIN 0.25
#define INPUTS 9

// Of this instance; `init` is called before anything that reads them.
static double dirty_weight = 0.5;
static settings_text_t region = {"", 0};
static settings_text_t intensity_claim = {"carbon-intensity.example.com", 28};
static settings_text_t price_resource = {"cost", 4};
static settings_text_t price_score = {"price", 5};

static const char SCHEMA[] = {
#embed "../rust/src/schema.json"
};

// A text of our own memory, because whoever takes it frees it.
static void text(score_plugin_string_t *to, const char *from, size_t length) {
  to->ptr = malloc(length);
  to->len = length;
  memcpy(to->ptr, from, length);
}

static bool is(const score_plugin_string_t *text, const char *word) {
  return text->len == strlen(word) && memcmp(text->ptr, word, text->len) == 0;
}

void exports_placewright_placement_lifecycle_describe(exports_placewright_placement_lifecycle_about_t *about) {
  text(&about->name, "carbon-c", strlen("carbon-c"));
  text(&about->version, "0.1.0", strlen("0.1.0"));
  text(&about->settings_schema, SCHEMA, sizeof SCHEMA);
}

// Asks for a column by one key; the encoding follows from where it comes from.
static void ask(placewright_placement_types_input_t *input, uint8_t source, const char *key, size_t length) {
  bool numbers = source == PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_ALLOCATABLE ||
                 source == PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_CAPACITY;
  input->source.tag = source;
  // All sources with one key have it in the same place.
  text(&input->source.val.label, key, length);
  input->encoding =
      numbers ? PLACEWRIGHT_PLACEMENT_TYPES_ENCODING_NUMBERS : PLACEWRIGHT_PLACEMENT_TYPES_ENCODING_TEXTS;
  input->absent = 0;
}

bool exports_placewright_placement_lifecycle_init(
    score_plugin_string_t *given,
    exports_placewright_placement_lifecycle_plan_t *plan,
    exports_placewright_placement_lifecycle_list_settings_error_t *errors) {
  settings_reader_t reader;
  for (settings_begin(&reader, given->ptr, given->len); settings_next(&reader);) {
    if (settings_is(&reader, "dirtyWeight")) settings_number(&reader, &dirty_weight, 0, 1);
    else if (settings_is(&reader, "region")) settings_text(&reader, &region, 0, 63);
    else if (settings_is(&reader, "intensityClaim")) settings_text(&reader, &intensity_claim, 1, 253);
    else if (settings_is(&reader, "priceResource")) settings_text(&reader, &price_resource, 1, 253);
    else if (settings_is(&reader, "priceScore")) settings_text(&reader, &price_score, 1, 63);
    else settings_unknown(&reader, "`dirtyWeight`, `region`, `intensityClaim`, `priceResource`, `priceScore`");
  }
  if (reader.mistake != NULL) {
    errors->len = 1;
    errors->ptr = malloc(sizeof *errors->ptr);
    text(&errors->ptr[0].path, reader.path, strlen(reader.path));
    text(&errors->ptr[0].message, reader.mistake, strlen(reader.mistake));
    return false;
  }
  placewright_placement_types_input_t *inputs = calloc(INPUTS, sizeof *inputs);
  ask(&inputs[0], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_LABEL, "region", 6);
  ask(&inputs[1], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_LABEL, "arch", 4);
  ask(&inputs[2], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_CLAIM, "platform.open-cluster-management.io", 35);
  ask(&inputs[3], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_CLAIM, intensity_claim.bytes, intensity_claim.length);
  ask(&inputs[4], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_ALLOCATABLE, "cpu", 3);
  ask(&inputs[5], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_CAPACITY, "cpu", 3);
  ask(&inputs[6], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_ALLOCATABLE, "memory", 6);
  ask(&inputs[7], PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_CAPACITY, "memory", 6);
  inputs[8].source.tag = PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_ADDON_SCORE;
  text(&inputs[8].source.val.addon_score.f0, price_resource.bytes, price_resource.length);
  text(&inputs[8].source.val.addon_score.f1, price_score.bytes, price_score.length);
  inputs[8].encoding = PLACEWRIGHT_PLACEMENT_TYPES_ENCODING_NUMBERS;
  plan->inputs.ptr = inputs;
  plan->inputs.len = INPUTS;
  plan->normalization = PLACEWRIGHT_PLACEMENT_TYPES_NORMALIZATION_MIN_MAX;
  plan->row_local = true;
  return true;
}

static double gain(const score_plugin_string_t *name) {
  bool preferred = name->len > 0 && name->len == region.length && memcmp(name->ptr, region.bytes, name->len) == 0;
  return preferred ? REGION_GAIN : 0.0;
}

static double watts(const score_plugin_string_t *arch) {
  return is(arch, "arm64") ? 3.5 : 6.0;
}

static double cooling(const score_plugin_string_t *platform) {
  if (is(platform, "AWS")) return 1.15;
  if (is(platform, "Azure")) return 1.18;
  if (is(platform, "GCP")) return 1.1;
  return 1.5;
}

static double intensity(const score_plugin_string_t *claim) {
  uint32_t grams = 0;
  if (claim->len == 0 || claim->len > INTENSITY_DIGITS_MAX) return INTENSITY_USUAL;
  for (size_t i = 0; i < claim->len; i++) {
    if (claim->ptr[i] < '0' || claim->ptr[i] > '9') return INTENSITY_USUAL;
    grams = grams * 10 + (claim->ptr[i] - '0');
  }
  return grams;
}

// What is made of each distinct text of a column.
static double *each(const placewright_placement_types_texts_t *texts, double (*of)(const score_plugin_string_t *)) {
  double *made = malloc(texts->values.len * sizeof *made);
  for (size_t i = 0; i < texts->values.len; i++) made[i] = of(&texts->values.ptr[i]);
  return made;
}

static double share(double allocatable, double capacity) {
  return capacity > 0 ? allocatable / capacity : 0;
}

bool exports_placewright_placement_score_score(
    exports_placewright_placement_score_batch_t *clusters,
    score_plugin_list_f64_t *scores,
    exports_placewright_placement_score_failure_t *failure) {
  (void)failure;
  const placewright_placement_types_column_t *columns = clusters->columns.ptr;
  const double *gains = each(&columns[0].val.texts, gain), *wattages = each(&columns[1].val.texts, watts);
  const double *coolings = each(&columns[2].val.texts, cooling), *grids = each(&columns[3].val.texts, intensity);
  const uint32_t *regions = columns[0].val.texts.codes.ptr, *archs = columns[1].val.texts.codes.ptr;
  const uint32_t *platforms = columns[2].val.texts.codes.ptr, *claims = columns[3].val.texts.codes.ptr;
  const double *cpu = columns[4].val.numbers.ptr, *cpu_all = columns[5].val.numbers.ptr;
  const double *memory = columns[6].val.numbers.ptr, *memory_all = columns[7].val.numbers.ptr;
  const double *price = columns[8].val.numbers.ptr;
  double clean_weight = 1.0 - dirty_weight;
  scores->len = clusters->rows;
  scores->ptr = malloc(clusters->rows * sizeof *scores->ptr);
  for (uint32_t row = 0; row < clusters->rows; row++) {
    double idle = (share(cpu[row], cpu_all[row]) + share(memory[row], memory_all[row])) / 2.0;
    double carbon = grids[claims[row]] * coolings[platforms[row]] * (wattages[archs[row]] * (1.0 + 0.5 * idle)) / 4275.0;
    double cost = 1.0 + price[row] / 200.0;
    scores->ptr[row] = gains[regions[row]] - (dirty_weight * carbon + clean_weight * cost);
  }
  free((void *)gains);
  free((void *)wattages);
  free((void *)coolings);
  free((void *)grids);
  exports_placewright_placement_score_batch_free(clusters);
  return true;
}
