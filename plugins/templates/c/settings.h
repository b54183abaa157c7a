// Reads the settings of a plugin: one flat JSON object of texts and numbers. The first mistake ends the reading.
//
//   settings_reader_t reader;
//   for (settings_begin(&reader, json, length); settings_next(&reader);) {
//     if (settings_is(&reader, "region")) settings_text(&reader, &region, 0, 63);
//     else if (settings_is(&reader, "weight")) settings_number(&reader, &weight, 0, 1);
//     else settings_unknown(&reader, "`region` and `weight`");
//   }
//   if (reader.mistake) …
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A text inside the document: `bytes[length]` is not there.
typedef struct {
  const char *bytes;
  size_t length;
} settings_text_t;

typedef struct {
  // What is wrong, or NULL; and where, as a JSON pointer.
  const char *mistake;
  char path[128], message[192];
  settings_text_t key;
  const char *at, *end;
  bool begun;
} settings_reader_t;

// Begins with a document, which has to outlive the texts that are taken from it.
void settings_begin(settings_reader_t *reader, const uint8_t *json, size_t length);
// Goes to the next member; false where there is none, or something is wrong.
bool settings_next(settings_reader_t *reader);
// Whether the member has this key.
bool settings_is(const settings_reader_t *reader, const char *key);
// Takes the member's value: a text without escapes of so many bytes, a number within these bounds, a whole number. Numbers
// have at most 15 digits and no exponent.
void settings_text(settings_reader_t *reader, settings_text_t *text, size_t least, size_t most);
void settings_number(settings_reader_t *reader, double *number, double least, double most);
void settings_count(settings_reader_t *reader, double *count, double most);
// Refuses the member; `known` says which there are.
void settings_unknown(settings_reader_t *reader, const char *known);

#endif
