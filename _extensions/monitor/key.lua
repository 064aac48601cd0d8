-- Key figures in PDFs: large numbers, what they count, and small notes. On the web the stylesheet does this.

local looks = {
  ["key-number"] = 'size: 24pt, weight: 700, fill: rgb("#0A5C8A")',
  ["key-label"] = "size: 9pt, weight: 600",
  ["key-note"] = 'size: 8pt, fill: rgb("#4A5663")',
}

function Span(span)
  if FORMAT ~= "typst" then return nil end
  for class, look in pairs(looks) do
    if span.classes:includes(class) then
      local inlines = pandoc.Inlines { pandoc.RawInline("typst", "#text(" .. look .. ")[") }
      inlines:extend(span.content)
      inlines:insert(pandoc.RawInline("typst", "]"))
      return inlines
    end
  end
end
