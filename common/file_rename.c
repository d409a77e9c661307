#ifndef _GNU_SOURCE
/* renameat2; the only file of taki that needs it */
#define _GNU_SOURCE // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,readability-identifier-naming)
#endif

#include "file_part.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/*
 * For file systems without renameat2 flags (some network ones). A link never replaces; a folder can't be linked, but
 * rename() never replaces a folder that has something in it.
 */
static int rename_new_plain(const char *from, const char *to)
{
    if (link(from, to) == 0)
        return unlink(from);
    return errno == EPERM || errno == EISDIR ? rename(from, to) : -1;
}

int taki_rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    return errno == EINVAL || errno == ENOSYS ? rename_new_plain(from, to) : -1;
}

int taki_rename_exchange(const char *a, const char *b)
{
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE);
}
