#include "salesforce.h"
#include "url.h"

#include "taki/file.h"
#include "taki/log.h"

#include <inttypes.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

/* instance_url must lie in the vendor's own domains (design.md 6). */
static const char *const vendor_domains[] = {"salesforce.com", "force.com", "salesforce.mil", "cloudforce.com",
                                             "sfcrmproducts.cn"};

#define JWT_LIFE_S 180
#define TOKEN_CEILING ((size_t)64 << 10)
#define SIGNATURE_BYTES 1024

static void add_base64url(struct taki_buf *out, taki_str data)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < data.size; i += 3) {
        size_t left = data.size - i;
        const unsigned char *in = (const unsigned char *)data.data + i;
        unsigned bits = (unsigned)in[0] << 16 | (left > 1 ? (unsigned)in[1] << 8 : 0) | (left > 2 ? in[2] : 0U);
        for (unsigned digit = 0; digit < (left > 2 ? 4U : left + 1U); digit++)
            taki_buf_add_char(out, alphabet[(bits >> (18 - 6 * digit)) & 63]);
    }
}

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_digest(EVP_MD_CTX **digest)
{
    EVP_MD_CTX_free(*digest);
}

static EVP_PKEY *read_key(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    (void)BIO_free(bio);
    return key;
}

static enum taki_status sign(const char *pem, taki_str text, struct taki_buf *out, struct taki_error *err)
{
    TAKI_AUTO(free_key) EVP_PKEY *key = read_key(pem);
    if (key == NULL) {
        (void)taki_fail(err, TAKI_USAGE, "private_key is not a PEM private key");
        return taki_hint(err, "give the text of an unencrypted RSA key, e.g. ${file:key.pem}");
    }
    TAKI_AUTO(free_digest) EVP_MD_CTX *digest = EVP_MD_CTX_new();
    unsigned char signature[SIGNATURE_BYTES];
    size_t size = sizeof signature;
    bool ok = digest != NULL && EVP_DigestSignInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(digest, signature, &size, (const unsigned char *)text.data, text.size) == 1;
    if (!ok)
        return taki_fail(err, TAKI_USAGE, "private_key cannot sign (RS256)");
    add_base64url(out, (taki_str){(const char *)signature, size});
    return TAKI_OK;
}

enum taki_status taki_salesforce_jwt(struct taki_arena *arena, const char *const claims[3], int64_t now_s,
                                     const char *pem, const char **jwt, struct taki_error *err)
{
    TAKI_AUTO(taki_buf_reset) struct taki_buf claim, out;
    taki_buf_init(&claim, TOKEN_CEILING);
    taki_buf_init(&out, TOKEN_CEILING);
    static const char *const names[] = {"iss", "sub", "aud"};
    struct taki_json_writer json = {.buf = &claim};
    taki_json_open(&json, '{');
    for (size_t i = 0; i < TAKI_LEN(names); i++) {
        taki_json_name(&json, names[i]);
        taki_json_cstr(&json, claims[i]);
    }
    taki_json_name(&json, "exp");
    taki_json_i64(&json, now_s + JWT_LIFE_S);
    taki_json_close(&json, '}');
    add_base64url(&out, TAKI_STR("{\"alg\":\"RS256\"}"));
    taki_buf_add_char(&out, '.');
    add_base64url(&out, taki_buf_view(&claim));
    TAKI_TRY(taki_buf_check(&out, "JWT", err));
    taki_str head = taki_str_dup(arena, taki_buf_view(&out));
    taki_buf_add_char(&out, '.');
    TAKI_TRY(sign(pem, head, &out, err));
    *jwt = taki_arena_copy(arena, out.data, out.size);
    return TAKI_OK;
}

static void add_form(struct taki_buf *form, const char *name, taki_str value)
{
    taki_buf_format(form, "%s%s=", form->size > 0 ? "&" : "", name);
    taki_url_add_encoded(form, value);
}

static enum taki_status need(const struct taki_session *session, const char *name, taki_str *value,
                             struct taki_error *err)
{
    *value = taki_session_option(session, name);
    if (!taki_str_is_blank(*value))
        return TAKI_OK;
    (void)taki_fail(err, TAKI_USAGE, "source '%s' lacks '%s'", session->name, name);
    return taki_hint(err, "its auth needs it; give it as ${env:NAME} or ${file:PATH}");
}

static enum taki_status form_credentials(struct taki_session *session, struct taki_buf *form, struct taki_error *err)
{
    taki_str id, secret;
    TAKI_TRY(need(session, "client_id", &id, err));
    TAKI_TRY(need(session, "client_secret", &secret, err));
    add_form(form, "grant_type", TAKI_STR("client_credentials"));
    add_form(form, "client_id", id);
    add_form(form, "client_secret", secret);
    return TAKI_OK;
}

static enum taki_status form_jwt(struct taki_session *session, struct taki_buf *form, struct taki_error *err)
{
    taki_str id, user, key, audience;
    const char *jwt = NULL;
    TAKI_TRY(need(session, "client_id", &id, err));
    TAKI_TRY(need(session, "username", &user, err));
    TAKI_TRY(need(session, "private_key", &key, err));
    TAKI_TRY(need(session, "audience", &audience, err));
    struct taki_arena *arena = session->arena;
    const char *const claims[3] = {taki_str_dup(arena, id).data, taki_str_dup(arena, user).data,
                                   taki_str_dup(arena, audience).data};
    int64_t now_s = taki_engine_server_time(session->engine).us / TAKI_US_PER_SECOND;
    TAKI_TRY(taki_salesforce_jwt(arena, claims, now_s, taki_str_dup(arena, key).data, &jwt, err));
    add_form(form, "grant_type", TAKI_STR("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    add_form(form, "assertion", taki_str_of(jwt));
    return TAKI_OK;
}

static const char *secret_path(struct taki_session *session)
{
    return taki_run_path(session->run, "secrets/%s", session->name);
}

/* The newest wins: a rotated token that was written down, else the configured first one. A first token that the
 * operator has changed since is newer still; the file names the one it came from by its hash. */
static enum taki_status current_refresh_token(struct taki_session *session, taki_str *token, struct taki_error *err)
{
    taki_str first;
    char hash[TAKI_SHA256_HEX];
    struct taki_buf text;
    TAKI_TRY(need(session, "refresh_token", &first, err));
    *token = first;
    taki_sha256(first, hash);
    taki_buf_init(&text, TOKEN_CEILING);
    const char *path = secret_path(session);
    if (taki_file_exists(path)) {
        enum taki_status status = taki_file_read(path, &text, err);
        if (status != TAKI_OK) {
            taki_buf_reset(&text);
            return status;
        }
        taki_str rest, from = taki_str_cut(taki_buf_view(&text), '\n', &rest);
        taki_str kept = taki_str_trim(rest);
        if (taki_str_is(from, hash) && kept.size > 0)
            *token = taki_str_dup(session->arena, kept);
    }
    taki_buf_reset(&text);
    return TAKI_OK;
}

static enum taki_status form_refresh(struct taki_session *session, struct taki_buf *form, struct taki_error *err)
{
    taki_str id, secret = taki_session_option(session, "client_secret"), token;
    TAKI_TRY(need(session, "client_id", &id, err));
    TAKI_TRY(current_refresh_token(session, &token, err));
    taki_log_secret(taki_str_dup(session->arena, token).data);
    add_form(form, "grant_type", TAKI_STR("refresh_token"));
    add_form(form, "client_id", id);
    if (!taki_str_is_blank(secret))
        add_form(form, "client_secret", secret);
    add_form(form, "refresh_token", token);
    return TAKI_OK;
}

static const struct {
    const char *auth;
    enum taki_status (*form)(struct taki_session *session, struct taki_buf *form, struct taki_error *err);
} flows[] = {
    {"client_credentials", form_credentials},
    {"jwt",                form_jwt        },
    {"refresh_token",      form_refresh    },
};

static taki_str member(const struct taki_reply *reply, const char *name)
{
    if (reply->json.count == 0 || reply->json.nodes[0].type != TAKI_JSON_OBJECT)
        return TAKI_STR_NULL;
    const struct taki_json_node *node = taki_json_find(&reply->json, &reply->json.nodes[0], name);
    return node == NULL ? TAKI_STR_NULL : taki_json_text(reply->arena, node);
}

/* The old refresh token is dead from now on: the new one is on disk before the access token is used. */
static enum taki_status keep_rotated(struct taki_session *session, const struct taki_reply *reply,
                                     struct taki_error *err)
{
    taki_str token = member(reply, "refresh_token"), first = taki_session_option(session, "refresh_token");
    char hash[TAKI_SHA256_HEX];
    if (taki_str_is_blank(token) || taki_str_is_blank(first))
        return TAKI_OK;
    taki_sha256(first, hash);
    taki_log_secret(taki_str_dup(session->arena, token).data);
    const char *text = taki_arena_format(session->arena, "%s\n%.*s\n", hash, TAKI_STR_ARG(token));
    TAKI_TRY(taki_file_make_folder(taki_run_path(session->run, "secrets"), err));
    return taki_file_put(secret_path(session), taki_str_of(text), true, err);
}

static enum taki_status take_token(struct taki_session *session, const struct taki_reply *reply, struct taki_error *err)
{
    taki_str token = member(reply, "access_token"), instance = member(reply, "instance_url");
    if (taki_str_is_blank(token) || taki_str_is_blank(instance))
        return taki_fail(err, TAKI_AUTH, "log in of '%s' gave no access_token or no instance_url", session->name);
    TAKI_TRY(keep_rotated(session, reply, err));
    const char *url = taki_str_dup(session->arena, instance).data;
    TAKI_TRY(taki_engine_allow(session->engine, url, vendor_domains, TAKI_LEN(vendor_domains), err));
    taki_str base = taki_session_option(session, "base_url");
    if (!taki_str_is_blank(base)) {
        url = taki_str_dup(session->arena, base).data;
        taki_engine_trust(session->engine, url);
    }
    taki_engine_rebase(session->engine, url);
    const char *header = taki_arena_format(session->arena, "Authorization: Bearer %.*s", TAKI_STR_ARG(token));
    taki_engine_authorize(session->engine, &header, 1, 0);
    return TAKI_OK;
}

static enum taki_status make_form(struct taki_session *session, struct taki_buf *form, struct taki_error *err)
{
    taki_str auth = taki_session_option(session, "auth");
    for (size_t i = 0; i < TAKI_LEN(flows); i++) {
        if (taki_str_is(auth, flows[i].auth))
            return flows[i].form(session, form, err);
    }
    return taki_fail(err, TAKI_USAGE, "source '%s' has the unknown auth '%.*s'", session->name, TAKI_STR_ARG(auth));
}

enum taki_status taki_salesforce_login(void *context, struct taki_error *err)
{
    struct taki_session *session = context;
    TAKI_AUTO(taki_buf_reset) struct taki_buf form;
    taki_buf_init(&form, TOKEN_CEILING);
    TAKI_TRY(make_form(session, &form, err));
    taki_str login_url = taki_session_option(session, "login_url");
    while (login_url.size > 0 && login_url.data[login_url.size - 1] == '/')
        login_url.size--;
    struct taki_request request = {
        .method = "POST",
        .url = taki_arena_format(session->arena, "%.*s/services/oauth2/token", TAKI_STR_ARG(login_url)),
        .content_type = "application/x-www-form-urlencoded",
        .body = taki_buf_view(&form),
        .expect = TAKI_EXPECT_JSON,
        .no_auth = true};
    struct taki_reply reply;
    taki_reply_init(&reply);
    enum taki_status status = taki_engine_call(session->engine, &request, &reply, err);
    if (status == TAKI_OK)
        status = take_token(session, &reply, err);
    taki_reply_reset(&reply);
    if (status != TAKI_OK)
        return taki_while(err, status, "log in of '%s'", session->name);
    return TAKI_OK;
}
