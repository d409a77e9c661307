#include "messages.h"

#include "taki/status.h"

const struct taki_message taki_transform_messages_identity[] = {
    {": merged in its own system",            ": 元のシステムで統合済み"            },
    {": synced id or conversion",             ": 同期IDまたはリード変換"             },
    {": equal e-mail %.*s",                   ": メールアドレス一致 %.*s"             },
    {": equal phone %.*s and name",           ": 電話番号 %.*s と氏名が一致"         },
    {"  %.*s: merged away in its own system", "  %.*s: 元のシステムで統合され消滅"},
};
const size_t taki_transform_messages_identity_count = TAKI_LEN(taki_transform_messages_identity);
