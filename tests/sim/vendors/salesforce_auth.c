/* OAuth: client credentials, JWT bearer (RS256), refresh token with rotation. */
#include "vendors/salesforce.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static void refuse(struct sim_response *response, int status, const char *error, const char *description)
{
    sim_reply(response, status, "application/json;charset=UTF-8");
    sim_buf_format(&response->body, "{\"error\":\"%s\",\"error_description\":\"%s\"}", error, description);
}

static void grant(struct sim_request *request, struct sim_response *response, bool with_refresh)
{
    struct salesforce *org = request->state;
    struct sim *sim = request->sim;
    org->logins++;
    char *token = sim_format("00D000000000SIM!AQ%08" PRIu64 "%016" PRIx64, org->logins,
                             sim_rng_of(sim->options.seed, org->logins).state);
    free(org->tokens[org->n_tokens % SIM_LEN(org->tokens)]);
    org->tokens[org->n_tokens++ % SIM_LEN(org->tokens)] = token;
    const char *instance = sim_base_url(request);
    if (request->wants & SIM_WANT_FOREIGN_URL)
        instance = sim_keep(request, sim_format("http://127.0.0.2:%d", sim->port));
    sim_reply(response, 200, "application/json;charset=UTF-8");
    sim_buf_format(&response->body,
                   "{\"access_token\":\"%s\",\"signature\":\"c2ltdWxhdGVk\",\"scope\":\"api\",\"instance_url\":\"%s\","
                   "\"id\":\"%s/id/00D000000000SIMAA1/005000000000001AAA\",\"token_type\":\"Bearer\","
                   "\"issued_at\":\"%" PRId64 "000\"",
                   token, instance, instance, sim->now);
    if (with_refresh && sim->options.rotate) {
        free(org->refresh_token);
        org->refresh_token = sim_format("5Aep%08" PRIu64 "rotated", org->logins);
        sim_buf_format(&response->body, ",\"refresh_token\":\"%s\"", org->refresh_token);
    }
    sim_buf_text(&response->body, "}");
}

/** Client id and secret from the body or HTTP Basic. */
static bool client_is_known(struct sim_request *request)
{
    const struct sim_options *options = &request->sim->options;
    const char *id = sim_param(request, "client_id"), *secret = sim_param(request, "client_secret");
    const char *basic = sim_header(request, "Authorization");
    struct sim_buf pair = {0};
    if (basic && strncasecmp(basic, "Basic ", 6) == 0 && sim_base64_decode(basic + 6, &pair) && pair.size) {
        char *colon = strchr(pair.data, ':');
        if (colon) {
            *colon = '\0';
            id = pair.data;
            secret = colon + 1;
        }
    }
    bool known = id && secret && !strcmp(id, options->client_id) && !strcmp(secret, options->client_secret);
    sim_buf_free(&pair);
    return known;
}

static bool signature_holds(const char *key_path, const char *text, size_t size, const struct sim_buf *signature)
{
    FILE *file = fopen(key_path, "rb");
    EVP_PKEY *key = file ? PEM_read_PUBKEY(file, NULL, NULL, NULL) : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool holds = key && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                 EVP_DigestVerify(context, (const unsigned char *)signature->data, signature->size,
                                  (const unsigned char *)text, size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    if (file)
        fclose(file);
    return holds;
}

static bool text_is(const cJSON *object, const char *name, const char *want)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text && strcmp(text, want) == 0;
}

/** The clock may be the simulated or the machine's: a client on this machine knows only the latter. */
static bool expiry_fits(const struct sim *sim, const cJSON *claims)
{
    double exp = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(claims, "exp"));
    double clocks[] = {(double)sim->now, (double)time(NULL)};
    for (size_t i = 0; i < SIM_LEN(clocks); i++) {
        if (exp > clocks[i] && exp <= clocks[i] + 600)
            return true;
    }
    return false;
}

static const char *judge_claims(struct sim_request *request, const cJSON *claims)
{
    if (!text_is(claims, "iss", request->sim->options.client_id))
        return "invalid_client_id";
    if (!text_is(claims, "aud", "https://login.salesforce.com") &&
        !text_is(claims, "aud", "https://test.salesforce.com") && !text_is(claims, "aud", sim_base_url(request)))
        return "audience is invalid";
    if (!cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(claims, "sub")))
        return "user hasn't approved this consumer";
    return expiry_fits(request->sim, claims) ? NULL : "expired assertion";
}

static void login_jwt(struct sim_request *request, struct sim_response *response)
{
    const char *assertion = sim_param(request, "assertion");
    const char *key = request->sim->options.jwt_key;
    char *text = sim_keep(request, sim_dup(assertion ? assertion : ""));
    char *first = strchr(text, '.'), *second = first ? strchr(first + 1, '.') : NULL;
    struct sim_buf claims = {0}, signature = {0};
    const char *problem = "invalid assertion";
    if (second) {
        *second = '\0';
        bool decoded = sim_base64_decode(first + 1, &claims) && sim_base64_decode(second + 1, &signature);
        cJSON *json = decoded && claims.data ? cJSON_Parse(claims.data) : NULL;
        if (json && key && !signature_holds(key, text, (size_t)(second - text), &signature)) {
            problem = "invalid signature";
        } else if (json) {
            problem = judge_claims(request, json);
        }
        cJSON_Delete(json);
    }
    sim_buf_free(&claims);
    sim_buf_free(&signature);
    if (problem) {
        refuse(response, 400, "invalid_grant", problem);
    } else {
        grant(request, response, false);
    }
}

static void login_refresh(struct sim_request *request, struct sim_response *response)
{
    struct salesforce *org = request->state;
    const char *token = sim_param(request, "refresh_token");
    if (!token || strcmp(token, org->refresh_token) != 0) {
        refuse(response, 400, "invalid_grant", "expired access/refresh token");
    } else {
        grant(request, response, true);
    }
}

void sf_login(struct sim_request *request, struct sim_response *response)
{
    struct salesforce *org = request->state;
    const char *type = sim_param(request, "grant_type");
    bool is_jwt = type && strcmp(type, "urn:ietf:params:oauth:grant-type:jwt-bearer") == 0;
    if (!type || !request->body.size) {
        refuse(response, 400, "invalid_request", "grant type missing");
    } else if (org->refuse_logins) {
        refuse(response, 400, "invalid_grant", "authentication failure");
    } else if (is_jwt) {
        login_jwt(request, response);
    } else if (!client_is_known(request)) {
        refuse(response, 400, "invalid_client", "invalid client credentials");
    } else if (strcmp(type, "client_credentials") == 0) {
        grant(request, response, false);
    } else if (strcmp(type, "refresh_token") == 0) {
        login_refresh(request, response);
    } else {
        refuse(response, 400, "unsupported_grant_type", "grant type not supported");
    }
}

bool sf_authorize(struct sim_request *request, struct sim_response *response)
{
    struct salesforce *org = request->state;
    const char *header = sim_header(request, "Authorization");
    if (header && strncasecmp(header, "Bearer ", 7) == 0) {
        for (size_t i = 0; i < SIM_LEN(org->tokens); i++) {
            if (org->tokens[i] && strcmp(org->tokens[i], header + 7) == 0)
                return true;
        }
    }
    sf_error(response, 401, "INVALID_SESSION_ID", "Session expired or invalid");
    return false;
}

void sf_expire(struct sim_request *request, struct sim_response *response, const char *variant)
{
    struct salesforce *org = request->state;
    for (size_t i = 0; i < SIM_LEN(org->tokens); i++) {
        free(org->tokens[i]);
        org->tokens[i] = NULL;
    }
    org->refuse_logins = strcmp(variant, "norenew") == 0;
    if (strcmp(variant, "v1") == 0) {
        sf_error(response, 400, "InvalidSessionId", "Invalid session id");
    } else {
        sf_error(response, 401, "INVALID_SESSION_ID", "Session expired or invalid");
    }
}
