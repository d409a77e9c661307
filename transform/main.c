#include "verbs.h"

int main(int argc, char **argv)
{
    return taki_transform_main(argc, argv);
}
