/* replay.c - stands in for libFuzzer: feeds every file of the folders named to
 * the target, so that the committed corpus is a regression test everywhere. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    INPUT_MAX = 1 << 20
};

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    uint8_t *read = malloc(INPUT_MAX);
    size_t size = read != NULL ? fread(read, 1, INPUT_MAX, file) : 0;
    fclose(file);
    /* octets that end where their allocation does, for the sanitizers */
    uint8_t *data = realloc(read, size > 0 ? size : 1);
    if (data == NULL) {
        free(read);
        return -1;
    }
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

static int replay_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (dir == NULL) {
        perror(folder);
        return -1;
    }
    int replayed = 0;
    for (struct dirent *entry; replayed >= 0 && (entry = readdir(dir)) != NULL;) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        replayed = replay_file(path) == 0 ? replayed + 1 : -1;
    }
    closedir(dir);
    if (replayed == 0)
        fprintf(stderr, "%s: no input\n", folder);
    return replayed > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (replay_folder(argv[i]) != 0)
            return 1;
    }
    return argc > 1 ? 0 : 2;
}
