-- Key figures in PDFs: large numbers, what they count, and small notes; the finding that opens a chapter and the box that
-- closes it. On the web the stylesheet does this.

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

local blocks = {
  finding = "#block(width: 100%, above: 4pt, below: 14pt)[#set text(size: 13pt, weight: 600, fill: rgb(\"#0A5C8A\")); #set par(leading: 5pt)\n",
  ["in-short"] = "#block(width: 100%, breakable: false, above: 16pt, inset: 10pt, fill: rgb(\"#F2F5F8\"), stroke: (left: 3pt + rgb(\"#0A5C8A\")))[",
}

function Div(div)
  if FORMAT ~= "typst" then return nil end
  for class, opening in pairs(blocks) do
    if div.classes:includes(class) then
      local made = pandoc.Blocks { pandoc.RawBlock("typst", opening) }
      made:extend(div.content)
      made:insert(pandoc.RawBlock("typst", "]"))
      return made
    end
  end
end
