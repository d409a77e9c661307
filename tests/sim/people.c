/* Invented names and firms, about 70 % Japanese, in the spellings that dirty CRM data have. */
#include "company.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct name {
    const char *text, *kana, *half, *latin;
};

static const struct name surnames[] = {
    {"佐藤",    "サトウ",    "ｻﾄｳ",       "sato"     },
    {"鈴木",    "スズキ",    "ｽｽﾞｷ",    "suzuki"   },
    {"髙橋",    "タカハシ", "ﾀｶﾊｼ",    "takahashi"},
    {"高橋",    "タカハシ", "ﾀｶﾊｼ",    "takahashi"},
    {"田中",    "タナカ",    "ﾀﾅｶ",       "tanaka"   },
    {"渡邊",    "ワタナベ", "ﾜﾀﾅﾍﾞ", "watanabe" },
    {"渡辺",    "ワタナベ", "ﾜﾀﾅﾍﾞ", "watanabe" },
    {"伊藤",    "イトウ",    "ｲﾄｳ",       "ito"      },
    {"山本",    "ヤマモト", "ﾔﾏﾓﾄ",    "yamamoto" },
    {"中村",    "ナカムラ", "ﾅｶﾑﾗ",    "nakamura" },
    {"小林",    "コバヤシ", "ｺﾊﾞﾔｼ", "kobayashi"},
    {"斎藤",    "サイトウ", "ｻｲﾄｳ",    "saito"    },
    {"齋藤",    "サイトウ", "ｻｲﾄｳ",    "saito"    },
    {"山﨑",    "ヤマザキ", "ﾔﾏｻﾞｷ", "yamazaki" },
    {"森",       "モリ",       "ﾓﾘ",          "mori"     },
    {"池田",    "イケダ",    "ｲｹﾀﾞ",    "ikeda"    },
    {"橋本",    "ハシモト", "ﾊｼﾓﾄ",    "hashimoto"},
    {"清水",    "シミズ",    "ｼﾐｽﾞ",    "shimizu"  },
    {"阿部",    "アベ",       "ｱﾍﾞ",       "abe"      },
    {"長谷川", "ハセガワ", "ﾊｾｶﾞﾜ", "hasegawa" },
};
static const struct name givens[] = {
    {"太郎",    "タロウ",    "ﾀﾛｳ",       "taro"   },
    {"花子",    "ハナコ",    "ﾊﾅｺ",       "hanako" },
    {"健一",    "ケンイチ", "ｹﾝｲﾁ",    "kenichi"},
    {"美咲",    "ミサキ",    "ﾐｻｷ",       "misaki" },
    {"翔太",    "ショウタ", "ｼｮｳﾀ",    "shota"  },
    {"結衣",    "ユイ",       "ﾕｲ",          "yui"    },
    {"大輔",    "ダイスケ", "ﾀﾞｲｽｹ", "daisuke"},
    {"葵",       "アオイ",    "ｱｵｲ",       "aoi"    },
    {"直樹",    "ナオキ",    "ﾅｵｷ",       "naoki"  },
    {"陽子",    "ヨウコ",    "ﾖｳｺ",       "yoko"   },
    {"拓也",    "タクヤ",    "ﾀｸﾔ",       "takuya" },
    {"さくら", "サクラ",    "ｻｸﾗ",       "sakura" },
};
static const char *const last_names[] = {"Smith", "O'Brien",  "Müller", "García",   "Nguyen",
                                         "Kim",   "Rossi",    "Dubois", "Svensson", "Patel",
                                         "Novák", "de Vries", "Silva",  "Chen",     "Haddad"};
static const char *const first_names[] = {"Alex", "Maria", "José", "Anna", "Wei",
                                          "Lars", "Priya", "Zoë",  "Omar", "Julia"};
static const char *const stems[] = {"あおぞら", "ひかり", "みどり", "さくら",     "富士見",   "若葉",
                                    "青葉",     "大和",   "朝日丘", "緑川",       "白鳥",     "千歳",
                                    "松風",     "旭",     "常盤",   "曙",         "桐生",     "高砂",
                                    "敷島",     "テクノ", "ヒカリ", "サンライズ", "オリオン", "アクア"};
static const char *const kinds[] = {"製作所", "電機", "商事",     "工業", "物流",
                                    "化学",   "建設", "システム", "食品", "精機"};
static const char *const industries[] = {"製造業", "電気機器", "卸売業",     "製造業", "運輸業",
                                         "化学",   "建設業",   "情報通信業", "食料品", "精密機器"};
static const char *const world_stems[] = {"Northwind Valley", "Blue Harbor", "Silverline", "Redwood",   "Ironbridge",
                                          "Clearwater",       "Summit",      "Lakeside",   "Evergreen", "Bright Path"};
static const char *const world_kinds[] = {"Industries", "Systems", "Logistics", "Foods", "Chemicals"};
static const char *const world_forms[] = {"Inc.", "LLC", "GmbH", "Ltd", "S.A.", "B.V."};
static const char *const prefectures[] = {"東京都", "大阪府", "愛知県",   "福岡県", "北海道",
                                          "宮城県", "広島県", "神奈川県", "京都府", "静岡県"};
static const char *const countries[] = {"United States", "Germany", "France", "United Kingdom", "Singapore", "Brazil"};
static const char *const titles[] = {"代表取締役社長", "取締役", "部長", "課長", "係長", "主任", "担当", NULL};
static const char *const departments[] = {"情報システム部", "製造部",     "経営企画室", "購買部",
                                          "営業部",         "品質保証部", NULL};
static const char *const world_titles[] = {"CEO", "VP Operations", "Director of IT", "Manager", "Engineer", NULL};
static const char *const world_departments[] = {"IT", "Operations", "Purchasing", "Finance", NULL};

#define PICK(rng, list) ((list)[sim_rng_below((rng), (uint32_t)SIM_LEN(list))])

static void make_firm(struct firm *firm, struct sim_rng *rng, uint32_t number)
{
    firm->is_japanese = sim_rng_percent(rng, 70);
    firm->employees = sim_rng_between(rng, 1, 9) * (sim_rng_percent(rng, 30) ? 400 : 35);
    if (firm->is_japanese) {
        uint32_t kind = sim_rng_below(rng, SIM_LEN(kinds));
        firm->industry = industries[kind];
        firm->prefecture = PICK(rng, prefectures);
        firm->country = "日本";
        uint32_t stem = number % SIM_LEN(stems), round = number / SIM_LEN(stems);
        firm->name = round ? sim_format("%s%s第%u", stems[stem], kinds[kind], round)
                           : sim_format("%s%s", stems[stem], kinds[kind]);
        firm->domain = sim_format("kaisha-%u.example", number + 1);
        return;
    }
    firm->industry = "Manufacturing";
    firm->country = PICK(rng, countries);
    firm->name =
        sim_format("%s %s %u %s", PICK(rng, world_stems), PICK(rng, world_kinds), number + 1, PICK(rng, world_forms));
    firm->domain = sim_format("company-%u.example", number + 1);
}

void company_make_firms(struct sim_company *company)
{
    company->n_firms = (uint32_t)(company->sim->options.persons / 3 + 5);
    company->firms = sim_alloc(company->n_firms * sizeof *company->firms);
    for (uint32_t i = 0; i < company->n_firms; i++) {
        struct sim_rng rng = sim_rng_of(company->sim->options.seed, 1000000007u + i);
        make_firm(&company->firms[i], &rng, i);
    }
}

void company_make_person(struct sim_company *company, uint32_t who)
{
    struct person *person = &company->persons[who];
    struct sim_rng *rng = &person->rng;
    *rng = sim_rng_of(company->sim->options.seed, 10 + (uint64_t)who);
    person->firm = sim_rng_below(rng, company->n_firms);
    struct firm *firm = &company->firms[person->firm];
    person->previous = firm->last_person;
    firm->last_person = who + 1;
    person->is_japanese = firm->is_japanese;
    const char *products[] = {"基幹", "クラウド", "保守"};
    person->product = products[sim_rng_below(rng, 3)];
    if (firm->is_japanese) {
        const struct name *last = &PICK(rng, surnames), *first = &PICK(rng, givens);
        person->last = sim_dup(last->text);
        person->first = sim_dup(first->text);
        bool is_half = sim_rng_percent(rng, 20);
        person->kana = sim_format("%s %s", is_half ? last->half : last->kana, is_half ? first->half : first->kana);
        person->email = sim_format("%s.%s%u@%s", first->latin, last->latin, who + 1, firm->domain);
        person->title = PICK(rng, titles);
        person->department = PICK(rng, departments);
    } else {
        person->last = sim_dup(PICK(rng, last_names));
        person->first = sim_dup(PICK(rng, first_names));
        person->email = sim_format("user%u@%s", who + 1, firm->domain);
        person->title = PICK(rng, world_titles);
        person->department = PICK(rng, world_departments);
    }
    if (sim_rng_percent(rng, 3)) {
        free(person->email);
        person->email = sim_format("info@%s", firm->domain);
    }
    if (sim_rng_percent(rng, 75))
        person->phone = sim_format("03-0%03u-%04u", who / 10000 % 1000, who % 10000);
}

char *company_firm_variant(const struct firm *firm, struct sim_rng *rng)
{
    static const char *const forms[] = {"株式会社%s", "%s株式会社", "(株)%s", "㈱%s",
                                        "（株）%s",   "%s㈱",       "%s",     "株式会社　%s"};
    const char *form = forms[sim_rng_below(rng, SIM_LEN(forms))];
    if (!firm->is_japanese) {
        char *name = sim_dup(firm->name);
        if (sim_rng_percent(rng, 25)) {
            for (char *c = name; *c; c++)
                *c = (char)toupper((unsigned char)*c);
        }
        return name;
    }
    const char *hole = strstr(form, "%s");
    return sim_format("%.*s%s%s", (int)(hole - form), form, firm->name, hole + 2);
}

char *company_email_variant(const struct person *person, struct sim_rng *rng)
{
    char *email = sim_dup(person->email);
    if (sim_rng_percent(rng, 20)) {
        for (char *c = email; *c && *c != '@'; c++)
            *c = (char)toupper((unsigned char)*c);
    }
    if (sim_rng_percent(rng, 6)) {
        char *padded = sim_format("　%s ", email);
        free(email);
        return padded;
    }
    return email;
}

/** 0-9 and '-' as full-width characters. */
static char *full_width(const char *text)
{
    struct sim_buf out = {0};
    sim_buf_add(&out, "", 0);
    for (; *text; text++) {
        if (isdigit((unsigned char)*text)) {
            char wide[3] = {(char)0xEF, (char)0xBC, (char)(0x90 + (*text - '0'))};
            sim_buf_add(&out, wide, 3);
        } else {
            sim_buf_text(&out, "－");
        }
    }
    return out.data;
}

char *company_phone_variant(const struct person *person, struct sim_rng *rng)
{
    if (!person->phone)
        return NULL;
    switch (sim_rng_below(rng, 5)) {
    case 0:
        return sim_format("+81-%s", person->phone + 1);
    case 1:
        return sim_format("(03)%s", person->phone + 3);
    case 2:
        return full_width(person->phone);
    default:
        return sim_dup(person->phone);
    }
}
