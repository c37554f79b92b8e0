/* The forms of lists through list_read(), compared with what a reader of the manual would write
 * down. */
#include "list_transcript.h"

struct list_case {
    const char *list, *expected;
    enum list_format format;
    const char *column;
};

static void check_cases(const struct list_case *cases, size_t count)
{
    static struct transcript transcript;
    for (size_t i = 0; i < count; i++) {
        write_list(cases[i].list, strlen(cases[i].list));
        int result = read_path(path, cases[i].format, cases[i].column, &transcript);
        if (result != 0)
            fail_msg("%s: %s", cases[i].list, transcript.error.text);
        assert_string_equal(transcript.text, cases[i].expected);
    }
}

static void test_plain(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"example.org\n", "1 example.org\n", LIST_AUTO, NULL},
        {"", "", LIST_AUTO, NULL},
        {"\n\n#\n", "", LIST_AUTO, NULL},
        {"\xef\xbb\xbf"
         "a.org\r\n  b.org.\t\n# c\n\n  # d\nlast.org",
         "1 a.org\n2 b.org\n6 last.org\n", LIST_AUTO, NULL},
        {"a.org\rb.org\r\n\r\rc.org\n\rd.org\r", "1 a.org\n2 b.org\n5 c.org\n7 d.org\n", LIST_AUTO,
         NULL},
        /* duplicates are given: the loader counts them */
        {"a.org\nA.ORG\n", "1 a.org\n2 a.org\n", LIST_AUTO, NULL},
        {"com\n\"quoted.org\"\n_dmarc.x\n-a-.b\n1.2.3\n",
         "1 com\n2 quoted.org\n3 _dmarc.x\n4 -a-.b\n5 1.2.3\n", LIST_AUTO, NULL},
        {"ok.org\n192.0.2.1\n[2001:db8::1]\n.\nhttps://a.org/x\n",
         "1 ok.org\n2 ! address [192.0.2.1]\n3 ! address [[2001:db8::1]]\n4 ! root [.]\n"
         "5 ! url [https://a.org/x]\n",
         LIST_AUTO, NULL},
        {"ok.org\nb\xfc"
         "cher.de\nx\ty\n",
         "1 ok.org\n2 ! not utf-8 (Latin-1? iconv -f LATIN1 -t UTF-8) [b\xef\xbf\xbd"
         "cher.de]\n"
         "3 ! bad character [x\ty]\n",
         LIST_AUTO, NULL},
        /* octets that are no letters in Latin-1 */
        {"\x83\x65.jp\n",
         "1 ! not utf-8 [\xef\xbf\xbd"
         "e.jp]\n",
         LIST_AUTO, NULL},
        /* a comment begins with a `#` behind a blank; commas in it make no CSV */
        {"a.org # made, today\n\"b.org\"\t#, x\nc.org #\nd#.org\n",
         "1 a.org\n2 b.org\n3 c.org\n4 ! bad character [d#.org]\n", LIST_AUTO, NULL},
        /* one odd line does not make it a CSV, nor a first one that is no name */
        {"a,b\nb.org\nc.org\n", "1 ! bad character [a,b]\n2 b.org\n3 c.org\n", LIST_AUTO, NULL},
        {"!\nb.org\n", "1 ! bad character [!]\n2 b.org\n", LIST_AUTO, NULL},
        {"domain\nb.org\n", "1 domain\n2 b.org\n", LIST_PLAIN, NULL},
    };
    check_cases(cases, COUNT(cases));
}

static void test_csv(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"1,google.com\n2,Youtube.com\n", "1 google.com #1\n2 youtube.com #2\n", LIST_AUTO, NULL},
        {"1;a.org\r\n2;b.org\r\n", "1 a.org #1\n2 b.org #2\n", LIST_AUTO, NULL},
        {"1\ta.org\n2\tb.org\n", "1 a.org #1\n2 b.org #2\n", LIST_AUTO, NULL},
        {"a.org,7\nb.org,8\n", "1 a.org #7\n2 b.org #8\n", LIST_AUTO, NULL},
        {"1,google.com\r2,example.com\r", "1 google.com #1\n2 example.com #2\n", LIST_AUTO, NULL},
        {"rank,domain\r1,a.org\r2,b.org", "2 a.org #1\n3 b.org #2\n", LIST_AUTO, NULL},
        {"a.org,x\nb.org,y\n", "1 a.org\n2 b.org\n", LIST_AUTO, NULL},
        {"1,com\n2,net\n", "1 com #1\n2 net #2\n", LIST_AUTO, NULL}, /* top level domains */
        {"GlobalRank,TldRank,Domain,TLD,IDN_Domain\n1,9,a.com,com,b.com\n2,8,c.net,net,d.net\n",
         "2 a.com #1\n3 c.net #2\n", LIST_AUTO, NULL},
        {"domain\na.org\n", "2 a.org\n", LIST_AUTO, NULL},
        {"# made today\n\n\"Rank\",\"Root Domain\"\n\"1\",\"a.org\"\n", "4 a.org #1\n", LIST_AUTO,
         NULL},
        {"\xef\xbb\xbf"
         "rank,domain\n5,a.org\n",
         "2 a.org #5\n", LIST_AUTO, NULL},
        /* a header without a word known: the lines tell; what is called otherwise is no rank */
        {"Visits,Web\n10,a.org\n20,b.org\n", "2 a.org\n3 b.org\n", LIST_AUTO, NULL},
        {"Name,Website\nAcme,a.org\nFoo,b.org\n", "2 a.org\n3 b.org\n", LIST_AUTO, NULL},
        {"rank,domain\n", "", LIST_AUTO, NULL},
        {"rank,domain\n1,!\n", "2 ! bad character [1,!]\n", LIST_AUTO, NULL},
        /* scores, dates and versions are no names, nor in a header */
        {"1.0,google.com\n0.5,b.org\n", "1 google.com\n2 b.org\n", LIST_AUTO, NULL},
        {"score,site\n0.95,google.com\n", "2 google.com\n", LIST_AUTO, NULL},
        {"2024.01.02;google.com\n2024.01.03;b.org\n", "1 google.com\n2 b.org\n", LIST_AUTO, NULL},
        {"1.2e-05\tgoogle.com\n3.4e-06\tb.org\n", "1 google.com\n2 b.org\n", LIST_AUTO, NULL},
        {"0.5,192.0.2.1\n0.4,b.org\n", "1 ! address [0.5,192.0.2.1]\n2 b.org\n", LIST_AUTO, NULL},
        {"1,0.5,a.org\n2,0.4,b.org\n", "1 a.org #1\n2 b.org #2\n", LIST_AUTO, NULL},
        /* a first line that is rejected is no header, nor is one of the like of those below */
        {"1,https://a.org/\n2,b.org\n", "1 ! url [1,https://a.org/]\n2 b.org #2\n", LIST_AUTO,
         NULL},
        {"NA,com\n2,net\n3,org\n", "1 com\n2 net #2\n3 org #3\n", LIST_AUTO, NULL},
        {"a.org,x\n!,1\n!,2\n", "1 a.org\n2 ! bad character [!,1]\n3 ! bad character [!,2]\n",
         LIST_AUTO, NULL},
        {"1,192.0.2.1\n2,a.org\n", "1 ! address [1,192.0.2.1]\n2 a.org #2\n", LIST_AUTO, NULL},
        /* quotes, RFC 4180 */
        {"1,a.org,\"x, \"\"y\"\", z\"\n\"2\" , \"b.org\" ,\n", "1 a.org #1\n2 b.org #2\n",
         LIST_AUTO, NULL},
        {"\"a \"\"b\"\", c\",x.org,3\n\"d\",y.org,4\n", "1 x.org #3\n2 y.org #4\n", LIST_AUTO,
         NULL},
        {"1,a.org\n\"2,b.org\n3,\"c.org\"x\n4,d.org\n",
         "1 a.org #1\n2 ! bad quotes [\"2,b.org]\n3 ! bad quotes [3,\"c.org\"x]\n4 d.org #4\n",
         LIST_AUTO, NULL},
        /* malformed lines */
        {"1,a.org\n2\nx,c.org\n,d.org\n5,\n1234567890123456789,e.org\n7,f.org\n-1,g.org\n",
         "1 a.org #1\n2 ! missing column [2]\n3 c.org\n4 d.org\n"
         "5 ! empty name [5,]\n6 e.org\n7 f.org #7\n8 g.org\n",
         LIST_AUTO, NULL},
        /* only the name decides: other ways to write a rank, ranks that are none, none at all */
        {"rank,domain\n1.0,a.org\n\"1,000\",b.org\n1e+05,c.org\nNA,d.org\n,e.org\n0.5,f.org\n",
         "2 a.org #1\n3 b.org #1000\n4 c.org #100000\n5 d.org\n6 e.org\n7 f.org\n", LIST_AUTO,
         NULL},
        {"1.0,a.org\n2.0,b.org\nNA,c.org\n", "1 a.org #1\n2 b.org #2\n3 c.org\n", LIST_AUTO, NULL},
        {"\"1,000\";a.org\n\"1,001\";b.org\n", "1 a.org #1000\n2 b.org #1001\n", LIST_AUTO, NULL},
        {"domain,x,rank\na.org,1,5\nb.org\nc.org,2,\"6\nd.org,3,\"7\"x\n",
         "2 a.org #5\n3 b.org\n4 c.org\n5 d.org\n", LIST_AUTO, NULL},
        {"rank,domain\n\"1\"x,a.org\n\"2,b.org\n", "2 a.org\n3 ! bad quotes [\"2,b.org]\n",
         LIST_AUTO, NULL},
        /* files put together have their header several times */
        {"rank,domain\n1,a.org\nrank,domain\n1,b.org\n", "2 a.org #1\n4 b.org #1\n", LIST_AUTO,
         NULL},
        /* a quoted field ends on its line, so that no line is swallowed */
        {"1,a.org,\"x\n2,b.org,y\"\n3,c.org,z\n", "1 a.org #1\n2 b.org #2\n3 c.org #3\n", LIST_AUTO,
         NULL},
        /* the column chosen; LIST_AUTO is LIST_CSV then */
        {"id,Old,New\n1,a.org,b.org\n", "2 b.org\n", LIST_AUTO, "new"},
        {"id,Old,New\n1,a.org,b.org\n", "2 a.org\n", LIST_CSV, "Old"},
        {"rank,tld,x\n3,org,a.org\n", "2 org #3\n", LIST_CSV, "TLD"},
        {"Hosts\na.org\n", "2 a.org\n", LIST_AUTO, "hosts"},
        {"", "", LIST_AUTO, "any"},
        {"a.org\nb.org\n", "1 a.org\n2 b.org\n", LIST_CSV, NULL},
    };
    check_cases(cases, COUNT(cases));
}

static void test_no_column(void **state)
{
    (void)state;
    static struct transcript transcript;
    static const char list[] = "id,Old,New\n1,a.org,b.org\n";
    write_list(list, strlen(list));
    assert_int_equal(read_path(path, LIST_AUTO, "nope", &transcript), -1);
    assert_non_null(strstr(transcript.error.text, path));
    assert_non_null(strstr(transcript.error.text, "no column \"nope\""));
    assert_non_null(strstr(transcript.error.text, "id,Old,New"));
    assert_int_equal(read_path(path, LIST_ZONE, "Old", &transcript), -1);
    assert_int_equal(read_path(path, LIST_PLAIN, "Old", &transcript), -1);
}

static void test_zone(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        /* as registries publish them */
        {"com.\t900\tin\tsoa\ta.x. b.x. 1 2 3 4 5\ncom.\t172800\tin\tns\ta.x.\n"
         "a.com.\t172800\tin\tns\tn1.x.\nA.com.\t172800\tin\tns\tn2.x.\n"
         "a.com.\t86400\tin\tds\t1 8 2 AB\na.com.\t172800\tin\tns\tn3.x.\n"
         "n1.b.com.\t172800\tin\ta\t192.0.2.1\nb.com.\t172800\tin\tns\tn1.b.com.\n"
         "com.\t900\tin\tsoa\ta.x. b.x. 1 2 3 4 5\n",
         "3 a.com\n8 b.com\n", LIST_AUTO, NULL},
        /* sorted: the apex has NS records before its SOA */
        {"com. 9 IN NS a.x.\ncom. 9 IN SOA a. b. 1 2 3 4 5\nx.com. 9 IN NS a.x.\n", "3 x.com\n",
         LIST_AUTO, NULL},
        /* a comment that reads like an SOA record is no apex */
        {"; SOA and DNSKEY are left out\n$ORIGIN se.\n; SOA left out\nfoo NS x.\nse. NS x.\n",
         "4 foo.se\n", LIST_AUTO, NULL},
        /* by hand: relative names, no owner, parentheses, comments, order of TTL and class */
        {"; a comment (\n$ORIGIN test.\n$TTL 1d\n@ SOA ns hm ( 1 ; serial )\n 2 3 ( 4 ) 5 )\n"
         "\tNS ns\nfoo NS a.\n  IN NS b.\n  1h IN NS c. ; (\nbar IN 1w2d NS a.\nbaz 60 ns a.\n"
         "qux ( IN\n  NS ; type\n  a. )\n\nsub.qux NS b.\nd TXT \"x ( ; y\"\ne NS a.\n",
         "7 foo.test\n10 bar.test\n11 baz.test\n12 qux.test\n16 sub.qux.test\n18 e.test\n",
         LIST_AUTO, NULL},
        {"$ORIGIN .\n@ IN SOA a. b. 1 2 3 4 5\n@ IN NS a.\ncom NS a.\norg. NS a.\n"
         "$ORIGIN arpa.\nin-addr NS a.\n@ NS b.\n",
         "4 com\n5 org\n7 in-addr.arpa\n8 arpa\n", LIST_AUTO, NULL},
        {"$ORIGIN test.\n$ORIGIN sub\na NS x.\n", "3 a.sub.test\n", LIST_AUTO, NULL},
        /* escapes; generic types and classes; another class */
        {"$ORIGIN test.\n\\097b NS x.\na\\.b NS x.\na\\046b NS x.\n\\c NS x.\n\\999 NS x.\n"
         "d TYPE2 \\# 1 00\ne CLASS1 NS x.\nf CH NS x.\ng\\ h NS x.\n",
         "2 ab.test\n3 ! bad character [a\\.b NS x.]\n4 ! bad character [a\\046b NS x.]\n"
         "5 c.test\n6 ! bad character [\\999 NS x.]\n7 d.test\n8 e.test\n"
         "10 ! bad character [g\\ h NS x.]\n",
         LIST_AUTO, NULL},
        /* each owner is rejected once in a row, too */
        {"$ORIGIN test.\n*.a NS x.\n*.a NS y.\n_b NS x.\n", "2 ! wildcard [*.a NS x.]\n4 _b.test\n",
         LIST_AUTO, NULL},
        {"$ORIGIN test.\nother. NS x.\nnottest. NS x.\na\\.test. NS x.\na NS x.\n",
         "2 ! out of zone [other. NS x.]\n3 ! out of zone [nottest. NS x.]\n"
         "4 ! out of zone [a\\.test. NS x.]\n5 a.test\n",
         LIST_AUTO, NULL},
        {"$ORIGIN test.\n$INCLUDE x\n$GENERATE 1-9 $ NS x.\na NS\nlonely\na NS x.\n",
         "2 ! include [$INCLUDE x]\n3 ! directive [$GENERATE 1-9 $ NS x.]\n"
         "4 ! bad record [a NS]\n5 ! bad record [lonely]\n6 a.test\n",
         LIST_AUTO, NULL},
        {"  NS x.\na NS x.\nb.test. NS x.\n",
         "1 ! no owner [  NS x.]\n2 ! no origin [a NS x.]\n3 b.test\n", LIST_ZONE, NULL},
        {"$ORIGIN test.\r\na NS x.\r\n", "2 a.test\n", LIST_AUTO, NULL},
        /* without SOA or $ORIGIN all owners are delegations */
        {"a.org. 1 IN NS x.\norg. 1 IN NS x.\n", "1 a.org\n2 org\n", LIST_AUTO, NULL},
    };
    check_cases(cases, COUNT(cases));
}

/* A broken record costs itself alone, and each line of it has a row. */
static void test_broken_records(void **state)
{
    (void)state;
    static const struct list_case cases[] = {
        {"$ORIGIN test.\na NS x.\nb NS ( x.\n\nc NS x.\n",
         "2 a.test\n3 ! open parenthesis [b NS ( x.]\n5 c.test\n", LIST_AUTO, NULL},
        {"t. 9 in soa a. b. 1 2 3 4 5\nx.t. 9 in txt v=spf1 include:( -all\nb.t. 9 in ns x.\n",
         "2 ! open parenthesis [x.t. 9 in txt v=spf1 include:( -all]\n3 b.t\n", LIST_AUTO, NULL},
        /* what it took before another record or a directive begins, or the file ends */
        {"$ORIGIN t.\nb TXT ( x\n  y\n; z\n\n(w\nc NS x.\n",
         "2 ! open parenthesis [b TXT ( x]\n3 ! further line [  y]\n4 ! further line [; z]\n"
         "6 ! further line [(w]\n7 c.t\n",
         LIST_AUTO, NULL},
        /* names behind an $ORIGIN that is lost are not those of the one before */
        {"$ORIGIN t.\na NS x.\n$ORIGIN ; u.\nb NS x.\nc.t. NS x.\n$ORIGIN v.t.\nd NS x.\n",
         "2 a.t\n3 ! bad record [$ORIGIN ; u.]\n4 ! no origin [b NS x.]\n5 c.t\n7 d.v.t\n",
         LIST_AUTO, NULL},
        {"$ORIGIN t.\na NS x.\n$ORIGIN (\nb NS x.\n",
         "2 a.t\n3 ! open parenthesis [$ORIGIN (]\n4 ! no origin [b NS x.]\n", LIST_AUTO, NULL},
        {"$ORIGIN t.\nb TXT ( x\n$ORIGIN u.\nc NS x.\n",
         "2 ! open parenthesis [b TXT ( x]\n4 ! out of zone [c NS x.]\n", LIST_AUTO, NULL},
        {"$ORIGIN t.\na NS x.\nb NS ( x.\n  ; c",
         "2 a.t\n3 ! open parenthesis [b NS ( x.]\n"
         "4 ! further line [  ; c]\n",
         LIST_AUTO, NULL},
        /* one after the other, and records without owner behind one that is lost */
        {"$ORIGIN t.\na NS ( x.\nb NS ( x.\nc NS x.\n  NS y.\n",
         "2 ! open parenthesis [a NS ( x.]\n3 ! open parenthesis [b NS ( x.]\n4 c.t\n", LIST_AUTO,
         NULL},
        /* a quote that does not end hides a parenthesis, on its line only */
        {"$ORIGIN t.\na TXT \"(\nb NS x.\nc TXT ( \"x )\nd NS x.\n",
         "3 b.t\n4 ! open parenthesis [c TXT ( \"x )]\n5 d.t\n", LIST_AUTO, NULL},
        /* nothing of this is a record by itself: the types of an NSEC record, keys, a text */
        {"$ORIGIN t.\n@ SOA ns hm (\n1 ; serial in ns\n2 3\n4 5 )\na NSEC (\nb\nA NS SOA\nMX )\n"
         "c DNSKEY ( 256 3 8\nAwEAAa NSx MXy\nAbc= )\nd TXT (\n\"e NS x.\"\n)\nf NS x.\n",
         "16 f.t\n", LIST_AUTO, NULL},
        {"$ORIGIN t.\na NS (\nx. )\nb NS ( y.\n)\n* NS (\nx. )\n",
         "2 a.t\n4 b.t\n6 ! wildcard [* NS (]\n7 ! further line [x. )]\n", LIST_AUTO, NULL},
    };
    check_cases(cases, COUNT(cases));
}

/* Of a record without end each line is rejected, to the last of those that it may have. */
static void test_endless_record(void **state)
{
    (void)state;
    enum {
        LINES = 3000
    };
    static struct transcript transcript;
    char *list = malloc(LINES * 8 + 64);
    size_t used = (size_t)sprintf(list, "$ORIGIN t.\nb NS (\n");
    assert_non_null(list);
    for (int i = 0; i < LINES; i++)
        used += (size_t)sprintf(list + used, " NS x.\n");
    used += (size_t)sprintf(list + used, "c NS x.\n");
    write_list(list, used);
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 0);
    /* 1,024 lines at once; the further ones are records of b */
    assert_non_null(strstr(transcript.text, "2 ! record too long [b NS (]\n3 ! further line ["));
    assert_non_null(strstr(transcript.text, "1025 ! further line [ NS x.]\n1026 b.t\n3003 c.t\n"));
    assert_int_equal(transcript.summary.rejected, 1024);
    free(list);
}

static void test_errors(void **state)
{
    (void)state;
    static struct transcript transcript;
    assert_int_equal(read_path("/nonexistent/list", LIST_AUTO, NULL, &transcript), -1);
    assert_non_null(strstr(transcript.error.text, "/nonexistent/list"));
    assert_int_equal(read_path("/tmp", LIST_AUTO, NULL, &transcript), -1);
    assert_non_null(strstr(transcript.error.text, "/tmp: cannot read this list: is a directory"));
    static const struct {
        const char *octets;
        size_t size;
        const char *words;
    } cases[] = {
        {"\xff\xfe"
         "a\0\n\0",
         6, "UTF-16 text; convert it: iconv -f UTF-16 -t UTF-8"},
        {"\xff\xfe\0\0"
         "a\0\0\0",
         8, "UTF-32 text; convert it: iconv -f UTF-32 -t UTF-8"},
        {"\0\0\xfe\xff"
         "\0\0\0a",
         8, "UTF-32 text"},
        /* a header over numbers, of which no column is one of names */
        {"id,url\n1,https://a.org/\n", 24, "choose one with --list-column: id, url"},
        {"id,email\n1,x@a.org\n2,y@a.org\n", 29, "choose one with --list-column: id, email"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_list(cases[i].octets, cases[i].size);
        assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), -1);
        assert_non_null(strstr(transcript.error.text, cases[i].words));
    }
}

static void test_stop(void **state)
{
    (void)state;
    static struct transcript transcript;
    write_list("a.org\n!\nb.org\n", 14);
    transcript.stop_after = 1;
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 42);
    assert_string_equal(transcript.text, "1 a.org\n");
    transcript.stop_after = 2;
    assert_int_equal(read_path(path, LIST_AUTO, NULL, &transcript), 42);
    assert_string_equal(transcript.text, "1 a.org\n2 ! bad character [!]\n");
    transcript.stop_after = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),          cmocka_unit_test(test_csv),
        cmocka_unit_test(test_no_column),      cmocka_unit_test(test_zone),
        cmocka_unit_test(test_broken_records), cmocka_unit_test(test_endless_record),
        cmocka_unit_test(test_errors),         cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, make_path, remove_path);
}
