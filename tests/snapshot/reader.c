/* Reads what a test's daemon publishes, as a C program does: by the header alone.
 *
 *     settings-reader FILE get PATH [TIMES]
 *                                      reads it so often, once unless told, and prints the value, when
 *                                      it is a whole number
 *     settings-reader FILE follow      reads the keys "left" and "right" until SIGTERM. Both are written
 *                                      by one edit, with ever larger numbers: complains when they
 *                                      differ, or when one goes back. Prints the last one, and of how
 *                                      many files it read.
 */
#include <settings_snapshot.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static int integer(const settings_snapshot *map, const char *path, int64_t *number) {
    settings_value value;
    return settings_snapshot_get(map, path, strlen(path), &value) == SETTINGS_FOUND &&
           settings_value_integer(&value, number);
}

static int get(const settings_snapshot *map, const char *path, long times) {
    int64_t number;
    do
        if (!integer(map, path, &number)) return 1;
    while (--times > 0);
    printf("%lld\n", (long long)number);
    return 0;
}

static volatile sig_atomic_t is_told_to_end = 0;

static void end(int number) {
    (void)number;
    is_told_to_end = 1;
}

/* 0, or 1 when what is read cannot be right. */
static int look(const settings_snapshot *map, int64_t *last) {
    const uint32_t generation = settings_snapshot_generation(map);
    int64_t left, right;
    if (!integer(map, "left", &left) || !integer(map, "right", &right)) return 0;
    if (!settings_snapshot_is_still(map, generation)) return 0;
    if (left != right || left < *last) {
        fprintf(stderr, "left %lld, right %lld, last %lld\n", (long long)left, (long long)right,
                (long long)*last);
        return 1;
    }
    *last = left;
    return 0;
}

static int follow(const char *file) {
    int64_t last = 0;
    long files = 0;
    int status = 0;
    signal(SIGTERM, end);
    while (status == 0 && !is_told_to_end) {
        settings_snapshot map;
        if (settings_snapshot_open(&map, file) != 0) continue;
        ++files;
        do status = look(&map, &last);
        while (status == 0 && !settings_snapshot_is_replaced(&map) && !is_told_to_end);
        settings_snapshot_close(&map);
    }
    printf("%lld %ld\n", (long long)last, files);
    return status;
}

int main(int count, char **words) {
    settings_snapshot map;
    int status;
    if (count == 3 && strcmp(words[2], "follow") == 0) return follow(words[1]);
    if (count < 4 || count > 5 || strcmp(words[2], "get") != 0) return 64;
    if (settings_snapshot_open(&map, words[1]) != 0) return 2;
    status = get(&map, words[3], count == 5 ? atol(words[4]) : 1);
    settings_snapshot_close(&map);
    return status;
}
