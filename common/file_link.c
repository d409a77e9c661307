#include "file_part.h"

#include <errno.h>
#include <unistd.h>

enum taki_status taki_file_link(const char *from, const char *to, struct taki_error *err)
{
    if (link(from, to) != 0)
        return taki_fail_errno(err, TAKI_FAILED, errno, "cannot link '%s' as '%s'", from, to);
    return taki_sync_parent(to, err);
}
