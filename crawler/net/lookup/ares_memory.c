#include "crawler/net/lookup/ares_memory.h"

#include <ares.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The address sanitizer sees more in malloc()'s memory.  gcc defines the one, clang
 * has the other. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif

#if defined(WATCHED)

int ares_memory_init(void)
{
    return ares_library_init(ARES_LIB_INIT_ALL);
}

#else

enum {
    LEAST_SIZE = 32, /* of the smallest class; each further one is twice as large */
    CLASSES = 7,     /* to 2048 octets; larger pieces are malloc()'s */
    SLAB_SIZE = 1 << 16,
};

/* Before each piece; of a free one, `next` lies in the piece itself. */
struct piece {
    alignas(max_align_t) size_t class; /* CLASSES: malloc()'s */
};

struct free_piece {
    struct piece head;
    struct free_piece *next;
};

static struct free_piece *free_pieces[CLASSES];

static size_t class_size(size_t class)
{
    return (size_t)LEAST_SIZE << class;
}

static size_t class_of(size_t size)
{
    size_t class = 0;
    while (class < CLASSES && class_size(class) < size)
        class ++;
    return class;
}

/* Cuts a slab into free pieces; slabs stay to the end of the program. */
static int cut_slab(size_t class)
{
    size_t unit = sizeof(struct piece) + class_size(class);
    char *slab = malloc(SLAB_SIZE);
    if (slab == NULL)
        return -1;
    for (size_t at = 0; at + unit <= SLAB_SIZE; at += unit) {
        struct free_piece *piece = (struct free_piece *)(slab + at);
        piece->head.class = class;
        piece->next = free_pieces[class];
        free_pieces[class] = piece;
    }
    return 0;
}

static void *get(size_t size)
{
    size_t class = class_of(size);
    if (class == CLASSES) {
        struct piece *piece = malloc(sizeof *piece + size);
        if (piece == NULL)
            return NULL;
        piece->class = CLASSES;
        return piece + 1;
    }
    if (free_pieces[class] == NULL && cut_slab(class) != 0)
        return NULL;
    struct free_piece *piece = free_pieces[class];
    free_pieces[class] = piece->next;
    return &piece->head + 1;
}

static void put(void *memory)
{
    if (memory == NULL)
        return;
    struct piece *piece = (struct piece *)memory - 1;
    if (piece->class == CLASSES) {
        free(piece);
        return;
    }
    struct free_piece *given = (struct free_piece *)piece;
    given->next = free_pieces[piece->class];
    free_pieces[piece->class] = given;
}

static void *resize(void *memory, size_t size)
{
    if (memory == NULL)
        return get(size);
    struct piece *piece = (struct piece *)memory - 1;
    if (piece->class == CLASSES && class_of(size) == CLASSES) {
        struct piece *moved = realloc(piece, sizeof *piece + size);
        return moved == NULL ? NULL : moved + 1;
    }
    if (piece->class < CLASSES && size <= class_size(piece->class))
        return memory;
    void *moved = get(size);
    if (moved == NULL)
        return NULL;
    /* a malloc()'s piece is larger than any class: only its beginning is kept */
    memcpy(moved, memory, piece->class == CLASSES ? size : class_size(piece->class));
    put(memory);
    return moved;
}

int ares_memory_init(void)
{
    return ares_library_init_mem(ARES_LIB_INIT_ALL, get, put, resize);
}

#endif
