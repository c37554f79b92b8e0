#include "crawler/store/merge/heap.h"

static bool goes_before(const struct merge_heap *heap, unsigned a, unsigned b)
{
    return heap->before(heap->context, heap->items[a], heap->items[b]);
}

static void swap(struct merge_heap *heap, unsigned a, unsigned b)
{
    unsigned item = heap->items[a];
    heap->items[a] = heap->items[b];
    heap->items[b] = item;
}

void merge_heap_add(struct merge_heap *heap, unsigned item)
{
    unsigned place = heap->count++;
    heap->items[place] = item;
    for (; place > 0 && goes_before(heap, place, (place - 1) / 2); place = (place - 1) / 2)
        swap(heap, place, (place - 1) / 2);
}

void merge_heap_sink(struct merge_heap *heap)
{
    for (unsigned place = 0;;) {
        unsigned child = 2 * place + 1;
        if (child + 1 < heap->count && goes_before(heap, child + 1, child))
            child++;
        if (child >= heap->count || !goes_before(heap, child, place))
            return;
        swap(heap, child, place);
        place = child;
    }
}

void merge_heap_drop(struct merge_heap *heap)
{
    heap->items[0] = heap->items[--heap->count];
    merge_heap_sink(heap);
}
