#include "messages.h"

#include "taki/status.h"

const struct taki_message taki_transform_messages[] = {
    {"%s: got '%.*s', want a value of %s, perhaps '%s'",              "%s: '%.*s' は %s の値ではありません。'%s' の誤りですか"},
    {"%s: got '%.*s', want a value of %s",                            "%s: '%.*s' は %s の値ではありません"                          },
    {"%s: got a value, want a mapping under \"source:Object.Field\"",
     "%s: 値ではなく \"source:Object.Field\" ごとの対応表が必要です"                                                           },
};
const size_t taki_transform_messages_count = TAKI_LEN(taki_transform_messages);
