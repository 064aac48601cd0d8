# Reference numbers of R's survey package for organisations: a full count in strata of layer x size class, of which a part
# answered, with the finite population correction.
#
# Makes invented organisations (organisations.csv: one row per organisation that answered) on an invented population
# (organisations-population.csv), and what tests/analysis/test_organisations.py expects (organisations-results.csv).
# Run in this folder: Rscript organisations.R      Versions: session.txt (the same as of survey.R)
suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "adjust", survey.adjust.domain.lonely = FALSE)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20241122)

# The provincies answered in full; of the waterschappen and of every size class of gemeenten some did.
population <- data.frame(wave = 2024, layer = c(rep("gemeente", 4), "provincie", "waterschap"),
                         size_class = c("tot_20k", "20k_50k", "50k_100k", "vanaf_100k", "nvt", "nvt"),
                         population = c(60, 90, 40, 16, 12, 21))
answered <- c(22, 41, 13, 9, 12, 8)
write.csv(population, "organisations-population.csv", row.names = FALSE, quote = FALSE)
d <- population[rep(seq_len(nrow(population)), answered), ]
n <- nrow(d)
d$organisation <- sprintf("o%03d", seq_len(n))
d$protocol <- ifelse(runif(n) < c(gemeente = 0.7, provincie = 0.8, waterschap = 0.6)[d$layer], "ja", "nee")
d$protocol[runif(n) < 0.06] <- ""
write.csv(d[, c("wave", "organisation", "layer", "size_class", "protocol")], "organisations.csv", row.names = FALSE, quote = FALSE)

d$stratum <- paste(d$layer, d$size_class)
d$yes <- as.numeric(d$protocol == "ja")
fpc <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, data = d)
free <- svydesign(ids = ~1, strata = ~stratum, weights = 1 / fpc$prob, data = d)
results <- list()
keep <- function(name, value) results[[name]] <<- unname(value)
domains <- list("all" = rep(TRUE, n), "layer=gemeente" = d$layer == "gemeente", "layer=provincie" = d$layer == "provincie",
                "layer=waterschap" = d$layer == "waterschap", "size_class=20k_50k" = d$size_class == "20k_50k",
                "layer=provincie+waterschap" = d$layer != "gemeente")
for (name in names(domains)) {
  inside <- domains[[name]] & d$protocol != ""
  df <- sum(inside) - length(unique(d$stratum[inside]))
  level <- svymean(~yes, subset(fpc, inside))
  keep(paste(name, "n"), sum(inside)); keep(paste(name, "count"), sum(d$yes[inside]))
  keep(paste(name, "estimate"), coef(level)); keep(paste(name, "se"), SE(level))
  keep(paste(name, "se_superpopulation"), SE(svymean(~yes, subset(free, inside)))); keep(paste(name, "df"), df)
  if (name != "layer=provincie") {
    interval <- confint(svyciprop(~yes, subset(fpc, inside), method = "logit", df = df))
    keep(paste(name, "low"), interval[1]); keep(paste(name, "high"), interval[2])
  }
}
write.csv(data.frame(name = names(results), value = sprintf("%.17g", unlist(results))), "organisations-results.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))))
