#include "taki/text.h"

#include <stdlib.h>
#include <string.h>

/* One catalogue a folder and its parts; filled once at start, before any thread. */
static struct {
    const struct taki_message *messages;
    size_t count;
} catalogues[16];
static size_t catalogue_count;
static bool japanese;

void taki_text_add(const struct taki_message *messages, size_t count)
{
    for (size_t i = 0; i < catalogue_count; i++) {
        if (catalogues[i].messages == messages) /* a test runs a program many times in one process */
            return;
    }
    if (catalogue_count == TAKI_LEN(catalogues))
        taki_bug("too many message catalogues");
    catalogues[catalogue_count].messages = messages;
    catalogues[catalogue_count].count = count;
    catalogue_count++;
}

/* As POSIX orders them; the locale itself is never asked for, because it need not be installed. */
static const char *language_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0')
            return value;
    }
    return "en";
}

void taki_text_language(const char *forced)
{
    const char *language = forced != NULL ? forced : language_of_environment();
    japanese = strncmp(language, "ja", 2) == 0;
}

bool taki_text_is_japanese(void)
{
    return japanese;
}

const char *taki_text(const char *en)
{
    if (!japanese)
        return en;
    for (size_t i = 0; i < catalogue_count; i++) {
        for (size_t k = 0; k < catalogues[i].count; k++) {
            if (strcmp(catalogues[i].messages[k].en, en) == 0)
                return catalogues[i].messages[k].ja;
        }
    }
    return en;
}
