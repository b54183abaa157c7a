// {{name}}: say here what it is for.
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
//
// `build.sh` makes `target/{{prefix}}.h` of `wit/`: all types and functions with long names are from there.
#include <stdlib.h>
#include <string.h>

#include "{{prefix}}.h"
#include "settings.h"

// Of this instance; `init` is called before anything that reads them.
%if filter
static double at_least = 8;
%end
%if score
static settings_text_t region = {"", 0};
%end

// A text of our own memory, because whoever takes it frees it.
static void text({{prefix}}_string_t *to, const char *from, size_t length) {
  to->ptr = malloc(length);
  to->len = length;
  memcpy(to->ptr, from, length);
}

void exports_placewright_placement_lifecycle_describe(exports_placewright_placement_lifecycle_about_t *about) {
  text(&about->name, "{{name}}", strlen("{{name}}"));
  text(&about->version, "0.1.0", strlen("0.1.0"));
  text(&about->settings_schema, "", 0);
}

bool exports_placewright_placement_lifecycle_init(
    {{prefix}}_string_t *given,
    exports_placewright_placement_lifecycle_plan_t *plan,
    exports_placewright_placement_lifecycle_list_settings_error_t *errors) {
  settings_reader_t reader;
  for (settings_begin(&reader, given->ptr, given->len); settings_next(&reader);) {
%if both
    if (settings_is(&reader, "atLeast")) settings_number(&reader, &at_least, 0, 1000000);
    else if (settings_is(&reader, "region")) settings_text(&reader, &region, 0, 63);
    else settings_unknown(&reader, "`atLeast`, `region`");
%end
%if filter-only
    if (settings_is(&reader, "atLeast")) settings_number(&reader, &at_least, 0, 1000000);
    else settings_unknown(&reader, "`atLeast`");
%end
%if score-only
    if (settings_is(&reader, "region")) settings_text(&reader, &region, 0, 63);
    else settings_unknown(&reader, "`region`");
%end
  }
  if (reader.mistake != NULL) {
    errors->len = 1;
    errors->ptr = malloc(sizeof *errors->ptr);
    text(&errors->ptr[0].path, reader.path, strlen(reader.path));
    text(&errors->ptr[0].message, reader.mistake, strlen(reader.mistake));
    return false;
  }
  placewright_placement_types_input_t *inputs = calloc(2, sizeof *inputs);
  inputs[0].source.tag = PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_ALLOCATABLE;
  text(&inputs[0].source.val.allocatable, "cpu", 3);
  inputs[0].encoding = PLACEWRIGHT_PLACEMENT_TYPES_ENCODING_NUMBERS;
  plan->inputs.ptr = inputs;
%if score
  inputs[1].source.tag = PLACEWRIGHT_PLACEMENT_TYPES_SOURCE_LABEL;
  text(&inputs[1].source.val.label, "region", 6);
  inputs[1].encoding = PLACEWRIGHT_PLACEMENT_TYPES_ENCODING_TEXTS;
  plan->inputs.len = 2;
  plan->normalization = PLACEWRIGHT_PLACEMENT_TYPES_NORMALIZATION_MIN_MAX;
%end
%if filter-only
  plan->inputs.len = 1;
  plan->normalization = PLACEWRIGHT_PLACEMENT_TYPES_NORMALIZATION_CLAMP;
%end
  // A row's answer hangs on that row alone.
  plan->row_local = true;
  return true;
}

// The cores that clusters have left: the first input of the plan.
static const double *cores(const placewright_placement_types_batch_t *clusters) {
  return clusters->columns.ptr[0].val.numbers.ptr;
}
%if filter

bool exports_placewright_placement_filter_filter(
    exports_placewright_placement_filter_batch_t *clusters,
    exports_placewright_placement_filter_verdicts_t *verdicts,
    exports_placewright_placement_filter_failure_t *failure) {
  (void)failure;
  verdicts->codes.len = clusters->rows;
  verdicts->codes.ptr = malloc(clusters->rows);
  // 0 keeps a cluster, 1 takes it out for the first of the reasons.
  for (uint32_t row = 0; row < clusters->rows; row++) verdicts->codes.ptr[row] = cores(clusters)[row] < at_least;
  verdicts->reasons.len = 1;
  verdicts->reasons.ptr = malloc(sizeof *verdicts->reasons.ptr);
  text(&verdicts->reasons.ptr[0], "too few cores left", strlen("too few cores left"));
  exports_placewright_placement_filter_batch_free(clusters);
  return true;
}
%end
%if score

// Whether this is the region that is preferred.
static bool preferred(const {{prefix}}_string_t *name) {
  return name->len > 0 && name->len == region.length && memcmp(name->ptr, region.bytes, name->len) == 0;
}

bool exports_placewright_placement_score_score(
    exports_placewright_placement_score_batch_t *clusters,
    {{prefix}}_list_f64_t *scores,
    exports_placewright_placement_score_failure_t *failure) {
  (void)failure;
  // Row i holds `values[codes[i]]`: each distinct text is there once.
  const placewright_placement_types_texts_t *regions = &clusters->columns.ptr[1].val.texts;
  scores->len = clusters->rows;
  scores->ptr = malloc(clusters->rows * sizeof *scores->ptr);
  for (uint32_t row = 0; row < clusters->rows; row++) {
    double more = preferred(&regions->values.ptr[regions->codes.ptr[row]]) ? 1000 : 0;
    scores->ptr[row] = cores(clusters)[row] + more;
  }
  exports_placewright_placement_score_batch_free(clusters);
  return true;
}
%end
