/* Reads of the user's settings without a call: from the file that settingsd keeps beside its
 * socket, as docs/snapshot.md describes it. For C11 and C++; needs nothing but libc and Linux.
 *
 *     settings_snapshot map;
 *     if (settings_snapshot_open(&map, path) == 0) {
 *         settings_value size;
 *         int64_t points = 10;
 *         if (settings_snapshot_get(&map, "font.size", 9, &size) == SETTINGS_FOUND)
 *             settings_value_integer(&size, &points);
 *         settings_snapshot_close(&map);
 *     }
 *
 * A file that is broken, another user's, or a dead daemon's is no file: ask over the socket then.
 * Whatever stands in it, nothing outside of the mapping is read. A map that is open may be read by
 * any number of threads; what was read stays as it is until the map is closed.
 *
 * Include this first, or compile with -std=gnu11: libc hides some names from -std=c11. */
#ifndef SETTINGS_SNAPSHOT_H
#define SETTINGS_SNAPSHOT_H

#if !defined(_DEFAULT_SOURCE) && !defined(_GNU_SOURCE)
#define _DEFAULT_SOURCE 1
#endif

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- The file, once it is mapped ---- */

typedef struct settings_snapshot {
    unsigned char const* bytes;
    uint64_t size;
} settings_snapshot;

enum { SETTINGS_ABSENT = 0, SETTINGS_FOUND = 1, SETTINGS_BROKEN = -1 };

static inline uint32_t settings_u32_(unsigned char const* from) {
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint64_t settings_u64_(unsigned char const* from) {
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

/* What the daemon changes in place: generation, flag, revision, and the slots of the index. Whoever
 * has loaded one of them sees all that was written before it. */
static inline uint32_t settings_load_u32_(settings_snapshot const* map, uint64_t at) {
    return __atomic_load_n((uint32_t const*)(void const*)(map->bytes + at), __ATOMIC_ACQUIRE);
}

static inline uint64_t settings_load_u64_(settings_snapshot const* map, uint64_t at) {
    return __atomic_load_n((uint64_t const*)(void const*)(map->bytes + at), __ATOMIC_ACQUIRE);
}

/* Whether the file was replaced: then the settings are in another one at the same path. */
static inline int settings_snapshot_is_replaced(settings_snapshot const* map) {
    return settings_load_u32_(map, 16) != 0;
}

/* All that was published up to that revision is seen by whoever reads after this call. */
static inline int64_t settings_snapshot_revision(settings_snapshot const* map) {
    return (int64_t)settings_load_u64_(map, 40);
}

/* The number of the store that the revision is of. */
static inline uint64_t settings_snapshot_store(settings_snapshot const* map) {
    return settings_u64_(map->bytes + 32);
}

/* Several settings of one revision: take the generation, read, and read again unless it is still
 * the same. Give up after some rounds. While it is odd, some settings are newer than the others. */
static inline uint32_t settings_snapshot_generation(settings_snapshot const* map) {
    return settings_load_u32_(map, 12);
}

static inline int settings_snapshot_is_still(settings_snapshot const* map, uint32_t generation) {
    return generation % 2 == 0 && settings_snapshot_generation(map) == generation;
}

/* Looks at bytes that are mapped already, at a multiple of eight. 0, or -1 when they are no file.
 */
static inline int settings_snapshot_over(settings_snapshot* map, void const* bytes, uint64_t size) {
    map->bytes = (unsigned char const*)bytes;
    map->size = size;
    if (size < 64 || memcmp(map->bytes, "settings", 8) != 0) return -1;
    if (settings_u32_(map->bytes + 8) != 1 || settings_u64_(map->bytes + 24) != size) return -1;
    const uint64_t slots = (uint64_t)settings_u32_(map->bytes + 20) + 1;
    if ((slots & (slots - 1)) != 0 || slots > (size - 64) / 8) return -1;
    return settings_snapshot_revision(map) < 0 || settings_snapshot_is_replaced(map) ? -1 : 0;
}

/* ---- Opening, and waiting ---- */

/* The daemon holds a lock on its file as long as it lives. */
static inline int settings_is_ours_(int file, struct stat* status) {
    struct flock lock;
    memset(&lock, 0, sizeof lock);
    lock.l_type = F_RDLCK;
    return fstat(file, status) == 0 && S_ISREG(status->st_mode) && status->st_uid == geteuid() &&
           (status->st_mode & 07777) == 0600 && status->st_size >= 64 &&
           fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/* Maps the file at `path`: that of the daemon's socket with ".snapshot" behind it. 0, or -1 when
 * there is none to be used. */
static inline int settings_snapshot_open(settings_snapshot* map, char const* path) {
    struct stat status;
    void* bytes = MAP_FAILED;
    int const file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return -1;
    if (settings_is_ours_(file, &status))
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (bytes == MAP_FAILED) return -1;
    if (settings_snapshot_over(map, bytes, (uint64_t)status.st_size) == 0) return 0;
    munmap(bytes, (size_t)status.st_size);
    return -1;
}

static inline void settings_snapshot_close(settings_snapshot* map) {
    munmap((void*)(uintptr_t)map->bytes, (size_t)map->size);
}

/* Waits until something is published after that generation, or the file is replaced: 1; or until so
 * many milliseconds have passed: 0. No time limit below 0. -1 when the kernel does not let it wait.
 */
static inline int settings_snapshot_wait(settings_snapshot const* map, uint32_t generation,
                                         int milliseconds) {
    struct timespec now;
    long deadline[2]; /* as the kernel takes it, whatever size libc's time_t has */
    clock_gettime(CLOCK_MONOTONIC, &now);
    deadline[0] = (long)now.tv_sec + milliseconds / 1000;
    deadline[1] = (long)now.tv_nsec + milliseconds % 1000 * 1000000L;
    if (deadline[1] >= 1000000000L) {
        deadline[0] += 1;
        deadline[1] -= 1000000000L;
    }
    for (;;) {
        const uint32_t seen = settings_snapshot_generation(map);
        /* One that is odd is on its way to the next even one. */
        if ((seen & ~1U) != (generation & ~1U)) return 1;
        if (syscall(SYS_futex, map->bytes + 12, FUTEX_WAIT_BITSET, seen,
                    milliseconds < 0 ? NULL : deadline, NULL, FUTEX_BITSET_MATCH_ANY) != 0 &&
            errno != EAGAIN && errno != EINTR)
            return errno == ETIMEDOUT ? 0 : -1;
    }
}

/* ---- Values ---- */

typedef enum settings_kind {
    SETTINGS_NULL,
    SETTINGS_FALSE,
    SETTINGS_TRUE,
    SETTINGS_INTEGER, /* int64_t */
    SETTINGS_NATURAL, /* uint64_t, beyond what an int64_t holds */
    SETTINGS_REAL,    /* double */
    SETTINGS_TEXT,    /* UTF-8, without a zero at its end */
    SETTINGS_LIST,
    SETTINGS_OBJECT
} settings_kind;

/* A value inside a record, whose values take up `size` bytes from `tree` on. */
typedef struct settings_value {
    unsigned char const* tree;
    uint64_t size;
    uint64_t at;
    settings_kind kind;
    uint32_t count; /* bytes of a text, elements of a list, members of an object */
} settings_value;

/* The value at an offset, which has to lead forward: so no value is inside itself. */
static inline int settings_node_(settings_value const* in, uint64_t at, settings_value* out) {
    const settings_value outer = *in;
    uint64_t body;
    if (at % 8 != 0 || at > outer.size || outer.size - at < 8) return SETTINGS_BROKEN;
    const uint32_t kind = settings_u32_(outer.tree + at);
    const uint32_t count = settings_u32_(outer.tree + at + 4);
    switch (kind) {
        case SETTINGS_NULL:
        case SETTINGS_FALSE:
        case SETTINGS_TRUE: body = 0; break;
        case SETTINGS_INTEGER:
        case SETTINGS_NATURAL:
        case SETTINGS_REAL: body = 8; break;
        case SETTINGS_TEXT: body = count; break;
        case SETTINGS_LIST: body = (uint64_t)count * 4; break;
        case SETTINGS_OBJECT: body = (uint64_t)count * 8; break;
        default: return SETTINGS_BROKEN;
    }
    if (body > outer.size - at - 8) return SETTINGS_BROKEN;
    out->tree = outer.tree;
    out->size = outer.size;
    out->at = at;
    out->kind = (settings_kind)kind;
    out->count = count;
    return SETTINGS_FOUND;
}

static inline int settings_child_(settings_value const* of, uint32_t at, settings_value* out) {
    return at > of->at ? settings_node_(of, at, out) : SETTINGS_BROKEN;
}

/* Element or member of that number, from 0: its value. */
static inline int settings_value_item(settings_value const* of, uint32_t number,
                                      settings_value* out) {
    if (number >= of->count) return SETTINGS_ABSENT;
    unsigned char const* table = of->tree + of->at + 8;
    if (of->kind == SETTINGS_LIST)
        return settings_child_(of, settings_u32_(table + (uint64_t)number * 4), out);
    if (of->kind != SETTINGS_OBJECT) return SETTINGS_ABSENT;
    return settings_child_(of, settings_u32_(table + (uint64_t)number * 8 + 4), out);
}

/* The name of the member of that number, a text; they are sorted by their bytes. */
static inline int settings_value_name(settings_value const* of, uint32_t number,
                                      settings_value* out) {
    if (of->kind != SETTINGS_OBJECT || number >= of->count) return SETTINGS_ABSENT;
    unsigned char const* table = of->tree + of->at + 8;
    int const found = settings_child_(of, settings_u32_(table + (uint64_t)number * 8), out);
    return found == SETTINGS_FOUND && out->kind != SETTINGS_TEXT ? SETTINGS_BROKEN : found;
}

/* 1 when the value is of that kind; else 0, and `out` stays as it is. */
static inline int settings_value_boolean(settings_value const* value, int* out) {
    if (value->kind != SETTINGS_TRUE && value->kind != SETTINGS_FALSE) return 0;
    *out = value->kind == SETTINGS_TRUE;
    return 1;
}

static inline int settings_value_integer(settings_value const* value, int64_t* out) {
    if (value->kind != SETTINGS_INTEGER) return 0;
    memcpy(out, value->tree + value->at + 8, sizeof *out);
    return 1;
}

static inline int settings_value_natural(settings_value const* value, uint64_t* out) {
    int64_t number;
    if (settings_value_integer(value, &number) ? number < 0 : value->kind != SETTINGS_NATURAL)
        return 0;
    memcpy(out, value->tree + value->at + 8, sizeof *out);
    return 1;
}

static inline int settings_value_real(settings_value const* value, double* out) {
    int64_t number;
    uint64_t natural;
    if (value->kind == SETTINGS_REAL)
        memcpy(out, value->tree + value->at + 8, sizeof *out);
    else if (settings_value_integer(value, &number))
        *out = (double)number;
    else if (settings_value_natural(value, &natural))
        *out = (double)natural;
    else
        return 0;
    return 1;
}

/* `count` bytes; not ended by a zero. */
static inline int settings_value_text(settings_value const* value, char const** out) {
    if (value->kind != SETTINGS_TEXT) return 0;
    *out = (char const*)value->tree + value->at + 8;
    return 1;
}

/* ---- Looking up ---- */

static inline int settings_order_(char const* one, uint64_t one_bytes, char const* other,
                                  uint64_t other_bytes) {
    const uint64_t common = one_bytes < other_bytes ? one_bytes : other_bytes;
    int const order = memcmp(one, other, (size_t)common);
    return order != 0 ? order : (one_bytes > other_bytes) - (one_bytes < other_bytes);
}

/* The member of that name; an object's names are sorted. */
static inline int settings_value_member(settings_value const* of, char const* name, size_t bytes,
                                        settings_value* out) {
    uint32_t low = 0, high = of->kind == SETTINGS_OBJECT ? of->count : 0;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        settings_value there;
        char const* text = NULL;
        if (settings_value_name(of, middle, &there) != SETTINGS_FOUND) return SETTINGS_BROKEN;
        settings_value_text(&there, &text);
        int const order = settings_order_(name, bytes, text, there.count);
        if (order == 0) return settings_value_item(of, middle, out);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return SETTINGS_ABSENT;
}

/* What a slot leads to: 1 when it is the record of that key, which may say that it was removed. */
static inline int settings_record_(settings_snapshot const* map, uint64_t at, char const* key,
                                   size_t bytes, int* is_key, settings_value* out) {
    settings_value value;
    *is_key = 0;
    if (at % 8 != 0 || at > map->size || map->size - at < 16) return SETTINGS_BROKEN;
    unsigned char const* record = map->bytes + at;
    const uint64_t key_bytes = settings_u32_(record), room = map->size - at - 16;
    const uint64_t padded = (key_bytes + 7) / 8 * 8;
    if (padded > room) return SETTINGS_BROKEN;
    if (key_bytes != bytes || memcmp(record + 16, key, bytes) != 0) return SETTINGS_ABSENT;
    *is_key = 1;
    if (settings_u32_(record + 4) == 0) return SETTINGS_ABSENT;
    value.tree = record + 16 + padded;
    value.size = settings_u64_(record + 8);
    if (value.size > room - padded) return SETTINGS_BROKEN;
    return settings_node_(&value, 0, out);
}

/* The value of a top-level key. */
static inline int settings_snapshot_key(settings_snapshot const* map, char const* key, size_t bytes,
                                        settings_value* out) {
    const uint64_t mask = settings_u32_(map->bytes + 20);
    uint64_t hash = 0xcbf29ce484222325U;
    for (size_t n = 0; n < bytes; ++n) hash = (hash ^ (unsigned char)key[n]) * 0x100000001b3U;
    hash ^= hash >> 32;
    if (mask >= (map->size - 64) / 8) return SETTINGS_BROKEN;
    /* No search of the daemon's goes further, or it makes no file. */
    for (int looked_at = 0; looked_at < 1024; ++looked_at, ++hash) {
        int is_key;
        const uint64_t record = settings_load_u64_(map, 64 + (hash & mask) * 8);
        if (record == 0) return SETTINGS_ABSENT;
        int const found = settings_record_(map, record, key, bytes, &is_key, out);
        if (is_key || found == SETTINGS_BROKEN) return found;
    }
    return SETTINGS_BROKEN;
}

/* One step of a path: a top-level key, or a member of `in`. */
static inline int settings_step_(settings_snapshot const* map, settings_value const* in,
                                 char const* name, size_t bytes, settings_value* out) {
    return in == NULL ? settings_snapshot_key(map, name, bytes, out)
                      : settings_value_member(in, name, bytes, out);
}

/* Names joined by dots. A name may itself hold dots, so the longest name that fits goes first. A
 * file that was made to keep a reader busy is broken once it has taken too many steps. */
static inline int settings_dotted_(settings_snapshot const* map, settings_value const* in,
                                   char const* path, size_t bytes, int* steps,
                                   settings_value* out) {
    size_t end = bytes;
    for (;;) {
        settings_value value;
        if (--*steps < 0) return SETTINGS_BROKEN;
        int found = settings_step_(map, in, path, end, &value);
        if (found == SETTINGS_FOUND && end == bytes) *out = value;
        if (found == SETTINGS_FOUND && end < bytes)
            found = settings_dotted_(map, &value, path + end + 1, bytes - end - 1, steps, out);
        if (found != SETTINGS_ABSENT) return found;
        do
            if (end == 0) return SETTINGS_ABSENT;
        while (path[--end] != '.');
    }
}

/* A JSON pointer: names behind slashes, with ~1 for '/' and ~0 for '~'. */
static inline int settings_pointer_(settings_snapshot const* map, char const* path, size_t bytes,
                                    settings_value* out) {
    char const* const end = path + bytes;
    settings_value const* in = NULL;
    while (path < end) {
        char name[1024];
        size_t length = 0;
        for (++path; path < end && *path != '/'; ++path) {
            if (length == sizeof name)
                return SETTINGS_BROKEN; /* longer than any that an app may use */
            int const is_escaped =
                *path == '~' && path + 1 < end && (path[1] == '0' || path[1] == '1');
            name[length++] = (char)(!is_escaped ? *path : path[1] == '1' ? '/' : '~');
            path += is_escaped;
        }
        int const found = settings_step_(map, in, name, length, out);
        if (found != SETTINGS_FOUND) return found;
        in = out;
    }
    return SETTINGS_FOUND;
}

/* The value at a path, by the rule of docs/api.md: a key that is named just like it; a JSON
 * pointer; names joined by dots. SETTINGS_BROKEN also where the path takes too many steps. */
static inline int settings_snapshot_get(settings_snapshot const* map, char const* path,
                                        size_t bytes, settings_value* out) {
    int steps = 1024;
    if (bytes == 0 || path[0] != '/') return settings_dotted_(map, NULL, path, bytes, &steps, out);
    int const found = settings_snapshot_key(map, path, bytes, out);
    return found != SETTINGS_ABSENT ? found : settings_pointer_(map, path, bytes, out);
}

#endif
