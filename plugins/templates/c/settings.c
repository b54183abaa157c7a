#include "settings.h"

#include <string.h>

// As many digits as a number can have.
#define DIGITS_MAX 15

// Appends as much of a text as there is room for.
static void append(char *to, size_t room, const char *text, size_t length) {
  size_t used = strlen(to), rest = room - 1 - used;
  if (length > rest) length = rest;
  memcpy(to + used, text, length);
  to[used + length] = '\0';
}

static void wrong(settings_reader_t *reader, const char *message, const char *more) {
  if (reader->mistake != NULL) return;
  append(reader->message, sizeof reader->message, message, strlen(message));
  append(reader->message, sizeof reader->message, more, strlen(more));
  reader->mistake = reader->message;
}

// What is wrong with a member: its key is the path.
static void wrong_member(settings_reader_t *reader, const char *message, const char *more) {
  if (reader->mistake != NULL) return;
  append(reader->path, sizeof reader->path, "/", 1);
  append(reader->path, sizeof reader->path, reader->key.bytes, reader->key.length);
  wrong(reader, message, more);
}

// A number for a message; all the bounds there are, are whole.
static const char *written(double number, char *room) {
  char *at = room + 20;
  *at = '\0';
  uint64_t rest = (uint64_t)(number < 0 ? -number : number);
  do *--at = (char)('0' + rest % 10); while ((rest /= 10) > 0);
  if (number < 0) *--at = '-';
  return at;
}

static void skip_space(settings_reader_t *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t')) r->at++;
}

static bool takes(settings_reader_t *r, char what) {
  skip_space(r);
  if (r->at == r->end || *r->at != what) return false;
  r->at++;
  return true;
}

static bool takes_text(settings_reader_t *r, settings_text_t *text) {
  if (!takes(r, '"')) return false;
  text->bytes = r->at;
  while (r->at < r->end && *r->at != '"' && *r->at != '\\' && (unsigned char)*r->at >= ' ') r->at++;
  text->length = (size_t)(r->at - text->bytes);
  return takes(r, '"');
}

// A number as JSON writes it, without an exponent. What has no more digits than this is exact, and so is a power of ten:
// one division rounds to the nearest there is.
static bool takes_number(settings_reader_t *r, double *number) {
  int digits = 0, behind_dot = 0;
  bool negative = takes(r, '-'), dot = false;
  uint64_t whole = 0;
  const char *from = r->at;
  for (; r->at < r->end && ((*r->at >= '0' && *r->at <= '9') || (*r->at == '.' && !dot)); r->at++) {
    if (*r->at == '.') {
      dot = true;
    } else if (digits++ < DIGITS_MAX) {
      whole = whole * 10 + (uint64_t)(*r->at - '0');
      behind_dot += dot;
    }
  }
  double scale = 1;
  for (int i = 0; i < behind_dot; i++) scale *= 10;
  *number = (negative ? -(double)whole : (double)whole) / scale;
  bool padded = digits - behind_dot > 1 && *from == '0';
  bool goes_on = r->at < r->end && strchr(",} \n\r\t", *r->at) == NULL;
  return digits > behind_dot && digits <= DIGITS_MAX && dot == (behind_dot > 0) && !padded && !goes_on;
}

void settings_begin(settings_reader_t *reader, const uint8_t *json, size_t length) {
  *reader = (settings_reader_t){.at = (const char *)json, .end = (const char *)json + length};
  if (!takes(reader, '{')) wrong(reader, "must be an object", "");
}

bool settings_next(settings_reader_t *reader) {
  if (reader->mistake != NULL) return false;
  if (takes(reader, '}')) {
    skip_space(reader);
    if (reader->at != reader->end) wrong(reader, "must be one document with nothing behind it", "");
    return false;
  }
  if (reader->begun && !takes(reader, ',')) {
    wrong(reader, "must be JSON: `,` or `}` is missing", "");
  } else if (!takes_text(reader, &reader->key)) {
    wrong(reader, "must have keys in quotes and without escapes", "");
  } else if (!takes(reader, ':')) {
    wrong(reader, "must be JSON: `:` is missing", "");
  }
  reader->begun = true;
  return reader->mistake == NULL;
}

bool settings_is(const settings_reader_t *reader, const char *key) {
  return reader->key.length == strlen(key) && memcmp(reader->key.bytes, key, reader->key.length) == 0;
}

void settings_text(settings_reader_t *reader, settings_text_t *text, size_t least, size_t most) {
  char room[32];
  if (!takes_text(reader, text)) {
    wrong_member(reader, "must be a text without escapes", "");
  } else if (text->length < least) {
    wrong_member(reader, "must not be empty", "");
  } else if (text->length > most) {
    wrong_member(reader, "must have no more bytes than ", written((double)most, room));
  }
}

void settings_number(settings_reader_t *reader, double *number, double least, double most) {
  char message[96] = "must be a number of at most 15 digits from ", room[32];
  if (takes_number(reader, number) && *number >= least && *number <= most) return;
  const char *from = written(least, room);
  append(message, sizeof message, from, strlen(from));
  append(message, sizeof message, " to ", 4);
  wrong_member(reader, message, written(most, room));
}

void settings_count(settings_reader_t *reader, double *count, double most) {
  char room[32];
  if (takes_number(reader, count) && *count >= 0 && *count <= most && *count == (double)(uint64_t)*count) return;
  wrong_member(reader, "must be a whole number up to ", written(most, room));
}

void settings_unknown(settings_reader_t *reader, const char *known) {
  wrong_member(reader, "is no setting: only ", known);
}
