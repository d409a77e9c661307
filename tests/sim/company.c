#include "world.h"

struct sim_company *sim_company_open(struct sim *sim)
{
    (void)sim;
    return sim_alloc(1);
}
void sim_company_close(struct sim_company *company)
{
    (void)company;
}
void sim_company_run(struct sim_company *company, int64_t now)
{
    (void)company;
    (void)now;
}
