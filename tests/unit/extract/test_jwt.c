/* The JWT of Salesforce's bearer flow, checked by OpenSSL's own verifier (reference apis.md 1.1; RFC 7515). */
#include "sources/salesforce.h"
#include "taki_test.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

static size_t decode(const char *text, size_t size, unsigned char *out)
{
    char padded[8192];
    size_t n = 0;
    for (; n < size; n++) {
        char c = text[n];
        padded[n] = (char)(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    while (n % 4 != 0)
        padded[n++] = '=';
    int got = EVP_DecodeBlock(out, (const unsigned char *)padded, (int)n);
    assert_true(got >= 0);
    return (size_t)got - (n - size);
}

static void claims_are_signed_and_live_three_minutes(void **state)
{
    static const char *const claims[3] = {"consumer-key", "etl@example.com", "https://login.salesforce.com"};
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    EVP_PKEY *key = EVP_RSA_gen(2048);
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
    char *data = NULL;
    size_t size = (size_t)BIO_get_mem_data(bio, &data);
    const char *pem = taki_arena_copy(arena, data, size), *jwt = NULL;
    struct taki_error err = {0};
    taki_expect_status("jwt", taki_salesforce_jwt(arena, claims, 1795305600, pem, &jwt, &err), TAKI_OK, &err);
    const char *first = strchr(jwt, '.'), *second = strrchr(jwt, '.');
    assert_true(first != NULL && second != first);
    unsigned char bytes[8192] = {0};
    size_t length = decode(jwt, (size_t)(first - jwt), bytes);
    taki_expect_str("header", (taki_str){(char *)bytes, length}, "{\"alg\":\"RS256\"}");
    length = decode(first + 1, (size_t)(second - first - 1), bytes);
    taki_expect_str("claims", (taki_str){(char *)bytes, length},
                    "{\"iss\":\"consumer-key\",\"sub\":\"etl@example.com\",\"aud\":\"https://login.salesforce.com\","
                    "\"exp\":1795305780}");
    length = decode(second + 1, strlen(second + 1), bytes);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key), 1);
    assert_int_equal(EVP_DigestVerify(digest, bytes, length, (const unsigned char *)jwt, (size_t)(second - jwt)), 1);
    EVP_MD_CTX_free(digest);
    BIO_free(bio);
    EVP_PKEY_free(key);
    taki_arena_close(arena);
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const claims[3] = {"a", "b", "c"};
    (void)state;
    struct taki_arena *arena = taki_arena_open("test", 0);
    struct taki_error err = {0};
    const char *jwt = NULL;
    taki_expect_status("jwt", taki_salesforce_jwt(arena, claims, 0, "no key", &jwt, &err), TAKI_USAGE, &err);
    taki_arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_signed_and_live_three_minutes),
        cmocka_unit_test(what_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
