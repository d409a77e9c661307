#include "taki/app.h"

static const struct taki_app app = {.name = "taki-transform", .en = "", .ja = ""};

int main(int argc, char **argv)
{
    return taki_app_main(&app, argc, argv);
}
