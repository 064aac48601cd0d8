# Reference numbers of R's survey package for the statistics of src/analysis.
#
# Makes an invented population and respondents (population.csv, respondents.csv) and computes with them what
# tests/analysis/test_against_r.py expects (weights.csv, results.csv, numbers with 17 digits).
# Run in this folder: Rscript survey.R      Versions and date of the committed run: session.txt
# Debian: apt-get install r-base-core r-cran-survey r-cran-mass
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "adjust", survey.adjust.domain.lonely = FALSE)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20240615)

# Population: function x province x size class. Commissarissen answer in full, one of four dijkgraven answers.
provinces <- c("groningen", "flevoland", "limburg")
sizes <- c("tot_20k", "vanaf_100k")
cell <- function(f, p, s, n, women, rate) data.frame(`function` = f, province = p, size_class = s, population = n,
                                                    women = women, rate = rate, check.names = FALSE)
cells <- rbind(
  cell("raadslid", rep(provinces, 2), rep(sizes, each = 3), c(210, 90, 260, 120, 60, 150), c(70, 25.5, 90, 50, 21, 48.5), 0.20),
  cell("wethouder", rep(provinces, 2), rep(sizes, each = 3), c(40, 24, 48, 20, 12, 24), c(10, 8, 15, 7, 4, 6), 0.35),
  cell("burgemeester", "nvt", sizes, c(30, 14), c(9, 5), 0.6),
  cell("statenlid", provinces, "nvt", c(43, 41, 47), c(14, 15, 20), 0.4),
  cell("commissaris", "nvt", "nvt", 5, 2, 1),
  cell("gedeputeerde", "nvt", "nvt", 16, 5, 0.5),
  cell("dijkgraaf", "nvt", "nvt", 4, 1, 0),
  cell("db_lid", "nvt", "nvt", 18, 5, 0.5),
  cell("ab_lid", "nvt", "nvt", 80, 25, 0.35))
layers <- c(raadslid = "gemeente", wethouder = "gemeente", burgemeester = "gemeente", statenlid = "provincie",
            commissaris = "provincie", gedeputeerde = "provincie", dijkgraaf = "waterschap", db_lid = "waterschap",
            ab_lid = "waterschap")
groups <- c(raadslid = "raadslid", wethouder = "wethouder", burgemeester = "burgemeester", statenlid = "provincie",
            commissaris = "provincie", gedeputeerde = "provincie", dijkgraaf = "waterschap", db_lid = "waterschap",
            ab_lid = "waterschap")
write.csv(data.frame(wave = 2024, layer = layers[cells[["function"]]], cells[, 1:5], check.names = FALSE),
          "population.csv", row.names = FALSE, quote = FALSE)

# Respondents: women and large places answer a little more often; four in a hundred leave an item open.
persons <- cells[rep(seq_len(nrow(cells)), cells$population), ]
persons$gender <- ifelse(runif(nrow(persons)) < persons$women / persons$population, "vrouw", "man")
lift <- 1 + 0.25 * (persons$gender == "vrouw") + 0.2 * (persons$size_class == "vanaf_100k")
answers <- runif(nrow(persons)) < persons$rate * lift
answers[persons[["function"]] == "dijkgraaf"] <- c(TRUE, FALSE, FALSE, FALSE)
answers[persons[["function"]] == "commissaris"] <- TRUE
d <- persons[answers, c("function", "province", "size_class", "gender")]
n <- nrow(d)
d$respondent <- sprintf("r%04d", seq_len(n))
d$verbal <- as.numeric(runif(n) < 0.35 + 0.15 * (d$gender == "vrouw"))
d$rare <- as.numeric(runif(n) < 0.03)
d$verbal[runif(n) < 0.04] <- NA
d$rare[runif(n) < 0.04] <- NA
d$stratum <- paste(d[["function"]], d$province)
place <- tapply(cells$population, paste(cells[["function"]], cells$province), sum)
d$N <- as.numeric(place[d$stratum])
write.csv(d[, c("respondent", "function", "province", "size_class", "gender", "verbal", "rare")], "respondents.csv",
          row.names = FALSE, quote = FALSE, na = "")

# Margins: function, gender within group, province, size class; a full-rank set of their columns.
d$group <- unname(groups[d[["function"]]])
margin <- function(values, totals) list(x = outer(values, names(totals), "==") * 1, t = totals)
by_gender <- c(tapply(cells$women, groups[cells[["function"]]], sum),
               tapply(cells$population - cells$women, groups[cells[["function"]]], sum))
names(by_gender) <- paste(names(by_gender), rep(c("vrouw", "man"), each = length(by_gender) / 2))
margins <- list(margin(d[["function"]], tapply(cells$population, cells[["function"]], sum)),
                margin(paste(d$group, d$gender), by_gender),
                margin(d$province, tapply(cells$population, cells$province, sum)),
                margin(d$size_class, tapply(cells$population, cells$size_class, sum)))
x <- do.call(cbind, lapply(margins, `[[`, "x")); t <- unlist(lapply(margins, `[[`, "t"))
free <- sort(qr(x)$pivot[seq_len(qr(x)$rank)])
colnames(x) <- sprintf("x%02d", seq_len(ncol(x))); names(t) <- colnames(x)
d <- cbind(d, x)
shape <- as.formula(paste("~ -1 +", paste(colnames(x)[free], collapse = " + ")))

# Designs: with and without finite population correction, base weights and calibrated weights.
d$w <- d$N / ave(rep(1, n), d$stratum, FUN = sum)
d$verbal0 <- ifelse(is.na(d$verbal), 0, d$verbal); d$rare0 <- ifelse(is.na(d$rare), 0, d$rare)
fpc <- svydesign(id = ~1, strata = ~stratum, fpc = ~N, weights = ~w, data = d)
free_of_fpc <- svydesign(id = ~1, strata = ~stratum, weights = ~w, data = d)
adjust <- function(design, fun, bounds = c(-Inf, Inf))
  calibrate(design, shape, population = t[free], calfun = fun, bounds = bounds, epsilon = 1e-13, maxit = 200)
cal <- adjust(fpc, "logit", c(0.4, 2.5)); cal_free <- adjust(free_of_fpc, "logit", c(0.4, 2.5))
tight <- adjust(fpc, "logit", c(0.7, 1.3))
write.csv(data.frame(respondent = d$respondent, base = sprintf("%.17g", weights(fpc)),
                     logit = sprintf("%.17g", weights(cal)), tight = sprintf("%.17g", weights(tight)),
                     raking = sprintf("%.17g", weights(adjust(fpc, "raking")))), "weights.csv", row.names = FALSE, quote = FALSE)

results <- list()
keep <- function(name, value) results[[name]] <<- unname(value)

# Levels, in domains; item nonresponse is out of the domain, never out of the design.
domains <- list("all" = rep(TRUE, n), "function=wethouder" = d[["function"]] == "wethouder",
                "function=commissaris" = d[["function"]] == "commissaris", "province=flevoland" = d$province == "flevoland",
                "gender=vrouw" = d$gender == "vrouw",
                "function=raadslid&gender=vrouw" = d[["function"]] == "raadslid" & d$gender == "vrouw")
for (name in names(domains)) {
  inside <- domains[[name]] & !is.na(d$verbal)
  df <- sum(inside) - length(unique(d$stratum[inside]))
  for (kind in c("base", "calibrated")) {
    with <- subset(if (kind == "base") fpc else cal, inside)
    without <- subset(if (kind == "base") free_of_fpc else cal_free, inside)
    level <- svymean(~verbal0, with)
    keep(paste(name, kind, "estimate"), coef(level)); keep(paste(name, kind, "se"), SE(level))
    keep(paste(name, kind, "se_superpopulation"), SE(svymean(~verbal0, without)))
    keep(paste(name, kind, "df"), df)
    if (name != "function=commissaris") {
      interval <- confint(svyciprop(~verbal0, with, method = "logit", df = df))
      keep(paste(name, kind, "low"), interval[1]); keep(paste(name, kind, "high"), interval[2])
    }
  }
}
keep("all base deff", deff(svymean(~verbal0, subset(free_of_fpc, !is.na(d$verbal)), deff = "replace")))
keep("all base deff n", sum(!is.na(d$verbal)))

# Korn-Graubard: a subset of the uncalibrated design drops rows, so that R's n is that of the domain.
for (name in c("all", "gender=vrouw", "province=flevoland")) {
  inside <- domains[[name]] & !is.na(d$rare)
  df <- sum(inside) - length(unique(d$stratum[inside]))
  part <- subset(free_of_fpc, inside)
  level <- svymean(~rare0, part)
  keep(paste(name, "rare n"), sum(inside)); keep(paste(name, "rare df"), degf(part)); keep(paste(name, "rare df here"), df)
  keep(paste(name, "rare estimate"), coef(level)); keep(paste(name, "rare se"), SE(level))
  interval <- confint(svyciprop(~rare0, part, method = "beta"))
  keep(paste(name, "rare low"), interval[1]); keep(paste(name, "rare high"), interval[2])
}
exact <- binom.test(0, 40)$conf.int
keep("none of 40 low", exact[1]); keep("none of 40 high", exact[2])

# Part against whole and against rest: totals with their covariance, then the delta method of svycontrast.
for (name in c("province=flevoland", "function=wethouder", "function=raadslid&gender=vrouw")) {
  ok <- !is.na(d$verbal); inside <- domains[[name]] & ok
  stacked <- update(cal_free, yp = inside * verbal0, np = inside * 1, yw = ok * verbal0, nw = ok * 1,
                    yr = (ok & !inside) * verbal0, nr = (ok & !inside) * 1)
  sums <- svytotal(~yp + np + yw + nw + yr + nr, stacked)
  whole <- svycontrast(sums, quote(yp / np - yw / nw)); rest <- svycontrast(sums, quote(yp / np - yr / nr))
  keep(paste(name, "whole difference"), coef(whole)); keep(paste(name, "whole se"), SE(whole))
  keep(paste(name, "rest difference"), coef(rest)); keep(paste(name, "rest se"), SE(rest))
}

p <- c(0.01, 0.04, 0.03, 0.005, 0.2, 0.9)
for (i in seq_along(p)) keep(paste("holm", i), p.adjust(p, "holm")[i])

write.csv(data.frame(name = names(results), value = sprintf("%.17g", unlist(results))), "results.csv", row.names = FALSE)
writeLines(c(format(Sys.Date()), R.version.string, paste("survey", packageVersion("survey")),
             paste("MASS", packageVersion("MASS"))), "session.txt")
