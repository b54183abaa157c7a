// Packs GPU work tightly: of the clusters that have enough of the resource, the one with the least of it ranks first, so
// that large ones stay free for what fits nowhere else.
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "settings.h"

// Of this instance; `init` is called before anything that reads them.
static settings_text_t resource = {"nvidia.com/gpu", 14};
static double at_least = 1;

// A text of our own memory, because whoever takes it frees it.
static void text(plugin_string_t *to, const char *from, size_t length) {
  to->ptr = malloc(length);
  to->len = length;
  memcpy(to->ptr, from, length);
}

static const char SCHEMA[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"resource\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":63},"
    "\"atLeast\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000}}}";

void exports_placewright_placement_lifecycle_describe(exports_placewright_placement_lifecycle_about_t *about) {
  text(&about->name, "gpu-binpack", strlen("gpu-binpack"));
  text(&about->version, "0.1.0", strlen("0.1.0"));
  text(&about->settings_schema, SCHEMA, strlen(SCHEMA));
}

bool exports_placewright_placement_lifecycle_init(
    plugin_string_t *given,
    exports_placewright_placement_lifecycle_plan_t *plan,
    exports_placewright_placement_lifecycle_list_settings_error_t *errors) {
  settings_reader_t reader;
  for (settings_begin(&reader, given->ptr, given->len); settings_next(&reader);) {
    if (settings_is(&reader, "resource")) settings_text(&reader, &resource, 1, 63);
    else if (settings_is(&reader, "atLeast")) settings_count(&reader, &at_least, 1000000);
    else settings_unknown(&reader, "`resource`, `atLeast`");
  }
  if (reader.mistake != NULL) {
    errors->len = 1;
    errors->ptr = malloc(sizeof *errors->ptr);
    text(&errors->ptr[0].path, reader.path, strlen(reader.path));
    text(&errors->ptr[0].message, reader.mistake, strlen(reader.mistake));
    return false;
  }
  plan->inputs.len = 1;
  plan->inputs.ptr = malloc(sizeof *plan->inputs.ptr);
  placewright_placement_types_input_t *input = &plan->inputs.ptr[0];
  input->source.tag = PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_ALLOCATABLE;
  text(&input->source.val.allocatable, resource.bytes, resource.length);
  input->encoding = PLACEWRIGHT_PLACEMENT_TYPES_ENCODING_NUMBERS;
  input->absent = 0;
  // The least becomes 100, the most -100.
  plan->normalization = PLACEWRIGHT_PLACEMENT_TYPES_NORMALIZATION_MIN_MAX_REVERSED;
  plan->row_local = true;
  return true;
}

// What a cluster has of the resource.
static const double *amounts(const placewright_placement_types_batch_t *clusters) {
  return clusters->columns.ptr[0].val.numbers.ptr;
}

bool exports_placewright_placement_filter_filter(
    exports_placewright_placement_filter_batch_t *clusters,
    exports_placewright_placement_filter_verdicts_t *verdicts,
    exports_placewright_placement_filter_failure_t *failure) {
  (void)failure;
  const double *has = amounts(clusters);
  verdicts->codes.len = clusters->rows;
  verdicts->codes.ptr = malloc(clusters->rows);
  for (uint32_t row = 0; row < clusters->rows; row++) verdicts->codes.ptr[row] = has[row] < at_least;
  static const char REASON[] = "too few allocatable ";
  plugin_string_t *reason = malloc(sizeof *reason);
  reason->len = strlen(REASON) + resource.length;
  reason->ptr = malloc(reason->len);
  memcpy(reason->ptr, REASON, strlen(REASON));
  memcpy(reason->ptr + strlen(REASON), resource.bytes, resource.length);
  verdicts->reasons.len = 1;
  verdicts->reasons.ptr = reason;
  exports_placewright_placement_filter_batch_free(clusters);
  return true;
}

bool exports_placewright_placement_score_score(
    exports_placewright_placement_score_batch_t *clusters,
    plugin_list_f64_t *scores,
    exports_placewright_placement_score_failure_t *failure) {
  (void)failure;
  scores->len = clusters->rows;
  scores->ptr = malloc(clusters->rows * sizeof *scores->ptr);
  memcpy(scores->ptr, amounts(clusters), clusters->rows * sizeof *scores->ptr);
  exports_placewright_placement_score_batch_free(clusters);
  return true;
}
