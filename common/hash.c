/*
 * SHA-256 by OpenSSL's plain functions, deprecated since 3.0: at their first use those of EVP read openssl.cnf, load
 * providers with hundreds of allocations, and crash inside OpenSSL 3.0 when one of these fails. The plain ones allocate
 * nothing, can't fail, and use the same vector code.
 */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "taki/hash.h"

#include "memory.h"
#include "sha256.h"

#include <openssl/sha.h>
#include <string.h>
#include <xxhash.h>

/* Any number will do, but it must never change: shards and caches of one night are read by the next. */
#define HASH_SEED UINT64_C(0x74616b6974616b69)

struct taki_sha256 {
    SHA256_CTX context;
};

struct taki_sha256 *taki_sha256_open(void)
{
    struct taki_sha256 *sha = taki_memory_take("sha256", sizeof *sha);
    (void)SHA256_Init(&sha->context);
    return sha;
}

void taki_sha256_add(struct taki_sha256 *sha, taki_str data)
{
    if (data.size > 0)
        (void)SHA256_Update(&sha->context, data.data, data.size);
}

void taki_sha256_peek(const struct taki_sha256 *sha, char out[TAKI_SHA256_HEX])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256_CTX copy = sha->context;
    (void)SHA256_Final(digest, &copy);
    for (size_t i = 0; i < sizeof digest; i++) {
        out[2 * i] = hex[digest[i] >> 4U];
        out[2 * i + 1] = hex[digest[i] & 15U];
    }
    out[TAKI_SHA256_HEX - 1] = '\0';
}

void taki_sha256_close(struct taki_sha256 *sha, char out[TAKI_SHA256_HEX])
{
    taki_sha256_peek(sha, out);
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
