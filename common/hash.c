#include "taki/hash.h"

#include "memory.h"
#include "sha256.h"

#include <openssl/evp.h>
#include <string.h>
#include <xxhash.h>

/* Any number will do, but it must never change: shards and caches of one night are read by the next. */
#define HASH_SEED UINT64_C(0x74616b6974616b69)

struct taki_sha256 {
    EVP_MD_CTX *context;
};

/* SHA-256 has no other way to fail than memory that OpenSSL asks for on its own (most of it at the first use). */
static void must(int ok)
{
    if (ok != 1)
        taki_memory_exhausted("sha256", 0, taki_memory_held());
}

struct taki_sha256 *taki_sha256_open(void)
{
    struct taki_sha256 *sha = taki_memory_take("sha256", sizeof *sha);
    sha->context = EVP_MD_CTX_new();
    if (sha->context == NULL)
        taki_memory_exhausted("sha256", sizeof *sha, taki_memory_held());
    must(EVP_DigestInit_ex(sha->context, EVP_sha256(), NULL));
    return sha;
}

void taki_sha256_add(struct taki_sha256 *sha, taki_str data)
{
    if (data.size > 0)
        must(EVP_DigestUpdate(sha->context, data.data, data.size));
}

static void finish(EVP_MD_CTX *context, char out[TAKI_SHA256_HEX])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    must(EVP_DigestFinal_ex(context, digest, &size));
    for (size_t i = 0; i < size && 2 * i + 2 < TAKI_SHA256_HEX; i++) {
        out[2 * i] = hex[digest[i] >> 4U];
        out[2 * i + 1] = hex[digest[i] & 15U];
    }
    out[TAKI_SHA256_HEX - 1] = '\0';
    EVP_MD_CTX_free(context);
}

void taki_sha256_peek(const struct taki_sha256 *sha, char out[TAKI_SHA256_HEX])
{
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    if (copy == NULL)
        taki_memory_exhausted("sha256", sizeof *sha, taki_memory_held());
    must(EVP_MD_CTX_copy_ex(copy, sha->context));
    finish(copy, out);
}

void taki_sha256_close(struct taki_sha256 *sha, char out[TAKI_SHA256_HEX])
{
    finish(sha->context, out);
    taki_memory_give(sha, sizeof *sha);
}

void taki_sha256(taki_str data, char out[TAKI_SHA256_HEX])
{
    struct taki_sha256 *sha = taki_sha256_open();
    taki_sha256_add(sha, data);
    taki_sha256_close(sha, out);
}

uint64_t taki_hash(taki_str data)
{
    return taki_hash_more(HASH_SEED, data);
}

uint64_t taki_hash_more(uint64_t hash, taki_str data)
{
    return XXH3_64bits_withSeed(data.size > 0 ? data.data : "", data.size, hash);
}
