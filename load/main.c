#include "app.h"

int main(int argc, char **argv)
{
    return taki_load_main(argc, argv);
}
