# Times R's survey on the data of one folder: Rscript benchmark.R FOLDER base|calibrated ITEMS-AT-ONCE [ITEMS]
# Many items in one svyby are the fastest form, for answers without a gap; one each is what gaps
# ask for. Prints the seconds of the estimates alone and writes them with their standard errors to FOLDER/r.csv.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust", survey.adjust.domain.lonely = FALSE)
given <- commandArgs(trailingOnly = TRUE)
folder <- given[1]
groupings <- readLines(file.path(folder, "groupings.txt"))
designs <- lapply(sort(list.files(folder, "^wave-.*[.]csv$", full.names = TRUE)), function(file) {
  rows <- read.csv(file, colClasses = setNames(rep("character", length(groupings)), groupings))
  plain <- svydesign(id = ~1, strata = ~by_stratum, fpc = ~persons, weights = ~base, data = rows)
  if (given[2] == "base") return(plain)
  margins <- grep("^margin", names(rows), value = TRUE)
  totals <- read.csv(sub("wave-", "totals-", file))$total
  calibrate(plain, reformulate(margins, intercept = FALSE), setNames(totals, margins), calfun = "logit",
            bounds = c(0.3, 3), epsilon = 1e-13, maxit = 200)
})
items <- grep("^item", names(designs[[1]]$variables), value = TRUE)
if (length(given) > 3) items <- items[seq_len(as.integer(given[4]))]
parts <- split(items, (seq_along(items) - 1) %/% as.integer(given[3]))
began <- proc.time()
made <- lapply(seq_along(designs), function(wave) lapply(groupings, function(grouping) lapply(parts, function(part)
  svyby(reformulate(part), reformulate(grouping), designs[[wave]], svymean, na.rm = given[3] == "1"))))
cat(sum((proc.time() - began)[c("user.self", "sys.self")]), "\n")
rows <- do.call(rbind, lapply(seq_along(made), function(wave) do.call(rbind, lapply(seq_along(groupings), function(at)
  do.call(rbind, lapply(seq_along(parts), function(of) {
    one <- made[[wave]][[at]][[of]]
    data.frame(wave = wave, domain = paste0(sub("by_", "", groupings[at]), "=", rep(one[[1]], length(parts[[of]]))),
               item = rep(parts[[of]], each = nrow(one)), estimate = as.vector(coef(one)), se = unlist(SE(one), use.names = FALSE))
  }))))))
write.csv(format(rows, digits = 17), file.path(folder, "r.csv"), row.names = FALSE, quote = FALSE)
