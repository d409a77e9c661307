#include "file_part.h"

#include <errno.h>

enum taki_status taki_file_sync(const char *path, struct taki_error *err)
{
    TAKI_AUTO(taki_fd_auto) int fd = taki_fd_open(path, O_RDONLY | O_NOFOLLOW);
    if (fd < 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot open '%s'", path);
    if (taki_fd_sync(fd) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot make '%s' durable", path);
    return taki_sync_parent(path, err);
}
