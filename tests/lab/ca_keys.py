"""CA keys that the lab's TLSA records name: what a survey must recognise them as.

Copied by hand from the certificates at letsencrypt/website, static/certs (the digests of D1 and
D2 of the survey's table are computed from the same files); states as of November 2026.
"""

import hashlib

KEY, CERTIFICATE = 1, 0  # selectors (RFC 6698 s7.3)

# name -> (SHA-256 of the key, SHA-256 of a certificate or None, status)
CA_KEYS = {
    "Let's Encrypt X3": (
        "60b87575447dcba2a36b7d11ac09fb24a9db406fee12d2cc90180517616e8a18",
        "25847d668eb4f04fdd40b12b6b0740c567da7d024308eb6c2c96fe41d9de218d", "expired"),
    "Let's Encrypt R3": (
        "8d02536c887482bc34ff54e41d2ba659bf85b341a0a20afadb5813dcfbcf286d",
        "67add1166b020ae61b8f5fc96813c04c2aa589960796865572a3c7e737613dfd", "expired"),
    "Let's Encrypt R4": (
        "e5545e211347241891c554a03934cde9b749664a59d26d615fe58f77990f2d03", None, "expired"),
    "Let's Encrypt E1": (
        "276fe8a8c4ec7611565bf9fce6dcace9be320c1b5bea27596b2204071ed04f10", None, "expired"),
    "Let's Encrypt E2": (
        "bd936e72b212ef6f773102c6b77d38f94297322efc25396bc3279422e0c89270", None, "expired"),
    "Let's Encrypt R10": (
        "2bbad93ab5c79279ec121507f272cbe0c6647a3aae52e22f388afab426b4adba", None, "retired"),
    "Let's Encrypt YR1": (
        "2e8307068b6db620e4a39d068b5dee5d6ef5788cbb2c0b6d23ead84fcc17178c",
        "13949634d99cd6fd6aa80bc034fefacceb1969feef986586713ecdbb05758d3f", "active"),
    "Let's Encrypt YE3": (
        "a698a20824be04e47a1a33c4fa488731be92011f23a31e900e2ca26c9c2acfce", None, "backup"),
    "ISRG Root X1": (
        "0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3",
        "96bcec06264976f37460779acf28c5a7cfe8a3c0aae11a8ffcee05c0bddf08c6", "active"),
    "ISRG Root X2": (
        "762195c225586ee6c0237456e2107dc54f1efc21f61a792ebd515913cce68332",
        "69729b8e15a86efc177a57afb7171dfc64add28c2fca8cf1507e34453ccb1470", "active"),
}

# the whole SubjectPublicKeyInfo of ISRG Root X2
X2_KEY = (
    "3076301006072a8648ce3d020106052b8104002203620004cd9bd59f80830aec094af3164a3e5ccf77acde67050d"
    "1d07b6dc16fb5a8b14dbe27160c4ba459511898eea06dff72a161ca4b9c5c532e003e01e8218388bd745d80a6a6e"
    "e60077fb02517d22d80a6e9a5b77dff0fa41ec39dc75ca68070c1fea")


def ta(name):
    """The `2 1 1` record of a CA's key, as text."""
    return f"TLSA 2 1 1 {CA_KEYS[name][0]}"


def known(selector, matching_type, data):
    """(name, status) of what a record's data is or is a digest of, else (None, None)."""
    if matching_type == 2:
        whole = hashlib.sha512(bytes.fromhex(X2_KEY)).digest()
        return _status("ISRG Root X2") if (selector, data) == (KEY, whole) else (None, None)
    if matching_type not in (0, 1):
        return None, None
    sha256 = data.hex() if matching_type == 1 else hashlib.sha256(data).hexdigest()
    for name, (key, certificate, _) in CA_KEYS.items():
        if (selector, sha256) in ((KEY, key), (CERTIFICATE, certificate)):
            return _status(name)
    return None, None


def _status(name):
    return name, CA_KEYS[name][2]
