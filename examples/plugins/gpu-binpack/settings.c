#include "settings.h"

#include <stdbool.h>
#include <string.h>

// What is left of the document.
typedef struct {
  const uint8_t *at, *end;
} cursor_t;

static void skip_space(cursor_t *c) {
  while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t')) c->at++;
}

static bool take(cursor_t *c, uint8_t what) {
  skip_space(c);
  if (c->at == c->end || *c->at != what) return false;
  c->at++;
  return true;
}

// A text without escapes: neither a key of ours nor the name of a resource has any.
static bool take_text(cursor_t *c, const char **text, size_t *length) {
  if (!take(c, '"')) return false;
  *text = (const char *)c->at;
  while (c->at < c->end && *c->at != '"' && *c->at != '\\') c->at++;
  *length = (size_t)((const char *)c->at - *text);
  return c->at < c->end && *c->at++ == '"';
}

// A whole number up to a million; more than that has no fleet.
static bool take_count(cursor_t *c, double *count) {
  skip_space(c);
  const uint8_t *begin = c->at;
  uint32_t number = 0;
  while (c->at < c->end && *c->at >= '0' && *c->at <= '9' && number <= 100000) number = number * 10 + (*c->at++ - '0');
  *count = number;
  bool ended = c->at == c->end || strchr(",} \n\r\t", *c->at) != NULL;
  return c->at > begin && ended && number <= 1000000;
}

static bool is(const char *text, size_t length, const char *word) {
  return length == strlen(word) && memcmp(text, word, length) == 0;
}

const char *settings_read(const uint8_t *json, size_t length, settings_t *settings, const char **path) {
  cursor_t c = {json, json + length};
  settings->resource = "nvidia.com/gpu";
  settings->resource_length = strlen(settings->resource);
  settings->at_least = 1;
  *path = "";
  if (!take(&c, '{')) return "must be an object";
  if (take(&c, '}')) return NULL;
  do {
    const char *key;
    size_t key_length;
    if (!take_text(&c, &key, &key_length) || !take(&c, ':')) return "has a key with escapes";
    if (is(key, key_length, "resource")) {
      *path = "/resource";
      if (!take_text(&c, &settings->resource, &settings->resource_length)) return "must be a text without escapes";
      if (settings->resource_length < 1 || settings->resource_length > 63) return "must have 1 to 63 bytes";
    } else if (is(key, key_length, "atLeast")) {
      *path = "/atLeast";
      if (!take_count(&c, &settings->at_least)) return "must be a whole number up to 1000000";
    } else {
      return "knows `resource` and `atLeast` and nothing else";
    }
    *path = "";
  } while (take(&c, ','));
  return NULL;
}
