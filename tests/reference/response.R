# Reference numbers of R for the R-indicators of src/analysis/response.py.
#
# Makes invented strata (response.csv: population, invited, respondents) and computes with them, person by person, what
# tests/analysis/test_response.py expects (response-results.csv, numbers with 17 digits).
# Run in this folder: Rscript response.R      R 4.2.2, 2026-11-22; no packages
#
# Formulas: Schouten, Cobben and Bethlehem 2009 (R), Schouten, Shlomo and Skinner 2011 (partial), Shlomo, Skinner and
# Schouten 2012 (bias, standard error; sampling within the strata of the model), in matrices of persons. src/analysis
# has them per stratum in an orthonormal basis.
options(digits = 17)
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(20261122)

# Nine strata without a province, or with one of four; every second stratum is a sample.
provinces <- c("drenthe", "flevoland", "utrecht", "zeeland")
s <- rbind(expand.grid(province = provinces, `function` = c("raadslid", "wethouder", "statenlid")),
           data.frame(province = "nvt", `function` = c("burgemeester", "commissaris", "ab_lid"), check.names = FALSE))
s$population <- c(310, 120, 540, 205, 51, 24, 108, 47, 43, 41, 49, 39, 342, 12, 507)
s$invited <- ifelse(seq_len(nrow(s)) %% 2 == 1, ceiling(0.6 * s$population), s$population)
chance <- c(raadslid = 0.22, wethouder = 0.3, statenlid = 0.25, burgemeester = 0.35, commissaris = 0.5, ab_lid = 0.2)
lift <- c(drenthe = 0.5, flevoland = -0.3, utrecht = 0, zeeland = 0.2, nvt = 0)
s$respondents <- rbinom(nrow(s), s$invited, plogis(qlogis(chance[as.character(s[["function"]])]) + lift[as.character(s$province)]))
write.csv(s[, c("function", "province", "population", "invited", "respondents")], "response.csv", row.names = FALSE, quote = FALSE)

# Persons: one row for everybody who was invited, with design weight N / m.
of <- rep(seq_len(nrow(s)), s$invited)
d <- data.frame(f = factor(s[["function"]][of]), p = factor(s$province[of]), w = (s$population / s$invited)[of])
d$y <- unlist(lapply(seq_len(nrow(s)), function(i) rep(1:0, c(s$respondents[i], s$invited[i] - s$respondents[i]))))
X <- model.matrix(~ f + p, d)
X <- X[, sort(qr(X)$pivot[seq_len(qr(X)$rank)])]  # nvt is the sum of the functions without a province
fit <- suppressWarnings(glm(y ~ X - 1, binomial, d, weights = w / mean(w), control = glm.control(epsilon = 1e-15, maxit = 100)))
rho <- fitted(fit); N <- sum(d$w); mean_rho <- sum(d$w * rho) / N
S2 <- sum(d$w * (rho - mean_rho)^2) / N
V <- vcov(fit)
z <- X * (rho * (1 - rho))
bias <- sum(d$w * rowSums((z %*% V) * z)) / N
A <- cov.wt(cbind(rho, z), wt = d$w, method = "ML")$cov[-1, 1]
B <- cov.wt(z, wt = d$w, method = "ML")$cov
se <- sqrt((4 * drop(t(A) %*% V %*% A) + 2 * sum(diag(B %*% V %*% B %*% V))) / S2)
results <- c(mean = mean_rho, unadjusted = 1 - 2 * sqrt(S2), indicator = 1 - 2 * sqrt(max(S2 - bias, 0)),
             standard_error = se, correction = 1 - bias / S2)
for (i in seq_len(nrow(s))) results[paste("propensity", s[["function"]][i], s$province[i])] <- rho[match(i, of)]

# Partial R-indicators: between the categories of one variable, and within those of the other.
partial <- function(name, own, other) {
  for (k in levels(own)) {
    at <- own == k
    share <- sum(d$w[at]) / N
    results[paste(name, k, "unconditional")] <<- sqrt(share) * (weighted.mean(rho[at], d$w[at]) - mean_rho)
    rest <- ave(d$w * rho, other, FUN = sum) / ave(d$w, other, FUN = sum)
    results[paste(name, k, "conditional")] <<- sqrt(sum((d$w * (rho - rest)^2)[at]) / N)
  }
  for (kind in c("unconditional", "conditional"))
    results[paste(name, kind)] <<- sqrt(sum(results[paste(name, levels(own), kind)]^2))
}
partial("function", d$f, d$p)
partial("province", d$p, d$f)
write.csv(data.frame(name = names(results), value = sprintf("%.17g", results)), "response-results.csv", row.names = FALSE, quote = FALSE)
