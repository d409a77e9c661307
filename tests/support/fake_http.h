/**
 * @file fake_http.h
 * A scripted HTTP server on loopback: what a request must say, and the bytes it gets. It follows the script, not any
 * protocol: half bodies, wrong lengths and broken gzip are written as asked.
 */
#ifndef TAKI_TEST_FAKE_HTTP_H
#define TAKI_TEST_FAKE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

/** One row serves one request: the first unused row all of whose words stand in the request (head and body). */
struct taki_fake_row {
    const char *request[4]; /**< parts of the request text; NULL = no more */
    const char *status;     /**< "200 OK" */
    const char *headers;    /**< "Name: value\r\n..." or NULL */
    const char *body;       /**< %BASE% is replaced by the server's URL (text bodies only) */
    size_t size;            /**< of a binary body; 0 = strlen */
    size_t missing;         /**< so many bytes at the end are promised by Content-Length but not sent */
    bool no_length;         /**< the end of the connection ends the body */
    int times;              /**< serves so many requests; 0 = 1 */
};

struct taki_fake;
struct taki_fake *taki_fake_open(const struct taki_fake_row *rows, size_t count);
/** "http://127.0.0.1:port". */
const char *taki_fake_url(const struct taki_fake *fake);
/** Text of the i-th request served, or NULL. */
const char *taki_fake_request(const struct taki_fake *fake, size_t i);
size_t taki_fake_requests(const struct taki_fake *fake);
/** Stops; fails the test if a request fitted no row, or a row was not used up. */
void taki_fake_close(struct taki_fake *fake);

#endif
