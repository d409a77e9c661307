/* Closed lists of normalisation; our own compilation. Sorted for reading, searched linearly through a hash-free loop:
 * short. */
#include "normalize_lists.h"

#define WORD(text) TAKI_STR_INIT(text)

static const taki_str role_mailboxes[] = {
    WORD("account"),    WORD("accounting"), WORD("accounts"),  WORD("admin"),     WORD("administrator"),
    WORD("billing"),    WORD("career"),     WORD("careers"),   WORD("contact"),   WORD("customer"),
    WORD("desk"),       WORD("dm"),         WORD("eigyo"),     WORD("eigyou"),    WORD("enquiry"),
    WORD("finance"),    WORD("hello"),      WORD("help"),      WORD("hr"),        WORD("info"),
    WORD("inquiry"),    WORD("it"),         WORD("jimu"),      WORD("jimukyoku"), WORD("jinji"),
    WORD("keiri"),      WORD("kouhou"),     WORD("mail"),      WORD("marketing"), WORD("news"),
    WORD("no-reply"),   WORD("noreply"),    WORD("office"),    WORD("order"),     WORD("orders"),
    WORD("postmaster"), WORD("pr"),         WORD("press"),     WORD("recruit"),   WORD("reception"),
    WORD("sales"),      WORD("saiyo"),      WORD("service"),   WORD("shop"),      WORD("soumu"),
    WORD("staff"),      WORD("support"),    WORD("system"),    WORD("team"),      WORD("toiawase"),
    WORD("uketsuke"),   WORD("web"),        WORD("webmaster"),
};

static const taki_str free_domains[] = {
    WORD("aol.com"),         WORD("au.com"),         WORD("biglobe.ne.jp"),  WORD("docomo.ne.jp"),
    WORD("excite.co.jp"),    WORD("ezweb.ne.jp"),    WORD("gmail.com"),      WORD("gmx.com"),
    WORD("gmx.de"),          WORD("goo.jp"),         WORD("googlemail.com"), WORD("hotmail.co.jp"),
    WORD("hotmail.com"),     WORD("i.softbank.jp"),  WORD("icloud.com"),     WORD("infoseek.jp"),
    WORD("jcom.home.ne.jp"), WORD("live.com"),       WORD("live.jp"),        WORD("mac.com"),
    WORD("mail.com"),        WORD("mail.ru"),        WORD("me.com"),         WORD("msn.com"),
    WORD("nifty.com"),       WORD("ocn.ne.jp"),      WORD("outlook.com"),    WORD("outlook.jp"),
    WORD("proton.me"),       WORD("protonmail.com"), WORD("qq.com"),         WORD("rakuten.jp"),
    WORD("so-net.ne.jp"),    WORD("softbank.ne.jp"), WORD("web.de"),         WORD("yahoo.co.jp"),
    WORD("yahoo.com"),       WORD("yahoo.ne.jp"),    WORD("yandex.ru"),      WORD("ymail.ne.jp"),
    WORD("163.com"),         WORD("126.com"),        WORD("naver.com"),      WORD("zoho.com"),
};

/* Behind NFKC and case folding: ㈱ is "(株)" there, full-width Latin is ASCII. Longer forms first. */
static const taki_str legal_forms_anywhere[] = {
    WORD("特定非営利活動法人"),
    WORD("一般社団法人"),
    WORD("一般財団法人"),
    WORD("公益社団法人"),
    WORD("公益財団法人"),
    WORD("独立行政法人"),
    WORD("国立大学法人"),
    WORD("社会福祉法人"),
    WORD("株式会社"),
    WORD("有限会社"),
    WORD("合同会社"),
    WORD("合資会社"),
    WORD("合名会社"),
    WORD("相互会社"),
    WORD("医療法人"),
    WORD("学校法人"),
    WORD("宗教法人"),
    WORD("(一社)"),
    WORD("(一財)"),
    WORD("(公社)"),
    WORD("(公財)"),
    WORD("(株)"),
    WORD("(有)"),
    WORD("(合)"),
    WORD("(資)"),
    WORD("(名)"),
    WORD("(独)"),
    WORD("(社)"),
    WORD("(財)"),
    WORD("(医)"),
    WORD("(学)"),
    WORD("㍿"),
    WORD("カブシキガイシャ"),
    WORD("ユウゲンガイシャ"),
    WORD("ゴウドウガイシャ"),
};

/* Whole words at the end of a Latin name, after punctuation became spaces. */
static const taki_str legal_words_last[] = {
    WORD("incorporated"), WORD("corporation"), WORD("kabushiki kaisha"),
    WORD("company"),      WORD("limited"),     WORD("corp"),
    WORD("inc"),          WORD("ltd"),         WORD("llc"),
    WORD("llp"),          WORD("plc"),         WORD("pty"),
    WORD("pte"),          WORD("gmbh"),        WORD("ag"),
    WORD("sa"),           WORD("sas"),         WORD("sarl"),
    WORD("srl"),          WORD("spa"),         WORD("bv"),
    WORD("nv"),           WORD("ab"),          WORD("oy"),
    WORD("as"),           WORD("kk"),          WORD("k k"),
    WORD("g k"),          WORD("co"),
};

const struct taki_word_list taki_role_mailboxes = {role_mailboxes, TAKI_LEN(role_mailboxes)};
const struct taki_word_list taki_free_domains = {free_domains, TAKI_LEN(free_domains)};
const struct taki_word_list taki_legal_forms_anywhere = {legal_forms_anywhere, TAKI_LEN(legal_forms_anywhere)};
const struct taki_word_list taki_legal_words_last = {legal_words_last, TAKI_LEN(legal_words_last)};

bool taki_word_listed(const struct taki_word_list *list, taki_str word)
{
    for (size_t i = 0; i < list->count; i++) {
        if (taki_str_equal(list->words[i], word))
            return true;
    }
    return false;
}
