#include "crawler/survey/digest.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static const char *read_all(FILE *file, EVP_MD_CTX *context, unsigned char *ret, unsigned *ret_size)
{
    unsigned char block[16384];
    size_t size;
    if (context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        return "SHA-256 is not available";
    while ((size = fread(block, 1, sizeof block, file)) > 0) {
        if (EVP_DigestUpdate(context, block, size) != 1)
            return "SHA-256 is not available";
    }
    if (ferror(file))
        return strerror(errno);
    return EVP_DigestFinal_ex(context, ret, ret_size) == 1 ? NULL : "SHA-256 is not available";
}

int digest_file(const char *path, char ret[DIGEST_SIZE], struct error *error)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return error_set(error, "%s: cannot be read: %s", path, strerror(errno));
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const char *problem = read_all(file, context, digest, &size);
    EVP_MD_CTX_free(context);
    fclose(file);
    if (problem != NULL)
        return error_set(error, "%s: cannot be read: %s", path, problem);
    for (unsigned i = 0; i < size; i++)
        snprintf(ret + 2 * (size_t)i, 3, "%02x", digest[i]);
    return 0;
}
