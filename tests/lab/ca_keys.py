"""Keys and certificates of CAs: what a survey must recognise them as.

A copy of data/ca-keys.csv that was made apart from it: digests, names and states as they were
written down from the certificates at letsencrypt/website, static/certs, in November 2026, and
the ends of their validity.  tests/unit/core/test_ca_keys.py compares the two.
"""

import datetime
import hashlib

KEY, CERTIFICATE = 1, 0  # selectors (RFC 6698 s7.3)

# Lives: what it is while servers do not send it, the days from which and to which they do, the
# day of its retirement.  "past": over in November 2026, so that only its last day counts.
LIVES = {
    "past": None,
    "2024": ("backup", "2024-06-06", "", "2025-08-20"),
    "2025": ("backup", "2025-08-20", "", "2026-07-09"),
    "spare": ("backup", "", "", "2026-07-09"),
    "y": ("backup", "2026-01-07", "", ""),
    "y-spare": ("backup", "", "", ""),
    "x1": ("unsent", "2021-05-04", "2024-06-06", ""),
    "self": ("unsent", "", "", ""),
    "cross": ("unsent", "2026-05-13", "", ""),
    "revoked": ("unsent", "", "", "2026-05-08"),
}

# SHA-256, last day, life, name; two names can share a key: X1 and X3, X2 and X4
_KEYS = """
60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18 2021-10-06 past X3
b111dd8a1c2091a89bd4fd60c57f0716cce50feeff8137cdbee0326e02cf362b 2021-10-06 past X4
8d02536c887482bc34ff54e41d2ba659bf85b341a0a20afadb5813dcfbcf286d 2025-09-15 past R3
e5545e211347241891c554a03934cde9b749664a59d26d615fe58f77990f2d03 2025-09-15 past R4
276fe8a8c4ec7611565bf9fce6dcace9be320c1b5bea27596b2204071ed04f10 2025-09-15 past E1
bd936e72b212ef6f773102c6b77d38f94297322efc25396bc3279422e0c89270 2025-09-15 past E2
3586d4ecf070578cbd27aedce20b964e48bc149faeb9dad72f46b857869172b8 2027-03-12 2024 E5
d016e1fe311948aca64f2de44ce86c9a51ca041df6103bb52a88eb3f761f57d7 2027-03-12 2024 E6
cbbc559b44d524d6a132bdac672744da3407f12aae5d5f722c5f6c7913871c75 2027-03-12 2025 E7
885bf0572252c6741dc9a52f5044487fef2a93b811cdedfad7624cc283b7cdd5 2027-03-12 2025 E8
f1440a9b76e1e41e53a4cb461329bf6337b419726be513e42e19f1c691c5d4b2 2027-03-12 spare E9
2bbad93ab5c79279ec121507f272cbe0c6647a3aae52e22f388afab426b4adba 2027-03-12 2024 R10
6ddac18698f7f1f7e1c69b9bce420d974ac6f94ca8b2c761701623f99c767dc7 2027-03-12 2024 R11
919c0df7a787b597ed056ace654b1de9c0387acf349f73734a4fd7b58cf612a4 2027-03-12 2025 R12
025490860b498ab73c6a12f27a49ad5fe230fafe3ac8f6112c9b7d0aad46941d 2027-03-12 2025 R13
f1647a5ee3efac54c892e930584fe47979b7acd1c76c1271bca1c5076d869888 2027-03-12 spare R14
6ebcefb4210b088654a38b03fea3d7d1c711b4fb1ddc363a45f9b1a4e53da01e 2028-09-02 y YE1
b3fb5d00e994cddf2cc9a4eea9f806bc5727e83cc0e4299bf956f2d524fe5376 2028-09-02 y YE2
2e8307068b6db620e4a39d068b5dee5d6ef5788cbb2c0b6d23ead84fcc17178c 2028-09-02 y YR1
9d637b3d27a9e570d07607b9ccadb80a70915c7af72afce12841b1b1da825fd1 2028-09-02 y YR2
a698a20824be04e47a1a33c4fa488731be92011f23a31e900e2ca26c9c2acfce 2028-09-02 y-spare YE3
51aaa87d984b559ac69e929f888a022d832e089ff4dba0a412b5101bca4bc799 2028-09-02 y-spare YR3
0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3 2035-06-04 x1 ISRG Root X1
762195c225586ee6c0237456e2107dc54f1efc21f61a792ebd515913cce68332 2040-09-17 cross ISRG Root X2
b0292ae545978e0fbb98abbd94c861605e5b18bb32ed523f50d5b7b5c71d47bc 2045-09-02 cross Root YE
7e4e8838a8add6295de7ae3b047d3aba3488ab95db0a0aa56d897a00d8618bcf 2045-09-02 cross Root YR
563b3caf8cfef34c2335caf560a7a95906e8488462eb75ac59784830df9e5b2b 2021-09-30 past DST Root CA X3
"""
_CERTIFICATES = """
7fdce3bf4103c2684b3adbb5792884bd45c75094c217788863950346f79c90a3 2020-10-19 past X1
bdee0d7c8f9c278f14ea9b6a4f90ed665a9f56db0a56b1cdda6765912f398a5e 2020-06-04 past X1
ec0c6ca496a67a13342fec5221f68d4b3e53b1bc22f6e4bccc9c68f0415cdea4 2020-10-19 past X2
e4eb54a7ffa552ef64d8e1ae338b69be909c29e6af57170a2f6f44df225e5a14 2020-06-04 past X2
25847d668eb4f04fdd40b12b6b0740c567da7d024308eb6c2c96fe41d9de218d 2021-03-17 past X3
731d3d9cfaa061487a1d71445a42f67df0afca2a6c2d2f98ff7b3ce112b1f568 2021-10-06 past X3
a74b0c32b65b95fe2c4f8f098947a68b695033bed0b51dd8b984ecae89571bb6 2021-03-17 past X4
5de9152bed31fa0515dd1fc746133f1327562ef72a84cf2d2403e748a604d0d4 2021-10-06 past X4
730c1bdcd85f57ce5dc0bba733e5f1ba5a925b2a771d640a26f7a454224dad3b 2021-09-29 past R3
67add1166b020ae61b8f5fc96813c04c2aa589960796865572a3c7e737613dfd 2025-09-15 past R3
5a8f16fda448d783481cca57a2428d174dad8c60943ceb28f661ae31fd39a5fa 2021-09-29 past R4
1a07529a8b3f01d231dfad2abdf71899200bb65cd7e03c59fa82272533355b74 2025-09-15 past R4
46494e30379059df18be52124305e606fc59070e5b21076ce113954b60517cda 2025-09-15 past E1
bacde0463053ce1d62f8be74370bbae79d4fcaf19fc07643aef195e6a59bd578 2025-09-15 past E2
5dfdb3cf31b26f23d87c09f3a0cef642f64069a9fb7cfe29270bb5dc0f1e16bb 2027-03-12 2024 E5
e788d14b0436b5120bbee3f15c15badf08c1407fe72568a4f16f9151c380e1e3 2027-03-12 2024 E5
76e9e288aafc0e37f4390cbf946aad997d5c1c901b3ce513d3d8fadbabe2ab85 2027-03-12 2024 E6
065ab7d2a050f947587121765d8d070c0e1330d5798faa42c2072749ed293762 2027-03-12 2024 E6
aeb1fd7410e83bc96f5da3c6a7c2c1bb836d1fa5cb86e708515890e428a8770b 2027-03-12 2025 E7
54715420224c5b65beed018dc3940d7338c577e322d5488f633d8c6a8fed61b2 2027-03-12 2025 E7
83624fd338c8d9b023c18a67cb7a9c0519da43d11775b4c6cbdad45c3d997c52 2027-03-12 2025 E8
ac1274542267f17b525535b5563bf731febb182533b46a82dc869cb64eb528c0 2027-03-12 2025 E8
fde88f2d4f8913d3dc1664d5f8de51e07fe2abfed93b45acad5a29bfebaa23fb 2027-03-12 spare E9
4185df97806c2ba76f1d79823f112ffa639a49ccdc990908102067ab6412b886 2027-03-12 spare E9
9d7c3f1aa6ad2b2ec0d5cf1e246f8d9ae6cbc9fd0755ad37bb974b1f2fb603f3 2027-03-12 2024 R10
591e9ce6c863d3a079e9fabe1478c7339a26b21269dde795211361024ae31a44 2027-03-12 2024 R11
131fce7784016899a5a00203a9efc80f18ebbd75580717edc1553580930836ec 2027-03-12 2025 R12
d3b128216a843f8ef1321501f5df52a5df52939ee2c19297712cd3de4d419354 2027-03-12 2025 R13
24d45aa9b8d6053d281f3842c8cc0c6c1af7ccdfd42dd5c12f6a74fa9323f7a2 2027-03-12 spare R14
a2372d06431e9716365eeed47ec020351497d182fcc038e457e58168a03cac07 2028-09-02 y YE1
97658de8c68dfa98ace1e5028a63d54a1aae911b3e21471076c6850cd08cbab4 2028-09-02 y YE2
82bcfc482cc19f71e6f98f4a027616ebda6d47096d408b336160d1c0ef8b995a 2028-09-02 y-spare YE3
13949634d99cd6fd6aa80bc034fefacceb1969feef986586713ecdbb05758d3f 2028-09-02 y YR1
238b85a0099c65b970477d5724f1a1d475ce5058cffe4efa8733899bdb863c47 2028-09-02 y YR2
35500cb63b8d9769528d65d87220f51c069807a595acbf2fb6eca38fbe0a4bd2 2028-09-02 y-spare YR3
96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6 2035-06-04 self ISRG Root X1
6d99fb265eb1c5b3744765fcbc648f3cd8e1bffafdc4c2f99b9d47cf7ff1c24f 2024-09-30 past ISRG Root X1
69729b8e15a86efc177a57afb7171dfc64add28c2fca8cf1507e34453ccb1470 2040-09-17 self ISRG Root X2
8b05b68cc659e5ed0fcb38f2c942fbfd200e6f2ff9f85d63c6994ef5e0b02701 2025-09-15 past ISRG Root X2
ee5f7abd6981bb0255632cd8f49283451b4b18844d12040b44ee00f07b8fe2c6 2032-09-02 cross ISRG Root X2
00beaef280277e38999d3c60b27736e8f21e782c3d4b444ac34d465a7ab287c5 2032-09-02 revoked ISRG Root X2
e14ffcad5b0025731006caa43a121a22d8e9700f4fb9cf852f02a708aa5d5666 2045-09-02 self Root YE
0fc0901cca2bae9e9fdbb02d50d02f1094f7b36672086991b9e897626dc485f0 2032-09-02 cross Root YE
2d7b5b429f80c0f0a032a0051f696a0f8d0b98980e71f6f244eac6367bc4c917 2032-09-02 revoked Root YE
e57b7e6f150c419102e8d5c055729ff967b9d1a829bf00cec89ca604ebf4a86f 2045-09-02 self Root YR
072639d0b140d5bffae16ad9c3f6cc6086040621f51ee61a6d46a8915c07cf76 2032-09-02 cross Root YR
270c64b6ba1aae94b0756e83d8db0732f5b534bcdc545d44e334d5dd4d10fec0 2032-09-02 revoked Root YR
0687260331a72403d909f105e69bcf0d32e1bd2493ffc6d9206d11bcd6770739 2021-09-30 past DST Root CA X3
"""

# the whole SubjectPublicKeyInfo of ISRG Root X2
X2_KEY = (
    "3076301006072a8648ce3d020106052b8104002203620004cd9bd59f80830aec094af3164a3e5ccf77acde67050d"
    "1d07b6dc16fb5a8b14dbe27160c4ba459511898eea06dff72a161ca4b9c5c532e003e01e8218388bd745d80a6a6e"
    "e60077fb02517d22d80a6e9a5b77dff0fa41ec39dc75ca68070c1fea")
X2_KEY_SHA512 = hashlib.sha512(bytes.fromhex(X2_KEY)).hexdigest()
YE1_KEY_SHA512 = (
    "8b0a0cbbe72552e12ab3c82cf13f4793e620c17bc534561b39e92f68d875d19f8e44d1711e01ce1142cec99a69f635"
    "06075a6fdce196bfe89ecd495045121b11")


def _rows(text):
    """{SHA-256: (name, last day, life)}"""
    rows = {}
    for line in text.strip().split("\n"):
        digest, last_day, life, name = line.split(" ", 3)
        intermediate = " " not in name
        rows[digest] = ("Let's Encrypt " * intermediate + name, last_day, LIVES[life])
    return rows


# {selector: {SHA-256: (name, last day, life)}}
TABLE = {KEY: _rows(_KEYS), CERTIFICATE: _rows(_CERTIFICATES)}
# of these few the lab has SHA-512
_SHA512 = {X2_KEY_SHA512: "ISRG Root X2", YE1_KEY_SHA512: "Let's Encrypt YE1"}

# Digests that are of no key, by what they are, of whatever selector: SHA-256, SHA-512
JUNK = {name: (hashlib.sha256(octets).hexdigest(), hashlib.sha512(octets).hexdigest())
        for name, octets in (("digest of nothing", b""), ("digest of a newline", b"\n"))}
JUNK["all zero"] = (64 * "0", 128 * "0")
JUNK["example of RFC 6698"] = (  # s2.3
    "d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971",
    "92003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c"
    "1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc")


def _first(selector, name):
    return next((digest for digest, row in TABLE[selector].items() if row[0] == name), None)


# name -> (SHA-256 of the key, SHA-256 of a certificate)
CA_KEYS = {row[0]: (digest, _first(CERTIFICATE, row[0])) for digest, row in TABLE[KEY].items()}


def ta(name):
    """The `2 1 1` record of a CA's key, as text."""
    return f"TLSA 2 1 1 {CA_KEYS[name][0]}"


def now(name):
    """The name of a key and its state today."""
    return f"{name} {_state(TABLE[KEY][CA_KEYS[name][0]])}"


def state(last_day, life, day):
    """What a key is on a day; all days as ISO texts, which sort as they come."""
    if day > last_day:
        return "expired"
    otherwise, sent_from, sent_until, retired_on = life
    if retired_on and day >= retired_on:
        return "retired"
    sent = sent_from and sent_from <= day and not (sent_until and day > sent_until)
    return "active" if sent else otherwise


def _state(row):
    return state(*row[1:], datetime.datetime.now(datetime.timezone.utc).date().isoformat())


def known(selector, matching_type, data):
    """(name, state) of what a record's data is or is a digest of, else (None, None)."""
    rows = TABLE.get(selector, {})
    if matching_type == 0:
        digest = hashlib.sha256(data).hexdigest()
        return (rows[digest][0], _state(rows[digest])) if digest in rows else (None, None)
    if matching_type not in (1, 2):
        return None, None
    digest = data.hex()
    for name, digests in JUNK.items():
        if digest == digests[matching_type - 1]:
            return name, "junk"
    if matching_type == 2 and selector == KEY and digest in _SHA512:
        digest = CA_KEYS[_SHA512[digest]][0]
    elif matching_type == 2:
        return None, None
    return (rows[digest][0], _state(rows[digest])) if digest in rows else (None, None)
