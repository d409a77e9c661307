/* taki-sim: a simulated Salesforce and Marketo on loopback. See README.md beside this file. */
#include "faults.h"
#include "http.h"
#include "world.h"

#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum option_kind { TEXT, NUMBER, DATE, FLAG };

struct option_row {
    const char *name;
    enum option_kind kind;
    size_t offset;
    const char *help;
};

#define AT(member) offsetof(struct sim_options, member)
static const struct option_row rows[] = {
    {"seed",          NUMBER, AT(seed),          "seed of the invented company (default 1)"                     },
    {"persons",       NUMBER, AT(persons),       "people met from --start to --today (default 300)"             },
    {"start",         DATE,   AT(start),         "first day of the company (default 2024-04-01)"                },
    {"today",         DATE,   AT(today),         "the simulated day (default 2026-09-30); it is the night after"},
    {"data",          TEXT,   AT(data),          "serve the records of a folder instead"                        },
    {"faults",        TEXT,   AT(faults),        "ID[.variant]@vendor:name[#N|#N-M|#N+|%p],..."                 },
    {"log",           TEXT,   AT(log),           "one line a request into this file"                            },
    {"latency-ms",    NUMBER, AT(latency_ms),    "wait before each answer"                                      },
    {"page-size",     NUMBER, AT(page_size),     "records a Salesforce page (default 2000)"                     },
    {"polls",         NUMBER, AT(polls),         "polls until a bulk job is done (default 2)"                   },
    {"gzip",          FLAG,   AT(gzip),          "1 = compress where the client accepts it (default), 0"        },
    {"real-date",     FLAG,   AT(real_date),     "1 = the Date header shows the machine's clock"                },
    {"rotate",        FLAG,   AT(rotate),        "1 = rotate refresh tokens"                                    },
    {"client-id",     TEXT,   AT(client_id),     "accepted client (default demo-client)"                        },
    {"client-secret", TEXT,   AT(client_secret), "accepted secret (default demo-secret)"                        },
    {"refresh-token", TEXT,   AT(refresh_token), "first refresh token (default sim-refresh)"                    },
    {"jwt-key",       TEXT,   AT(jwt_key),       "PEM public key that JWT assertions must be signed for"        },
};

static bool set_option(struct sim_options *options, const struct option_row *row, const char *text)
{
    char *member = (char *)options + row->offset;
    char *end = NULL;
    bool is_date = false;
    if (row->kind == TEXT) {
        memcpy(member, &text, sizeof text);
        return true;
    }
    int64_t number = row->kind == DATE ? 0 : strtoll(text, &end, 10);
    if (row->kind == DATE && (!sim_time_parse(text, &number, &is_date) || !is_date))
        return false;
    if (row->kind != DATE && (end == text || *end || number < 0))
        return false;
    if (row->kind == FLAG) {
        *(bool *)member = number != 0;
    } else {
        memcpy(member, &number, sizeof number);
    }
    return true;
}

static void print_help(void)
{
    puts("taki-sim --port N (0 = pick) [options]: a simulated Salesforce and Marketo on 127.0.0.1");
    for (size_t i = 0; i < SIM_LEN(rows); i++)
        printf("  --%-14s %s\n", rows[i].name, rows[i].help);
}

static bool read_options(struct sim_options *options, int argc, char **argv)
{
    struct option names[SIM_LEN(rows) + 3] = {
        {"port", required_argument, NULL, 'p'},
        {"help", no_argument,       NULL, 'h'}
    };
    for (size_t i = 0; i < SIM_LEN(rows); i++)
        names[i + 2] = (struct option){rows[i].name, required_argument, NULL, 256 + (int)i};
    int c;
    while ((c = getopt_long(argc, argv, "p:h", names, NULL)) != -1) {
        if (c == 'p') {
            options->port = (int)strtol(optarg, NULL, 10);
        } else if (c == 'h') {
            print_help();
            exit(0);
        } else if (c < 256 || !set_option(options, &rows[c - 256], optarg)) {
            fprintf(stderr, "taki-sim: bad option; see --help\n");
            return false;
        }
    }
    return optind == argc && options->port >= 0;
}

static bool open_log(struct sim *sim)
{
    if (!sim->options.log)
        return true;
    sim->log = fopen(sim->options.log, "ae");
    if (!sim->log)
        perror("taki-sim: log");
    return sim->log != NULL;
}

static void wait_for_end(void)
{
    sigset_t signals;
    int caught;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigwait(&signals, &caught);
}

static int run(struct sim *sim)
{
    struct sim_buf message = {0};
    if (!open_log(sim) || !sim_world_open(sim))
        return 1;
    if (!sim_faults_set(sim, sim->options.faults ? sim->options.faults : "", &message)) {
        fprintf(stderr, "taki-sim: %s", message.data);
        sim_buf_free(&message);
        return 2;
    }
    struct sim_server *server = sim_server_open(sim, sim->options.port);
    if (!server)
        return 1;
    printf("listening on 127.0.0.1:%d\n", sim->port);
    fflush(stdout);
    wait_for_end();
    sim_server_close(server);
    return 0;
}

int main(int argc, char **argv)
{
    struct sim sim = {
        .options = {.port = 0,
                    .seed = 1,
                    .persons = 300,
                    .start = sim_day_of(2024, 4, 1),
                    .today = sim_day_of(2026, 9, 30),
                    .client_id = "demo-client",
                    .client_secret = "demo-secret",
                    .refresh_token = "sim-refresh",
                    .page_size = 2000,
                    .polls = 2,
                    .gzip = true}
    };
    if (!read_options(&sim.options, argc, argv))
        return 2;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    sim.stats = sim_stats_open();
    sim.faults = sim_fault_state_open();
    int code = run(&sim);
    if (sim.store)
        sim_world_close(&sim);
    sim_fault_state_close(sim.faults);
    sim_stats_close(sim.stats);
    if (sim.log)
        fclose(sim.log);
    return code;
}
