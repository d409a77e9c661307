#include "messages.h"

#include "taki/status.h"

const struct taki_message taki_load_messages[] = {
    {"", ""},
};
const size_t taki_load_messages_count = TAKI_LEN(taki_load_messages);
