/* How a list's octets become lines: long ones, odd ones, packed ones, and damage. */
#include "list_transcript.h"

static void test_long_lines(void **state)
{
    (void)state;
    enum {
        SIZE = 3 * LIST_LINE_MAX
    };
    static struct transcript transcript;
    char *list = malloc(SIZE), expected[400];
    assert_non_null(list);
    memset(list, 'x', SIZE);
    memcpy(list, "a.org\n", 6);
    memcpy(list + SIZE - 7, "\nb.org\n", 7);
    write_list(list, SIZE);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    sprintf(expected, "1 a.org\n2 ! line too long [%.*s]\n3 b.org\n", LIST_TEXT_CHARACTERS,
            list + 6);
    assert_string_equal(transcript.text, expected);
    assert_int_equal(transcript.summary.lines, 3);
    /* in a zone file it takes no later record with it */
    memcpy(list, "$ORIGIN t.\nx NS ( ", 18);
    memcpy(list + SIZE - 8, "\nb NS x\n", 8);
    write_list(list, SIZE);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    assert_non_null(strstr(transcript.text, "2 ! line too long [x NS ( xxx"));
    assert_non_null(strstr(transcript.text, "]\n3 b.t\n"));
    /* nor do parentheses that do not close */
    for (size_t i = 18; i + 8 <= SIZE - 8; i += 8)
        memcpy(list + i, "a NS x.\n", 8);
    write_list(list, SIZE);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    assert_non_null(strstr(transcript.text, "2 ! record too long [x NS ( a NS x.]\n"));
    assert_non_null(strstr(transcript.text, " a.t\n"));
    assert_non_null(strstr(transcript.text, " b.t\n"));
    free(list);
}

/* NUL octets, and a text of 200 characters cut from a line of more */
/* A CRLF that lies in two blocks is one line end; CR alone is quick, too. */
static void test_line_ends_in_blocks(void **state)
{
    (void)state;
    enum {
        SAMPLE = 64 * 1024,
        SIZE = 16 * SAMPLE
    };
    static struct transcript transcript;
    char *list = malloc(SIZE);
    assert_non_null(list);
    memset(list, '\r', SIZE);
    memcpy(list, "a.org", 5);
    memcpy(list + SAMPLE - 6, "b.org\r\nc.org\r", 13);
    memcpy(list + SIZE - 5, "d.org", 5);
    write_list(list, SIZE);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    assert_string_equal(transcript.text, "1 a.org\n65526 b.org\n65527 c.org\n1048556 d.org\n");
    free(list);
}

static void test_odd_octets(void **state)
{
    (void)state;
    static struct transcript transcript;
    static const char list[] = "a\0b.org\nok.org\n\0\n";
    char line[1001] = "", expected[1100];
    write_list(list, sizeof list - 1);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    assert_string_equal(transcript.text, "1 ! bad character [a\xef\xbf\xbd"
                                         "b.org]\n2 ok.org\n"
                                         "3 ! bad character [\xef\xbf\xbd]\n");
    for (int i = 0; i < 500; i++)
        strcat(line, "\xc3\xa4");
    write_list(line, 1000);
    sprintf(expected, "1 ! label too long [%.*s]\n", 2 * LIST_TEXT_CHARACTERS, line);
    assert_int_equal(read_path(path, LIST_PLAIN, NULL, &transcript), 0);
    assert_string_equal(transcript.text, expected);
}

/* "example.org\nexample.net\n", packed by the usual tools (zip: as two files).
 * `magic`: changes before this offset make it another kind of file. */
static const struct {
    const char *tool, *hex;
    size_t magic;
    const char *sha256; /* by sha256sum */
} packed[] = {
    {"gzip",
     "1f8b08000000000002034bad48cc2dc849d5cb2f4ae74a85b2f3524bb8009563f6761800"
     "0000",
     2, "5e9e5e9fc573c06fca460f3d4720dffbda7eb0c3b79be7f99cea6c9650a41863"},
    {"xz",
     "fd377a585a000004e6d6b4460200210116000000742fe5a30100176578616d706c652e6f"
     "72670a6578616d706c652e6e65740a00ca185fabdcc8b609000130188e1bacec1fb6f37d"
     "010000000004595a",
     6, "fbf04d3ba22f4a5d8a0336ce011c9308c94bbba38f1d82d5fb6b8e4786935475"},
    {"zstd",
     "28b52ffd2418c100006578616d706c652e6f72670a6578616d706c652e6e65740ac4689c"
     "66",
     4, "d39d305ea7aa97c41507e738738168c6b9f5027a5fd98655076558bff3937cd3"},
    {"bzip2",
     "425a6839314159265359900a51760000055180001000012287d4402000212a068cd35080"
     "680397033c5746c422c6b1f177245385090900a51760",
     14, "fda4f53b4cbb379b52904c5faeb9303838326d56fc4c79d47af6d3e7db291a96"},
    {"zip",
     "504b03040a00000000008b9a775de4901b240c0000000c0000000600000073312e747874"
     "6578616d706c652e6f72670a504b03040a00000000008b9a775da09da6200b0000000b00"
     "00000600000073322e7478746578616d706c652e6e6574504b01021e030a00000000008b"
     "9a775de4901b240c0000000c000000060000000000000001000000a4810000000073312e"
     "747874504b01021e030a00000000008b9a775da09da6200b0000000b0000000600000000"
     "00000001000000a4813000000073322e747874504b05060000000002000200680000005f"
     "0000000000",
     4, "09996ed32f349b4872806bc71a63baf03092150dbbef962d466664646a99009a"},
};

static size_t unhex(const char *hex, unsigned char *ret)
{
    size_t size = strlen(hex) / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned octet;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &octet), 1);
        ret[i] = (unsigned char)octet;
    }
    return size;
}

static const char both[] = "1 example.org\n2 example.net\n";

static void test_packed(void **state)
{
    (void)state;
    static struct transcript transcript;
    unsigned char octets[512];
    for (size_t i = 0; i < COUNT(packed); i++) {
        size_t size = unhex(packed[i].hex, octets);
        write_list(octets, size);
        assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
        assert_string_equal(transcript.text, both);
        assert_string_equal(transcript.summary.sha256, packed[i].sha256);
        assert_int_equal(transcript.summary.lines, 2);
        assert_int_equal(transcript.summary.names, 2);
        assert_int_equal(transcript.summary.rejected, 0);
        /* from standard input, too */
        int input = dup(STDIN_FILENO);
        assert_non_null(freopen(path, "r", stdin));
        assert_int_equal(read_path("-", LIST_AUTO, NULL, &transcript), 0);
        assert_string_equal(transcript.text, both);
        assert_true(dup2(input, STDIN_FILENO) >= 0);
        close(input);
    }
}

/* Cut anywhere: an error that names the file. */
static void test_truncated(void **state)
{
    (void)state;
    static struct transcript transcript;
    unsigned char octets[512];
    for (size_t i = 0; i < COUNT(packed); i++) {
        size_t size = unhex(packed[i].hex, octets);
        for (size_t cut = packed[i].magic; cut < size; cut++) {
            write_list(octets, cut);
            if (read_path(path, LIST_AUTO, NULL, &transcript) != -1)
                fail_msg("%s cut to %zu octets is taken for a list", packed[i].tool, cut);
            assert_non_null(strstr(transcript.error.text, path));
        }
    }
}

/* One bit changed anywhere: an error, or no harm (a field that nobody needs). */
static void test_damaged(void **state)
{
    (void)state;
    static struct transcript transcript;
    unsigned char octets[512];
    for (size_t i = 0; i < COUNT(packed); i++) {
        size_t size = unhex(packed[i].hex, octets), errors = 0;
        for (size_t bit = packed[i].magic * 8; bit < size * 8; bit++) {
            octets[bit / 8] ^= (unsigned char)(1 << bit % 8);
            write_list(octets, size);
            int result = read_path(path, LIST_AUTO, NULL, &transcript);
            if (result == 0 && strcmp(transcript.text, both) != 0)
                fail_msg("%s, bit %zu changed: %s", packed[i].tool, bit, transcript.text);
            errors += result != 0;
            octets[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        assert_true(errors > size); /* most bits matter */
    }
}

/* As pbzip2, pixz and others write: one compressed piece behind the other.  The second one cut
 * anywhere, or with one bit changed: an error, or no harm. */
static void test_damaged_behind(void **state)
{
    (void)state;
    static const char twice[] = "1 example.org\n2 example.net\n3 example.org\n4 example.net\n";
    static struct transcript transcript;
    unsigned char octets[512];
    for (size_t i = 0; i < COUNT(packed); i++) {
        if (strcmp(packed[i].tool, "zip") == 0)
            continue;
        size_t size = unhex(packed[i].hex, octets);
        memcpy(octets + size, octets, size);
        for (size_t cut = size + 1; cut < 2 * size; cut++) {
            write_list(octets, cut);
            if (read_path(path, LIST_AUTO, NULL, &transcript) != -1)
                fail_msg("two of %s cut to %zu octets are taken for a list", packed[i].tool, cut);
        }
        for (size_t bit = size * 8; bit < 2 * size * 8; bit++) {
            octets[bit / 8] ^= (unsigned char)(1 << bit % 8);
            write_list(octets, 2 * size);
            int result = read_path(path, LIST_AUTO, NULL, &transcript);
            if (result == 0 && strcmp(transcript.text, twice) != 0)
                fail_msg("two of %s, bit %zu changed: %s", packed[i].tool, bit, transcript.text);
            octets[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        write_list(octets, 2 * size);
        assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
        assert_string_equal(transcript.text, twice);
    }
}

/* Several gzip members are one list; zeros behind are padding, other octets are not. */
static void test_gzip_members(void **state)
{
    (void)state;
    static struct transcript transcript;
    unsigned char octets[512] = {0};
    size_t size = unhex(packed[0].hex, octets);
    memcpy(octets + size, octets, size);
    write_list(octets, 2 * size + 20);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    assert_string_equal(transcript.text,
                        "1 example.org\n2 example.net\n3 example.org\n4 example.net\n");
    octets[2 * size + 10] = 'x';
    write_list(octets, 2 * size + 20);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), -1);
    assert_non_null(strstr(transcript.error.text, "garbage after"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_long_lines),     cmocka_unit_test(test_line_ends_in_blocks),
        cmocka_unit_test(test_odd_octets),     cmocka_unit_test(test_packed),
        cmocka_unit_test(test_truncated),      cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_damaged_behind), cmocka_unit_test(test_gzip_members),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
