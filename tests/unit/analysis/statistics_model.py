"""The statistics of a survey once more, by definition, in plain Python: what the program's numbers
are compared with.  Little here is made for speed.  test_statistics_model.py has worked examples."""
import collections
import functools
import math
import statistics

Z = statistics.NormalDist().inv_cdf(0.975)

# of: units, count: with the property; weight, weighted_count: the same by weight; squares: of weights
Cluster = collections.namedtuple("Cluster", "of count weight weighted_count squares")


def cluster(of, count):
    """One whose units weigh 1"""
    return Cluster(of, count, of, count, of)


# --- distributions ---

def beta_fraction(a, b, x):
    """Continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8), by Lentz's
    method; quick where x < (a + 1) / (a + b + 2)"""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    result, m = d, 0
    while True:
        m += 1
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d, c = 1 + term * d, 1 + term / c
            d = 1 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            step = c * d
            result *= step
        if abs(step - 1) < 1e-16 or m > 1000000:
            return result


def beta_density(a, b, logit):
    """x, 1 - x, and the density of the logit of a Beta variable: x^a (1 - x)^b / B(a, b)"""
    least = -math.log1p(math.exp(-abs(logit)))
    log_x, log_rest = least + min(logit, 0), least - max(logit, 0)
    return math.exp(log_x), math.exp(log_rest), math.exp(
        a * log_x + b * log_rest - math.lgamma(a) - math.lgamma(b) + math.lgamma(a + b))


def beta_tails(a, b, logit):
    """P(B < x), P(B > x) of a Beta variable, x given by its logit: neither end is lost"""
    x, rest, front = beta_density(a, b, logit)
    if x < (a + 1) / (a + b + 2):
        low = front * beta_fraction(a, b, x) / a
        return low, 1 - low
    high = front * beta_fraction(b, a, rest) / b
    return 1 - high, high


@functools.lru_cache(maxsize=None)
def beta_logit(probability, a, b):
    """Of the quantile: where the smaller tail's logarithm is that of its probability, by Newton's
    steps, and by halves where a step leads out of what is left"""
    low, high, middle, step = -740.0, 740.0, math.log(a / b), math.inf
    upper = probability > 0.5
    while abs(step) > 1e-13 * max(1.0, abs(middle)) and low < middle < high:
        below, above = beta_tails(a, b, middle)
        right = above > 1 - probability if upper else below < probability
        low, high = (middle, high) if right else (low, middle)
        tail, aim = (above, 1 - probability) if upper else (below, probability)
        slope = beta_density(a, b, middle)[2]
        step = math.log(aim / tail) * tail / slope if tail > 0 < slope else math.inf
        step = -step if upper else step
        if not low < middle + step < high:
            step = (low + high) / 2 - middle
        middle += step
    return middle


def beta_quantile(probability, a, b):
    logit = beta_logit(probability, a, b)
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def t_quantile(freedom):
    """0.975 quantile of Student's t: f / (f + t^2) is Beta(f/2, 1/2)"""
    return math.sqrt(freedom * math.exp(-beta_logit(0.05, freedom / 2, 0.5)))


def t_two_sided(t, freedom):
    """2 P(T > t), t >= 0"""
    return beta_tails(freedom / 2, 0.5, math.log(freedom) - 2 * math.log(t))[0] if t > 0 else 1.0


# --- one share ---

def wilson(share, size):
    """Wilson 1927: the p with |share - p| = z sqrt(p (1 - p) / size)"""
    a, b, c = 1 + Z * Z / size, -(2 * share + Z * Z / size), share * share
    root = math.sqrt(max(0, b * b - 4 * a * c))
    return [0.0 if share == 0 else (-b - root) / (2 * a),
            1.0 if share == 1 else (-b + root) / (2 * a)]


def bounds(count, of, unknown):
    """Manski 1989"""
    return [count / (of + unknown), (count + unknown) / (of + unknown)] if of > 0 else None


def unseen(failed, mx, records):
    """Records that the failed domains would have, as many as those with MX"""
    return -(-failed * records // mx) if mx > 0 else 0


def certain(units, of):
    """A cluster counted, not drawn (Kish 1965: self-representing)"""
    return 100 * units > of and units >= 100


def intraclass(rest):
    """By analysis of variance, of units that weigh 1 (Ridout, Demetrio & Firth 1999)"""
    m, n, k = len(rest), sum(c.of for c in rest), sum(c.count for c in rest)
    if n == m:
        return 0.0
    between = math.fsum(c.of * (c.count / c.of - k / n) ** 2 for c in rest) / (m - 1)
    within = math.fsum(c.count - c.count ** 2 / c.of for c in rest) / (n - m)
    size = (n - math.fsum(c.of ** 2 for c in rest) / n) / (m - 1)
    return min(1.0, max(0.0, (between - within) / (between + (size - 1) * within)))


def drawn(rest):
    """Of the clusters that are not certain, of which there are two or more: p and its effective
    number, by the jackknife or by Kish's model, whichever is larger (Korn & Graubard 1998)"""
    m, n, k = len(rest), sum(c.of for c in rest), sum(c.count for c in rest)
    weight = math.fsum(c.weight for c in rest)
    effective = weight ** 2 / math.fsum(c.weight ** 2 for c in rest)
    found = {"effective_clusters": effective, "intraclass": None, "design_effect": None, "df": None,
             "rarer_clusters": min(sum(c.count > 0 for c in rest), sum(c.count < c.of for c in rest))}
    if k in (0, n):
        return found | {"p": k / n, "n_e": effective, "effective_n": effective,
                        "reason": "none" if k == 0 else "all"}
    p = math.fsum(c.weighted_count for c in rest) / weight
    kish = weight ** 2 / math.fsum(c.squares for c in rest)
    jackknife = (m - 1) / m * math.fsum(((c.weighted_count - p * c.weight) / (weight - c.weight)) ** 2
                                        for c in rest)
    rho = intraclass(rest)
    model = p * (1 - p) * ((1 - rho) / kish + rho / effective)
    variance = max(jackknife, model)
    size = p * (1 - p) / variance
    freedom = found["rarer_clusters"] - 1
    number, reason = min(size, effective), "few"
    if freedom >= 1:
        number = max(size * (t_quantile(n - 1) / t_quantile(freedom)) ** 2, number)
        found["df"], reason = freedom, None
    return found | {"p": p, "intraclass": rho, "design_effect": variance / (p * (1 - p) / n),
                    "n_e": size, "effective_n": number, "reason": reason, "jackknife": jackknife,
                    "model": model, "kish": kish}


def clopper_pearson(p, size):
    """Clopper & Pearson 1934, of a size that need not be whole"""
    return [beta_quantile(0.025, p * size, size - p * size + 1) if p > 0 else 0.0,
            beta_quantile(0.975, p * size + 1, size - p * size) if p < 1 else 1.0]


def reliability(of, size, interval, share):
    """After the standards of the NCHS (Parker et al. 2017)"""
    width = interval[1] - interval[0]
    if of < 30 or size < 30 * (1 - 1e-9):
        return "few"
    return "wide" if width >= 0.30 or (width > 0.05 and width > 1.3 * share) else "ok"


def cluster_interval(clusters):
    """The share, and all that the JSON says of it from the clusters; beside these p, n_e, jackknife,
    model, kish of the clusters that are not certain"""
    clusters = [c for c in clusters if c.of > 0]
    n = sum(c.of for c in clusters)
    sure = [c for c in clusters if certain(c.of, n)]
    rest = [c for c in clusters if not certain(c.of, n)]
    result = {"count": sum(c.count for c in clusters), "of": n, "clusters": len(clusters),
              "certainty_clusters": len(sure), "certainty_of": sum(c.of for c in sure),
              "certainty_count": sum(c.count for c in sure)}
    result |= dict.fromkeys(("share", "effective_clusters", "rarer_clusters", "intraclass",
                             "design_effect", "df", "effective_n", "cluster95", "reliability",
                             "largest_cluster_share"))
    if n == 0:
        return result | {"reason": "no_units"}
    total = math.fsum(c.weight for c in clusters)
    share = math.fsum(c.weighted_count for c in clusters) / total
    result |= {"share": share, "largest_cluster_share": max(c.of for c in clusters) / n}
    if not rest:
        return result | {"reason": "all_certain"}
    if len(rest) == 1:
        only = rest[0]
        return result | {"reason": "one_cluster", "effective_clusters": 1.0,
                         "rarer_clusters": int(0 < only.count < only.of)}
    result |= drawn(rest)
    weight = math.fsum(c.weight for c in rest)
    counted = math.fsum(c.weighted_count for c in sure)
    inner = [(counted + weight * end) / total
             for end in clopper_pearson(result["p"], result["effective_n"])]
    units = wilson(share, total ** 2 / math.fsum(c.squares for c in clusters))
    result["cluster95"] = [min(inner[0], units[0]), max(inner[1], units[1])]
    result["reliability"] = reliability(n, result["n_e"], result["cluster95"], share)
    return result


# --- a sample of a list ---

def design(info, surveyed):
    """{kind, population, surveyed, fraction, headline}; info: run_info, key to value"""
    def number(text):
        return int(text) if text is not None and text.isdecimal() else None

    listed, other, limit, shuffle = (number(info.get(key)) for key in (
        "total.listed", "total.other_shards", "setting.limit", "setting.shuffle"))
    shards = number(info.get("setting.shard", "").rpartition("/")[2])
    sharded = shards is not None and shards > 1
    drawn = number(info.get("setting.sample")) or 0  # names of strata
    population = number(info.get("total.population")) if drawn else \
        None if None in (listed, other, shards) else listed + other * sharded
    if None in (population, limit) or info.get("state") != "finished":
        kind = "partial"
    else:
        limited = 0 < limit < listed
        if surveyed != (limit if limited else listed):
            kind = "partial"
        elif limited and shuffle is None:
            kind, population = "first", surveyed
        elif (limited or sharded or drawn) and surveyed < population:
            kind = "sample"
        else:
            kind = "census"
    return {"kind": kind, "population": population, "surveyed": surveyed,
            "fraction": surveyed / population if population else None,
            "headline": "sample95" if kind == "sample" else "share"}


def sample_interval(count, of, fraction):
    """Of domains: Wilson's interval with finite population correction (Cochran 1977)"""
    return wilson(count / of, of / (1 - fraction))


def records_design_effect(domains):
    """MX records come by whole domains; domains: (records, of which aliases), records > 0"""
    n, k, number = sum(x for x, _ in domains), sum(y for _, y in domains), len(domains)
    if k in (0, n) or number == 1:
        return sum(x * x for x, _ in domains) / n
    p = k / n
    variance = number / (number - 1) * math.fsum((y - p * x) ** 2 for x, y in domains) / n ** 2
    return max(1.0, variance * n / (p * (1 - p)))


def sample_interval_of_records(domains, fraction):
    n, k = sum(x for x, _ in domains), sum(y for _, y in domains)
    return wilson(k / n, n / (records_design_effect(domains) * (1 - fraction)))


def none_of(names):
    """Wilson's upper end where none of these names has it, (weight, fraction, units): each that has
    it may be of the stratum whose names stand for the most others, and units come by names"""
    names = [name for name in names if name[2] > 0]
    total = math.fsum(w * units for w, _, units in names)
    left = max(w - w * f for w, f, _ in names)
    squares, linear = (math.fsum(w * (w - w * f) * units ** power for w, f, units in names)
                       for power in (2, 1))
    return wilson(0.0, total / (left * squares / linear))[1]


def unmet(partly):
    """Of the names drawn from strata that were not drawn whole, (weight, fraction): how many names
    of these strata may be what none of those drawn is"""
    if not partly:
        return 0.0
    return math.fsum(w for w, _ in partly) * none_of([(w, f, 1) for w, f in partly])


def stratified_interval(names, partly=()):
    """Of a sample from strata: names are (weight N/n, fraction n/N, units, with the property);
    partly: of the names drawn that are not whole strata, and might have been units, (weight,
    fraction)"""
    x, y = (math.fsum(name[0] * name[i] for name in names) for i in (2, 3))
    ratio = y / x
    if all(fraction == 1 for _, fraction, units, _ in names if units > 0):
        unseen_units = unmet(partly) * statistics.fmean(units for *_, units, _ in names if units > 0)
        return bounds(y, x, unseen_units)

    def summed(term):
        return math.fsum(w * w * (1 - f) * term(units, count) for w, f, units, count in names) / x ** 2

    if y in (0, x):
        limit = none_of([name[:3] for name in names])
        return [0.0, limit] if y == 0 else [1 - limit, 1.0]
    spread = ratio * (1 - ratio)
    variance = max(summed(lambda units, count: (count - ratio * units) ** 2),
                   spread * summed(lambda units, count: units))
    return wilson(ratio, spread / variance)


def difference(p1, interval1, p0, interval0):
    """Newcombe 1998, method 10; MOVER (Zou & Donner 2008)"""
    (l1, u1), (l0, u0), d = interval1, interval0, p1 - p0
    return [d - math.hypot(p1 - l1, u0 - p0), d + math.hypot(u1 - p1, p0 - l0)]


def stratum_weights(sizes, surveyed):
    """({stratum: weight of each of its units}, weight_covered, thin_weight); both arguments
    are {stratum: names}"""
    used = [h for h in sizes if surveyed.get(h, 0) > 0]
    total = sum(sizes.values())
    return ({h: sizes[h] / surveyed[h] for h in used}, sum(sizes[h] for h in used) / total,
            sum(sizes[h] for h in used if surveyed[h] < 20) / total)


# --- several samples ---

def random_effects(effects):
    """DerSimonian & Laird 1986; Knapp & Hartung 2003, modified (Roever, Knapp & Friede 2015).
    Two or more effects, (value, variance); all on their scale."""
    k = len(effects)
    fixed = [1 / v for _, v in effects]
    centre = math.fsum(w * y for w, (y, _) in zip(fixed, effects)) / math.fsum(fixed)
    q = math.fsum(w * (y - centre) ** 2 for w, (y, _) in zip(fixed, effects))
    scale = math.fsum(fixed) - math.fsum(w * w for w in fixed) / math.fsum(fixed)
    tau2 = max(0.0, (q - (k - 1)) / scale)
    weights = [1 / (v + tau2) for _, v in effects]
    total = math.fsum(weights)
    mean = math.fsum(w * y for w, (y, _) in zip(weights, effects)) / total
    ratio = math.fsum(w * (y - mean) ** 2 for w, (y, _) in zip(weights, effects)) / (k - 1)
    error = math.sqrt(max(1.0, ratio)) / math.sqrt(total)
    half = t_quantile(k - 1) * error
    return {"tau2": tau2, "mean": mean, "standard_error": 1 / math.sqrt(total),
            "knapp_hartung_ratio": ratio, "knapp_hartung_error": error,
            "knapp_hartung95": [mean - half, mean + half]}


def logit_effect(count, of):
    """A sample of independent units, for random_effects()"""
    return math.log(count / (of - count)), 1 / count + 1 / (of - count)


# --- a change ---

def grouped(units, key):
    """[(units, net change, changed units)] by key, the first two summed"""
    groups = {}
    for unit in units:
        sums = groups.setdefault(key(unit), [0, 0, 0])
        sums[0] += 1
        sums[1] += unit.change
        sums[2] += unit.change != 0
    return list(groups.values())


# old, new: operators in either survey, any hashable; change: -1, 0, 1
Pair = collections.namedtuple("Pair", "old new change")


def exact_mcnemar(gained, lost):
    """Two-sided binomial of the smaller of both"""
    n = gained + lost
    tail = sum(math.comb(n, i) for i in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / 2 ** n) if n > 0 else 1.0


def jackknife_of_change(groups):
    m, n, net = len(groups), sum(g[0] for g in groups), sum(g[1] for g in groups)
    return (m - 1) / m * math.fsum(((g[1] - net / n * g[0]) / (n - g[0])) ** 2 for g in groups)


def rest_variance(rest):
    """(A, c) of the units that are not of the certain part"""
    by = [grouped(rest, key) for key in (lambda u: u.old, lambda u: u.new, lambda u: u[:2])]
    if min(len(by[0]), len(by[1])) < 2 or not any(u.change for u in rest):
        return 0.0, 0
    old, new, pair = map(jackknife_of_change, by)
    changed = min(sum(g[2] > 0 for g in groups) for groups in by[:2])
    return len(rest) ** 2 * max(old + new - pair, old, new), changed


def paired_change(pairs):
    """The fields of `paired` but p_holm; p_value not adjusted.  Two-way clusters (Cameron,
    Gelbach & Miller 2011)."""
    n = len(pairs)
    sizes = [collections.Counter(getattr(u, side) for u in pairs) for side in ("old", "new")]
    sure = {o for o in sizes[0] | sizes[1] if certain(max(sizes[0][o], sizes[1][o]), n)}
    inside = [u for u in pairs if u.old in sure and u.new in sure]
    rest = [u for u in pairs if u.old not in sure or u.new not in sure]
    gained, lost = (sum(u.change == sign for u in pairs) for sign in (1, -1))
    result = {"of": n, "gained": gained, "lost": lost, "change": None,
              "certainty_clusters": len(sure), "certainty_of": len(inside),
              "certainty_gained": sum(u.change == 1 for u in inside),
              "certainty_lost": sum(u.change == -1 for u in inside), "changed_clusters": 0,
              "df": None, "standard_error": None, "interval95": None, "p_value": None, "reason": None}
    if n == 0:
        return result | {"reason": "no_units"}
    result["change"] = d = (gained - lost) / n
    drawn_part, changed = rest_variance(rest)
    churn = grouped(inside, lambda u: u.old)
    random_part = math.fsum(g[2] - g[1] ** 2 / g[0] for g in churn)
    q = sum(g[2] for g in churn)
    result["changed_clusters"] = changed
    if gained + lost == 0:
        return result | {"reason": "no_change"}
    if drawn_part + random_part == 0:
        return result | {"reason": "certain" if q > 0 else "few"}
    if changed + q < 2:
        return result | {"reason": "few"}
    error = math.sqrt(drawn_part + random_part) / n
    freedom = (drawn_part + random_part) ** 2 / (
        (drawn_part ** 2 / max(1, changed - 1) if drawn_part > 0 else 0)
        + (random_part ** 2 / max(1, q - 1) if random_part > 0 else 0))
    half = t_quantile(freedom) * error
    return result | {"df": freedom, "standard_error": error,
                     "interval95": [max(-1.0, d - half), min(1.0, d + half)],
                     "p_value": t_two_sided(abs(d) / error, freedom)}


def holm(values):
    """Adjusted p of a family, in its order (Holm 1979)"""
    order = sorted(range(len(values)), key=lambda i: values[i])
    adjusted, highest = [0.0] * len(values), 0.0
    for place, i in enumerate(order):
        highest = max(highest, (len(values) - place) * values[i])
        adjusted[i] = min(1.0, highest)
    return adjusted


def change_bounds(n, gained, lost, lost_sight, came_in_sight, neither):
    """lost_sight[y] was counted as y and is not answered now, came_in_sight[y] the reverse"""
    total = n + sum(lost_sight) + sum(came_in_sight) + neither
    if total == 0:
        return None
    return [(gained - lost - lost_sight[1] - came_in_sight[0] - neither) / total,
            (gained - lost + lost_sight[0] + came_in_sight[1] + neither) / total]
