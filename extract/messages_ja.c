#include "messages.h"

#include "taki/status.h"

const struct taki_message taki_extract_messages[] = {
    {"", ""},
};
const size_t taki_extract_messages_count = TAKI_LEN(taki_extract_messages);
