// The settings of the plugin: {"resource": "nvidia.com/gpu", "atLeast": 1}, both optional.
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  // The resource that is packed, 1 to 63 bytes; `resource[resource_length]` is not there.
  const char *resource;
  size_t resource_length;
  // How many of it a cluster must have.
  double at_least;
} settings_t;

// Reads the settings. On a mistake returns a message, and `*path` is the JSON pointer of what is wrong.
const char *settings_read(const uint8_t *json, size_t length, settings_t *settings, const char **path);

#endif
