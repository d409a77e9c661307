#include "file_part.h"

#include "taki/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Deeper than any tree of ours; a loop of mounts must not eat all file handles. */
#define DEPTH_LIMIT 64

static enum taki_status make_one(const char *path, struct taki_error *err)
{
    if (mkdir(path, S_IRWXU) != 0) {
        int failed = errno;
        struct stat info;
        if (failed == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
            return TAKI_OK;
        return taki_fail_errno(err, TAKI_FAILED, failed, "cannot make folder '%s'", path);
    }
    enum taki_status status = taki_sync_parent(path, err);
    /* Else the next run would find the folder and take it for durable. */
    if (status != TAKI_OK)
        (void)rmdir(path);
    return status;
}

enum taki_status taki_file_make_folder(const char *path, struct taki_error *err)
{
    struct stat info;
    if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return TAKI_OK;
    char parent[TAKI_PATH_BYTES];
    TAKI_TRY(taki_path_parent(path, parent, err));
    if (strcmp(parent, path) != 0 && strcmp(parent, ".") != 0)
        TAKI_TRY(taki_file_make_folder(parent, err));
    return make_one(path, err);
}

static void close_folder(DIR **folder)
{
    if (*folder != NULL)
        (void)closedir(*folder);
}

/* The next name but "." and ".."; TAKI_END after the last. */
static enum taki_status next_name(DIR *folder, const char *path, const char **name, struct taki_error *err)
{
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL && errno != 0)
            return taki_fail_errno(err, TAKI_FAILED, errno, "cannot list '%s'", path);
        if (entry == NULL)
            return TAKI_END;
        *name = entry->d_name;
        if (strcmp(*name, ".") != 0 && strcmp(*name, "..") != 0)
            return TAKI_OK;
    }
}

/* Opens @p path as a folder; TAKI_END if there is none. */
static enum taki_status open_folder(const char *path, DIR **folder, struct taki_error *err)
{
    *folder = opendir(path);
    if (*folder == NULL && errno == ENOENT)
        return TAKI_END;
    if (*folder == NULL)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot list '%s'", path);
    return TAKI_OK;
}

struct name {
    struct name *next;
    const char *text;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **sorted_names(struct taki_arena *arena, const struct name *list, size_t count)
{
    const char **names = TAKI_NEW_ARRAY(arena, count, const char *);
    for (size_t i = 0; i < count; i++, list = list->next)
        names[i] = list->text;
    if (count > 1)
        qsort(names, count, sizeof *names, compare_names);
    return names;
}

enum taki_status taki_file_list(struct taki_arena *arena, const char *folder, const char ***names, size_t *count,
                                struct taki_error *err)
{
    TAKI_AUTO(close_folder) DIR *open = NULL;
    struct name *list = NULL;
    const char *text;
    *count = 0;
    enum taki_status status = open_folder(folder, &open, err);
    while (status == TAKI_OK && (status = next_name(open, folder, &text, err)) == TAKI_OK) {
        if (text[0] == '.')
            continue;
        struct name *name = TAKI_NEW(arena, struct name);
        *name = (struct name){list, taki_arena_copy(arena, text, strlen(text))};
        list = name;
        ++*count;
    }
    if (status != TAKI_END)
        return status;
    *names = sorted_names(arena, list, *count);
    return TAKI_OK;
}

/* A name below an open folder, and the path for messages. */
struct place {
    int folder;
    const char *name, *path;
    int depth;
};

static enum taki_status remove_place(const struct place *place, struct taki_error *err);

static enum taki_status remove_contents(const struct place *place, struct taki_error *err)
{
    int fd = openat(place->folder, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    TAKI_AUTO(close_folder) DIR *open = fd >= 0 ? fdopendir(fd) : NULL;
    if (open == NULL) {
        int failed = errno;
        taki_fd_auto(&fd);
        return taki_fail_errno(err, TAKI_FAILED, failed, "cannot list '%s'", place->path);
    }
    struct place below = {.folder = fd, .name = "", .path = place->path, .depth = place->depth + 1};
    enum taki_status status;
    while ((status = next_name(open, place->path, &below.name, err)) == TAKI_OK)
        TAKI_TRY(remove_place(&below, err));
    return status == TAKI_END ? TAKI_OK : status;
}

/* Missing is fine. */
static enum taki_status remove_place(const struct place *place, struct taki_error *err)
{
    if (unlinkat(place->folder, place->name, 0) == 0 || errno == ENOENT)
        return TAKI_OK;
    if ((errno != EISDIR && errno != EPERM) || place->depth >= DEPTH_LIMIT)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot remove '%s'", place->path);
    TAKI_TRY(remove_contents(place, err));
    if (unlinkat(place->folder, place->name, AT_REMOVEDIR) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot remove '%s'", place->path);
    return TAKI_OK;
}

/* A folder vanishes at once under a temp name, so that nobody sees half of it, then goes file by file. */
static enum taki_status remove_folder(const char *path, struct taki_error *err)
{
    char temp[TAKI_PATH_BYTES];
    int failed;
    do {
        TAKI_TRY(taki_path_temp(path, temp, err));
        failed = taki_rename_new(path, temp) != 0 ? errno : 0;
    } while (failed == EEXIST);
    if (failed != 0)
        return taki_fail_errno(err, TAKI_FAILED, failed, "cannot remove '%s'", path);
    TAKI_TRY(taki_sync_parent(path, err));
    return remove_place(&(struct place){AT_FDCWD, temp, path, 0}, err);
}

enum taki_status taki_file_remove(const char *path, struct taki_error *err)
{
    struct stat info;
    if (lstat(path, &info) != 0)
        return errno == ENOENT ? TAKI_OK : taki_fail_errno(err, TAKI_FAILED, errno, "cannot remove '%s'", path);
    if (S_ISDIR(info.st_mode)) {
        TAKI_TRY(remove_folder(path, err));
    } else if (unlink(path) != 0 && errno != ENOENT) {
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot remove '%s'", path);
    }
    return taki_sync_parent(path, err);
}

static enum taki_status sync_parents(const char *a, const char *b, struct taki_error *err)
{
    char parent_a[TAKI_PATH_BYTES], parent_b[TAKI_PATH_BYTES];
    TAKI_TRY(taki_path_parent(a, parent_a, err));
    TAKI_TRY(taki_path_parent(b, parent_b, err));
    TAKI_TRY(taki_sync_parent(b, err));
    return strcmp(parent_a, parent_b) == 0 ? TAKI_OK : taki_sync_parent(a, err);
}

enum taki_status taki_file_move(const char *from, const char *to, struct taki_error *err)
{
    if (taki_rename_new(from, to) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY)
            return taki_fail(err, TAKI_FAILED, "'%s' already exists", to);
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot move '%s' to '%s'", from, to);
    }
    enum taki_status status = sync_parents(from, to, err);
    /* What failed must look as before, so that a repeat finds what it expects. */
    if (status != TAKI_OK)
        (void)taki_rename_new(to, from);
    return status;
}

enum taki_status taki_file_exchange(const char *a, const char *b, struct taki_error *err)
{
    if (taki_rename_exchange(a, b) != 0) {
        enum taki_status status = taki_fail_errno(err, TAKI_FAILED, errno, "cannot exchange '%s' and '%s'", a, b);
        if (status == TAKI_FAILED && (errno == EINVAL || errno == ENOSYS))
            (void)taki_hint(err, "use a local file system (ext4, xfs, btrfs, tmpfs) for published files");
        return status;
    }
    enum taki_status status = sync_parents(a, b, err);
    if (status != TAKI_OK)
        (void)taki_rename_exchange(a, b);
    return status;
}

static enum taki_status sweep(const char *path, int depth, struct taki_error *err);

static enum taki_status sweep_name(const struct place *place, struct taki_error *err)
{
    struct stat info;
    char below[TAKI_PATH_BYTES];
    if (strncmp(place->name, TAKI_TEMP_PREFIX, strlen(TAKI_TEMP_PREFIX)) == 0)
        return remove_place(place, err);
    if (fstatat(place->folder, place->name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno == ENOENT ? TAKI_OK : taki_fail_errno(err, TAKI_FAILED, errno, "cannot read '%s'", place->path);
    }
    if (!S_ISDIR(info.st_mode) || place->depth >= DEPTH_LIMIT)
        return TAKI_OK;
    if (snprintf(below, sizeof below, "%s/%s", place->path, place->name) >= (int)sizeof below)
        return taki_fail_errno(err, TAKI_FAILED, ENAMETOOLONG, "'%s'", place->path);
    return sweep(below, place->depth + 1, err);
}

static enum taki_status sweep(const char *path, int depth, struct taki_error *err)
{
    TAKI_AUTO(close_folder) DIR *open = NULL;
    struct place place = {.name = "", .path = path, .depth = depth};
    enum taki_status status = open_folder(path, &open, err);
    while (status == TAKI_OK && (status = next_name(open, path, &place.name, err)) == TAKI_OK) {
        place.folder = dirfd(open);
        TAKI_TRY(sweep_name(&place, err));
    }
    return status == TAKI_END ? TAKI_OK : status;
}

enum taki_status taki_file_sweep(const char *folder, struct taki_error *err)
{
    return sweep(folder, 0, err);
}
