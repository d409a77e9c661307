#include "messages.h"

const struct taki_message taki_common_charset_messages[] = {
    {"no byte order mark at byte 0, and '%s' does not name a byte order",
     "先頭にバイト順マークがなく、'%s' だけではバイト順が決まりません"                                                       },
    {"the byte order mark at byte 0 says '%s', expected '%s'",                   "先頭のバイト順マークは '%s' ですが、'%s' のはずです"},
    {"charset '%.*s' is none that taki reads",                                   "文字コード '%.*s' は読めません"                              },
    {"set 'encoding' to utf-8, cp932, euc-jp, utf-16, utf-16le or utf-16be",
     "'encoding' に utf-8、cp932、euc-jp、utf-16、utf-16le、utf-16be のどれかを指定してください"                                       },
    {"no converter for '%s' on this machine",                                    "この計算機に '%s' の変換器がありません"                 },
    {"install the gconv modules of the C library (Debian: libc6)",
     "Cライブラリのgconvモジュールを入れてください(Debian: libc6)"                                                                     },
    {"no memory for a decoder",                                                  "文字コード変換のメモリが足りません"                    },
    {"byte %zu (0x%02X) does not fit '%s'",                                      "%zu バイト目 (0x%02X) は '%s' として読めません"            },
    {"the text ends inside the '%s' character that begins at byte %zu (0x%02X)",
     "'%s' の文字の途中でテキストが終わっています(%zu バイト目 0x%02X から)"                                                     },
};
const size_t taki_common_charset_message_count = TAKI_LEN(taki_common_charset_messages);
