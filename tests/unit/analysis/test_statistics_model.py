#!/usr/bin/python3
"""The model of the statistics: worked examples, most of them R's as well (survey, clubSandwich,
metafor), to ten digits."""
import unittest

import statistics_model as model
from statistics_model import Pair, cluster


def alike(number, of, count=0):
    return [cluster(of, count)] * number


def clusters(*pairs):
    return [cluster(*pair) for pair in pairs]


T3 = clusters((10, 1), (20, 0), (30, 5))
T8 = clusters((5000, 0), (3000, 0), (800, 8), (500, 50), (300, 0), (200, 2), (100, 0), (100, 40))
C1 = clusters((6000, 0), (2000, 40), (100, 30), (90, 0), (80, 4), (70, 0), (60, 0), (50, 12)) \
    + alike(1540, 1) + alike(10, 1, 1)
TF = alike(90, 20) + alike(5, 20, 1) + alike(3, 20, 3) + alike(2, 20, 6)
MOD = clusters((60, 0), (50, 0), (40, 0), (30, 0), (20, 20), (10, 10)) + alike(10, 1, 1) \
    + alike(490, 1)
K0 = clusters((6000, 0), (2000, 40)) + alike(40, 50)
KN = clusters((600, 600)) + alike(40, 10, 10)
ONE = clusters((500, 5), (90, 9), (3, 0)) + alike(7, 1)
FEW = alike(39, 20) + clusters((20, 7))

# what model.cluster_interval() says of them
SHARES = [
    (T3, {"clusters": 3, "p": 0.1, "jackknife": 0.00462962962963, "intraclass": 0.0455531453362,
          "model": 0.00302603036876, "design_effect": 3.08641975309, "n_e": 19.44,
          "effective_clusters": 2.57142857143, "rarer_clusters": 2, "df": 1,
          "effective_n": 2.57142857143, "cluster95": [1.35025724472e-07, 0.825000643444],
          "reliability": "few", "reason": None}),
    (T8, {"certainty_clusters": 6, "certainty_of": 9800, "certainty_count": 60, "p": 0.2,
          "jackknife": 0.04, "intraclass": 0.393939393939, "model": 0.032, "design_effect": 50.0,
          "n_e": 4.0, "effective_clusters": 2.0, "rarer_clusters": 1, "df": None,
          "effective_n": 2.0, "cluster95": [0.00600063315154, 0.0244817143333], "reason": "few"}),
    (C1, {"certainty_clusters": 2, "certainty_of": 8000, "certainty_count": 40, "p": 0.028,
          "clusters": 1558, "jackknife": 0.000241364326294, "intraclass": 0.0,
          "model": 1.3608e-05, "design_effect": 17.7369434373, "n_e": 112.758999716,
          "effective_clusters": 107.962213225, "rarer_clusters": 13,
          "effective_n": 107.962213225, "cluster95": [0.00517206203425, 0.0198739083823],
          "reliability": "ok"}),
    (TF, {"jackknife": 2.45555555556e-05, "intraclass": 0.148432879953, "model": 2.45086516854e-05,
          "design_effect": 3.82753574243, "n_e": 522.529411765, "effective_clusters": 100.0,
          "rarer_clusters": 10, "df": 9, "effective_n": 392.724003136,
          "cluster95": [0.00429765364423, 0.0298321701444], "reason": None}),
    (MOD, {"jackknife": 0.00101145188679, "intraclass": 1.0, "model": 0.00101244777943,
           "effective_clusters": 52.5104166667, "effective_n": 52.5104166667, "rarer_clusters": 12,
           "design_effect": 13.5211267606, "cluster95": [0.0115926637804, 0.156911545149],
           "reliability": "wide"}),
    (K0, {"reason": "none", "effective_n": 40.0, "effective_clusters": 40.0, "rarer_clusters": 0,
          "intraclass": None, "design_effect": None, "df": None, "reliability": "ok",
          "cluster95": [0.00293901373773, 0.0216194605758]}),
    (KN, {"reason": "all", "cluster95": [0.964761078848, 1.0]}),
    (ONE, {"certainty_clusters": 1, "jackknife": 0.00721202935548, "intraclass": 0.0,
           "rarer_clusters": 1, "effective_n": 1.23213405619, "effective_clusters": 1.23213405619,
           "cluster95": [0.00833333333333, 0.169377480642]}),
    (FEW, {"jackknife": 7.65625e-05, "intraclass": 0.315789473684, "n_e": 113.285714286,
           "effective_n": 40.0, "cluster95": [4.72184740712e-07, 0.104387509042],
           "reliability": "wide"}),
    (clusters((300, 3), (200, 1)), {"reason": "all_certain", "cluster95": None,
                                    "effective_clusters": None, "share": 0.008}),
    (clusters((50, 3)), {"reason": "one_cluster", "cluster95": None, "reliability": None,
                         "effective_clusters": 1.0, "rarer_clusters": 1}),
    ([], {"reason": "no_units", "share": None, "cluster95": None, "clusters": 0}),
]


def zones(sizes):
    """Clusters of (zone, units, with the property): com 160 surveyed, nl 40, org 25"""
    weights, covered, thin = model.stratum_weights(sizes, {"com": 160, "nl": 40, "org": 25})
    parts = [[("com", 4, 2 * (i % 7 == 0))] for i in range(30)] \
        + [[("nl", 2, 2 * (i % 5 == 0))] for i in range(12)] \
        + [[("org", 1, i == 0)] for i in range(12)] + [[("com", 10, 1), ("nl", 6, 0), ("org", 8, 3)]]
    return [model.Cluster(sum(x for _, x, _ in part), sum(y for _, _, y in part),
                          sum(weights[h] * x for h, x, _ in part),
                          sum(weights[h] * y for h, _, y in part),
                          sum(weights[h] ** 2 * x for h, x, _ in part)) for part in parts], covered, thin


def churn():
    pairs = [("g", "g", change) for change in [0] * 620 + [1] * 4 + [-1]]
    for i in range(30):
        pairs += [(f"a{i}", f"a{i}", 0)] * 9 + [(f"a{i}", "n", 1)]
    for i in range(10):
        pairs += [(f"b{i}", f"b{i}", 0)] * 6 + [(f"b{i}", f"b{i}", -1)] * (i % 3)
    return [Pair(*pair) for pair in pairs + [("c", "c", 0)] * 20 + [("c", "c", 1)] * 3]


class Examples(unittest.TestCase):
    def near(self, got, right, where=""):
        if isinstance(right, float):
            self.assertAlmostEqual(got, right, delta=max(abs(right) * 5e-11, 1e-12), msg=where)
        elif isinstance(right, list):
            self.assertEqual(len(got), len(right), where)
            for one, other in zip(got, right):
                self.near(one, other, where)
        elif isinstance(right, dict):
            for key, value in right.items():
                self.near(got[key], value, f"{where} {key}")
        else:
            self.assertEqual(got, right, where)

    def test_quantiles(self):
        self.near([model.Z, model.t_quantile(9), model.t_quantile(1999), model.t_quantile(1)],
                  [1.959963984540054, 2.2621571628, 1.96115142017, 12.7062047362])
        self.near(model.t_two_sided(model.t_quantile(7.5), 7.5), 0.05)
        # uniform, and both ends of large ones
        self.near(model.beta_quantile(0.025, 1, 1), 0.025)
        for a, b in ((30, 1e5), (59000, 1.45e7)):
            for p in (0.025, 0.975):
                low, high = model.beta_tails(a, b, model.beta_logit(p, a, b))
                self.assertAlmostEqual(low, p, 8)
                self.assertAlmostEqual(high, 1 - p, 8)

    def test_clusters(self):
        for at, (made, right) in enumerate(SHARES):
            self.near(model.cluster_interval(made), right, f"{at}")

    def test_samples(self):
        self.near(model.sample_interval(30, 9000, 0.1), [0.00237858243279, 0.00466952261541])
        self.near(model.sample_interval(0, 500, 0.5), [0.0, 0.00382675848556])
        domains = [(1, 0)] * 500 + [(2, 2)] * 20 + [(2, 0)] * 300 + [(5, 1)] * 4
        self.near(model.records_design_effect(domains), 1.87131743151)
        self.near(model.sample_interval_of_records(domains, 0.25),
                  [0.0269008027449, 0.0532365985636])
        self.near(model.records_design_effect([(1, 0), (3, 0)]), 2.5)

    def test_bounds(self):
        self.near(model.bounds(690, 240182, 2402), [0.00284437555651, 0.0127461003199])
        self.assertEqual([model.unseen(2, 7, 10), model.unseen(7, 7, 10), model.unseen(1, 0, 0)],
                         [3, 10, 0])

    def test_strata(self):
        """By hand: three of ten, and 20 names that may be units; 30 names drawn of 120, none is"""
        limit = model.Z ** 2
        self.near(model.unmet([(4, .25)] * 30), 120 * limit / (40 + limit))
        unknown = 2 * model.unmet([(4, .25)] * 30)  # two records of each name
        self.near(model.stratified_interval([(1, 1, 2, 1)] * 5 + [(1, 1, 0, 0)] * 9, [(4, .25)] * 30),
                  [5 / (10 + unknown), (5 + unknown) / (10 + unknown)])
        self.near(model.stratified_interval([(1, 1, 1, 1)] * 3 + [(1, 1, 1, 0)] * 7), [.3, .3])
        # of one stratum it is the simple random sample's
        for count in (0, 3, 300):
            self.near(model.stratified_interval([(4, .25, 1, 1)] * count
                                                + [(4, .25, 1, 0)] * (300 - count)),
                      model.sample_interval(count, 300, .25))

    def test_difference(self):
        got = model.difference(56 / 70, model.wilson(56 / 70, 70), 48 / 80, model.wilson(48 / 80, 80))
        self.near(got, [0.0524314724024, 0.333872654037])
        one, other = model.cluster_interval(C1), model.cluster_interval(K0)
        self.near(model.difference(one["share"], one["cluster95"], other["share"], other["cluster95"]),
                  [-0.0125673340259, 0.0159285471048])

    def test_weights(self):
        raw = {"share": 0.116666666667, "cluster95": [0.0417855238723, 0.243221818084]}
        plain = [cluster(c.of, c.count) for c in zones({"com": 160, "nl": 40, "org": 25})[0]]
        self.near(model.cluster_interval(plain), raw)
        self.near(model.cluster_interval(zones({"com": 160, "nl": 40, "org": 25})[0]), raw)
        got, covered, thin = zones({"com": 150e6, "nl": 6.3e6, "org": 10e6, "info": 4e6})
        self.near(model.cluster_interval(got), {
            "share": 0.0955237741456, "jackknife": 0.0009132348806, "intraclass": 0.363486540927,
            "effective_clusters": 29.8089378638, "kish": 153.272871863,
            "design_effect": 2.94240417949, "df": 9, "effective_n": 46.5493104086,
            "cluster95": [0.0290689031619, 0.21803160332]})
        self.near([covered, thin], [0.976512037581, 0.0])

    def test_random_effects(self):
        seed, three = [(58451, 14552195), (690, 240182)], [(300, 100000), (260, 90000), (150, 60000)]
        for samples, ratio, error, interval in (
                ([(30, 10000), (300, 100000)], 0.0, 0.055130946792,
                 [0.00149125691356, 0.00602596540732]),
                ([(30, 10000), (301, 100000), (60, 20000)], 0.000384788685625, 0.0506483986499,
                 [0.00242017713692, 0.00373730394579]),
                (seed, 1.0, 0.168136492347, [0.000403199849403, 0.0281153470285]),
                (seed + three, 0.514904543352, 0.109936710322,
                 [0.00223648979565, 0.00411029291503])):
            got = model.random_effects([model.logit_effect(*s) for s in samples])
            self.near(got, {"knapp_hartung_ratio": ratio, "knapp_hartung_error": error})
            self.near([1 / (1 + model.math.exp(-end)) for end in got["knapp_hartung95"]], interval)

    def test_change(self):
        self.near(model.paired_change(churn()), {
            "of": 1017, "gained": 37, "lost": 10, "change": 0.0265486725664,
            "certainty_clusters": 1, "certainty_of": 625, "certainty_gained": 4,
            "certainty_lost": 1, "changed_clusters": 8, "df": 7.07365648981,
            "standard_error": 0.0303178052787,
            "interval95": [-0.0449904942883, 0.0980878394211], "p_value": 0.409952341403,
            "reason": None})
        rest = [u for u in churn() if u.old != "g"]
        by = [model.grouped(rest, key) for key in (lambda u: u.old, lambda u: u.new, lambda u: u[:2])]
        self.near([model.jackknife_of_change(groups) for groups in by],
                  [0.000215189460736, 0.00615434398183, 0.00041871053851])
        self.near(model.rest_variance(rest)[0], 945.701113624)

    def test_change_without_interval(self):
        for pairs, reason in (([], "no_units"), ([Pair("a", "a", 0)] * 3, "no_change"),
                              ([Pair("a", "a", 1)] * 200, "certain"),
                              ([Pair("a", "a", 1)] * 50, "few"),
                              ([Pair(i, i, int(i == 0)) for i in range(50)], "few")):
            got = model.paired_change(pairs)
            self.assertEqual((got["reason"], got["interval95"]), (reason, None))

    def test_several_changes(self):
        self.near(model.holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
        self.near([model.exact_mcnemar(64, 69), model.exact_mcnemar(3, 12),
                   model.exact_mcnemar(0, 0)], [0.728853938674, 0.03515625, 1.0])
        self.near(model.change_bounds(11056, 64, 69, (1700, 24), (50, 4), 2),
                  [-0.00631037706451, 0.132517918355])

    def test_design(self):
        info = {"state": "finished", "total.listed": "100", "total.other_shards": "0",
                "setting.limit": "0", "setting.shard": "1/1", "setting.shuffle": "off"}
        for more, surveyed, kind, population in (
                ({}, 100, "census", 100), ({}, 99, "partial", 100),
                ({"state": "interrupted"}, 100, "partial", 100),
                ({"setting.limit": "10"}, 10, "first", 10),
                ({"setting.limit": "10", "setting.shuffle": "7"}, 10, "sample", 100),
                ({"setting.limit": "100", "setting.shuffle": "7"}, 100, "census", 100),
                ({"setting.limit": "100"}, 100, "census", 100),
                ({"setting.shard": "2/4", "total.other_shards": "300"}, 100, "sample", 400),
                ({"setting.shard": "2/4"}, 100, "census", 100),
                ({"setting.shard": "2/4", "total.other_shards": "300", "setting.limit": "9"}, 9,
                 "first", 9)):
            got = model.design(info | more, surveyed)
            self.assertEqual((got["kind"], got["population"]), (kind, population), more)
            self.assertEqual(got["fraction"], surveyed / population)
        del info["setting.limit"]
        self.assertEqual(model.design(info, 100)["kind"], "partial")


if __name__ == "__main__":
    unittest.main()
