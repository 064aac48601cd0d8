# Reference values of R's survey package for the statistics of src/analysis.
#
# Reads population.csv and respondents.csv, which make_data.py made, and writes what tests/analysis/against_r.py
# compares with our functions, with 17 digits. README.md says per file what it verifies and by which call.
# Run by `make reference`, in this folder. Debian: apt-get install r-base-core r-cran-survey r-cran-mass
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "adjust", survey.adjust.domain.lonely = FALSE)
WAVES <- c(2020, 2022, 2024)
CONFIDENCE <- 0.95
number <- function(v) ifelse(is.na(v), "", if (is.numeric(v)) sprintf("%.17g", v) else as.character(v))
write <- function(rows, file) {
  if (!is.data.frame(rows)) rows <- do.call(rbind, rows)
  write.csv(as.data.frame(lapply(rows, number)), file, row.names = FALSE, quote = FALSE)
}
row <- function(...) data.frame(..., stringsAsFactors = FALSE)
each <- function(rows, by, fun) do.call(rbind, lapply(split(rows, rows[by], drop = TRUE), fun))

# --- Data -----------------------------------------------------------------------------------------------------------
cells <- read.csv("population.csv", colClasses = c("function" = "character"), check.names = FALSE)
people <- read.csv("respondents.csv", colClasses = "character", check.names = FALSE, na.strings = character(0))
people$years <- suppressWarnings(as.numeric(people$years))
SCORES <- c(none = 0, once = 1, few = 3, many = 7.5, daily = 20)
people$incidents_score <- unname(SCORES[people$incidents])
people$reports_score <- unname(SCORES[people$reports])
MISSING <- c("dont_know", "refused", "no_answer", "routed_out", "not_asked")
GROUPS <- c(raadslid = "raadslid", wethouder = "wethouder", burgemeester = "burgemeester", statenlid = "provincie",
            commissaris = "provincie", gedeputeerde = "provincie", dijkgraaf = "waterschap", db_lid = "waterschap",
            ab_lid = "waterschap")
DOMAINS <- c("all", "function=commissaris", "function=dijkgraaf", "function=wethouder",
             "function=wethouder&province=flevoland", "province=groningen", "province=flevoland", "province=limburg",
             "gender=vrouw", "function=raadslid&gender=vrouw", "group=g12", "group=g20", "group=g30", "few=df7",
             "few=df8", "few=df9")
FEWER <- c("all", "province=flevoland", "function=raadslid&gender=vrouw", "group=g20")
COMPARED <- c("all", "function=wethouder", "province=groningen", "province=flevoland", "province=limburg",
              "gender=vrouw", "group=g12", "group=g20", "group=g30", "few=df8")

inside <- function(domain, d) {
  held <- rep(TRUE, nrow(d))
  if (domain != "all") for (part in strsplit(strsplit(domain, "&")[[1]], "=")) held <- held & d[[part[1]]] == part[2]
  held
}

# Per measure: who says yes (0 or 1, never NA) and who has a valid answer.
measures <- function(d) {
  said <- function(column, among = c("yes", "no"), yes = "yes", base = TRUE)
    list(y = (d[[column]] %in% yes & base) * 1, ok = d[[column]] %in% among & base)
  victims <- d$verbal == "yes"
  grades <- c("licht", "matig", "ernstig")
  made <- list("verbal|" = said("verbal"), "verbal_of_all|" = said("verbal", c("yes", "no", "dont_know")),
               "threat|" = said("threat"), "rare|" = said("rare"), "never|" = said("never"), "always|" = said("always"))
  for (grade in grades) made[[paste0("severity|", grade)]] <- said("severity", grades, grade, victims)
  for (one in c("mail", "phone", "street")) made[[paste0("channel|", one)]] <- said(paste0("channel__", one))
  made
}
key <- function(name) strsplit(paste0(name, " "), "|", fixed = TRUE)[[1]]
indicator <- function(name) key(name)[1]
answer <- function(name) trimws(key(name)[2])

# --- Designs: a stratum is function x province; margins function, gender within group, province, size class ---------
prepare <- function(wave) {
  cell <- cells[cells$wave == wave, ]
  d <- people[people$wave == wave, ]
  d$stratum <- paste(d[["function"]], d$province)
  d$N <- as.numeric(tapply(cell$population, paste(cell[["function"]], cell$province), sum)[d$stratum])
  d$w <- d$N / ave(rep(1, nrow(d)), d$stratum, FUN = sum)
  for (name in names(m <- measures(d))) d[[make.names(name)]] <- m[[name]]$y
  margin <- function(values, totals) list(x = outer(values, names(totals), "==") * 1, t = totals)
  group <- unname(GROUPS[cell[["function"]]])
  women <- tapply(cell$women, group, sum); men <- tapply(cell$population - cell$women, group, sum)
  names(women) <- paste(names(women), "vrouw"); names(men) <- paste(names(men), "man")
  gender <- margin(paste(GROUPS[d[["function"]]], d$gender), c(women, men))
  # Who left gender open counts as what the population with the same function is: a fraction of each
  for (i in which(d$gender == "no_answer")) {
    own <- cell[cell[["function"]] == d[["function"]][i], ]
    share <- sum(own$women) / sum(own$population)
    gender$x[i, match(paste(GROUPS[d[["function"]][i]], c("vrouw", "man")), names(gender$t))] <- c(share, 1 - share)
  }
  all <- list(margin(d[["function"]], tapply(cell$population, cell[["function"]], sum)), gender,
              margin(d$province, tapply(cell$population, cell$province, sum)),
              margin(d$size_class, tapply(cell$population, cell$size_class, sum)))
  x <- do.call(cbind, lapply(all, `[[`, "x")); t <- unlist(lapply(all, `[[`, "t"))
  free <- sort(qr(x)$pivot[seq_len(qr(x)$rank)])
  colnames(x) <- sprintf("x%02d", seq_len(ncol(x))); names(t) <- colnames(x)
  list(d = cbind(d, x), x = x[, free], t = t[free], population = sum(cell$population))
}

design_pair <- function(prepared, kind) {
  d <- prepared$d
  shape <- as.formula(paste("~ -1 +", paste(colnames(prepared$x), collapse = " + ")))
  adjust <- function(design) switch(kind,
    none = design,
    logit = calibrate(design, shape, prepared$t, calfun = "logit", bounds = c(0.4, 2.5), epsilon = 1e-13, maxit = 200),
    tight = calibrate(design, shape, prepared$t, calfun = "logit", bounds = c(0.55, 1.5), epsilon = 1e-13, maxit = 200),
    raking = calibrate(design, shape, prepared$t, calfun = "raking", epsilon = 1e-13, maxit = 200),
    linear = calibrate(design, shape, prepared$t, calfun = "linear", epsilon = 1e-13, maxit = 200))
  list(fpc = adjust(svydesign(id = ~1, strata = ~stratum, fpc = ~N, weights = ~w, data = d)),
       free = adjust(svydesign(id = ~1, strata = ~stratum, weights = ~w, data = d)))
}

KINDS <- c("none", "logit", "tight", "raking", "linear")
prepared <- lapply(setNames(WAVES, WAVES), prepare)
designs <- lapply(prepared, function(one) lapply(setNames(KINDS, KINDS), function(kind) design_pair(one, kind)))
write(lapply(names(designs), function(wave) {
  made <- designs[[wave]]
  row(wave = as.numeric(wave), respondent = prepared[[wave]]$d$respondent, base = weights(made$none$fpc),
      logit = weights(made$logit$fpc), tight = weights(made$tight$fpc), raking = weights(made$raking$fpc),
      linear = weights(made$linear$fpc))
}), "weights.csv")

# --- Levels: proportions and shares with both standard errors, df, design effect, interval --------------------------
tail <- (1 + CONFIDENCE) / 2
level <- function(wave, kind, domain, name) {
  pair <- designs[[wave]][[kind]]; d <- prepared[[wave]]$d; m <- measures(d)[[name]]
  held <- inside(domain, d) & m$ok
  n <- sum(held)
  if (n == 0) return(NULL)
  formula <- as.formula(paste0("~", make.names(name)))
  with <- subset(pair$fpc, held); without <- subset(pair$free, held)
  est <- svymean(formula, with); free <- svymean(formula, without)
  p <- unname(coef(est)); se <- unname(SE(est)[1]); se0 <- unname(SE(free)[1])
  w <- weights(pair$fpc)[held]
  yes <- sum(m$y[held]); if (yes == 0 || yes == n) { p <- yes / n; se <- se0 <- 0 }  # R's sums are 1e-16 off
  df <- n - length(unique(d$stratum[held])); kish <- n * sum(w^2) / sum(w)^2
  n_effective <- if (p > 0 && p < 1) p * (1 - p) / se0^2 else n / kish
  method <- if (df < 8) "none" else if (min(yes, n - yes) < 5) "korn-graubard" else "logit"
  low <- high <- r_low <- r_high <- kg <- NA
  if (kind == "none") stopifnot(degf(with) == df, nrow(with) == n)  # a subset of this design drops rows
  if (method == "logit") {
    half <- qt(tail, df) * se / (p * (1 - p))
    low <- plogis(qlogis(p) - half); high <- plogis(qlogis(p) + half)
    own <- tryCatch(confint(svyciprop(formula, with, method = "logit", df = df)), error = function(e) c(NA, NA))
    r_low <- own[1]; r_high <- own[2]
  }
  if (method == "korn-graubard") {
    unbounded <- p * (1 - p) / se^2 * (qt(tail, n - 1) / qt(tail, df))^2
    kg <- if (yes == 0 || yes == n) n / kish else if (se > 0) min(n, unbounded) else n
    low <- if (yes == 0) 0 else qbeta(1 - tail, p * kg, (1 - p) * kg + 1)
    high <- if (yes == n) 1 else qbeta(tail, p * kg + 1, (1 - p) * kg)
    if (kind == "none" && yes > 0 && yes < n && se > 0) {  # else R takes all rows for n
      own <- confint(svyciprop(formula, with, method = "beta")); r_low <- own[1]; r_high <- own[2]
    }
  }
  r_deff <- NA
  if (kind == "none" && se0 > 0 && n > 1) r_deff <- deff(svymean(formula, without, deff = "replace"))
  row(wave = as.numeric(wave), design = kind, indicator = indicator(name), answer = answer(name), domain = domain,
      n = n, yes = yes, persons = sum(w), estimate = p, se = se, se_superpopulation = se0, df = df,
      n_effective = n_effective, design_effect = n / n_effective, low = low, high = high, method = method, n_korn_graubard = kg,
      svyciprop_low = r_low, svyciprop_high = r_high, svymean_deff = r_deff)
}
names_of_measures <- names(measures(people[1, ]))
of <- function(domain, kind, wave) expand.grid(name = names_of_measures, domain = domain, kind = kind, wave = wave)
wanted <- rbind(of(DOMAINS, c("none", "logit"), "2024"), of(FEWER, c("tight", "raking", "linear"), "2024"),
                of(COMPARED, "logit", c("2020", "2022")))
wanted[] <- lapply(wanted, as.character)
# R warns of rows with weight 0 outside a domain, and of a variance of -1e-35 where nobody differs
levels_made <- suppressWarnings(do.call(rbind, Map(level, wanted$wave, wanted$kind, wanted$domain, wanted$name)))
write(levels_made, "levels.csv")

# --- Clopper-Pearson ------------------------------------------------------------------------------------------------
write(lapply(list(c(0, 12), c(0, 20), c(0, 30), c(0, 40), c(0, 1000), c(12, 12), c(20, 20), c(30, 30), c(1, 12),
                  c(2, 20), c(4, 30), c(29, 30), c(3, 100), c(97, 100), c(15, 30)), function(one) {
  exact <- binom.test(one[1], one[2], conf.level = CONFIDENCE)$conf.int
  row(yes = one[1], n = one[2], low = exact[1], high = exact[2])
}), "exact.csv")

# --- Differences within a wave: part and whole, part and rest, two groups that exclude each other or overlap --------
PAIRS <- list(c("province=flevoland", "all"), c("province=flevoland", "rest"), c("function=wethouder", "all"),
              c("function=wethouder", "rest"), c("function=raadslid&gender=vrouw", "all"),
              c("function=raadslid&gender=vrouw", "rest"), c("group=g12", "all"), c("group=g20", "all"),
              c("group=g30", "rest"), c("few=df8", "all"), c("function=commissaris", "all"),
              c("function=dijkgraaf", "all"), c("province=flevoland", "province=limburg"),
              c("gender=vrouw", "province=groningen"))
ratio_of <- function(pair, measure, one, other) {
  use <- function(design) {
    stacked <- update(design, y1 = (one & measure$ok) * measure$y, n1 = (one & measure$ok) * 1,
                      y2 = (other & measure$ok) * measure$y, n2 = (other & measure$ok) * 1)
    svycontrast(svytotal(~y1 + n1 + y2 + n2, stacked), quote(y1 / n1 - y2 / n2))
  }
  with <- use(pair$fpc); without <- use(pair$free)
  list(difference = unname(coef(with)), se = unname(SE(with)[1]), se_superpopulation = unname(SE(without)[1]))
}
against <- function(wave, kind, domain, reference, name) {
  d <- prepared[[wave]]$d; measure <- measures(d)[[name]]; one <- inside(domain, d)
  other <- if (reference == "rest") !one else inside(reference, d)
  if (!any(one & measure$ok) || !any(other & measure$ok)) return(NULL)
  ratio_of(designs[[wave]][[kind]], measure, one, other)
}
differences <- list()
SUBTRACTED <- c("verbal|", "threat|", "rare|", "severity|licht", "channel|phone")
for (kind in KINDS) for (name in SUBTRACTED) for (pair in PAIRS) {
  made <- against("2024", kind, pair[1], pair[2], name)
  if (!is.null(made)) differences[[length(differences) + 1]] <-
    row(wave = 2024, design = kind, indicator = indicator(name), answer = answer(name), domain = pair[1],
        reference = pair[2], as.data.frame(made))
}
write(differences, "differences.csv")

# --- Comparisons: test, Holm within the family, interval at Holm's level, smallest demonstrable difference, verdict -
ERROR_RATE <- 0.05; POWER <- 0.8; RELEVANT <- c(wave = 0.03, whole = 0.05)
found <- levels_made[levels_made$design == "logit" & levels_made$domain %in% COMPARED, ]
unseen <- function(p, n) {  # Agresti and Caffo 2000: the variance of a proportion that nobody or everybody has
  s <- (p * n + 1) / (n + 2); ifelse(p == 0 | p == 1, s * (1 - s) / (n + 2), 0)
}
between_waves <- function(wave, reference, family) {
  both <- merge(found[found$wave == wave, ], found[found$wave == reference, ], by = c("indicator", "answer", "domain"),
                suffixes = c("", "_reference"))
  v1 <- both$se_superpopulation^2; v2 <- both$se_superpopulation_reference^2
  shares <- v1^2 / ifelse(both$df > 0, both$df, NA) + v2^2 / ifelse(both$df_reference > 0, both$df_reference, NA)
  df <- (v1 + v2)^2 / shares
  df[is.na(df)] <- pmin(both$df, both$df_reference)[is.na(df)]
  row(kind = "wave", family = paste(family, both$domain, wave, reference), both[c("indicator", "answer", "domain")],
      wave = wave, reference = as.character(reference), difference = both$estimate - both$estimate_reference,
      variance = v1 + v2, df = df, both[c("n", "n_reference")],
      extra = unseen(both$estimate, both$n_effective) + unseen(both$estimate_reference, both$n_effective_reference))
}
with_whole <- function(domains) do.call(rbind, lapply(WAVES, function(wave) {
  own <- found[found$wave == wave & found$domain %in% domains, ]
  all <- found[found$wave == wave & found$domain == "all", ]
  both <- merge(own, all, by = c("indicator", "answer", "wave"), suffixes = c("", "_reference"))
  names <- paste0(both$indicator, "|", both$answer)
  made <- suppressWarnings(Map(against, as.character(wave), "logit", both$domain, "all", names))
  row(kind = "whole", family = paste(strsplit(domains[1], "=")[[1]][1], both$indicator, both$answer, wave),
      both[c("indicator", "answer", "domain")], wave = wave, reference = "all",
      difference = sapply(made, `[[`, "difference"), variance = sapply(made, `[[`, "se_superpopulation")^2,
      df = pmin(both$df, both$df_reference),
      both[c("n", "n_reference")],
      extra = unseen(both$estimate, both$n_effective) + unseen(both$estimate_reference, both$n_effective_reference))
}))
# Guilbaud 2008: a rejected hypothesis with those after it, the others with all that were not rejected
steps_of <- function(p, adjusted)
  ifelse(adjusted < ERROR_RATE, sum(!is.na(p)) + 1 - rank(p, ties.method = "first", na.last = "keep"),
         sum(adjusted >= ERROR_RATE, na.rm = TRUE))
judge <- function(family) {  # the comparisons of one family
  tested <- pmin(family$n, family$n_reference) >= 30 & family$df >= 8 & family$se > 0
  se <- ifelse(tested, family$se, NA); df <- family$df
  p <- suppressWarnings(2 * pt(-abs(family$difference) / se, df))
  adjusted <- p.adjust(p, "holm")
  steps <- steps_of(p, adjusted)
  half <- suppressWarnings(qt(1 - ERROR_RATE / (2 * steps), df)) * se
  relevant <- RELEVANT[family$kind]
  tests <- max(1, sum(!is.na(p)))
  smallest <- suppressWarnings(qt(1 - ERROR_RATE / (2 * tests), df) + qt(POWER, df)) * se
  differs <- tested & adjusted < ERROR_RATE & abs(family$difference) >= relevant
  verdict <- ifelse(!tested, "too_few", ifelse(differs & family$difference > 0, "higher", ifelse(differs, "lower",
                    ifelse(abs(family$difference) + half < relevant, "about_equal",
                    ifelse(adjusted < ERROR_RATE, "small_difference", "no_demonstrable_difference")))))
  row(family[c("kind", "indicator", "answer", "domain", "wave", "reference", "difference", "se", "df")], p = p,
      p_adjusted = adjusted, n = family$n, n_reference = family$n_reference, relevant = relevant,
      low = pmax(family$difference - half, -1), high = pmin(family$difference + half, 1),
      smallest_demonstrable = smallest, verdict = verdict)
}
pairs <- rbind(between_waves(2022, 2020, "previous"), between_waves(2024, 2022, "previous"),
               between_waves(2024, 2020, "first"),
               with_whole(c("province=groningen", "province=flevoland", "province=limburg")),
               with_whole(c("group=g12", "group=g20", "group=g30")))
pairs$se <- sqrt(pairs$variance + pairs$extra)
write(each(pairs, "family", judge), "comparisons.csv")

ladder <- row(family = rep(c("one", "two"), c(6, 5)),
              p = c(0.01, 0.04, 0.03, 0.005, 0.2, 0.9, 0.02, NA, 0.02, 0.5, 1e-9))
write(each(ladder, "family", function(rows) {
  adjusted <- p.adjust(rows$p, "holm")
  row(rows, adjusted = adjusted, step = steps_of(rows$p, adjusted))
}), "holm.csv")

# --- Means and ratios of scored answers -----------------------------------------------------------------------------
means <- list()
SCORED <- c("incidents", "reports", "ratio")
for (kind in KINDS) for (domain in DOMAINS[DOMAINS != "function=dijkgraaf"]) for (what in SCORED) {
  d <- prepared[["2024"]]$d; pair <- designs[["2024"]][[kind]]
  valid <- !is.na(d[[paste0(if (what == "ratio") "incidents" else what, "_score")]])
  if (what == "ratio") valid <- valid & !is.na(d$reports_score)
  held <- inside(domain, d) & valid
  use <- function(design) {
    zeros <- update(design, top = ifelse(valid, if (what == "incidents") incidents_score else reports_score, 0),
                    bottom = ifelse(valid, if (what == "ratio") incidents_score else 1, 0))
    part <- subset(zeros, held)
    if (what == "ratio") svyratio(~top, ~bottom, part) else svymean(~top, part)
  }
  with <- use(pair$fpc); without <- use(pair$free)
  df <- sum(held) - length(unique(d$stratum[held]))
  interval <- if (df < 8) c(NA, NA) else confint(with, df = df)
  means[[length(means) + 1]] <- row(wave = 2024, design = kind, measure = what, domain = domain, n = sum(held),
    estimate = c(coef(with)), se = c(SE(with)), se_superpopulation = c(SE(without)), df = df, low = interval[1],
    high = interval[2])
}
write(means, "means_and_ratios.csv")

# --- The same people in two waves: the covariance of their contributions --------------------------------------------
# A row of this matrix is a person's centred contribution to the estimate; its square sums to R's variance (checked).
found_of <- function(name, domain)
  found[found$domain == domain & found$indicator == indicator(name) & found$answer == answer(name), ]
centred <- function(wave, name, domain) {
  one <- prepared[[wave]]; d <- one$d; m <- measures(d)[[name]]; held <- inside(domain, d) & m$ok
  w <- weights(designs[[wave]]$logit$free)
  p <- sum(w * held * m$y) / sum(w * held)
  e <- w * lm.wfit(one$x, held * (m$y - p) / sum(w * held), d$w)$residuals
  n <- ave(rep(1, nrow(d)), d$stratum, FUN = sum)
  e <- ifelse(n > 1, sqrt(n / pmax(n - 1, 1)) * (e - ave(e, d$stratum)), e)
  r <- found_of(name, domain)
  r <- r[r$wave == wave, ]
  stopifnot(isTRUE(all.equal(sum(e^2), r$se_superpopulation^2, tolerance = 1e-10)),
            isTRUE(all.equal(p, r$estimate, tolerance = 1e-12)))
  setNames(e, d$respondent)
}
covariance <- function(name, domain) {
  made <- lapply(as.character(WAVES), centred, name = name, domain = domain)
  persons <- unique(unlist(lapply(made, names)))
  e <- sapply(made, function(one) ifelse(is.na(one[persons]), 0, one[persons]))
  crossprod(e)
}
overlap <- list()
FOLLOWED <- c("verbal|", "threat|", "channel|mail")
for (name in FOLLOWED) for (domain in c("all", "gender=vrouw", "province=flevoland", "function=wethouder")) {
  V <- covariance(name, domain)
  for (pair in list(c(2, 1), c(3, 2), c(3, 1))) {
    r <- found_of(name, domain)
    est <- r$estimate[match(WAVES, r$wave)]
    overlap[[length(overlap) + 1]] <- row(indicator = indicator(name), answer = answer(name), domain = domain,
      wave = WAVES[pair[1]], reference = WAVES[pair[2]],
      both = length(intersect(prepared[[pair[1]]]$d$respondent, prepared[[pair[2]]]$d$respondent)),
      covariance = V[pair[1], pair[2]], difference = est[pair[1]] - est[pair[2]],
      se = sqrt(V[pair[1], pair[1]] + V[pair[2], pair[2]] - 2 * V[pair[1], pair[2]]))
  }
}
write(overlap, "wave_covariance.csv")

# --- Trend: generalised least squares on estimates with a known covariance, scale fixed at 1 ------------------------
trend <- list()
gls <- function(series, waves, y, V) {
  X <- cbind(1, waves - waves[1])
  covariance <- solve(t(X) %*% solve(V) %*% X)
  b <- covariance %*% t(X) %*% solve(V) %*% y
  r <- y - X %*% b
  Q <- c(t(r) %*% solve(V) %*% r); df <- length(y) - 2
  white <- lm.fit(backsolve(chol(V), X, transpose = TRUE), backsolve(chol(V), y, transpose = TRUE))  # a second way
  stopifnot(isTRUE(all.equal(c(b), unname(white$coefficients))), isTRUE(all.equal(Q, sum(white$residuals^2))))
  keep <- function(name, value) trend[[length(trend) + 1]] <<- row(series = series, name = name, value = value)
  for (i in seq_along(waves)) {
    keep(paste("estimate", waves[i]), y[i])
    for (j in seq_len(i)) keep(paste("covariance", waves[j], waves[i]), V[j, i])
  }
  keep("slope", b[2]); keep("slope_se", sqrt(covariance[2, 2]))
  keep("slope_z", b[2] / sqrt(covariance[2, 2])); keep("slope_p", 2 * pnorm(-abs(b[2] / sqrt(covariance[2, 2]))))
  keep("q", Q); keep("q_df", df); keep("q_p", pchisq(Q, df, lower.tail = FALSE))
}
for (name in FOLLOWED) for (domain in c("all", "gender=vrouw", "province=flevoland")) {
  r <- found_of(name, domain)
  r <- r[match(WAVES, r$wave), ]
  gls(paste(name, domain, "independent"), WAVES, r$estimate, diag(r$se_superpopulation^2))
  gls(paste(name, domain, "same people"), WAVES, r$estimate, covariance(name, domain))
}
five <- c(2016, 2018, 2020, 2022, 2024); se <- c(0.011, 0.013, 0.009, 0.012, 0.010)
gls("made up straight", five, c(0.231, 0.247, 0.259, 0.278, 0.290), diag(se^2))
gls("made up bent", five, c(0.231, 0.291, 0.309, 0.288, 0.240), diag(se^2))
gls("made up related", five, c(0.231, 0.247, 0.249, 0.278, 0.301), outer(se, se) * 0.3^abs(outer(1:5, 1:5, "-")))
gls("made up uneven", c(2016, 2018, 2024), c(0.231, 0.247, 0.340), diag(se[1:3]^2))
write(trend, "trend.csv")

# --- Quasibinomial models -------------------------------------------------------------------------------------------
MODELS <- list(list("women", "verbal|", c("vrouw"), "all"),
               list("all three", "verbal|", c("vrouw", "large", "years"), "all"),
               list("threat among women", "threat|", c("years", "large"), "gender=vrouw"),
               list("thirty", "verbal|", c("years"), "group=g30"),
               list("victims", "severity|licht", c("vrouw", "years"), "all"),
               list("rare", "rare|", c("vrouw"), "all"))
models <- list()
for (kind in c("none", "logit", "tight", "raking", "linear")) for (one in MODELS) {
  d <- prepared[["2024"]]$d; m <- measures(d)[[one[[2]]]]
  x <- data.frame(vrouw = ifelse(d$gender == "no_answer", NA, d$gender == "vrouw") * 1,
                  large = (d$size_class == "vanaf_100k") * 1, years = d$years)
  held <- inside(one[[4]], d) & m$ok & complete.cases(x[one[[3]]])
  x[is.na(x)] <- 0
  formula <- as.formula(paste("y ~", paste(one[[3]], collapse = " + ")))
  fit <- function(design) {
    part <- subset(update(design, y = m$y, vrouw = x$vrouw, large = x$large, years = x$years), held)
    start <- coef(glm(formula, binomial(), data = cbind(y = m$y, x)[held, ]))
    for (again in 1:3) {  # the standard error is that of the step before the last: start where it ended
      made <- suppressWarnings(svyglm(formula, part, family = quasibinomial(), start = start,
                                      control = glm.control(epsilon = 1e-15, maxit = 100)))
      start <- coef(made)
    }
    made
  }
  pair <- designs[["2024"]][[kind]]; with <- fit(pair$fpc); without <- fit(pair$free)
  keep <- function(name, value) models[[length(models) + 1]] <<-
    row(design = kind, model = one[[1]], outcome = one[[2]], terms = paste(one[[3]], collapse = " "), domain = one[[4]],
        name = name, value = value)
  terms <- sub("(Intercept)", "(intercept)", names(coef(with)), fixed = TRUE)
  keep("n", sum(held)); keep("df", with$df.residual)
  for (i in seq_along(terms)) {
    keep(paste("coefficient", terms[i]), coef(with)[i])
    keep(paste("p", terms[i]), 2 * pt(-abs(coef(with)[i]) / SE(without)[i], without$df.residual))
    for (j in seq_len(i)) {
      keep(paste("covariance", terms[j], terms[i]), vcov(with)[j, i])
      keep(paste("covariance_superpopulation", terms[j], terms[i]), vcov(without)[j, i])
    }
  }
}
write(models, "models.csv")

# --- Rao-Scott, second order ----------------------------------------------------------------------------------------
TABLES <- list(c("verbal", "gender", "all"), c("verbal", "threat", "all"), c("severity", "gender", "all"),
               c("severity", "province", "all"), c("incidents", "size_class", "all"), c("incidents", "province", "all"),
               c("reports", "verbal", "gender=vrouw"), c("verbal", "province", "gender=vrouw"),
               c("verbal", "size_class", "function=raadslid"), c("verbal", "gender", "group=g30"),
               c("verbal", "channel__mail", "group=g20"), c("verbal", "gender", "few=df9"))
tests <- list()
for (kind in KINDS) for (one in TABLES) {
  d <- prepared[["2024"]]$d; a <- d[[one[1]]]; b <- d[[one[2]]]
  held <- inside(one[3], d) & !(a %in% MISSING) & !(b %in% MISSING)
  # who is outside the domain gets an answer that occurs in it: a calibrated design keeps those rows, with weight 0
  a[!held] <- a[held][1]; b[!held] <- b[held][1]
  part <- subset(update(designs[["2024"]][[kind]]$free, a = a, b = b), held)
  made <- suppressWarnings(svychisq(~a + b, part, statistic = "F"))
  nu <- sum(held) - length(unique(d$stratum[held])); ndf <- unname(made$parameter["ndf"])
  p <- pf(unname(made$statistic), ndf, ndf * nu, lower.tail = FALSE)
  if (kind == "none") stopifnot(isTRUE(all.equal(p, unname(made$p.value))),
                                isTRUE(all.equal(unname(made$parameter["ddf"]), ndf * nu)))
  tests[[length(tests) + 1]] <- row(design = kind, rows = one[1], columns = one[2], domain = one[3], n = sum(held),
    f = unname(made$statistic), ndf = ndf, ddf = ndf * nu, p = p)
}
write(tests, "rao_scott.csv")

loaded <- sessionInfo()
versions <- sapply(c(loaded$otherPkgs, loaded$loadedOnly), function(one) paste(one$Package, one$Version))
writeLines(c(format(Sys.Date()), R.version.string, R.version$platform, paste("lapack", La_version()),
             sort(unname(versions))), "session.txt")
