#include "messages.h"
#include "verbs.h"

#include "taki/app.h"

int main(int argc, char **argv)
{
    const struct taki_app app = {.name = "taki-extract",
                                 .en = "reads marketing and sales systems into the landing zone",
                                 .ja = "MAとSFAのデータを landing に取り込む",
                                 .verbs = taki_extract_verbs,
                                 .verb_count = taki_extract_verb_count,
                                 .tables = &taki_extract_options,
                                 .table_count = 1,
                                 .messages = taki_extract_messages,
                                 .message_count = taki_extract_messages_count};
    taki_text_add(taki_extract_sources_messages, taki_extract_sources_messages_count);
    return taki_app_main(&app, argc, argv);
}
