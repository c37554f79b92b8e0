# R's word on what the program says: check.R FOLDER, with a case in each of its folders (run).
#
# Variances are those of survey's designs, intervals of svyciprop(), prop.test() and qbeta(), random
# effects and prediction intervals of metafor.  The last line is "N passed, N failed".
suppressPackageStartupMessages({
    library(survey)
    library(metafor)
    library(jsonlite)
})
options(survey.lonely.psu = "adjust")

passed <- 0
failed <- 0

# Six significant digits, in all that `right` names; NULL: must be null.
check <- function(what, got, right) {
    wrong <- character()
    for (key in names(right)) {
        one <- got[[key]]
        other <- right[[key]]
        same <- if (is.null(one) || is.null(other)) is.null(one) && is.null(other)
                else if (is.numeric(other))
                    length(one) == length(other) &&
                        all(abs(unlist(one) - other) <= pmax(1e-12, 1e-6 * abs(other)))
                else identical(one, other)
        if (!same)
            wrong <- c(wrong, paste0(key, ": ", format(list(one)), ", by R ", format(list(other))))
    }
    if (length(wrong) > 0) {
        cat("NOT OK: ", what, "\n", paste0("    ", wrong, "\n"), sep = "")
        failed <<- failed + 1
    } else {
        passed <<- passed + 1
    }
}

wilson <- function(share, size)
    as.vector(suppressWarnings(prop.test(share * size, size, correct = FALSE))$conf.int)

# --- other lists like it ---

is_certain <- function(x, n) 100 * x > n & x >= 100

# Clusters left out in turn
jackknife <- function(data, weights, clusters) {
    replicates <- jk1weights(clusters, compress = FALSE)
    svrepdesign(data = data, weights = weights, repweights = replicates$repweights, type = "JK1",
                scale = replicates$scale, rscales = replicates$rscales, mse = TRUE,
                combined.weights = FALSE)
}

# Of sum Y / sum X over clusters
ratio_of <- function(X, Y)
    svyratio(~Y, ~X, jackknife(data.frame(X, Y), rep(1, length(X)), seq_along(X)))

# One-way analysis of variance, by R where the clusters are few enough to be a factor
mean_squares <- function(units, x, y) {
    if (length(x) <= 300 && nrow(units) > length(x))
        return(summary(aov(state ~ factor(cluster), units))[[1]][["Mean Sq"]])
    k <- sum(y)
    n <- sum(x)
    c(sum(x * (y / x - k / n)^2) / (length(x) - 1), sum(y - y^2 / x) / (n - length(x)))
}

intraclass <- function(units, x, y) {
    n <- sum(x)
    if (n == length(x))
        return(0)
    squares <- mean_squares(units, x, y)
    typical <- (n - sum(x^2) / n) / (length(x) - 1)
    min(1, max(0, (squares[1] - squares[2]) / (squares[1] + (typical - 1) * squares[2])))
}

# Korn and Graubard's, as R has it: with the degrees of freedom of all clusters (degf)
check_korn_graubard <- function(rest, p, v) {
    design <- jackknife(rest, rest$weight, rest$cluster)
    right <- confint(svyciprop(~state, design, method = "beta"))
    size <- p * (1 - p) / v * (qt(0.975, nrow(rest) - 1) / qt(0.975, degf(design)))^2
    check("svyciprop", list(ends = clopper_pearson(p, size)), list(ends = as.vector(right)))
}

clopper_pearson <- function(p, n)
    c(if (p == 0) 0 else qbeta(0.025, p * n, n - p * n + 1),
      if (p == 1) 1 else qbeta(0.975, p * n + 1, n - p * n))

# Of units with cluster, state, weight, none of them without an answer
cluster95 <- function(units) {
    n <- nrow(units)
    if (n == 0)
        return(list(reason = "no_units", share = NULL, cluster95 = NULL))
    x <- tapply(units$state, units$cluster, length)
    certain <- names(x)[is_certain(x, n)]
    of_certain <- units$cluster %in% certain
    W <- sum(units$weight)
    share <- sum(units$weight * units$state) / W
    found <- list(share = share, of = n, count = sum(units$state), clusters = length(x),
                  certainty_clusters = length(certain), certainty_of = sum(of_certain),
                  certainty_count = sum(units$state[of_certain]))
    rest <- units[!of_certain, ]
    m <- length(x) - length(certain)
    if (m < 2)
        return(c(found, list(reason = if (m == 0) "all_certain" else "one_cluster",
                             cluster95 = NULL)))
    x <- as.vector(tapply(rest$state, rest$cluster, length))
    y <- as.vector(tapply(rest$state, rest$cluster, sum))
    X <- sum(rest$weight)
    effective <- X^2 / sum(tapply(rest$weight, rest$cluster, sum)^2)
    rarer <- min(sum(y > 0), sum(y < x))
    found <- c(found, list(effective_clusters = effective, rarer_clusters = rarer))
    if (sum(y) == 0 || sum(y) == sum(x)) {
        p <- as.numeric(sum(y) > 0)
        size <- number <- effective
        found$reason <- if (p == 0) "none" else "all"
    } else {
        ratio <- ratio_of(as.vector(tapply(rest$weight, rest$cluster, sum)),
                          as.vector(tapply(rest$weight * rest$state, rest$cluster, sum)))
        p <- as.vector(coef(ratio))
        v <- as.vector(vcov(ratio))
        rho <- intraclass(rest, x, y)
        kish <- X^2 / sum(rest$weight^2)
        model <- p * (1 - p) * ((1 - rho) / kish + rho / effective)
        size <- p * (1 - p) / max(v, model)
        found <- c(found, list(intraclass = rho, design_effect = sum(x) / size))
        least <- number <- min(size, effective)
        if (rarer >= 2) {
            found$df <- rarer - 1
            number <- max(least, size * (qt(0.975, sum(x) - 1) / qt(0.975, rarer - 1))^2)
        } else {
            found$reason <- "few"
        }
    }
    inner <- clopper_pearson(p, number)
    if (!is.null(found$df))
        check_korn_graubard(rest, p, v)
    ends <- (sum((units$weight * units$state)[of_certain]) + X * inner) / W
    units_alone <- wilson(share, W^2 / sum(units$weight^2))
    c(found, list(effective_n = number, cluster95 = c(min(ends[1], units_alone[1]),
                                                      max(ends[2], units_alone[2]))))
}

# --- the list's own share, from a sample of its names ---

by_domain <- function(units) {
    first <- !duplicated(units$domain)
    at <- factor(units$domain, units$domain[first])
    data.frame(x = as.vector(tapply(units$state, at, length)),
               y = as.vector(tapply(units$state, at, sum)),
               weight = units$weight[first], fraction = units$fraction[first])
}

# all_names: weight and fraction of all that were drawn
sample95 <- function(units, unit, is_stratified, all_names) {
    names <- by_domain(units)
    k <- sum(names$y)
    n <- sum(names$x)
    if (is_stratified)
        return(stratified95(names, all_names))
    effect <- if (unit == "domain") 1 else sum(names$x^2) / n
    if (unit == "mx_record" && k > 0 && k < n && nrow(names) > 1) {
        ratio <- svyratio(~y, ~x, svydesign(ids = ~1, weights = ~1, data = names))
        effect <- max(1, vcov(ratio) * n / (k / n * (1 - k / n)))
    }
    wilson(k / n, n / (effect * (1 - names$fraction[1])))
}

# Squares about 0, not about each stratum's mean, are those of strata of one name (lonely.psu); with
# these means the variance is smaller, but for n / (n - 1) of small strata.  Where none has it, all
# that do may be where a name stands for the most others.
stratified95 <- function(names, all_names) {
    if (all(names$fraction == 1))
        return(of_whole_strata(names, all_names[all_names$fraction < 1, ]))
    X <- sum(names$weight * names$x)
    p <- sum(names$weight * names$y) / X
    c <- names$weight^2 * (1 - names$fraction)
    if (p == 0 || p == 1)
        return(wilson(p, X / (max((names$weight * (1 - names$fraction))[names$x > 0]) *
                              sum(c * names$x^2) / sum(c * names$x))))
    names$at <- seq_len(nrow(names))
    design <- svydesign(ids = ~1, strata = ~at, weights = ~weight, fpc = ~fraction, data = names)
    ratio <- svyratio(~y, ~x, design)
    wilson(coef(ratio)[[1]], p * (1 - p) / max(vcov(ratio), p * (1 - p) * sum(c * names$x) / X^2))
}

# Units may be among the names that were not drawn, though none drawn is one: as many as Wilson's
# interval at a share of 0 says, with as many units each.
of_whole_strata <- function(names, partly) {
    N <- sum(partly$weight)
    unmet <- N * wilson(0, N / max(partly$weight * (1 - partly$fraction)))[2]
    c(sum(names$y), sum(names$y) + unmet * mean(names$x)) / (sum(names$x) + unmet * mean(names$x))
}

# --- a report ---

check_weighed <- function(what, got, units, folder) {
    zones <- read.csv(file.path(folder, "zones.csv"))
    surveyed <- table(read.csv(file.path(folder, "domains.csv"))$suffix)
    zones <- zones[zones$suffix %in% names(surveyed), ]
    units <- units[units$suffix %in% zones$suffix, ]
    units$weight <- zones$size[match(units$suffix, zones$suffix)] /
        as.vector(surveyed[units$suffix])
    right <- cluster95(units)
    check(paste(what, "weighed"), got, right[c("share", "of", "cluster95", "reason")])
}

check_report <- function(case, folder) {
    units <- read.csv(file.path(folder, "units.csv"), na.strings = "")
    report <- fromJSON(file.path(folder, "report.json"), simplifyVector = FALSE)
    all_names <- read.csv(file.path(folder, "domains.csv"))
    is_stratified <- !is.null(report$design$strata)
    sides <- list()
    for (got in report$estimates) {
        what <- paste(case, got$name, got$stratum)
        own <- units[units$share == got$name & units$stratum == got$stratum & !is.na(units$state), ]
        right <- cluster95(own)
        right["sample95"] <- list(if (report$design$kind == "sample" && got$unit != "host" &&
                                      nrow(own) > 0) sample95(own, got$unit, is_stratified, all_names))
        check(what, got, right)
        sides[[got$stratum]] <- if (got$name == "domains_with_cname_mx") right
                                else sides[[got$stratum]]
        if (!is.null(got$poststratified))
            check_weighed(what, got$poststratified, own, folder)
    }
    check_difference(case, report$signed_difference, sides$dnssec_secure, sides$dnssec_insecure)
}

# Newcombe's method 10
check_difference <- function(case, got, one, other) {
    d <- one$share - other$share
    right <- list(difference = d)
    for (key in c("cluster95", "sample95")) {
        a <- one[[key]]
        b <- other[[key]]
        right[key] <- list(if (!is.null(a) && !is.null(b))
            d + c(-sqrt((one$share - a[1])^2 + (b[2] - other$share)^2),
                  sqrt((a[2] - one$share)^2 + (other$share - b[1])^2)))
    }
    check(paste(case, "signed_difference"), got, right)
}

# --- a comparison ---

variance_of_mean <- function(rest, groups)
    as.vector(vcov(ratio_of(as.vector(table(groups)), as.vector(tapply(rest$change, groups, sum)))))

paired <- function(units) {
    n <- nrow(units)
    found <- list(of = n, gained = sum(units$change == 1), lost = sum(units$change == -1))
    if (n == 0 || all(units$change == 0))
        return(c(found, list(reason = if (n == 0) "no_units" else "no_change", interval95 = NULL,
                             p_value = NULL)))
    changed_of <- function(units, by) tapply(units$change != 0, units[[by]], sum)
    sizes <- table(factor(c(units$old), unique(c(units$old, units$new))))
    sizes <- pmax(sizes, table(factor(c(units$new), unique(c(units$old, units$new)))))
    certain <- names(sizes)[is_certain(sizes, n)]
    inside <- units$old %in% certain & units$new %in% certain
    rest <- units[!inside, ]
    A <- c <- 0
    if (length(unique(rest$old)) > 1 && length(unique(rest$new)) > 1 && any(rest$change != 0)) {
        old <- variance_of_mean(rest, rest$old)
        new <- variance_of_mean(rest, rest$new)
        both <- variance_of_mean(rest, paste(rest$old, rest$new))
        A <- nrow(rest)^2 * max(old + new - both, old, new)
        c <- min(sum(changed_of(rest, "old") > 0), sum(changed_of(rest, "new") > 0))
    }
    held <- units[inside, ]
    q <- sum(held$change != 0)
    B <- q - sum(tapply(held$change, held$old, sum)^2 / tapply(held$change, held$old, length))
    d <- mean(units$change)
    found <- c(found, list(change = d, certainty_clusters = length(certain),
                           certainty_of = nrow(held), changed_clusters = c))
    if (A + B == 0 || c + q < 2)
        return(c(found, list(reason = if (A + B == 0 && q > 0) "certain" else "few",
                             interval95 = NULL, p_value = NULL)))
    error <- sqrt(A + B) / n
    df <- (A + B)^2 / sum(if (A > 0) A^2 / max(1, c - 1), if (B > 0) B^2 / max(1, q - 1))
    c(found, list(standard_error = error, df = df,
                  interval95 = pmin(1, pmax(-1, d + c(-1, 1) * qt(0.975, df) * error)),
                  p_value = 2 * pt(-abs(d) / error, df)))
}

check_comparison <- function(case, folder) {
    units <- read.csv(file.path(folder, "pairs.csv"))
    comparison <- fromJSON(file.path(folder, "compare.json"), simplifyVector = FALSE)
    changes <- Filter(function(got) got$unit != "mx_record", comparison$changes)
    rights <- lapply(changes, function(got)
        paired(units[units$share == got$name & units$stratum == got$stratum, ]))
    tested <- vapply(rights, function(right) !is.null(right$p_value), TRUE)
    holm <- rep(NA, length(rights))
    holm[tested] <- p.adjust(vapply(rights[tested], function(right) right$p_value, 0), "holm")
    for (i in seq_along(changes)) {
        got <- changes[[i]]
        right <- c(rights[[i]], if (tested[i]) list(p_holm = holm[i]))
        check(paste(case, got$name, got$stratum), got$paired, right)
        if (right$gained + right$lost > 0)
            check(paste(case, got$name, got$stratum, "mcnemar"), got$mcnemar,
                  list(exact_p = binom.test(right$gained, right$gained + right$lost)$p.value))
    }
}

# --- several samples ---

check_effects <- function(what, got, measure, samples, back) {
    fit <- function(method, test)
        rma(xi = samples$count, ni = samples$of, measure = measure, method = method, test = test)
    modified <- fit("DL", "adhoc")
    plain <- fit("DL", "z")
    # with k - 2 degrees of freedom (Higgins, Thompson & Spiegelhalter 2009)
    next_one <- predict(plain, pi.type = "riley")
    right <- list(share = back(coef(modified)[[1]]), tau2 = modified$tau2, q = modified$QE,
                  i2 = modified$I2 / 100, standard_error = plain$se,
                  knapp_hartung_ratio = fit("DL", "knha")$s2w,
                  knapp_hartung_error = modified$se,
                  knapp_hartung95 = back(c(modified$ci.lb, modified$ci.ub)),
                  normal95 = back(c(plain$ci.lb, plain$ci.ub)),
                  fixed_share = back(coef(fit("EE", "z"))[[1]]))
    right["prediction95"] <- list(if (nrow(samples) > 2) back(c(next_one$pi.lb, next_one$pi.ub)))
    check(what, got, right)
}

check_estimate <- function(case, folder) {
    samples <- read.csv(file.path(folder, "samples.csv"), comment.char = "#")
    estimate <- fromJSON(file.path(folder, "estimate.json"), simplifyVector = FALSE)
    for (i in seq_along(estimate$samples))
        check(paste(case, samples$name[i]), estimate$samples[[i]],
              list(wilson95 = wilson(samples$count[i] / samples$of[i], samples$of[i])))
    for (got in estimate$combinations) {
        own <- if (got$unit == "mixed") samples else samples[samples$unit == got$unit, ]
        check_effects(paste(case, got$unit, "logit"), got$logit, "PLO", own, plogis)
        if (!is.null(got$raw))
            check_effects(paste(case, got$unit, "raw"), got$raw, "PR", own, identity)
    }
}

# --- how many names to draw ---

# The rows of plan.txt: how many are drawn, and the numbers shown of them, as texts
plan_rows <- function(lines) {
    fields <- regmatches(lines, regexec(paste0("^([* ]) +([0-9,]+)  (?:([0-9.]+) % \\+- ([0-9.]+)",
                                               "|all: no sampling error)(?: +([0-9.]+) - ([0-9.]+) %)?$"),
                                        lines, perl = TRUE))
    fields <- Filter(length, fields)
    lapply(fields, function(row) list(least = row[2] == "*", drawn = as.numeric(gsub(",", "", row[3])),
                                      share = row[4], half = row[5], others = row[6:7]))
}

# As far as the digits go that are shown, in percent
check_shown <- function(what, shown, right) {
    digits <- nchar(sub("^[^.]*[.]?", "", shown))
    check(what, list(same = all(abs(as.numeric(shown) - 100 * right) <= 0.5000001 * 10^-digits)),
          list(same = TRUE))
}

check_plan <- function(case, folder) {
    plan <- read.csv(file.path(folder, "plan.csv"))
    rows <- plan_rows(readLines(file.path(folder, "plan.txt")))
    names <- if (is.na(plan$names)) Inf else plan$names
    counted <- 1
    if (!is.na(plan$surveyed)) {
        units <- read.csv(file.path(folder, "units.csv"), na.strings = "")
        survey <- cluster95(units[!is.na(units$state), ])
        plan$share <- survey$share
        counted <- survey$of / plan$surveyed
    }
    half_width <- function(drawn)
        diff(wilson(plan$share, counted * drawn / (1 - drawn / names))) / 2
    for (row in rows) {
        what <- paste(case, row$drawn)
        if (row$drawn < names)
            check_shown(what, c(row$share, row$half), c(plan$share, half_width(row$drawn)))
        if (!is.na(plan$surveyed))
            check_shown(paste(what, "of other lists"), row$others,
                        others95(survey, row$drawn / plan$surveyed))
    }
    least <- Filter(function(row) row$least, rows)[[1]]$drawn
    check(paste(case, "the least"), list(rows = length(rows) > 4, enough = half_width(least) <= plan$half,
                                         less = half_width(least - 1) > plan$half),
          list(rows = TRUE, enough = TRUE, less = TRUE))
}

# Of `times` as many names, drawn from the survey's list: the clusters that are not certain are
# thinned, and with them what their design effect has over 1 (Kish 1965)
others95 <- function(survey, times) {
    rest <- survey$of - survey$certainty_of
    size <- times * rest / (1 + times * (rest / survey$effective_n - 1))
    inner <- clopper_pearson((survey$count - survey$certainty_count) / rest, size)
    ends <- (survey$certainty_count + rest * inner) / survey$of
    units_alone <- wilson(survey$share, times * survey$of)
    c(min(ends[1], units_alone[1]), max(ends[2], units_alone[2]))
}

for (folder in list.dirs(commandArgs(TRUE)[1], recursive = FALSE)) {
    case <- basename(folder)
    if (file.exists(file.path(folder, "report.json")))
        check_report(case, folder)
    if (file.exists(file.path(folder, "compare.json")))
        check_comparison(case, folder)
    if (file.exists(file.path(folder, "estimate.json")))
        check_estimate(case, folder)
    if (file.exists(file.path(folder, "plan.csv")))
        check_plan(case, folder)
}
cat(passed, " passed, ", failed, " failed\n", sep = "")
quit(status = if (failed > 0 || passed == 0) 1 else 0)
